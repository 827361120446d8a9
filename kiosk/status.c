#include "kiosk/status.h"

#include "kiosk/queue/opening.h"
#include "kiosk/queue/promise.h"

static const char *ticket_service(const struct queue *queue, const struct ticket *ticket)
{
    return queue->services[ticket->service].name;
}

static json_t *services(const struct queue *queue, const struct office *office,
                        const struct moment *now, bool *any_open)
{
    json_t *list = json_array();
    *any_open = false;
    for (int i = 0; i < office->service_count; i++) {
        const struct service_config *service = &office->services[i];
        int index = queue_find_service(queue, service->name);
        const int *waiting = index >= 0 ? queue->services[index].waiting : (const int[2]){0};
        struct promise promise = promise_make(queue, service, CLASS_REGULAR);
        bool open = queue_service_open(queue, office, service, now);
        *any_open |= open;
        json_array_append_new(
            list, json_pack("{s:s, s:b, s:i, s:i, s:i, s:i, s:i}", "service", service->name, "open",
                            open, "waiting", waiting[CLASS_REGULAR] + waiting[CLASS_PRIORITY],
                            "waiting_priority", waiting[CLASS_PRIORITY], "issued",
                            index >= 0 ? queue->services[index].issued : 0, "promise_low_s",
                            promise.low_s, "promise_high_s", promise.high_s));
    }
    return list;
}

/* Whether the room has seen and heard the newest call of the ticket at this counter, and how. */
static void add_announcement(json_t *row, const struct queue *queue, int number, int ticket)
{
    for (int i = 0; i < queue->call_count; i++) {
        const struct queue_call *call = &queue->calls[i];
        if (call->ticket != ticket || call->counter != number)
            continue;
        bool announced = call->announced_seq == call->last_seq;
        json_object_set_new(row, "announced", json_boolean(announced));
        if (announced && call->voice[0])
            json_object_set_new(row, "voice", json_string(call->voice));
        return;
    }
}

static json_t *counters(const struct queue *queue, const struct office *office)
{
    json_t *list = json_array();
    for (int i = 0; i < office->counter_count; i++) {
        int number = office->counters[i].number;
        const struct queue_counter *counter = &queue->counters[number];
        json_t *row = json_pack("{s:i, s:b}", "counter", number, "open", counter->open);
        if (counter->ticket >= 0) {
            const struct ticket *ticket = &queue->tickets[counter->ticket];
            json_object_set_new(row, "ticket", json_string(ticket->number));
            json_object_set_new(row, "service", json_string(ticket_service(queue, ticket)));
            json_object_set_new(row, "class", json_string(class_name(ticket->ticket_class)));
            json_object_set_new(row, "state", json_string(ticket_state_name(ticket->state)));
            json_object_set_new(row, "called_ms", json_integer(ticket->called.ms));
            add_announcement(row, queue, number, counter->ticket);
        }
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *calls(const struct queue *queue)
{
    json_t *list = json_array();
    for (int i = 0; i < queue->call_count && i < STATUS_CALLS_MAX; i++) {
        const struct queue_call *call = &queue->calls[i];
        const struct ticket *ticket = &queue->tickets[call->ticket];
        json_array_append_new(
            list, json_pack("{s:I, s:s, s:i, s:s, s:s, s:I}", "seq", (json_int_t)call->seq,
                            "ticket", ticket->number, "counter", call->counter, "service",
                            ticket_service(queue, ticket), "class",
                            class_name(ticket->ticket_class), "wall_ms", (json_int_t)call->at.ms));
    }
    return list;
}

static json_t *next_tickets(const struct queue *queue)
{
    json_t *list = json_array();
    for (int i = queue->first_open;
         i < queue->ticket_count && json_array_size(list) < STATUS_NEXT_MAX; i++) {
        const struct ticket *ticket = &queue->tickets[i];
        if (ticket->state == TICKET_WAITING)
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I}", "ticket", ticket->number,
                                                  "service", ticket_service(queue, ticket), "class",
                                                  class_name(ticket->ticket_class), "issued_ms",
                                                  (json_int_t)ticket->issued.ms));
    }
    return list;
}

/* Those that can be brought back with resume, newest first. */
static json_t *tickets_aside(const struct queue *queue)
{
    json_t *list = json_array();
    for (int i = queue->ticket_count - 1; i >= 0 && json_array_size(list) < STATUS_NEXT_MAX; i--) {
        const struct ticket *ticket = &queue->tickets[i];
        if (ticket->state == TICKET_HELD || ticket->state == TICKET_NO_SHOW)
            json_array_append_new(list, json_pack("{s:s, s:s}", "ticket", ticket->number, "state",
                                                  ticket_state_name(ticket->state)));
    }
    return list;
}

void status_add(json_t *object, const struct queue *queue, const struct office *office,
                const struct moment *now)
{
    bool open;
    json_t *service_list = services(queue, office, now, &open);
    json_object_set_new(object, "seq", json_integer(queue->seq));
    json_object_set_new(object, "day", json_string(queue->day));
    json_object_set_new(object, "wall_ms", json_integer(queue_time(queue, now)));
    json_object_set_new(object, "clock_set", json_boolean(queue_clock_trusted(queue, now)));
    json_object_set_new(object, "open", json_boolean(open));
    json_object_set_new(object, "services", service_list);
    json_object_set_new(object, "counters", counters(queue, office));
    json_object_set_new(object, "calls", calls(queue));
    json_object_set_new(object, "next", next_tickets(queue));
    json_object_set_new(object, "held", json_integer(queue->held));
    json_object_set_new(object, "aside", tickets_aside(queue));
    if (queue->print_trouble[0])
        json_object_set_new(object, "printer", json_string(queue->print_trouble));
}

/* A citizen who has just pressed the button expects paper, even if a counter was quicker; after a
 * fault those who have been called meanwhile need none. */
static bool wants_paper(const struct ticket *ticket, int64_t at)
{
    if (ticket->copies_printed >= ticket->copies_wanted)
        return false;
    if (ticket->state == TICKET_WAITING || ticket->state == TICKET_HELD)
        return true;
    bool gone = ticket->state == TICKET_CANCELLED || ticket->state == TICKET_LEFT;
    return !gone && !ticket->print_failed && at - ticket->issued.ms < STATUS_FRESH_MS;
}

static void add_unprinted(json_t *list, const struct queue *queue, int64_t at, bool tried)
{
    int first = queue->first_open;
    while (first > 0 && at - queue->tickets[first - 1].issued.ms < STATUS_FRESH_MS)
        first--;
    for (int i = first; i < queue->ticket_count && json_array_size(list) < UNPRINTED_MAX; i++) {
        const struct ticket *ticket = &queue->tickets[i];
        if (!wants_paper(ticket, at) || ticket->print_failed != tried)
            continue;
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:s, s:I, s:b, s:i, s:i, s:i, s:i, s:i}", "day", queue->day,
                      "ticket", ticket->number, "service", ticket_service(queue, ticket), "class",
                      class_name(ticket->ticket_class), "issued_ms", (json_int_t)ticket->issued.ms,
                      "clock_set", !ticket->clock_unset, "ahead", ticket->ahead, "promise_low_s",
                      ticket->promise_low_s, "promise_high_s", ticket->promise_high_s, "copy",
                      ticket->copies_printed + 1, "copies", ticket->copies_wanted));
    }
}

json_t *status_unprinted(const struct queue *queue, const struct moment *now)
{
    int64_t at = queue_time(queue, now);
    json_t *list = json_array();
    add_unprinted(list, queue, at, false);
    add_unprinted(list, queue, at, true);
    return list;
}
