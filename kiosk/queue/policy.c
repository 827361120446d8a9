#include "kiosk/queue/policy.h"

static bool serves(const struct queue_counter *counter, int service)
{
    for (int i = 0; i < counter->service_count; i++)
        if (counter->services[i] == service)
            return true;
    return false;
}

/* The longest waiting callable ticket of a class, by issue. */
static int oldest(const struct queue *queue, const struct queue_counter *counter,
                  enum ticket_class ticket_class)
{
    for (int i = queue->first_open; i < queue->ticket_count; i++) {
        const struct ticket *ticket = &queue->tickets[i];
        if (ticket->state == TICKET_WAITING && ticket->ticket_class == ticket_class &&
            serves(counter, ticket->service))
            return i;
    }
    return -1;
}

/* Whether one of the regular tickets that a priority ticket would pass has waited too long. Without
 * a clock the first in line need not be the one that is known to wait longest. */
static bool passes_too_long_wait(const struct queue *queue, const struct queue_counter *counter,
                                 int priority, int64_t at, int64_t limit_ms)
{
    for (int i = queue->first_open; i < priority; i++) {
        const struct ticket *ticket = &queue->tickets[i];
        if (ticket->state == TICKET_WAITING && ticket->ticket_class == CLASS_REGULAR &&
            at - ticket->issued.ms > limit_ms && serves(counter, ticket->service))
            return true;
    }
    return false;
}

static bool run_is_spent(const struct queue *queue, const struct queue_counter *counter, int run)
{
    for (int i = 0; i < counter->service_count; i++) {
        const struct queue_service *service = &queue->services[counter->services[i]];
        if (service->waiting[CLASS_REGULAR] > 0 && service->overtakes >= run)
            return true;
    }
    return false;
}

static int waiting(const struct queue *queue, const struct queue_counter *counter,
                   enum ticket_class ticket_class)
{
    int count = 0;
    for (int i = 0; i < counter->service_count; i++)
        count += queue->services[counter->services[i]].waiting[ticket_class];
    return count;
}

int policy_next(const struct queue *queue, const struct office *office, int number, int64_t at)
{
    const struct queue_counter *counter = &queue->counters[number];
    bool has_regular = waiting(queue, counter, CLASS_REGULAR) > 0;
    bool has_priority = waiting(queue, counter, CLASS_PRIORITY) > 0;
    int regular = has_regular ? oldest(queue, counter, CLASS_REGULAR) : -1;
    if (!has_priority)
        return regular;
    int priority = oldest(queue, counter, CLASS_PRIORITY);
    if (!has_regular)
        return priority;
    if (run_is_spent(queue, counter, office->priority_run) ||
        passes_too_long_wait(queue, counter, priority, at,
                             (int64_t)office->regular_max_wait * 60000))
        return regular;
    return priority;
}

enum order policy_order(const struct queue *queue, int number, int index)
{
    const struct queue_counter *counter = &queue->counters[number];
    const struct ticket *called = &queue->tickets[index];
    for (int i = queue->first_open; i < index; i++) {
        const struct ticket *other = &queue->tickets[i];
        bool takes_turns =
            called->ticket_class == CLASS_REGULAR && other->ticket_class == CLASS_PRIORITY;
        if (other->state == TICKET_WAITING && !takes_turns && serves(counter, other->service))
            return ORDER_EARLIER_WAITS;
    }
    if (called->leg == 1)
        return ORDER_KEPT;
    for (int i = index + 1; i < queue->ticket_count; i++) {
        const struct ticket *other = &queue->tickets[i];
        if (other->state == TICKET_WAITING && other->service == called->service &&
            other->joined_seq < called->joined_seq)
            return ORDER_TRANSFER_AHEAD;
    }
    return ORDER_KEPT;
}
