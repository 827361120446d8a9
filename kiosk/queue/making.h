/* One decision in the making: what the rules of decide_*.c share. Private to this folder. */
#pragma once

#include "kiosk/queue/decide.h"

struct making {
    const struct queue *queue;
    const struct office *office;
    const struct command *command; /* NULL while tidying */
    const struct moment *now;
    int64_t at; /* corrected wall time */
    struct decision *decision;
};

void making_refuse(struct making *making, const char *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds an event of the day. The pointer is good until the next one is added. */
struct event *making_add(struct making *making, enum event_kind kind);
struct event *making_add_for_ticket(struct making *making, enum event_kind kind,
                                    const struct ticket *ticket);
void making_open_counter(struct making *making, const struct counter_config *config);

/* Finishes what the command's counter has; true if it had something. */
bool making_end_present(struct making *making);

/* What the command names; NULL or -1 after a refusal. */
const struct service_config *making_named_service(struct making *making, const char *name);
const struct counter_config *making_named_counter(struct making *making);
const struct queue_counter *making_working_counter(struct making *making); /* an open one */
const struct ticket *making_present_ticket(struct making *making);
int making_named_ticket(struct making *making);

/* The rules, one for each command. */
void decide_ticket(struct making *making);
void decide_reprint(struct making *making);
void decide_printed(struct making *making);
void decide_print_failed(struct making *making);
void decide_next(struct making *making);
void decide_call(struct making *making);
void decide_resume(struct making *making);
void decide_recall(struct making *making);
void decide_announced(struct making *making);
void decide_start(struct making *making);
void decide_done(struct making *making);
void decide_noshow(struct making *making);
void decide_hold(struct making *making);
void decide_transfer(struct making *making);
void decide_cancel(struct making *making);
void decide_rate(struct making *making);
void decide_discard(struct making *making);
void decide_counter_open(struct making *making);
void decide_counter_close(struct making *making);
void decide_service_opening(struct making *making);
void decide_start_up(struct making *making);
