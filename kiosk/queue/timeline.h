/* Corrected time: what the wall clock would have shown, had it been set all along.
 *
 * Within one boot the boot time is true, and wall time is boot time plus an offset. A `clock_set`
 * event corrects the offset of its whole boot, back to the day's beginning. Until then the events
 * of a boot without a clock are placed behind everything before them, so that nobody waits a
 * negative time. */
#pragma once

#include "kiosk/queue/event.h"

#define TIMELINE_BOOTS_MAX 64 /* of one day; the oldest is forgotten beyond */

struct timeline {
    int count;         /* boots of the day, in order; the last is the present one */
    int64_t latest_ms; /* corrected time of the newest event */
    struct {
        char id[BOOT_ID_SIZE];
        int64_t offset_ms; /* wall time, as corrected so far, minus boot time */
        int64_t guess_ms;  /* added to that while the clock has not been set */
    } boots[TIMELINE_BOOTS_MAX];
};

/* Takes in one event, in order of seq. Returns by how much the corrected times of its boot have
 * moved: not 0 only for a clock_set. */
int64_t timeline_note(struct timeline *timeline, const struct event *event);

/* Corrected time in ms of a moment of one of the day's boots; its wall time for another boot. */
int64_t timeline_at(const struct timeline *timeline, const char *boot_id, int64_t boot_ms,
                    int64_t wall_ms);

/* Whether boot_id is the present boot. */
bool timeline_is_present(const struct timeline *timeline, const char *boot_id);

/* Of the present boot, which there must be: wall time, as corrected so far, minus boot time. */
int64_t timeline_offset(const struct timeline *timeline);
