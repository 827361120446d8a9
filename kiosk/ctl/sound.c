#include "kiosk/ctl/sound.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/ctl/take.h"
#include "shared/clock.h"

#define TAIL_MS 200 /* more than a period of a sound card */
#define END_MS 500
#define SLACK_MS 2000 /* a sound card may take its time to start */

extern char **environ;

/* Starts a program with these as its first three descriptors; 0 or an error number. */
static int start(pid_t *pid, const char *program, const char *device, int in, int out, int err)
{
    const char *words[] = {
        program, "-q", "-t", "raw", "-f", "S16_LE", "-r", "48000", "-c", "1", device ? "-D" : NULL,
        device,  NULL};
    char *argv[sizeof words / sizeof words[0]];
    memcpy(argv, words, sizeof words);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (in < 0)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    else
        posix_spawn_file_actions_adddup2(&actions, in, 0);
    if (out < 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    else
        posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    int error = posix_spawnp(pid, program, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static int wait_end(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

static void explain_start(const char *program, int error, char *why, size_t size)
{
    snprintf(why, size, "cannot start %s: %s (it is in the package alsa-utils)", program,
             strerror(error));
}

/* What the child wrote to stderr, on one line. */
static void explain_end(const char *program, int words, char *why, size_t size)
{
    char text[512];
    ssize_t got = pread(words, text, sizeof text - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    for (char *at = text; *at; at++)
        if (*at == '\n')
            *at = at[1] ? ';' : '\0';
    snprintf(why, size, "%s of alsa-utils failed: %s", program, text[0] ? text : "it says nothing");
}

enum ending { ENDING_FULL, ENDING_STOPPED, ENDING_ITSELF, ENDING_STUCK };

/* Reads until `max`, the child's end, or a moment after `stop` can be read: the last words are
 * still on their way then. */
static enum ending read_samples(int from, int stop, int16_t *samples, size_t max, size_t *count)
{
    int64_t deadline = clock_now().boot_ms + (int64_t)(max * 1000 / TAKE_RATE) + SLACK_MS;
    size_t used = 0, all = max * sizeof *samples;
    enum ending at_time = ENDING_STUCK, ending = ENDING_FULL;
    while (used < all) {
        struct pollfd fds[] = {{.fd = from, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
        int64_t left = deadline - clock_now().boot_ms;
        int ready = left > 0 ? poll(fds, 2, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0) {
            ending = at_time;
            break;
        }
        if (fds[1].revents) {
            at_time = ENDING_STOPPED;
            deadline = clock_now().boot_ms + TAIL_MS;
            stop = -1;
        }
        if (!fds[0].revents)
            continue;
        ssize_t got = read(from, (char *)samples + used, all - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            ending = ENDING_ITSELF;
            break;
        }
        used += (size_t)got;
    }
    *count = used / sizeof *samples;
    return ending;
}

/* Asks it to end, so that it lets go of the sound card properly, but not for long. */
static void end_child(pid_t pid, int from)
{
    char waste[4096];
    struct pollfd fd = {.fd = from, .events = POLLIN};
    int64_t deadline = clock_now().boot_ms + END_MS, left;
    kill(pid, SIGTERM);
    while ((left = deadline - clock_now().boot_ms) > 0 && poll(&fd, 1, (int)left) > 0)
        if (read(from, waste, sizeof waste) <= 0)
            break;
    kill(pid, SIGKILL);
}

bool sound_record(const char *device, int stop, int16_t *samples, size_t max, size_t *count,
                  char *why, size_t size)
{
    int ends[2] = {-1, -1}, words = memfd_create("arecord", MFD_CLOEXEC);
    bool good = false;
    pid_t pid;
    if (words < 0 || pipe2(ends, O_CLOEXEC) < 0) {
        snprintf(why, size, "cannot start arecord: %s", strerror(errno));
        goto out;
    }
    int error = start(&pid, "arecord", device, -1, ends[1], words);
    if (error) {
        explain_start("arecord", error, why, size);
        goto out;
    }
    close(ends[1]);
    ends[1] = -1;
    enum ending ending = read_samples(ends[0], stop, samples, max, count);
    if (ending != ENDING_ITSELF)
        end_child(pid, ends[0]);
    int status = wait_end(pid);
    good = ending != ENDING_ITSELF || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
    if (!good)
        explain_end("arecord", words, why, size);
out:
    if (ends[0] >= 0)
        close(ends[0]);
    if (ends[1] >= 0)
        close(ends[1]);
    if (words >= 0)
        close(words);
    return good;
}

bool sound_play(const char *device, const int16_t *samples, size_t count, char *why, size_t size)
{
    int words = memfd_create("aplay", MFD_CLOEXEC), sound = memfd_create("sound", MFD_CLOEXEC);
    size_t bytes = count * sizeof *samples;
    bool good = false;
    pid_t pid;
    if (words < 0 || sound < 0 || pwrite(sound, samples, bytes, 0) != (ssize_t)bytes) {
        snprintf(why, size, "cannot start aplay: %s", strerror(errno));
        goto out;
    }
    int error = start(&pid, "aplay", device, sound, -1, words);
    if (error) {
        explain_start("aplay", error, why, size);
        goto out;
    }
    int status = wait_end(pid);
    good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!good)
        explain_end("aplay", words, why, size);
out:
    if (words >= 0)
        close(words);
    if (sound >= 0)
        close(sound);
    return good;
}
