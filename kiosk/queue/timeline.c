#include "kiosk/queue/timeline.h"

#include <string.h>

static void add_boot(struct timeline *timeline, const struct event *event)
{
    if (timeline->count == TIMELINE_BOOTS_MAX) {
        timeline->count--;
        memmove(&timeline->boots[0], &timeline->boots[1],
                (size_t)timeline->count * sizeof timeline->boots[0]);
    }
    int index = timeline->count++;
    bool behind = event->clock_unset && event->wall_ms < timeline->latest_ms;
    memcpy(timeline->boots[index].id, event->boot_id, BOOT_ID_SIZE);
    timeline->boots[index].offset_ms = event->wall_ms - event->boot_ms;
    timeline->boots[index].guess_ms = behind ? timeline->latest_ms - event->wall_ms : 0;
}

int64_t timeline_note(struct timeline *timeline, const struct event *event)
{
    int64_t moved = 0;
    /* A replay starts at the day's opening, so nothing older may weigh on what follows. */
    if (event->kind == EVENT_DAY_OPENED)
        *timeline = (struct timeline){0};
    if (!timeline_is_present(timeline, event->boot_id))
        add_boot(timeline, event);
    int present = timeline->count - 1;
    if (event->kind == EVENT_CLOCK_SET) {
        moved = event->correction_ms - timeline->boots[present].guess_ms;
        timeline->boots[present].offset_ms += event->correction_ms;
        timeline->boots[present].guess_ms = 0;
    }
    timeline->latest_ms = timeline_at(timeline, event->boot_id, event->boot_ms, event->wall_ms);
    return moved;
}

int64_t timeline_at(const struct timeline *timeline, const char *boot_id, int64_t boot_ms,
                    int64_t wall_ms)
{
    for (int i = timeline->count - 1; i >= 0; i--)
        if (strcmp(timeline->boots[i].id, boot_id) == 0)
            return boot_ms + timeline->boots[i].offset_ms + timeline->boots[i].guess_ms;
    return wall_ms;
}

bool timeline_is_present(const struct timeline *timeline, const char *boot_id)
{
    return timeline->count > 0 && strcmp(timeline->boots[timeline->count - 1].id, boot_id) == 0;
}

int64_t timeline_offset(const struct timeline *timeline)
{
    return timeline->boots[timeline->count - 1].offset_ms;
}
