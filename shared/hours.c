#include "shared/hours.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const day_names[7] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

static int day_of(const char *text, size_t length)
{
    for (int i = 0; i < 7; i++)
        if (length == 3 && strncasecmp(text, day_names[i], 3) == 0)
            return i;
    return -1;
}

static bool parse_days(const char *token, int *from, int *to)
{
    const char *dash = strchr(token, '-');
    *from = day_of(token, dash ? (size_t)(dash - token) : strlen(token));
    *to = dash ? day_of(dash + 1, strlen(dash + 1)) : *from;
    return *from >= 0 && *to >= 0;
}

static bool parse_range(const char *token, struct hours_range *range)
{
    int from_hour, from_minute, to_hour, to_minute, used = 0;
    if (sscanf(token, "%2d:%2d-%2d:%2d%n", &from_hour, &from_minute, &to_hour, &to_minute, &used) !=
            4 ||
        token[used])
        return false;
    if (from_hour < 0 || from_hour > 23 || to_hour < 0 || to_hour > 24 || from_minute < 0 ||
        from_minute > 59 || to_minute < 0 || to_minute > 59)
        return false;
    *range = (struct hours_range){from_hour * 60 + from_minute, to_hour * 60 + to_minute};
    return range->from < range->to && range->to <= 24 * 60;
}

static bool add_range(struct hours *hours, int from, int to, struct hours_range range)
{
    for (int day = from;; day = (day + 1) % 7) {
        if (hours->count[day] == HOURS_RANGES_MAX)
            return false;
        hours->ranges[day][hours->count[day]++] = range;
        if (day == to)
            return true;
    }
}

bool hours_parse(struct hours *hours, const char *text, char *why, size_t why_size)
{
    *hours = (struct hours){0};
    char copy[512];
    if (snprintf(copy, sizeof copy, "%s", text) >= (int)sizeof copy) {
        snprintf(why, why_size, "too long");
        return false;
    }
    if (strcasecmp(copy, "always") == 0) {
        hours->always = true;
        return true;
    }
    int from = -1, to = -1, ranges = 0;
    char *rest = copy;
    for (char *token; (token = strsep(&rest, " \t,")) != NULL;) {
        struct hours_range range;
        int days_from, days_to;
        if (!token[0])
            continue;
        if (parse_days(token, &days_from, &days_to)) {
            if (from >= 0 && ranges == 0)
                break;
            from = days_from;
            to = days_to;
            ranges = 0;
        } else if (from >= 0 && parse_range(token, &range)) {
            if (!add_range(hours, from, to, range)) {
                snprintf(why, why_size, "more than %d ranges on one day", HOURS_RANGES_MAX);
                return false;
            }
            ranges++;
        } else {
            snprintf(why, why_size,
                     "\"%s\" is neither days (mon, mon-fri) nor a range of times (08:30-16:30)",
                     token);
            return false;
        }
    }
    if (ranges == 0) {
        snprintf(why, why_size,
                 "expected \"always\", or days with times, as \"mon-fri 08:30-16:30\"");
        return false;
    }
    return true;
}

bool hours_open(const struct hours *hours, struct local_time time)
{
    if (hours->always)
        return true;
    int minute = time.hour * 60 + time.minute;
    for (int i = 0; i < hours->count[time.weekday]; i++) {
        struct hours_range range = hours->ranges[time.weekday][i];
        if (minute >= range.from && minute < range.to)
            return true;
    }
    return false;
}
