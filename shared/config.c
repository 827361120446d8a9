#include "shared/config.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void problems_add(struct problems *problems, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    char **lines = realloc(problems->lines, (problems->count + 1) * sizeof *lines);
    if (length < 0 || !lines)
        abort();
    problems->lines = lines;
    problems->lines[problems->count++] = text;
}

void problems_add_entry(struct problems *problems, const struct config_entry *entry,
                        const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (entry->line > 0)
        problems_add(problems, "%s:%d: [%s]%s%s: %s", entry->origin, entry->line, entry->section,
                     entry->key[0] ? " " : "", entry->key, text);
    else
        problems_add(problems, "%s %s.%s: %s", entry->origin, entry->section, entry->key, text);
}

void problems_finish(struct problems *problems)
{
    for (size_t i = 0; i < problems->count; i++)
        free(problems->lines[i]);
    free(problems->lines);
    *problems = (struct problems){0};
}

struct reading {
    struct config *config;
    struct problems *problems;
    FILE *file;
    const char *name;
    int line;
    bool pending;   /* the last line given to inih must become an entry */
    bool continues; /* it was indented */
    char text[CONFIG_LINE_MAX + 1];
};

static char *copy(const char *text)
{
    char *result = strdup(text);
    if (!result)
        abort();
    return result;
}

static void add_entry(struct config *config, const char *section, const char *key,
                      const char *value, const char *origin, int line)
{
    struct config_entry *entries =
        realloc(config->entries, (config->count + 1) * sizeof *config->entries);
    if (!entries)
        abort();
    config->entries = entries;
    entries[config->count++] = (struct config_entry){.section = copy(section),
                                                     .key = copy(key),
                                                     .value = copy(value),
                                                     .origin = copy(origin),
                                                     .line = line};
}

static void clear_entry(struct config_entry *entry)
{
    free(entry->section);
    free(entry->key);
    free(entry->value);
    free(entry->origin);
}

/* inih names no line for a fault and only the first of them, so lines are watched as they go in. */
static void check_pending(struct reading *reading)
{
    if (reading->pending)
        problems_add(reading->problems, "%s:%d: \"%s\": expected [section] or key = value",
                     reading->name, reading->line, reading->text);
    reading->pending = false;
}

/* A section counts even if nothing stands in it. */
static void take_header(struct reading *reading, const char *start)
{
    char section[CONFIG_LINE_MAX + 1];
    const char *end = strchr(start, ']'), *rest = end + 1 + strspn(end + 1, " \t\r\n");
    snprintf(section, sizeof section, "%.*s", (int)(end - start), start);
    if (*rest && *rest != ';' && *rest != '#')
        problems_add(reading->problems, "%s:%d: \"%s\": nothing may follow a [section] on its line",
                     reading->name, reading->line, reading->text);
    add_entry(reading->config, section, "", "", reading->name, reading->line);
}

static char *next_line(char *buffer, int size, void *user)
{
    struct reading *reading = user;
    check_pending(reading);
    for (;;) {
        if (!fgets(buffer, size, reading->file))
            return NULL;
        reading->line++;
        size_t length = strlen(buffer);
        bool whole = length > 0 && buffer[length - 1] == '\n';
        if (length - whole > CONFIG_LINE_MAX) {
            problems_add(reading->problems,
                         "%s:%d: line longer than %d bytes: continue it on an indented line",
                         reading->name, reading->line, CONFIG_LINE_MAX);
            for (int c = whole ? '\n' : 0; c != EOF && c != '\n';)
                c = fgetc(reading->file);
            continue;
        }
        const char *start = buffer + strspn(buffer, " \t\r\n\xef\xbb\xbf");
        snprintf(reading->text, sizeof reading->text, "%.*s", (int)strcspn(start, "\r\n"), start);
        reading->continues = start > buffer && (buffer[0] == ' ' || buffer[0] == '\t');
        bool header = *start == '[' && strchr(start, ']');
        reading->pending = *start && *start != ';' && *start != '#' && !header;
        if (header)
            take_header(reading, start + 1);
        return buffer;
    }
}

static int take_entry(void *user, const char *section, const char *key, const char *value)
{
    struct reading *reading = user;
    reading->pending = false;
    struct config *config = reading->config;
    struct config_entry *last = config->count ? &config->entries[config->count - 1] : NULL;
    /* inih gives an indented line the key before it, and the first of a section its own. */
    if (reading->continues && last && strcmp(last->section, section) == 0 &&
        strcmp(last->key, key) == 0) {
        char *joined;
        if (asprintf(&joined, "%s%s%s", last->value, last->value[0] ? " " : "", value) < 0)
            abort();
        free(last->value);
        last->value = joined;
        return 1;
    }
    for (size_t i = 0; i < config->count; i++) {
        const struct config_entry *other = &config->entries[i];
        if (strcmp(other->section, section) == 0 && strcmp(other->key, key) == 0) {
            problems_add(reading->problems, "%s:%d: [%s] %s: given twice, first on line %d",
                         reading->name, reading->line, section, key, other->line);
            return 1;
        }
    }
    add_entry(config, section, key, value, reading->name, reading->line);
    return 1;
}

static void override(struct config *config, const char *text, struct problems *problems)
{
    const char *dot = strchr(text, '.'), *equals = strchr(text, '=');
    if (!dot || !equals || dot == text || dot + 1 >= equals) {
        problems_add(problems, "-o %s: expected section.key=value", text);
        return;
    }
    char *section = strndup(text, (size_t)(dot - text));
    char *key = strndup(dot + 1, (size_t)(equals - dot - 1));
    if (!section || !key)
        abort();
    for (size_t i = 0; i < config->count; i++) {
        struct config_entry *entry = &config->entries[i];
        if (strcmp(entry->section, section) == 0 && strcmp(entry->key, key) == 0) {
            clear_entry(entry);
            memmove(entry, entry + 1, (config->count - i - 1) * sizeof *entry);
            config->count--;
            break;
        }
    }
    add_entry(config, section, key, equals + 1, "-o", 0);
    free(section);
    free(key);
}

bool config_read(struct config *config, const char *file, const char *const *overrides,
                 size_t override_count, struct problems *problems)
{
    *config = (struct config){0};
    struct reading reading = {.config = config, .problems = problems, .name = file};
    reading.file = fopen(file, "re");
    if (!reading.file) {
        problems_add(problems, "cannot read the configuration %s: %s", file, strerror(errno));
        return false;
    }
    ini_parse_stream(next_line, &reading, take_entry, &reading);
    check_pending(&reading);
    bool readable = !ferror(reading.file);
    if (!readable)
        problems_add(problems, "cannot read the configuration %s: %s", file, strerror(errno));
    fclose(reading.file);
    for (size_t i = 0; i < override_count; i++)
        override(config, overrides[i], problems);
    return readable;
}

void config_finish(struct config *config)
{
    for (size_t i = 0; i < config->count; i++)
        clear_entry(&config->entries[i]);
    free(config->entries);
    *config = (struct config){0};
}
