/* What the parts of the screen are made from: boxes cut out of boxes, and items put into them. */
#pragma once

#include <math.h>

#include "display/scene.h"

struct plan {
    struct scene *scene;
    const struct office *office;
    const struct view *view;
    double unit; /* pixels */
    bool portrait;
};

/* Units in pixels. */
static inline int px(const struct plan *plan, double units)
{
    return (int)lround(units * plan->unit);
}

static inline int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* Each cut takes a piece off one side of the box and leaves the rest. */
struct box box_cut_top(struct box *box, int height);
struct box box_cut_bottom(struct box *box, int height);
struct box box_cut_left(struct box *box, int width);
struct box box_cut_right(struct box *box, int width);

struct box box_inset(struct box box, int across, int down);
struct box box_centred(struct box box, int width, int height);

/* One cell of a grid that fills the box; the gaps narrow where cells are low. */
struct box box_cell(const struct plan *plan, struct box box, int columns, int rows, int index);

void plan_rect(struct plan *plan, struct box box, enum colour colour, int radius);
void plan_arrow(struct plan *plan, struct box box, enum colour colour);

/* How a text is to look; size in pixels, 0 for as large as the box lets a line of Thai be. */
struct look {
    enum colour colour;
    enum align align;
    bool bold;
    int size;
    int lines; /* 0 means 1 */
};

void plan_text(struct plan *plan, struct box box, const char *text, struct look look);

/* A number in the digits of the display. Returns `out`. */
const char *plan_number(const struct plan *plan, int number, char *out, size_t size);

/* Thai digits stand in Thai lines only. Returns `out`. */
const char *plan_digits(const struct plan *plan, enum language language, const char *text,
                        char *out, size_t size);

void plan_ticket(struct plan *plan, struct box box, const char *ticket, struct look look);

/* 0 is the first language of the display, 1 the one whose turn it is among the others. */
enum language plan_language(const struct plan *plan, int index);
bool plan_has_second(const struct plan *plan);

/* A text large, and its second language smaller beneath it, or large alone where that says the
 * same or nothing. */
void plan_pair(struct plan *plan, struct box box, const char *first, const char *second,
               struct look look, enum colour second_colour);
void plan_words(struct plan *plan, struct box box, enum word word, struct look look,
                enum colour second_colour);

/* A heading over a part of the screen: first language on the left, second on the right. */
void plan_heading(struct plan *plan, struct box box, enum word word, enum colour colour);

/* A counter: a shape that carries its number. */
void plan_badge(struct plan *plan, struct box box, int counter, enum colour fill, enum colour ink);

/* Remembers for scene_shows that this ticket stands on the screen with this counter. */
void plan_note_shown(struct plan *plan, const char *ticket, int counter);
