#include "kiosk/ctl/ctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *advice(int error)
{
    switch (error) {
    case -ENOENT:
    case -ECONNREFUSED:
        return ". Is it started? (systemctl start kioskd)";
    case -EACCES:
        return ". Are you in its group? (usermod -aG khiosk NAME, and log in anew)";
    default:
        return "";
    }
}

struct client *ctl_connect(struct ctl *ctl, int *status)
{
    struct client *client = NULL;
    int error = client_connect(&client, ctl->office.socket);
    if (error < 0) {
        fprintf(stderr, "queuectl: kioskd is not reachable at %s: %s%s\n", ctl->office.socket,
                strerror(-error), advice(error));
        *status = EXIT_UNREACHABLE;
    }
    return client;
}

int ctl_lost(const struct ctl *ctl, int error)
{
    fprintf(stderr, "queuectl: no answer from kioskd at %s: %s\n", ctl->office.socket,
            strerror(-error));
    return EXIT_UNREACHABLE;
}

int ctl_usage(const struct ctl *ctl, const char *message)
{
    (void)ctl;
    fprintf(stderr, "queuectl: %s; see queuectl --help\n", message);
    return EXIT_USAGE;
}

const char *ctl_text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

int ctl_number(const json_t *object, const char *key)
{
    return (int)json_integer_value(json_object_get(object, key));
}

void ctl_print_json(const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);
    puts(text ? text : "null");
    fflush(stdout);
    free(text);
}
