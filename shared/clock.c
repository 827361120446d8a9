#include "shared/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-id128.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct moment clock_now(void)
{
    static char boot_id[BOOT_ID_SIZE];
    if (!boot_id[0]) {
        sd_id128_t id = SD_ID128_NULL;
        sd_id128_get_boot(&id); /* stays all zeros where there is no /proc: still one boot */
        sd_id128_to_string(id, boot_id);
    }
    struct moment now = {.wall_ms = read_ms(CLOCK_REALTIME),
                         .boot_ms = read_ms(CLOCK_BOOTTIME),
                         .earliest_ms = (int64_t)KHIOSK_BUILD_TIME * 1000};
    memcpy(now.boot_id, boot_id, sizeof boot_id);
    return now;
}

/* tzfile(5): a zone's file begins so; its folder and its tables of names do not. */
static bool is_zone_file(const char *path)
{
    char magic[4] = "";
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool good = fread(magic, 1, sizeof magic, file) == sizeof magic &&
                memcmp(magic, "TZif", sizeof magic) == 0;
    fclose(file);
    return good;
}

bool clock_use_timezone(const char *zone)
{
    char path[256];
    if (!zone[0] || zone[0] == '/' || strstr(zone, "..") ||
        snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone) >= (int)sizeof path ||
        !is_zone_file(path))
        return false;
    setenv("TZ", zone, 1);
    tzset();
    return true;
}

static struct tm broken_down(int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm = {0};
    localtime_r(&seconds, &tm);
    return tm;
}

struct local_time clock_local(int64_t wall_ms)
{
    struct tm tm = broken_down(wall_ms);
    return (struct local_time){.year = tm.tm_year + 1900,
                               .month = tm.tm_mon + 1,
                               .day = tm.tm_mday,
                               .weekday = tm.tm_wday,
                               .hour = tm.tm_hour,
                               .minute = tm.tm_min,
                               .second = tm.tm_sec};
}

void clock_day(int64_t wall_ms, char day[static DAY_SIZE])
{
    struct tm tm = broken_down(wall_ms);
    if (tm.tm_year + 1900 > 9999 || strftime(day, DAY_SIZE, "%Y-%m-%d", &tm) == 0)
        memcpy(day, "9999-12-31", DAY_SIZE);
}

bool clock_is_day(const char *text)
{
    static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (strlen(text) != DAY_SIZE - 1)
        return false;
    for (int i = 0; i < DAY_SIZE - 1; i++)
        if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return false;
    int year = atoi(text), month = atoi(text + 5), day = atoi(text + 8);
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1])
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month != 2 || day < 29 || leap;
}

int64_t clock_at(int64_t wall_ms, int days, int hour, int minute)
{
    struct tm tm = broken_down(wall_ms);
    tm.tm_mday += days;
    tm.tm_hour = hour;
    tm.tm_min = minute;
    tm.tm_sec = 0;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm) * 1000;
}
