#include <stdio.h>
#include <string.h>

#include "kiosk/queue/making.h"

void decide_counter_open(struct making *making)
{
    const struct counter_config *config = making_named_counter(making);
    if (!config)
        return;
    if (making->queue->counters[config->number].open)
        making_refuse(making, "already_open", "counter %d is open already", config->number);
    else
        making_open_counter(making, config);
}

void decide_counter_close(struct making *making)
{
    if (!making_working_counter(making))
        return;
    making_end_present(making);
    making_add(making, EVENT_COUNTER_CLOSED)->counter = making->command->counter;
}

void decide_service_opening(struct making *making)
{
    bool open = making->command->verb == VERB_SERVICE_OPEN;
    if (!making_named_service(making, making->command->service))
        return;
    int index = queue_find_service(making->queue, making->command->service);
    enum service_opening now =
        index >= 0 ? making->queue->services[index].opening : OPENING_BY_HOURS;
    if (now == (open ? OPENING_BY_STAFF : OPENING_CLOSED)) {
        making_refuse(making, open ? "already_open" : "already_closed", "service %s is %s already",
                      making->command->service, open ? "opened by staff" : "closed");
        return;
    }
    struct event *event = making_add(making, open ? EVENT_SERVICE_OPENED : EVENT_SERVICE_CLOSED);
    memcpy(event->service, making->command->service, SERVICE_NAME_SIZE);
}

/* Counters as the journal has them against the configuration, which may have changed. */
static void reconcile_counter(struct making *making, int number)
{
    const struct queue_counter *counter = &making->queue->counters[number];
    const struct counter_config *config = office_counter(making->office, number);
    if (!config) {
        if (counter->open) {
            if (counter->ticket >= 0)
                making_add_for_ticket(making, EVENT_HELD, &making->queue->tickets[counter->ticket]);
            making_add(making, EVENT_COUNTER_CLOSED)->counter = number;
        }
        return;
    }
    bool changed = counter->service_count != config->service_count;
    for (int i = 0; i < counter->service_count && !changed; i++)
        changed =
            strcmp(making->queue->services[counter->services[i]].name, config->services[i]) != 0;
    if ((counter->open && changed) || (!counter->known && config->opens == OPENS_AUTO))
        making_open_counter(making, config);
}

void decide_start_up(struct making *making)
{
    snprintf(making_add(making, EVENT_STARTED_UP)->version, sizeof((struct event *)0)->version,
             "%s", KHIOSK_VERSION);
    for (int number = 1; number <= COUNTER_MAX; number++)
        reconcile_counter(making, number);
}
