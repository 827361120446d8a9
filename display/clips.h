/* Recorded clips as samples: SOUND_RATE, mono. Bounded in size and length, whatever the file says.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLIP_FILE_MAX (4 * 1024 * 1024) /* bytes */
#define CLIP_SECONDS_MAX 10

struct samples {
    int16_t *data;
    size_t count;
};

/* Reads a WAV file. NULL, or what is wrong with it, which lives for ever; `samples` is then empty.
 * To be freed with samples_finish. */
const char *clips_load(const char *path, struct samples *samples);
void samples_finish(struct samples *samples);

/* Appends; false without memory. */
bool samples_append(struct samples *samples, const int16_t *data, size_t count);
bool samples_append_silence(struct samples *samples, int milliseconds);

/* What makes a recording unfit to be played to the room, or NULL. */
const char *clips_judge(const struct samples *samples);
