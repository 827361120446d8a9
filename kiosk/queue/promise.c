#include "kiosk/queue/promise.h"

#include <stdlib.h>
#include <string.h>

static int compare_ints(const void *a, const void *b)
{
    const int *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

int promise_percentile(int *values, int count, int percent)
{
    qsort(values, (size_t)count, sizeof *values, compare_ints);
    int rank = (percent * count + 99) / 100;
    return values[rank > 0 ? rank - 1 : 0];
}

static void quartiles(const struct queue_service *service, int standard_minutes, int *low,
                      int *high)
{
    if (!service || service->sample_count < PROMISE_SAMPLES_MIN) {
        *low = standard_minutes * 60 / 2;
        *high = standard_minutes * 60;
        return;
    }
    int values[QUEUE_SAMPLES_MAX];
    memcpy(values, service->samples, (size_t)service->sample_count * sizeof *values);
    *low = promise_percentile(values, service->sample_count, 25);
    *high = promise_percentile(values, service->sample_count, 75);
}

static int line_ahead(const struct queue_service *service, enum ticket_class ticket_class)
{
    int priority = service->waiting[CLASS_PRIORITY];
    return ticket_class == CLASS_PRIORITY ? priority : priority + service->waiting[CLASS_REGULAR];
}

/* Open counters for the service, the services that those counters also have, and how many of the
 * counters are busy. */
static int count_counters(const struct queue *queue, int service, bool shared[QUEUE_SERVICES_MAX],
                          int *busy)
{
    int open = 0;
    *busy = 0;
    for (int n = 1; n < QUEUE_COUNTERS_MAX; n++) {
        const struct queue_counter *counter = &queue->counters[n];
        bool serves = false;
        for (int i = 0; i < counter->service_count && counter->open; i++)
            serves |= counter->services[i] == service;
        if (!serves)
            continue;
        open++;
        *busy += counter->ticket >= 0;
        for (int i = 0; i < counter->service_count; i++)
            shared[counter->services[i]] = true;
    }
    return open;
}

struct promise promise_make(const struct queue *queue, const struct service_config *service,
                            enum ticket_class ticket_class)
{
    int index = queue_find_service(queue, service->name);
    const struct queue_service *own = index >= 0 ? &queue->services[index] : NULL;
    bool shared[QUEUE_SERVICES_MAX] = {false};
    int low, high, busy = 0;
    quartiles(own, service->standard_minutes, &low, &high);
    int counters = index >= 0 ? count_counters(queue, index, shared, &busy) : 0;
    struct promise promise = {.ahead = own ? line_ahead(own, ticket_class) : 0};
    int rivals = promise.ahead;
    for (int i = 0; i < queue->service_count; i++)
        if (shared[i] && i != index)
            rivals += line_ahead(&queue->services[i], ticket_class);
    int parallel = counters > 0 ? counters : 1;
    /* A free counter takes the first in line at once; a busy one ends its ticket before. */
    int before = rivals + (busy == parallel || counters == 0 ? 1 : 0);
    promise.low_s = (int)((int64_t)promise.ahead * low / parallel);
    promise.high_s = (int)(((int64_t)before * high + parallel - 1) / parallel);
    if (promise.high_s < promise.low_s + PROMISE_WIDTH_MIN_S)
        promise.high_s = promise.low_s + PROMISE_WIDTH_MIN_S;
    return promise;
}
