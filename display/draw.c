#include "display/draw.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct draw {
    struct text *text;
    const struct theme *theme;
    SDL_Surface *picture;
    struct scene last;
};

struct draw *draw_create(struct text *text, const struct theme *theme)
{
    struct draw *draw = calloc(1, sizeof *draw);
    if (draw) {
        draw->text = text;
        draw->theme = theme;
    }
    return draw;
}

void draw_destroy(struct draw *draw)
{
    if (!draw)
        return;
    SDL_FreeSurface(draw->picture);
    free(draw);
}

SDL_Surface *draw_picture(const struct draw *draw)
{
    return draw->picture;
}

static SDL_Rect rect_of(struct box box)
{
    return (SDL_Rect){box.x, box.y, box.w, box.h};
}

/* --- shapes, with smooth edges --- */

static uint32_t mix(uint32_t under, uint32_t over, float share)
{
    uint32_t result = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        float a = (float)(under >> shift & 0xff), b = (float)(over >> shift & 0xff);
        result |= (uint32_t)lroundf(a + (b - a) * share) << shift;
    }
    return result;
}

/* Signed distance, in pixels, from a point to the shape's edge; negative inside. */
typedef float distance_function(const struct scene_item *item, float x, float y);

static float rect_distance(const struct scene_item *item, float x, float y)
{
    float radius = (float)item->radius, w = (float)item->box.w / 2, h = (float)item->box.h / 2;
    float across = fabsf(x - w) - w + radius, down = fabsf(y - h) - h + radius;
    return hypotf(fmaxf(across, 0), fmaxf(down, 0)) + fminf(fmaxf(across, down), 0) - radius;
}

/* A triangle pointing right. */
static float arrow_distance(const struct scene_item *item, float x, float y)
{
    float w = (float)item->box.w, h = (float)item->box.h / 2;
    float slope = (fabsf(y - h) * w + x * h - w * h) / hypotf(w, h);
    return fmaxf(slope, -x);
}

static void fill_smoothly(SDL_Surface *picture, const struct scene_item *item, SDL_Rect area,
                          uint32_t colour, distance_function *distance)
{
    for (int y = area.y; y < area.y + area.h; y++) {
        uint8_t *row = (uint8_t *)picture->pixels + (ptrdiff_t)y * picture->pitch;
        for (int x = area.x; x < area.x + area.w; x++) {
            float share = 0.5f - distance(item, (float)(x - item->box.x) + 0.5f,
                                          (float)(y - item->box.y) + 0.5f);
            uint32_t pixel;
            memcpy(&pixel, row + (ptrdiff_t)x * 4, sizeof pixel);
            pixel = mix(pixel, colour, fminf(fmaxf(share, 0), 1));
            memcpy(row + (ptrdiff_t)x * 4, &pixel, sizeof pixel);
        }
    }
}

static void fill_part(SDL_Surface *picture, const struct scene_item *item, SDL_Rect part,
                      SDL_Rect area, uint32_t colour)
{
    SDL_Rect both;
    if (SDL_IntersectRect(&part, &area, &both))
        fill_smoothly(picture, item, both, colour, rect_distance);
}

/* Only the bands that hold the round corners need a look at each pixel. */
static void draw_rect(SDL_Surface *picture, const struct scene_item *item, SDL_Rect area,
                      uint32_t colour)
{
    const struct box *box = &item->box;
    int band = item->radius < box->h / 2 ? item->radius : box->h / 2;
    fill_part(picture, item, (SDL_Rect){box->x, box->y, box->w, band}, area, colour);
    fill_part(picture, item, (SDL_Rect){box->x, box->y + box->h - band, box->w, band}, area,
              colour);
    SDL_Rect middle = {box->x, box->y + band, box->w, box->h - 2 * band};
    if (SDL_IntersectRect(&middle, &area, &middle))
        SDL_FillRect(picture, &middle, colour);
}

static void draw_item(struct draw *draw, const struct scene_item *item, SDL_Rect area)
{
    uint32_t colour = draw->theme->colours[item->colour];
    SDL_Rect box = rect_of(item->box), both;
    if (!SDL_IntersectRect(&box, &area, &both))
        return;
    if (item->kind == ITEM_RECT)
        draw_rect(draw->picture, item, both, colour);
    else if (item->kind == ITEM_ARROW)
        fill_smoothly(draw->picture, item, both, colour, arrow_distance);
    else
        text_draw(draw->text, draw->picture, item, colour);
}

static void draw_area(struct draw *draw, const struct scene *scene, SDL_Rect area)
{
    SDL_SetClipRect(draw->picture, &area);
    SDL_FillRect(draw->picture, &area, draw->theme->colours[COLOUR_BACKGROUND]);
    for (int i = 0; i < scene->item_count; i++)
        draw_item(draw, &scene->items[i], area);
    SDL_SetClipRect(draw->picture, NULL);
}

/* --- what changed --- */

/* Adds an area; areas that touch each other become one, and too many become one that has all. */
static int add_change(SDL_Rect *changes, int count, SDL_Rect area)
{
    for (int i = 0; i < count; i++)
        if (SDL_HasIntersection(&changes[i], &area) || count == DRAW_CHANGES_MAX) {
            SDL_Rect joined;
            SDL_UnionRect(&changes[i], &area, &joined);
            changes[i] = changes[count - 1];
            return add_change(changes, count - 1, joined);
        }
    changes[count] = area;
    return count + 1;
}

static bool has_item(const struct scene *scene, const struct scene_item *item, int near)
{
    /* It nearly always stands at the same place in the list. */
    if (near < scene->item_count && scene_item_equal(&scene->items[near], item))
        return true;
    for (int i = 0; i < scene->item_count; i++)
        if (scene_item_equal(&scene->items[i], item))
            return true;
    return false;
}

static int find_changes(const struct scene *before, const struct scene *after, SDL_Rect *changes,
                        int count)
{
    for (int i = 0; i < after->item_count; i++)
        if (!has_item(before, &after->items[i], i))
            count = add_change(changes, count, rect_of(after->items[i].box));
    return count;
}

int draw_update(struct draw *draw, const struct scene *scene,
                SDL_Rect changes[static DRAW_CHANGES_MAX])
{
    int count = 0;
    if (!draw->picture || draw->picture->w != scene->size.width ||
        draw->picture->h != scene->size.height) {
        SDL_FreeSurface(draw->picture);
        draw->picture = SDL_CreateRGBSurfaceWithFormat(0, scene->size.width, scene->size.height, 32,
                                                       SDL_PIXELFORMAT_XRGB8888);
        if (!draw->picture)
            return -ENOMEM;
        changes[count++] = (SDL_Rect){0, 0, scene->size.width, scene->size.height};
    } else {
        count = find_changes(&draw->last, scene, changes, count);
        count = find_changes(scene, &draw->last, changes, count);
    }
    for (int i = 0; i < count; i++)
        draw_area(draw, scene, changes[i]);
    draw->last = *scene;
    return count;
}
