#include <stdio.h>
#include <string.h>

#include "kiosk/queue/making.h"
#include "kiosk/queue/opening.h"
#include "kiosk/queue/promise.h"

static int series_last(const struct queue *queue, const char *prefix)
{
    for (int i = 0; i < queue->series_count; i++)
        if (strcmp(queue->series[i].prefix, prefix) == 0)
            return queue->series[i].last_number;
    return 0;
}

void decide_ticket(struct making *making)
{
    const struct queue *queue = making->queue;
    const struct service_config *service = making_named_service(making, making->command->service);
    if (!service)
        return;
    int index = queue_find_service(queue, service->name);
    if (!queue_service_open(queue, making->office, service, making->now)) {
        bool closed = index >= 0 && queue->services[index].opening == OPENING_CLOSED;
        making_refuse(
            making, closed ? "service_closed" : "office_closed",
            closed ? "service %s is closed for today; service open %s opens it"
                   : "service %s is outside its hours; service open %s opens it all the same",
            service->name, service->name);
        return;
    }
    if (service->daily_limit > 0 && index >= 0 &&
        queue->services[index].issued >= service->daily_limit) {
        making_refuse(making, "limit_reached", "all %d tickets of service %s for today are issued",
                      service->daily_limit, service->name);
        return;
    }
    struct promise promise = promise_make(queue, service, making->command->ticket_class);
    struct event *event = making_add(making, EVENT_ISSUED);
    snprintf(event->ticket, TICKET_SIZE, "%s%03d", service->prefix,
             series_last(queue, service->prefix) + 1);
    memcpy(event->service, service->name, SERVICE_NAME_SIZE);
    event->ticket_class = making->command->ticket_class;
    event->leg = 1;
    event->ahead = promise.ahead;
    event->promise_low_s = promise.low_s;
    event->promise_high_s = promise.high_s;
}

void decide_reprint(struct making *making)
{
    int index = making_named_ticket(making);
    if (index < 0)
        return;
    const struct ticket *ticket = &making->queue->tickets[index];
    if (ticket->state != TICKET_WAITING && ticket->state != TICKET_HELD) {
        making_refuse(making, "not_waiting", "%s is %s: only a waiting ticket is printed again",
                      ticket->number, ticket_state_name(ticket->state));
        return;
    }
    if (ticket->copies_printed < ticket->copies_wanted) {
        making_refuse(making, "not_printed",
                      "%s has not been printed yet: it still waits for the printer",
                      ticket->number);
        return;
    }
    struct event *event = making_add_for_ticket(making, EVENT_REPRINTED, ticket);
    event->copy = ticket->copies_wanted + 1;
}

/* The ticket that the printer speaks of; -1 after a refusal. */
static int printed_ticket(struct making *making)
{
    if (strcmp(making->command->day, making->queue->day) != 0) {
        making_refuse(making, "unknown_ticket", "%s is not the present day, %s",
                      making->command->day, making->queue->day);
        return -1;
    }
    return making_named_ticket(making);
}

void decide_printed(struct making *making)
{
    int index = printed_ticket(making);
    if (index < 0)
        return;
    const struct ticket *ticket = &making->queue->tickets[index];
    int copy = making->command->copy;
    if (copy <= ticket->copies_printed) {
        making_refuse(making, "already_printed", "copy %d of %s is printed already", copy,
                      ticket->number);
        return;
    }
    if (copy != ticket->copies_printed + 1 || copy > ticket->copies_wanted) {
        making_refuse(making, "not_wanted", "copy %d of %s was not asked for", copy,
                      ticket->number);
        return;
    }
    making_add_for_ticket(making, EVENT_PRINTED, ticket)->copy = copy;
}

void decide_print_failed(struct making *making)
{
    int index = printed_ticket(making);
    if (index < 0)
        return;
    struct event *event =
        making_add_for_ticket(making, EVENT_PRINT_FAILED, &making->queue->tickets[index]);
    event->copy = making->command->copy;
    memcpy(event->reason, making->command->reason, REASON_SIZE);
}
