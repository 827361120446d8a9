/* Text on a surface, in Thai and Latin: fitted to its box by breaking lines, then by shrinking,
 * and measured by its ink, since Thai marks reach beyond a font's nominal height. */
#pragma once

#include <SDL.h>

#include "display/scene.h"

struct text;

/* Takes the fonts by path. One that cannot be used is logged and replaced. NULL, logged, if no
 * font is to be had at all. */
struct text *text_create(const char *font, const char *bold_font);
void text_destroy(struct text *text);

/* Draws a text item in the colour (0xRRGGBB) within the surface's clip rectangle. Its ink stays
 * at least one pixel inside its box. */
void text_draw(struct text *text, SDL_Surface *surface, const struct scene_item *item,
               uint32_t colour);
