/* The socket: sessions, their requests, and subscribers. See DESIGN: one JSON object a line.
 *
 * Never waits for a peer. A subscriber that does not read is dropped when SESSION_BACKLOG_MAX bytes
 * wait for it; it comes back with `after`. */
#pragma once

#include <systemd/sd-event.h>

#include "kiosk/desk.h"

#define SERVER_SESSIONS_MAX 64

struct server;

/* What the server cannot answer by itself. */
struct server_hooks {
    /* A key pressed in another program's window; false if no button has that line. */
    bool (*press)(void *user, const char *line);
    /* NULL, or what is wrong with the buttons. */
    const char *(*buttons_trouble)(void *user);
    void *user;
};

/* Listens on office->socket. False with the reason in `why`. */
bool server_create(struct server **server, sd_event *loop, struct desk *desk,
                   const struct office *office, struct server_hooks hooks, char *why,
                   size_t why_size);

/* Closes all sessions and removes the socket. */
void server_destroy(struct server *server);

/* Sends an event to all subscribers. */
void server_broadcast(struct server *server, const struct event *event);
