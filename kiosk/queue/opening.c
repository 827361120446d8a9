#include "kiosk/queue/opening.h"

bool queue_clock_trusted(const struct queue *queue, const struct moment *now)
{
    return now->wall_ms >= queue->newest_wall_ms && now->wall_ms >= now->earliest_ms;
}

bool queue_service_open(const struct queue *queue, const struct office *office,
                        const struct service_config *service, const struct moment *now)
{
    int index = queue_find_service(queue, service->name);
    enum service_opening opening = index >= 0 ? queue->services[index].opening : OPENING_BY_HOURS;
    if (opening != OPENING_BY_HOURS)
        return opening == OPENING_BY_STAFF;
    /* Nobody is turned away because the clock is not set. */
    return !queue_clock_trusted(queue, now) ||
           office_hours_open(office, service, queue_time(queue, now));
}
