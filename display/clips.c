#include "display/clips.h"

#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "display/chime.h"

#define SILENT_BELOW 300 /* of 32767 */
#define CLIPPED_RUN 12   /* samples in a row at full scale */

void samples_finish(struct samples *samples)
{
    free(samples->data);
    *samples = (struct samples){0};
}

static int16_t *grow(struct samples *samples, size_t count)
{
    int16_t *data = realloc(samples->data, (samples->count + count + 1) * sizeof *data);
    if (!data)
        return NULL;
    samples->data = data;
    samples->count += count;
    return data + samples->count - count;
}

bool samples_append(struct samples *samples, const int16_t *data, size_t count)
{
    int16_t *end = grow(samples, count);
    if (end && count > 0)
        memcpy(end, data, count * sizeof *data);
    return end;
}

bool samples_append_silence(struct samples *samples, int milliseconds)
{
    size_t count = (size_t)milliseconds * SOUND_RATE / 1000;
    int16_t *end = grow(samples, count);
    if (end)
        memset(end, 0, count * sizeof *end);
    return end;
}

static const char *check_file(const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return "cannot be read";
    if (!S_ISREG(status.st_mode))
        return "is no regular file";
    return status.st_size > CLIP_FILE_MAX ? "is larger than 4 MiB" : NULL;
}

/* SDL plays what is left of a file that was cut short; half a word must not be. */
static const char *check_whole(const char *path)
{
    uint8_t head[8];
    struct stat status;
    FILE *file = fopen(path, "re");
    if (!file)
        return "cannot be read";
    bool read = fread(head, sizeof head, 1, file) == 1 && fstat(fileno(file), &status) == 0;
    fclose(file);
    if (!read)
        return "is damaged, or no WAV";
    int64_t claimed = head[4] | head[5] << 8 | head[6] << 16 | (int64_t)head[7] << 24;
    return claimed + 8 > status.st_size ? "is cut short" : NULL;
}

static const char *check_length(const SDL_AudioSpec *spec, Uint32 bytes)
{
    Uint32 frame = (Uint32)SDL_AUDIO_BITSIZE(spec->format) / 8 * spec->channels;
    if (spec->freq < 8000 || spec->freq > 192000 || spec->channels > 2 || frame == 0)
        return "is not mono or stereo at 8 to 192 kHz";
    if (bytes / frame == 0)
        return "holds no sound";
    return bytes / frame / (Uint32)spec->freq >= CLIP_SECONDS_MAX ? "is longer than 10 s" : NULL;
}

/* Not by SDL_AudioStream, which drops the last 20 ms of what it resamples. */
static const char *convert(const SDL_AudioSpec *spec, const Uint8 *bytes, Uint32 length,
                           struct samples *samples)
{
    SDL_AudioCVT cvt;
    if (SDL_BuildAudioCVT(&cvt, spec->format, spec->channels, spec->freq, AUDIO_S16SYS, 1,
                          SOUND_RATE) < 0)
        return "cannot be converted";
    const char *fault = NULL;
    cvt.len = (int)length;
    cvt.buf = SDL_malloc((size_t)length * (size_t)cvt.len_mult);
    if (!cvt.buf)
        return "does not fit into memory";
    memcpy(cvt.buf, bytes, length);
    cvt.len_cvt = cvt.len;
    if (cvt.needed && SDL_ConvertAudio(&cvt) < 0)
        fault = "cannot be converted";
    else if (!samples_append(samples, (const int16_t *)(const void *)cvt.buf,
                             (size_t)cvt.len_cvt / sizeof(int16_t)))
        fault = "does not fit into memory";
    SDL_free(cvt.buf);
    return fault;
}

const char *clips_load(const char *path, struct samples *samples)
{
    *samples = (struct samples){0};
    SDL_AudioSpec spec;
    Uint8 *bytes = NULL;
    Uint32 length = 0;
    const char *fault = check_file(path);
    if (!fault)
        fault = check_whole(path);
    if (fault)
        return fault;
    if (!SDL_LoadWAV(path, &spec, &bytes, &length))
        return "is damaged, or no WAV";
    fault = check_length(&spec, length);
    if (!fault)
        fault = convert(&spec, bytes, length, samples);
    SDL_FreeWAV(bytes);
    if (fault)
        samples_finish(samples);
    return fault;
}

const char *clips_judge(const struct samples *samples)
{
    int peak = 0, run = 0, longest_run = 0;
    if (samples->count < SOUND_RATE / 10)
        return "is shorter than 0.1 s";
    for (size_t i = 0; i < samples->count; i++) {
        int level = abs(samples->data[i]);
        peak = level > peak ? level : peak;
        run = level >= 32766 ? run + 1 : 0;
        longest_run = run > longest_run ? run : longest_run;
    }
    if (peak < SILENT_BELOW)
        return "is silent";
    return longest_run >= CLIPPED_RUN ? "is clipped: recorded too loud" : NULL;
}
