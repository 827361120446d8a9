#include "shared/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/message.h"

struct client {
    int fd;
    json_int_t last_id;
    struct line_buffer input;
    json_t *events; /* array: came while an answer was awaited */
    char line[MESSAGE_MAX];
};

int client_connect(struct client **result, const char *socket_path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(socket_path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    strcpy(address.sun_path, socket_path);
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        return -ENOMEM;
    client->events = json_array();
    client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->fd < 0 || !client->events ||
        connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0) {
        int error = errno;
        client_close(client);
        return -error;
    }
    *result = client;
    return 0;
}

void client_close(struct client *client)
{
    if (!client)
        return;
    if (client->fd >= 0)
        close(client->fd);
    line_buffer_finish(&client->input);
    json_decref(client->events);
    free(client);
}

int client_fd(const struct client *client)
{
    return client->fd;
}

static int64_t now_ms(void)
{
    return clock_now().boot_ms;
}

static int send_all(struct client *client, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(client->fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno == EPIPE ? -ECONNRESET : -errno;
        bytes += sent;
        length -= (size_t)sent;
    }
    return 0;
}

/* The next message of either kind: 1, 0 at the deadline, or -errno. */
static int receive(struct client *client, int timeout_ms, json_t **message)
{
    int64_t deadline = timeout_ms < 0 ? INT64_MAX : now_ms() + timeout_ms;
    for (;;) {
        size_t length;
        char why[128];
        if (line_buffer_take(&client->input, client->line, &length)) {
            *message = message_parse(client->line, length, why, sizeof why);
            return *message ? 1 : -EPROTO;
        }
        int64_t left = deadline - now_ms();
        struct pollfd poll_fd = {.fd = client->fd, .events = POLLIN};
        int ready = poll(&poll_fd, 1, timeout_ms < 0 ? -1 : left > 0 ? (int)left : 0);
        if (ready < 0 && errno == EINTR)
            return 0;
        if (ready < 0)
            return -errno;
        if (ready == 0)
            return 0;
        int count = line_buffer_read(&client->input, client->fd);
        if (count == 0)
            return -ECONNRESET;
        if (count < 0 && count != -EAGAIN)
            return count;
    }
}

int client_request(struct client *client, const struct command *command, int timeout_ms,
                   json_t **reply)
{
    json_t *request = command_to_json(command);
    if (!request)
        return -ENOMEM;
    json_object_set_new(request, "id", json_integer(++client->last_id));
    size_t length;
    char *line = message_format(request, &length);
    json_decref(request);
    int result = line ? send_all(client, line, length) : -EMSGSIZE;
    free(line);
    int64_t deadline = now_ms() + timeout_ms;
    while (result == 0) {
        json_t *message;
        int64_t left = deadline - now_ms();
        int got = receive(client, left > 0 ? (int)left : 0, &message);
        if (got == 0 && now_ms() >= deadline)
            return -ETIMEDOUT;
        if (got == 0)
            continue;
        if (got < 0)
            return got;
        if (json_object_get(message, "event")) {
            json_array_append_new(client->events, message);
        } else if (json_is_null(json_object_get(message, "id")) ||
                   json_integer_value(json_object_get(message, "id")) == client->last_id) {
            /* null: kioskd refuses the connection itself */
            *reply = message;
            return 0;
        } else {
            json_decref(message);
        }
    }
    return result;
}

int client_receive(struct client *client, int timeout_ms, json_t **event)
{
    if (json_array_size(client->events) > 0) {
        *event = json_incref(json_array_get(client->events, 0));
        json_array_remove(client->events, 0);
        return 1;
    }
    for (;;) {
        json_t *message;
        int got = receive(client, timeout_ms, &message);
        if (got <= 0)
            return got;
        if (json_object_get(message, "event")) {
            *event = message;
            return 1;
        }
        json_decref(message);
    }
}
