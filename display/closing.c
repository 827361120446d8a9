#include "display/closing.h"

#include <limits.h>
#include <string.h>

#define DAYS_AHEAD_MAX 60
#define NOON (12 * 60)

static bool is_holiday(const struct office *office, int64_t wall_ms)
{
    char day[DAY_SIZE];
    clock_day(wall_ms, day);
    for (int i = 0; i < office->holidays.count; i++)
        if (strcmp(office->holidays.days[i], day) == 0)
            return true;
    return false;
}

/* What a day's hours, of all services together, say of one minute of it. */
struct day_hours {
    bool always, open;
    int last_end;   /* newest end of a range before or at the minute; -1 for none */
    int next_start; /* next start of a range after the minute; INT_MAX for none */
};

static struct day_hours look_at(const struct office *office, int weekday, int minute)
{
    struct day_hours result = {.last_end = -1, .next_start = INT_MAX};
    for (int s = 0; s < office->service_count; s++) {
        const struct hours *hours = &office->services[s].hours;
        result.always |= hours->always;
        for (int i = 0; i < hours->count[weekday]; i++) {
            struct hours_range range = hours->ranges[weekday][i];
            result.open |= minute >= range.from && minute < range.to;
            if (range.to <= minute && range.to > result.last_end)
                result.last_end = range.to;
            if (range.from > minute && range.from < result.next_start)
                result.next_start = range.from;
        }
    }
    return result;
}

static void find_next(const struct office *office, int64_t wall_ms, struct closing *closing)
{
    struct local_time now = clock_local(wall_ms);
    for (int days = 0; days <= DAYS_AHEAD_MAX; days++) {
        int64_t noon = clock_at(wall_ms, days, 12, 0);
        if (is_holiday(office, noon))
            continue;
        int minute = days == 0 ? now.hour * 60 + now.minute : -1;
        struct day_hours day = look_at(office, clock_local(noon).weekday, minute);
        if (day.next_start == INT_MAX)
            continue;
        closing->has_next = true;
        closing->next_is_today = days == 0;
        closing->next =
            clock_local(clock_at(wall_ms, days, day.next_start / 60, day.next_start % 60));
        return;
    }
}

static enum closed_kind kind_at(const struct office *office, int64_t wall_ms)
{
    struct local_time now = clock_local(wall_ms);
    int minute = now.hour * 60 + now.minute;
    struct day_hours day = look_at(office, now.weekday, minute);
    if (day.always)
        return CLOSED_NOT;
    if (is_holiday(office, wall_ms))
        return CLOSED_HOLIDAY;
    if (day.open)
        return CLOSED_NOT;
    if (day.last_end < 0)
        return day.next_start == INT_MAX ? CLOSED_TODAY : CLOSED_BEFORE;
    if (day.next_start == INT_MAX)
        return CLOSED_AFTER;
    return day.last_end <= NOON && day.next_start > NOON ? CLOSED_LUNCH : CLOSED_BREAK;
}

struct closing closing_at(const struct office *office, int64_t wall_ms)
{
    struct closing closing = {.kind = kind_at(office, wall_ms)};
    if (closing.kind != CLOSED_NOT)
        find_next(office, wall_ms, &closing);
    return closing;
}
