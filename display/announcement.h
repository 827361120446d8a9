/* The sound of one call: the chime, and the clips of each language that has them all. */
#pragma once

#include "display/clips.h"
#include "shared/office.h"

#define CLIP_GAP_MS 60
#define TAIL_MS 150
#define ANNOUNCEMENT_SECONDS_MAX 60

struct announcement {
    struct samples samples;
    bool whole;                      /* every language is spoken */
    char fault[LANGUAGE_COUNT][256]; /* why a language is left out; "" where it is not */
};

/* Makes it, at the office's volume; no samples if there is nothing to play. The caller ends
 * `announcement` with announcement_finish. */
void announcement_make(struct announcement *announcement, const struct office *office,
                       const char *ticket, int counter);
void announcement_finish(struct announcement *announcement);
