/* What Khiosk says to people, in each of its languages: one table, read by ticket, screen and
 * voice alike. Thai is complete by definition; no cell of the table may be empty. */
#pragma once

#include <stdbool.h>

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
    WORD_COPY, /* on a second print of the same ticket */
    WORD_COUNT
};

/* The text; %d stands for a number where the list above shows it. Never NULL. */
const char *words_get(enum language language, enum word word);

/* From "th", "en" or "ms"; false for anything else. */
bool language_from_code(const char *code, enum language *language);
