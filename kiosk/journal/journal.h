/* The journal, as its only writer sees it: append, replay, read on.
 *
 * Every function that can fail returns false or a negative value with the reason, the file and
 * what to do in `why`. */
#pragma once

#include "kiosk/queue/queue.h"

struct journal;

/* Opens STATE-DIR/khiosk.db, which must be a writable directory that no other kioskd uses. */
bool journal_open(struct journal **journal, const char *state_dir, char *why, size_t why_size);
void journal_close(struct journal *journal);

/* Folds the last day into a new queue, and the service times of the days before. Rows that do not
 * follow the hash chain are reported in the log and used; rows that cannot be are an error. */
bool journal_replay(struct journal *journal, struct queue *queue, char *why, size_t why_size);

/* Gives a queue whose day has just opened the service times of the month before, for its promises.
 * journal_replay does it by itself. */
bool journal_remember(struct journal *journal, struct queue *queue, char *why, size_t why_size);

/* Adds events in one durable transaction, all or none, and numbers them. */
bool journal_append(struct journal *journal, struct event *events, size_t count, char *why,
                    size_t why_size);

/* Calls `take` with each event behind `after`, at most `limit` of them. Returns how many, or -1. */
int journal_read(struct journal *journal, int64_t after, int limit,
                 void (*take)(void *user, const struct event *event), void *user, char *why,
                 size_t why_size);
