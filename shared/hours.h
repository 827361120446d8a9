/* Opening hours: ranges of local time for each day of the week.
 *
 * Written "mon-fri 08:30-12:00 13:00-16:30, sat 09:00-12:00" or "always". A range ends on the day
 * on which it starts; 24:00 is midnight. */
#pragma once

#include "shared/clock.h"

#define HOURS_RANGES_MAX 6

struct hours_range {
    int from, to; /* minutes since local midnight; from <= minute < to */
};

struct hours {
    bool always;
    int count[7]; /* by weekday, 0 = Sunday */
    struct hours_range ranges[7][HOURS_RANGES_MAX];
};

/* False with what is wrong in `why`. */
bool hours_parse(struct hours *hours, const char *text, char *why, size_t why_size);

bool hours_open(const struct hours *hours, struct local_time time);
