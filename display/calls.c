#include "display/calls.h"

#include <string.h>

bool view_call_read(struct view_call *call, const json_t *object)
{
    const char *ticket = json_string_value(json_object_get(object, "ticket"));
    const json_t *counter = json_object_get(object, "counter");
    json_int_t number = json_integer_value(counter);
    if (!ticket || strlen(ticket) >= sizeof call->ticket || !json_is_integer(counter) ||
        number < 0 || number > COUNTER_MAX)
        return false;
    strcpy(call->ticket, ticket);
    call->counter = (int)number;
    return true;
}

static void take_out(struct calls *calls, int index, struct call *out)
{
    *out = calls->list[index];
    calls->count--;
    memmove(calls->list + index, calls->list + index + 1,
            (size_t)(calls->count - index) * sizeof *calls->list);
}

bool calls_add(struct calls *calls, const json_t *event, int64_t now_ms, struct call *lost)
{
    *lost = (struct call){0};
    const char *kind = json_string_value(json_object_get(event, "event"));
    if (!kind || (strcmp(kind, "called") != 0 && strcmp(kind, "recalled") != 0))
        return false;
    struct call call = {.seq = json_integer_value(json_object_get(event, "seq")),
                        .came_ms = now_ms};
    if (call.seq <= 0 || !view_call_read(&call.call, event) || call.call.counter < 1)
        return false;
    if (calls->count == CALLS_MAX)
        take_out(calls, 0, lost);
    calls->list[calls->count++] = call;
    return true;
}

static bool turn_is_over(const struct call *call, int64_t now_ms)
{
    return call->heard != HEARD_NOT_YET && now_ms - call->began_ms >= CALLS_TURN_MS;
}

static bool is_over(const struct call *call, int64_t now_ms)
{
    return call->began_ms && turn_is_over(call, now_ms) && now_ms - call->began_ms >= CALLS_LIT_MS;
}

bool calls_advance(struct calls *calls, int64_t now_ms, struct call *over)
{
    calls->now_ms = now_ms;
    for (int i = 0; i < calls->count; i++)
        if (is_over(&calls->list[i], now_ms)) {
            take_out(calls, i, over);
            return true;
        }
    return false;
}

/* Turns are taken in order: the calls that had theirs come first. Index of the first that had
 * none. */
static int first_waiting(const struct calls *calls)
{
    int i = 0;
    while (i < calls->count && calls->list[i].began_ms)
        i++;
    return i;
}

const struct call *calls_begin(struct calls *calls, int64_t now_ms)
{
    int next = first_waiting(calls);
    if (next == calls->count || (next > 0 && !turn_is_over(&calls->list[next - 1], now_ms)))
        return NULL;
    calls->list[next].began_ms = now_ms;
    calls->now_ms = now_ms;
    return &calls->list[next];
}

void calls_heard(struct calls *calls, int64_t seq, enum heard heard)
{
    for (int i = 0; i < calls->count; i++)
        if (calls->list[i].seq == seq)
            calls->list[i].heard = heard;
}

void calls_drop_stale(struct calls *calls, int64_t now_ms)
{
    struct call stale;
    for (int i = calls->count - 1; i >= 0; i--)
        if (!calls->list[i].began_ms && now_ms - calls->list[i].came_ms > CALLS_STALE_MS)
            take_out(calls, i, &stale);
}

const struct call *calls_main(const struct calls *calls)
{
    int had = first_waiting(calls);
    if (calls->count == 0)
        return NULL;
    return &calls->list[had > 0 ? had - 1 : 0];
}

static bool is_dark(const struct call *call, int64_t now_ms)
{
    int64_t since = now_ms - call->began_ms;
    return call->began_ms && since < CALLS_TURN_MS && since / CALLS_BLINK_MS % 2 == 1;
}

bool calls_lit(const struct calls *calls, const char *ticket, int counter)
{
    bool lit = false;
    for (int i = 0; i < calls->count; i++) {
        const struct call *call = &calls->list[i];
        if (call->call.counter != counter || strcmp(call->call.ticket, ticket) != 0)
            continue;
        if (is_dark(call, calls->now_ms))
            return false;
        lit = true;
    }
    return lit;
}

static int64_t next_change(const struct call *call, int64_t now_ms)
{
    int64_t since = now_ms - call->began_ms;
    if (since < CALLS_TURN_MS)
        return call->began_ms + (since / CALLS_BLINK_MS + 1) * CALLS_BLINK_MS;
    if (call->heard == HEARD_NOT_YET)
        return INT64_MAX; /* its voice will say so */
    return call->began_ms + CALLS_LIT_MS;
}

int64_t calls_next_change(const struct calls *calls)
{
    int64_t next = INT64_MAX;
    for (int i = 0; i < calls->count && calls->list[i].began_ms; i++) {
        int64_t change = next_change(&calls->list[i], calls->now_ms);
        next = change < next ? change : next;
    }
    return next;
}

struct call *calls_unannounced(struct calls *calls)
{
    for (int i = 0; i < calls->count; i++) {
        struct call *call = &calls->list[i];
        if (call->drawn && call->heard != HEARD_NOT_YET && !call->announced)
            return call;
    }
    return NULL;
}

const char *heard_name(enum heard heard)
{
    return heard == HEARD_VOICE ? "spoken" : heard == HEARD_CHIME ? "chimed" : "silent";
}
