#include "display/voice.h"

#include <SDL.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "display/announcement.h"
#include "display/chime.h"
#include "display/speaker.h"
#include "shared/log.h"

#define SECOND_US UINT64_C(1000000)
#define HANG_S 10
#define DESTROY_S 2

enum phase { PHASE_IDLE, PHASE_PREPARING, PHASE_PLAYING, PHASE_OVER };

struct voice {
    const struct office *office;
    sd_event *event;
    sd_event_source *wake, *timer;
    voice_done *done;
    void *user;
    int wake_fd;
    bool waited_for; /* done() is still due */
    int64_t id;

    pthread_t thread;
    sem_t stop;           /* of the speaker */
    pthread_mutex_t lock; /* for what follows */
    pthread_cond_t changed;
    enum phase phase;
    bool quit;
    char ticket[32];
    int counter;
    uint64_t seconds; /* of the announcement */
    enum voice_result result;

    char logged[LANGUAGE_COUNT + 1][256]; /* the thread's; the last is the device's */
};

static void enter(struct voice *voice, enum phase phase)
{
    pthread_mutex_lock(&voice->lock);
    voice->phase = phase;
    pthread_mutex_unlock(&voice->lock);
    if (eventfd_write(voice->wake_fd, 1) < 0)
        log_warning("the voice cannot report: %s", strerror(errno));
}

/* A cause is told once, and again after it was gone. */
static void tell(struct voice *voice, int slot, const char *cause)
{
    char text[256];
    snprintf(text, sizeof text, "%s", cause);
    if (text[0] && strcmp(text, voice->logged[slot]) != 0)
        log_warning("%s: %s", slot == LANGUAGE_COUNT ? "no sound" : "a call was not spoken", text);
    memcpy(voice->logged[slot], text, sizeof text);
}

static enum voice_result play(struct voice *voice, const struct announcement *announcement)
{
    for (int i = 0; i < voice->office->voice.languages.count; i++) {
        enum language language = voice->office->voice.languages.list[i];
        tell(voice, (int)language, announcement->fault[language]);
    }
    if (announcement->samples.count == 0)
        return VOICE_SILENT;
    pthread_mutex_lock(&voice->lock);
    voice->seconds = announcement->samples.count / SOUND_RATE + 1;
    pthread_mutex_unlock(&voice->lock);
    enter(voice, PHASE_PLAYING);
    const char *fault = speaker_play(&announcement->samples, &voice->stop);
    tell(voice, LANGUAGE_COUNT, fault ? fault : "");
    if (fault)
        return VOICE_SILENT;
    return announcement->whole ? VOICE_SPOKEN : VOICE_CHIMED;
}

static void work(struct voice *voice)
{
    struct announcement announcement;
    announcement_make(&announcement, voice->office, voice->ticket, voice->counter);
    enum voice_result result = play(voice, &announcement);
    announcement_finish(&announcement);
    pthread_mutex_lock(&voice->lock);
    voice->result = result;
    pthread_mutex_unlock(&voice->lock);
    enter(voice, PHASE_OVER);
}

static void *run(void *user)
{
    struct voice *voice = user;
    for (;;) {
        /* Left over from the last job; before `quit` is looked at, whose post must not be lost. */
        while (sem_trywait(&voice->stop) == 0)
            ;
        pthread_mutex_lock(&voice->lock);
        while (!voice->quit && voice->phase != PHASE_PREPARING)
            pthread_cond_wait(&voice->changed, &voice->lock);
        bool quit = voice->quit;
        pthread_mutex_unlock(&voice->lock);
        if (quit)
            break;
        work(voice);
    }
    SDL_TLSCleanup(); /* SDL frees its text of the last error only in threads of its own */
    return NULL;
}

static void finish_job(struct voice *voice, enum voice_result result)
{
    sd_event_source_set_enabled(voice->timer, SD_EVENT_OFF);
    if (!voice->waited_for)
        return;
    voice->waited_for = false;
    voice->done(voice->user, voice->id, result);
}

static void arm(struct voice *voice, uint64_t seconds)
{
    uint64_t now;
    if (sd_event_now(voice->event, CLOCK_MONOTONIC, &now) < 0)
        return;
    sd_event_source_set_time(voice->timer, now + seconds * SECOND_US);
    sd_event_source_set_enabled(voice->timer, SD_EVENT_ONESHOT);
}

static int on_wake(sd_event_source *source, int fd, uint32_t events, void *user)
{
    (void)source, (void)events;
    struct voice *voice = user;
    eventfd_t count;
    eventfd_read(fd, &count);
    pthread_mutex_lock(&voice->lock);
    enum phase phase = voice->phase;
    enum voice_result result = voice->result;
    uint64_t seconds = voice->seconds;
    if (phase == PHASE_OVER)
        voice->phase = PHASE_IDLE;
    pthread_mutex_unlock(&voice->lock);
    if (phase == PHASE_OVER)
        finish_job(voice, result);
    else if (phase == PHASE_PLAYING && voice->waited_for)
        arm(voice, seconds + HANG_S);
    return 0;
}

static int on_hang(sd_event_source *source, uint64_t usec, void *user)
{
    (void)source, (void)usec;
    log_warning("the sound device hangs; calls stay silent until it returns");
    finish_job(user, VOICE_SILENT);
    return 0;
}

static int start_thread(struct voice *voice)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = -pthread_create(&voice->thread, NULL, run, voice);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

static void release(struct voice *voice)
{
    sd_event_source_disable_unref(voice->timer);
    sd_event_source_disable_unref(voice->wake);
    voice->timer = voice->wake = NULL;
}

static void free_voice(struct voice *voice)
{
    if (voice->wake_fd >= 0)
        close(voice->wake_fd);
    sem_destroy(&voice->stop);
    pthread_cond_destroy(&voice->changed);
    pthread_mutex_destroy(&voice->lock);
    free(voice);
}

int voice_create(struct voice **out, const struct office *office, sd_event *event, voice_done *done,
                 void *user)
{
    struct voice *voice = calloc(1, sizeof *voice);
    if (!voice)
        return -ENOMEM;
    *voice = (struct voice){.office = office, .event = event, .done = done, .user = user};
    pthread_mutex_init(&voice->lock, NULL);
    pthread_cond_init(&voice->changed, NULL);
    sem_init(&voice->stop, 0, 0);
    voice->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int result = voice->wake_fd < 0 ? -errno : 0;
    if (result >= 0)
        result = sd_event_add_io(event, &voice->wake, voice->wake_fd, EPOLLIN, on_wake, voice);
    if (result >= 0)
        result = sd_event_add_time(event, &voice->timer, CLOCK_MONOTONIC, UINT64_MAX, SECOND_US,
                                   on_hang, voice);
    if (result >= 0)
        result = start_thread(voice);
    if (result < 0) {
        release(voice);
        free_voice(voice);
        return result;
    }
    *out = voice;
    return 0;
}

/* What a thread that hangs still uses stays; the process is about to end. */
void voice_destroy(struct voice *voice)
{
    if (!voice)
        return;
    release(voice);
    pthread_mutex_lock(&voice->lock);
    voice->quit = true;
    pthread_cond_signal(&voice->changed);
    pthread_mutex_unlock(&voice->lock);
    sem_post(&voice->stop);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += DESTROY_S;
    if (pthread_timedjoin_np(voice->thread, NULL, &until) == 0)
        free_voice(voice);
}

static bool stays_silent(const struct office *office)
{
    if (!office->voice.chime && !office->voice.clips[0])
        return true;
    return office->voice.has_quiet &&
           hours_open(&office->voice.quiet, clock_local(clock_now().wall_ms));
}

int voice_say(struct voice *voice, int64_t id, const char *ticket, int counter)
{
    if (strlen(ticket) >= sizeof voice->ticket)
        return -EINVAL;
    pthread_mutex_lock(&voice->lock);
    bool busy = voice->phase != PHASE_IDLE || voice->waited_for;
    bool silent = stays_silent(voice->office);
    if (!busy) {
        memcpy(voice->ticket, ticket, strlen(ticket) + 1);
        voice->counter = counter;
        voice->id = id;
        voice->waited_for = true;
        voice->result = VOICE_SILENT;
        voice->phase = silent ? PHASE_OVER : PHASE_PREPARING;
        pthread_cond_signal(&voice->changed);
    }
    pthread_mutex_unlock(&voice->lock);
    if (busy)
        return -EBUSY;
    if (silent)
        enter(voice, PHASE_OVER);
    else
        arm(voice, HANG_S);
    return 0;
}
