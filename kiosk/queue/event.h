/* What has happened: the rows of the journal, and the lines that subscribers get.
 *
 * One table says which members each kind of event carries; the JSON of the journal's `data` column
 * and of the socket are both written and read from it. */
#pragma once

#include <jansson.h>

#include "shared/command.h"
#include "shared/office.h"

enum event_kind {
    EVENT_ISSUED,
    EVENT_PRINTED,
    EVENT_PRINT_FAILED,
    EVENT_REPRINTED,
    EVENT_CALLED,
    EVENT_RECALLED,
    EVENT_ANNOUNCED,
    EVENT_STARTED,
    EVENT_FINISHED,
    EVENT_NO_SHOW,
    EVENT_HELD,
    EVENT_RESUMED,
    EVENT_TRANSFERRED,
    EVENT_CANCELLED,
    EVENT_LEFT,
    EVENT_RATED,
    EVENT_DISCARDED,
    EVENT_COUNTER_OPENED,
    EVENT_COUNTER_CLOSED,
    EVENT_SERVICE_OPENED,
    EVENT_SERVICE_CLOSED,
    EVENT_DAY_OPENED,
    EVENT_DAY_CLOSED,
    EVENT_CLOCK_SET,
    EVENT_STARTED_UP,
    EVENT_COUNT
};

#define EVENT_REASON_SIZE (REASON_SIZE + 8) /* "picked: " and what staff gave */
#define EVENT_SERVICES_SIZE (SERVICES_MAX * SERVICE_NAME_SIZE)

/* Only the members that the table gives the kind mean anything. */
struct event {
    int64_t seq;
    int64_t wall_ms, boot_ms;
    char boot_id[BOOT_ID_SIZE];
    char day[DAY_SIZE];
    enum event_kind kind;
    char ticket[TICKET_SIZE]; /* "" for none */
    int counter;              /* 0 for none */

    bool clock_unset; /* of every kind: wall_ms was not to be trusted */
    char service[SERVICE_NAME_SIZE];
    char to[SERVICE_NAME_SIZE];
    enum ticket_class ticket_class;
    int leg; /* 1 until the ticket is transferred */
    int ahead;
    int promise_low_s, promise_high_s;
    bool in_order;
    bool start_implied; /* of called: service starts with the call */
    char reason[EVENT_REASON_SIZE];
    int score;
    int count;
    int copy;
    int64_t of;
    char voice[VOICE_SIZE]; /* of announced: how it was heard */
    int64_t correction_ms;
    char button[BUTTON_NAME_SIZE];
    char services[EVENT_SERVICES_SIZE]; /* of counter_opened: names joined by blanks */
    char version[16];
};

const char *event_kind_name(enum event_kind kind);
bool event_kind_from_name(const char *name, enum event_kind *kind);

/* The members of the kind as a new object: the journal's `data`. */
json_t *event_data(const struct event *event);

/* Fills the members from `data`. False, with the reason in `why`, if one is missing or wrong. */
bool event_data_read(struct event *event, const json_t *data, char *why, size_t why_size);

/* The event as subscribers get it: seq, times, day, ticket, counter and the members in one object.
 * A reply to a command is the same without "event". */
json_t *event_message(const struct event *event, bool as_reply);
