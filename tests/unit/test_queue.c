/* The rules of the queue, one by one, with time as a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka needs the headers above
#include <cmocka.h>

#include "kiosk/queue/opening.h"
#include "world.h"

#define DONE(words) assert_null(world_do(&w, words))
#define REFUSED(words, error) assert_string_equal(world_do(&w, words), error)

static struct world w;

static int begin(void **state)
{
    (void)state;
    world_create(&w);
    return 0;
}

static int end(void **state)
{
    (void)state;
    struct queue *again = world_replay(&w);
    world_assert_same(w.queue, again);
    queue_destroy(again);
    world_destroy(&w);
    return 0;
}

/* For a test that tells the queue of days which the history does not have. */
static int end_without_replay(void **state)
{
    (void)state;
    world_destroy(&w);
    return 0;
}

static const struct ticket *ticket(const char *number)
{
    int index = queue_find_ticket(w.queue, number);
    assert_true(index >= 0);
    return &w.queue->tickets[index];
}

static void test_numbers_count_up_by_prefix(void **state)
{
    (void)state;
    DONE("ticket general");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "A001");
    DONE("ticket tax");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "B001");
    DONE("ticket general");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "A002");
}

static void test_numbers_grow_past_999(void **state)
{
    (void)state;
    for (int i = 0; i < 1001; i++)
        DONE("ticket general");
    assert_int_equal(ticket("A999")->state, TICKET_WAITING);
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "A1001");
}

static void test_life_of_a_ticket(void **state)
{
    (void)state;
    DONE("ticket general");
    world_pass(&w, 300);
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A001");
    assert_int_equal(ticket("A001")->state, TICKET_CALLED);
    assert_true(world_last(&w, EVENT_CALLED)->in_order);
    assert_true(world_last(&w, EVENT_CALLED)->start_implied);
    DONE("start 1");
    assert_int_equal(ticket("A001")->state, TICKET_SERVING);
    REFUSED("start 1", "already_started");
    world_pass(&w, 120);
    DONE("done 1");
    assert_int_equal(ticket("A001")->state, TICKET_FINISHED);
    assert_int_equal(ticket("A001")->called.ms - ticket("A001")->issued.ms, 300000);
    assert_int_equal(ticket("A001")->ended.ms - ticket("A001")->started.ms, 120000);
    REFUSED("done 1", "no_ticket");
}

static void test_start_button(void **state)
{
    (void)state;
    w.office.start = START_BUTTON;
    DONE("ticket general");
    DONE("next 1");
    assert_false(world_last(&w, EVENT_CALLED)->start_implied);
    assert_int_equal(ticket("A001")->started.boot, 0);
    world_pass(&w, 30);
    DONE("start 1");
    assert_int_equal(ticket("A001")->started.ms - ticket("A001")->called.ms, 30000);
}

static void test_first_come_first_served_over_services(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("ticket tax");
    DONE("ticket general");
    DONE("next 2");
    assert_string_equal(world_at(&w, 2), "A001");
    DONE("next 2");
    assert_string_equal(world_at(&w, 2), "B001");
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A002");
    assert_int_equal(world_count(&w, EVENT_FINISHED), 1);
}

static void test_next_with_nobody_ends_the_present_ticket(void **state)
{
    (void)state;
    REFUSED("next 1", "nobody_waiting");
    DONE("ticket general");
    DONE("next 1");
    REFUSED("next 1", "nobody_waiting");
    assert_int_equal(ticket("A001")->state, TICKET_FINISHED);
    assert_string_equal(world_at(&w, 1), "");
}

static void test_priority_goes_ahead_but_not_for_ever(void **state)
{
    (void)state;
    static const char *const order[] = {"A003", "A004", "A001", "A005", "A006", "A002", "A007"};
    DONE("ticket general");
    DONE("ticket general");
    for (int i = 0; i < 5; i++)
        DONE("ticket general --priority");
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        DONE("next 1");
        assert_string_equal(world_at(&w, 1), order[i]);
        const struct event *called = world_last(&w, EVENT_CALLED);
        bool ahead = called->ticket_class == CLASS_PRIORITY && i < 5;
        assert_int_equal(called->in_order, !ahead);
        assert_string_equal(called->reason, ahead ? "priority" : "");
    }
}

static void test_priority_run_counts_over_counters(void **state)
{
    (void)state;
    DONE("ticket general");
    for (int i = 0; i < 4; i++)
        DONE("ticket general --priority");
    DONE("next 1");
    DONE("next 2");
    assert_string_equal(world_at(&w, 2), "A003");
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A001");
}

static void test_regular_max_wait_stops_priority(void **state)
{
    (void)state;
    DONE("ticket general");
    world_pass(&w, 30 * 60 + 1);
    DONE("ticket general --priority");
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A001");
}

static void test_priority_run_of_none(void **state)
{
    (void)state;
    w.office.priority_run = 0;
    DONE("ticket general");
    DONE("ticket general --priority");
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A001");
}

static void test_call_out_of_order_needs_a_reason(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("ticket general");
    struct command call = {.verb = VERB_CALL, .counter = 1, .ticket = "A002"};
    assert_string_equal(world_command(&w, &call), "reason_needed");
    assert_int_equal(world_count(&w, EVENT_CALLED), 0);
    snprintf(call.reason, sizeof call.reason, "feels ill");
    assert_null(world_command(&w, &call));
    assert_false(world_last(&w, EVENT_CALLED)->in_order);
    assert_string_equal(world_last(&w, EVENT_CALLED)->reason, "picked: feels ill");
    DONE("call 1 A001");
    assert_true(world_last(&w, EVENT_CALLED)->in_order);
    assert_int_equal(ticket("A002")->state, TICKET_FINISHED);
}

static void test_hold_and_resume(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("ticket general");
    DONE("next 1");
    DONE("hold 1");
    assert_int_equal(w.queue->held, 1);
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A002");
    DONE("ticket general");
    DONE("resume A001 1");
    assert_string_equal(world_at(&w, 1), "A001");
    assert_int_equal(ticket("A002")->state, TICKET_FINISHED);
    assert_int_equal(w.queue->held, 0);
    assert_true(world_last(&w, EVENT_CALLED)->in_order);
    REFUSED("resume A001 1", "not_held");
}

static void test_resume_past_an_earlier_ticket_is_returned(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("ticket general");
    struct command call = {
        .verb = VERB_CALL, .counter = 1, .ticket = "A002", .reason = "asked for a form"};
    assert_null(world_command(&w, &call));
    DONE("noshow 1");
    DONE("resume A002 1");
    assert_false(world_last(&w, EVENT_CALLED)->in_order);
    assert_string_equal(world_last(&w, EVENT_CALLED)->reason, "returned");
}

static void test_no_show_comes_back(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("next 1");
    DONE("noshow 1");
    assert_int_equal(ticket("A001")->state, TICKET_NO_SHOW);
    assert_int_equal(ticket("A001")->started.boot, 0);
    DONE("resume A001 1");
    assert_int_equal(ticket("A001")->state, TICKET_CALLED);
    assert_true(ticket("A001")->started.boot > 0);
}

static void test_transfer_keeps_the_place(void **state)
{
    (void)state;
    DONE("ticket general"); /* A001 */
    world_pass(&w, 60);
    DONE("ticket tax"); /* B001 */
    DONE("next 1");
    REFUSED("transfer 1 general", "same_service");
    REFUSED("transfer 1 nosuch", "unknown_service");
    int64_t issued = ticket("A001")->issued.ms;
    DONE("transfer 1 tax");
    assert_string_equal(world_at(&w, 1), "");
    assert_int_equal(ticket("A001")->leg, 2);
    assert_int_equal(ticket("A001")->issued.ms, issued);
    assert_int_equal(ticket("A001")->called.boot, 0);
    DONE("next 2");
    assert_string_equal(world_at(&w, 2), "A001");
    assert_false(world_last(&w, EVENT_CALLED)->in_order);
    assert_string_equal(world_last(&w, EVENT_CALLED)->reason, "transfer");
}

static void test_transfer_behind_everybody_is_in_order(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("next 1");
    DONE("transfer 1 tax");
    DONE("ticket tax");
    DONE("next 2");
    assert_string_equal(world_at(&w, 2), "A001");
    assert_true(world_last(&w, EVENT_CALLED)->in_order);
}

static void test_cancel(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("ticket general");
    DONE("next 1");
    DONE("cancel A001");
    assert_string_equal(world_at(&w, 1), "");
    DONE("cancel A002");
    REFUSED("cancel A002", "not_open");
    REFUSED("cancel A003", "unknown_ticket");
    REFUSED("next 1", "nobody_waiting");
}

static void test_rating_belongs_to_the_last_served(void **state)
{
    (void)state;
    REFUSED("rate 1 5", "nothing_to_rate");
    DONE("ticket general");
    DONE("ticket general");
    DONE("next 1");
    REFUSED("rate 1 5", "nothing_to_rate");
    DONE("next 1");
    world_pass(&w, 60);
    DONE("rate 1 4");
    assert_string_equal(world_last(&w, EVENT_RATED)->ticket, "A001");
    REFUSED("rate 1 1", "nothing_to_rate");
    DONE("done 1");
    world_pass(&w, 61);
    REFUSED("rate 1 5", "nothing_to_rate");
    assert_int_equal(world_count(&w, EVENT_RATED), 1);
    assert_int_equal(world_count(&w, EVENT_DISCARDED), 4);
}

static void test_no_show_is_not_rated(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("next 1");
    DONE("noshow 1");
    REFUSED("rate 1 5", "nothing_to_rate");
}

static void test_counters_open_and_close(void **state)
{
    (void)state;
    REFUSED("counter open 1", "already_open");
    DONE("ticket general");
    DONE("next 1");
    DONE("counter close 1");
    assert_int_equal(ticket("A001")->state, TICKET_FINISHED);
    REFUSED("next 1", "counter_closed");
    REFUSED("counter close 1", "counter_closed");
    DONE("counter open 1");
    REFUSED("next 9", "unknown_counter");
}

static void test_services_open_and_close(void **state)
{
    (void)state;
    char why[64];
    DONE("service close tax");
    REFUSED("service close tax", "already_closed");
    REFUSED("ticket tax", "service_closed");
    DONE("service open tax");
    DONE("ticket tax");
    assert_true(hours_parse(&w.office.services[0].hours, "sat 09:00-12:00", why, sizeof why));
    REFUSED("ticket general", "office_closed");
    DONE("service open general");
    DONE("ticket general");
    REFUSED("ticket nosuch", "unknown_service");
}

static void test_holidays_close_the_office(void **state)
{
    (void)state;
    char why[64];
    assert_true(hours_parse(&w.office.services[0].hours, "mon 08:30-16:30", why, sizeof why));
    DONE("ticket general");
    w.office.holidays.count = 1;
    snprintf(w.office.holidays.days[0], DAY_SIZE, "2026-11-23");
    REFUSED("ticket general", "office_closed");
    DONE("ticket tax"); /* "always" passes over holidays */
}

static void test_daily_limit(void **state)
{
    (void)state;
    w.office.services[1].daily_limit = 2;
    DONE("ticket tax");
    DONE("ticket tax");
    REFUSED("ticket tax", "limit_reached");
}

static void test_promise(void **state)
{
    (void)state;
    DONE("ticket works");
    const struct event *issued = world_last(&w, EVENT_ISSUED);
    assert_int_equal(issued->ahead, 0);
    assert_int_equal(issued->promise_low_s, 0);
    assert_int_equal(issued->promise_high_s, 300);
    DONE("ticket works");
    DONE("ticket works");
    issued = world_last(&w, EVENT_ISSUED);
    assert_int_equal(issued->ahead, 2);
    assert_int_equal(issued->promise_low_s, 2 * 600);
    assert_int_equal(issued->promise_high_s, 2 * 1200);
    for (int i = 0; i < 10; i++)
        queue_remember(w.queue, "works", 100 * (i + 1));
    DONE("ticket works");
    issued = world_last(&w, EVENT_ISSUED);
    assert_int_equal(issued->promise_low_s, 3 * 300); /* nearest rank of 25 % of 10: the third */
    assert_int_equal(issued->promise_high_s, 3 * 800);
}

static void test_reprint(void **state)
{
    (void)state;
    DONE("ticket general");
    REFUSED("reprint A001", "not_printed");
    struct command printed = {
        .verb = VERB_PRINTED, .ticket = "A001", .day = "2026-11-23", .copy = 1};
    assert_null(world_command(&w, &printed));
    assert_string_equal(world_command(&w, &printed), "already_printed");
    printed.copy = 2;
    assert_string_equal(world_command(&w, &printed), "not_wanted");
    DONE("reprint A001");
    assert_null(world_command(&w, &printed));
    DONE("next 1");
    REFUSED("reprint A001", "not_waiting");
    snprintf(printed.day, sizeof printed.day, "2026-11-22");
    assert_string_equal(world_command(&w, &printed), "unknown_ticket");
}

static void test_a_new_day(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("ticket general");
    DONE("next 1");
    DONE("service close tax");
    world_pass(&w, 15 * 3600 - 1); /* 23:59:59 */
    assert_string_equal(w.queue->day, "2026-11-23");
    world_pass(&w, 1);
    assert_string_equal(w.queue->day, "2026-11-24");
    assert_int_equal(world_count(&w, EVENT_LEFT), 2);
    assert_int_equal(world_last(&w, EVENT_DAY_CLOSED)->count, 2);
    assert_string_equal(world_last(&w, EVENT_DAY_CLOSED)->day, "2026-11-23");
    DONE("ticket tax");
    DONE("ticket general");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "A001");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->day, "2026-11-24");
    DONE("next 1");
}

static void test_days_off(void **state)
{
    (void)state;
    DONE("ticket general");
    world_reboot(&w, w.now.wall_ms + 5 * 86400000LL);
    assert_string_equal(w.queue->day, "2026-11-28");
    assert_int_equal(world_count(&w, EVENT_DAY_CLOSED), 1);
}

static void test_restart_in_the_day_goes_on(void **state)
{
    (void)state;
    DONE("ticket general");
    world_reboot(&w, w.now.wall_ms + 600000);
    DONE("ticket general");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "A002");
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A001");
    assert_true(ticket("A001")->called.ms - ticket("A001")->issued.ms >= 600000);
}

static void test_clock_that_went_back(void **state)
{
    (void)state;
    int64_t right = w.now.wall_ms + 20 * 3600000LL; /* Tuesday 05:00 */
    DONE("ticket general");
    world_reboot(&w, 0); /* 1970 */
    assert_false(queue_clock_trusted(w.queue, &w.now));
    DONE("ticket general");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "A002");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->day, "2026-11-23");
    assert_true(world_last(&w, EVENT_ISSUED)->clock_unset);
    world_pass(&w, 600);
    DONE("next 1");
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A002");
    w.now.wall_ms = right;
    world_pass(&w, 0);
    assert_int_equal(world_count(&w, EVENT_CLOCK_SET), 1);
    assert_int_equal(world_last(&w, EVENT_CLOCK_SET)->correction_ms, right - 600000);
    assert_int_equal(ticket("A002")->issued.ms, right - 600000);
    assert_int_equal(ticket("A002")->called.ms - ticket("A002")->issued.ms, 600000);
    /* A002 was issued this morning and is still here; then the new day begins. */
    DONE("done 1");
    world_pass(&w, 1);
    assert_string_equal(w.queue->day, "2026-11-24");
}

static void test_a_clock_set_late_in_the_morning(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("ticket general");
    world_reboot(&w, w.now.wall_ms + 1000); /* next morning, with the time of switching off */
    DONE("ticket general");
    w.now.wall_ms += 23 * 3600000LL;
    world_pass(&w, 0);
    /* Yesterday's people have gone; this morning's keep their numbers. */
    assert_int_equal(world_count(&w, EVENT_LEFT), 2);
    assert_string_equal(w.queue->day, "2026-11-23");
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A003");
    DONE("done 1");
    DONE("ticket general");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "A001");
    assert_string_equal(w.queue->day, "2026-11-24");
}

static void test_an_older_priority_ticket_passes_nobody(void **state)
{
    (void)state;
    DONE("ticket general --priority");
    for (int i = 0; i < 5; i++)
        DONE("ticket general");
    world_pass(&w, 3600);
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A001");
    assert_true(world_last(&w, EVENT_CALLED)->in_order);
}

static void test_a_regular_turn_after_a_run_is_in_order(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        DONE("ticket general --priority");
    DONE("ticket general");
    DONE("next 1");
    DONE("next 1");
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A004");
    assert_true(world_last(&w, EVENT_CALLED)->in_order);
    DONE("next 1");
    assert_string_equal(world_at(&w, 1), "A003");
}

static void test_rating_never_falls_back_on_the_one_before(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("ticket general");
    DONE("next 1");
    DONE("next 1");
    DONE("transfer 1 tax");
    REFUSED("rate 1 1", "nothing_to_rate");
}

static void test_without_a_clock_time_goes_on_from_the_last_event(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("next 1");
    DONE("done 1");
    int64_t last = w.now.wall_ms;
    DONE("ticket general");
    world_reboot(&w, 0);
    REFUSED("rate 1 5", "nothing_to_rate"); /* how long ago it ended is unknown */
    world_pass(&w, 120);
    DONE("next 1");
    assert_int_equal(ticket("A002")->called.ms, last + 120000);
    world_reboot(&w, last + 3600000); /* the clock of that boot was never set */
    assert_int_equal(ticket("A002")->called.ms, last + 120000);
    DONE("done 1");
    assert_int_equal(ticket("A002")->ended.ms, last + 3600000);
}

static void test_first_day_without_a_clock(void **state)
{
    (void)state;
    queue_destroy(w.queue);
    w.queue = queue_create();
    w.history_count = 0;
    world_reboot(&w, 1000);
    assert_string_equal(w.queue->day, "2026-11-01");
    DONE("ticket general");
    assert_true(world_last(&w, EVENT_ISSUED)->clock_unset);
}

static void test_closed_hours_do_not_count_without_a_clock(void **state)
{
    (void)state;
    char why[64];
    assert_true(hours_parse(&w.office.services[0].hours, "sat 09:00-12:00", why, sizeof why));
    REFUSED("ticket general", "office_closed");
    world_reboot(&w, 0);
    DONE("ticket general");
}

static void test_changed_configuration_is_taken_up(void **state)
{
    (void)state;
    DONE("ticket works");
    DONE("next 3");
    w.office.counter_count = 2; /* counter 3 is gone */
    w.office.counters[0].service_count = 2;
    snprintf(w.office.counters[0].services[1], SERVICE_NAME_SIZE, "works");
    world_reboot(&w, w.now.wall_ms + 1000);
    assert_false(w.queue->counters[3].open);
    assert_int_equal(ticket("C001")->state, TICKET_HELD);
    assert_int_equal(w.queue->counters[1].service_count, 2);
    DONE("resume C001 1");
}

static void test_swapped_prefixes_give_no_number_twice(void **state)
{
    (void)state;
    DONE("ticket general");
    DONE("ticket tax");
    snprintf(w.office.services[0].prefix, PREFIX_SIZE, "B");
    snprintf(w.office.services[1].prefix, PREFIX_SIZE, "A");
    DONE("ticket general");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "B002");
    DONE("ticket tax");
    assert_string_equal(world_last(&w, EVENT_ISSUED)->ticket, "A002");
}

static void test_next_change(void **state)
{
    (void)state;
    char why[64];
    assert_int_equal(queue_next_change(w.queue, &w.office, &w.now), 15 * 3600000);
    DONE("ticket general");
    DONE("next 1");
    DONE("done 1");
    assert_int_equal(queue_next_change(w.queue, &w.office, &w.now), 60001);
    assert_true(hours_parse(&w.office.services[0].hours, "mon 08:30-09:01", why, sizeof why));
    assert_int_equal(queue_next_change(w.queue, &w.office, &w.now), 60000);
}

static void test_a_journal_that_cannot_be(void **state)
{
    (void)state;
    char why[256];
    DONE("ticket general");
    struct event event = *world_last(&w, EVENT_ISSUED);
    snprintf(event.ticket, sizeof event.ticket, "A003"); /* A002 is missing */
    assert_false(queue_apply(w.queue, &event, why, sizeof why));
    snprintf(event.ticket, sizeof event.ticket, "A001"); /* twice */
    assert_false(queue_apply(w.queue, &event, why, sizeof why));
    event.kind = EVENT_FINISHED; /* never called */
    assert_false(queue_apply(w.queue, &event, why, sizeof why));
    event.kind = EVENT_CALLED;
    event.counter = 0;
    assert_false(queue_apply(w.queue, &event, why, sizeof why));
    event.counter = 1;
    snprintf(event.ticket, sizeof event.ticket, "Z001");
    assert_false(queue_apply(w.queue, &event, why, sizeof why));
    assert_non_null(strstr(why, "Z001"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_numbers_count_up_by_prefix),
        TEST(test_numbers_grow_past_999),
        TEST(test_life_of_a_ticket),
        TEST(test_start_button),
        TEST(test_first_come_first_served_over_services),
        TEST(test_next_with_nobody_ends_the_present_ticket),
        TEST(test_priority_goes_ahead_but_not_for_ever),
        TEST(test_priority_run_counts_over_counters),
        TEST(test_regular_max_wait_stops_priority),
        TEST(test_priority_run_of_none),
        TEST(test_call_out_of_order_needs_a_reason),
        TEST(test_hold_and_resume),
        TEST(test_resume_past_an_earlier_ticket_is_returned),
        TEST(test_no_show_comes_back),
        TEST(test_transfer_keeps_the_place),
        TEST(test_transfer_behind_everybody_is_in_order),
        TEST(test_cancel),
        TEST(test_rating_belongs_to_the_last_served),
        TEST(test_no_show_is_not_rated),
        TEST(test_counters_open_and_close),
        TEST(test_services_open_and_close),
        TEST(test_holidays_close_the_office),
        TEST(test_daily_limit),
        cmocka_unit_test_setup_teardown(test_promise, begin, end_without_replay),
        TEST(test_reprint),
        TEST(test_a_new_day),
        TEST(test_days_off),
        TEST(test_restart_in_the_day_goes_on),
        TEST(test_clock_that_went_back),
        TEST(test_a_clock_set_late_in_the_morning),
        TEST(test_an_older_priority_ticket_passes_nobody),
        TEST(test_a_regular_turn_after_a_run_is_in_order),
        TEST(test_rating_never_falls_back_on_the_one_before),
        TEST(test_without_a_clock_time_goes_on_from_the_last_event),
        TEST(test_first_day_without_a_clock),
        TEST(test_closed_hours_do_not_count_without_a_clock),
        TEST(test_changed_configuration_is_taken_up),
        TEST(test_swapped_prefixes_give_no_number_twice),
        TEST(test_next_change),
        TEST(test_a_journal_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
