/* libgpiod 2: a request for each line, so that one that is busy does not take the others with it,
 * and their descriptors in one epoll. */
#include <errno.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "kiosk/buttons/lines.h"

#define CONSUMER "khiosk"

struct held_line {
    struct gpiod_line_request *request; /* NULL where not held */
    unsigned offset;
};

struct lines {
    const struct office *office;
    char path[PATH_SIZE];
    int epoll;
    struct gpiod_chip *chip;
    struct gpiod_edge_event_buffer *event;
    struct held_line buttons[BUTTONS_MAX];
    struct held_line lamps[BUTTONS_MAX];
};

static void gpiod2_close(struct lines *lines)
{
    if (!lines)
        return;
    for (int i = 0; i < BUTTONS_MAX; i++) {
        if (lines->buttons[i].request)
            gpiod_line_request_release(lines->buttons[i].request);
        if (lines->lamps[i].request)
            gpiod_line_request_release(lines->lamps[i].request);
    }
    if (lines->event)
        gpiod_edge_event_buffer_free(lines->event);
    if (lines->chip)
        gpiod_chip_close(lines->chip);
    if (lines->epoll >= 0)
        close(lines->epoll);
    free(lines);
}

static int gpiod2_open(struct lines **result, const struct office *office, char why[LINES_WHY_SIZE])
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
        lines->event = gpiod_edge_event_buffer_new(1);
    if (lines->event)
        lines->chip = gpiod_chip_open(path);
    if (!lines->chip) {
        error = -errno;
        snprintf(why, LINES_WHY_SIZE, "chip %s: %s", path, strerror(-error));
        gpiod2_close(lines);
        return error;
    }
    *result = lines;
    return 0;
}

static size_t line_count(struct lines *lines)
{
    struct gpiod_chip_info *info = gpiod_chip_get_info(lines->chip);
    size_t count = info ? gpiod_chip_info_get_num_lines(info) : 0;
    if (info)
        gpiod_chip_info_free(info);
    return count;
}

static int find_line(struct lines *lines, const char *text, unsigned *offset,
                     char why[LINES_WHY_SIZE])
{
    size_t count = line_count(lines);
    int number = lines_offset(text);
    if (number >= 0 && count > 0 && (size_t)number >= count) {
        snprintf(why, LINES_WHY_SIZE, "no line %s on chip %s: it has %zu, from 0", text,
                 lines->path, count);
        return -ENOENT;
    }
    if (number < 0)
        number = gpiod_chip_get_line_offset_from_name(lines->chip, text);
    if (number >= 0) {
        *offset = (unsigned)number;
        return 0;
    }
    int error = -errno;
    if (error == -ENOENT)
        snprintf(why, LINES_WHY_SIZE, "no line named %s on chip %s", text, lines->path);
    else
        snprintf(why, LINES_WHY_SIZE, "line %s of %s: %s", text, lines->path, strerror(-error));
    return error;
}

/* Says why a request failed; `error` is its errno. */
static int request_failed(struct lines *lines, const char *text, unsigned offset, int error,
                          char why[LINES_WHY_SIZE])
{
    if (error == EBUSY) {
        struct gpiod_line_info *info = gpiod_chip_get_line_info(lines->chip, offset);
        const char *user = info ? gpiod_line_info_get_consumer(info) : NULL;
        snprintf(why, LINES_WHY_SIZE, "line %s of %s is in use by %s (busy)", text, lines->path,
                 user ? user : "the kernel");
        if (info)
            gpiod_line_info_free(info);
    } else {
        snprintf(why, LINES_WHY_SIZE, "line %s of %s: %s", text, lines->path, strerror(error));
    }
    return -error;
}

/* Requests one line with these settings, which it frees; -errno. */
static int request_line(struct lines *lines, const char *text, struct gpiod_line_settings *settings,
                        struct held_line *held, char why[LINES_WHY_SIZE])
{
    struct gpiod_line_config *line_config = gpiod_line_config_new();
    struct gpiod_request_config *config = gpiod_request_config_new();
    int result = find_line(lines, text, &held->offset, why);
    if (result < 0)
        goto out;
    if (settings && line_config && config) {
        gpiod_request_config_set_consumer(config, CONSUMER);
        if (gpiod_line_config_add_line_settings(line_config, &held->offset, 1, settings) == 0)
            held->request = gpiod_chip_request_lines(lines->chip, config, line_config);
    }
    if (!held->request)
        result = request_failed(lines, text, held->offset, errno, why);
out:
    gpiod_request_config_free(config);
    gpiod_line_config_free(line_config);
    gpiod_line_settings_free(settings);
    return result;
}

static struct gpiod_line_settings *button_settings(const struct office *office)
{
    static const enum gpiod_line_bias biases[] = {
        [BIAS_PULL_UP] = GPIOD_LINE_BIAS_PULL_UP,
        [BIAS_PULL_DOWN] = GPIOD_LINE_BIAS_PULL_DOWN,
        [BIAS_DISABLED] = GPIOD_LINE_BIAS_DISABLED,
        [BIAS_AS_IS] = GPIOD_LINE_BIAS_AS_IS,
    };
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (settings) {
        gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
        gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
        gpiod_line_settings_set_bias(settings, biases[office->gpio.bias]);
        gpiod_line_settings_set_active_low(settings, office->gpio.active_low);
    }
    return settings;
}

static int gpiod2_request_button(struct lines *lines, int button, char why[LINES_WHY_SIZE])
{
    const char *text = lines->office->buttons[button].line;
    struct held_line *held = &lines->buttons[button];
    int result = request_line(lines, text, button_settings(lines->office), held, why);
    if (result < 0)
        return result;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)button};
    int fd = gpiod_line_request_get_fd(held->request);
    if (epoll_ctl(lines->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        result = request_failed(lines, text, held->offset, errno, why);
        gpiod_line_request_release(held->request);
        held->request = NULL;
    }
    return result;
}

static int gpiod2_request_lamp(struct lines *lines, int button, bool on, char why[LINES_WHY_SIZE])
{
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (settings) {
        gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
        gpiod_line_settings_set_output_value(settings, on ? GPIOD_LINE_VALUE_ACTIVE
                                                          : GPIOD_LINE_VALUE_INACTIVE);
    }
    return request_line(lines, lines->office->buttons[button].lamp, settings, &lines->lamps[button],
                        why);
}

static int gpiod2_fd(const struct lines *lines)
{
    return lines->epoll;
}

static const char *gpiod2_device(const struct lines *lines)
{
    return lines->path;
}

static int gpiod2_read(struct lines *lines, struct line_edge *edge)
{
    struct epoll_event ready;
    int count = epoll_wait(lines->epoll, &ready, 1, 0);
    if (count <= 0)
        return count == 0 || errno == EINTR ? 0 : -errno;
    if (!(ready.events & EPOLLIN))
        return -ENODEV;
    struct held_line *held = &lines->buttons[ready.data.u32];
    count = gpiod_line_request_read_edge_events(held->request, lines->event, 1);
    if (count != 1)
        return count < 0 ? -errno : -EIO;
    struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(lines->event, 0);
    *edge = (struct line_edge){
        .button = (int)ready.data.u32,
        .active = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
        .at_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event),
    };
    return 1;
}

static int gpiod2_level(struct lines *lines, int button)
{
    const struct held_line *held = &lines->buttons[button];
    enum gpiod_line_value value = gpiod_line_request_get_value(held->request, held->offset);
    return value == GPIOD_LINE_VALUE_ERROR ? -errno : value == GPIOD_LINE_VALUE_ACTIVE;
}

static int gpiod2_set_lamp(struct lines *lines, int button, bool on)
{
    const struct held_line *held = &lines->lamps[button];
    enum gpiod_line_value value = on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
    return gpiod_line_request_set_value(held->request, held->offset, value) < 0 ? -errno : 0;
}

const struct lines_driver lines_gpiod = {
    .open = gpiod2_open,
    .close = gpiod2_close,
    .request_button = gpiod2_request_button,
    .request_lamp = gpiod2_request_lamp,
    .fd = gpiod2_fd,
    .device = gpiod2_device,
    .read = gpiod2_read,
    .level = gpiod2_level,
    .set_lamp = gpiod2_set_lamp,
    .bounces = true,
};
