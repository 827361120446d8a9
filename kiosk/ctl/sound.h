/* Records and plays sound by arecord and aplay of alsa-utils, run as children. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Records at most `max` samples, mono, of TAKE_RATE; ends early once `stop` (a file descriptor, -1
 * for none) can be read. `device` is ALSA's name of one, NULL for the default. False if the sound
 * cannot be had; `why` says it in arecord's own words. */
bool sound_record(const char *device, int stop, int16_t *samples, size_t max, size_t *count,
                  char *why, size_t size);

/* Plays them to the end. */
bool sound_play(const char *device, const int16_t *samples, size_t count, char *why, size_t size);
