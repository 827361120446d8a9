#include "kiosk/ctl/take.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW (TAKE_RATE / 100)     /* 10 ms */
#define WINDOWS_MAX 1000             /* 10 s */
#define MARGIN (TAKE_RATE * 6 / 100) /* soft consonants lie before and behind what is loud */
#define FADE (TAKE_RATE * 4 / 1000)
#define SHORTEST 12       /* windows */
#define QUIETEST 500.0    /* RMS of the loudest window: -36 dB */
#define TARGET_RMS 4000.0 /* -18 dB */
#define PEAK_MAX 29000.0  /* -1 dB */
#define GAIN_MAX 8.0      /* more would only lift the noise */
#define FULL_SCALE 32700
#define FULL_SCALE_RUN 4 /* so many in a row are a wave whose top was cut off */

static bool clipped(const struct take *take)
{
    int run = 0;
    for (size_t i = 0; i < take->count; i++) {
        run = abs(take->samples[i]) >= FULL_SCALE ? run + 1 : 0;
        if (run >= FULL_SCALE_RUN)
            return true;
    }
    return false;
}

static int16_t to_sample(double value)
{
    return (int16_t)lrint(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

static void remove_offset(struct take *take)
{
    double sum = 0;
    for (size_t i = 0; i < take->count; i++)
        sum += take->samples[i];
    double mean = sum / (double)take->count;
    for (size_t i = 0; i < take->count; i++)
        take->samples[i] = to_sample(take->samples[i] - mean);
}

static double rms(const int16_t *samples, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)samples[i] * samples[i];
    return sqrt(sum / (double)count);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What is louder than this is speech: well above the room, and not far below the voice. */
static double threshold(const double *energy, size_t count)
{
    double sorted[WINDOWS_MAX];
    memcpy(sorted, energy, count * sizeof *energy);
    qsort(sorted, count, sizeof *sorted, compare);
    double room = sorted[count / 10], loudest = sorted[count - 1];
    return fmin(fmax(room * 2.5, loudest * 0.03), loudest * 0.25);
}

static void level(struct take *take, double loudness)
{
    double peak = 1;
    for (size_t i = 0; i < take->count; i++)
        peak = fmax(peak, abs(take->samples[i]));
    double gain = fmin(fmin(TARGET_RMS / loudness, PEAK_MAX / peak), GAIN_MAX);
    for (size_t i = 0; i < take->count; i++) {
        size_t edge = i < take->count - 1 - i ? i : take->count - 1 - i;
        double fade = edge < FADE ? (double)edge / FADE : 1;
        take->samples[i] = to_sample(take->samples[i] * gain * fade);
    }
}

enum take_verdict take_finish(struct take *take)
{
    double energy[WINDOWS_MAX];
    size_t windows = take->count / WINDOW;
    if (windows > WINDOWS_MAX)
        windows = WINDOWS_MAX;
    if (windows < SHORTEST)
        return TAKE_TOO_SHORT;
    if (clipped(take))
        return TAKE_CLIPPED;
    remove_offset(take);
    for (size_t i = 0; i < windows; i++)
        energy[i] = rms(take->samples + i * WINDOW, WINDOW);
    double loud = threshold(energy, windows), loudest = 0;
    size_t first = windows, last = 0;
    for (size_t i = 0; i < windows; i++) {
        loudest = fmax(loudest, energy[i]);
        if (energy[i] < loud)
            continue;
        if (first == windows)
            first = i;
        last = i;
    }
    if (loudest < QUIETEST)
        return TAKE_TOO_QUIET;
    if (last + 1 - first < SHORTEST)
        return TAKE_TOO_SHORT;
    size_t begin = first * WINDOW, end = (last + 1) * WINDOW;
    double loudness = rms(take->samples + begin, end - begin);
    begin = begin > MARGIN ? begin - MARGIN : 0;
    end = end + MARGIN < take->count ? end + MARGIN : take->count;
    memmove(take->samples, take->samples + begin, (end - begin) * sizeof *take->samples);
    take->count = end - begin;
    level(take, loudness);
    return TAKE_GOOD;
}
