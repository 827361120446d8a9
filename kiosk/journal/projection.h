/* Keeps the tables `visit` and `rating` in step with the events: one statement or two for each
 * kind. Runs inside the transaction that adds the event, and again over all events to verify. */
#pragma once

#include "kiosk/journal/database.h"
#include "kiosk/queue/timeline.h"

struct projection;

/* db stays the caller's and must outlive the projection. */
bool projection_create(struct projection **projection, sqlite3 *db, char *why, size_t why_size);
void projection_destroy(struct projection *projection);

/* Takes in one event, in order of seq; it must already be a row of `event`. */
bool projection_add(struct projection *projection, const struct event *event, char *why,
                    size_t why_size);

/* Only follows the clock, for an event that is in the tables already. */
void projection_skip(struct projection *projection, const struct event *event);

/* What the projection remembers between events, to go back to after a failed transaction. */
struct timeline projection_timeline(const struct projection *projection);
void projection_restore(struct projection *projection, const struct timeline *timeline);
