/* One connection to the socket: bytes in and out, without blocking. Private to the server. */
#pragma once

#include <stdint.h>
#include <systemd/sd-event.h>

#include "shared/message.h"

struct session;

struct session_owner {
    /* A whole line came in. May end in session_doom, never in session_destroy. */
    void (*line)(void *user, struct session *session, const char *line, size_t length);
    /* Everything that was to be sent is on its way. */
    void (*drained)(void *user, struct session *session);
    /* The session is over; the owner destroys it now. */
    void (*gone)(void *user, struct session *session);
    void *user;
};

struct session {
    const struct session_owner *owner;
    sd_event_source *source;
    int fd;
    struct line_buffer input;
    char *output;
    size_t output_used, output_size, output_max;
    bool doomed;      /* to be closed as soon as what waits has been sent */
    bool catching_up; /* a subscriber that still reads the past */
    bool subscribed;
    int64_t next_seq; /* while catching up: the next row to send */
};

/* Takes over fd, which must not block. NULL without memory; fd is then closed. */
struct session *session_create(sd_event *loop, int fd, size_t output_max,
                               const struct session_owner *owner);
void session_destroy(struct session *session);

/* Queues one message. False if the peer is too slow: the session is then doomed at once. */
bool session_send(struct session *session, const json_t *message);

/* Closes it once its output is sent. */
void session_doom(struct session *session);
