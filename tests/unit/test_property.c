/* A million random commands over many days, power cuts and clock trouble included. After each one
 * the state is held against what must always be true; the bound on overtaking is counted here by
 * other means than the policy's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka needs the headers above
#include <cmocka.h>

#include "world.h"

#define COMMANDS 1000000
#define SEED 20261123u

static struct world w;
static uint64_t random_state = SEED;

/* xorshift64*: the same numbers on every machine. */
static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * 2685821657736338717ULL) >> 33) % limit;
}

static const char *const service_names[] = {"general", "tax", "works"};

static void random_ticket(char out[static TICKET_SIZE])
{
    if (w.queue->ticket_count == 0 || random_below(20) == 0)
        snprintf(out, TICKET_SIZE, "Z%03u", random_below(5));
    else {
        /* Mostly one of the newest, as in life. */
        uint32_t back = random_below(random_below(10) ? 12 : 1000);
        int index = w.queue->ticket_count - 1 - (int)back;
        memcpy(out, w.queue->tickets[index < 0 ? 0 : index].number, TICKET_SIZE);
    }
}

static struct command random_command(void)
{
    static const enum verb weights[] = {
        VERB_TICKET,       VERB_TICKET,       VERB_TICKET,       VERB_TICKET,
        VERB_TICKET,       VERB_TICKET,       VERB_NEXT,         VERB_NEXT,
        VERB_NEXT,         VERB_NEXT,         VERB_NEXT,         VERB_NEXT,
        VERB_NEXT,         VERB_DONE,         VERB_DONE,         VERB_START,
        VERB_NOSHOW,       VERB_HOLD,         VERB_RESUME,       VERB_RESUME,
        VERB_CANCEL,       VERB_TRANSFER,     VERB_CALL,         VERB_RATE,
        VERB_RATE,         VERB_RECALL,       VERB_REPRINT,      VERB_PRINTED,
        VERB_PRINTED,      VERB_PRINT_FAILED, VERB_ANNOUNCED,    VERB_DISCARD,
        VERB_COUNTER_OPEN, VERB_COUNTER_OPEN, VERB_COUNTER_OPEN, VERB_COUNTER_CLOSE,
        VERB_SERVICE_OPEN, VERB_SERVICE_OPEN, VERB_SERVICE_CLOSE};
    struct command command = {.verb = weights[random_below(sizeof weights / sizeof weights[0])],
                              .counter = 1 + (int)random_below(4),
                              .score = 1 + (int)random_below(5),
                              .copy = 1 + (int)random_below(2),
                              .count = 1,
                              .of = w.seq};
    const char *service = service_names[random_below(3)];
    snprintf(command.service, sizeof command.service, "%s", service);
    snprintf(command.to, sizeof command.to, "%s", service);
    memcpy(command.day, w.queue->day, DAY_SIZE);
    command.ticket_class = random_below(3) == 0 ? CLASS_PRIORITY : CLASS_REGULAR;
    /* Of any length that a command can have, in Thai: 85 letters of three bytes fill it. */
    uint32_t letters = random_below(3) > 0 ? 1 + random_below(85) : 0;
    for (uint32_t i = 0; i < letters; i++)
        memcpy(command.reason + 3 * i, "ก", 4);
    random_ticket(command.ticket);
    return command;
}

/* An independent count for each service: priority calls by `next` since the last regular call of
 * the service, at counters that serve it, while a regular ticket of it waited. */
struct overtaking {
    int passed[3];
} overtaking;

static int service_index(const char *name)
{
    for (int i = 0; i < 3; i++)
        if (strcmp(service_names[i], name) == 0)
            return i;
    fail_msg("service %s", name);
    return -1;
}

static void count_regular_waiting(int waiting[static 3])
{
    waiting[0] = waiting[1] = waiting[2] = 0;
    for (int i = w.queue->first_open; i < w.queue->ticket_count; i++) {
        const struct ticket *ticket = &w.queue->tickets[i];
        if (ticket->state == TICKET_WAITING && ticket->ticket_class == CLASS_REGULAR)
            waiting[service_index(w.queue->services[ticket->service].name)]++;
    }
}

static void count_overtaking(const struct event *event, bool by_next)
{
    if (event->kind == EVENT_DAY_OPENED)
        overtaking = (struct overtaking){{0}};
    if (event->kind != EVENT_CALLED)
        return;
    if (event->ticket_class == CLASS_REGULAR) {
        overtaking.passed[service_index(event->service)] = 0;
        return;
    }
    const struct counter_config *counter = office_counter(&w.office, event->counter);
    int waiting[3];
    count_regular_waiting(waiting);
    for (int i = 0; i < counter->service_count; i++) {
        int service = service_index(counter->services[i]);
        if (waiting[service] == 0)
            continue;
        overtaking.passed[service]++;
        if (by_next && overtaking.passed[service] > w.office.priority_run)
            fail_msg("%s is called past regular tickets of %s for the %d. time in a row",
                     event->ticket, service_names[service], overtaking.passed[service]);
    }
}

/* `next` never takes a priority ticket past a regular one that came before and has waited too
 * long. */
static void check_patience(const struct event *event)
{
    int called = queue_find_ticket(w.queue, event->ticket);
    const struct counter_config *counter = office_counter(&w.office, event->counter);
    int64_t limit = (int64_t)w.office.regular_max_wait * 60000;
    for (int i = w.queue->first_open; i < called; i++) {
        const struct ticket *ticket = &w.queue->tickets[i];
        if (ticket->state != TICKET_WAITING || ticket->ticket_class != CLASS_REGULAR)
            continue;
        for (int s = 0; s < counter->service_count; s++)
            if (strcmp(w.queue->services[ticket->service].name, counter->services[s]) == 0 &&
                queue_time(w.queue, &w.now) - ticket->issued.ms > limit)
                fail_msg("%s is called past %s, which waits too long", event->ticket,
                         ticket->number);
    }
}

/* A line that is empty for a moment starts its count anew. */
static void forget_empty_lines(void)
{
    int waiting[3];
    count_regular_waiting(waiting);
    for (int i = 0; i < 3; i++)
        if (waiting[i] == 0)
            overtaking.passed[i] = 0;
}

/* What the journal keeps of an event is all of it. */
static void check_json(const struct event *event)
{
    char why[256] = "";
    struct event again = {.kind = event->kind};
    json_t *data = event_data(event);
    char *text = json_dumps(data, JSON_COMPACT);
    json_t *read = json_loads(text, 0, NULL);
    if (!read || !event_data_read(&again, read, why, sizeof why))
        fail_msg("%s: %s: %s", event_kind_name(event->kind), text, why);
    json_t *written = event_data(&again);
    assert_true(json_equal(data, written));
    json_decref(written);
    json_decref(read);
    json_decref(data);
    free(text);
}

static void check_calls(size_t from, const struct command *command)
{
    for (size_t i = from; i < w.history_count; i++) {
        const struct event *event = &w.history[i];
        if (event->seq % 16 == 0 || event->reason[0])
            check_json(event);
        count_overtaking(event, command->verb == VERB_NEXT);
        if (event->kind != EVENT_CALLED)
            continue;
        if (command->verb == VERB_NEXT && event->ticket_class == CLASS_PRIORITY)
            check_patience(event);
        if (event->in_order == (event->reason[0] != '\0'))
            fail_msg("call of %s: in_order %d with reason \"%s\"", event->ticket, event->in_order,
                     event->reason);
        /* An in-order call leaves nobody behind who came earlier and could have been called. */
        const struct counter_config *counter = office_counter(&w.office, event->counter);
        int index = queue_find_ticket(w.queue, event->ticket);
        for (int t = 0; t < index && event->in_order; t++)
            for (int s = 0; s < counter->service_count; s++)
                if (w.queue->tickets[t].state == TICKET_WAITING &&
                    (w.queue->tickets[t].ticket_class == CLASS_REGULAR ||
                     event->ticket_class == CLASS_PRIORITY) &&
                    strcmp(w.queue->services[w.queue->tickets[t].service].name,
                           counter->services[s]) == 0)
                    fail_msg("%s was called in order while %s waited", event->ticket,
                             w.queue->tickets[t].number);
    }
}

/* Every ticket is where its state says, and nowhere else. */
static void check_places(void)
{
    int at_counters = 0, held = 0, waiting[QUEUE_SERVICES_MAX][2] = {{0}};
    for (int i = 0; i < w.queue->ticket_count; i++) {
        const struct ticket *ticket = &w.queue->tickets[i];
        bool at_counter = ticket->state == TICKET_CALLED || ticket->state == TICKET_SERVING;
        if (at_counter && w.queue->counters[ticket->counter].ticket != i)
            fail_msg("%s is not at counter %d", ticket->number, ticket->counter);
        at_counters += at_counter;
        held += ticket->state == TICKET_HELD;
        if (ticket->state == TICKET_WAITING)
            waiting[ticket->service][ticket->ticket_class]++;
        if (i < w.queue->first_open && ticket_is_open(ticket))
            fail_msg("%s is open before first_open", ticket->number);
    }
    for (int n = 0; n < QUEUE_COUNTERS_MAX; n++)
        at_counters -= w.queue->counters[n].ticket >= 0;
    assert_int_equal(at_counters, 0);
    assert_int_equal(held, w.queue->held);
    for (int s = 0; s < w.queue->service_count; s++) {
        assert_int_equal(waiting[s][0], w.queue->services[s].waiting[0]);
        assert_int_equal(waiting[s][1], w.queue->services[s].waiting[1]);
    }
}

/* Numbers of a day: each prefix counts 1, 2, 3, ... in order of issue. */
static void check_numbers(void)
{
    int last['Z' + 1] = {0};
    for (int i = 0; i < w.queue->ticket_count; i++) {
        const char *number = w.queue->tickets[i].number;
        if (atoi(number + 1) != ++last[(int)number[0]])
            fail_msg("%s is the %d. of its prefix", number, last[(int)number[0]]);
    }
}

static void check_replay(void)
{
    struct queue *again = world_replay(&w);
    world_assert_same(w.queue, again);
    queue_destroy(again);
}

static void time_passes(long *days)
{
    static char day[DAY_SIZE];
    uint32_t chance = random_below(10000);
    if (chance < 3) {
        world_reboot(&w, w.now.wall_ms + (int64_t)random_below(7200) * 1000);
    } else if (chance < 5) {
        world_reboot(&w, 1000000); /* no clock */
    } else if (chance < 8) {
        /* The clock is set: forward from wherever it stands. */
        int64_t set = w.queue->newest_wall_ms + (int64_t)random_below(3600) * 1000;
        if (set > w.now.wall_ms)
            w.now.wall_ms = set;
        world_pass(&w, 0);
    } else {
        world_pass(&w, random_below(60));
    }
    if (strcmp(day, w.queue->day) != 0) {
        memcpy(day, w.queue->day, DAY_SIZE);
        ++*days;
        /* The journal of the days before is not needed any more. */
        check_replay();
        size_t keep = w.history_count;
        while (keep > 0 && w.history[keep - 1].kind != EVENT_DAY_OPENED)
            keep--;
        keep = keep ? keep - 1 : 0;
        w.history_count -= keep;
        memmove(w.history, w.history + keep, w.history_count * sizeof *w.history);
    }
}

static void test_a_million_commands(void **state)
{
    (void)state;
    long days = 0, refused = 0;
    world_create(&w);
    for (long i = 0; i < COMMANDS; i++) {
        struct command command = random_command();
        size_t before = w.history_count;
        refused += world_command(&w, &command) != NULL;
        check_calls(before, &command);
        forget_empty_lines();
        if (i % 16 == 0)
            check_places();
        if (i % 4096 == 0) {
            check_numbers();
            check_replay();
        }
        time_passes(&days);
    }
    print_message("# %d commands, %ld refused, %ld days\n", COMMANDS, refused, days);
    assert_true(days > 100);
    assert_in_range(refused, COMMANDS / 10, COMMANDS * 8 / 10);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_million_commands)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
