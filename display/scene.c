#include "display/scene.h"

#include <string.h>

#include "display/parts.h"

static void put_landscape(struct plan *plan, struct box box)
{
    int gap = px(plan, 1.8);
    part_waiting(plan, box_cut_bottom(&box, part_waiting_height(plan)));
    box_cut_bottom(&box, gap);
    struct box right = box_cut_right(&box, box.w * 2 / 5);
    box_cut_right(&box, gap);
    /* Few counters leave room beneath them for the last calls; many take it all. */
    struct box calls;
    if (right.h - part_counters_height(plan) > px(plan, 22)) {
        struct box counters = box_cut_top(&right, part_counters_height(plan));
        part_counters(plan, counters);
        box_cut_top(&right, gap);
        calls = right;
    } else {
        part_counters(plan, right);
        calls = box_cut_bottom(&box, px(plan, 11));
        box_cut_bottom(&box, gap);
    }
    part_main(plan, box);
    part_last_calls(plan, calls);
}

static void put_portrait(struct plan *plan, struct box box)
{
    int gap = px(plan, 1.8);
    part_waiting(plan, box_cut_bottom(&box, part_waiting_height(plan)));
    box_cut_bottom(&box, gap);
    int room = box.h - px(plan, 48 + 11) - 2 * gap;
    part_counters(plan, box_cut_bottom(&box, smaller(part_counters_height(plan), room)));
    box_cut_bottom(&box, gap);
    part_last_calls(plan, box_cut_bottom(&box, px(plan, 11)));
    box_cut_bottom(&box, gap);
    part_main(plan, box);
}

void scene_build(struct scene *scene, const struct office *office, const struct view *view,
                 struct size size, const struct local_time *time, const char *ticker)
{
    struct plan plan = {
        .scene = scene, .office = office, .view = view, .portrait = size.height > size.width};
    int shorter = plan.portrait ? size.width : size.height;
    int longer = plan.portrait ? size.height : size.width;
    plan.unit = fmin(shorter, longer * 9.0 / 16.0) / 100.0;
    scene->size = size;
    scene->item_count = scene->shown_count = 0;

    struct box box =
        box_inset((struct box){0, 0, size.width, size.height}, px(&plan, 2.4), px(&plan, 1.6));
    part_header(&plan, box_cut_top(&box, px(&plan, plan.portrait ? 22 : 11.5)), time);
    box_cut_top(&box, px(&plan, 1.2));
    if (ticker[0]) {
        part_ticker(&plan, box_cut_bottom(&box, px(&plan, 8)), ticker);
        box_cut_bottom(&box, px(&plan, 1.4));
    }
    if (!view->connected)
        part_no_connection(&plan, box);
    else if (plan.portrait)
        put_portrait(&plan, box);
    else
        put_landscape(&plan, box);
}

bool scene_shows(const struct scene *scene, const char *ticket, int counter)
{
    for (int i = 0; i < scene->shown_count; i++)
        if (scene->shown[i].counter == counter && strcmp(scene->shown[i].ticket, ticket) == 0)
            return true;
    return false;
}

bool scene_item_equal(const struct scene_item *a, const struct scene_item *b)
{
    return a->kind == b->kind && a->colour == b->colour && a->radius == b->radius &&
           a->size == b->size && a->lines == b->lines && a->bold == b->bold &&
           a->align == b->align && memcmp(&a->box, &b->box, sizeof a->box) == 0 &&
           strcmp(a->text, b->text) == 0;
}
