/* The chime before an announcement: two soft notes, made by arithmetic, the same each time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SOUND_RATE 48000 /* samples per second, mono, of everything that the voice plays */
#define CHIME_SAMPLES (SOUND_RATE * 6 / 5)

/* Never louder than 0.8 of full scale; begins and ends at silence. */
void chime_make(int16_t samples[CHIME_SAMPLES]);
