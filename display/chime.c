#include "display/chime.h"

#include <math.h>

/* E5 and C5, the ding and the dong of a door. */
static const struct note {
    double hertz, start; /* seconds */
} notes[] = {{659.26, 0.0}, {523.25, 0.42}};

/* Partials of a bell bar: the higher, the softer and the sooner gone. */
static const struct partial {
    double ratio, level, decay; /* per second */
} partials[] = {{1.0, 0.30, 4.5}, {2.0, 0.07, 8.0}, {3.01, 0.02, 14.0}};

static double note_at(const struct note *note, double time)
{
    double since = time - note->start, sum = 0;
    if (since < 0)
        return 0;
    for (size_t i = 0; i < sizeof partials / sizeof partials[0]; i++)
        sum += partials[i].level * exp(-partials[i].decay * since) *
               sin(2 * M_PI * note->hertz * partials[i].ratio * since);
    return sum * fmin(1, since / 0.004);
}

void chime_make(int16_t samples[CHIME_SAMPLES])
{
    const double length = (double)CHIME_SAMPLES / SOUND_RATE;
    for (int i = 0; i < CHIME_SAMPLES; i++) {
        double time = (double)i / SOUND_RATE;
        double sum = note_at(&notes[0], time) + note_at(&notes[1], time);
        double fade = fmin(1, (length - time) / 0.1);
        samples[i] = (int16_t)lrint(sum * fade * INT16_MAX);
    }
}
