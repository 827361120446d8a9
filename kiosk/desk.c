#include "kiosk/desk.h"

#include <stdlib.h>

#include "kiosk/journal/journal.h"
#include "shared/log.h"
#include "shared/message.h"

#define CLOCK_AHEAD_MS (INT64_C(31) * 24 * 3600 * 1000)

struct desk {
    const struct office *office;
    struct journal *journal;
    struct queue *queue;
    struct desk_listener listener;
    bool started;         /* the start-up is in the journal */
    bool journal_failing; /* said once, until it works again */
};

/* A clock far off is worth a word: what is written now decides what is believed later. */
static void compare_clock(const struct queue *queue)
{
    struct moment now = clock_now();
    char today[DAY_SIZE], newest[DAY_SIZE];
    int64_t ahead = now.wall_ms - queue->newest_wall_ms;
    clock_day(now.wall_ms, today);
    clock_day(queue->newest_wall_ms, newest);
    if (queue->newest_wall_ms > 0 && ahead < 0)
        log_warning("the clock says %s, but the journal's newest event is of %s: until then the "
                    "clock is not believed, and day %s goes on. Set the clock; if the journal is "
                    "wrong, put the newest backup in its place",
                    today, newest, queue->day);
    else if (queue->newest_wall_ms > 0 && ahead > CLOCK_AHEAD_MS)
        log_warning("the clock says %s, and the journal's newest event is of %s: if the clock is "
                    "wrong, stop and set it before tickets are issued",
                    today, newest);
}

bool desk_create(struct desk **result, const struct office *office, char *why, size_t why_size)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk)
        return false;
    desk->office = office;
    desk->queue = queue_create();
    if (desk->queue && journal_open(&desk->journal, office->state_dir, why, why_size) &&
        journal_replay(desk->journal, desk->queue, why, why_size)) {
        compare_clock(desk->queue);
        *result = desk;
        return true;
    }
    desk_destroy(desk);
    return false;
}

void desk_destroy(struct desk *desk)
{
    if (!desk)
        return;
    queue_destroy(desk->queue);
    journal_close(desk->journal);
    free(desk);
}

void desk_listen(struct desk *desk, struct desk_listener listener)
{
    desk->listener = listener;
}

const struct queue *desk_queue(const struct desk *desk)
{
    return desk->queue;
}

/* Journal, state, listeners, in this order. */
static bool commit(struct desk *desk, struct decision *decision, char *why, size_t why_size)
{
    if (decision->count == 0)
        return true;
    if (!journal_append(desk->journal, decision->events, decision->count, why, why_size)) {
        if (!desk->journal_failing)
            log_error("%s; no tickets are issued until it can be", why);
        desk->journal_failing = true;
        return false;
    }
    if (desk->journal_failing)
        log_info("the journal can be written again");
    desk->journal_failing = false;
    for (size_t i = 0; i < decision->count; i++) {
        const struct event *event = &decision->events[i];
        if (!queue_apply(desk->queue, event, why, why_size)) {
            /* The rules have decided what the state refuses: our own bug. The journal has it, so a
             * restart would meet it again; better to stop where it can be seen. */
            log_error("event %lld (%s) cannot be applied: %s", (long long)event->seq,
                      event_kind_name(event->kind), why);
            abort();
        }
        if (event->kind == EVENT_DAY_OPENED &&
            !journal_remember(desk->journal, desk->queue, why, why_size))
            log_warning("promises start without history: %s", why);
        if (desk->listener.event)
            desk->listener.event(desk->listener.user, event);
    }
    return true;
}

static bool start_up(struct desk *desk, const struct moment *now, char *why, size_t why_size)
{
    const struct command command = {.verb = VERB_START_UP};
    struct decision decision = {0};
    queue_decide(desk->queue, desk->office, &command, now, &decision);
    desk->started = commit(desk, &decision, why, why_size);
    decision_finish(&decision);
    return desk->started;
}

/* Whatever is due before a command; the start-up too, as long as the disk would not take it. */
static bool tidy(struct desk *desk, const struct moment *now, char *why, size_t why_size)
{
    struct decision decision = {0};
    queue_tidy(desk->queue, desk->office, now, &decision);
    bool good = commit(desk, &decision, why, why_size);
    decision_finish(&decision);
    return good && (desk->started || start_up(desk, now, why, why_size));
}

void desk_tick(struct desk *desk)
{
    char why[512];
    struct moment now = clock_now();
    tidy(desk, &now, why, sizeof why);
}

int64_t desk_next_tick(const struct desk *desk)
{
    struct moment now = clock_now();
    return queue_next_change(desk->queue, desk->office, &now);
}

json_t *desk_do(struct desk *desk, const struct command *command)
{
    char why[512];
    struct moment now = clock_now();
    struct decision decision = {0};
    json_t *answer;
    if (!tidy(desk, &now, why, sizeof why))
        return message_refusal("journal_failed", why);
    queue_decide(desk->queue, desk->office, command, &now, &decision);
    if (!commit(desk, &decision, why, sizeof why)) {
        answer = message_refusal("journal_failed", why);
    } else if (decision.error) {
        answer = message_refusal(decision.error, decision.message);
    } else {
        answer = event_message(&decision.events[decision.count - 1], true);
        json_object_set_new(answer, "ok", json_true());
    }
    decision_finish(&decision);
    return answer;
}

bool desk_would_accept(const struct desk *desk, const struct command *command)
{
    struct moment now = clock_now();
    struct decision decision = {0};
    queue_decide(desk->queue, desk->office, command, &now, &decision);
    bool accepted = !decision.error && !desk->journal_failing;
    decision_finish(&decision);
    return accepted;
}

int desk_read_events(struct desk *desk, int64_t after, int limit,
                     void (*take)(void *user, const struct event *event), void *user)
{
    char why[256];
    int count = journal_read(desk->journal, after, limit, take, user, why, sizeof why);
    if (count < 0)
        log_error("%s", why);
    return count;
}
