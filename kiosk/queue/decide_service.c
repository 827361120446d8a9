#include <stdio.h>
#include <string.h>

#include "kiosk/queue/making.h"
#include "kiosk/queue/opening.h"

void decide_start(struct making *making)
{
    const struct ticket *ticket = making_present_ticket(making);
    if (ticket && ticket->state == TICKET_SERVING)
        making_refuse(making, "already_started", "%s is being served already", ticket->number);
    else if (ticket)
        making_add_for_ticket(making, EVENT_STARTED, ticket);
}

void decide_done(struct making *making)
{
    if (making_present_ticket(making))
        making_end_present(making);
}

void decide_noshow(struct making *making)
{
    const struct ticket *ticket = making_present_ticket(making);
    if (ticket)
        making_add_for_ticket(making, EVENT_NO_SHOW, ticket);
}

void decide_hold(struct making *making)
{
    const struct ticket *ticket = making_present_ticket(making);
    if (ticket)
        making_add_for_ticket(making, EVENT_HELD, ticket);
}

void decide_transfer(struct making *making)
{
    const struct ticket *ticket = making_present_ticket(making);
    if (!ticket || !making_named_service(making, making->command->to))
        return;
    if (strcmp(making->queue->services[ticket->service].name, making->command->to) == 0) {
        making_refuse(making, "same_service", "%s is a ticket of service %s already",
                      ticket->number, making->command->to);
        return;
    }
    struct event *event = making_add_for_ticket(making, EVENT_TRANSFERRED, ticket);
    memcpy(event->to, making->command->to, SERVICE_NAME_SIZE);
}

void decide_cancel(struct making *making)
{
    int index = making_named_ticket(making);
    if (index < 0)
        return;
    const struct ticket *ticket = &making->queue->tickets[index];
    if (ticket_is_open(ticket))
        making_add_for_ticket(making, EVENT_CANCELLED, ticket);
    else
        making_refuse(making, "not_open", "%s is %s already", ticket->number,
                      ticket_state_name(ticket->state));
}

void decide_rate(struct making *making)
{
    if (!making_named_counter(making))
        return;
    const struct queue_counter *counter = &making->queue->counters[making->command->counter];
    const struct ticket *ticket =
        counter->last_served >= 0 ? &making->queue->tickets[counter->last_served] : NULL;
    int64_t window_ms = (int64_t)making->office->rating_window * 1000;
    const char *why = NULL;
    if (!ticket || ticket->state != TICKET_FINISHED)
        why = "no ticket has been served";
    else if (making->at - counter->last_served_at.ms > window_ms)
        why = "too late";
    else if (counter->last_served_at.boot != making->queue->timeline.count &&
             !queue_clock_trusted(making->queue, making->now))
        why = "how long ago it ended is unknown";
    else if (ticket->rated)
        why = "rated already";
    if (!why) {
        struct event *event = making_add_for_ticket(making, EVENT_RATED, ticket);
        event->counter = making->command->counter;
        event->score = making->command->score;
        return;
    }
    making_refuse(making, "nothing_to_rate", "nothing to rate at counter %d: %s",
                  making->command->counter, why);
    struct event *event = making_add(making, EVENT_DISCARDED);
    event->counter = making->command->counter;
    event->score = making->command->score;
    event->count = 1;
    snprintf(event->reason, sizeof event->reason, "rating: %s", why);
}

void decide_discard(struct making *making)
{
    struct event *event = making_add(making, EVENT_DISCARDED);
    event->count = making->command->count;
    memcpy(event->button, making->command->button, BUTTON_NAME_SIZE);
    memcpy(event->reason, making->command->reason, REASON_SIZE);
}
