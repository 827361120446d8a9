/* The prints on their way, with a destination that does what the test says and time as a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "printer/spool.h"

/* What the destination answers next, and what it was given. */
static enum print_result print_answer, look_answer;
static const char *reason;
static char given[512]; /* numbers in the order they came, "?" behind those that are not fresh */
static int looks;

static enum print_result fake_print(struct destination *destination, struct print *print, char *why,
                                    size_t why_size)
{
    (void)destination;
    size_t used = strlen(given);
    snprintf(given + used, sizeof given - used, "%s%s ", print->ticket.number,
             print->fresh ? "" : "?");
    print->fresh = false;
    snprintf(why, why_size, "%s", reason);
    return print_answer;
}

static enum print_result fake_look(struct destination *destination, struct print *print, char *why,
                                   size_t why_size)
{
    (void)destination, (void)print;
    looks++;
    snprintf(why, why_size, "%s", reason);
    return look_answer;
}

static const struct destination_kind fake_kind = {"fake:", NULL, fake_print, fake_look, NULL};
static struct destination fake = {&fake_kind, NULL};

static int set_up(void **state)
{
    print_answer = PRINT_DONE;
    look_answer = PRINT_UNDER_WAY;
    reason = "out of paper";
    given[0] = '\0';
    looks = 0;
    *state = spool_create(&fake);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    spool_destroy(*state);
    return 0;
}

/* Wants A001 up to this number printed. */
static void want(struct spool *spool, int first, int last)
{
    struct ticket tickets[32] = {0};
    size_t count = 0;
    for (int number = first; number <= last; number++, count++) {
        strcpy(tickets[count].day, "2026-11-23");
        snprintf(tickets[count].number, TICKET_SIZE, "A%03d", number);
        tickets[count].copy = 1;
    }
    spool_update(spool, tickets, count);
}

/* Works until `until`, as the main loop would. Returns the number of steps. */
static int work(struct spool *spool, int64_t from, int64_t until)
{
    int steps = 0;
    while (spool_next_ms(spool) <= until) {
        int64_t next = spool_next_ms(spool);
        from = next > from ? next : from;
        spool_step(spool, from);
        assert_true(++steps < 1000);
    }
    return steps;
}

/* Tells all there is to tell as "A001" or "A001!" where it failed. */
static const char *news(struct spool *spool)
{
    static char text[512];
    const struct ticket *ticket;
    const char *why;
    text[0] = '\0';
    while (spool_news(spool, &ticket, &why)) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s ", ticket->number, why ? "!" : "");
        if (why)
            assert_string_equal(why, reason);
        spool_told(spool);
    }
    return text;
}

static void prints_in_order_and_only_once(void **state)
{
    struct spool *spool = *state;
    spool_issued(spool, "2026-11-23", "A003");
    want(spool, 1, 3);
    want(spool, 1, 3);
    assert_true(spool_has_waiting(spool));
    work(spool, 0, 0);
    assert_string_equal(given, "A001? A002? A003 ");
    want(spool, 1, 3); /* not told yet, so still wanted */
    work(spool, 0, 100000);
    assert_string_equal(news(spool), "A001 A002 A003 ");
    assert_string_equal(news(spool), "");
    assert_string_equal(given, "A001? A002? A003 ");
    assert_true(spool_next_ms(spool) == INT64_MAX);
}

static void a_second_copy_is_never_taken_for_fresh(void **state)
{
    struct spool *spool = *state;
    struct ticket ticket = {.day = "2026-11-23", .number = "A001", .copy = 2};
    spool_issued(spool, "2026-11-23", "A001");
    spool_update(spool, &ticket, 1);
    work(spool, 0, 0);
    assert_string_equal(given, "A001? ");
}

static void a_stuck_print_keeps_none_waiting(void **state)
{
    struct spool *spool = *state;
    print_answer = PRINT_UNDER_WAY;
    want(spool, 1, 3);
    work(spool, 0, 0);
    assert_string_equal(given, "A001? A002? A003? ");
    assert_false(spool_has_waiting(spool));
    assert_int_equal(work(spool, 0, 10000), 3 * 10);
    assert_int_equal(looks, 30);
    assert_string_equal(news(spool), "");
    want(spool, 1, 0); /* called meanwhile: its paper is still to be reported */
    looks = 0;
    work(spool, 10000, 60000);
    assert_int_equal(looks, 3 * 50);
    work(spool, 60000, 160000);
    assert_int_equal(looks, 3 * (50 + 20)); /* out of paper for the night */
    look_answer = PRINT_DONE;
    work(spool, 160000, 165000);
    assert_string_equal(news(spool), "A001 A002 A003 ");
    assert_true(spool_next_ms(spool) == INT64_MAX);
}

static void a_refused_print_is_told_once_and_tried_after_a_minute(void **state)
{
    struct spool *spool = *state;
    print_answer = PRINT_REFUSED;
    want(spool, 1, 1);
    work(spool, 0, 0);
    assert_string_equal(news(spool), "A001! ");
    assert_int_equal(work(spool, 0, 59999), 0);
    assert_int_equal(work(spool, 0, 60000), 1);
    assert_string_equal(news(spool), "");
    want(spool, 2, 2);
    print_answer = PRINT_DONE;
    work(spool, 60000, 200000);
    assert_string_equal(news(spool), "A002 ");
    assert_string_equal(given, "A001? A001? A002? ");
}

static void an_aborted_job_is_printed_again(void **state)
{
    struct spool *spool = *state;
    print_answer = PRINT_UNDER_WAY;
    want(spool, 1, 1);
    work(spool, 0, 0);
    look_answer = PRINT_REFUSED;
    work(spool, 0, 1000);
    assert_string_equal(news(spool), "A001! ");
    assert_true(spool_has_waiting(spool));
    print_answer = PRINT_DONE;
    work(spool, 1000, 61000);
    assert_string_equal(given, "A001? A001? ");
    assert_string_equal(news(spool), "A001 ");
}

static void while_nothing_prints_each_ticket_fails_once_for_each_cause(void **state)
{
    struct spool *spool = *state;
    print_answer = PRINT_AWAY;
    want(spool, 1, 2);
    /* 0, 1, 3, 7, 15, then every 30 s. */
    assert_int_equal(work(spool, 0, 0), 1);
    assert_int_equal(work(spool, 0, 15000), 4);
    assert_int_equal(work(spool, 15000, 45000), 1);
    assert_int_equal(work(spool, 45000, 105000), 2);
    assert_string_equal(news(spool), "A001! A002! ");
    want(spool, 1, 3);
    assert_string_equal(news(spool), "A003! ");
    reason = "no queue";
    work(spool, 105000, 135000);
    assert_string_equal(news(spool), "A001! A002! A003! ");
    want(spool, 2, 3); /* called without paper */
    print_answer = PRINT_DONE;
    given[0] = '\0';
    work(spool, 135000, 165000);
    assert_string_equal(given, "A002? A003? ");
    assert_string_equal(news(spool), "A002 A003 ");
}

static void a_print_under_way_survives_that_nobody_answers(void **state)
{
    struct spool *spool = *state;
    print_answer = PRINT_UNDER_WAY;
    want(spool, 1, 1);
    work(spool, 0, 0);
    look_answer = PRINT_AWAY;
    work(spool, 0, 20000);
    assert_string_equal(news(spool), "A001! ");
    look_answer = PRINT_DONE;
    work(spool, 20000, 30000);
    assert_string_equal(news(spool), "A001 ");
    assert_string_equal(given, "A001? ");
}

static void unwanted_prints_wake_nobody(void **state)
{
    struct spool *spool = *state;
    print_answer = PRINT_UNWANTED;
    want(spool, 1, 3);
    work(spool, 0, 0);
    want(spool, 1, 3);
    assert_true(spool_next_ms(spool) == INT64_MAX);
    assert_string_equal(news(spool), "");
    assert_string_equal(given, "A001? A002? A003? ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(prints_in_order_and_only_once),
        TEST(a_second_copy_is_never_taken_for_fresh),
        TEST(a_stuck_print_keeps_none_waiting),
        TEST(a_refused_print_is_told_once_and_tried_after_a_minute),
        TEST(an_aborted_job_is_printed_again),
        TEST(while_nothing_prints_each_ticket_fails_once_for_each_cause),
        TEST(a_print_under_way_survives_that_nobody_answers),
        TEST(unwanted_prints_wake_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
