/* kiosk/buttons/press.c with time as a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/buttons/press.h"

#define MS INT64_C(1000000)
#define LOG_SIZE 512

/* A button, and what it did as text: "S12 L1000 D3@2500" is a short press at 12 ms, a long one at
 * 1000 ms, and three discarded ones told at 2500 ms. */
struct rig {
    struct press press;
    char log[LOG_SIZE];
};

static void begin(struct rig *rig, bool has_long_press)
{
    struct press_times times = {
        .debounce_ns = 10 * MS, .cool_down_ns = 1500 * MS, .long_press_ns = 1000 * MS};
    memset(rig, 0, sizeof *rig);
    press_init(&rig->press, times, has_long_press);
}

static void note(struct rig *rig, struct press_outcome outcome, int64_t at)
{
    size_t used = strlen(rig->log);
    char *end = rig->log + used;
    size_t left = sizeof rig->log - used;
    const char *space = used ? " " : "";
    if (outcome.kind == PRESS_SHORT)
        snprintf(end, left, "%sS%d", space, (int)(at / MS));
    else if (outcome.kind == PRESS_LONG)
        snprintf(end, left, "%sL%d", space, (int)(at / MS));
    else if (outcome.kind == PRESS_DISCARDED)
        snprintf(end, left, "%sD%d@%d", space, outcome.count, (int)(at / MS));
}

/* As the loop does: wakes at each deadline up to `ms` and at none else. */
static void run_until(struct rig *rig, int ms)
{
    for (;;) {
        int64_t at = press_deadline(&rig->press);
        if (at > ms * MS)
            return;
        struct press_outcome outcome = press_advance(&rig->press, at);
        note(rig, outcome, at);
        assert_true(outcome.kind != PRESS_NOTHING || press_deadline(&rig->press) > at);
    }
}

static void edge(struct rig *rig, bool active, int ms)
{
    run_until(rig, ms);
    assert_int_equal(press_advance(&rig->press, ms * MS).kind, PRESS_NOTHING);
    note(rig, press_edge(&rig->press, active, ms * MS), ms * MS);
}

static void down(struct rig *rig, int ms)
{
    edge(rig, true, ms);
}

static void up(struct rig *rig, int ms)
{
    edge(rig, false, ms);
}

static void idle(struct rig *rig)
{
    assert_true(press_deadline(&rig->press) == PRESS_NO_DEADLINE);
}

static void test_a_press_counts_when_it_goes_down(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    idle(&rig);
    down(&rig, 100);
    assert_string_equal(rig.log, "S100");
    idle(&rig);
    up(&rig, 300);
    idle(&rig);
    down(&rig, 5000);
    assert_string_equal(rig.log, "S100 S5000");
}

static void test_bounce_on_both_ends_is_one_press(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    for (int ms = 100; ms < 109; ms += 2) {
        down(&rig, ms);
        up(&rig, ms + 1);
    }
    down(&rig, 109);
    for (int ms = 300; ms < 309; ms += 2) {
        up(&rig, ms);
        down(&rig, ms + 1);
    }
    up(&rig, 309);
    run_until(&rig, 10000);
    assert_string_equal(rig.log, "S100");
    idle(&rig);
}

static void test_release_inside_the_lock_out_is_honoured(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    down(&rig, 100);
    up(&rig, 103);
    assert_true(press_deadline(&rig.press) == 110 * MS);
    run_until(&rig, 110);
    idle(&rig);
    assert_false(rig.press.active);
    down(&rig, 2000);
    assert_string_equal(rig.log, "S100 S2000");
}

static void test_press_inside_the_lock_out_of_a_release_is_honoured(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    down(&rig, 100);
    up(&rig, 2000);
    down(&rig, 2004);
    run_until(&rig, 2020);
    assert_string_equal(rig.log, "S100 S2010");
    assert_true(rig.press.active);
}

static void test_hammering_is_one_press_and_one_report(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    int presses = 0;
    for (int ms = 0; ms < 30000; ms += 200, presses++) {
        down(&rig, ms);
        up(&rig, ms + 80);
    }
    assert_string_equal(rig.log, "S0");
    run_until(&rig, 60000);
    char expected[64];
    snprintf(expected, sizeof expected, "S0 D%d@%d", presses - 1, 29800 + 1500);
    assert_string_equal(rig.log, expected);
    idle(&rig);
    down(&rig, 61000);
    up(&rig, 61100);
    run_until(&rig, 70000);
    assert_true(strstr(rig.log, "S61000") != NULL);
    assert_true(strstr(rig.log, "S61000 ") == NULL);
}

static void test_each_ignored_press_prolongs_the_cool_down(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    down(&rig, 0);
    up(&rig, 50);
    down(&rig, 1400);
    up(&rig, 1450);
    down(&rig, 2800); /* inside the cool-down only because the press before it was */
    up(&rig, 2850);
    down(&rig, 4300); /* exactly at its end */
    assert_string_equal(rig.log, "S0 D2@4300 S4300");
}

static void test_no_cool_down(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    rig.press.times.cool_down_ns = 0;
    for (int ms = 0; ms < 100; ms += 40) {
        down(&rig, ms);
        up(&rig, ms + 20);
    }
    assert_string_equal(rig.log, "S0 S40 S80");
    idle(&rig);
}

static void test_keys_at_one_instant_are_counted(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    rig.press.times.debounce_ns = 0;
    for (int i = 0; i < 3; i++) {
        note(&rig, press_edge(&rig.press, true, 5 * MS), 5 * MS);
        note(&rig, press_edge(&rig.press, false, 5 * MS), 5 * MS);
    }
    run_until(&rig, 5000);
    assert_string_equal(rig.log, "S5 D2@1505");
}

static void test_long_press_fires_while_held(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, true);
    down(&rig, 100);
    assert_string_equal(rig.log, "");
    assert_true(press_deadline(&rig.press) == 1100 * MS);
    run_until(&rig, 1099);
    assert_string_equal(rig.log, "");
    run_until(&rig, 1100);
    assert_string_equal(rig.log, "L1100");
    idle(&rig);
    up(&rig, 5000);
    run_until(&rig, 20000);
    assert_string_equal(rig.log, "L1100");
}

static void test_short_press_with_a_long_one_fires_on_release(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, true);
    down(&rig, 100);
    down(&rig, 101);
    up(&rig, 104);
    down(&rig, 106);
    up(&rig, 700);
    down(&rig, 702); /* bounce of the release */
    up(&rig, 703);
    run_until(&rig, 20000);
    assert_string_equal(rig.log, "S700");
    idle(&rig);
}

static void test_a_tap_shorter_than_the_lock_out_is_a_short_press(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, true);
    down(&rig, 100);
    up(&rig, 104);
    run_until(&rig, 5000);
    assert_string_equal(rig.log, "S110");
    idle(&rig);
}

static void test_release_before_a_late_timer_is_a_short_press(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, true);
    note(&rig, press_edge(&rig.press, true, 100 * MS), 100 * MS);
    /* The loop was kept waiting for seconds: both edges stand in the kernel's queue. */
    note(&rig, press_advance(&rig.press, 600 * MS), 600 * MS);
    note(&rig, press_edge(&rig.press, false, 600 * MS), 600 * MS);
    note(&rig, press_advance(&rig.press, 9000 * MS), 9000 * MS);
    assert_string_equal(rig.log, "S600");
}

static void test_hammering_a_button_with_a_long_press(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, true);
    for (int ms = 0; ms < 3000; ms += 200) {
        down(&rig, ms);
        up(&rig, ms + 80);
    }
    /* The last one is held: inside the cool-down it becomes no long press either. */
    down(&rig, 3000);
    run_until(&rig, 9000);
    assert_string_equal(rig.log, "S80 D15@4500");
    idle(&rig);
}

static void test_outcomes_come_in_order_after_a_long_wait(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    assert_int_equal(press_edge(&rig.press, true, 0).kind, PRESS_SHORT);
    press_edge(&rig.press, false, 50 * MS);
    press_edge(&rig.press, true, 100 * MS);
    press_edge(&rig.press, false, 103 * MS);
    struct press_outcome outcome = press_advance(&rig.press, 9000 * MS);
    assert_int_equal(outcome.kind, PRESS_DISCARDED);
    assert_int_equal(outcome.count, 1);
    assert_int_equal(press_advance(&rig.press, 9000 * MS).kind, PRESS_NOTHING);
    assert_false(rig.press.active);
    assert_int_equal(press_edge(&rig.press, true, 9000 * MS).kind, PRESS_SHORT);
}

static void test_time_does_not_go_back_for_a_late_edge(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, true);
    down(&rig, 100);
    run_until(&rig, 1100);
    up(&rig, 2000);
    press_advance(&rig.press, 3000 * MS);
    assert_int_equal(press_edge(&rig.press, true, 2500 * MS).kind, PRESS_NOTHING);
    assert_true(press_deadline(&rig.press) == 4000 * MS);
}

static void test_a_button_held_when_the_line_opens_is_no_press(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, true);
    press_set_level(&rig.press, true);
    idle(&rig);
    run_until(&rig, 5000);
    up(&rig, 6000);
    assert_string_equal(rig.log, "");
    down(&rig, 7000);
    up(&rig, 7100);
    assert_string_equal(rig.log, "S7100");
}

static void test_a_line_lost_while_held_forgets_the_press(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, true);
    down(&rig, 100);
    press_set_level(&rig.press, false);
    idle(&rig);
    run_until(&rig, 5000);
    assert_string_equal(rig.log, "");
}

static void test_a_lost_line_keeps_its_cool_down(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    down(&rig, 0);
    up(&rig, 100);
    down(&rig, 200);
    press_set_level(&rig.press, false);
    run_until(&rig, 5000);
    assert_string_equal(rig.log, "S0 D1@1700");
}

static void test_a_lost_release_does_not_swallow_presses(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, false);
    down(&rig, 0);
    /* The kernel dropped the release; the loop reads the line and says so. */
    up(&rig, 400);
    down(&rig, 3000);
    assert_string_equal(rig.log, "S0 S3000");
}

/* What a run of random edges has led to. */
struct tally {
    int went_down, accepted, discarded;
    int64_t last_accepted;
};

static void add_up(struct tally *tally, const struct press *press, bool was_active,
                   struct press_outcome outcome)
{
    tally->went_down += !was_active && press->active;
    if (outcome.kind == PRESS_DISCARDED)
        tally->discarded += outcome.count;
    if (outcome.kind != PRESS_SHORT && outcome.kind != PRESS_LONG)
        return;
    int64_t accepted = press->cool_until - press->times.cool_down_ns;
    assert_true(tally->accepted == 0 ||
                accepted - tally->last_accepted >= press->times.cool_down_ns);
    tally->last_accepted = accepted;
    tally->accepted++;
}

static void advance(struct press *press, struct tally *tally, int64_t now)
{
    struct press_outcome outcome;
    do {
        bool was_active = press->active;
        outcome = press_advance(press, now);
        add_up(tally, press, was_active, outcome);
    } while (outcome.kind != PRESS_NOTHING);
    assert_true(press_deadline(press) > now);
}

/* Any edges at any time: never two presses within a cool-down, every press is either accepted or
 * counted as discarded, and the machine comes to rest. */
static void test_random_edges(void **state)
{
    (void)state;
    unsigned seed = 20261123;
    for (int round = 0; round < 20000; round++) {
        struct rig rig;
        struct tally tally = {0};
        begin(&rig, round % 2);
        int64_t at = 0;
        for (int i = 0; i < 60; i++) {
            at += rand_r(&seed) % (i % 8 == 0 ? 3000 : 15) * MS / 2;
            advance(&rig.press, &tally, at);
            bool was_active = rig.press.active;
            struct press_outcome outcome = press_edge(&rig.press, rand_r(&seed) % 2, at);
            add_up(&tally, &rig.press, was_active, outcome);
        }
        advance(&rig.press, &tally, at + 100000 * MS);
        idle(&rig);
        assert_int_equal(tally.went_down, tally.accepted + tally.discarded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_press_counts_when_it_goes_down),
        cmocka_unit_test(test_bounce_on_both_ends_is_one_press),
        cmocka_unit_test(test_release_inside_the_lock_out_is_honoured),
        cmocka_unit_test(test_press_inside_the_lock_out_of_a_release_is_honoured),
        cmocka_unit_test(test_hammering_is_one_press_and_one_report),
        cmocka_unit_test(test_each_ignored_press_prolongs_the_cool_down),
        cmocka_unit_test(test_no_cool_down),
        cmocka_unit_test(test_keys_at_one_instant_are_counted),
        cmocka_unit_test(test_long_press_fires_while_held),
        cmocka_unit_test(test_short_press_with_a_long_one_fires_on_release),
        cmocka_unit_test(test_a_tap_shorter_than_the_lock_out_is_a_short_press),
        cmocka_unit_test(test_release_before_a_late_timer_is_a_short_press),
        cmocka_unit_test(test_hammering_a_button_with_a_long_press),
        cmocka_unit_test(test_outcomes_come_in_order_after_a_long_wait),
        cmocka_unit_test(test_time_does_not_go_back_for_a_late_edge),
        cmocka_unit_test(test_a_button_held_when_the_line_opens_is_no_press),
        cmocka_unit_test(test_a_line_lost_while_held_forgets_the_press),
        cmocka_unit_test(test_a_lost_line_keeps_its_cool_down),
        cmocka_unit_test(test_a_lost_release_does_not_swallow_presses),
        cmocka_unit_test(test_random_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
