#include "kiosk/buttons/buttons.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/buttons/lines.h"
#include "kiosk/buttons/press.h"
#include "shared/log.h"

#define RETRY_US UINT64_C(5000000)
#define TIMER_ACCURACY_US 1000
#define EDGES_AT_ONCE 256 /* a line that flutters without end must not keep the loop for itself */
#define NS_PER_MS INT64_C(1000000)

struct button {
    struct press press;
    bool has_line, has_lamp; /* requested from the driver */
    bool lit;                /* as wanted */
};

struct buttons {
    sd_event *loop;
    const struct office *office;
    struct buttons_listener listener;
    const struct lines_driver *driver;
    struct lines *lines;
    bool open; /* `lines` is the driver's; whether it needs one is its own affair */
    sd_event_source *readable, *removal; /* while open */
    sd_event_source *deadline, *retry;   /* off while there is nothing to wait for */
    char device[PATH_SIZE];              /* name of the chip's file in its folder */
    char trouble[900];
    struct button list[BUTTONS_MAX];
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void deliver(struct buttons *buttons, int index, struct press_outcome outcome)
{
    const struct button_config *config = &buttons->office->buttons[index];
    const struct buttons_listener *listener = &buttons->listener;
    if (outcome.kind == PRESS_SHORT)
        listener->press(listener->user, config, &config->press);
    else if (outcome.kind == PRESS_LONG)
        listener->press(listener->user, config, &config->long_press);
    else if (outcome.kind == PRESS_DISCARDED)
        listener->discarded(listener->user, config, outcome.count);
}

static void advance(struct buttons *buttons, int index, int64_t now)
{
    struct press *press = &buttons->list[index].press;
    for (;;) {
        struct press_outcome outcome = press_advance(press, now);
        if (outcome.kind == PRESS_NOTHING)
            return;
        deliver(buttons, index, outcome);
    }
}

static void feed(struct buttons *buttons, int index, bool active, int64_t at)
{
    int64_t now = now_ns();
    if (at > now) /* kernels older than 5.7 stamp v1 events with another clock */
        at = now;
    advance(buttons, index, at);
    deliver(buttons, index, press_edge(&buttons->list[index].press, active, at));
}

static void arm_deadline(struct buttons *buttons)
{
    int64_t first = PRESS_NO_DEADLINE;
    for (int i = 0; i < buttons->office->button_count; i++) {
        int64_t deadline = press_deadline(&buttons->list[i].press);
        if (deadline < first)
            first = deadline;
    }
    if (first != PRESS_NO_DEADLINE)
        sd_event_source_set_time(buttons->deadline, (uint64_t)(first + 999) / 1000);
    sd_event_source_set_enabled(buttons->deadline,
                                first == PRESS_NO_DEADLINE ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

static void retry_later(struct buttons *buttons)
{
    sd_event_source_set_time(buttons->retry, (uint64_t)now_ns() / 1000 + RETRY_US);
    sd_event_source_set_enabled(buttons->retry, SD_EVENT_ONESHOT);
}

/* Says what is wrong, once; "" when all is well. */
static void set_trouble(struct buttons *buttons, const char *text)
{
    if (strcmp(buttons->trouble, text) == 0)
        return;
    snprintf(buttons->trouble, sizeof buttons->trouble, "%s", text);
    if (text[0])
        log_error("buttons: %s", buttons->trouble);
    else
        log_info("buttons: all lines of %s work again", buttons->office->gpio.chip);
}

static void close_lines(struct buttons *buttons)
{
    buttons->readable = sd_event_source_disable_unref(buttons->readable);
    buttons->removal = sd_event_source_disable_unref(buttons->removal);
    if (buttons->open)
        buttons->driver->close(buttons->lines);
    buttons->lines = NULL;
    buttons->open = false;
    for (int i = 0; i < buttons->office->button_count; i++) {
        struct button *button = &buttons->list[i];
        button->has_line = button->has_lamp = false;
        press_set_level(&button->press, false);
    }
}

static void lose_lines(struct buttons *buttons, int error)
{
    char text[sizeof buttons->trouble];
    snprintf(text, sizeof text, "chip %s is lost: %s", buttons->office->gpio.chip,
             strerror(-error));
    close_lines(buttons);
    set_trouble(buttons, text);
    retry_later(buttons);
}

/* The kernel's queue of edges is short, and while the disk keeps us waiting it may lose some: the
 * line itself has the last word. */
static void check_level(struct buttons *buttons, int index)
{
    int level = buttons->driver->level(buttons->lines, index);
    if (level < 0)
        lose_lines(buttons, level);
    else if ((bool)level != buttons->list[index].press.level)
        feed(buttons, index, level, now_ns());
}

/* Takes the edges that there are. A listener may lose the lines on the way, by a lamp. */
static void drain(struct buttons *buttons)
{
    bool touched[BUTTONS_MAX] = {false};
    struct line_edge edge;
    int result = 0;
    for (int i = 0; i < EDGES_AT_ONCE && buttons->open; i++) {
        result = buttons->driver->read(buttons->lines, &edge);
        if (result <= 0)
            break;
        touched[edge.button] = true;
        feed(buttons, edge.button, edge.active, edge.at_ns);
    }
    if (buttons->open && result < 0)
        lose_lines(buttons, result);
    for (int i = 0; i < buttons->office->button_count; i++)
        if (touched[i] && buttons->open)
            check_level(buttons, i);
    if (buttons->open && buttons->driver->fd(buttons->lines) < 0)
        buttons->readable = sd_event_source_disable_unref(buttons->readable);
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *user)
{
    (void)source, (void)fd, (void)events;
    struct buttons *buttons = user;
    drain(buttons);
    arm_deadline(buttons);
    return 0;
}

static int on_deadline(sd_event_source *source, uint64_t time, void *user)
{
    (void)source, (void)time;
    struct buttons *buttons = user;
    int64_t now = now_ns();
    if (buttons->open)
        drain(buttons); /* an edge that came before the deadline decides before it */
    for (int i = 0; i < buttons->office->button_count; i++)
        advance(buttons, i, now);
    arm_deadline(buttons);
    return 0;
}

/* The kernel does not wake the reader of a chip that goes away, but its file goes with it. */
static int on_removal(sd_event_source *source, const struct inotify_event *event, void *user)
{
    (void)source;
    struct buttons *buttons = user;
    if (buttons->open && event->len > 0 && strcmp(event->name, buttons->device) == 0)
        lose_lines(buttons, -ENODEV);
    return 0;
}

static int watch_device(struct buttons *buttons, const char *device)
{
    char *folder = realpath(device, NULL);
    if (!folder)
        return -errno;
    char *slash = strrchr(folder, '/');
    snprintf(buttons->device, sizeof buttons->device, "%s", slash + 1);
    *slash = '\0';
    int result = sd_event_add_inotify(buttons->loop, &buttons->removal, folder[0] ? folder : "/",
                                      IN_DELETE | IN_MOVED_FROM, on_removal, buttons);
    *slash = '/';
    if (result >= 0 && access(folder, F_OK) < 0)
        result = -errno; /* it went just before we watched */
    free(folder);
    return result;
}

static int open_lines(struct buttons *buttons, char why[LINES_WHY_SIZE])
{
    const char *device;
    int fd, result = buttons->driver->open(&buttons->lines, buttons->office, why);
    if (result < 0)
        return result;
    buttons->open = true;
    device = buttons->driver->device(buttons->lines);
    fd = buttons->driver->fd(buttons->lines);
    if (device)
        result = watch_device(buttons, device);
    if (result >= 0 && fd >= 0)
        result =
            sd_event_add_io(buttons->loop, &buttons->readable, fd, EPOLLIN, on_readable, buttons);
    if (result >= 0)
        return 0;
    snprintf(why, LINES_WHY_SIZE, "chip %s cannot be watched: %s", buttons->office->gpio.chip,
             strerror(-result));
    close_lines(buttons);
    return result;
}

static void add_trouble(char *text, size_t size, const char *what, const char *name,
                        const char *why)
{
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s%s%s: %s", used ? "; " : "", what, name, why);
}

/* Asks for each line that is not held. */
static void request_line(struct buttons *buttons, int index, char *text, size_t size)
{
    const struct button_config *config = &buttons->office->buttons[index];
    struct button *button = &buttons->list[index];
    char why[LINES_WHY_SIZE] = "";
    if (!button->has_line) {
        button->has_line = buttons->driver->request_button(buttons->lines, index, why) >= 0;
        if (button->has_line)
            press_set_level(&button->press, buttons->driver->level(buttons->lines, index) > 0);
        else
            add_trouble(text, size, "button ", config->name, why);
    }
    if (config->lamp[0] && !button->has_lamp) {
        button->has_lamp =
            buttons->driver->request_lamp(buttons->lines, index, button->lit, why) >= 0;
        if (!button->has_lamp)
            add_trouble(text, size, "lamp of button ", config->name, why);
    }
}

/* Opens what is not open yet, says what still fails and tries that again later. */
static void try_lines(struct buttons *buttons)
{
    char text[sizeof buttons->trouble] = "", why[LINES_WHY_SIZE] = "memory is short";
    if (!buttons->open && open_lines(buttons, why) < 0)
        snprintf(text, sizeof text, "%s", why);
    for (int i = 0; buttons->open && i < buttons->office->button_count; i++)
        request_line(buttons, i, text, sizeof text);
    set_trouble(buttons, text);
    if (text[0])
        retry_later(buttons);
}

static int on_retry(sd_event_source *source, uint64_t time, void *user)
{
    (void)source, (void)time;
    try_lines(user);
    return 0;
}

static const struct lines_driver *driver_for(const char *chip)
{
    return strcmp(chip, "none") == 0   ? &lines_none
           : strcmp(chip, "keys") == 0 ? &lines_keys
                                       : &lines_gpiod;
}

static int add_timer(struct buttons *buttons, sd_event_source **source,
                     sd_event_time_handler_t handler)
{
    int result = sd_event_add_time(buttons->loop, source, CLOCK_MONOTONIC, 0, TIMER_ACCURACY_US,
                                   handler, buttons);
    return result < 0 ? result : sd_event_source_set_enabled(*source, SD_EVENT_OFF);
}

int buttons_create(struct buttons **result, sd_event *loop, const struct office *office,
                   const struct buttons_listener *listener)
{
    struct buttons *buttons = calloc(1, sizeof *buttons);
    if (!buttons)
        return -ENOMEM;
    buttons->loop = sd_event_ref(loop);
    buttons->office = office;
    buttons->listener = *listener;
    buttons->driver = driver_for(office->gpio.chip);
    struct press_times times = {
        .debounce_ns = buttons->driver->bounces ? office->gpio.debounce_ms * NS_PER_MS : 0,
        .cool_down_ns = office->gpio.cool_down_ms * NS_PER_MS,
        .long_press_ns = office->gpio.long_press_ms * NS_PER_MS,
    };
    for (int i = 0; i < office->button_count; i++)
        press_init(&buttons->list[i].press, times, office->buttons[i].has_long_press);
    int error = add_timer(buttons, &buttons->deadline, on_deadline);
    if (error >= 0)
        error = add_timer(buttons, &buttons->retry, on_retry);
    if (error < 0) {
        buttons_destroy(buttons);
        return error;
    }
    try_lines(buttons);
    *result = buttons;
    return 0;
}

void buttons_destroy(struct buttons *buttons)
{
    if (!buttons)
        return;
    for (int i = 0; i < buttons->office->button_count && buttons->open; i++)
        if (buttons->list[i].has_lamp)
            buttons->driver->set_lamp(buttons->lines, i, false);
    close_lines(buttons);
    sd_event_source_disable_unref(buttons->deadline);
    sd_event_source_disable_unref(buttons->retry);
    sd_event_unref(buttons->loop);
    free(buttons);
}

void buttons_set_lamp(struct buttons *buttons, int index, bool on)
{
    struct button *button = &buttons->list[index];
    if (button->lit == on)
        return;
    button->lit = on;
    if (!button->has_lamp)
        return;
    int result = buttons->driver->set_lamp(buttons->lines, index, on);
    if (result < 0)
        lose_lines(buttons, result);
}

bool buttons_press_line(struct buttons *buttons, const char *line)
{
    if (buttons->driver != &lines_keys)
        return false;
    for (int i = 0; i < buttons->office->button_count; i++) {
        if (strcmp(buttons->office->buttons[i].line, line) != 0)
            continue;
        int64_t now = now_ns();
        feed(buttons, i, true, now);
        feed(buttons, i, false, now);
        arm_deadline(buttons);
        return true;
    }
    return false;
}

const char *buttons_trouble(const struct buttons *buttons)
{
    return buttons->trouble[0] ? buttons->trouble : NULL;
}
