/* What is where on the screen: a list of rectangles, arrows and texts made from what kioskd says,
 * the office's names, the size in pixels and the local time. Pure: no SDL, no fonts, no clock.
 *
 * One description serves every size: lengths are counted in hundredths of the shorter side of the
 * largest 16:9 (or 9:16) rectangle that fits, so that proportions are the same everywhere. */
#pragma once

#include "display/view.h"

#define SCENE_ITEMS_MAX 512
#define SCENE_TEXT_SIZE 768
#define SCENE_SHOWN_MAX (COUNTERS_MAX + VIEW_CALLS_MAX + 1) /* tickets noted as shown */

struct box {
    int x, y, w, h; /* pixels */
};

enum colour {
    COLOUR_BACKGROUND,
    COLOUR_PANEL,
    COLOUR_TEXT,
    COLOUR_SOFT,   /* second language, headings */
    COLOUR_NUMBER, /* a ticket's number */
    COLOUR_BADGE,  /* the shape that carries a counter's number */
    COLOUR_ON_BADGE,
    COLOUR_BADGE_CLOSED,
    COLOUR_ON_BADGE_CLOSED,
    COLOUR_LIT, /* the ground of a call that is pointed out */
    COLOUR_ON_LIT,
    COLOUR_COUNT
};

enum item_kind { ITEM_RECT, ITEM_ARROW, ITEM_TEXT };
enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct scene_item {
    enum item_kind kind;
    struct box box; /* nothing of the item is drawn outside it */
    enum colour colour;
    int radius; /* of a rectangle's corners, pixels */
    char text[SCENE_TEXT_SIZE];
    int size;  /* pixels an em wanted; drawn smaller where the text would not fit its box */
    int lines; /* at most */
    bool bold;
    enum align align; /* vertically a text stands in the middle */
};

struct scene {
    struct size size;
    int item_count;
    struct scene_item items[SCENE_ITEMS_MAX]; /* later ones lie on earlier ones */
    int shown_count;
    struct view_call shown[SCENE_SHOWN_MAX];
};

/* time: NULL where it is not known; the clock and the date are hidden then. ticker: "" for none. */
void scene_build(struct scene *scene, const struct office *office, const struct view *view,
                 struct size size, const struct local_time *time, const char *ticker);

/* Whether this ticket stands on the screen with this counter. */
bool scene_shows(const struct scene *scene, const char *ticket, int counter);

bool scene_item_equal(const struct scene_item *a, const struct scene_item *b);
