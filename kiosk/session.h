/* One connection to the socket: lines in and out, without blocking. Private to the server.
 *
 * A session takes a few lines, then the others have their turn; it takes none while much of what
 * it asked for still waits to be sent. So a burst neither holds up the other sessions nor fills
 * the memory. */
#pragma once

#include <stdint.h>
#include <systemd/sd-event.h>

#include "shared/message.h"

#define SESSION_BACKLOG_MAX (512 * 1024) /* bytes waiting for a peer that does not read */

struct session;

struct session_owner {
    /* A whole line came in. May end in session_close, never in session_destroy. */
    void (*line)(void *user, struct session *session, const char *line, size_t length);
    /* Everything that was to be sent is on its way. */
    void (*drained)(void *user, struct session *session);
    /* The session is over; the owner destroys it now. */
    void (*gone)(void *user, struct session *session);
    void *user;
};

struct session {
    const struct session_owner *owner;
    sd_event_source *ready; /* the socket can be read or written */
    sd_event_source *turn;  /* lines wait in `input`; NULL for none */
    sd_event_source *end;   /* closed: to be taken away, whether the peer reads or not */
    int fd;
    struct line_buffer input;
    char *output;
    size_t output_used, output_size;
    bool closed;
    bool subscribed;
    bool catching_up; /* a subscriber that still reads the past */
    int64_t next_seq; /* while catching up: the next row to send */
    int stalled;      /* events that came while it took nothing of the past */
};

/* Takes over fd, which must not block. NULL without memory; fd is then closed. */
struct session *session_create(sd_event *loop, int fd, const struct session_owner *owner);
void session_destroy(struct session *session);

/* Queues one message. False if the peer is too slow, and the session therefore closed. */
bool session_send(struct session *session, const json_t *message);

/* Ends the session; what waits is sent as far as the peer takes it at once. */
void session_close(struct session *session);
