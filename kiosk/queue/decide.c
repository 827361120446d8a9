#include "kiosk/queue/decide.h"

#include <stdlib.h>

#include "kiosk/queue/making.h"

void decision_finish(struct decision *decision)
{
    free(decision->events);
    *decision = (struct decision){0};
}

static void (*const rules[VERB_COUNT])(struct making *making) = {
    [VERB_TICKET] = decide_ticket,
    [VERB_REPRINT] = decide_reprint,
    [VERB_NEXT] = decide_next,
    [VERB_RECALL] = decide_recall,
    [VERB_START] = decide_start,
    [VERB_DONE] = decide_done,
    [VERB_NOSHOW] = decide_noshow,
    [VERB_HOLD] = decide_hold,
    [VERB_RESUME] = decide_resume,
    [VERB_CANCEL] = decide_cancel,
    [VERB_TRANSFER] = decide_transfer,
    [VERB_CALL] = decide_call,
    [VERB_RATE] = decide_rate,
    [VERB_COUNTER_OPEN] = decide_counter_open,
    [VERB_COUNTER_CLOSE] = decide_counter_close,
    [VERB_SERVICE_OPEN] = decide_service_opening,
    [VERB_SERVICE_CLOSE] = decide_service_opening,
    [VERB_PRINTED] = decide_printed,
    [VERB_PRINT_FAILED] = decide_print_failed,
    [VERB_ANNOUNCED] = decide_announced,
    [VERB_DISCARD] = decide_discard,
    [VERB_START_UP] = decide_start_up,
};

void queue_decide(const struct queue *queue, const struct office *office,
                  const struct command *command, const struct moment *now,
                  struct decision *decision)
{
    struct making making = {.queue = queue,
                            .office = office,
                            .command = command,
                            .now = now,
                            .at = queue_time(queue, now),
                            .decision = decision};
    if (rules[command->verb])
        rules[command->verb](&making);
    else
        making_refuse(&making, "unknown_command", "this is not a command of the queue");
}
