/* When the level of one line makes a press: debounce, long press and cool-down.
 *
 * Pure: all times are parameters, nanoseconds of one clock that never goes back. An edge counts at
 * once and locks the line for debounce_ns; the level on which it then rests is what holds. A button
 * with a long press decides on release, or when it has been held long enough; any other decides
 * when it goes down. Presses within cool_down_ns of an accepted one are ignored and counted, and
 * each of them begins the cool-down anew. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define PRESS_NO_DEADLINE INT64_MAX

struct press_times {
    int64_t debounce_ns, cool_down_ns, long_press_ns;
};

enum press_kind { PRESS_NOTHING, PRESS_SHORT, PRESS_LONG, PRESS_DISCARDED };

struct press_outcome {
    enum press_kind kind;
    int count; /* presses that were ignored, of PRESS_DISCARDED */
};

struct press {
    struct press_times times;
    bool has_long_press;
    bool level;           /* as the last edge left it */
    bool active;          /* the same, debounced */
    bool undecided;       /* held, and still to become a short or a long press */
    int64_t locked_until; /* edges before this are bounce */
    int64_t long_at;      /* where undecided: when it becomes a long press */
    int64_t cool_until;
    int64_t latest; /* newest time seen */
    int ignored;    /* presses within the present cool-down */
};

void press_init(struct press *press, struct press_times times, bool has_long_press);

/* The level found when the line is opened, or false where the line is gone: a button that is held
 * already is no press, and one that was being held is forgotten. A cool-down goes on. */
void press_set_level(struct press *press, bool active);

/* What time alone brings up to `now`. Each call returns one outcome, in order; call it until it
 * returns PRESS_NOTHING, before each edge and at the deadline. */
struct press_outcome press_advance(struct press *press, int64_t now);

/* An edge of the line, after press_advance to the same time. */
struct press_outcome press_edge(struct press *press, bool active, int64_t at);

/* When press_advance will next have something to do, or PRESS_NO_DEADLINE. */
int64_t press_deadline(const struct press *press);
