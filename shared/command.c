#include "shared/command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/utf8.h"

enum argument_type {
    ARGUMENT_TEXT,
    ARGUMENT_NUMBER,
    ARGUMENT_SEQ,
    ARGUMENT_CLASS,
    ARGUMENT_TICKET
};

struct argument {
    const char *name;
    enum argument_type type;
    size_t offset, size;
    int64_t low, high;
};

#define TEXT(field)                                                                                \
    ARGUMENT_TEXT, offsetof(struct command, field), sizeof(((struct command *)0)->field), 0, 0
#define NUMBER(field, low, high) ARGUMENT_NUMBER, offsetof(struct command, field), 0, low, high
#define SEQ(field) ARGUMENT_SEQ, offsetof(struct command, field), 0, 0, INT64_MAX

enum argument_id {
    ARG_SERVICE,
    ARG_CLASS,
    ARG_COUNTER,
    ARG_TICKET,
    ARG_TO,
    ARG_SCORE,
    ARG_REASON,
    ARG_AFTER,
    ARG_DAY,
    ARG_COPY,
    ARG_OF,
    ARG_LINE,
    ARG_VOICE,
    ARG_COUNT
};

static const struct argument arguments[ARG_COUNT] = {
    [ARG_SERVICE] = {"service", TEXT(service)},
    [ARG_CLASS] = {"class", ARGUMENT_CLASS, offsetof(struct command, ticket_class), 0, 0, 0},
    [ARG_COUNTER] = {"counter", NUMBER(counter, 1, COUNTER_MAX)},
    [ARG_TICKET] = {"ticket", ARGUMENT_TICKET, offsetof(struct command, ticket), 0, 0, 0},
    [ARG_TO] = {"to", TEXT(to)},
    [ARG_SCORE] = {"score", NUMBER(score, 1, 5)},
    [ARG_REASON] = {"reason", TEXT(reason)},
    [ARG_AFTER] = {"after", SEQ(after)},
    [ARG_DAY] = {"day", TEXT(day)},
    [ARG_COPY] = {"copy", NUMBER(copy, 1, 1000)},
    [ARG_OF] = {"of", SEQ(of)},
    [ARG_LINE] = {"line", TEXT(line)},
    [ARG_VOICE] = {"voice", TEXT(voice)},
};

#define BIT(id) (1u << (id))
#define POSITIONS_MAX 2

struct verb_row {
    const char *name; /* on the socket; its words joined by "-" */
    unsigned use;
    enum argument_id positions[POSITIONS_MAX];
    int position_count;
    unsigned required, optional; /* on the socket, bits of argument_id */
    const char *usage, *explanation;
};

#define EVERYWHERE (COMMAND_SHELL | COMMAND_BUTTON | COMMAND_SOCKET)
#define BY_HAND (COMMAND_SHELL | COMMAND_SOCKET)

static const struct verb_row verbs[VERB_COUNT] = {
    [VERB_TICKET] = {"ticket",
                     EVERYWHERE,
                     {ARG_SERVICE},
                     1,
                     BIT(ARG_SERVICE),
                     BIT(ARG_CLASS),
                     "ticket SERVICE [--priority]",
                     "issue a ticket"},
    [VERB_REPRINT] = {"reprint",
                      BY_HAND,
                      {ARG_TICKET},
                      1,
                      BIT(ARG_TICKET),
                      0,
                      "reprint TICKET",
                      "print a ticket once more"},
    [VERB_NEXT] = {"next",
                   EVERYWHERE,
                   {ARG_COUNTER},
                   1,
                   BIT(ARG_COUNTER),
                   0,
                   "next COUNTER",
                   "end the present ticket and call the next one"},
    [VERB_RECALL] = {"recall",
                     EVERYWHERE,
                     {ARG_COUNTER},
                     1,
                     BIT(ARG_COUNTER),
                     0,
                     "recall COUNTER",
                     "announce the present ticket again"},
    [VERB_START] = {"start",
                    EVERYWHERE,
                    {ARG_COUNTER},
                    1,
                    BIT(ARG_COUNTER),
                    0,
                    "start COUNTER",
                    "the citizen is here: service starts"},
    [VERB_DONE] = {"done",
                   EVERYWHERE,
                   {ARG_COUNTER},
                   1,
                   BIT(ARG_COUNTER),
                   0,
                   "done COUNTER",
                   "service has ended"},
    [VERB_NOSHOW] = {"noshow",
                     EVERYWHERE,
                     {ARG_COUNTER},
                     1,
                     BIT(ARG_COUNTER),
                     0,
                     "noshow COUNTER",
                     "nobody came"},
    [VERB_HOLD] = {"hold",
                   EVERYWHERE,
                   {ARG_COUNTER},
                   1,
                   BIT(ARG_COUNTER),
                   0,
                   "hold COUNTER",
                   "set the present ticket aside"},
    [VERB_RESUME] = {"resume",
                     BY_HAND,
                     {ARG_TICKET, ARG_COUNTER},
                     2,
                     BIT(ARG_TICKET) | BIT(ARG_COUNTER),
                     0,
                     "resume TICKET COUNTER",
                     "call a ticket that was held or did not come"},
    [VERB_CANCEL] = {"cancel",
                     BY_HAND,
                     {ARG_TICKET},
                     1,
                     BIT(ARG_TICKET),
                     0,
                     "cancel TICKET",
                     "the citizen gives the ticket up"},
    [VERB_TRANSFER] = {"transfer",
                       EVERYWHERE,
                       {ARG_COUNTER, ARG_TO},
                       2,
                       BIT(ARG_COUNTER) | BIT(ARG_TO),
                       0,
                       "transfer COUNTER SERVICE",
                       "send the present ticket on to another service"},
    [VERB_CALL] = {"call",
                   BY_HAND,
                   {ARG_COUNTER, ARG_TICKET},
                   2,
                   BIT(ARG_COUNTER) | BIT(ARG_TICKET),
                   BIT(ARG_REASON),
                   "call COUNTER TICKET --reason TEXT",
                   "call one ticket out of order"},
    [VERB_RATE] = {"rate",
                   EVERYWHERE,
                   {ARG_COUNTER, ARG_SCORE},
                   2,
                   BIT(ARG_COUNTER) | BIT(ARG_SCORE),
                   0,
                   "rate COUNTER SCORE",
                   "rate the ticket last served, 1 (worst) to 5 (best)"},
    [VERB_COUNTER_OPEN] = {"counter-open",
                           EVERYWHERE,
                           {ARG_COUNTER},
                           1,
                           BIT(ARG_COUNTER),
                           0,
                           "counter open COUNTER",
                           "open a counter"},
    [VERB_COUNTER_CLOSE] = {"counter-close",
                            EVERYWHERE,
                            {ARG_COUNTER},
                            1,
                            BIT(ARG_COUNTER),
                            0,
                            "counter close COUNTER",
                            "close a counter"},
    [VERB_SERVICE_OPEN] = {"service-open",
                           EVERYWHERE,
                           {ARG_SERVICE},
                           1,
                           BIT(ARG_SERVICE),
                           0,
                           "service open SERVICE",
                           "issue tickets, whatever the hours say"},
    [VERB_SERVICE_CLOSE] = {"service-close",
                            EVERYWHERE,
                            {ARG_SERVICE},
                            1,
                            BIT(ARG_SERVICE),
                            0,
                            "service close SERVICE",
                            "issue no more tickets today"},
    [VERB_STATUS] = {"status", BY_HAND, {0}, 0, 0, 0, "status", "counters, services, waiting"},
    [VERB_SUBSCRIBE] = {"subscribe", COMMAND_SOCKET, {0}, 0, 0, BIT(ARG_AFTER), NULL, NULL},
    [VERB_UNPRINTED] = {"unprinted", COMMAND_SOCKET, {0}, 0, 0, 0, NULL, NULL},
    [VERB_PRINTED] = {"printed",
                      COMMAND_SOCKET,
                      {0},
                      0,
                      BIT(ARG_DAY) | BIT(ARG_TICKET) | BIT(ARG_COPY),
                      0,
                      NULL,
                      NULL},
    [VERB_PRINT_FAILED] = {"print-failed",
                           COMMAND_SOCKET,
                           {0},
                           0,
                           BIT(ARG_DAY) | BIT(ARG_TICKET) | BIT(ARG_COPY) | BIT(ARG_REASON),
                           0,
                           NULL,
                           NULL},
    [VERB_ANNOUNCED] = {"announced",
                        COMMAND_SOCKET,
                        {0},
                        0,
                        BIT(ARG_TICKET) | BIT(ARG_COUNTER) | BIT(ARG_OF),
                        BIT(ARG_VOICE),
                        NULL,
                        NULL},
    [VERB_PRESS] = {"press", COMMAND_SOCKET, {0}, 0, BIT(ARG_LINE), 0, NULL, NULL},
    [VERB_DISCARD] = {"discard", 0, {0}, 0, 0, 0, NULL, NULL},
    [VERB_START_UP] = {"start-up", 0, {0}, 0, 0, 0, NULL, NULL},
};

const char *command_usage(size_t index, const char **explanation)
{
    size_t shown = 0;
    for (size_t i = 0; i < VERB_COUNT; i++)
        if ((verbs[i].use & COMMAND_SHELL) && shown++ == index) {
            *explanation = verbs[i].explanation;
            return verbs[i].usage;
        }
    return NULL;
}

static bool set_text(struct command *command, const struct argument *argument, const char *text,
                     char *why, size_t why_size)
{
    if (!text[0] || strlen(text) >= argument->size) {
        snprintf(why, why_size, "%s: expected 1 to %zu bytes of text", argument->name,
                 argument->size - 1);
        return false;
    }
    if (!utf8_is_text(text)) {
        snprintf(why, why_size, "%s: expected UTF-8 without control characters", argument->name);
        return false;
    }
    memcpy((char *)command + argument->offset, text, strlen(text) + 1);
    return true;
}

static bool set_number(struct command *command, const struct argument *argument, int64_t value,
                       char *why, size_t why_size)
{
    if (value < argument->low || value > argument->high) {
        if (argument->type == ARGUMENT_SEQ)
            snprintf(why, why_size, "%s: expected a whole number, 0 or more", argument->name);
        else
            snprintf(why, why_size, "%s: expected a whole number, %lld to %lld", argument->name,
                     (long long)argument->low, (long long)argument->high);
        return false;
    }
    char *field = (char *)command + argument->offset;
    if (argument->type == ARGUMENT_SEQ)
        memcpy(field, &value, sizeof value);
    else
        memcpy(field, &(int){(int)value}, sizeof(int));
    return true;
}

static bool set_ticket(struct command *command, const char *text, char *why, size_t why_size)
{
    if (ticket_number_parse(text, command->ticket))
        return true;
    snprintf(why, why_size, "ticket: expected letters and digits, as A001, not \"%.32s\"", text);
    return false;
}

/* The value of an ASCII or Thai digit, and its length in bytes; -1 for anything else. */
static int digit_value(const char *text, int *length)
{
    const unsigned char *at = (const unsigned char *)text;
    *length = 1;
    if (at[0] >= '0' && at[0] <= '9')
        return at[0] - '0';
    *length = 3; /* U+0E50 to U+0E59 */
    if (at[0] == 0xe0 && at[1] == 0xb9 && at[2] >= 0x90 && at[2] <= 0x99)
        return at[2] - 0x90;
    return -1;
}

/* A whole number in ASCII or Thai digits, -1 for anything else. */
static int64_t parse_number(const char *text)
{
    int64_t number = 0;
    int length;
    if (!text[0])
        return -1;
    for (; *text; text += length) {
        int digit = digit_value(text, &length);
        if (digit < 0 || number > INT64_MAX / 10 - 1)
            return -1;
        number = number * 10 + digit;
    }
    return number;
}

static bool set_from_text(struct command *command, const struct argument *argument,
                          const char *text, char *why, size_t why_size)
{
    switch (argument->type) {
    case ARGUMENT_TEXT:
        return set_text(command, argument, text, why, why_size);
    case ARGUMENT_TICKET:
        return set_ticket(command, text, why, why_size);
    case ARGUMENT_CLASS:
        if (class_from_name(text, &command->ticket_class))
            return true;
        snprintf(why, why_size, "class: expected regular or priority, not \"%.32s\"", text);
        return false;
    case ARGUMENT_NUMBER:
    case ARGUMENT_SEQ:
        break;
    }
    return set_number(command, argument, parse_number(text), why, why_size);
}

/* Finds the verb whose words begin `words`; *used says how many they were. */
static const struct verb_row *find_words(int count, const char *const *words, int *used)
{
    for (int i = 0; i < VERB_COUNT; i++) {
        const char *name = verbs[i].name, *dash = strchr(name, '-');
        if (count >= 1 && strcmp(words[0], name) == 0) {
            *used = 1;
            return &verbs[i];
        }
        if (dash && count >= 2 && strlen(words[0]) == (size_t)(dash - name) &&
            strncmp(words[0], name, (size_t)(dash - name)) == 0 &&
            strcmp(words[1], dash + 1) == 0) {
            *used = 2;
            return &verbs[i];
        }
    }
    return NULL;
}

/* "counter 1 open" is nearly right: says what is. */
static void explain_unknown(const char *word, char *why, size_t why_size)
{
    snprintf(why, why_size, "unknown command \"%.64s\"", word);
    for (int i = 0; i < VERB_COUNT; i++) {
        const char *usage = verbs[i].usage, *dash = strchr(verbs[i].name, '-');
        if (usage && dash && strlen(word) == (size_t)(dash - verbs[i].name) &&
            strncmp(verbs[i].name, word, strlen(word)) == 0) {
            snprintf(why, why_size, "usage: %s", usage);
            return;
        }
    }
}

static void start(struct command *command, const struct verb_row *row)
{
    *command = (struct command){.verb = (enum verb)(row - verbs), .after = -1};
}

bool command_from_words(struct command *command, int count, const char *const *words,
                        enum command_use use, char *why, size_t why_size)
{
    int at = 0;
    const struct verb_row *row = find_words(count, words, &at);
    if (!row || !(row->use & use)) {
        explain_unknown(count > 0 ? words[0] : "", why, why_size);
        return false;
    }
    start(command, row);
    int position = 0;
    for (; at < count; at++) {
        const char *word = words[at];
        if (strcmp(word, "--priority") == 0 && (row->optional & BIT(ARG_CLASS))) {
            command->ticket_class = CLASS_PRIORITY;
        } else if (strcmp(word, "--reason") == 0 && (row->optional & BIT(ARG_REASON)) &&
                   at + 1 < count) {
            if (!set_from_text(command, &arguments[ARG_REASON], words[++at], why, why_size))
                return false;
        } else if (strcmp(word, "--reason") == 0 && (row->optional & BIT(ARG_REASON))) {
            snprintf(why, why_size, "--reason: its text is missing");
            return false;
        } else if (position < row->position_count && strncmp(word, "--", 2) != 0) {
            const struct argument *argument = &arguments[row->positions[position++]];
            if (!set_from_text(command, argument, word, why, why_size))
                return false;
        } else {
            snprintf(why, why_size, "unexpected \"%.64s\"; usage: %s", word, row->usage);
            return false;
        }
    }
    if (position < row->position_count) {
        snprintf(why, why_size, "usage: %s", row->usage);
        return false;
    }
    return true;
}

bool command_from_text(struct command *command, const char *text, enum command_use use, char *why,
                       size_t why_size)
{
    char copy[256];
    const char *words[8];
    int count = 0;
    if (snprintf(copy, sizeof copy, "%s", text) >= (int)sizeof copy) {
        snprintf(why, why_size, "command too long");
        return false;
    }
    char *rest = copy;
    for (char *word; (word = strsep(&rest, " \t")) != NULL;) {
        if (!word[0])
            continue;
        if (count == 8) {
            snprintf(why, why_size, "too many words in \"%.64s\"", text);
            return false;
        }
        words[count++] = word;
    }
    return command_from_words(command, count, words, use, why, why_size);
}

static int find_argument(const char *name)
{
    for (int i = 0; i < ARG_COUNT; i++)
        if (strcmp(arguments[i].name, name) == 0)
            return i;
    return -1;
}

static bool set_from_json(struct command *command, const struct argument *argument,
                          const json_t *value, char *why, size_t why_size)
{
    bool numeric = argument->type == ARGUMENT_NUMBER || argument->type == ARGUMENT_SEQ;
    if (numeric && json_is_integer(value))
        return set_number(command, argument, json_integer_value(value), why, why_size);
    if (!numeric && json_is_string(value) &&
        strlen(json_string_value(value)) == json_string_length(value))
        return set_from_text(command, argument, json_string_value(value), why, why_size);
    snprintf(why, why_size, "%s: expected %s", argument->name, numeric ? "a whole number" : "text");
    return false;
}

bool command_from_json(struct command *command, const json_t *request, const char **error,
                       char *why, size_t why_size)
{
    const char *name = json_string_value(json_object_get(request, "do"));
    const struct verb_row *row = NULL;
    for (int i = 0; i < VERB_COUNT && name && !row; i++)
        if (strcmp(verbs[i].name, name) == 0 && (verbs[i].use & COMMAND_SOCKET))
            row = &verbs[i];
    if (!row) {
        *error = name ? "unknown_command" : "bad_argument";
        snprintf(why, why_size, name ? "unknown command \"%.64s\"" : "\"do\" is missing", name);
        return false;
    }
    *error = "bad_argument";
    start(command, row);
    unsigned seen = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)request, key, value)
    {
        if (strcmp(key, "do") == 0 || strcmp(key, "id") == 0)
            continue;
        int id = find_argument(key);
        if (id < 0 || !((row->required | row->optional) & BIT(id))) {
            snprintf(why, why_size, "%s has no argument \"%.64s\"", row->name, key);
            return false;
        }
        if (!set_from_json(command, &arguments[id], value, why, why_size))
            return false;
        seen |= BIT(id);
    }
    for (int id = 0; id < ARG_COUNT; id++)
        if ((row->required & BIT(id)) && !(seen & BIT(id))) {
            snprintf(why, why_size, "%s needs \"%s\"", row->name, arguments[id].name);
            return false;
        }
    return true;
}

static json_t *argument_to_json(const struct command *command, const struct argument *argument)
{
    const char *field = (const char *)command + argument->offset;
    int64_t seq;
    int number;
    switch (argument->type) {
    case ARGUMENT_TEXT:
    case ARGUMENT_TICKET:
        return field[0] ? json_string(field) : NULL;
    case ARGUMENT_CLASS:
        return json_string(class_name(command->ticket_class));
    case ARGUMENT_NUMBER:
        memcpy(&number, field, sizeof number);
        return json_integer(number);
    case ARGUMENT_SEQ:
        memcpy(&seq, field, sizeof seq);
        return seq >= 0 ? json_integer(seq) : NULL;
    }
    return NULL;
}

json_t *command_to_json(const struct command *command)
{
    const struct verb_row *row = &verbs[command->verb];
    json_t *request = json_pack("{s:s}", "do", row->name);
    for (int id = 0; id < ARG_COUNT; id++)
        if ((row->required | row->optional) & BIT(id)) {
            json_t *value = argument_to_json(command, &arguments[id]);
            if (value)
                json_object_set_new(request, arguments[id].name, value);
        }
    return request;
}

bool ticket_number_parse(const char *text, char ticket[static TICKET_SIZE])
{
    int letters = 0;
    while (letters < 3 && (unsigned char)text[letters] < 0x80 &&
           isalpha((unsigned char)text[letters]))
        letters++;
    int64_t number = letters > 0 ? parse_number(text + letters) : -1;
    if (number < 1 || number > 99999999)
        return false;
    snprintf(ticket, TICKET_SIZE, "%.*s%03d", letters, text, (int)number);
    for (int i = 0; i < letters; i++)
        ticket[i] = (char)toupper((unsigned char)ticket[i]);
    return true;
}

static const char *const class_names[] = {
    [CLASS_REGULAR] = "regular", [CLASS_PRIORITY] = "priority"};

const char *class_name(enum ticket_class ticket_class)
{
    return class_names[ticket_class];
}

bool class_from_name(const char *name, enum ticket_class *ticket_class)
{
    for (int i = 0; i < 2; i++)
        if (strcmp(name, class_names[i]) == 0) {
            *ticket_class = (enum ticket_class)i;
            return true;
        }
    return false;
}
