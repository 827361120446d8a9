#include <stdio.h>
#include <string.h>

#include "kiosk/queue/making.h"
#include "kiosk/queue/policy.h"

static void add_call(struct making *making, int index, bool in_order, const char *reason,
                     const char *detail)
{
    struct event *event =
        making_add_for_ticket(making, EVENT_CALLED, &making->queue->tickets[index]);
    event->counter = making->command->counter;
    event->in_order = in_order;
    event->start_implied = making->office->start == START_IMPLIED;
    if (!in_order)
        snprintf(event->reason, sizeof event->reason, "%s%s", reason, detail);
}

/* A call that the policy names, and how it stands to the order. */
static void add_policy_call(struct making *making, int index)
{
    enum order order = policy_order(making->queue, making->command->counter, index);
    add_call(making, index, order == ORDER_KEPT,
             order == ORDER_TRANSFER_AHEAD ? "transfer" : "priority", "");
}

void decide_next(struct making *making)
{
    if (!making_working_counter(making))
        return;
    int counter = making->command->counter;
    int index = policy_next(making->queue, making->office, counter, making->at);
    bool ended = making_end_present(making);
    if (index < 0) {
        making_refuse(making, "nobody_waiting", "nobody waits for counter %d%s", counter,
                      ended ? "; its ticket is finished" : "");
        return;
    }
    add_policy_call(making, index);
}

void decide_call(struct making *making)
{
    if (!making_working_counter(making))
        return;
    int index = making_named_ticket(making);
    if (index < 0)
        return;
    const struct ticket *ticket = &making->queue->tickets[index];
    if (ticket->state != TICKET_WAITING) {
        making_refuse(making, "not_waiting", "%s is %s%s", ticket->number,
                      ticket_state_name(ticket->state),
                      ticket->state == TICKET_HELD || ticket->state == TICKET_NO_SHOW
                          ? ": bring it back with resume"
                          : "");
        return;
    }
    int counter = making->command->counter;
    bool named = index == policy_next(making->queue, making->office, counter, making->at);
    if (!named && !making->command->reason[0]) {
        making_refuse(making, "reason_needed",
                      "%s is not the next at counter %d: give a reason for calling it out of order",
                      ticket->number, counter);
        return;
    }
    making_end_present(making);
    if (named)
        add_policy_call(making, index);
    else
        add_call(making, index, false, "picked: ", making->command->reason);
}

void decide_resume(struct making *making)
{
    if (!making_working_counter(making))
        return;
    int index = making_named_ticket(making);
    if (index < 0)
        return;
    const struct ticket *ticket = &making->queue->tickets[index];
    if (ticket->state != TICKET_HELD && ticket->state != TICKET_NO_SHOW) {
        making_refuse(making, "not_held",
                      "%s is %s: only a held ticket, or one that did not come, resumes",
                      ticket->number, ticket_state_name(ticket->state));
        return;
    }
    making_end_present(making);
    making_add_for_ticket(making, EVENT_RESUMED, ticket)->counter = making->command->counter;
    bool in_order = policy_order(making->queue, making->command->counter, index) == ORDER_KEPT;
    add_call(making, index, in_order, "returned", "");
}

void decide_recall(struct making *making)
{
    const struct ticket *ticket = making_present_ticket(making);
    if (ticket)
        making_add_for_ticket(making, EVENT_RECALLED, ticket);
}

static bool is_voice(const char *text)
{
    return strcmp(text, "spoken") == 0 || strcmp(text, "chimed") == 0 ||
           strcmp(text, "silent") == 0;
}

void decide_announced(struct making *making)
{
    const struct queue *queue = making->queue;
    const struct command *command = making->command;
    int index = making_named_ticket(making);
    if (index < 0 || !making_named_counter(making))
        return;
    if (command->voice[0] && !is_voice(command->voice)) {
        making_refuse(making, "bad_argument", "voice: expected spoken, chimed or silent");
        return;
    }
    for (int i = 0; i < queue->call_count; i++) {
        const struct queue_call *call = &queue->calls[i];
        if (call->ticket != index || call->counter != command->counter || command->of < call->seq ||
            command->of > call->last_seq)
            continue;
        struct event *event =
            making_add_for_ticket(making, EVENT_ANNOUNCED, &queue->tickets[index]);
        event->counter = command->counter;
        event->of = command->of;
        memcpy(event->voice, command->voice, sizeof event->voice);
        return;
    }
    making_refuse(making, "unknown_call", "no recent call of %s to counter %d has number %lld",
                  command->ticket, command->counter, (long long)command->of);
}
