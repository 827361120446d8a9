#include "kiosk/buttons/press.h"

void press_init(struct press *press, struct press_times times, bool has_long_press)
{
    *press = (struct press){
        .times = times,
        .has_long_press = has_long_press,
        .locked_until = INT64_MIN,
        .cool_until = INT64_MIN,
        .latest = INT64_MIN,
    };
}

void press_set_level(struct press *press, bool active)
{
    press->level = press->active = active;
    press->undecided = false;
}

static struct press_outcome accept(struct press *press, enum press_kind kind, int64_t at)
{
    press->undecided = false;
    press->cool_until = at + press->times.cool_down_ns;
    return (struct press_outcome){.kind = kind};
}

/* The debounced level changes at `at`. */
static struct press_outcome change(struct press *press, bool active, int64_t at)
{
    press->active = active;
    press->locked_until = at + press->times.debounce_ns;
    if (!active)
        return press->undecided ? accept(press, PRESS_SHORT, at) : (struct press_outcome){0};
    if (at < press->cool_until) {
        press->ignored++;
        press->cool_until = at + press->times.cool_down_ns;
        return (struct press_outcome){0};
    }
    if (!press->has_long_press)
        return accept(press, PRESS_SHORT, at);
    press->undecided = true;
    press->long_at = at + press->times.long_press_ns;
    return (struct press_outcome){0};
}

static int64_t settle_at(const struct press *press)
{
    return press->level != press->active ? press->locked_until : PRESS_NO_DEADLINE;
}

static int64_t long_at(const struct press *press)
{
    return press->undecided && press->level ? press->long_at : PRESS_NO_DEADLINE;
}

static int64_t cooled_at(const struct press *press)
{
    return press->ignored > 0 ? press->cool_until : PRESS_NO_DEADLINE;
}

int64_t press_deadline(const struct press *press)
{
    int64_t deadline = settle_at(press);
    if (long_at(press) < deadline)
        deadline = long_at(press);
    if (cooled_at(press) < deadline)
        deadline = cooled_at(press);
    return deadline;
}

struct press_outcome press_advance(struct press *press, int64_t now)
{
    if (now > press->latest)
        press->latest = now;
    int64_t at;
    while ((at = press_deadline(press)) <= press->latest) {
        struct press_outcome outcome = {0};
        if (at == cooled_at(press)) {
            outcome = (struct press_outcome){.kind = PRESS_DISCARDED, .count = press->ignored};
            press->ignored = 0;
        } else if (at == settle_at(press)) {
            outcome = change(press, press->level, at);
        } else {
            outcome = accept(press, PRESS_LONG, at);
        }
        if (outcome.kind != PRESS_NOTHING)
            return outcome;
    }
    return (struct press_outcome){0};
}

struct press_outcome press_edge(struct press *press, bool active, int64_t at)
{
    /* An edge may be read after a timer that was later than it: time does not go back for it. */
    if (at < press->latest)
        at = press->latest;
    press->latest = at;
    press->level = active;
    if (active == press->active || at < press->locked_until)
        return (struct press_outcome){0};
    return change(press, active, at);
}
