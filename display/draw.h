/* Draws scenes into a picture in memory, and of each new scene only what differs from the last. */
#pragma once

#include <SDL.h>

#include "display/text.h"
#include "display/theme.h"

#define DRAW_CHANGES_MAX 64

struct draw;

/* `text` and `theme` stay the caller's and must live longer. NULL if memory is short. */
struct draw *draw_create(struct text *text, const struct theme *theme);
void draw_destroy(struct draw *draw);

/* Brings the picture up to the scene. Returns how many areas changed, written to `changes`, or
 * -ENOMEM. A scene of another size than the last changes everything. */
int draw_update(struct draw *draw, const struct scene *scene,
                SDL_Rect changes[static DRAW_CHANGES_MAX]);

/* 32 bits a pixel, owned by draw; NULL before the first scene. */
SDL_Surface *draw_picture(const struct draw *draw);
