/* The rules: what a command does to the queue, as events, or why it is refused.
 *
 * Pure: a function of state, configuration, command and moment. It changes nothing but the
 * decision; whoever asked commits the events to the journal and then applies them.
 *
 * A refusal may come with events all the same: `next` ends the present ticket even if nobody
 * waits, and a press that rates nothing is recorded as discarded. */
#pragma once

#include "kiosk/queue/queue.h"

struct decision {
    struct event *events; /* without seq */
    size_t count, capacity;
    const char *error; /* NULL, or a stable word as "nobody_waiting" */
    char message[256]; /* of a refusal, in words for staff */
};

/* What is due before any command: a clock that has been set, a new day. `decision` starts empty. */
void queue_tidy(const struct queue *queue, const struct office *office, const struct moment *now,
                struct decision *decision);

/* The command itself. A tidy queue is assumed. */
void queue_decide(const struct queue *queue, const struct office *office,
                  const struct command *command, const struct moment *now,
                  struct decision *decision);

void decision_finish(struct decision *decision);

/* When something changes without a command: local midnight, a minute at which hours may begin or
 * end, the end of a rating window. In ms from now; at least 1. */
int64_t queue_next_change(const struct queue *queue, const struct office *office,
                          const struct moment *now);
