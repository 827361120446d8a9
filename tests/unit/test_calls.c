/* Calls take turns; why an office is closed; the ticker. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "display/calls.h"
#include "display/closing.h"
#include "display/ticker.h"

static bool add(struct calls *calls, const char *kind, int seq, const char *ticket, int counter,
                int64_t now_ms, struct call *lost)
{
    json_t *event = json_pack("{s:s,s:i,s:s,s:i}", "event", kind, "seq", seq, "ticket", ticket,
                              "counter", counter);
    bool added = calls_add(calls, event, now_ms, lost);
    json_decref(event);
    return added;
}

static void call(struct calls *calls, int seq, const char *ticket, int counter, int64_t now_ms)
{
    struct call lost;
    assert_true(add(calls, seq % 2 ? "called" : "recalled", seq, ticket, counter, now_ms, &lost));
    assert_int_equal(lost.seq, 0);
}

static void test_only_calls_are_taken(void **state)
{
    (void)state;
    struct calls calls = {0};
    struct call lost;
    assert_false(add(&calls, "issued", 1, "A001", 1, 1, &lost));
    assert_false(add(&calls, "called", 0, "A001", 1, 1, &lost));
    assert_false(add(&calls, "called", 1, "A001", 100, 1, &lost));
    assert_false(add(&calls, "called", 1, "A0000000000000000001", 1, 1, &lost));
    assert_int_equal(calls.count, 0);
    assert_null(calls_main(&calls));
    assert_true(calls_next_change(&calls) == INT64_MAX);
}

/* Two at one moment: both lit at once, spoken one after the other, each to its end. */
static void test_turns_are_taken_in_order(void **state)
{
    (void)state;
    struct calls calls = {0};
    struct call over;
    call(&calls, 1, "A001", 1, 1000);
    call(&calls, 3, "B001", 2, 1000);
    assert_true(calls_lit(&calls, "A001", 1) && calls_lit(&calls, "B001", 2));
    assert_false(calls_lit(&calls, "A001", 2));
    assert_int_equal(calls_begin(&calls, 1000)->seq, 1);
    assert_null(calls_begin(&calls, 1000));
    /* A long voice keeps the turn however late it is. */
    assert_false(calls_advance(&calls, 21000, &over));
    assert_null(calls_begin(&calls, 21000));
    assert_int_equal(calls_main(&calls)->seq, 1);
    assert_true(calls_next_change(&calls) == INT64_MAX);
    calls_heard(&calls, 1, HEARD_VOICE);
    assert_true(calls_advance(&calls, 21000, &over));
    assert_int_equal(over.seq, 1);
    assert_int_equal(over.heard, HEARD_VOICE);
    /* A short one keeps it until the blinking is over, and stays lit for its six seconds. */
    assert_int_equal(calls_begin(&calls, 21000)->seq, 3);
    calls_heard(&calls, 3, HEARD_NOTHING);
    call(&calls, 4, "B001", 2, 21000);
    assert_null(calls_begin(&calls, 21000 + CALLS_TURN_MS - 1));
    assert_int_equal(calls_begin(&calls, 21000 + CALLS_TURN_MS)->seq, 4);
    assert_false(calls_advance(&calls, 21000 + CALLS_LIT_MS - 1, &over));
    assert_true(calls_advance(&calls, 21000 + CALLS_LIT_MS, &over));
    assert_int_equal(over.seq, 3);
}

static void test_a_turn_blinks_three_times(void **state)
{
    (void)state;
    struct calls calls = {0};
    struct call over;
    call(&calls, 1, "A001", 1, 1);
    calls_begin(&calls, 1000);
    calls_heard(&calls, 1, HEARD_NOTHING);
    int changes = 0, flips = 0;
    bool lit = calls_lit(&calls, "A001", 1);
    assert_true(lit);
    for (int64_t next; (next = calls_next_change(&calls)) != INT64_MAX; changes++) {
        bool done = calls_advance(&calls, next, &over);
        flips += calls_lit(&calls, "A001", 1) != lit;
        lit = calls_lit(&calls, "A001", 1);
        assert_true(done == (next == 1000 + CALLS_LIT_MS));
    }
    assert_int_equal(changes, 7);
    assert_int_equal(flips, 7); /* off and on three times, and out */
}

static void test_announced_when_seen_and_heard(void **state)
{
    (void)state;
    struct calls calls = {0};
    call(&calls, 1, "A001", 1, 1);
    call(&calls, 3, "A002", 2, 1);
    calls_begin(&calls, 1000);
    assert_null(calls_unannounced(&calls));
    calls.list[0].drawn = calls.list[1].drawn = true;
    assert_null(calls_unannounced(&calls));
    calls_heard(&calls, 1, HEARD_CHIME);
    struct call *told = calls_unannounced(&calls);
    assert_int_equal(told->seq, 1);
    assert_string_equal(heard_name(told->heard), "chimed");
    told->announced = true;
    assert_null(calls_unannounced(&calls));
}

static void test_too_many_calls_push_out_the_oldest(void **state)
{
    (void)state;
    struct calls calls = {0};
    struct call lost;
    for (int i = 1; i <= CALLS_MAX; i++)
        call(&calls, i, "A001", 1, i);
    assert_true(add(&calls, "called", 500, "A002", 2, 500, &lost));
    assert_int_equal(lost.seq, 1);
    assert_int_equal(calls.count, CALLS_MAX);
}

static void test_stale_calls_are_dropped(void **state)
{
    (void)state;
    struct calls calls = {0};
    call(&calls, 1, "A001", 1, 1000);
    calls_begin(&calls, 1000);
    call(&calls, 3, "A002", 1, 1000);
    call(&calls, 5, "A003", 1, 50000);
    calls_drop_stale(&calls, 1000 + CALLS_STALE_MS + 1);
    assert_int_equal(calls.count, 2);
    assert_int_equal(calls.list[0].seq, 1);
    assert_int_equal(calls.list[1].seq, 5);
}

/* --- why it is closed --- */

static int64_t at(int day, int hour, int minute)
{
    return clock_at(INT64_C(1795593600000), day - 25, hour, minute); /* 25 November 2026 */
}

static void test_why_it_is_closed(void **state)
{
    (void)state;
    static struct office office;
    char why[128];
    assert_true(clock_use_timezone("Asia/Bangkok"));
    office.service_count = 2;
    assert_true(
        hours_parse(&office.services[0].hours, "mon-fri 08:30-12:00 13:00-16:30", why, sizeof why));
    assert_true(hours_parse(&office.services[1].hours, "mon-fri 09:00-11:00", why, sizeof why));
    office.holidays.count = 1;
    strcpy(office.holidays.days[0], "2026-11-27"); /* a Friday */
    static const struct {
        int day, hour, minute;
        enum closed_kind kind;
        int next_day, next_hour, next_minute;
    } rows[] = {
        {25, 6, 0, CLOSED_BEFORE, 25, 8, 30},  {25, 8, 29, CLOSED_BEFORE, 25, 8, 30},
        {25, 8, 30, CLOSED_NOT, 0, 0, 0},      {25, 11, 59, CLOSED_NOT, 0, 0, 0},
        {25, 12, 0, CLOSED_LUNCH, 25, 13, 0},  {25, 12, 59, CLOSED_LUNCH, 25, 13, 0},
        {25, 13, 0, CLOSED_NOT, 0, 0, 0},      {25, 16, 30, CLOSED_AFTER, 26, 8, 30},
        {26, 23, 59, CLOSED_AFTER, 30, 8, 30}, {27, 10, 0, CLOSED_HOLIDAY, 30, 8, 30},
        {28, 10, 0, CLOSED_TODAY, 30, 8, 30},  {29, 0, 0, CLOSED_TODAY, 30, 8, 30},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct closing closing = closing_at(&office, at(rows[i].day, rows[i].hour, rows[i].minute));
        assert_int_equal(closing.kind, rows[i].kind);
        assert_int_equal(closing.has_next, rows[i].kind != CLOSED_NOT);
        if (!closing.has_next)
            continue;
        assert_int_equal(closing.next.day, rows[i].next_day);
        assert_int_equal(closing.next.hour, rows[i].next_hour);
        assert_int_equal(closing.next.minute, rows[i].next_minute);
        assert_int_equal(closing.next_is_today, rows[i].day == rows[i].next_day);
    }
    office.services[0].hours.always = true;
    assert_int_equal(closing_at(&office, at(27, 10, 0)).kind, CLOSED_NOT);
}

/* --- the ticker --- */

static void write_file(const char *path, const char *text, time_t seconds)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    struct timespec times[2] = {{seconds, 0}, {seconds, 0}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_ticker(void **state)
{
    (void)state;
    static struct ticker ticker;
    ticker_open(&ticker, "");
    assert_string_equal(ticker_text(&ticker, 5), "");
    ticker_open(&ticker, "น้ำประปาหยุดไหล");
    assert_string_equal(ticker_text(&ticker, 0), "น้ำประปาหยุดไหล");
    assert_false(ticker_refresh(&ticker));

    char path[] = "/tmp/khiosk-ticker-XXXXXX";
    close(mkstemp(path));
    write_file(path, "\xef\xbb\xbfone\r\n\n# not this\n  two\x80\n", 1000);
    ticker_open(&ticker, path);
    assert_int_equal(ticker.count, 2);
    assert_string_equal(ticker_text(&ticker, 2), "one");
    assert_string_equal(ticker_text(&ticker, 3), "two?");
    assert_false(ticker_refresh(&ticker));
    write_file(path, "three\n", 2000);
    assert_true(ticker_refresh(&ticker));
    assert_string_equal(ticker_text(&ticker, 3), "three");
    unlink(path);
    assert_true(ticker_refresh(&ticker));
    assert_string_equal(ticker_text(&ticker, 3), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_calls_are_taken),
        cmocka_unit_test(test_turns_are_taken_in_order),
        cmocka_unit_test(test_a_turn_blinks_three_times),
        cmocka_unit_test(test_announced_when_seen_and_heard),
        cmocka_unit_test(test_too_many_calls_push_out_the_oldest),
        cmocka_unit_test(test_stale_calls_are_dropped),
        cmocka_unit_test(test_why_it_is_closed),
        cmocka_unit_test(test_ticker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
