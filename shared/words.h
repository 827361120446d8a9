/* What Khiosk says to people, in each of its languages: one table, read by ticket, screen and
 * voice alike. Thai is complete by definition; no cell of the table may be empty. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum language { LANGUAGE_TH, LANGUAGE_EN, LANGUAGE_MS, LANGUAGE_COUNT };

enum word {
    WORD_TICKET, /* heading of a ticket */
    WORD_NUMBER,
    WORD_COUNTER,
    WORD_NOW_SERVING,
    WORD_LAST_CALLS,
    WORD_WAITING, /* people waiting, as a heading */
    WORD_AHEAD,   /* "%d people ahead" */
    WORD_NOBODY_AHEAD,
    WORD_EXPECTED,       /* "expected wait %d-%d minutes" */
    WORD_EXPECTED_SHORT, /* "expected wait up to %d minutes" */
    WORD_PLEASE_WAIT,
    WORD_PRIORITY,
    WORD_PEOPLE, /* unit behind a number of people waiting */
    WORD_OPEN,
    WORD_CLOSED,
    WORD_TAKE_TICKET,
    WORD_NO_CONNECTION,
    WORD_CLOCK_UNSET,
    WORD_MINUTES,       /* "%d-%d minutes", beside the people waiting */
    WORD_MINUTES_SHORT, /* "up to %d minutes" */
    WORD_HOLIDAY,
    WORD_NO_SERVICE_TODAY,
    WORD_NOT_YET_OPEN,
    WORD_LUNCH,
    WORD_BREAK,
    WORD_CLOSED_FOR_TODAY,
    WORD_OPENS_AT, /* "opens at %s", the clock */
    WORD_OPENS_ON, /* "opens on %s at %s", date and clock */
    WORD_COPY,     /* on a second print of the same ticket */
    WORD_COUNT
};

/* The text; %d stands for a number where the list above shows it. Never NULL. */
const char *words_get(enum language language, enum word word);

/* The same with its first %d or %s replaced by `first`, any further by `second`. Writes at most
 * `size` bytes with NUL and returns `out`. */
char *words_fill(enum language language, enum word word, const char *first, const char *second,
                 char *out, size_t size);

/* The same with whole numbers. */
char *words_fill_numbers(enum language language, enum word word, int first, int second, char *out,
                         size_t size);

/* "th", "en" or "ms". */
const char *language_code(enum language language);

/* From "th", "en" or "ms"; false for anything else. */
bool language_from_code(const char *code, enum language *language);
