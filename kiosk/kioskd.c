/* kioskd: buttons and commands in, events out, and the journal between. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-event.h>

#include "kiosk/buttons/buttons.h"
#include "kiosk/desk.h"
#include "kiosk/server.h"
#include "shared/clock_watch.h"
#include "shared/log.h"
#include "shared/loop.h"
#include "shared/options.h"

struct kioskd {
    struct office office;
    sd_event *loop;
    struct desk *desk;
    struct server *server;
    struct buttons *buttons;
    struct clock_watch *clock_watch;
    sd_event_source *tick;    /* when time alone changes something */
    sd_event_source *refresh; /* once behind whatever has happened: lamps and the next tick */
};

static void refresh_later(struct kioskd *kioskd)
{
    if (kioskd->refresh)
        sd_event_source_set_enabled(kioskd->refresh, SD_EVENT_ONESHOT);
}

static int on_refresh(sd_event_source *source, void *user)
{
    (void)source;
    struct kioskd *kioskd = user;
    for (int i = 0; i < kioskd->office.button_count; i++)
        if (kioskd->office.buttons[i].lamp[0])
            buttons_set_lamp(kioskd->buttons, i,
                             desk_would_accept(kioskd->desk, &kioskd->office.buttons[i].press));
    uint64_t wait_us = (uint64_t)desk_next_tick(kioskd->desk) * 1000;
    sd_event_source_set_time_relative(kioskd->tick, wait_us);
    sd_event_source_set_enabled(kioskd->tick, SD_EVENT_ONESHOT);
    return 0;
}

static int on_tick(sd_event_source *source, uint64_t at, void *user)
{
    (void)source;
    (void)at;
    struct kioskd *kioskd = user;
    desk_tick(kioskd->desk);
    refresh_later(kioskd);
    return 0;
}

static void on_clock_set(void *user)
{
    struct kioskd *kioskd = user;
    desk_tick(kioskd->desk);
    refresh_later(kioskd);
}

static void on_event(void *user, const struct event *event)
{
    struct kioskd *kioskd = user;
    if (kioskd->server)
        server_broadcast(kioskd->server, event);
    refresh_later(kioskd);
}

static void do_quietly(struct kioskd *kioskd, const struct command *command, const char *what)
{
    json_t *answer = desk_do(kioskd->desk, command);
    const char *message = json_string_value(json_object_get(answer, "message"));
    if (message)
        log_info("%s: %s", what, message);
    json_decref(answer);
}

static void on_press(void *user, const struct button_config *button, const struct command *command)
{
    char what[64];
    snprintf(what, sizeof what, "button %s", button->name);
    do_quietly(user, command, what);
}

static void on_discarded(void *user, const struct button_config *button, int presses)
{
    struct command command = {.verb = VERB_DISCARD, .count = presses};
    snprintf(command.button, sizeof command.button, "%s", button->name);
    snprintf(command.reason, sizeof command.reason, "pressed again within the cool-down");
    do_quietly(user, &command, "discarded presses");
}

static bool hook_press(void *user, const char *line)
{
    struct kioskd *kioskd = user;
    return buttons_press_line(kioskd->buttons, line);
}

static const char *hook_buttons_trouble(void *user)
{
    struct kioskd *kioskd = user;
    return kioskd->buttons ? buttons_trouble(kioskd->buttons) : NULL;
}

static int create_loop(struct kioskd *kioskd)
{
    signal(SIGXFSZ, SIG_IGN); /* a full quota is an error of a write, not our end */
    int error = loop_create(&kioskd->loop);
    if (error >= 0)
        error = sd_event_add_defer(kioskd->loop, &kioskd->refresh, on_refresh, kioskd);
    if (error >= 0)
        error = sd_event_add_time_relative(kioskd->loop, &kioskd->tick, CLOCK_BOOTTIME,
                                           UINT64_MAX / 2, 0, on_tick, kioskd);
    if (error >= 0)
        error = clock_watch_create(&kioskd->clock_watch, kioskd->loop, on_clock_set, kioskd);
    return error;
}

static bool init(struct kioskd *kioskd)
{
    char why[768] = "out of memory";
    int error = create_loop(kioskd);
    if (error < 0) {
        log_error("cannot set up the event loop: %s", strerror(-error));
        return false;
    }
    struct server_hooks hooks = {hook_press, hook_buttons_trouble, kioskd};
    if (!desk_create(&kioskd->desk, &kioskd->office, why, sizeof why)) {
        log_error("%s", why);
        return false;
    }
    desk_tick(kioskd->desk);
    if (!server_create(&kioskd->server, kioskd->loop, kioskd->desk, &kioskd->office, hooks, why,
                       sizeof why)) {
        log_error("%s", why);
        return false;
    }
    desk_listen(kioskd->desk, (struct desk_listener){on_event, kioskd});
    struct buttons_listener listener = {on_press, on_discarded, kioskd};
    error = buttons_create(&kioskd->buttons, kioskd->loop, &kioskd->office, &listener);
    if (error < 0)
        log_error("cannot set up the buttons: %s", strerror(-error));
    return error >= 0;
}

static void finish(struct kioskd *kioskd)
{
    buttons_destroy(kioskd->buttons);
    server_destroy(kioskd->server);
    desk_destroy(kioskd->desk);
    clock_watch_destroy(kioskd->clock_watch);
    sd_event_source_unref(kioskd->tick);
    sd_event_source_unref(kioskd->refresh);
    sd_event_unref(kioskd->loop);
}

int main(int argc, char **argv)
{
    static struct kioskd kioskd;
    static const struct program program = {.name = "kioskd",
                                           .summary = "the queue: tickets, calls, journal",
                                           .usage = "",
                                           .own_help = ""};
    int first_word;
    log_open("kioskd");
    umask(0027); /* the journal is for the office, not for every user of the machine */
    int status = options_read(&program, argc, argv, &kioskd.office, &first_word);
    if (status >= 0)
        return status;
    status = EXIT_FAILED;
    if (init(&kioskd)) {
        log_info("ready: day %s, event %lld, socket %s", desk_queue(kioskd.desk)->day,
                 (long long)desk_queue(kioskd.desk)->seq, kioskd.office.socket);
        status = loop_run(kioskd.loop);
    }
    finish(&kioskd);
    return status;
}
