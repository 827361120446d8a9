#include "display/parts.h"

#include <string.h>

#define CALLS_SHOWN_MAX 6

static void put_date(struct plan *plan, struct box box, const struct local_time *time,
                     enum align align)
{
    char first[SCENE_TEXT_SIZE], second[SCENE_TEXT_SIZE] = "", digits[SCENE_TEXT_SIZE];
    thai_long_date(*time, plan_language(plan, 0), first, sizeof first);
    if (plan_has_second(plan))
        thai_long_date(*time, plan_language(plan, 1), second, sizeof second);
    plan_digits(plan, plan_language(plan, 0), first, digits, sizeof digits);
    plan_pair(plan, box, digits, second, (struct look){COLOUR_TEXT, align, false, 0, 1},
              COLOUR_SOFT);
}

static void put_clock(struct plan *plan, struct box box, const struct local_time *time)
{
    char text[32], digits[64];
    thai_clock(*time, plan_language(plan, 0), text, sizeof text);
    plan_text(plan, box, plan_digits(plan, plan_language(plan, 0), text, digits, sizeof digits),
              (struct look){COLOUR_TEXT, ALIGN_RIGHT, true, (int)(box.h * 0.7), 1});
}

void part_header(struct plan *plan, struct box box, const struct local_time *time)
{
    struct look name = {COLOUR_TEXT, ALIGN_LEFT, true, px(plan, 5.2), 2};
    if (plan->portrait) {
        struct box under = box_cut_bottom(&box, px(plan, 9));
        box_cut_bottom(&box, px(plan, 1));
        if (time) {
            put_clock(plan, box_cut_right(&under, px(plan, 34)), time);
            put_date(plan, under, time, ALIGN_LEFT);
        }
    } else if (time) {
        put_clock(plan, box_cut_right(&box, px(plan, 32)), time);
        box_cut_right(&box, px(plan, 2));
        put_date(plan, box_inset(box_cut_right(&box, px(plan, 50)), 0, px(plan, 1)), time,
                 ALIGN_RIGHT);
        box_cut_right(&box, px(plan, 3));
    }
    plan_text(plan, box, plan->office->name, name);
}

/* The call that stands largest: the one whose turn it is, else the newest. */
static const struct view_call *main_call(const struct view *view)
{
    const struct call *fresh = calls_main(&view->fresh);
    return fresh ? &fresh->call : view->call_count > 0 ? &view->calls[0] : NULL;
}

static bool same_call(const struct view_call *a, const struct view_call *b)
{
    return a->counter == b->counter && strcmp(a->ticket, b->ticket) == 0;
}

/* Closed, and nobody is at a counter any more: the day's last numbers mean nothing now. */
static bool is_over(const struct view *view)
{
    for (int i = 0; i < view->counter_count; i++)
        if (view->counters[i].ticket[0])
            return false;
    return !view->open && view->fresh.count == 0;
}

static void put_message(struct plan *plan, struct box box, enum word word, double size)
{
    box = box_inset(box, px(plan, 6), box.h / 7);
    plan_words(plan, box, word, (struct look){COLOUR_TEXT, ALIGN_CENTRE, true, px(plan, size), 3},
               COLOUR_SOFT);
}

static void put_main_counter(struct plan *plan, struct box box, int number, bool lit)
{
    enum colour text = lit ? COLOUR_ON_LIT : COLOUR_TEXT, soft = lit ? COLOUR_ON_LIT : COLOUR_SOFT;
    int gap = px(plan, 2.5), side = box.h, badge = side * 5 / 4;
    const struct counter_config *config = office_counter(plan->office, number);
    const char *title = config ? counter_title(config, plan_language(plan, 0)) : "";
    struct look look = {text, ALIGN_RIGHT, true, 0, 2};
    struct box left = box_cut_left(&box, (box.w - badge) / 2 + (title[0] ? 0 : badge / 2));
    plan_words(plan, box_inset(box_cut_left(&left, left.w - gap), 0, side / 12), WORD_COUNTER, look,
               soft);
    plan_badge(plan, box_cut_left(&box, badge), number, lit ? COLOUR_ON_LIT : COLOUR_BADGE,
               lit ? COLOUR_LIT : COLOUR_ON_BADGE);
    box_cut_left(&box, gap);
    look.align = ALIGN_LEFT;
    plan_pair(plan, box_inset(box, 0, side / 12), title,
              config && plan_has_second(plan) ? counter_title(config, plan_language(plan, 1)) : "",
              look, soft);
}

/* What to say of an office that is closed, by why it is. */
static const enum word closed_words[] = {
    [CLOSED_NOT] = WORD_CLOSED,
    [CLOSED_HOLIDAY] = WORD_HOLIDAY,
    [CLOSED_TODAY] = WORD_NO_SERVICE_TODAY,
    [CLOSED_BEFORE] = WORD_NOT_YET_OPEN,
    [CLOSED_LUNCH] = WORD_LUNCH,
    [CLOSED_BREAK] = WORD_BREAK,
    [CLOSED_AFTER] = WORD_CLOSED_FOR_TODAY,
};

static const char *opens_at(const struct plan *plan, enum language language, char *out, size_t size)
{
    const struct closing *closing = &plan->view->closing;
    char clock[64], date[SCENE_TEXT_SIZE / 2], text[SCENE_TEXT_SIZE];
    thai_clock(closing->next, language, clock, sizeof clock);
    thai_long_date(closing->next, language, date, sizeof date);
    if (closing->next_is_today)
        words_fill(language, WORD_OPENS_AT, clock, "", text, sizeof text);
    else
        words_fill(language, WORD_OPENS_ON, date, clock, text, sizeof text);
    return plan_digits(plan, language, text, out, size);
}

static void put_closed(struct plan *plan, struct box box)
{
    const struct closing *closing = &plan->view->closing;
    char first[SCENE_TEXT_SIZE], second[SCENE_TEXT_SIZE] = "";
    if (closing->kind != CLOSED_NOT && closing->has_next) {
        struct box under = box_inset(box_cut_bottom(&box, box.h * 2 / 5), px(plan, 4), px(plan, 2));
        opens_at(plan, plan_language(plan, 0), first, sizeof first);
        if (plan_has_second(plan))
            opens_at(plan, plan_language(plan, 1), second, sizeof second);
        plan_pair(plan, under, first, second,
                  (struct look){COLOUR_NUMBER, ALIGN_CENTRE, true, px(plan, 5.6), 2}, COLOUR_SOFT);
    }
    put_message(plan, box, closed_words[closing->kind], 11);
}

/* The last called number, gigantic, with its counter. On a screen 1080 lines and 50 cm high its
 * digits are 12 cm tall: read without effort from 10 m, where 5 cm is the rule of thumb. */
void part_main(struct plan *plan, struct box box)
{
    const struct view_call *call = main_call(plan->view);
    bool closed = is_over(plan->view);
    bool lit = call && calls_lit(&plan->view->fresh, call->ticket, call->counter);
    plan_rect(plan, box, lit ? COLOUR_LIT : COLOUR_PANEL, px(plan, 2));
    if (closed || !call) {
        if (closed)
            put_closed(plan, box);
        else
            put_message(plan, box, WORD_TAKE_TICKET, 8.4);
        return;
    }
    box = box_inset(box, px(plan, 3), px(plan, 2));
    plan_heading(plan, box_cut_top(&box, px(plan, 6.5)), WORD_NUMBER,
                 lit ? COLOUR_ON_LIT : COLOUR_SOFT);
    put_main_counter(plan, box_cut_bottom(&box, smaller(px(plan, 14), box.h / 3)), call->counter,
                     lit);
    box_cut_bottom(&box, px(plan, 2));
    plan_ticket(plan, box, call->ticket,
                (struct look){lit ? COLOUR_ON_LIT : COLOUR_NUMBER, ALIGN_CENTRE, true,
                              smaller((int)(box.h * 1.3), box.w * 2 / 5), 1});
    plan_note_shown(plan, call->ticket, call->counter);
}

static void put_call(struct plan *plan, struct box box, const struct view_call *call)
{
    bool lit = call && calls_lit(&plan->view->fresh, call->ticket, call->counter);
    plan_rect(plan, box, lit ? COLOUR_LIT : COLOUR_PANEL, px(plan, 1.2));
    if (!call)
        return;
    box = box_inset(box, px(plan, 1), 0);
    int side = smaller(px(plan, 6.6), box.h * 3 / 4);
    plan_badge(plan, box_centred(box_cut_right(&box, side), side, side), call->counter,
               lit ? COLOUR_ON_LIT : COLOUR_BADGE, lit ? COLOUR_LIT : COLOUR_ON_BADGE);
    struct box arrow = box_cut_right(&box, px(plan, 3));
    plan_arrow(plan, box_centred(arrow, px(plan, 1.3), px(plan, 2)),
               lit ? COLOUR_ON_LIT : COLOUR_SOFT);
    plan_ticket(plan, box, call->ticket,
                (struct look){lit ? COLOUR_ON_LIT : COLOUR_NUMBER, ALIGN_CENTRE, true,
                              smaller(px(plan, 7), box.h), 1});
    plan_note_shown(plan, call->ticket, call->counter);
}

void part_last_calls(struct plan *plan, struct box box)
{
    const struct view *view = plan->view;
    const struct view_call *calls[CALLS_MAX + VIEW_CALLS_MAX], *main = main_call(view);
    int count = 0, fresh = view->fresh.count;
    /* What is to be noticed comes first: two calls at one moment are both seen. */
    for (int i = 0; i < fresh + view->call_count && !is_over(view); i++) {
        const struct view_call *call =
            i < fresh ? &view->fresh.list[i].call : &view->calls[i - fresh];
        bool again = main && same_call(call, main);
        for (int k = 0; k < count && !again; k++)
            again = same_call(call, calls[k]);
        if (!again)
            calls[count++] = call;
    }

    bool tall = box.h > px(plan, 20);
    struct box heading = tall ? box_cut_top(&box, px(plan, 6)) : box_cut_left(&box, px(plan, 17));
    if (tall)
        plan_heading(plan, heading, WORD_LAST_CALLS, COLOUR_SOFT);
    else
        plan_words(plan, box_inset(heading, 0, heading.h / 8), WORD_LAST_CALLS,
                   (struct look){COLOUR_SOFT, ALIGN_LEFT, true, 0, 1}, COLOUR_SOFT);
    int columns = tall ? 2 : box.w / px(plan, 24), rows = tall ? box.h / px(plan, 8) : 1;
    for (int i = 0; i < columns * rows && i < CALLS_SHOWN_MAX; i++)
        put_call(plan, box_cell(plan, box, columns, rows, i), i < count ? calls[i] : NULL);
}

/* Whether two languages can be read in a row of this height. */
static bool is_roomy(const struct plan *plan, struct box box)
{
    return box.h >= px(plan, 7.6);
}

static void put_counter(struct plan *plan, struct box box, const struct view_counter *counter)
{
    bool has_ticket = counter->ticket[0], shut = !counter->open && !has_ticket;
    bool lit = has_ticket && calls_lit(&plan->view->fresh, counter->ticket, counter->number);
    enum colour text = lit ? COLOUR_ON_LIT : shut ? COLOUR_SOFT : COLOUR_TEXT;
    enum colour soft = lit ? COLOUR_ON_LIT : COLOUR_SOFT;
    enum colour fill = lit ? COLOUR_ON_LIT : shut ? COLOUR_BADGE_CLOSED : COLOUR_BADGE;
    enum colour ink = lit ? COLOUR_LIT : shut ? COLOUR_ON_BADGE_CLOSED : COLOUR_ON_BADGE;
    plan_rect(plan, box, lit ? COLOUR_LIT : COLOUR_PANEL, px(plan, 1.2));
    box = box_inset(box, px(plan, 1.4), 0);
    int side = smaller(box.h * 3 / 4, px(plan, 11));
    plan_badge(plan, box_centred(box_cut_left(&box, side), side, side), counter->number, fill, ink);
    box_cut_left(&box, px(plan, 1.6));
    struct box ticket = box_cut_right(&box, smaller(px(plan, 27), box.w * 4 / 9));
    box_cut_right(&box, px(plan, 1));
    struct look number = {lit ? COLOUR_ON_LIT : COLOUR_NUMBER, ALIGN_RIGHT, true,
                          smaller(px(plan, 10), (int)(box.h * 0.9)), 1};
    int text_height = smaller((int)(box.h * 0.9), px(plan, 12));
    if (has_ticket) {
        plan_ticket(plan, ticket, counter->ticket, number);
        plan_note_shown(plan, counter->ticket, counter->number);
    } else if (shut) {
        plan_words(plan, box_centred(ticket, ticket.w, text_height), WORD_CLOSED,
                   (struct look){COLOUR_SOFT, ALIGN_RIGHT, false, 0, 1}, COLOUR_SOFT);
    } else {
        number.colour = COLOUR_SOFT;
        plan_text(plan, ticket, "–", number);
    }
    const struct counter_config *config = office_counter(plan->office, counter->number);
    bool second = plan_has_second(plan) && is_roomy(plan, box);
    if (config)
        plan_pair(plan, box_centred(box, box.w, text_height),
                  counter_title(config, plan_language(plan, 0)),
                  second ? counter_title(config, plan_language(plan, 1)) : "",
                  (struct look){text, ALIGN_LEFT, true, second ? 0 : text_height / 2, 2}, soft);
}

static int counter_columns(const struct plan *plan)
{
    int count = plan->view->counter_count;
    if (plan->portrait)
        return count <= 4 ? 1 : count <= 14 ? 2 : 3;
    return count <= 8 ? 1 : count <= 20 ? 2 : 3;
}

int part_counters_height(const struct plan *plan)
{
    int columns = counter_columns(plan);
    int rows = (plan->view->counter_count + columns - 1) / columns;
    return px(plan, 6) + rows * px(plan, plan->portrait ? 15 : 17);
}

void part_counters(struct plan *plan, struct box box)
{
    int columns = counter_columns(plan);
    int rows = (plan->view->counter_count + columns - 1) / columns;
    plan_heading(plan, box_cut_top(&box, px(plan, 6)), WORD_NOW_SERVING, COLOUR_SOFT);
    box.h = smaller(box.h, rows * px(plan, 26));
    /* Down the columns, not across. */
    for (int i = 0; i < plan->view->counter_count; i++)
        put_counter(plan, box_cell(plan, box, columns, rows, i % rows * columns + i / rows),
                    &plan->view->counters[i]);
}

/* How long somebody who takes a ticket now is expected to wait, in whole minutes. */
static void put_wait(struct plan *plan, struct box box, const struct view_service *service)
{
    char text[SCENE_TEXT_SIZE], digits[SCENE_TEXT_SIZE];
    int low = service->low_s / 60, high = (service->high_s + 59) / 60;
    words_fill_numbers(plan_language(plan, 0), low > 0 ? WORD_MINUTES : WORD_MINUTES_SHORT,
                       low > 0 ? low : high, high, text, sizeof text);
    plan_text(plan, box, plan_digits(plan, plan_language(plan, 0), text, digits, sizeof digits),
              (struct look){COLOUR_SOFT, ALIGN_RIGHT, false, px(plan, 2.8), 1});
}

static void put_service(struct plan *plan, struct box box, const struct view_service *service)
{
    const struct service_config *config = office_service(plan->office, service->name);
    bool shut = !service->open && service->waiting == 0;
    plan_rect(plan, box, COLOUR_PANEL, px(plan, 1.2));
    const char *under = "";
    if (is_roomy(plan, box) && !service->open && !shut)
        under = words_get(plan_language(plan, 0), WORD_CLOSED); /* but some still wait */
    else if (is_roomy(plan, box) && plan_has_second(plan) && config)
        under = service_title(config, plan_language(plan, 1));
    bool wait = !shut && service->open && service->high_s > 0 && is_roomy(plan, box);
    box = box_inset(box, px(plan, 1.4), box.h / 12);

    int width = px(plan, wait ? 17 : shut ? 11 : service->waiting < 100 ? 9 : 13);
    struct box right = box_cut_right(&box, smaller(width, box.w * 2 / 5));
    box_cut_right(&box, px(plan, 1));
    if (shut) {
        plan_words(plan, right, WORD_CLOSED,
                   (struct look){COLOUR_SOFT, ALIGN_RIGHT, false, px(plan, 2.6), 1}, COLOUR_SOFT);
    } else {
        char count[32];
        if (wait)
            put_wait(plan, box_cut_bottom(&right, right.h * 39 / 100), service);
        plan_text(
            plan, right, plan_number(plan, service->waiting, count, sizeof count),
            (struct look){COLOUR_TEXT, ALIGN_RIGHT, true, smaller(px(plan, 7.4), right.h), 1});
    }
    plan_pair(plan, box, config ? service_title(config, plan_language(plan, 0)) : service->name,
              under,
              (struct look){shut ? COLOUR_SOFT : COLOUR_TEXT, ALIGN_LEFT, false,
                            smaller(px(plan, 3.2), box.h * 3 / 8), 2},
              COLOUR_SOFT);
}

static int service_columns(const struct plan *plan)
{
    int count = plan->view->service_count;
    if (plan->portrait)
        return count <= 3 ? 1 : count <= 12 ? 2 : 4;
    return count <= 4 ? (count > 0 ? count : 1) : count <= 6 ? 3 : count <= 12 ? 4 : 8;
}

static int service_rows(const struct plan *plan)
{
    int columns = service_columns(plan);
    return (plan->view->service_count + columns - 1) / columns;
}

int part_waiting_height(const struct plan *plan)
{
    int rows = service_rows(plan);
    if (plan->portrait)
        return px(plan, 6) + smaller(rows * px(plan, 9), px(plan, 40));
    return rows <= 1 ? px(plan, 12.5) : rows == 2 ? px(plan, 19) : px(plan, 22);
}

void part_waiting(struct plan *plan, struct box box)
{
    if (plan->portrait) {
        plan_heading(plan, box_cut_top(&box, px(plan, 6)), WORD_WAITING, COLOUR_SOFT);
    } else {
        struct box heading = box_cut_left(&box, px(plan, 17));
        plan_words(plan, box_centred(heading, heading.w, smaller(heading.h, px(plan, 9.4))),
                   WORD_WAITING, (struct look){COLOUR_SOFT, ALIGN_LEFT, true, 0, 1}, COLOUR_SOFT);
    }
    int columns = service_columns(plan), rows = service_rows(plan);
    for (int i = 0; i < plan->view->service_count; i++)
        put_service(plan, box_cell(plan, box, columns, rows, i), &plan->view->services[i]);
}

void part_ticker(struct plan *plan, struct box box, const char *text)
{
    plan_rect(plan, box, COLOUR_PANEL, px(plan, 1.2));
    plan_text(plan, box_inset(box, px(plan, 2), px(plan, 0.4)), text,
              (struct look){COLOUR_TEXT, ALIGN_CENTRE, false, px(plan, 4), 2});
}

void part_no_connection(struct plan *plan, struct box box)
{
    plan_rect(plan, box, COLOUR_PANEL, px(plan, 2));
    box = box_inset(box, px(plan, 8), box.h / 8);
    int side = px(plan, 18);
    struct box badge = box_centred(box_cut_top(&box, box.h * 2 / 5), side, side);
    plan_rect(plan, badge, COLOUR_LIT, side / 2);
    plan_text(plan, badge, "!",
              (struct look){COLOUR_ON_LIT, ALIGN_CENTRE, true, (int)(side * 0.8), 1});
    plan_words(plan, box, WORD_NO_CONNECTION,
               (struct look){COLOUR_TEXT, ALIGN_CENTRE, true, px(plan, 7), 3}, COLOUR_SOFT);
}
