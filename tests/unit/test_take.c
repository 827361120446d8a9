/* A take of the microphone becomes a clip: trimmed, levelled, or refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kiosk/ctl/take.h"

#define SECOND TAKE_RATE

static int16_t samples[2 * SECOND];

/* A tone from `begin` to `end` in two seconds of a room with a little noise. */
static struct take tone(double loudness, size_t begin, size_t end, int offset, int noise)
{
    srand(1);
    for (size_t i = 0; i < 2 * SECOND; i++) {
        double value = offset + (noise ? rand() % (2 * noise) - noise : 0);
        if (i >= begin && i < end)
            value += loudness * sin((double)i * 0.05);
        samples[i] = (int16_t)fmax(-32768, fmin(32767, value));
    }
    return (struct take){samples, 2 * SECOND};
}

static double loudness_of(const struct take *take)
{
    double sum = 0;
    size_t begin = SECOND / 10, end = take->count - SECOND / 10;
    for (size_t i = begin; i < end; i++)
        sum += (double)take->samples[i] * take->samples[i];
    return sqrt(sum / (double)(end - begin));
}

static void silence_is_trimmed(void **state)
{
    (void)state;
    struct take take = tone(6000, SECOND / 2, SECOND * 3 / 2, 0, 40);
    assert_int_equal(take_finish(&take), TAKE_GOOD);
    assert_in_range(take.count, SECOND, SECOND * 115 / 100);
    assert_int_equal(take.samples[0], 0);
    assert_int_equal(take.samples[take.count - 1], 0);
}

static void loudness_is_levelled(void **state)
{
    (void)state;
    static const double loudness[] = {1200, 5000, 20000};
    for (size_t i = 0; i < 3; i++) {
        struct take take = tone(loudness[i], SECOND / 2, SECOND * 3 / 2, 900, 20);
        assert_int_equal(take_finish(&take), TAKE_GOOD);
        assert_in_range((int)loudness_of(&take), 3800, 4200);
    }
}

static void peaks_are_not_cut(void **state)
{
    (void)state;
    struct take take = tone(1500, SECOND / 2, SECOND * 3 / 2, 0, 0);
    samples[SECOND] = 20000;
    assert_int_equal(take_finish(&take), TAKE_GOOD);
    for (size_t i = 0; i < take.count; i++)
        assert_in_range(abs(take.samples[i]), 0, 29001);
}

static void a_take_without_silence_stays_whole(void **state)
{
    (void)state;
    struct take take = tone(6000, 0, 2 * SECOND, 0, 0);
    assert_int_equal(take_finish(&take), TAKE_GOOD);
    assert_int_equal(take.count, 2 * SECOND);
}

static void bad_takes_are_refused(void **state)
{
    (void)state;
    struct take take = tone(100, SECOND / 2, SECOND * 3 / 2, 0, 20);
    assert_int_equal(take_finish(&take), TAKE_TOO_QUIET);
    take = tone(0, 0, 0, 0, 0);
    assert_int_equal(take_finish(&take), TAKE_TOO_QUIET);
    take = tone(50000, SECOND / 2, SECOND * 3 / 2, 0, 20);
    assert_int_equal(take_finish(&take), TAKE_CLIPPED);
    take = tone(6000, SECOND / 2, SECOND / 2 + SECOND / 20, 0, 20);
    assert_int_equal(take_finish(&take), TAKE_TOO_SHORT);
    take = (struct take){samples, 0};
    assert_int_equal(take_finish(&take), TAKE_TOO_SHORT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_is_trimmed),
        cmocka_unit_test(loudness_is_levelled),
        cmocka_unit_test(peaks_are_not_cut),
        cmocka_unit_test(a_take_without_silence_stays_whole),
        cmocka_unit_test(bad_takes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
