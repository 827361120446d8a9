#include "kiosk/queue/timeline.h"

#include <string.h>

static void add_boot(struct timeline *timeline, const struct event *event)
{
    if (timeline->count == TIMELINE_BOOTS_MAX) {
        timeline->count--;
        memmove(&timeline->boots[0], &timeline->boots[1],
                (size_t)timeline->count * sizeof timeline->boots[0]);
    }
    memcpy(timeline->boots[timeline->count].id, event->boot_id, BOOT_ID_SIZE);
    timeline->boots[timeline->count].offset_ms = event->wall_ms - event->boot_ms;
    timeline->count++;
}

void timeline_note(struct timeline *timeline, const struct event *event)
{
    /* A replay starts at the day's opening, so nothing older may weigh on what follows. */
    if (event->kind == EVENT_DAY_OPENED)
        timeline->count = 0;
    if (!timeline_is_present(timeline, event->boot_id))
        add_boot(timeline, event);
    if (event->kind == EVENT_CLOCK_SET)
        timeline->boots[timeline->count - 1].offset_ms += event->correction_ms;
}

int64_t timeline_at(const struct timeline *timeline, const char *boot_id, int64_t boot_ms,
                    int64_t wall_ms)
{
    for (int i = timeline->count - 1; i >= 0; i--)
        if (strcmp(timeline->boots[i].id, boot_id) == 0)
            return boot_ms + timeline->boots[i].offset_ms;
    return wall_ms;
}

bool timeline_is_present(const struct timeline *timeline, const char *boot_id)
{
    return timeline->count > 0 && strcmp(timeline->boots[timeline->count - 1].id, boot_id) == 0;
}
