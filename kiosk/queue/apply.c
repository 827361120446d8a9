/* The fold: what each kind of event does to the state. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/queue/queue.h"

static bool wrong(char *why, size_t why_size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool wrong(char *why, size_t why_size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, why_size, format, arguments);
    va_end(arguments);
    return false;
}

/* Finds or adds a service; -1 if there is no more room. */
static int take_service(struct queue *queue, const char *name)
{
    int index = queue_find_service(queue, name);
    if (index < 0 && queue->service_count < QUEUE_SERVICES_MAX) {
        index = queue->service_count++;
        queue->services[index] = (struct queue_service){0};
        snprintf(queue->services[index].name, SERVICE_NAME_SIZE, "%s", name);
    }
    return index;
}

static void add_sample(struct queue_service *service, int64_t seconds)
{
    if (seconds < 0 || seconds > 24 * 3600)
        return;
    service->samples[service->sample_next] = (int)seconds;
    service->sample_next = (service->sample_next + 1) % QUEUE_SAMPLES_MAX;
    if (service->sample_count < QUEUE_SAMPLES_MAX)
        service->sample_count++;
}

void queue_remember(struct queue *queue, const char *service, int seconds)
{
    int index = take_service(queue, service);
    if (index >= 0)
        add_sample(&queue->services[index], seconds);
}

/* Moving tickets between states, with the counts that hang on it. */

static void leave_state(struct queue *queue, struct ticket *ticket)
{
    struct queue_service *service = &queue->services[ticket->service];
    switch (ticket->state) {
    case TICKET_WAITING:
        service->waiting[ticket->ticket_class]--;
        if (service->waiting[CLASS_REGULAR] == 0)
            service->overtakes = 0;
        break;
    case TICKET_CALLED:
    case TICKET_SERVING:
        queue->counters[ticket->counter].ticket = -1;
        break;
    case TICKET_HELD:
        queue->held--;
        break;
    default:
        break;
    }
}

static void enter_state(struct queue *queue, int index, enum ticket_state state)
{
    struct ticket *ticket = &queue->tickets[index];
    ticket->state = state;
    switch (state) {
    case TICKET_WAITING:
        queue->services[ticket->service].waiting[ticket->ticket_class]++;
        break;
    case TICKET_CALLED:
    case TICKET_SERVING:
        queue->counters[ticket->counter].ticket = index;
        break;
    case TICKET_HELD:
        queue->held++;
        break;
    default:
        break;
    }
    if (index < queue->first_open && ticket_is_open(ticket))
        queue->first_open = index;
    while (queue->first_open < queue->ticket_count &&
           !ticket_is_open(&queue->tickets[queue->first_open]))
        queue->first_open++;
}

static void move_ticket(struct queue *queue, int index, enum ticket_state state)
{
    leave_state(queue, &queue->tickets[index]);
    enter_state(queue, index, state);
}

/* One function for each kind that changes more than the head of the journal. `index` is the
 * event's ticket, -1 for none; `at` its corrected time. */
struct step {
    struct queue *queue;
    const struct event *event;
    int index;
    struct ticket *ticket;
    struct stamp at;
    int64_t moved; /* by which the times of this boot have just been put right */
    char *why;
    size_t why_size;
};

static struct queue_series *take_series(struct queue *queue, const char *number, int prefix_length)
{
    for (int i = 0; i < queue->series_count; i++)
        if ((int)strlen(queue->series[i].prefix) == prefix_length &&
            strncmp(queue->series[i].prefix, number, (size_t)prefix_length) == 0)
            return &queue->series[i];
    if (queue->series_count == QUEUE_SERVICES_MAX || prefix_length >= PREFIX_SIZE)
        return NULL;
    struct queue_series *series = &queue->series[queue->series_count++];
    *series = (struct queue_series){0};
    memcpy(series->prefix, number, (size_t)prefix_length);
    return series;
}

static bool grow_tickets(struct queue *queue)
{
    if (queue->ticket_count < queue->ticket_capacity)
        return true;
    int capacity = queue->ticket_capacity ? queue->ticket_capacity * 2 : 256;
    struct ticket *tickets = realloc(queue->tickets, (size_t)capacity * sizeof *tickets);
    if (!tickets)
        return false;
    queue->tickets = tickets;
    queue->ticket_capacity = capacity;
    return true;
}

static bool apply_issued(struct step *step)
{
    struct queue *queue = step->queue;
    const struct event *event = step->event;
    int prefix_length, value = ticket_value(event->ticket, &prefix_length);
    int service = take_service(queue, event->service);
    struct queue_series *series = take_series(queue, event->ticket, prefix_length);
    if (service < 0 || !series || !grow_tickets(queue))
        return wrong(step->why, step->why_size, "no room for ticket %s", event->ticket);
    if (value != series->last_number + 1)
        return wrong(step->why, step->why_size, "ticket %s follows number %d", event->ticket,
                     series->last_number);
    series->last_number = value;
    queue->services[service].issued++;
    int index = queue->ticket_count++;
    struct ticket *ticket = &queue->tickets[index];
    *ticket = (struct ticket){.service = service,
                              .ticket_class = event->ticket_class,
                              .leg = event->leg,
                              .joined_seq = event->seq,
                              .issued = step->at,
                              .ahead = event->ahead,
                              .promise_low_s = event->promise_low_s,
                              .promise_high_s = event->promise_high_s,
                              .clock_unset = event->clock_unset,
                              .copies_wanted = 1};
    memcpy(ticket->number, event->ticket, TICKET_SIZE);
    enter_state(queue, index, TICKET_WAITING);
    return true;
}

static void remember_call(struct step *step)
{
    struct queue *queue = step->queue;
    int kept = queue->call_count < QUEUE_CALLS_MAX ? queue->call_count : QUEUE_CALLS_MAX - 1;
    memmove(&queue->calls[1], &queue->calls[0], (size_t)kept * sizeof queue->calls[0]);
    queue->calls[0] = (struct queue_call){.seq = step->event->seq,
                                          .last_seq = step->event->seq,
                                          .at = step->at,
                                          .ticket = step->index,
                                          .counter = step->event->counter};
    queue->call_count = kept + 1;
}

static void count_overtakes(struct queue *queue, const struct ticket *ticket)
{
    struct queue_service *own = &queue->services[ticket->service];
    if (ticket->ticket_class == CLASS_REGULAR) {
        own->overtakes = 0;
        return;
    }
    const struct queue_counter *counter = &queue->counters[ticket->counter];
    for (int i = 0; i < counter->service_count; i++) {
        struct queue_service *service = &queue->services[counter->services[i]];
        if (service->waiting[CLASS_REGULAR] > 0)
            service->overtakes++;
    }
}

static bool apply_called(struct step *step)
{
    struct queue *queue = step->queue;
    struct queue_counter *counter = &queue->counters[step->event->counter];
    if (step->ticket->state != TICKET_WAITING)
        return wrong(step->why, step->why_size, "%s is called while %s", step->ticket->number,
                     ticket_state_name(step->ticket->state));
    if (counter->ticket >= 0)
        return wrong(step->why, step->why_size, "%s is called to counter %d, which has %s",
                     step->ticket->number, step->event->counter,
                     queue->tickets[counter->ticket].number);
    leave_state(queue, step->ticket);
    step->ticket->counter = step->event->counter;
    if (!step->ticket->called.boot)
        step->ticket->called = step->at;
    if (step->event->start_implied && !step->ticket->started.boot)
        step->ticket->started = step->at;
    enter_state(queue, step->index, TICKET_CALLED);
    count_overtakes(queue, step->ticket);
    remember_call(step);
    return true;
}

static bool apply_recalled(struct step *step)
{
    struct queue *queue = step->queue;
    for (int i = 0; i < queue->call_count; i++)
        if (queue->calls[i].ticket == step->index) {
            queue->calls[i].last_seq = step->event->seq;
            break;
        }
    return true;
}

static bool apply_announced(struct step *step)
{
    struct queue *queue = step->queue;
    for (int i = 0; i < queue->call_count; i++) {
        struct queue_call *call = &queue->calls[i];
        if (call->seq <= step->event->of && step->event->of <= call->last_seq &&
            call->counter == step->event->counter) {
            call->announced_seq = step->event->of;
            memcpy(call->voice, step->event->voice, sizeof call->voice);
            break;
        }
    }
    return true;
}

static bool at_counter(struct step *step)
{
    if (step->ticket->state == TICKET_CALLED || step->ticket->state == TICKET_SERVING)
        return true;
    return wrong(step->why, step->why_size, "%s is %s while %s", step->ticket->number,
                 event_kind_name(step->event->kind), ticket_state_name(step->ticket->state));
}

/* Whoever was at the counter until now may press a rating button: it must not count for the one
 * served before. */
static void forget_served(struct step *step)
{
    step->queue->counters[step->ticket->counter].last_served = -1;
}

static bool apply_started(struct step *step)
{
    if (!at_counter(step))
        return false;
    if (!step->ticket->started.boot)
        step->ticket->started = step->at;
    move_ticket(step->queue, step->index, TICKET_SERVING);
    return true;
}

static bool apply_finished(struct step *step)
{
    if (!at_counter(step))
        return false;
    struct queue_counter *counter = &step->queue->counters[step->ticket->counter];
    step->ticket->ended = step->at;
    move_ticket(step->queue, step->index, TICKET_FINISHED);
    counter->last_served = step->index;
    counter->last_served_at = step->at;
    if (step->ticket->started.boot)
        add_sample(&step->queue->services[step->ticket->service],
                   (step->at.ms - step->ticket->started.ms) / 1000);
    return true;
}

static bool apply_no_show(struct step *step)
{
    if (!at_counter(step))
        return false;
    step->ticket->ended = step->at;
    step->ticket->started = (struct stamp){0};
    move_ticket(step->queue, step->index, TICKET_NO_SHOW);
    return true;
}

static bool apply_held(struct step *step)
{
    if (!at_counter(step))
        return false;
    forget_served(step);
    move_ticket(step->queue, step->index, TICKET_HELD);
    return true;
}

static bool apply_resumed(struct step *step)
{
    if (step->ticket->state != TICKET_HELD && step->ticket->state != TICKET_NO_SHOW)
        return wrong(step->why, step->why_size, "%s is resumed while %s", step->ticket->number,
                     ticket_state_name(step->ticket->state));
    step->ticket->ended = (struct stamp){0};
    move_ticket(step->queue, step->index, TICKET_WAITING);
    return true;
}

static bool apply_transferred(struct step *step)
{
    int service = take_service(step->queue, step->event->to);
    if (!at_counter(step))
        return false;
    if (service < 0)
        return wrong(step->why, step->why_size, "no room for service %s", step->event->to);
    struct ticket *ticket = step->ticket;
    forget_served(step);
    leave_state(step->queue, ticket);
    ticket->counter = 0;
    ticket->service = service;
    ticket->leg++;
    ticket->joined_seq = step->event->seq;
    ticket->called = ticket->started = ticket->ended = (struct stamp){0};
    enter_state(step->queue, step->index, TICKET_WAITING);
    return true;
}

static bool apply_closing(struct step *step)
{
    if (!ticket_is_open(step->ticket))
        return wrong(step->why, step->why_size, "%s is %s while %s", step->ticket->number,
                     event_kind_name(step->event->kind), ticket_state_name(step->ticket->state));
    if (step->ticket->state == TICKET_CALLED || step->ticket->state == TICKET_SERVING)
        forget_served(step);
    step->ticket->ended = step->at;
    move_ticket(step->queue, step->index,
                step->event->kind == EVENT_LEFT ? TICKET_LEFT : TICKET_CANCELLED);
    return true;
}

static bool apply_printed(struct step *step)
{
    if (step->event->copy > step->ticket->copies_printed)
        step->ticket->copies_printed = step->event->copy;
    step->ticket->print_failed = false;
    step->queue->print_trouble[0] = '\0';
    return true;
}

static bool apply_print_failed(struct step *step)
{
    step->ticket->print_failed = true;
    memcpy(step->queue->print_trouble, step->event->reason, sizeof step->event->reason);
    return true;
}

static bool apply_reprinted(struct step *step)
{
    step->ticket->copies_wanted = step->event->copy;
    return true;
}

static bool apply_rated(struct step *step)
{
    if (step->ticket->rated)
        return wrong(step->why, step->why_size, "%s is rated twice", step->ticket->number);
    step->ticket->rated = true;
    return true;
}

static bool apply_counter_opened(struct step *step)
{
    struct queue_counter *counter = &step->queue->counters[step->event->counter];
    char names[EVENT_SERVICES_SIZE], *rest = names;
    memcpy(names, step->event->services, sizeof names);
    counter->known = counter->open = true;
    counter->service_count = 0;
    for (char *name; (name = strsep(&rest, " ")) != NULL;) {
        int service = name[0] ? take_service(step->queue, name) : -1;
        if (service >= 0 && counter->service_count < SERVICES_MAX)
            counter->services[counter->service_count++] = service;
    }
    return true;
}

static bool apply_counter_closed(struct step *step)
{
    struct queue_counter *counter = &step->queue->counters[step->event->counter];
    counter->known = true;
    counter->open = false;
    return true;
}

static bool apply_service_opening(struct step *step)
{
    int service = take_service(step->queue, step->event->service);
    if (service < 0)
        return wrong(step->why, step->why_size, "no room for service %s", step->event->service);
    step->queue->services[service].opening =
        step->event->kind == EVENT_SERVICE_OPENED ? OPENING_BY_STAFF : OPENING_CLOSED;
    return true;
}

static bool apply_day_opened(struct step *step)
{
    struct queue *queue = step->queue;
    queue->ticket_count = queue->first_open = queue->held = queue->call_count = 0;
    queue->series_count = queue->service_count = 0;
    queue->print_trouble[0] = '\0';
    for (int i = 0; i < QUEUE_COUNTERS_MAX; i++)
        queue->counters[i] = (struct queue_counter){.ticket = -1, .last_served = -1};
    memcpy(queue->day, step->event->day, DAY_SIZE);
    queue->day_is_open = true;
    return true;
}

static bool apply_day_closed(struct step *step)
{
    step->queue->day_is_open = false;
    return true;
}

static void shift(struct stamp *stamp, int boot, int64_t by)
{
    if (stamp->boot == boot)
        stamp->ms += by;
}

static bool apply_clock_set(struct step *step)
{
    struct queue *queue = step->queue;
    int64_t by = step->moved;
    int boot = queue->timeline.count;
    queue->clock_unset = false;
    for (int i = 0; i < queue->ticket_count; i++) {
        shift(&queue->tickets[i].issued, boot, by);
        shift(&queue->tickets[i].called, boot, by);
        shift(&queue->tickets[i].started, boot, by);
        shift(&queue->tickets[i].ended, boot, by);
    }
    for (int i = 0; i < QUEUE_COUNTERS_MAX; i++)
        shift(&queue->counters[i].last_served_at, boot, by);
    for (int i = 0; i < queue->call_count; i++)
        shift(&queue->calls[i].at, boot, by);
    return true;
}

enum needs { NEEDS_NOTHING, NEEDS_TICKET, NEEDS_COUNTER };

static const struct apply_row {
    bool (*apply)(struct step *step); /* NULL: leaves no trace in the state */
    enum needs needs;
} rows[EVENT_COUNT] = {
    [EVENT_ISSUED] = {apply_issued, NEEDS_NOTHING},
    [EVENT_PRINTED] = {apply_printed, NEEDS_TICKET},
    [EVENT_PRINT_FAILED] = {apply_print_failed, NEEDS_TICKET},
    [EVENT_REPRINTED] = {apply_reprinted, NEEDS_TICKET},
    [EVENT_CALLED] = {apply_called, NEEDS_TICKET},
    [EVENT_RECALLED] = {apply_recalled, NEEDS_TICKET},
    [EVENT_ANNOUNCED] = {apply_announced, NEEDS_NOTHING},
    [EVENT_STARTED] = {apply_started, NEEDS_TICKET},
    [EVENT_FINISHED] = {apply_finished, NEEDS_TICKET},
    [EVENT_NO_SHOW] = {apply_no_show, NEEDS_TICKET},
    [EVENT_HELD] = {apply_held, NEEDS_TICKET},
    [EVENT_RESUMED] = {apply_resumed, NEEDS_TICKET},
    [EVENT_TRANSFERRED] = {apply_transferred, NEEDS_TICKET},
    [EVENT_CANCELLED] = {apply_closing, NEEDS_TICKET},
    [EVENT_LEFT] = {apply_closing, NEEDS_TICKET},
    [EVENT_RATED] = {apply_rated, NEEDS_TICKET},
    [EVENT_COUNTER_OPENED] = {apply_counter_opened, NEEDS_COUNTER},
    [EVENT_COUNTER_CLOSED] = {apply_counter_closed, NEEDS_COUNTER},
    [EVENT_SERVICE_OPENED] = {apply_service_opening, NEEDS_NOTHING},
    [EVENT_SERVICE_CLOSED] = {apply_service_opening, NEEDS_NOTHING},
    [EVENT_DAY_OPENED] = {apply_day_opened, NEEDS_NOTHING},
    [EVENT_DAY_CLOSED] = {apply_day_closed, NEEDS_NOTHING},
    [EVENT_CLOCK_SET] = {apply_clock_set, NEEDS_NOTHING},
};

bool queue_apply(struct queue *queue, const struct event *event, char *why, size_t why_size)
{
    const struct apply_row *row = &rows[event->kind];
    struct step step = {
        .queue = queue, .event = event, .index = -1, .why = why, .why_size = why_size};
    if (event->counter < 0 || event->counter >= QUEUE_COUNTERS_MAX)
        return wrong(why, why_size, "counter %d cannot be", event->counter);
    if (event->counter == 0 && (row->needs == NEEDS_COUNTER || event->kind == EVENT_CALLED))
        return wrong(why, why_size, "%s without a counter", event_kind_name(event->kind));
    if (row->needs == NEEDS_TICKET) {
        step.index = queue_find_ticket(queue, event->ticket);
        if (step.index < 0)
            return wrong(why, why_size, "%s of ticket \"%s\", which was not issued on %s",
                         event_kind_name(event->kind), event->ticket, queue->day);
        step.ticket = &queue->tickets[step.index];
    }
    if (!timeline_is_present(&queue->timeline, event->boot_id))
        queue->clock_unset = false;
    step.moved = timeline_note(&queue->timeline, event);
    step.at.ms = timeline_at(&queue->timeline, event->boot_id, event->boot_ms, event->wall_ms);
    step.at.boot = queue->timeline.count;
    if (row->apply && !row->apply(&step))
        return false;
    queue->seq = event->seq;
    if (event->wall_ms > queue->newest_wall_ms && !event->clock_unset)
        queue->newest_wall_ms = event->wall_ms;
    if (event->clock_unset)
        queue->clock_unset = true;
    return true;
}
