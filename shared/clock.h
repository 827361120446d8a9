/* The one place that knows what time it is.
 *
 * Wall time is UTC in milliseconds since 1970 (CLOCK_REALTIME), boot time is milliseconds since
 * the machine started, suspend included (CLOCK_BOOTTIME). Decisions never read a clock: they get a
 * struct moment. Local dates are those of the office's time zone, set once with
 * clock_use_timezone(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOOT_ID_SIZE 33 /* 32 hexadecimal digits and NUL */
#define DAY_SIZE 11     /* "2026-11-23" and NUL */

struct moment {
    int64_t wall_ms;
    int64_t boot_ms;
    char boot_id[BOOT_ID_SIZE];
    int64_t earliest_ms; /* no true wall time is before this: when the program was built */
};

struct local_time {
    int year, month, day; /* Gregorian; month 1-12 */
    int weekday;          /* 0 = Sunday */
    int hour, minute, second;
};

struct moment clock_now(void);

/* Sets the process's time zone. False if the zone's file is not on this machine. */
bool clock_use_timezone(const char *zone);

struct local_time clock_local(int64_t wall_ms);

/* The local date in ISO 8601. */
void clock_day(int64_t wall_ms, char day[static DAY_SIZE]);

/* True for an ISO date that exists in the Gregorian calendar. */
bool clock_is_day(const char *text);

/* Wall time at which a local clock shows hour:minute, `days` days after the date of wall_ms. */
int64_t clock_at(int64_t wall_ms, int days, int hour, int minute);
