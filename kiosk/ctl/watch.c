#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ctl/ctl.h"

static void print_event(const struct ctl *ctl, json_t *event)
{
    if (ctl->json) {
        ctl_print_json(event);
        return;
    }
    struct local_time time = clock_local(json_integer_value(json_object_get(event, "wall_ms")));
    json_t *ticket = json_object_get(event, "ticket"), *counter = json_object_get(event, "counter");
    printf("%6lld  %02d:%02d:%02d  %-15s %s",
           (long long)json_integer_value(json_object_get(event, "seq")), time.hour, time.minute,
           time.second, json_string_value(json_object_get(event, "event")),
           ticket ? json_string_value(ticket) : "");
    if (counter)
        printf("  counter %d", (int)json_integer_value(counter));
    static const char *const details[] = {"service", "class", "reason", "to", "services"};
    for (size_t i = 0; i < sizeof details / sizeof details[0]; i++)
        if (json_object_get(event, details[i]))
            printf("  %s %s", details[i], json_string_value(json_object_get(event, details[i])));
    if (json_object_get(event, "score"))
        printf("  score %d", (int)json_integer_value(json_object_get(event, "score")));
    printf("\n");
    fflush(stdout);
}

static int follow(const struct ctl *ctl, struct client *client)
{
    json_t *event;
    int got;
    while ((got = client_receive(client, -1, &event)) >= 0) {
        if (got == 0)
            continue;
        print_event(ctl, event);
        json_decref(event);
        if (ferror(stdout))
            return EXIT_FAILED;
    }
    return ctl_lost(ctl, got);
}

int ctl_watch(struct ctl *ctl, int count, const char *const *words)
{
    struct command subscribe = {.verb = VERB_SUBSCRIBE, .after = -1};
    char *end = NULL;
    int status;
    if (count == 2 && strcmp(words[0], "--after") == 0)
        subscribe.after = strtoll(words[1], &end, 10);
    if (count != 0 && (!end || end == words[1] || *end || subscribe.after < 0))
        return ctl_usage(ctl, "usage: watch [--after SEQ]");
    struct client *client = ctl_connect(ctl, &status);
    if (!client)
        return status;
    json_t *answer = NULL;
    int error = client_request(client, &subscribe, 10000, &answer);
    if (error < 0) {
        status = ctl_lost(ctl, error);
    } else if (!json_is_true(json_object_get(answer, "ok"))) {
        fprintf(stderr, "queuectl: %s\n", json_string_value(json_object_get(answer, "message")));
        status = EXIT_FAILED;
    } else {
        status = follow(ctl, client);
    }
    json_decref(answer);
    client_close(client);
    return status;
}
