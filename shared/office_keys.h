/* Every key of the configuration: where it stands, what it may be, where its value goes. Private to
 * office.c; others read the table through office_key. */
#pragma once

#include "shared/office.h"

/* Where a key's value goes: the office itself, or the service, counter or button of its section. */
enum owner { OWNER_OFFICE, OWNER_SERVICE, OWNER_COUNTER, OWNER_BUTTON };

struct key;

/* Reads a value into the field. False with what would be right in `why`. */
typedef bool parse_fn(const struct key *key, void *field, const char *value, char *why,
                      size_t why_size);

struct key {
    enum owner owner;
    const char *section, *name;
    const char *fallback; /* as written in a file; NULL: must be given */
    parse_fn *parse;
    size_t offset, size; /* of the field in its owner */
    int64_t low, high;   /* of a number */
    const char *const *choices;
};

extern const struct key office_keys[];
extern const size_t office_key_count;
