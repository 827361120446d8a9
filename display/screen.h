/* Where the pixels go: a window or a whole display through SDL, drawn in software; or a PNG file,
 * where no display can be opened and [display] picture names one; or nowhere, trying every ten
 * seconds to open a display. Wakes the process only when the display has something to say. */
#pragma once

#include <SDL.h>
#include <systemd/sd-event.h>

#include "shared/office.h"

struct screen;

struct screen_handler {
    /* A key 1-9 was pressed in the window. */
    void (*key)(void *user, int digit);
    /* The screen opened, changed its size or lost its content: show everything again. */
    void (*stale)(void *user);
    /* Somebody closed the window. */
    void (*closed)(void *user);
    void *user;
};

/* The size of the picture where no screen says it, turned as [display] orientation wants. */
struct size screen_configured_size(const struct office *office);

/* `office` must live longer. A display that cannot be opened is no error. 0 or -errno; *screen is
 * freed with screen_destroy. Does not call the handler. */
int screen_create(struct screen **screen, const struct office *office, sd_event *event,
                  const struct screen_handler *handler);
void screen_destroy(struct screen *screen);

struct size screen_size(const struct screen *screen);

/* Shows these areas of the picture, which must have the screen's size. 0 once they are on the
 * screen (or in the file), else -errno: -ENODEV without a screen, -EAGAIN if its size has changed
 * and `stale` is about to say so. */
int screen_show(struct screen *screen, SDL_Surface *picture, const SDL_Rect *areas, int count);
