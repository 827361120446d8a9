#include "display/screen.h"

#include <SDL_syswm.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "display/picture.h"
#include "shared/log.h"

#define RETRY_USEC (10 * 1000 * 1000)
#define POLL_USEC (250 * 1000) /* for drivers that offer no descriptor to wait on */

struct screen {
    const struct office *office;
    struct screen_handler handler;
    sd_event *event;
    SDL_Window *window; /* NULL: a picture file, or nothing */
    bool complained;
    sd_event_source *input; /* the display's connection, or the time to look at it */
    sd_event_source *after; /* what any turn of the loop left in SDL's queue */
    sd_event_source *retry;
};

struct size screen_configured_size(const struct office *office)
{
    struct size size = office->display.size;
    bool portrait = office->display.orientation == ORIENTATION_PORTRAIT;
    if (portrait && size.width > size.height)
        size = (struct size){size.height, size.width};
    return size;
}

static bool to_file(const struct screen *screen)
{
    return !screen->window && screen->office->display.picture[0];
}

static void take_key(struct screen *screen, const SDL_KeyboardEvent *key)
{
    SDL_Keycode code = key->keysym.sym;
    SDL_Scancode scan = key->keysym.scancode;
    int digit = 0;
    /* By its place first: on a Thai keyboard the row of digits gives Thai letters. */
    if (scan >= SDL_SCANCODE_1 && scan <= SDL_SCANCODE_9)
        digit = (int)(scan - SDL_SCANCODE_1) + 1;
    else if (scan >= SDL_SCANCODE_KP_1 && scan <= SDL_SCANCODE_KP_9)
        digit = (int)(scan - SDL_SCANCODE_KP_1) + 1;
    else if (code >= SDLK_1 && code <= SDLK_9)
        digit = code - SDLK_1 + 1;
    if (digit && !key->repeat)
        screen->handler.key(screen->handler.user, digit);
}

/* True if the screen must be shown anew. */
static bool take_event(struct screen *screen, const SDL_Event *event)
{
    if (event->type == SDL_KEYDOWN)
        take_key(screen, &event->key);
    else if (event->type == SDL_QUIT)
        screen->handler.closed(screen->handler.user);
    return event->type == SDL_WINDOWEVENT && (event->window.event == SDL_WINDOWEVENT_EXPOSED ||
                                              event->window.event == SDL_WINDOWEVENT_SIZE_CHANGED);
}

/* Showing makes SDL read from the display, so that new events may wait without its descriptor
 * being readable: goes on until there are none. */
static void take_events(struct screen *screen)
{
    bool stale;
    do {
        stale = false;
        for (SDL_Event event; SDL_PollEvent(&event);)
            stale = take_event(screen, &event) || stale;
        if (stale)
            screen->handler.stale(screen->handler.user);
    } while (stale);
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *user)
{
    (void)source, (void)fd, (void)events;
    take_events(user);
    return 0;
}

static int on_poll(sd_event_source *source, uint64_t usec, void *user)
{
    (void)usec;
    take_events(user);
    return sd_event_source_set_time_relative(source, POLL_USEC);
}

static int on_after(sd_event_source *source, void *user)
{
    (void)source;
    take_events(user);
    return 0;
}

static int watch_display(struct screen *screen)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    int result;
    if (SDL_GetWindowWMInfo(screen->window, &info) && info.subsystem == SDL_SYSWM_X11) {
        result =
            sd_event_add_io(screen->event, &screen->input, ConnectionNumber(info.info.x11.display),
                            EPOLLIN, on_input, screen);
    } else if (strcasecmp(SDL_GetCurrentVideoDriver(), "KMSDRM") == 0 &&
               strcmp(screen->office->gpio.chip, "keys") != 0) {
        return 0; /* a console whose keys mean nothing has nothing to say */
    } else {
        result = sd_event_add_time_relative(screen->event, &screen->input, CLOCK_MONOTONIC,
                                            POLL_USEC, 0, on_poll, screen);
        if (result >= 0)
            result = sd_event_source_set_enabled(screen->input, SD_EVENT_ON);
    }
    if (result >= 0)
        result = sd_event_add_post(screen->event, &screen->after, on_after, screen);
    return result;
}

static void close_window(struct screen *screen)
{
    screen->input = sd_event_source_disable_unref(screen->input);
    screen->after = sd_event_source_disable_unref(screen->after);
    if (screen->window)
        SDL_DestroyWindow(screen->window);
    screen->window = NULL;
    if (SDL_WasInit(SDL_INIT_VIDEO))
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
}

/* Leaves SDL only drivers that somebody sees, unless SDL_VIDEODRIVER asks for one: by itself it
 * would settle for drawing into the void. */
static void choose_drivers(void)
{
    char drivers[32] = "";
    if (getenv("DISPLAY"))
        strcat(drivers, "x11,");
    if (getenv("WAYLAND_DISPLAY"))
        strcat(drivers, "wayland,");
    strcat(drivers, "KMSDRM");
    SDL_SetHint(SDL_HINT_VIDEODRIVER, drivers);
}

static bool driver_is_blind(const char *driver)
{
    return strcmp(driver, "dummy") == 0 || strcmp(driver, "offscreen") == 0;
}

static bool open_window(struct screen *screen)
{
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_APP_NAME, "Khiosk");
    choose_drivers();
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0)
        return false;
    const char *driver = SDL_GetCurrentVideoDriver();
    if (driver_is_blind(driver)) {
        SDL_SetError("the video driver %s shows nothing to anybody", driver);
        goto fail;
    }
    /* Accelerated window surfaces load EGL and Mesa, some 80 MB; KMS/DRM has no other ones. */
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, strcasecmp(driver, "KMSDRM") == 0 ? "1" : "0");
    SDL_StopTextInput();
    SDL_EventState(SDL_MOUSEMOTION, SDL_IGNORE);
    bool fullscreen = screen->office->display.fullscreen;
    struct size size = screen_configured_size(screen->office);
    screen->window = SDL_CreateWindow(
        "Khiosk", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, size.width, size.height,
        fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : SDL_WINDOW_RESIZABLE);
    if (!screen->window || !SDL_GetWindowSurface(screen->window))
        goto fail;
    if (watch_display(screen) < 0)
        goto fail;
    SDL_ShowCursor(fullscreen ? SDL_DISABLE : SDL_ENABLE);
    struct size actual = screen_size(screen);
    log_info("the screen has %d x %d pixels (%s)", actual.width, actual.height, driver);
    return true;
fail:
    close_window(screen);
    return false;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *user)
{
    (void)usec;
    struct screen *screen = user;
    if (open_window(screen)) {
        screen->handler.stale(screen->handler.user);
        return 0;
    }
    int result = sd_event_source_set_time_relative(source, RETRY_USEC);
    return result < 0 ? result : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int screen_create(struct screen **created, const struct office *office, sd_event *event,
                  const struct screen_handler *handler)
{
    struct screen *screen = calloc(1, sizeof *screen);
    if (!screen)
        return -ENOMEM;
    screen->office = office;
    screen->handler = *handler;
    screen->event = event;
    int result = 0;
    if (open_window(screen)) {
        /* It is open. */
    } else if (to_file(screen)) {
        printf("displayd: no display here; the screen is drawn to %s\n", office->display.picture);
        fflush(stdout);
    } else {
        log_warning("no display can be opened: %s; trying again every 10 seconds", SDL_GetError());
        result = sd_event_add_time_relative(event, &screen->retry, CLOCK_MONOTONIC, RETRY_USEC, 0,
                                            on_retry, screen);
    }
    if (result < 0) {
        screen_destroy(screen);
        return result;
    }
    *created = screen;
    return 0;
}

void screen_destroy(struct screen *screen)
{
    if (!screen)
        return;
    close_window(screen);
    sd_event_source_disable_unref(screen->retry);
    free(screen);
}

struct size screen_size(const struct screen *screen)
{
    struct size size = screen_configured_size(screen->office);
    if (screen->window)
        SDL_GetWindowSize(screen->window, &size.width, &size.height);
    return size;
}

static int show_in_window(struct screen *screen, SDL_Surface *picture, const SDL_Rect *areas,
                          int count)
{
    SDL_Surface *surface = SDL_GetWindowSurface(screen->window);
    if (!surface) {
        log_warning("the window cannot be drawn to: %s", SDL_GetError());
        return -EIO;
    }
    if (surface->w != picture->w || surface->h != picture->h)
        return -EAGAIN;
    for (int i = 0; i < count; i++) {
        SDL_Rect to = areas[i];
        SDL_BlitSurface(picture, &areas[i], surface, &to);
    }
    return SDL_UpdateWindowSurfaceRects(screen->window, areas, count) == 0 ? 0 : -EIO;
}

static int show_in_file(struct screen *screen, SDL_Surface *picture)
{
    const char *path = screen->office->display.picture;
    int result = picture_save(picture, path);
    if (result < 0 && !screen->complained)
        log_error("the screen cannot be saved to %s: %s", path, strerror(-result));
    screen->complained = result < 0;
    return result;
}

int screen_show(struct screen *screen, SDL_Surface *picture, const SDL_Rect *areas, int count)
{
    if (screen->window)
        return show_in_window(screen, picture, areas, count);
    return to_file(screen) ? show_in_file(screen, picture) : -ENODEV;
}
