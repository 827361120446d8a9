/* One door for every command, wherever it comes from: decide, write to the journal, apply, tell.
 *
 * Nobody learns of an event before it is durable. If the journal cannot be written, nothing has
 * happened and the asker is told so. */
#pragma once

#include "kiosk/queue/decide.h"

struct desk;

struct desk_listener {
    /* An event has happened; called in order of seq, after it was applied. */
    void (*event)(void *user, const struct event *event);
    void *user;
};

/* Opens the journal and replays it. The office must outlive the desk. False with the reason, what
 * it is about and what to do in `why`. */
bool desk_create(struct desk **desk, const struct office *office, char *why, size_t why_size);
void desk_destroy(struct desk *desk);

/* One listener; set before the first command. */
void desk_listen(struct desk *desk, struct desk_listener listener);

/* Carries out a command now. Returns the answer for whoever asked, which the caller owns: "ok"
 * with the members of the last event, or "ok" false with "error" and "message". */
json_t *desk_do(struct desk *desk, const struct command *command);

/* Does what time alone brings about: the start, a clock that was set, a new day. Called once before
 * anything else. */
void desk_tick(struct desk *desk);

/* Milliseconds until desk_tick is due without any command. */
int64_t desk_next_tick(const struct desk *desk);

/* Whether a command would be accepted at this moment. */
bool desk_would_accept(const struct desk *desk, const struct command *command);

/* The state, for reading. */
const struct queue *desk_queue(const struct desk *desk);

/* As journal_read. */
int desk_read_events(struct desk *desk, int64_t after, int limit,
                     void (*take)(void *user, const struct event *event), void *user);
