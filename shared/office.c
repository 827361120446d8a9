#include "shared/office.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Where a key's value goes: the office itself, or the service, counter or button of its section. */
enum owner { OWNER_OFFICE, OWNER_SERVICE, OWNER_COUNTER, OWNER_BUTTON };

struct key;
typedef bool parse_fn(const struct key *key, void *field, const char *value, char *why,
                      size_t why_size);

struct key {
    enum owner owner;
    const char *section, *name;
    const char *fallback; /* as written in a file; NULL: must be given */
    parse_fn *parse;
    size_t offset, size;
    int64_t low, high;
    const char *const *choices;
};

static bool parse_text(const struct key *key, void *field, const char *value, char *why,
                       size_t why_size)
{
    if (strlen(value) >= key->size) {
        snprintf(why, why_size, "longer than %zu bytes", key->size - 1);
        return false;
    }
    for (const unsigned char *at = (const unsigned char *)value; *at; at++)
        if (*at < ' ' || *at == 0x7f) {
            snprintf(why, why_size, "control characters are not text");
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
    snprintf(copy, sizeof copy, "%s", value);
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
    char copy[1024], *rest = copy;
    snprintf(copy, sizeof copy, "%s", value);
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

static const struct key keys[] = {
    {OWNER_OFFICE, "office", "name", NULL, parse_needed_text, OFFICE(name), 0, 0, NULL},
    {OWNER_OFFICE, "office", "timezone", "Asia/Bangkok", parse_timezone, OFFICE(timezone), 0, 0,
     NULL},
    {OWNER_OFFICE, "office", "languages", "th en", parse_languages, OFFICE(languages), 0, 0, NULL},
    {OWNER_OFFICE, "office", "hours", "mon-fri 08:30-16:30", parse_hours, OFFICE(hours), 0, 0,
     NULL},
    {OWNER_OFFICE, "office", "holidays", "", parse_holidays, OFFICE(holidays), 0, 0, NULL},

    {OWNER_OFFICE, "kiosk", "state-dir", "/var/lib/khiosk", parse_needed_text, OFFICE(state_dir), 0,
     0, NULL},
    {OWNER_OFFICE, "kiosk", "socket", "/run/khiosk/kioskd.sock", parse_needed_text, OFFICE(socket),
     0, 0, NULL},
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

#define KEY_COUNT (sizeof keys / sizeof keys[0])

bool office_key(size_t index, const char **section, const char **key, const char **fallback)
{
    if (index >= KEY_COUNT)
        return false;
    *section = keys[index].section;
    *key = keys[index].name;
    *fallback = keys[index].fallback;
    return true;
}

/* One load: which section each entry belongs to, and which keys have been given. */
struct load {
    struct office *office;
    struct problems *problems;
    const char *file;
};

static char *target_base(struct load *load, enum owner owner, int index)
{
    switch (owner) {
    case OWNER_OFFICE:
        return (char *)load->office;
    case OWNER_SERVICE:
        return (char *)&load->office->services[index];
    case OWNER_COUNTER:
        return (char *)&load->office->counters[index];
    case OWNER_BUTTON:
        return (char *)&load->office->buttons[index];
    }
    abort();
}

static void apply_defaults(struct load *load, enum owner owner, int index)
{
    char why[256];
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys[i].owner == owner && keys[i].fallback) {
            char *field = target_base(load, owner, index) + keys[i].offset;
            if (!keys[i].parse(&keys[i], field, keys[i].fallback, why, sizeof why))
                problems_add(load->problems, "the default of [%s] %s, %s, does not work here: %s",
                             keys[i].section, keys[i].name, keys[i].fallback, why);
        }
}

static bool name_is_good(const char *name, size_t size)
{
    size_t length = strlen(name);
    if (length == 0 || length >= size)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!islower((unsigned char)name[i]) && !isdigit((unsigned char)name[i]) &&
            name[i] != '-' && name[i] != '_')
            return false;
    return true;
}

/* What follows the kind of a named section: "general" in "service general"; NULL if another kind.
 */
static const char *section_name(const char *section, const char *kind)
{
    size_t length = strlen(kind);
    if (strncmp(section, kind, length) != 0 || (section[length] != ' ' && section[length] != '\0'))
        return NULL;
    return section + length + strspn(section + length, " ");
}

static int service_index(struct load *load, const struct config_entry *entry, const char *name)
{
    struct office *office = load->office;
    for (int i = 0; i < office->service_count; i++)
        if (strcmp(office->services[i].name, name) == 0)
            return i;
    if (!name_is_good(name, SERVICE_NAME_SIZE) || office->service_count == SERVICES_MAX) {
        problems_add_entry(load->problems, entry,
                           "a service is named by 1 to %d of a-z 0-9 - _, as [service general]; "
                           "at most %d of them",
                           SERVICE_NAME_SIZE - 1, SERVICES_MAX);
        return -1;
    }
    int index = office->service_count++;
    snprintf(office->services[index].name, SERVICE_NAME_SIZE, "%s", name);
    apply_defaults(load, OWNER_SERVICE, index);
    return index;
}

static int counter_index(struct load *load, const struct config_entry *entry, const char *name)
{
    struct office *office = load->office;
    char *end;
    long number = strtol(name, &end, 10);
    if (!isdigit((unsigned char)name[0]) || *end || number < 1 || number > COUNTER_MAX) {
        problems_add_entry(load->problems, entry,
                           "a counter is named by a number from 1 to %d, as [counter 1]",
                           COUNTER_MAX);
        return -1;
    }
    for (int i = 0; i < office->counter_count; i++)
        if (office->counters[i].number == number)
            return i;
    if (office->counter_count == COUNTERS_MAX) {
        problems_add_entry(load->problems, entry, "more than %d counters", COUNTERS_MAX);
        return -1;
    }
    int index = office->counter_count++;
    office->counters[index].number = (int)number;
    apply_defaults(load, OWNER_COUNTER, index);
    return index;
}

static int button_index(struct load *load, const struct config_entry *entry, const char *name)
{
    struct office *office = load->office;
    for (int i = 0; i < office->button_count; i++)
        if (strcmp(office->buttons[i].name, name) == 0)
            return i;
    if (!name_is_good(name, BUTTON_NAME_SIZE) || office->button_count == BUTTONS_MAX) {
        problems_add_entry(load->problems, entry,
                           "a button is named by 1 to %d of a-z 0-9 - _, as [button general]; "
                           "at most %d of them",
                           BUTTON_NAME_SIZE - 1, BUTTONS_MAX);
        return -1;
    }
    int index = office->button_count++;
    snprintf(office->buttons[index].name, BUTTON_NAME_SIZE, "%s", name);
    apply_defaults(load, OWNER_BUTTON, index);
    return index;
}

static bool find_owner(struct load *load, const struct config_entry *entry, enum owner *owner,
                       const char **kind, int *index)
{
    static const struct {
        const char *kind;
        enum owner owner;
        int (*index)(struct load *, const struct config_entry *, const char *);
    } named[] = {{"service", OWNER_SERVICE, service_index},
                 {"counter", OWNER_COUNTER, counter_index},
                 {"button", OWNER_BUTTON, button_index}};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        const char *name = section_name(entry->section, named[i].kind);
        if (name) {
            *owner = named[i].owner;
            *kind = named[i].kind;
            *index = named[i].index(load, entry, name);
            return *index >= 0;
        }
    }
    *owner = OWNER_OFFICE;
    *kind = entry->section;
    *index = 0;
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys[i].owner == OWNER_OFFICE && strcmp(keys[i].section, entry->section) == 0)
            return true;
    problems_add_entry(load->problems, entry,
                       "unknown section: expected office, kiosk, gpio, service NAME, counter N, "
                       "button NAME, printer, display, voice or console");
    return false;
}

static void load_entry(struct load *load, const struct config_entry *entry)
{
    enum owner owner;
    const char *kind;
    int index;
    if (!find_owner(load, entry, &owner, &kind, &index))
        return;
    char known[512];
    size_t used = 0;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const struct key *key = &keys[i];
        if (key->owner != owner || strcmp(key->section, kind) != 0)
            continue;
        if (strcmp(key->name, entry->key) == 0) {
            char why[384];
            char *field = target_base(load, owner, index) + key->offset;
            if (!key->parse(key, field, entry->value, why, sizeof why))
                problems_add_entry(load->problems, entry, "%s", why);
            return;
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "",
                                 key->name);
    }
    problems_add_entry(load->problems, entry, "unknown key: expected one of %s", known);
}

/* The entry that gives a key; NULL if it was left to its default. */
static const struct config_entry *given(const struct config *config, const char *section,
                                        const char *key)
{
    for (size_t i = 0; i < config->count; i++)
        if (strcmp(config->entries[i].section, section) == 0 &&
            strcmp(config->entries[i].key, key) == 0)
            return &config->entries[i];
    return NULL;
}

static void check_required(struct load *load, const struct config *config)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (keys[i].fallback)
            continue;
        const struct office *office = load->office;
        int count = keys[i].owner == OWNER_SERVICE   ? office->service_count
                    : keys[i].owner == OWNER_COUNTER ? office->counter_count
                    : keys[i].owner == OWNER_BUTTON  ? office->button_count
                                                     : 1;
        for (int n = 0; n < count; n++) {
            char section[64];
            if (keys[i].owner == OWNER_OFFICE)
                snprintf(section, sizeof section, "%s", keys[i].section);
            else if (keys[i].owner == OWNER_COUNTER)
                snprintf(section, sizeof section, "counter %d", office->counters[n].number);
            else
                snprintf(section, sizeof section, "%s %s", keys[i].section,
                         keys[i].owner == OWNER_SERVICE ? office->services[n].name
                                                        : office->buttons[n].name);
            if (!given(config, section, keys[i].name))
                problems_add(load->problems, "%s: [%s] %s: missing, and it has no default",
                             load->file, section, keys[i].name);
        }
    }
}

static void reference_problem(struct load *load, const struct config *config, const char *section,
                              const char *key, const char *text)
{
    const struct config_entry *entry = given(config, section, key);
    if (entry)
        problems_add_entry(load->problems, entry, "%s", text);
    else
        problems_add(load->problems, "%s: [%s] %s: %s", load->file, section, key, text);
}

static void list_services(const struct office *office, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < office->service_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "",
                                 office->services[i].name);
}

static void check_command(struct load *load, const struct config *config, const char *section,
                          const char *key, const struct command *command)
{
    char text[384], known[256];
    const char *names[] = {command->service, command->to};
    for (int i = 0; i < 2; i++)
        if (names[i][0] && !office_service(load->office, names[i])) {
            list_services(load->office, known, sizeof known);
            snprintf(text, sizeof text, "there is no service \"%s\": expected one of %s", names[i],
                     known);
            reference_problem(load, config, section, key, text);
        }
    if (command->counter && !office_counter(load->office, command->counter)) {
        snprintf(text, sizeof text, "there is no [counter %d]", command->counter);
        reference_problem(load, config, section, key, text);
    }
}

static void check_counters(struct load *load, const struct config *config)
{
    const struct office *office = load->office;
    for (int c = 0; c < office->counter_count; c++) {
        const struct counter_config *counter = &office->counters[c];
        char section[32], known[256], text[384];
        snprintf(section, sizeof section, "counter %d", counter->number);
        for (int s = 0; s < counter->service_count; s++)
            if (!office_service(office, counter->services[s])) {
                list_services(office, known, sizeof known);
                snprintf(text, sizeof text, "there is no service \"%s\": expected some of %s",
                         counter->services[s], known);
                reference_problem(load, config, section, "services", text);
            }
    }
}

static void check_prefixes(struct load *load, const struct config *config)
{
    const struct office *office = load->office;
    for (int i = 0; i < office->service_count; i++)
        for (int j = 0; j < i; j++)
            if (office->services[i].prefix[0] &&
                strcmp(office->services[i].prefix, office->services[j].prefix) == 0) {
                char section[64], text[128];
                snprintf(section, sizeof section, "service %s", office->services[i].name);
                snprintf(text, sizeof text, "%s is the prefix of service %s already",
                         office->services[i].prefix, office->services[j].name);
                reference_problem(load, config, section, "prefix", text);
            }
}

static void check_buttons(struct load *load, const struct config *config)
{
    const struct office *office = load->office;
    for (int i = 0; i < office->button_count; i++) {
        const struct button_config *button = &office->buttons[i];
        char section[64], text[128];
        snprintf(section, sizeof section, "button %s", button->name);
        check_command(load, config, section, "press", &button->press);
        if (button->has_long_press)
            check_command(load, config, section, "long-press", &button->long_press);
        for (int j = 0; j <= i; j++) {
            const struct button_config *other = &office->buttons[j];
            if (j < i && button->line[0] && strcmp(button->line, other->line) == 0) {
                snprintf(text, sizeof text, "button %s has line %s already", other->name,
                         button->line);
                reference_problem(load, config, section, "line", text);
            }
            if (button->lamp[0] && strcmp(button->lamp, other->line) == 0) {
                snprintf(text, sizeof text, "line %s is the input of button %s", button->lamp,
                         other->name);
                reference_problem(load, config, section, "lamp", text);
            }
        }
    }
}

static void check_chip(struct load *load, const struct config *config)
{
    const struct office *office = load->office;
    if (strcmp(office->gpio.chip, "keys") != 0)
        return;
    for (int i = 0; i < office->button_count; i++) {
        const char *line = office->buttons[i].line;
        if (line[0] && (strlen(line) != 1 || line[0] < '1' || line[0] > '9')) {
            char section[64];
            snprintf(section, sizeof section, "button %s", office->buttons[i].name);
            reference_problem(load, config, section, "line",
                              "with [gpio] chip = keys a line is a key from 1 to 9");
        }
    }
}

void office_load(struct office *office, const char *file, const char *const *overrides,
                 size_t override_count, struct problems *problems)
{
    struct load load = {.office = office, .problems = problems, .file = file};
    struct config config;
    memset(office, 0, sizeof *office);
    if (config_read(&config, file, overrides, override_count, problems)) {
        apply_defaults(&load, OWNER_OFFICE, 0);
        for (size_t i = 0; i < config.count; i++)
            load_entry(&load, &config.entries[i]);
        check_required(&load, &config);
        check_prefixes(&load, &config);
        check_counters(&load, &config);
        check_buttons(&load, &config);
        check_chip(&load, &config);
        if (office->service_count == 0)
            problems_add(problems, "%s: no [service NAME] section: at least one is needed", file);
        if (office->counter_count == 0)
            problems_add(problems, "%s: no [counter N] section: at least one is needed", file);
        for (int i = 0; i < office->service_count; i++)
            if (!office->services[i].has_hours)
                office->services[i].hours = office->hours;
    }
    config_finish(&config);
}

const struct service_config *office_service(const struct office *office, const char *name)
{
    for (int i = 0; i < office->service_count; i++)
        if (strcmp(office->services[i].name, name) == 0)
            return &office->services[i];
    return NULL;
}

const struct counter_config *office_counter(const struct office *office, int number)
{
    for (int i = 0; i < office->counter_count; i++)
        if (office->counters[i].number == number)
            return &office->counters[i];
    return NULL;
}

const char *service_title(const struct service_config *service, enum language language)
{
    if (service->title[language][0])
        return service->title[language];
    return service->title[LANGUAGE_TH][0] ? service->title[LANGUAGE_TH] : service->name;
}

const char *counter_title(const struct counter_config *counter, enum language language)
{
    return counter->title[language][0] ? counter->title[language] : counter->title[LANGUAGE_TH];
}

bool office_hours_open(const struct office *office, const struct service_config *service,
                       int64_t wall_ms)
{
    char day[DAY_SIZE];
    if (service->hours.always)
        return true;
    clock_day(wall_ms, day);
    for (int i = 0; i < office->holidays.count; i++)
        if (strcmp(office->holidays.days[i], day) == 0)
            return false;
    return hours_open(&service->hours, clock_local(wall_ms));
}
