/* One take of a clip, from the microphone to what is kept: 16-bit samples, mono, TAKE_RATE a
 * second. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TAKE_RATE 48000

enum take_verdict { TAKE_GOOD, TAKE_TOO_QUIET, TAKE_CLIPPED, TAKE_TOO_SHORT };

struct take {
    int16_t *samples; /* the caller's */
    size_t count;
};

/* Judges a take and, if it is good, makes it a clip in place: no offset, no silence at its ends
 * but a short margin, edges faded, loudness levelled. Otherwise the samples are worth nothing. */
enum take_verdict take_finish(struct take *take);
