#include "shared/office.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/office_keys.h"

bool office_key(size_t index, const char **section, const char **key, const char **fallback)
{
    if (index >= office_key_count)
        return false;
    *section = office_keys[index].section;
    *key = office_keys[index].name;
    *fallback = office_keys[index].fallback;
    return true;
}

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
    for (size_t i = 0; i < office_key_count; i++)
        if (office_keys[i].owner == owner && office_keys[i].fallback) {
            char *field = target_base(load, owner, index) + office_keys[i].offset;
            if (!office_keys[i].parse(&office_keys[i], field, office_keys[i].fallback, why,
                                      sizeof why))
                problems_add(load->problems, "the default of [%s] %s, %s, does not work here: %s",
                             office_keys[i].section, office_keys[i].name, office_keys[i].fallback,
                             why);
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
    return section[length] ? section + length + 1 : section + length;
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
    if (name[0] < '1' || name[0] > '9' || *end || number > COUNTER_MAX) {
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
    for (size_t i = 0; i < office_key_count; i++)
        if (office_keys[i].owner == OWNER_OFFICE &&
            strcmp(office_keys[i].section, entry->section) == 0)
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
    if (!find_owner(load, entry, &owner, &kind, &index) || !entry->key[0])
        return;
    char known[512];
    size_t used = 0;
    for (size_t i = 0; i < office_key_count; i++) {
        const struct key *key = &office_keys[i];
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

/* A header whose keys follow says nothing that they don't. */
static bool is_mere_header(const struct config *config, size_t index)
{
    const struct config_entry *entry = &config->entries[index];
    return !entry->key[0] && index + 1 < config->count &&
           strcmp(entry[1].section, entry->section) == 0;
}

static void check_required(struct load *load, const struct config *config)
{
    for (size_t i = 0; i < office_key_count; i++) {
        if (office_keys[i].fallback)
            continue;
        const struct office *office = load->office;
        int count = office_keys[i].owner == OWNER_SERVICE   ? office->service_count
                    : office_keys[i].owner == OWNER_COUNTER ? office->counter_count
                    : office_keys[i].owner == OWNER_BUTTON  ? office->button_count
                                                            : 1;
        for (int n = 0; n < count; n++) {
            char section[64];
            if (office_keys[i].owner == OWNER_OFFICE)
                snprintf(section, sizeof section, "%s", office_keys[i].section);
            else if (office_keys[i].owner == OWNER_COUNTER)
                snprintf(section, sizeof section, "counter %d", office->counters[n].number);
            else
                snprintf(section, sizeof section, "%s %s", office_keys[i].section,
                         office_keys[i].owner == OWNER_SERVICE ? office->services[n].name
                                                               : office->buttons[n].name);
            if (!given(config, section, office_keys[i].name))
                problems_add(load->problems, "%s: [%s] %s: missing, and it has no default",
                             load->file, section, office_keys[i].name);
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

void office_list_services(const struct office *office, char *out, size_t size)
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
            office_list_services(load->office, known, sizeof known);
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
                office_list_services(office, known, sizeof known);
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
        for (int j = 0; j < office->button_count; j++) {
            const struct button_config *other = &office->buttons[j];
            if (j < i && button->line[0] && strcmp(button->line, other->line) == 0) {
                snprintf(text, sizeof text, "line %s is the input of button %s already",
                         button->line, other->name);
                reference_problem(load, config, section, "line", text);
            }
            if (!button->lamp[0])
                continue;
            bool is_input = strcmp(button->lamp, other->line) == 0;
            if (is_input || (j < i && strcmp(button->lamp, other->lamp) == 0)) {
                snprintf(text, sizeof text, "line %s is the %s of button %s", button->lamp,
                         is_input ? "input" : "lamp", other->name);
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
            if (!is_mere_header(&config, i))
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
