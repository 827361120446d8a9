/* Plays samples through SDL's sound device, which is open only meanwhile. Blocks: for a thread. */
#pragma once

#include <semaphore.h>

#include "display/clips.h"

/* Posting `stop` ends it early. NULL once everything was played, else what went wrong; the text
 * lives until the next call of SDL in this thread. */
const char *speaker_play(const struct samples *samples, sem_t *stop);
