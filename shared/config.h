/* Reads an INI file and -o overrides into a list of entries, and collects every problem with the
 * place where it stands. What the entries mean is office.h's.
 *
 * The file: "[section]", "key = value", comments behind ; or # at the start of a line (or " ;"
 * after a value), and indented lines that continue the value before them. A line has at most
 * CONFIG_LINE_MAX bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_LINE_MAX 190

struct config_entry {
    char *section, *key, *value; /* key "": only the header of the section */
    char *origin;                /* the file's name, or "-o" */
    int line;                    /* 0 for an override */
};

struct problems {
    char **lines;
    size_t count;
};

struct config {
    struct config_entry *entries;
    size_t count;
};

/* Adds one formatted problem. */
void problems_add(struct problems *problems, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds a problem of one entry: "FILE:LINE: [section] key: text". */
void problems_add_entry(struct problems *problems, const struct config_entry *entry,
                        const char *format, ...) __attribute__((format(printf, 3, 4)));
void problems_finish(struct problems *problems);

/* Reads `file`, then applies `overrides` ("section.key=value"), which replace what the file says.
 * False if the file cannot be read at all; other faults are only added to `problems`. The caller
 * ends `config` with config_finish in either case. */
bool config_read(struct config *config, const char *file, const char *const *overrides,
                 size_t override_count, struct problems *problems);
void config_finish(struct config *config);
