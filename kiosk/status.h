/* What the queue looks like now, as JSON: the answer to `status`, and a subscriber's snapshot.
 * Bounded: lists are cut, so that it always fits one line of the socket. */
#pragma once

#include "kiosk/queue/decide.h"

#define STATUS_NEXT_MAX 20
#define STATUS_CALLS_MAX 8
#define UNPRINTED_MAX 20
#define STATUS_FRESH_MS 60000

/* Adds the members of the status to `object`. */
void status_add(json_t *object, const struct queue *queue, const struct office *office,
                const struct moment *now);

/* The tickets of which fewer copies are printed than wanted, oldest first: those that still wait,
 * and those younger than STATUS_FRESH_MS that nobody has tried to print. Those that were tried in
 * vain come last, so that they stand in nobody's way. A new array. */
json_t *status_unprinted(const struct queue *queue, const struct moment *now);
