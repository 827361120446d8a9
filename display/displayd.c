#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display/draw.h"
#include "display/link.h"
#include "display/picture.h"
#include "display/screen.h"
#include "display/ticker.h"
#include "display/voice.h"
#include "display/voice_check.h"
#include "shared/client.h"
#include "shared/clock_watch.h"
#include "shared/log.h"
#include "shared/loop.h"
#include "shared/options.h"

#define MINUTE_MS (60 * 1000)
#define ANSWER_MS 3000
#define LARGE_PIECE (64 * 1024) /* bytes */

struct displayd {
    struct office office;
    struct view view;
    struct ticker ticker;
    struct scene scene;
    struct text *text;
    struct draw *draw;
    struct screen *screen;
    struct voice *voice;
    struct link *link;
    sd_event *event;
    struct clock_watch *clock_watch;
    sd_event_source *minute; /* the clock on the screen goes on */
    sd_event_source *turn;   /* the next language and the next text of the ticker */
    sd_event_source *fade;   /* a call blinks, has had its turn, or is over */
    bool stale;              /* the screen does not hold the whole picture */
};

static void build_scene(struct displayd *displayd, struct size size, int64_t wall_ms)
{
    struct local_time time = clock_local(wall_ms);
    if (displayd->view.clock_set)
        displayd->view.closing = closing_at(&displayd->office, wall_ms);
    scene_build(&displayd->scene, &displayd->office, &displayd->view, size,
                displayd->view.clock_set ? &time : NULL,
                ticker_text(&displayd->ticker, displayd->view.turn));
}

/* Notes which calls are on the screen, and tells kioskd of those that are heard, too. */
static void announce(struct displayd *displayd)
{
    struct calls *fresh = &displayd->view.fresh;
    for (int i = 0; i < fresh->count; i++) {
        const struct view_call *call = &fresh->list[i].call;
        fresh->list[i].drawn |= scene_shows(&displayd->scene, call->ticket, call->counter);
    }
    for (struct call *call; (call = calls_unannounced(fresh)) != NULL;) {
        int result = link_announce(displayd->link, call);
        if (result == -ENOTCONN)
            break;
        if (result < 0)
            log_warning("kioskd could not be told that %s was announced: %s", call->call.ticket,
                        strerror(-result));
        call->announced = true;
    }
}

/* Takes out the calls that are over. */
static void expire(struct displayd *displayd, int64_t boot_ms)
{
    struct calls *fresh = &displayd->view.fresh;
    struct call over;
    while (calls_advance(fresh, boot_ms, &over))
        if (!over.announced)
            log_warning("the call of %s to counter %d was %s", over.call.ticket, over.call.counter,
                        over.drawn ? "announced, but kioskd could not be told"
                                   : "not on the screen");
}

static void set_timers(struct displayd *displayd, struct moment now)
{
    int64_t next_minute = (now.wall_ms / MINUTE_MS + 1) * MINUTE_MS;
    sd_event_source_set_time(displayd->minute, (uint64_t)next_minute * 1000);
    sd_event_source_set_enabled(displayd->minute, SD_EVENT_ONESHOT);
    int64_t next_change = calls_next_change(&displayd->view.fresh);
    bool lit = next_change != INT64_MAX;
    if (lit)
        sd_event_source_set_time(displayd->fade, (uint64_t)next_change * 1000);
    sd_event_source_set_enabled(displayd->fade, lit ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

/* Runs only while something has to take turns. */
static void set_turn(struct displayd *displayd)
{
    bool turns = displayd->office.display.languages.count > 2 || displayd->ticker.count > 1;
    int enabled;
    sd_event_source_get_enabled(displayd->turn, &enabled);
    if (turns && enabled == SD_EVENT_OFF) {
        uint64_t wait_usec = (uint64_t)displayd->office.display.turn_seconds * 1000000;
        sd_event_source_set_time_relative(displayd->turn, wait_usec);
        sd_event_source_set_enabled(displayd->turn, SD_EVENT_ONESHOT);
    } else if (!turns) {
        sd_event_source_set_enabled(displayd->turn, SD_EVENT_OFF);
    }
}

/* Begins the next call's turn, if it is its time; while kioskd is away none begins, for it may know
 * better. */
static const struct call *begin(struct displayd *displayd, int64_t boot_ms)
{
    return displayd->view.connected ? calls_begin(&displayd->view.fresh, boot_ms) : NULL;
}

static void speak(struct displayd *displayd, const struct call *call)
{
    if (voice_say(displayd->voice, call->seq, call->call.ticket, call->call.counter) < 0)
        calls_heard(&displayd->view.fresh, call->seq, HEARD_NOTHING);
}

static void redraw(struct displayd *displayd)
{
    struct moment now = clock_now();
    SDL_Rect changes[DRAW_CHANGES_MAX];
    expire(displayd, now.boot_ms);
    const struct call *begun = begin(displayd, now.boot_ms);
    build_scene(displayd, screen_size(displayd->screen), now.wall_ms);
    int count = draw_update(displayd->draw, &displayd->scene, changes);
    SDL_Surface *picture = draw_picture(displayd->draw);
    if (count >= 0 && displayd->stale) {
        changes[0] = (SDL_Rect){0, 0, picture->w, picture->h};
        count = 1;
    }
    int result = count;
    if (count > 0)
        result = screen_show(displayd->screen, picture, changes, count);
    displayd->stale = result < 0;
    if (begun)
        speak(displayd, begun); /* after the picture: it must not wait for the voice */
    if (result >= 0)
        announce(displayd);
    set_timers(displayd, now);
    set_turn(displayd);
}

static void on_spoken(void *user, int64_t id, enum voice_result result)
{
    static const enum heard heard[] = {
        [VOICE_SPOKEN] = HEARD_VOICE, [VOICE_CHIMED] = HEARD_CHIME, [VOICE_SILENT] = HEARD_NOTHING};
    struct displayd *displayd = user;
    calls_heard(&displayd->view.fresh, id, heard[result]);
    redraw(displayd);
}

static void on_link_changed(void *user)
{
    redraw(user);
}

/* Hours begin and end with a minute, and no event tells of that. */
static int on_minute(sd_event_source *source, uint64_t usec, void *user)
{
    (void)source, (void)usec;
    struct displayd *displayd = user;
    link_refresh(displayd->link);
    ticker_refresh(&displayd->ticker);
    redraw(displayd);
    return 0;
}

static void on_clock_set(void *user)
{
    on_minute(NULL, 0, user);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *user)
{
    (void)source, (void)usec;
    redraw(user);
    return 0;
}

static int on_turn(sd_event_source *source, uint64_t usec, void *user)
{
    (void)source, (void)usec;
    struct displayd *displayd = user;
    displayd->view.turn++;
    redraw(displayd);
    return 0;
}

static void on_key(void *user, int digit)
{
    struct displayd *displayd = user;
    link_press(displayd->link, (char[]){(char)('0' + digit), '\0'});
}

static void on_stale(void *user)
{
    struct displayd *displayd = user;
    displayd->stale = true;
    redraw(displayd);
}

static void on_closed(void *user)
{
    struct displayd *displayd = user;
    sd_event_exit(displayd->event, EXIT_DONE);
}

static int open_event_loop(struct displayd *displayd)
{
    int result = loop_create(&displayd->event);
    if (result >= 0)
        result = sd_event_add_time(displayd->event, &displayd->minute, CLOCK_REALTIME, UINT64_MAX,
                                   20000, on_minute, displayd);
    if (result >= 0)
        result = sd_event_add_time(displayd->event, &displayd->fade, CLOCK_BOOTTIME, UINT64_MAX,
                                   1000, on_timer, displayd);
    if (result >= 0)
        result = sd_event_add_time(displayd->event, &displayd->turn, CLOCK_BOOTTIME, UINT64_MAX,
                                   20000, on_turn, displayd);
    if (result >= 0)
        result = sd_event_source_set_enabled(displayd->turn, SD_EVENT_OFF);
    return result;
}

static int run(struct displayd *displayd)
{
    const struct screen_handler handler = {on_key, on_stale, on_closed, displayd};
    int result = open_event_loop(displayd);
    if (result >= 0)
        result =
            voice_create(&displayd->voice, &displayd->office, displayd->event, on_spoken, displayd);
    if (result >= 0)
        result = screen_create(&displayd->screen, &displayd->office, displayd->event, &handler);
    if (result >= 0)
        result = link_create(&displayd->link, displayd->event, displayd->office.socket,
                             &displayd->view, on_link_changed, displayd);
    if (result >= 0)
        result =
            clock_watch_create(&displayd->clock_watch, displayd->event, on_clock_set, displayd);
    if (result < 0) {
        log_error("cannot start: %s", strerror(-result));
        return EXIT_FAILED;
    }
    redraw(displayd);
    return loop_run(displayd->event);
}

static void ask_once(struct displayd *displayd)
{
    struct command command = {.verb = VERB_STATUS, .after = -1};
    struct client *client = NULL;
    json_t *answer = NULL;
    int result = client_connect(&client, displayd->office.socket);
    if (result == 0)
        result = client_request(client, &command, ANSWER_MS, &answer);
    if (result == 0 && !view_read(&displayd->view, answer))
        result = -EPROTO;
    if (result < 0)
        log_warning("kioskd does not answer at %s: %s; the picture says so",
                    displayd->office.socket, strerror(-result));
    json_decref(answer);
    client_close(client);
}

static int save_screenshot(struct displayd *displayd, const char *path)
{
    SDL_Rect changes[DRAW_CHANGES_MAX];
    ask_once(displayd);
    build_scene(displayd, screen_configured_size(&displayd->office), clock_now().wall_ms);
    int result = draw_update(displayd->draw, &displayd->scene, changes);
    if (result >= 0)
        result = picture_save(draw_picture(displayd->draw), path);
    if (result < 0)
        log_error("the picture cannot be saved to %s: %s", path, strerror(-result));
    return result < 0 ? EXIT_FAILED : EXIT_DONE;
}

struct own_options {
    const char *screenshot;
    bool check_voice;
};

static int take_option(void *user, const char *option, const char *value)
{
    struct own_options *own = user;
    if (strcmp(option, "--check-voice") == 0) {
        own->check_voice = true;
        return 1;
    }
    if (strncmp(option, "--screenshot=", 13) == 0) {
        own->screenshot = option + 13;
        return 1;
    }
    if (strcmp(option, "--screenshot") != 0 || !value)
        return 0;
    own->screenshot = value;
    return 2;
}

int main(int argc, char **argv)
{
    struct own_options own = {0};
    const struct program program = {
        .name = "displayd",
        .summary = "the now-serving screen of Khiosk",
        .usage = "",
        .own_help = "  --screenshot FILE.png     draw the present state once, at display.size, "
                    "and exit\n"
                    "  --check-voice             check the recorded clips of [voice] and exit\n",
        .own_option = take_option,
        .user = &own,
    };
    struct displayd *displayd = calloc(1, sizeof *displayd);
    if (!displayd)
        return EXIT_FAILED;
    log_open("displayd");
    /* Large pieces, as texts drawn for a moment, go back to the system at once. */
    mallopt(M_MMAP_THRESHOLD, LARGE_PIECE);
    mallopt(M_TRIM_THRESHOLD, LARGE_PIECE);
    int first_word;
    int status = options_read(&program, argc, argv, &displayd->office, &first_word);
    if (status >= 0)
        goto out;
    if (own.check_voice) {
        status = voice_check(&displayd->office, stdout) ? EXIT_DONE : EXIT_FAILED;
        goto out;
    }
    status = EXIT_FAILED;
    struct moment now = clock_now();
    ticker_open(&displayd->ticker, displayd->office.display.ticker);
    displayd->view.clock_set = now.wall_ms >= now.earliest_ms; /* until kioskd knows better */
    displayd->text = text_create(displayd->office.display.font, displayd->office.display.bold_font);
    if (!displayd->text)
        goto out;
    displayd->draw = draw_create(displayd->text, theme_get(displayd->office.display.theme));
    if (!displayd->draw)
        goto out;
    status = own.screenshot ? save_screenshot(displayd, own.screenshot) : run(displayd);
out:
    clock_watch_destroy(displayd->clock_watch);
    link_destroy(displayd->link);
    voice_destroy(displayd->voice);
    screen_destroy(displayd->screen);
    sd_event_source_unref(displayd->minute);
    sd_event_source_unref(displayd->turn);
    sd_event_source_unref(displayd->fade);
    sd_event_unref(displayd->event);
    draw_destroy(displayd->draw);
    text_destroy(displayd->text);
    free(displayd);
    return status;
}
