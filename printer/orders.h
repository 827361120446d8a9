/* What kioskd wants printed, and telling it what became of that. Every function returns 0 or
 * -errno of the connection; an error means that it is of no more use. */
#pragma once

#include "printer/ticket.h"
#include "shared/client.h"

#define ORDERS_MAX 64

/* Asks to hear of every event from now on. */
int orders_subscribe(struct client *client);

/* The tickets to print, oldest first, at most ORDERS_MAX of them. */
int orders_fetch(struct client *client, struct ticket tickets[static ORDERS_MAX], size_t *count);

/* Reports a print: why it failed, or NULL if it is printed. */
int orders_report(struct client *client, const struct ticket *ticket, const char *why);
