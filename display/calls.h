/* The calls that the room is to notice, in the order in which they were made: all are lit at once,
 * and each in turn stands largest, blinks, and is spoken to its end. Pure: times are given, in ms
 * of boot time. Plain data, nothing to free; zero-initialise. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/command.h"

#define CALLS_MAX 64
#define CALLS_LIT_MS 6000    /* how long a call stands out at least, from its turn on */
#define CALLS_TURN_MS 3000   /* how long its turn lasts at least: as long as it blinks */
#define CALLS_BLINK_MS 500   /* on, then off; once a second is far below what harms anybody */
#define CALLS_STALE_MS 60000 /* a call that was missed for longer than this is not called again */

struct view_call {
    char ticket[TICKET_SIZE];
    int counter;
};

/* From an event, or from a row of the status; false if it is none. */
bool view_call_read(struct view_call *call, const json_t *object);

enum heard { HEARD_NOT_YET, HEARD_NOTHING, HEARD_CHIME, HEARD_VOICE };

struct call {
    struct view_call call;
    int64_t seq; /* of its event, `called` or `recalled` */
    int64_t came_ms;
    int64_t began_ms; /* when its turn began; 0 before */
    enum heard heard;
    bool drawn;     /* it was truly on the screen */
    bool announced; /* kioskd was told */
};

struct calls {
    int count;
    struct call list[CALLS_MAX]; /* oldest first */
    int64_t now_ms;              /* of the last calls_advance */
};

/* Takes in a `called` or `recalled` event. False if it is none of these. Where there is no room the
 * oldest call gives way, into *lost, whose seq is 0 otherwise. */
bool calls_add(struct calls *calls, const json_t *event, int64_t now_ms, struct call *lost);

/* Lets time pass: takes out one call that is over, into *over, and is to be called again until it
 * returns false. */
bool calls_advance(struct calls *calls, int64_t now_ms, struct call *over);

/* The call whose turn begins now, to be spoken; NULL if none does. The pointer is good until the
 * next change. */
const struct call *calls_begin(struct calls *calls, int64_t now_ms);

/* The call with this seq has been spoken, or could not be. */
void calls_heard(struct calls *calls, int64_t seq, enum heard heard);

/* Drops what has waited for its turn too long, as calls that came while kioskd was away. */
void calls_drop_stale(struct calls *calls, int64_t now_ms);

/* The call whose turn it is, else the one that had it last and is still lit; NULL for none. */
const struct call *calls_main(const struct calls *calls);

/* Whether this ticket stands out at this counter now; in the dark half of its blinking not. */
bool calls_lit(const struct calls *calls, const char *ticket, int counter);

/* When something changes by itself: a blink, a turn, an end. INT64_MAX if nothing does. */
int64_t calls_next_change(const struct calls *calls);

/* The oldest call that was seen and heard and of which kioskd does not know; NULL for none. */
struct call *calls_unannounced(struct calls *calls);

/* As the socket names it: "silent", "chimed" or "spoken". */
const char *heard_name(enum heard heard);
