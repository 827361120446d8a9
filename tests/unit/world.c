#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka needs the headers above
#include <cmocka.h>

#define MONDAY_NINE_MS 1795399200000LL /* 2026-11-23T02:00:00Z */
#define BUILT_MS 1793491200000LL       /* 2026-11-01T00:00:00Z */

static void make_service(struct office *office, const char *name, const char *prefix, int minutes)
{
    struct service_config *service = &office->services[office->service_count++];
    snprintf(service->name, sizeof service->name, "%s", name);
    snprintf(service->prefix, sizeof service->prefix, "%s", prefix);
    service->standard_minutes = minutes;
    service->hours.always = true;
}

static void make_counter(struct office *office, int number, const char *first, const char *second)
{
    struct counter_config *counter = &office->counters[office->counter_count++];
    counter->number = number;
    snprintf(counter->services[counter->service_count++], SERVICE_NAME_SIZE, "%s", first);
    if (second)
        snprintf(counter->services[counter->service_count++], SERVICE_NAME_SIZE, "%s", second);
}

static void take(struct world *world, struct decision *decision)
{
    for (size_t i = 0; i < decision->count; i++) {
        struct event *event = &decision->events[i];
        char why[256] = "";
        event->seq = ++world->seq;
        if (world->history_count == world->history_capacity) {
            world->history_capacity = world->history_capacity ? world->history_capacity * 2 : 1024;
            world->history =
                realloc(world->history, world->history_capacity * sizeof *world->history);
            assert_non_null(world->history);
        }
        world->history[world->history_count++] = *event;
        if (!queue_apply(world->queue, event, why, sizeof why))
            fail_msg("event %s: %s", event_kind_name(event->kind), why);
    }
}

static void tidy(struct world *world)
{
    struct decision decision = {0};
    queue_tidy(world->queue, &world->office, &world->now, &decision);
    take(world, &decision);
    decision_finish(&decision);
}

void world_create(struct world *world)
{
    assert_true(clock_use_timezone("Asia/Bangkok"));
    memset(world, 0, sizeof *world);
    struct office *office = &world->office;
    office->hours.always = true;
    office->priority_run = 2;
    office->regular_max_wait = 30;
    office->rating_window = 60;
    make_service(office, "general", "A", 10);
    make_service(office, "tax", "B", 5);
    make_service(office, "works", "C", 20);
    make_counter(office, 1, "general", NULL);
    make_counter(office, 2, "tax", "general");
    make_counter(office, 3, "works", NULL);
    world->queue = queue_create();
    assert_non_null(world->queue);
    world->now =
        (struct moment){.wall_ms = MONDAY_NINE_MS, .boot_ms = 60000, .earliest_ms = BUILT_MS};
    snprintf(world->now.boot_id, BOOT_ID_SIZE, "%032d", 1);
    world_command(world, &(struct command){.verb = VERB_START_UP});
}

void world_destroy(struct world *world)
{
    decision_finish(&world->last);
    queue_destroy(world->queue);
    free(world->history);
}

const char *world_command(struct world *world, const struct command *command)
{
    tidy(world);
    decision_finish(&world->last);
    queue_decide(world->queue, &world->office, command, &world->now, &world->last);
    take(world, &world->last);
    return world->last.error;
}

const char *world_do(struct world *world, const char *words)
{
    struct command command;
    char why[256];
    if (!command_from_text(&command, words, COMMAND_SHELL, why, sizeof why))
        fail_msg("%s: %s", words, why);
    return world_command(world, &command);
}

void world_pass(struct world *world, int64_t seconds)
{
    world->now.wall_ms += seconds * 1000;
    world->now.boot_ms += seconds * 1000;
    tidy(world);
}

void world_reboot(struct world *world, int64_t wall_ms)
{
    int boot = atoi(world->now.boot_id) + 1;
    world->now = (struct moment){.wall_ms = wall_ms, .boot_ms = 5000, .earliest_ms = BUILT_MS};
    snprintf(world->now.boot_id, BOOT_ID_SIZE, "%032d", boot);
    world_command(world, &(struct command){.verb = VERB_START_UP});
}

const struct event *world_last(const struct world *world, enum event_kind kind)
{
    for (size_t i = world->history_count; i > 0; i--)
        if (world->history[i - 1].kind == kind)
            return &world->history[i - 1];
    fail_msg("no event %s", event_kind_name(kind));
    return NULL;
}

int world_count(const struct world *world, enum event_kind kind)
{
    int count = 0;
    for (size_t i = 0; i < world->history_count; i++)
        count += world->history[i].kind == kind;
    return count;
}

const char *world_at(const struct world *world, int counter)
{
    int index = world->queue->counters[counter].ticket;
    return index >= 0 ? world->queue->tickets[index].number : "";
}

struct queue *world_replay(const struct world *world)
{
    struct queue *queue = queue_create();
    char why[256] = "";
    size_t start = world->history_count;
    assert_non_null(queue);
    while (start > 0 && world->history[--start].kind != EVENT_DAY_OPENED)
        continue;
    for (size_t i = start; i < world->history_count; i++)
        if (!queue_apply(queue, &world->history[i], why, sizeof why))
            fail_msg("replay of %s: %s", event_kind_name(world->history[i].kind), why);
    return queue;
}

static void assert_same_stamp(struct stamp left, struct stamp right)
{
    assert_int_equal(left.ms, right.ms);
    assert_int_equal(left.boot, right.boot);
}

static void assert_same_ticket(const struct queue *left, const struct queue *right, int index)
{
    const struct ticket *a = &left->tickets[index], *b = &right->tickets[index];
    assert_string_equal(a->number, b->number);
    assert_string_equal(left->services[a->service].name, right->services[b->service].name);
    assert_int_equal(a->ticket_class, b->ticket_class);
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->counter, b->counter);
    assert_int_equal(a->leg, b->leg);
    assert_int_equal(a->joined_seq, b->joined_seq);
    assert_same_stamp(a->issued, b->issued);
    assert_same_stamp(a->called, b->called);
    assert_same_stamp(a->started, b->started);
    assert_same_stamp(a->ended, b->ended);
    assert_int_equal(a->copies_wanted, b->copies_wanted);
    assert_int_equal(a->copies_printed, b->copies_printed);
    assert_int_equal(a->print_failed, b->print_failed);
    assert_int_equal(a->rated, b->rated);
    assert_int_equal(a->ahead, b->ahead);
    assert_int_equal(a->promise_low_s, b->promise_low_s);
    assert_int_equal(a->promise_high_s, b->promise_high_s);
    assert_int_equal(a->clock_unset, b->clock_unset);
}

static void assert_same_services(const struct queue *left, const struct queue *right)
{
    for (int i = 0; i < right->service_count; i++) {
        const struct queue_service *b = &right->services[i];
        int index = queue_find_service(left, b->name);
        assert_true(index >= 0);
        const struct queue_service *a = &left->services[index];
        assert_int_equal(a->opening, b->opening);
        assert_int_equal(a->issued, b->issued);
        assert_int_equal(a->waiting[0], b->waiting[0]);
        assert_int_equal(a->waiting[1], b->waiting[1]);
        assert_int_equal(a->overtakes, b->overtakes);
        assert_int_equal(a->sample_count, b->sample_count);
        assert_memory_equal(a->samples, b->samples, sizeof a->samples);
    }
}

static void assert_same_counters(const struct queue *left, const struct queue *right)
{
    for (int n = 0; n < QUEUE_COUNTERS_MAX; n++) {
        const struct queue_counter *a = &left->counters[n], *b = &right->counters[n];
        assert_int_equal(a->known, b->known);
        assert_int_equal(a->open, b->open);
        assert_int_equal(a->ticket, b->ticket);
        assert_int_equal(a->last_served, b->last_served);
        assert_same_stamp(a->last_served_at, b->last_served_at);
        assert_int_equal(a->service_count, b->service_count);
        for (int i = 0; i < a->service_count; i++)
            assert_string_equal(left->services[a->services[i]].name,
                                right->services[b->services[i]].name);
    }
}

void world_assert_same(const struct queue *left, const struct queue *right)
{
    assert_int_equal(left->seq, right->seq);
    assert_string_equal(left->day, right->day);
    assert_int_equal(left->day_is_open, right->day_is_open);
    assert_int_equal(left->clock_unset, right->clock_unset);
    assert_int_equal(left->timeline.latest_ms, right->timeline.latest_ms);
    assert_int_equal(left->timeline.count, right->timeline.count);
    assert_int_equal(left->ticket_count, right->ticket_count);
    assert_int_equal(left->first_open, right->first_open);
    assert_int_equal(left->held, right->held);
    assert_int_equal(left->series_count, right->series_count);
    for (int i = 0; i < left->series_count; i++)
        assert_int_equal(left->series[i].last_number, right->series[i].last_number);
    for (int i = 0; i < left->ticket_count; i++)
        assert_same_ticket(left, right, i);
    assert_same_services(left, right);
    assert_same_counters(left, right);
    assert_int_equal(left->call_count, right->call_count);
    for (int i = 0; i < left->call_count; i++) {
        assert_int_equal(left->calls[i].seq, right->calls[i].seq);
        assert_int_equal(left->calls[i].last_seq, right->calls[i].last_seq);
        assert_int_equal(left->calls[i].ticket, right->calls[i].ticket);
        assert_int_equal(left->calls[i].counter, right->calls[i].counter);
        assert_same_stamp(left->calls[i].at, right->calls[i].at);
    }
}
