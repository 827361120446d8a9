#include "kiosk/queue/making.h"

#include "kiosk/queue/opening.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void making_refuse(struct making *making, const char *error, const char *format, ...)
{
    va_list arguments;
    making->decision->error = error;
    va_start(arguments, format);
    vsnprintf(making->decision->message, sizeof making->decision->message, format, arguments);
    va_end(arguments);
}

struct event *making_add(struct making *making, enum event_kind kind)
{
    struct decision *decision = making->decision;
    if (decision->count == decision->capacity) {
        size_t capacity = decision->capacity ? decision->capacity * 2 : 4;
        struct event *events = realloc(decision->events, capacity * sizeof *events);
        if (!events)
            abort();
        decision->events = events;
        decision->capacity = capacity;
    }
    struct event *event = &decision->events[decision->count++];
    *event = (struct event){.kind = kind,
                            .wall_ms = making->now->wall_ms,
                            .boot_ms = making->now->boot_ms,
                            .clock_unset = !queue_clock_trusted(making->queue, making->now)};
    memcpy(event->boot_id, making->now->boot_id, BOOT_ID_SIZE);
    memcpy(event->day, making->queue->day, DAY_SIZE);
    return event;
}

struct event *making_add_for_ticket(struct making *making, enum event_kind kind,
                                    const struct ticket *ticket)
{
    struct event *event = making_add(making, kind);
    memcpy(event->ticket, ticket->number, TICKET_SIZE);
    if (ticket->state == TICKET_CALLED || ticket->state == TICKET_SERVING)
        event->counter = ticket->counter;
    event->ticket_class = ticket->ticket_class;
    event->leg = ticket->leg;
    memcpy(event->service, making->queue->services[ticket->service].name, SERVICE_NAME_SIZE);
    return event;
}

const struct service_config *making_named_service(struct making *making, const char *name)
{
    const struct office *office = making->office;
    const struct service_config *service = office_service(office, name);
    if (service)
        return service;
    char known[160];
    office_list_services(office, known, sizeof known);
    making_refuse(making, "unknown_service", "there is no service \"%s\"; there are %s", name,
                  known);
    return NULL;
}

const struct counter_config *making_named_counter(struct making *making)
{
    const struct office *office = making->office;
    const struct counter_config *counter = office_counter(office, making->command->counter);
    if (counter)
        return counter;
    char known[160] = "";
    size_t used = 0;
    for (int i = 0; i < office->counter_count && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%d", i ? ", " : "",
                                 office->counters[i].number);
    making_refuse(making, "unknown_counter", "there is no counter %d; there are %s",
                  making->command->counter, known);
    return NULL;
}

const struct queue_counter *making_working_counter(struct making *making)
{
    if (!making_named_counter(making))
        return NULL;
    const struct queue_counter *counter = &making->queue->counters[making->command->counter];
    if (counter->open)
        return counter;
    making_refuse(making, "counter_closed", "counter %d is closed; open it with: counter open %d",
                  making->command->counter, making->command->counter);
    return NULL;
}

const struct ticket *making_present_ticket(struct making *making)
{
    if (!making_named_counter(making))
        return NULL;
    int index = making->queue->counters[making->command->counter].ticket;
    if (index >= 0)
        return &making->queue->tickets[index];
    making_refuse(making, "no_ticket", "counter %d has no ticket", making->command->counter);
    return NULL;
}

int making_named_ticket(struct making *making)
{
    int index = queue_find_ticket(making->queue, making->command->ticket);
    if (index < 0)
        making_refuse(making, "unknown_ticket", "ticket %s was not issued today",
                      making->command->ticket);
    return index;
}

static void list_services(const struct counter_config *config, char services[EVENT_SERVICES_SIZE])
{
    size_t used = 0;
    for (int i = 0; i < config->service_count; i++)
        used += (size_t)snprintf(services + used, EVENT_SERVICES_SIZE - used, "%s%s", i ? " " : "",
                                 config->services[i]);
}

void making_open_counter(struct making *making, const struct counter_config *config)
{
    struct event *event = making_add(making, EVENT_COUNTER_OPENED);
    event->counter = config->number;
    list_services(config, event->services);
}

bool making_end_present(struct making *making)
{
    int index = making->queue->counters[making->command->counter].ticket;
    if (index < 0)
        return false;
    making_add_for_ticket(making, EVENT_FINISHED, &making->queue->tickets[index]);
    return true;
}
