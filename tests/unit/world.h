/* A small office without disk, socket or clock: commands go through the real rules and the real
 * fold, at a time that the test sets. */
#pragma once

#include "kiosk/queue/decide.h"

struct world {
    struct office office;
    struct queue *queue;
    struct moment now;
    int64_t seq;
    struct event *history; /* every event so far, as the journal would hold them */
    size_t history_count, history_capacity;
    struct decision last; /* of the last command */
};

/* Three services (general A, tax B, works C), counter 1 general, 2 tax and general, 3 works. It is
 * Monday 23 November 2026, 09:00 in Bangkok, and the day is open. */
void world_create(struct world *world);
void world_destroy(struct world *world);

/* Carries out a command given as words ("ticket general --priority"), as kioskd would. Returns
 * NULL, or the refusal's code. */
const char *world_do(struct world *world, const char *words);
const char *world_command(struct world *world, const struct command *command);

/* Time goes by in the same boot; what is due happens. */
void world_pass(struct world *world, int64_t seconds);

/* The machine is switched off and on again: a new boot. */
void world_reboot(struct world *world, int64_t wall_ms);

/* The last event of a kind; fails the test if there is none. */
const struct event *world_last(const struct world *world, enum event_kind kind);
int world_count(const struct world *world, enum event_kind kind);

/* The ticket at a counter, "" for none. */
const char *world_at(const struct world *world, int counter);

/* Folds the history since the last day_opened into a new queue, which the caller destroys. */
struct queue *world_replay(const struct world *world);

/* Fails the test if two queues differ in anything that later decisions could see. */
void world_assert_same(const struct queue *left, const struct queue *right);
