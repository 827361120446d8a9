#include "kiosk/queue/queue.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct queue *queue_create(void)
{
    struct queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        return NULL;
    for (int i = 0; i < QUEUE_COUNTERS_MAX; i++)
        queue->counters[i].ticket = queue->counters[i].last_served = -1;
    return queue;
}

void queue_destroy(struct queue *queue)
{
    if (!queue)
        return;
    free(queue->tickets);
    free(queue);
}

int queue_find_service(const struct queue *queue, const char *name)
{
    for (int i = 0; i < queue->service_count; i++)
        if (strcmp(queue->services[i].name, name) == 0)
            return i;
    return -1;
}

int queue_find_ticket(const struct queue *queue, const char *number)
{
    for (int i = queue->ticket_count - 1; i >= 0; i--)
        if (strcmp(queue->tickets[i].number, number) == 0)
            return i;
    return -1;
}

int ticket_value(const char *number, int *prefix_length)
{
    int length = 0;
    while (isalpha((unsigned char)number[length]))
        length++;
    *prefix_length = length;
    return atoi(number + length);
}

bool ticket_is_open(const struct ticket *ticket)
{
    return ticket->state <= TICKET_HELD;
}

const char *ticket_state_name(enum ticket_state state)
{
    static const char *const names[] = {"waiting",  "called",  "serving",   "held",
                                        "finished", "no_show", "cancelled", "left"};
    return names[state];
}

int64_t queue_time(const struct queue *queue, const struct moment *now)
{
    return timeline_at(&queue->timeline, now->boot_id, now->boot_ms, now->wall_ms);
}
