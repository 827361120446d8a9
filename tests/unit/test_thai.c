/* Local dates, the Buddhist era, Thai digits; where the calendars disagree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// cmocka needs the headers above
#include <cmocka.h>

#include "shared/thai.h"

static char text[256];

static struct local_time at(const char *utc_seconds)
{
    long long seconds = 0;
    sscanf(utc_seconds, "%lld", &seconds);
    return clock_local(seconds * 1000);
}

static void test_dates_in_the_buddhist_era(void **state)
{
    (void)state;
    struct local_time time = at("1795399200"); /* 2026-11-23 02:00 UTC */
    assert_string_equal(thai_long_date(time, LANGUAGE_TH, text, sizeof text),
                        "วันจันทร์ที่ 23 พฤศจิกายน พ.ศ. 2569");
    assert_string_equal(thai_short_date(time, LANGUAGE_TH, text, sizeof text), "23 พ.ย. 2569");
    assert_string_equal(thai_clock(time, LANGUAGE_TH, text, sizeof text), "09.00 น.");
    assert_string_equal(thai_long_date(time, LANGUAGE_EN, text, sizeof text),
                        "Monday 23 November 2026");
    assert_string_equal(thai_long_date(time, LANGUAGE_MS, text, sizeof text),
                        "Isnin 23 November 2026");
    assert_string_equal(thai_clock(time, LANGUAGE_EN, text, sizeof text), "09:00");
}

static void test_leap_day_of_a_year_that_is_no_leap_year_in_thai(void **state)
{
    (void)state;
    struct local_time time = at("1709182800"); /* 2024-02-29 05:00 UTC; 2567 % 4 is 3 */
    assert_string_equal(thai_short_date(time, LANGUAGE_TH, text, sizeof text), "29 ก.พ. 2567");
    assert_true(clock_is_day("2024-02-29"));
    assert_false(clock_is_day("2567-02-29"));
    assert_false(clock_is_day("2100-02-29"));
    assert_true(clock_is_day("2000-02-29"));
}

static void test_midnight_is_bangkok_s(void **state)
{
    (void)state;
    char day[DAY_SIZE];
    clock_day(1795453199999, day); /* 16:59:59.999 UTC */
    assert_string_equal(day, "2026-11-23");
    clock_day(1795453200000, day);
    assert_string_equal(day, "2026-11-24");
    assert_int_equal(clock_at(1795399200000, 1, 0, 0), 1795453200000);
    assert_int_equal(clock_at(1795399200000, 0, 24, 0), 1795453200000);
}

static void test_wrong_days(void **state)
{
    (void)state;
    static const char *const rows[] = {"",           "2026-11-31", "2026-13-01", "2026-00-01",
                                       "2026-1-01",  "2026/11/01", "2026-11-0a", "2026-11-011",
                                       "26-11-2001", "1969-12-31"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_false(clock_is_day(rows[i]));
}

static void test_digits(void **state)
{
    (void)state;
    assert_string_equal(thai_digits("A012 คิว 9", DIGITS_THAI, text, sizeof text), "A๐๑๒ คิว ๙");
    assert_string_equal(thai_digits("A012", DIGITS_ARABIC, text, sizeof text), "A012");
}

static void test_cuts_fall_between_characters(void **state)
{
    (void)state;
    struct local_time time = at("1795399200");
    for (size_t size = 1; size < 80; size++) {
        thai_long_date(time, LANGUAGE_TH, text, size);
        assert_true(strlen(text) < size);
        assert_true(strlen(text) % 3 == 0 || strpbrk(text, " .0123456789"));
        size_t length = strlen(text);
        if (length >= 3 && (unsigned char)text[length - 1] >= 0x80)
            assert_int_equal((unsigned char)text[length - 3], 0xe0);
        thai_digits("123456789", DIGITS_THAI, text, size);
        assert_int_equal(strlen(text) % 3, 0);
    }
}

static void test_unknown_time_zone(void **state)
{
    (void)state;
    assert_false(clock_use_timezone("Asia/Atlantis"));
    assert_false(clock_use_timezone("../../etc/passwd"));
    assert_false(clock_use_timezone(""));
}

static int in_bangkok(void **state)
{
    (void)state;
    return clock_use_timezone("Asia/Bangkok") ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_in_the_buddhist_era),
        cmocka_unit_test(test_leap_day_of_a_year_that_is_no_leap_year_in_thai),
        cmocka_unit_test(test_midnight_is_bangkok_s),
        cmocka_unit_test(test_wrong_days),
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_cuts_fall_between_characters),
        cmocka_unit_test(test_unknown_time_zone),
    };
    return cmocka_run_group_tests(tests, in_bangkok, NULL);
}
