/* A connection to kioskd, for the programs that ask it things.
 *
 * Requests are answered in order, but events of a subscription may come before an answer; those
 * wait inside the client until client_receive fetches them. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "shared/command.h"

struct client;

/* Connects to the socket. Returns 0 or -errno; *client is freed with client_close. */
int client_connect(struct client **client, const char *socket_path);

/* NULL-safe. */
void client_close(struct client *client);

/* To poll for reading; owned by the client. */
int client_fd(const struct client *client);

/* Sends a command and waits for its answer, at most timeout_ms. Returns 0 with *reply, which the
 * caller owns, or -errno: -ETIMEDOUT, -ECONNRESET where kioskd went away, -EPROTO. */
int client_request(struct client *client, const struct command *command, int timeout_ms,
                   json_t **reply);

/* Fetches the next event. Waits timeout_ms at most: 0 not at all, -1 without end. Returns 1 with
 * *event, which the caller owns, 0 if there is none, or -errno as client_request. */
int client_receive(struct client *client, int timeout_ms, json_t **event);
