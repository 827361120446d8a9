/* The waiting range that a ticket promises.
 *
 * Everybody who will be called before the ticket takes one service time, shared by the counters
 * that are open for its service. The low end counts only the ticket's own line and the lower
 * quartile of the office's newest service times; the high end counts everybody whom those counters
 * may call before it and the upper quartile. Until PROMISE_SAMPLES_MIN services have been measured,
 * the quartiles are half of standard-minutes and standard-minutes. Even a free counter takes a
 * moment to call, so the range is never narrower than PROMISE_WIDTH_MIN_S. */
#pragma once

#include "kiosk/queue/queue.h"

#define PROMISE_SAMPLES_MIN 10
#define PROMISE_WIDTH_MIN_S 300

struct promise {
    int ahead;         /* people waiting for the same service who will be called before */
    int low_s, high_s; /* seconds; low_s <= high_s */
};

/* For a ticket issued now. */
struct promise promise_make(const struct queue *queue, const struct service_config *service,
                            enum ticket_class ticket_class);

/* The nearest-rank percentile (1-100) of `count` > 0 values. Sorts them. */
int promise_percentile(int *values, int count, int percent);
