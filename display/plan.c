#include "display/plan.h"

#include <stdio.h>
#include <string.h>

#include "shared/utf8.h"

struct box box_cut_top(struct box *box, int height)
{
    height = smaller(height, box->h);
    struct box piece = {box->x, box->y, box->w, height};
    box->y += height;
    box->h -= height;
    return piece;
}

struct box box_cut_bottom(struct box *box, int height)
{
    height = smaller(height, box->h);
    box->h -= height;
    return (struct box){box->x, box->y + box->h, box->w, height};
}

struct box box_cut_left(struct box *box, int width)
{
    width = smaller(width, box->w);
    struct box piece = {box->x, box->y, width, box->h};
    box->x += width;
    box->w -= width;
    return piece;
}

struct box box_cut_right(struct box *box, int width)
{
    width = smaller(width, box->w);
    box->w -= width;
    return (struct box){box->x + box->w, box->y, width, box->h};
}

struct box box_inset(struct box box, int across, int down)
{
    across = smaller(across, box.w / 2);
    down = smaller(down, box.h / 2);
    return (struct box){box.x + across, box.y + down, box.w - 2 * across, box.h - 2 * down};
}

struct box box_centred(struct box box, int width, int height)
{
    return box_inset(box, (box.w - width) / 2, (box.h - height) / 2);
}

struct box box_cell(const struct plan *plan, struct box box, int columns, int rows, int index)
{
    int gap = smaller(px(plan, 1.2), box.h / rows / 8);
    int column = index % columns, row = index / columns;
    int left = (box.w + gap) * column / columns, right = (box.w + gap) * (column + 1) / columns;
    int top = (box.h + gap) * row / rows, bottom = (box.h + gap) * (row + 1) / rows;
    return (struct box){box.x + left, box.y + top, right - left - gap, bottom - top - gap};
}

static void put(struct plan *plan, const struct scene_item *item)
{
    struct scene *scene = plan->scene;
    if (scene->item_count < SCENE_ITEMS_MAX && item->box.w > 0 && item->box.h > 0)
        scene->items[scene->item_count++] = *item;
}

void plan_rect(struct plan *plan, struct box box, enum colour colour, int radius)
{
    put(plan,
        &(struct scene_item){.kind = ITEM_RECT, .box = box, .colour = colour, .radius = radius});
}

void plan_arrow(struct plan *plan, struct box box, enum colour colour)
{
    put(plan, &(struct scene_item){.kind = ITEM_ARROW, .box = box, .colour = colour});
}

void plan_text(struct plan *plan, struct box box, const char *text, struct look look)
{
    if (!text[0])
        return;
    struct scene_item item = {
        .kind = ITEM_TEXT,
        .box = box,
        .colour = look.colour,
        /* The ink of a line of Thai is up to 1.5 em high and must not touch the edge. */
        .size = look.size ? look.size : (int)(box.h * 0.64),
        .lines = look.lines ? look.lines : 1,
        .bold = look.bold,
        .align = look.align,
    };
    snprintf(item.text, sizeof item.text, "%s", text);
    utf8_trim(item.text);
    put(plan, &item);
}

const char *plan_number(const struct plan *plan, int number, char *out, size_t size)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%d", number);
    return thai_digits(digits, plan->office->display.digits, out, size);
}

const char *plan_digits(const struct plan *plan, enum language language, const char *text,
                        char *out, size_t size)
{
    enum digits digits = language == LANGUAGE_TH ? plan->office->display.digits : DIGITS_ARABIC;
    return thai_digits(text, digits, out, size);
}

void plan_ticket(struct plan *plan, struct box box, const char *ticket, struct look look)
{
    char text[TICKET_SIZE * 3];
    plan_text(plan, box, thai_digits(ticket, plan->office->display.digits, text, sizeof text),
              look);
}

enum language plan_language(const struct plan *plan, int index)
{
    const struct languages *languages = &plan->office->display.languages;
    if (index > 0 && languages->count > 2)
        index = 1 + plan->view->turn % (languages->count - 1);
    return languages->list[index];
}

bool plan_has_second(const struct plan *plan)
{
    return plan->office->display.languages.count > 1;
}

void plan_pair(struct plan *plan, struct box box, const char *first, const char *second,
               struct look look, enum colour second_colour)
{
    if (second[0] && strcmp(first, second) != 0) {
        struct box under = box_cut_bottom(&box, box.h * 39 / 100);
        box_cut_bottom(&box, box.h / 20);
        int size = look.size * 3 / 4;
        plan_text(plan, under, second,
                  (struct look){second_colour, look.align, false, size, look.lines});
    }
    plan_text(plan, box, first, look);
}

void plan_words(struct plan *plan, struct box box, enum word word, struct look look,
                enum colour second_colour)
{
    plan_pair(plan, box, words_get(plan_language(plan, 0), word),
              plan_has_second(plan) ? words_get(plan_language(plan, 1), word) : "", look,
              second_colour);
}

void plan_heading(struct plan *plan, struct box box, enum word word, enum colour colour)
{
    if (plan_has_second(plan)) {
        struct box right = box_cut_right(&box, box.w * 2 / 5);
        plan_text(plan, right, words_get(plan_language(plan, 1), word),
                  (struct look){colour, ALIGN_RIGHT, false, (int)(box.h * 0.46), 1});
    }
    plan_text(plan, box, words_get(plan_language(plan, 0), word),
              (struct look){colour, ALIGN_LEFT, true, (int)(box.h * 0.6), 1});
}

void plan_badge(struct plan *plan, struct box box, int counter, enum colour fill, enum colour ink)
{
    char text[16];
    plan_rect(plan, box, fill, smaller(box.w, box.h) / 4);
    plan_text(plan, box_inset(box, box.w / 12, 0), plan_number(plan, counter, text, sizeof text),
              (struct look){ink, ALIGN_CENTRE, true, (int)(box.h * 0.8), 1});
}

void plan_note_shown(struct plan *plan, const char *ticket, int counter)
{
    struct scene *scene = plan->scene;
    if (scene->shown_count == SCENE_SHOWN_MAX)
        return;
    struct view_call *call = &scene->shown[scene->shown_count++];
    memcpy(call->ticket, ticket, sizeof call->ticket);
    call->counter = counter;
}
