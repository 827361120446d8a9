/* The office as its configuration describes it: one table of keys, read by every program, so that
 * each of them checks the whole file.
 *
 * struct office is plain data without pointers; office_load fills it, nothing has to be freed. */
#pragma once

#include "shared/command.h"
#include "shared/config.h"
#include "shared/hours.h"
#include "shared/thai.h"
#include "shared/words.h"

#define SERVICES_MAX 32
#define COUNTERS_MAX 32
#define BUTTONS_MAX 64
#define HOLIDAYS_MAX 512
#define TEXT_SIZE 192
#define PATH_SIZE 256
#define PREFIX_SIZE 4

enum start_mode { START_IMPLIED, START_BUTTON };
enum opens { OPENS_AUTO, OPENS_STAFF };
enum bias { BIAS_PULL_UP, BIAS_PULL_DOWN, BIAS_DISABLED, BIAS_AS_IS };
enum orientation { ORIENTATION_LANDSCAPE, ORIENTATION_PORTRAIT };

struct languages {
    int count;
    enum language list[LANGUAGE_COUNT];
};

struct size {
    int width, height; /* pixels */
};

struct holidays {
    int count;
    char days[HOLIDAYS_MAX][DAY_SIZE];
};

struct service_config {
    char name[SERVICE_NAME_SIZE];
    char prefix[PREFIX_SIZE];
    char title[LANGUAGE_COUNT][TEXT_SIZE]; /* "" where the office gives none in that language */
    int standard_minutes;
    char responsible[TEXT_SIZE];
    struct hours hours; /* the office's, where the service has none of its own */
    bool has_hours;
    int daily_limit; /* 0 for none */
};

struct counter_config {
    int number;
    char title[LANGUAGE_COUNT][TEXT_SIZE];
    int service_count;
    char services[SERVICES_MAX][SERVICE_NAME_SIZE];
    enum opens opens;
};

struct button_config {
    char name[BUTTON_NAME_SIZE];
    char line[BUTTON_NAME_SIZE]; /* offset, line name, or key */
    char lamp[BUTTON_NAME_SIZE]; /* "" for none */
    bool has_long_press;
    struct command press, long_press;
};

struct office {
    char name[TEXT_SIZE];
    char timezone[64];
    struct languages languages;
    struct hours hours;
    struct holidays holidays;

    char state_dir[PATH_SIZE];
    char socket[PATH_SIZE];
    int priority_run;
    int regular_max_wait; /* minutes */
    int rating_window;    /* seconds */
    enum start_mode start;

    struct {
        char chip[PATH_SIZE]; /* path, label, "keys" or "none" */
        int debounce_ms, cool_down_ms, long_press_ms;
        enum bias bias;
        bool active_low;
    } gpio;

    struct {
        char to[PATH_SIZE];
        int paper_mm;
        char font[64];
        struct languages languages;
        enum digits digits;
        char footer[TEXT_SIZE];
    } printer;

    struct {
        struct size size;
        bool fullscreen;
        enum orientation orientation;
        char theme[32];
        struct languages languages;
        enum digits digits;
        char board[PATH_SIZE];
        char font[PATH_SIZE], bold_font[PATH_SIZE];
        char ticker[PATH_SIZE]; /* a text, or the file of several; "" for none */
        int turn_seconds;
        char picture[PATH_SIZE]; /* where the screen is drawn if no display opens; "" for nowhere */
    } display;

    struct {
        struct languages languages;
        char clips[PATH_SIZE];
        bool chime;
        int volume; /* per cent */
        struct hours quiet;
        bool has_quiet;
    } voice;

    struct {
        char listen[64];
        char tls[PATH_SIZE];
    } console;

    int service_count;
    struct service_config services[SERVICES_MAX];
    int counter_count;
    struct counter_config counters[COUNTERS_MAX];
    int button_count;
    struct button_config buttons[BUTTONS_MAX];
};

/* Reads and checks the whole configuration. All faults go to `problems`; the office may be used
 * only if there are none. Sets no time zone and opens nothing but the file and the holidays. */
void office_load(struct office *office, const char *file, const char *const *overrides,
                 size_t override_count, struct problems *problems);

/* NULL if there is none of that name or number. */
const struct service_config *office_service(const struct office *office, const char *name);
const struct counter_config *office_counter(const struct office *office, int number);

/* The names of all services, as "general, tax", cut to `size` bytes with NUL. */
void office_list_services(const struct office *office, char *out, size_t size);

/* The title in the language, else in Thai, else the service's name or "" for a counter. */
const char *service_title(const struct service_config *service, enum language language);
const char *counter_title(const struct counter_config *counter, enum language language);

/* Whether the office's timetable has this service open at a local time. */
bool office_hours_open(const struct office *office, const struct service_config *service,
                       int64_t wall_ms);

/* The table of keys, for documentation and tests: false past its end. `fallback` is the default
 * as it would be written, NULL where the key must be given. */
bool office_key(size_t index, const char **section, const char **key, const char **fallback);
