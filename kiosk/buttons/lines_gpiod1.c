/* libgpiod 1.6: each button's line has a descriptor of its own, all of them in one epoll. */
#include <errno.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "kiosk/buttons/lines.h"

#define CONSUMER "khiosk"

struct lines {
    const struct office *office;
    char path[PATH_SIZE];
    int epoll;
    struct gpiod_chip *chip;
    struct gpiod_line *buttons[BUTTONS_MAX]; /* owned by the chip; NULL where not held */
    struct gpiod_line *lamps[BUTTONS_MAX];
};

static void gpiod1_close(struct lines *lines)
{
    if (!lines)
        return;
    if (lines->chip)
        gpiod_chip_close(lines->chip); /* releases its lines */
    if (lines->epoll >= 0)
        close(lines->epoll);
    free(lines);
}

static int gpiod1_open(struct lines **result, const struct office *office, char why[LINES_WHY_SIZE])
{
    char path[PATH_SIZE];
    int error = lines_find_chip(office->gpio.chip, path, why);
    if (error < 0)
        return error;
    struct lines *lines = calloc(1, sizeof *lines);
    if (!lines)
        return -ENOMEM;
    lines->office = office;
    memcpy(lines->path, path, sizeof path);
    lines->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (lines->epoll >= 0)
        lines->chip = gpiod_chip_open(path);
    if (!lines->chip) {
        error = -errno;
        snprintf(why, LINES_WHY_SIZE, "chip %s: %s", path, strerror(-error));
        gpiod1_close(lines);
        return error;
    }
    *result = lines;
    return 0;
}

static int find_line(struct lines *lines, const char *text, struct gpiod_line **line,
                     char why[LINES_WHY_SIZE])
{
    const char *chip = gpiod_chip_name(lines->chip);
    unsigned count = gpiod_chip_num_lines(lines->chip);
    int offset = lines_offset(text);
    if (offset >= 0 && (unsigned)offset >= count) {
        snprintf(why, LINES_WHY_SIZE, "no line %s on chip %s: it has %u, from 0", text, chip,
                 count);
        return -ENOENT;
    }
    *line = offset < 0 ? gpiod_chip_find_line(lines->chip, text)
                       : gpiod_chip_get_line(lines->chip, (unsigned)offset);
    if (*line)
        return 0;
    int error = -errno;
    if (offset < 0 && error == -ENOENT)
        snprintf(why, LINES_WHY_SIZE, "no line named %s on chip %s", text, chip);
    else
        snprintf(why, LINES_WHY_SIZE, "line %s of %s: %s", text, chip, strerror(-error));
    return error;
}

/* Says why a request failed; `error` is its errno. */
static int request_failed(struct lines *lines, const char *text, struct gpiod_line *line, int error,
                          char why[LINES_WHY_SIZE])
{
    const char *chip = gpiod_chip_name(lines->chip);
    const char *user =
        error == EBUSY && gpiod_line_update(line) == 0 ? gpiod_line_consumer(line) : NULL;
    if (error == EBUSY)
        snprintf(why, LINES_WHY_SIZE, "line %s of %s is in use by %s (busy)", text, chip,
                 user ? user : "the kernel");
    else
        snprintf(why, LINES_WHY_SIZE, "line %s of %s: %s", text, chip, strerror(error));
    return -error;
}

static int input_flags(const struct office *office)
{
    static const int biases[] = {
        [BIAS_PULL_UP] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
        [BIAS_PULL_DOWN] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN,
        [BIAS_DISABLED] = GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE,
        [BIAS_AS_IS] = 0,
    };
    return biases[office->gpio.bias] |
           (office->gpio.active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0);
}

static int gpiod1_request_button(struct lines *lines, int button, char why[LINES_WHY_SIZE])
{
    const char *text = lines->office->buttons[button].line;
    struct gpiod_line *line;
    int result = find_line(lines, text, &line, why);
    if (result < 0)
        return result;
    if (gpiod_line_request_both_edges_events_flags(line, CONSUMER, input_flags(lines->office)) < 0)
        return request_failed(lines, text, line, errno, why);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)button};
    if (epoll_ctl(lines->epoll, EPOLL_CTL_ADD, gpiod_line_event_get_fd(line), &event) < 0) {
        int error = errno;
        gpiod_line_release(line);
        return request_failed(lines, text, line, error, why);
    }
    lines->buttons[button] = line;
    return 0;
}

static int gpiod1_request_lamp(struct lines *lines, int button, bool on, char why[LINES_WHY_SIZE])
{
    const char *text = lines->office->buttons[button].lamp;
    struct gpiod_line *line;
    int result = find_line(lines, text, &line, why);
    if (result < 0)
        return result;
    if (gpiod_line_request_output(line, CONSUMER, on) < 0)
        return request_failed(lines, text, line, errno, why);
    lines->lamps[button] = line;
    return 0;
}

static int gpiod1_fd(const struct lines *lines)
{
    return lines->epoll;
}

static const char *gpiod1_device(const struct lines *lines)
{
    return lines->path;
}

static int gpiod1_read(struct lines *lines, struct line_edge *edge)
{
    struct epoll_event ready;
    int count = epoll_wait(lines->epoll, &ready, 1, 0);
    if (count <= 0)
        return count == 0 || errno == EINTR ? 0 : -errno;
    struct gpiod_line *line = lines->buttons[ready.data.u32];
    struct gpiod_line_event event;
    if (!(ready.events & EPOLLIN))
        return -ENODEV;
    if (gpiod_line_event_read(line, &event) < 0)
        return -errno;
    *edge = (struct line_edge){
        .button = (int)ready.data.u32,
        .active = event.event_type == GPIOD_LINE_EVENT_RISING_EDGE,
        .at_ns = event.ts.tv_sec * INT64_C(1000000000) + event.ts.tv_nsec,
    };
    return 1;
}

static int gpiod1_level(struct lines *lines, int button)
{
    int value = gpiod_line_get_value(lines->buttons[button]);
    return value < 0 ? -errno : value;
}

static int gpiod1_set_lamp(struct lines *lines, int button, bool on)
{
    return gpiod_line_set_value(lines->lamps[button], on) < 0 ? -errno : 0;
}

const struct lines_driver lines_gpiod = {
    .open = gpiod1_open,
    .close = gpiod1_close,
    .request_button = gpiod1_request_button,
    .request_lamp = gpiod1_request_lamp,
    .fd = gpiod1_fd,
    .device = gpiod1_device,
    .read = gpiod1_read,
    .level = gpiod1_level,
    .set_lamp = gpiod1_set_lamp,
    .bounces = true,
};
