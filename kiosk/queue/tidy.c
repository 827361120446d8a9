#include <stdlib.h>
#include <string.h>

#include "kiosk/queue/making.h"
#include "kiosk/queue/opening.h"

/* Wall time that moves by less than this against boot time is drift, not a clock being set. */
#define CLOCK_STEP_MS 2000

static void tidy_clock(struct making *making)
{
    const struct queue *queue = making->queue;
    const struct moment *now = making->now;
    if (!timeline_is_present(&queue->timeline, now->boot_id) || !queue_clock_trusted(queue, now))
        return;
    int64_t offset = timeline_offset(&queue->timeline);
    int64_t correction = now->wall_ms - now->boot_ms - offset;
    if (queue->clock_unset || llabs(correction) > CLOCK_STEP_MS) {
        struct event *event = making_add(making, EVENT_CLOCK_SET);
        event->correction_ms = correction;
        making->at = now->wall_ms;
    }
}

static void date_of(const struct making *making, const struct stamp *stamp, char day[DAY_SIZE])
{
    const struct queue *queue = making->queue;
    bool present = stamp->boot == queue->timeline.count;
    int64_t correction = present ? making->at - queue_time(queue, making->now) : 0;
    clock_day(stamp->ms + correction, day);
}

/* Ends the day. If the clock was set only now, people may wait with tickets of this morning, issued
 * under the day before: theirs stay, and the day with them until the last of them is done. */
static bool close_day(struct making *making, const char *today)
{
    const struct queue *queue = making->queue;
    bool done = true;
    for (int i = queue->first_open; i < queue->ticket_count; i++) {
        const struct ticket *ticket = &queue->tickets[i];
        char day[DAY_SIZE];
        if (!ticket_is_open(ticket))
            continue;
        date_of(making, &ticket->issued, day);
        if (strcmp(day, today) == 0)
            done = false;
        else
            making_add_for_ticket(making, EVENT_LEFT, ticket);
    }
    if (done)
        making_add(making, EVENT_DAY_CLOSED)->count = queue->ticket_count;
    return done;
}

static void open_day(struct making *making, const char *today)
{
    size_t first = making->decision->count;
    making_add(making, EVENT_DAY_OPENED);
    for (int i = 0; i < making->office->counter_count; i++)
        if (making->office->counters[i].opens == OPENS_AUTO)
            making_open_counter(making, &making->office->counters[i]);
    for (size_t i = first; i < making->decision->count; i++)
        memcpy(making->decision->events[i].day, today, DAY_SIZE);
}

static void tidy_day(struct making *making)
{
    const struct queue *queue = making->queue;
    bool trusted = queue_clock_trusted(queue, making->now);
    char today[DAY_SIZE];
    /* A first day without a clock is dated as late as is known. */
    int64_t earliest = making->now->earliest_ms;
    clock_day(!trusted && making->at < earliest ? earliest : making->at, today);
    if (queue->day_is_open) {
        if (!trusted || strcmp(today, queue->day) <= 0 || !close_day(making, today))
            return;
    }
    open_day(making, today);
}

void queue_tidy(const struct queue *queue, const struct office *office, const struct moment *now,
                struct decision *decision)
{
    struct making making = {.queue = queue,
                            .office = office,
                            .now = now,
                            .at = queue_time(queue, now),
                            .decision = decision};
    tidy_clock(&making);
    tidy_day(&making);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return b > 0 && b < a ? b : a;
}

static int64_t next_hours_change(const struct hours *hours, int64_t at, int64_t soonest)
{
    int weekday = clock_local(at).weekday;
    for (int i = 0; i < hours->count[weekday]; i++) {
        struct hours_range range = hours->ranges[weekday][i];
        soonest = sooner(soonest, clock_at(at, 0, 0, range.from) - at);
        soonest = sooner(soonest, clock_at(at, 0, 0, range.to) - at);
    }
    return soonest;
}

int64_t queue_next_change(const struct queue *queue, const struct office *office,
                          const struct moment *now)
{
    int64_t at = queue_time(queue, now);
    int64_t soonest = clock_at(at, 1, 0, 0) - at;
    for (int i = 0; i < office->service_count; i++)
        soonest = next_hours_change(&office->services[i].hours, at, soonest);
    for (int i = 0; i < office->counter_count; i++) {
        const struct queue_counter *counter = &queue->counters[office->counters[i].number];
        if (counter->last_served >= 0)
            soonest = sooner(soonest, counter->last_served_at.ms +
                                          (int64_t)office->rating_window * 1000 + 1 - at);
    }
    return soonest < 1 ? 1 : soonest;
}
