#include "display/speaker.h"

#include <SDL.h>
#include <string.h>
#include <time.h>

#include "display/chime.h"

#define PATIENCE_S 8 /* beyond the length of the sound */

struct playing {
    const struct samples *samples;
    size_t position;
    sem_t *over;
};

/* Says that it is over with the buffer behind the last one: then the device has taken them all. */
static void fill(void *user, Uint8 *out, int bytes)
{
    struct playing *playing = user;
    size_t wanted = (size_t)bytes / sizeof(int16_t);
    size_t left = playing->samples->count - playing->position;
    size_t count = left < wanted ? left : wanted;
    if (left == 0)
        sem_post(playing->over);
    memset(out, 0, (size_t)bytes);
    if (count > 0)
        memcpy(out, playing->samples->data + playing->position, count * sizeof(int16_t));
    playing->position += count;
}

/* A subsystem would be shared with the window's; this is the thread's alone. The ALSA backend looks
 * for new devices all the time while it is initialised, so it is not kept. */
const char *speaker_play(const struct samples *samples, sem_t *stop)
{
    struct playing playing = {.samples = samples, .over = stop};
    SDL_AudioSpec wanted = {.freq = SOUND_RATE,
                            .format = AUDIO_S16SYS,
                            .channels = 1,
                            .samples = 2048,
                            .callback = fill,
                            .userdata = &playing};
    const char *fault = NULL;
    if (SDL_AudioInit(NULL) < 0)
        return SDL_GetError();
    SDL_AudioDeviceID device = SDL_OpenAudioDevice(NULL, 0, &wanted, NULL, 0);
    if (!device) {
        fault = SDL_GetError();
    } else {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += (time_t)(samples->count / SOUND_RATE) + PATIENCE_S;
        SDL_PauseAudioDevice(device, 0);
        if (sem_clockwait(stop, CLOCK_MONOTONIC, &until) < 0)
            fault = "the sound device takes no sound";
        SDL_CloseAudioDevice(device);
    }
    SDL_AudioQuit();
    return fault;
}
