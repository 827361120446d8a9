/* Keys 1 to 9 of standard input, a terminal or a pipe: each is a press and its release. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/buttons/lines.h"

#define OTHER_KEYS_AT_ONCE 64 /* a stream of them must not keep the loop for itself */

struct lines {
    const struct office *office;
    int fd; /* -1 where no key can come */
    bool is_terminal;
    struct termios before;
    int held; /* the button whose release is still to be told, or -1 */
    int64_t held_since;
};

/* Whether the terminal's keys are ours. One that does not control us has no such notion. */
static bool in_foreground(void)
{
    pid_t group = tcgetpgrp(STDIN_FILENO);
    return group < 0 || group == getpgrp();
}

static void keys_close(struct lines *lines)
{
    if (!lines)
        return;
    /* In the background the terminal is another program's, and so are its settings. */
    if (lines->is_terminal && in_foreground())
        tcsetattr(STDIN_FILENO, TCSANOW, &lines->before);
    free(lines);
}

/* Keys come at once and unseen; Ctrl-C and Ctrl-Z still work. */
static int set_terminal(struct lines *lines, char why[LINES_WHY_SIZE])
{
    /* A background program that touches its terminal is stopped, unless it ignores these. */
    signal(SIGTTIN, SIG_IGN);
    signal(SIGTTOU, SIG_IGN);
    if (!in_foreground()) {
        snprintf(why, LINES_WHY_SIZE, "keys: not in the foreground of this terminal");
        return -EIO;
    }
    struct termios settings;
    if (tcgetattr(STDIN_FILENO, &settings) == 0) {
        lines->before = settings;
        settings.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        settings.c_cc[VMIN] = 1;
        settings.c_cc[VTIME] = 0;
        if (tcsetattr(STDIN_FILENO, TCSANOW, &settings) == 0) {
            lines->is_terminal = true;
            return 0;
        }
    }
    int error = errno;
    snprintf(why, LINES_WHY_SIZE, "keys: the terminal cannot be set: %s", strerror(error));
    return -error;
}

static int keys_open(struct lines **result, const struct office *office, char why[LINES_WHY_SIZE])
{
    struct lines *lines = calloc(1, sizeof *lines);
    if (!lines)
        return -ENOMEM;
    lines->office = office;
    lines->held = -1;
    lines->fd = -1;
    struct stat stdin_stat;
    int error = 0;
    if (isatty(STDIN_FILENO)) {
        error = set_terminal(lines, why);
        lines->fd = STDIN_FILENO;
    } else if (fstat(STDIN_FILENO, &stdin_stat) == 0 &&
               (S_ISFIFO(stdin_stat.st_mode) || S_ISSOCK(stdin_stat.st_mode))) {
        lines->fd = STDIN_FILENO;
    }
    if (error < 0) {
        keys_close(lines);
        return error;
    }
    *result = lines;
    return 0;
}

static int keys_request_button(struct lines *lines, int button, char why[LINES_WHY_SIZE])
{
    (void)lines, (void)button;
    why[0] = '\0';
    return 0;
}

static int keys_request_lamp(struct lines *lines, int button, bool on, char why[LINES_WHY_SIZE])
{
    (void)on;
    return keys_request_button(lines, button, why);
}

static int keys_fd(const struct lines *lines)
{
    return lines->fd;
}

static const char *keys_device(const struct lines *lines)
{
    (void)lines;
    return NULL;
}

static int button_of(const struct office *office, char key)
{
    for (int i = 0; i < office->button_count; i++)
        if (office->buttons[i].line[0] == key && office->buttons[i].line[1] == '\0')
            return i;
    return -1;
}

/* The next key: 1, 0 for none now or ever, -errno. One at a time, so that none waits in here where
 * the loop does not see it. */
static int read_key(struct lines *lines, char *key)
{
    struct pollfd ready = {.fd = lines->fd, .events = POLLIN};
    if (lines->fd < 0 || poll(&ready, 1, 0) != 1)
        return 0;
    ssize_t count = read(lines->fd, key, 1);
    if (count == 0)
        lines->fd = -1;
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    return (int)count;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int keys_read(struct lines *lines, struct line_edge *edge)
{
    if (lines->held >= 0) {
        *edge = (struct line_edge){.button = lines->held, .at_ns = lines->held_since};
        lines->held = -1;
        return 1;
    }
    for (int i = 0; i < OTHER_KEYS_AT_ONCE; i++) {
        char key;
        int result = read_key(lines, &key);
        if (result <= 0)
            return result;
        int button = button_of(lines->office, key);
        if (button < 0)
            continue;
        lines->held = button;
        lines->held_since = now_ns();
        *edge = (struct line_edge){.button = button, .active = true, .at_ns = lines->held_since};
        return 1;
    }
    return 0;
}

static int keys_level(struct lines *lines, int button)
{
    return lines->held == button;
}

static int keys_set_lamp(struct lines *lines, int button, bool on)
{
    (void)lines, (void)button, (void)on;
    return 0;
}

const struct lines_driver lines_keys = {
    .open = keys_open,
    .close = keys_close,
    .request_button = keys_request_button,
    .request_lamp = keys_request_lamp,
    .fd = keys_fd,
    .device = keys_device,
    .read = keys_read,
    .level = keys_level,
    .set_lamp = keys_set_lamp,
};
