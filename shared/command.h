/* The commands of the queue: one table, from which a button's text, queuectl's arguments and the
 * socket's JSON are all read, and queuectl's help is printed.
 *
 * `next 1` on a button, `queuectl next 1` and {"do":"next","counter":1} are the same command. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/clock.h"

#define SERVICE_NAME_SIZE 32 /* lower-case letters, digits, - and _ */
#define TICKET_SIZE 16       /* prefix of 1-3 letters, then digits */
#define REASON_SIZE 256
#define BUTTON_NAME_SIZE 32
#define COUNTER_MAX 99
#define VOICE_SIZE 8

enum ticket_class { CLASS_REGULAR, CLASS_PRIORITY };

enum verb {
    VERB_TICKET,
    VERB_REPRINT,
    VERB_NEXT,
    VERB_RECALL,
    VERB_START,
    VERB_DONE,
    VERB_NOSHOW,
    VERB_HOLD,
    VERB_RESUME,
    VERB_CANCEL,
    VERB_TRANSFER,
    VERB_CALL,
    VERB_RATE,
    VERB_COUNTER_OPEN,
    VERB_COUNTER_CLOSE,
    VERB_SERVICE_OPEN,
    VERB_SERVICE_CLOSE,
    /* questions */
    VERB_STATUS,
    VERB_SUBSCRIBE,
    VERB_UNPRINTED,
    /* what devices report */
    VERB_PRINTED,
    VERB_PRINT_FAILED,
    VERB_ANNOUNCED,
    VERB_PRESS,
    /* made by kioskd itself; not accepted from a socket or a button */
    VERB_DISCARD,
    VERB_START_UP,
    VERB_COUNT
};

enum command_use {
    COMMAND_SHELL = 1,  /* queuectl offers it */
    COMMAND_BUTTON = 2, /* a button may be mapped to it */
    COMMAND_SOCKET = 4, /* the socket accepts it */
};

struct command {
    enum verb verb;
    char service[SERVICE_NAME_SIZE];
    char to[SERVICE_NAME_SIZE];
    enum ticket_class ticket_class;
    int counter;
    char ticket[TICKET_SIZE];
    int score;                     /* 1 (worst) to 5 (best) */
    char reason[REASON_SIZE];      /* of call, print-failed and discard */
    char day[DAY_SIZE];            /* of printed and print-failed */
    int copy;                      /* 1 is the first print of a ticket */
    int64_t after;                 /* of subscribe; -1 for none */
    int64_t of;                    /* of announced: seq of the call that was announced */
    char voice[VOICE_SIZE];        /* of announced: "spoken", "chimed", "silent"; "" if unsaid */
    char line[BUTTON_NAME_SIZE];   /* of press */
    char button[BUTTON_NAME_SIZE]; /* of discard */
    int count;                     /* of discard: presses */
};

/* Reads the words of a command ("counter", "open", "2"). On failure `why` says what is wrong and
 * what would be right. `use` is the COMMAND_... that the words come from. */
bool command_from_words(struct command *command, int count, const char *const *words,
                        enum command_use use, char *why, size_t why_size);

/* The same from one line of text, words separated by blanks. */
bool command_from_text(struct command *command, const char *text, enum command_use use, char *why,
                       size_t why_size);

/* Reads a request from the socket. Unknown arguments are refused; "id" is left to the caller. On
 * failure *error is "unknown_command" or "bad_argument". */
bool command_from_json(struct command *command, const json_t *request, const char **error,
                       char *why, size_t why_size);

/* A new request object with "do" and the command's arguments; the caller owns it. */
json_t *command_to_json(const struct command *command);

/* The table as usage lines for a shell ("ticket SERVICE [--priority]"), NULL past its end. */
const char *command_usage(size_t index, const char **explanation);

/* Makes a ticket's number canonical, "a๓" to "A003": upper-case letters and at least three ASCII
 * digits. False if the text cannot be one. */
bool ticket_number_parse(const char *text, char ticket[static TICKET_SIZE]);

const char *class_name(enum ticket_class ticket_class);
bool class_from_name(const char *name, enum ticket_class *ticket_class);
