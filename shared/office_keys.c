#include "shared/office_keys.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>

#include "shared/utf8.h"

#define BUDDHIST_ERA 543
#define BUDDHIST_YEAR_MIN 2400 /* no Gregorian year that an office plans for */

static bool parse_text(const struct key *key, void *field, const char *value, char *why,
                       size_t why_size)
{
    if (strlen(value) >= key->size) {
        snprintf(why, why_size, "longer than %zu bytes", key->size - 1);
        return false;
    }
    if (!utf8_is_text(value)) {
        snprintf(why, why_size,
                 "not text in UTF-8: save the file as UTF-8, not as TIS-620 or Windows-874");
        return false;
    }
    memcpy(field, value, strlen(value) + 1);
    return true;
}

static bool parse_needed_text(const struct key *key, void *field, const char *value, char *why,
                              size_t why_size)
{
    if (!value[0]) {
        snprintf(why, why_size, "empty: expected text");
        return false;
    }
    return parse_text(key, field, value, why, why_size);
}

static bool parse_number(const struct key *key, void *field, const char *value, char *why,
                         size_t why_size)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (end == value || *end || errno || number < key->low || number > key->high) {
        snprintf(why, why_size, "\"%s\": expected a whole number, %lld to %lld", value,
                 (long long)key->low, (long long)key->high);
        return false;
    }
    *(int *)field = (int)number;
    return true;
}

static bool find_choice(const struct key *key, const char *value, int *choice, char *why,
                        size_t why_size)
{
    size_t used = (size_t)snprintf(why, why_size, "\"%.64s\": expected", value);
    for (int i = 0; key->choices[i]; i++) {
        if (strcmp(value, key->choices[i]) == 0) {
            *choice = i;
            return true;
        }
        if (used < why_size)
            used += (size_t)snprintf(why + used, why_size - used, "%s %s", i ? " or" : "",
                                     key->choices[i]);
    }
    return false;
}

static bool parse_choice(const struct key *key, void *field, const char *value, char *why,
                         size_t why_size)
{
    int choice;
    if (!find_choice(key, value, &choice, why, why_size))
        return false;
    /* Every enumeration of the office counts up from 0 and has the size of an int. */
    memcpy(field, &choice, sizeof choice);
    return true;
}

static const char *const no_yes[] = {"no", "yes", NULL};

static bool parse_bool(const struct key *key, void *field, const char *value, char *why,
                       size_t why_size)
{
    int choice;
    if (!find_choice(key, value, &choice, why, why_size))
        return false;
    *(bool *)field = choice == 1;
    return true;
}

static bool parse_timezone(const struct key *key, void *field, const char *value, char *why,
                           size_t why_size)
{
    char before[64] = "";
    const char *old = getenv("TZ");
    if (old)
        snprintf(before, sizeof before, "%s", old);
    bool known = clock_use_timezone(value);
    if (old)
        setenv("TZ", before, 1);
    else
        unsetenv("TZ");
    tzset();
    if (!known) {
        snprintf(why, why_size, "\"%s\" is not in /usr/share/zoneinfo: expected a name as %s",
                 value, key->fallback);
        return false;
    }
    return parse_text(key, field, value, why, why_size);
}

static bool parse_languages(const struct key *key, void *field, const char *value, char *why,
                            size_t why_size)
{
    (void)key;
    struct languages languages = {0};
    char copy[128], *rest = copy;
    if (snprintf(copy, sizeof copy, "%s", value) >= (int)sizeof copy) {
        snprintf(why, why_size, "too long: expected some of th en ms");
        return false;
    }
    for (char *code; (code = strsep(&rest, " ,\t")) != NULL;) {
        enum language language;
        if (!code[0])
            continue;
        if (!language_from_code(code, &language)) {
            snprintf(why, why_size, "unknown language \"%s\": expected th, en or ms", code);
            return false;
        }
        for (int i = 0; i < languages.count; i++)
            if (languages.list[i] == language) {
                snprintf(why, why_size, "%s is listed twice", code);
                return false;
            }
        languages.list[languages.count++] = language;
    }
    if (languages.count == 0) {
        snprintf(why, why_size, "empty: expected some of th en ms");
        return false;
    }
    *(struct languages *)field = languages;
    return true;
}

static bool parse_hours(const struct key *key, void *field, const char *value, char *why,
                        size_t why_size)
{
    (void)key;
    return hours_parse(field, value, why, why_size);
}

static bool add_holiday(struct holidays *holidays, const char *text, char *why, size_t why_size)
{
    if (clock_is_day(text) && atoi(text) >= BUDDHIST_YEAR_MIN) {
        snprintf(why, why_size, "\"%s\" has a Buddhist year: write %d%s", text,
                 atoi(text) - BUDDHIST_ERA, text + 4);
        return false;
    }
    if (!clock_is_day(text)) {
        snprintf(why, why_size, "\"%s\" is not a date as 2026-12-31 (Gregorian year)", text);
        return false;
    }
    if (holidays->count == HOLIDAYS_MAX) {
        snprintf(why, why_size, "more than %d holidays", HOLIDAYS_MAX);
        return false;
    }
    memcpy(holidays->days[holidays->count++], text, DAY_SIZE);
    return true;
}

static bool read_holidays(struct holidays *holidays, const char *path, char *why, size_t why_size)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        snprintf(why, why_size, "cannot read %s: %s", path, strerror(errno));
        return false;
    }
    char line[512], reason[160];
    bool good = true;
    for (int number = 1; good && fgets(line, sizeof line, file); number++) {
        char *text = line + strspn(line, " \t\r\n");
        text[strcspn(text, " \t\r\n")] = '\0';
        if (text[0] && text[0] != '#' && !add_holiday(holidays, text, reason, sizeof reason)) {
            snprintf(why, why_size, "%s:%d: %s", path, number, reason);
            good = false;
        }
    }
    fclose(file);
    return good;
}

static bool parse_holidays(const struct key *key, void *field, const char *value, char *why,
                           size_t why_size)
{
    (void)key;
    struct holidays holidays = {0};
    if (value[0] && !isdigit((unsigned char)value[0])) {
        if (!read_holidays(&holidays, value, why, why_size))
            return false;
    } else {
        char copy[2048], *rest = copy;
        if (snprintf(copy, sizeof copy, "%s", value) >= (int)sizeof copy) {
            snprintf(why, why_size, "too long: put the dates in a file and name it here");
            return false;
        }
        for (char *day; (day = strsep(&rest, " ,\t")) != NULL;)
            if (day[0] && !add_holiday(&holidays, day, why, why_size))
                return false;
    }
    *(struct holidays *)field = holidays;
    return true;
}

static bool parse_size(const struct key *key, void *field, const char *value, char *why,
                       size_t why_size)
{
    (void)key;
    struct size size;
    int used = 0;
    if (sscanf(value, "%5dx%5d%n", &size.width, &size.height, &used) != 2 || value[used] ||
        size.width < 320 || size.height < 240 || size.width > 7680 || size.height > 7680) {
        snprintf(why, why_size, "\"%s\": expected WIDTHxHEIGHT in pixels, as 1920x1080", value);
        return false;
    }
    *(struct size *)field = size;
    return true;
}

static bool parse_socket(const struct key *key, void *field, const char *value, char *why,
                         size_t why_size)
{
    const size_t longest = sizeof((struct sockaddr_un *)0)->sun_path - 1;
    if (strlen(value) > longest) {
        snprintf(why, why_size, "longer than %zu bytes, the longest name of a socket", longest);
        return false;
    }
    return parse_needed_text(key, field, value, why, why_size);
}

static bool parse_prefix(const struct key *key, void *field, const char *value, char *why,
                         size_t why_size)
{
    size_t length = strlen(value);
    bool good = length >= 1 && length < PREFIX_SIZE;
    for (size_t i = 0; i < length && good; i++)
        good = value[i] >= 'A' && value[i] <= 'Z';
    if (!good) {
        snprintf(why, why_size, "\"%s\": expected 1 to %d capital letters A-Z", value,
                 PREFIX_SIZE - 1);
        return false;
    }
    return parse_text(key, field, value, why, why_size);
}

static bool parse_destination(const struct key *key, void *field, const char *value, char *why,
                              size_t why_size)
{
    bool folder = strncmp(value, "folder:", 7) == 0 && value[7];
    if (strcmp(value, "none") != 0 && strncmp(value, "cups:", 5) != 0 && !folder) {
        snprintf(why, why_size, "\"%s\": expected cups:QUEUE, cups:, folder:DIRECTORY or none",
                 value);
        return false;
    }
    return parse_text(key, field, value, why, why_size);
}

static bool parse_services(const struct key *key, void *field, const char *value, char *why,
                           size_t why_size)
{
    (void)key;
    struct counter_config *counter =
        (struct counter_config *)((char *)field - offsetof(struct counter_config, services));
    char copy[SERVICES_MAX * SERVICE_NAME_SIZE * 2], *rest = copy;
    if (snprintf(copy, sizeof copy, "%s", value) >= (int)sizeof copy) {
        snprintf(why, why_size, "too long");
        return false;
    }
    counter->service_count = 0;
    for (char *name; (name = strsep(&rest, " ,\t")) != NULL;) {
        if (!name[0])
            continue;
        if (strlen(name) >= SERVICE_NAME_SIZE || counter->service_count == SERVICES_MAX) {
            snprintf(why, why_size, "\"%.64s\": expected names of [service ...] sections", name);
            return false;
        }
        for (int i = 0; i < counter->service_count; i++)
            if (strcmp(counter->services[i], name) == 0) {
                snprintf(why, why_size, "%s is listed twice", name);
                return false;
            }
        snprintf(counter->services[counter->service_count++], SERVICE_NAME_SIZE, "%s", name);
    }
    if (counter->service_count == 0) {
        snprintf(why, why_size, "empty: expected names of [service ...] sections");
        return false;
    }
    return true;
}

static bool parse_press(const struct key *key, void *field, const char *value, char *why,
                        size_t why_size)
{
    (void)key;
    return command_from_text(field, value, COMMAND_BUTTON, why, why_size);
}

static bool parse_long_press(const struct key *key, void *field, const char *value, char *why,
                             size_t why_size)
{
    struct button_config *button =
        (struct button_config *)((char *)field - offsetof(struct button_config, long_press));
    button->has_long_press = value[0] != '\0';
    return !value[0] || parse_press(key, field, value, why, why_size);
}

static bool parse_own_hours(const struct key *key, void *field, const char *value, char *why,
                            size_t why_size)
{
    struct service_config *service =
        (struct service_config *)((char *)field - offsetof(struct service_config, hours));
    service->has_hours = value[0] != '\0';
    return !value[0] || parse_hours(key, field, value, why, why_size);
}

static bool parse_quiet_hours(const struct key *key, void *field, const char *value, char *why,
                              size_t why_size)
{
    struct office *office = (struct office *)((char *)field - offsetof(struct office, voice.quiet));
    office->voice.has_quiet = value[0] != '\0';
    return !value[0] || parse_hours(key, field, value, why, why_size);
}

static const char *const start_modes[] = {"implied", "button", NULL};
static const char *const opens_modes[] = {"auto", "staff", NULL};
static const char *const biases[] = {"pull-up", "pull-down", "disabled", "as-is", NULL};
static const char *const orientations[] = {"landscape", "portrait", NULL};
static const char *const digit_kinds[] = {"arabic", "thai", NULL};
static const char *const themes[] = {"dark", "light", NULL};

#define SIZE_OF(type, field) offsetof(type, field), sizeof(((type *)0)->field)
#define OFFICE(field) SIZE_OF(struct office, field)
#define SERVICE(field) SIZE_OF(struct service_config, field)
#define COUNTER(field) SIZE_OF(struct counter_config, field)
#define BUTTON(field) SIZE_OF(struct button_config, field)

static bool parse_theme(const struct key *key, void *field, const char *value, char *why,
                        size_t why_size)
{
    int choice;
    return find_choice(key, value, &choice, why, why_size) &&
           parse_text(key, field, value, why, why_size);
}

const struct key office_keys[] = {
    {OWNER_OFFICE, "office", "name", NULL, parse_needed_text, OFFICE(name), 0, 0, NULL},
    {OWNER_OFFICE, "office", "timezone", "Asia/Bangkok", parse_timezone, OFFICE(timezone), 0, 0,
     NULL},
    {OWNER_OFFICE, "office", "languages", "th en", parse_languages, OFFICE(languages), 0, 0, NULL},
    {OWNER_OFFICE, "office", "hours", "mon-fri 08:30-16:30", parse_hours, OFFICE(hours), 0, 0,
     NULL},
    {OWNER_OFFICE, "office", "holidays", "", parse_holidays, OFFICE(holidays), 0, 0, NULL},

    {OWNER_OFFICE, "kiosk", "state-dir", "/var/lib/khiosk", parse_needed_text, OFFICE(state_dir), 0,
     0, NULL},
    {OWNER_OFFICE, "kiosk", "socket", "/run/khiosk/kioskd.sock", parse_socket, OFFICE(socket), 0, 0,
     NULL},
    {OWNER_OFFICE, "kiosk", "priority-run", "2", parse_number, OFFICE(priority_run), 0, 100, NULL},
    {OWNER_OFFICE, "kiosk", "regular-max-wait", "30", parse_number, OFFICE(regular_max_wait), 0,
     1440, NULL},
    {OWNER_OFFICE, "kiosk", "rating-window", "60", parse_number, OFFICE(rating_window), 1, 86400,
     NULL},
    {OWNER_OFFICE, "kiosk", "start", "implied", parse_choice, OFFICE(start), 0, 0, start_modes},

    {OWNER_OFFICE, "gpio", "chip", "none", parse_needed_text, OFFICE(gpio.chip), 0, 0, NULL},
    {OWNER_OFFICE, "gpio", "debounce-ms", "10", parse_number, OFFICE(gpio.debounce_ms), 0, 1000,
     NULL},
    {OWNER_OFFICE, "gpio", "cool-down-ms", "1500", parse_number, OFFICE(gpio.cool_down_ms), 0,
     60000, NULL},
    {OWNER_OFFICE, "gpio", "long-press-ms", "1000", parse_number, OFFICE(gpio.long_press_ms), 200,
     10000, NULL},
    {OWNER_OFFICE, "gpio", "bias", "pull-up", parse_choice, OFFICE(gpio.bias), 0, 0, biases},
    {OWNER_OFFICE, "gpio", "active-low", "yes", parse_bool, OFFICE(gpio.active_low), 0, 0, no_yes},

    {OWNER_OFFICE, "printer", "to", "none", parse_destination, OFFICE(printer.to), 0, 0, NULL},
    {OWNER_OFFICE, "printer", "paper-mm", "80", parse_number, OFFICE(printer.paper_mm), 48, 210,
     NULL},
    {OWNER_OFFICE, "printer", "font", "Laksaman", parse_needed_text, OFFICE(printer.font), 0, 0,
     NULL},
    {OWNER_OFFICE, "printer", "languages", "th en", parse_languages, OFFICE(printer.languages), 0,
     0, NULL},
    {OWNER_OFFICE, "printer", "digits", "arabic", parse_choice, OFFICE(printer.digits), 0, 0,
     digit_kinds},
    {OWNER_OFFICE, "printer", "footer", "", parse_text, OFFICE(printer.footer), 0, 0, NULL},

    {OWNER_OFFICE, "display", "size", "1920x1080", parse_size, OFFICE(display.size), 0, 0, NULL},
    {OWNER_OFFICE, "display", "fullscreen", "yes", parse_bool, OFFICE(display.fullscreen), 0, 0,
     no_yes},
    {OWNER_OFFICE, "display", "orientation", "landscape", parse_choice, OFFICE(display.orientation),
     0, 0, orientations},
    {OWNER_OFFICE, "display", "theme", "dark", parse_theme, OFFICE(display.theme), 0, 0, themes},
    {OWNER_OFFICE, "display", "languages", "th en", parse_languages, OFFICE(display.languages), 0,
     0, NULL},
    {OWNER_OFFICE, "display", "digits", "arabic", parse_choice, OFFICE(display.digits), 0, 0,
     digit_kinds},
    {OWNER_OFFICE, "display", "board", "", parse_text, OFFICE(display.board), 0, 0, NULL},
    {OWNER_OFFICE, "display", "ticker", "", parse_text, OFFICE(display.ticker), 0, 0, NULL},
    {OWNER_OFFICE, "display", "turn-seconds", "15", parse_number, OFFICE(display.turn_seconds), 5,
     3600, NULL},
    {OWNER_OFFICE, "display", "font", "/usr/share/fonts/truetype/tlwg/Loma.ttf", parse_needed_text,
     OFFICE(display.font), 0, 0, NULL},
    {OWNER_OFFICE, "display", "bold-font", "/usr/share/fonts/truetype/tlwg/Loma-Bold.ttf",
     parse_needed_text, OFFICE(display.bold_font), 0, 0, NULL},
    {OWNER_OFFICE, "display", "picture", "", parse_text, OFFICE(display.picture), 0, 0, NULL},

    {OWNER_OFFICE, "voice", "languages", "th", parse_languages, OFFICE(voice.languages), 0, 0,
     NULL},
    {OWNER_OFFICE, "voice", "clips", "", parse_text, OFFICE(voice.clips), 0, 0, NULL},
    {OWNER_OFFICE, "voice", "chime", "yes", parse_bool, OFFICE(voice.chime), 0, 0, no_yes},
    {OWNER_OFFICE, "voice", "volume", "80", parse_number, OFFICE(voice.volume), 0, 100, NULL},
    {OWNER_OFFICE, "voice", "quiet-hours", "", parse_quiet_hours, OFFICE(voice.quiet), 0, 0, NULL},

    {OWNER_OFFICE, "console", "listen", "127.0.0.1:8080", parse_needed_text, OFFICE(console.listen),
     0, 0, NULL},
    {OWNER_OFFICE, "console", "tls", "", parse_text, OFFICE(console.tls), 0, 0, NULL},

    {OWNER_SERVICE, "service", "prefix", NULL, parse_prefix, SERVICE(prefix), 0, 0, NULL},
    {OWNER_SERVICE, "service", "title.th", "", parse_text, SERVICE(title[LANGUAGE_TH]), 0, 0, NULL},
    {OWNER_SERVICE, "service", "title.en", "", parse_text, SERVICE(title[LANGUAGE_EN]), 0, 0, NULL},
    {OWNER_SERVICE, "service", "title.ms", "", parse_text, SERVICE(title[LANGUAGE_MS]), 0, 0, NULL},
    {OWNER_SERVICE, "service", "standard-minutes", "15", parse_number, SERVICE(standard_minutes), 1,
     480, NULL},
    {OWNER_SERVICE, "service", "responsible", "", parse_text, SERVICE(responsible), 0, 0, NULL},
    {OWNER_SERVICE, "service", "hours", "", parse_own_hours, SERVICE(hours), 0, 0, NULL},
    {OWNER_SERVICE, "service", "daily-limit", "0", parse_number, SERVICE(daily_limit), 0, 100000,
     NULL},

    {OWNER_COUNTER, "counter", "title.th", "", parse_text, COUNTER(title[LANGUAGE_TH]), 0, 0, NULL},
    {OWNER_COUNTER, "counter", "title.en", "", parse_text, COUNTER(title[LANGUAGE_EN]), 0, 0, NULL},
    {OWNER_COUNTER, "counter", "title.ms", "", parse_text, COUNTER(title[LANGUAGE_MS]), 0, 0, NULL},
    {OWNER_COUNTER, "counter", "services", NULL, parse_services, COUNTER(services), 0, 0, NULL},
    {OWNER_COUNTER, "counter", "opens", "auto", parse_choice, COUNTER(opens), 0, 0, opens_modes},

    {OWNER_BUTTON, "button", "line", NULL, parse_needed_text, BUTTON(line), 0, 0, NULL},
    {OWNER_BUTTON, "button", "press", NULL, parse_press, BUTTON(press), 0, 0, NULL},
    {OWNER_BUTTON, "button", "long-press", "", parse_long_press, BUTTON(long_press), 0, 0, NULL},
    {OWNER_BUTTON, "button", "lamp", "", parse_text, BUTTON(lamp), 0, 0, NULL},
};

const size_t office_key_count = sizeof office_keys / sizeof office_keys[0];
