/* The screen: what is where, how text fits, and what the whole looks like.
 *
 * The golden pictures are tests/golden/screen-*.png; KHIOSK_GOLDEN=renew makes them anew. */
#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "display/breaks.h"
#include "display/draw.h"
#include "display/picture.h"
#include "display/text.h"
#include "display/theme.h"

#define OFFICE_FILE "tests/golden/screen.ini"

static const struct size sizes[] = {{1920, 1080}, {1280, 720}, {800, 480}, {1080, 1920}};
#define SIZE_COUNT (sizeof sizes / sizeof *sizes)

static const char serving[] =
    "{\"open\":true,\"clock_set\":true,"
    "\"services\":[{\"service\":\"general\",\"open\":true,\"waiting\":5,"
    "\"promise_low_s\":1500,\"promise_high_s\":3000},"
    "{\"service\":\"tax\",\"open\":true,\"waiting\":3,"
    "\"promise_low_s\":480,\"promise_high_s\":960},"
    "{\"service\":\"works\",\"open\":true,\"waiting\":0,"
    "\"promise_low_s\":0,\"promise_high_s\":300}],"
    "\"counters\":[{\"counter\":1,\"open\":true,\"ticket\":\"A012\",\"state\":\"called\"},"
    "{\"counter\":2,\"open\":true,\"ticket\":\"B004\",\"state\":\"serving\"},"
    "{\"counter\":3,\"open\":true,\"ticket\":\"C002\",\"state\":\"serving\"}],"
    "\"calls\":[{\"seq\":9,\"ticket\":\"A012\",\"counter\":1},"
    "{\"seq\":8,\"ticket\":\"B004\",\"counter\":2},{\"seq\":7,\"ticket\":\"C002\",\"counter\":3},"
    "{\"seq\":6,\"ticket\":\"A011\",\"counter\":1},{\"seq\":5,\"ticket\":\"B003\",\"counter\":2}]}";

static const char closed[] =
    "{\"open\":false,\"clock_set\":true,"
    "\"services\":[{\"service\":\"general\",\"open\":false,\"waiting\":0},"
    "{\"service\":\"tax\",\"open\":false,\"waiting\":0},"
    "{\"service\":\"works\",\"open\":false,\"waiting\":0}],"
    "\"counters\":[{\"counter\":1,\"open\":false},{\"counter\":2,\"open\":false},"
    "{\"counter\":3,\"open\":false}],"
    "\"calls\":[{\"seq\":9,\"ticket\":\"A012\",\"counter\":1},"
    "{\"seq\":8,\"ticket\":\"B004\",\"counter\":2}]}";

static const struct local_time nine_o_five = {2026, 11, 23, 1, 9, 5, 0};

/* The office and the view of most tests; each test changes its own copy. */
struct fixture {
    struct office office;
    struct view view;
    struct scene scene, other;
    struct text *text;
    const char *ticker;
};

static void load_office(struct office *office, const char *file)
{
    struct problems problems = {0};
    office_load(office, file, NULL, 0, &problems);
    for (size_t i = 0; i < problems.count; i++)
        print_error("%s\n", problems.lines[i]);
    assert_int_equal(problems.count, 0);
    problems_finish(&problems);
}

static bool read_view(struct view *view, const char *json)
{
    json_t *status = json_loads(json, 0, NULL);
    assert_non_null(status);
    bool good = view_read(view, status);
    json_decref(status);
    return good;
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    load_office(&fixture->office, OFFICE_FILE);
    assert_true(read_view(&fixture->view, serving));
    fixture->text = text_create(fixture->office.display.font, fixture->office.display.bold_font);
    assert_non_null(fixture->text);
    fixture->ticker = "";
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    text_destroy(fixture->text);
    free(fixture);
    return 0;
}

static void build(struct fixture *fixture, struct size size)
{
    scene_build(&fixture->scene, &fixture->office, &fixture->view, size, &nine_o_five,
                fixture->ticker);
}

static const struct scene_item *find_text(const struct scene *scene, const char *text)
{
    for (int i = 0; i < scene->item_count; i++)
        if (scene->items[i].kind == ITEM_TEXT && strcmp(scene->items[i].text, text) == 0)
            return &scene->items[i];
    return NULL;
}

/* The size in which a ticket's number stands largest. */
static int number_size(const struct scene *scene, const char *ticket)
{
    int size = 0;
    for (int i = 0; i < scene->item_count; i++)
        if (strcmp(scene->items[i].text, ticket) == 0 && scene->items[i].size > size)
            size = scene->items[i].size;
    return size;
}

static void light(struct view *view, const char *kind, int seq, const char *ticket, int counter)
{
    struct call lost;
    json_t *event = json_pack("{s:s,s:i,s:s,s:i}", "event", kind, "seq", seq, "ticket", ticket,
                              "counter", counter);
    assert_non_null(event);
    assert_true(calls_add(&view->fresh, event, 1, &lost));
    json_decref(event);
}

/* --- the view --- */

static void test_view_reads_status(void **state)
{
    struct fixture *fixture = *state;
    const struct view *view = &fixture->view;
    assert_true(view->connected && view->open && view->clock_set);
    assert_int_equal(view->service_count, 3);
    assert_string_equal(view->services[1].name, "tax");
    assert_int_equal(view->services[1].waiting, 3);
    assert_int_equal(view->counter_count, 3);
    assert_string_equal(view->counters[2].ticket, "C002");
    assert_int_equal(view->call_count, 5);
    assert_string_equal(view->calls[0].ticket, "A012");
}

static void test_view_refuses_nonsense(void **state)
{
    struct fixture *fixture = *state;
    static const char *const bad[] = {
        "{}",
        "{\"open\":1,\"clock_set\":true,\"services\":[],\"counters\":[],\"calls\":[]}",
        "{\"open\":true,\"clock_set\":true,\"services\":{},\"counters\":[],\"calls\":[]}",
        "{\"open\":true,\"clock_set\":true,\"services\":[],\"counters\":[7],\"calls\":[]}",
        "{\"open\":true,\"clock_set\":true,\"services\":[],\"counters\":[],\"calls\":[{}]}",
        "{\"open\":true,\"clock_set\":true,\"services\":[],\"counters\":[{\"counter\":1,"
        "\"open\":true,\"ticket\":\"A0000000000000000000001\"}],\"calls\":[]}",
        "{\"open\":true,\"clock_set\":true,\"services\":[{\"service\":\"x\",\"open\":true,"
        "\"waiting\":-1}],\"counters\":[],\"calls\":[]}",
    };
    struct view before = fixture->view;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(read_view(&fixture->view, bad[i]));
        assert_memory_equal(&before, &fixture->view, sizeof before);
    }
}

static void test_fresh_calls_outlive_an_answer_and_a_lost_connection(void **state)
{
    struct fixture *fixture = *state;
    struct view *view = &fixture->view;
    light(view, "called", 50, "B001", 2);
    assert_true(read_view(view, serving));
    assert_true(calls_lit(&view->fresh, "B001", 2));
    view_disconnect(view);
    assert_int_equal(view->call_count + view->counter_count, 0);
    assert_int_equal(view->fresh.count, 1);
    assert_false(view->connected);
    assert_true(view->clock_set);
}

/* --- what is where --- */

static bool boxes_meet(const struct box *a, const struct box *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

static void check_places(const struct scene *scene)
{
    assert_in_range(scene->item_count, 1, SCENE_ITEMS_MAX - 1);
    for (int i = 0; i < scene->item_count; i++) {
        const struct scene_item *item = &scene->items[i];
        const struct box *box = &item->box;
        if (box->x < 0 || box->y < 0 || box->x + box->w > scene->size.width ||
            box->y + box->h > scene->size.height)
            fail_msg("\"%s\" leaves the screen of %d x %d", item->text, scene->size.width,
                     scene->size.height);
        for (int k = 0; k < i && item->kind == ITEM_TEXT; k++)
            if (scene->items[k].kind == ITEM_TEXT && boxes_meet(box, &scene->items[k].box))
                fail_msg("\"%s\" and \"%s\" overlap at %d x %d", item->text, scene->items[k].text,
                         scene->size.width, scene->size.height);
    }
}

/* An office of that many services and counters, all with titles, and a view of it. */
static void fill(struct fixture *fixture, int services, int counters)
{
    struct office *office = &fixture->office;
    struct view *view = &fixture->view;
    for (int i = 0; i < services; i++) {
        office->services[i] = office->services[i % 3];
        snprintf(office->services[i].name, sizeof office->services[i].name, "s%d", i);
        view->services[i] = (struct view_service){.open = i % 4 != 3, .waiting = i * 7 % 120};
        snprintf(view->services[i].name, sizeof view->services[i].name, "s%d", i);
    }
    for (int i = 0; i < counters; i++) {
        office->counters[i] = office->counters[i % 3];
        office->counters[i].number = i + 1;
        view->counters[i] = (struct view_counter){.number = i + 1, .open = i % 3 != 2};
        if (i % 4 != 1)
            snprintf(view->counters[i].ticket, sizeof view->counters[i].ticket, "A%03d", i + 1);
    }
    office->service_count = view->service_count = services;
    office->counter_count = view->counter_count = counters;
}

static void for_each_office(struct fixture *fixture, void (*check)(struct fixture *fixture))
{
    static const int counts[] = {0, 1, 2, 3, 4, 5, 8, 9, 13, 20, 32};
    light(&fixture->view, "called", 3, "A003", 3);
    for (size_t s = 0; s < sizeof counts / sizeof *counts; s++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            fill(fixture, counts[s], counts[c]);
            for (size_t i = 0; i < SIZE_COUNT; i++)
                for (int languages = 1; languages <= 2; languages++) {
                    fixture->office.display.languages.count = languages;
                    build(fixture, sizes[i]);
                    check(fixture);
                }
        }
}

static void check_office_places(struct fixture *fixture)
{
    check_places(&fixture->scene);
    for (int i = 0; i < fixture->view.counter_count; i++)
        if (fixture->view.counters[i].ticket[0])
            assert_true(scene_shows(&fixture->scene, fixture->view.counters[i].ticket, i + 1));
}

static void test_nothing_overlaps_or_leaves_the_screen(void **state)
{
    for_each_office(*state, check_office_places);
}

static void test_no_place_is_lost_at_odd_sizes(void **state)
{
    struct fixture *fixture = *state;
    static const struct size odd[] = {{320, 240},   {640, 480},  {1024, 600}, {1366, 768},
                                      {1024, 1024}, {480, 800},  {600, 1024}, {3840, 2160},
                                      {2560, 1080}, {720, 1280}, {100, 100}};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        build(fixture, odd[i]);
        check_places(&fixture->scene);
    }
}

static void check_largest(struct fixture *fixture)
{
    const struct scene *scene = &fixture->scene;
    int size = number_size(scene, "A003");
    struct size screen = scene->size;
    assert_true(size * 6 >= (screen.width < screen.height ? screen.width : screen.height));
    for (int i = 0; i < scene->item_count; i++)
        if (strcmp(scene->items[i].text, "A003") != 0 && scene->items[i].size >= size)
            fail_msg("\"%s\" is larger than the called number at %d x %d", scene->items[i].text,
                     screen.width, screen.height);
}

static void test_called_number_is_largest(void **state)
{
    for_each_office(*state, check_largest);
}

static void test_proportions_are_the_same_at_each_size(void **state)
{
    struct fixture *fixture = *state;
    scene_build(&fixture->other, &fixture->office, &fixture->view, (struct size){1280, 720},
                &nine_o_five, fixture->ticker);
    build(fixture, (struct size){1920, 1080});
    assert_int_equal(fixture->scene.item_count, fixture->other.item_count);
    for (int i = 0; i < fixture->scene.item_count; i++) {
        const struct box *large = &fixture->scene.items[i].box,
                         *small = &fixture->other.items[i].box;
        assert_in_range(abs(large->x - small->x * 3 / 2), 0, 6);
        assert_in_range(abs(large->w - small->w * 3 / 2), 0, 6);
        assert_in_range(abs(large->y - small->y * 3 / 2), 0, 6);
        assert_in_range(abs(large->h - small->h * 3 / 2), 0, 6);
    }
}

/* --- states --- */

static void test_serving_shows_all(void **state)
{
    struct fixture *fixture = *state;
    static const char *const texts[] = {"องค์การบริหารส่วนตำบลตัวอย่าง",
                                        "A012",
                                        "B004",
                                        "C002",
                                        "A011",
                                        "ทะเบียน",
                                        "Registration",
                                        "การเงิน",
                                        "จัดเก็บภาษีและค่าธรรมเนียม",
                                        "Taxes and fees",
                                        "5",
                                        "09.05 น.",
                                        "วันจันทร์ที่ 23 พฤศจิกายน พ.ศ. 2569",
                                        "Monday 23 November 2026"};
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        build(fixture, sizes[i]);
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            if (!find_text(&fixture->scene, texts[k]))
                fail_msg("\"%s\" is missing at %d x %d", texts[k], sizes[i].width, sizes[i].height);
        assert_null(find_text(&fixture->scene, words_get(LANGUAGE_TH, WORD_CLOSED)));
    }
}

static void test_clock_is_hidden_when_unknown(void **state)
{
    struct fixture *fixture = *state;
    scene_build(&fixture->scene, &fixture->office, &fixture->view, sizes[0], NULL, "");
    assert_null(find_text(&fixture->scene, "09.05 น."));
    assert_null(find_text(&fixture->scene, "Monday 23 November 2026"));
    assert_non_null(find_text(&fixture->scene, "A012"));
}

static void test_thai_digits(void **state)
{
    struct fixture *fixture = *state;
    fixture->office.display.digits = DIGITS_THAI;
    build(fixture, sizes[0]);
    assert_non_null(find_text(&fixture->scene, "A๐๑๒"));
    assert_non_null(find_text(&fixture->scene, "๐๙.๐๕ น."));
    assert_non_null(find_text(&fixture->scene, "วันจันทร์ที่ ๒๓ พฤศจิกายน พ.ศ. ๒๕๖๙"));
    assert_non_null(find_text(&fixture->scene, "๓"));
    assert_null(find_text(&fixture->scene, "3"));
}

static void test_no_connection_keeps_no_number(void **state)
{
    struct fixture *fixture = *state;
    view_disconnect(&fixture->view);
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        build(fixture, sizes[i]);
        assert_non_null(find_text(&fixture->scene, words_get(LANGUAGE_TH, WORD_NO_CONNECTION)));
        assert_non_null(find_text(&fixture->scene, words_get(LANGUAGE_EN, WORD_NO_CONNECTION)));
        assert_null(find_text(&fixture->scene, "A012"));
        assert_null(find_text(&fixture->scene, "5"));
        assert_false(scene_shows(&fixture->scene, "A012", 1));
        check_places(&fixture->scene);
    }
}

static void test_nothing_called_yet_asks_to_take_a_ticket(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.call_count = 0;
    for (int i = 0; i < 3; i++)
        fixture->view.counters[i].ticket[0] = '\0';
    build(fixture, sizes[1]);
    assert_non_null(find_text(&fixture->scene, words_get(LANGUAGE_TH, WORD_TAKE_TICKET)));
    assert_non_null(find_text(&fixture->scene, "–"));
    assert_int_equal(fixture->scene.shown_count, 0);
}

static void test_closed_office(void **state)
{
    struct fixture *fixture = *state;
    assert_true(read_view(&fixture->view, closed));
    build(fixture, sizes[1]);
    assert_non_null(find_text(&fixture->scene, words_get(LANGUAGE_TH, WORD_CLOSED)));
    assert_null(find_text(&fixture->scene, "A012"));
    assert_null(find_text(&fixture->scene, "B004"));
    /* Who still sits at a counter after hours keeps the number on the screen. */
    strcpy(fixture->view.counters[0].ticket, "A012");
    build(fixture, sizes[1]);
    assert_non_null(find_text(&fixture->scene, "A012"));
    assert_true(scene_shows(&fixture->scene, "A012", 1));
}

static void test_a_closed_service_says_so_while_some_still_wait(void **state)
{
    struct fixture *fixture = *state;
    fixture->view.services[1].open = false;
    build(fixture, sizes[1]);
    assert_non_null(find_text(&fixture->scene, "3"));
    assert_non_null(find_text(&fixture->scene, words_get(LANGUAGE_TH, WORD_CLOSED)));
    fixture->view.services[1].waiting = 0;
    build(fixture, sizes[1]);
    assert_non_null(find_text(&fixture->scene, words_get(LANGUAGE_EN, WORD_CLOSED)));
}

static int count_texts(const struct scene *scene, const char *text, enum colour colour)
{
    int count = 0;
    for (int i = 0; i < scene->item_count; i++)
        count += scene->items[i].kind == ITEM_TEXT && scene->items[i].colour == colour &&
                 strcmp(scene->items[i].text, text) == 0;
    return count;
}

static void test_a_recall_comes_to_the_front_and_goes(void **state)
{
    struct fixture *fixture = *state;
    struct call over;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        light(&fixture->view, "recalled", 20, "B004", 2);
        assert_non_null(calls_begin(&fixture->view.fresh, 1000));
        calls_heard(&fixture->view.fresh, 20, HEARD_NOTHING);
        build(fixture, sizes[i]);
        assert_true(number_size(&fixture->scene, "B004") > number_size(&fixture->scene, "A012"));
        assert_int_equal(count_texts(&fixture->scene, "B004", COLOUR_ON_LIT), 2);
        assert_true(calls_advance(&fixture->view.fresh, 1000 + CALLS_LIT_MS, &over));
        build(fixture, sizes[i]);
        assert_true(number_size(&fixture->scene, "A012") > number_size(&fixture->scene, "B004"));
        assert_int_equal(count_texts(&fixture->scene, "B004", COLOUR_ON_LIT), 0);
    }
}

static void test_two_calls_at_once_are_both_shown(void **state)
{
    struct fixture *fixture = *state;
    light(&fixture->view, "called", 21, "A098", 1);
    light(&fixture->view, "called", 22, "B099", 2);
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        build(fixture, sizes[i]);
        assert_true(scene_shows(&fixture->scene, "A098", 1));
        assert_true(scene_shows(&fixture->scene, "B099", 2));
        assert_int_equal(count_texts(&fixture->scene, "A098", COLOUR_ON_LIT), 1);
        assert_int_equal(count_texts(&fixture->scene, "B099", COLOUR_ON_LIT), 1);
    }
}

/* --- colours --- */

static double luminance(uint32_t colour)
{
    static const double weights[] = {0.0722, 0.7152, 0.2126};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double share = (colour >> 8 * i & 0xff) / 255.0;
        sum += weights[i] * (share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(uint32_t a, uint32_t b)
{
    double first = luminance(a) + 0.05, second = luminance(b) + 0.05;
    return first > second ? first / second : second / first;
}

/* Each text against the colour of what it stands on, as WCAG counts contrast. */
static void test_every_text_has_contrast(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"dark", "light"};
    light(&fixture->view, "called", 3, "A001", 1);
    fill(fixture, 8, 8);
    build(fixture, sizes[0]);
    for (size_t t = 0; t < sizeof names / sizeof *names; t++) {
        const struct theme *theme = theme_get(names[t]);
        assert_string_equal(theme->name, names[t]);
        for (int i = 0; i < fixture->scene.item_count; i++) {
            const struct scene_item *item = &fixture->scene.items[i];
            enum colour ground = COLOUR_BACKGROUND;
            for (int k = 0; k < i; k++)
                if (fixture->scene.items[k].kind == ITEM_RECT &&
                    boxes_meet(&fixture->scene.items[k].box, &item->box))
                    ground = fixture->scene.items[k].colour;
            if (item->kind != ITEM_RECT)
                assert_true(contrast(theme->colours[item->colour], theme->colours[ground]) >= 4.5);
        }
    }
}

/* --- breaking lines --- */

static void check_breaks(struct breaks *breaks, const char *text, const char *expected)
{
    size_t offsets[64], count = breaks_find(breaks, text, offsets, 64), from = 0;
    char marked[512] = "";
    for (size_t i = 0; i <= count; i++) {
        size_t to = i < count ? offsets[i] : strlen(text);
        strncat(marked, text + from, to - from);
        if (i < count)
            strcat(marked, "|");
        from = to;
    }
    assert_string_equal(marked, expected);
}

static void test_lines_break_between_words(void **state)
{
    (void)state;
    struct breaks *breaks = breaks_create();
    check_breaks(breaks, "จัดเก็บภาษี", "จัด|เก็บ|ภาษี");
    check_breaks(breaks, "ดื่มน้ำ", "ดื่ม|น้ำ");
    check_breaks(breaks, "Taxes and fees", "Taxes |and |fees");
    check_breaks(breaks, "ABC\u200bDEF", "ABC\u200b|DEF");
    check_breaks(breaks, "จัด\u2060เก็บ", "จัด\u2060เก็บ");
    check_breaks(breaks, "", "");
    check_breaks(breaks, "\xe0\xb8", "\xe0\xb8");
    char line[64];
    breaks_copy_line("จัด\u2060เก็บ\u200b  ", strlen("จัด\u2060เก็บ\u200b  "), line, sizeof line);
    assert_string_equal(line, "จัดเก็บ");
    breaks_destroy(breaks);
}

/* --- ink --- */

#define MARGIN 24

/* Draws one item alone and looks for ink at and beyond the border of its box. Returns how many
 * pixels of ink are inside. */
static int check_ink(struct text *text, const struct scene_item *item)
{
    struct scene_item moved = *item;
    moved.box.x = moved.box.y = MARGIN;
    int width = item->box.w + 2 * MARGIN, height = item->box.h + 2 * MARGIN, inside = 0;
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_XRGB8888);
    assert_non_null(surface);
    text_draw(text, surface, &moved, 0xffffff);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            uint32_t pixel;
            memcpy(&pixel, (char *)surface->pixels + y * surface->pitch + x * 4, sizeof pixel);
            if ((pixel & 0xffffff) == 0)
                continue;
            if (x <= MARGIN || y <= MARGIN || x >= width - MARGIN - 1 || y >= height - MARGIN - 1)
                fail_msg("ink of \"%s\" at %d, %d touches the border of its box of %d x %d",
                         item->text, x - MARGIN, y - MARGIN, item->box.w, item->box.h);
            inside++;
        }
    SDL_FreeSurface(surface);
    return inside;
}

static const char *const hard_words[] = {
    "น้ำ ปั้น ผึ้ง ญี่ปุ่น กูฏุ ฐู ปี่ ป้ำ", "ญี่ปุ่นกูฏุ", "ป้ำ", "ฐู", "กูฏุปี่น้ำผึ้งปั้นญี่ปุ่นฐูป้ำกูฏุปี่น้ำผึ้งปั้นญี่ปุ่นฐูป้ำ", "fjÅgŷ",
};

static void check_hard_words(struct fixture *fixture, struct text *text)
{
    for (size_t s = 0; s < SIZE_COUNT; s++) {
        build(fixture, sizes[s]);
        for (int i = 0; i < fixture->scene.item_count; i++)
            for (size_t w = 0; w < sizeof hard_words / sizeof *hard_words; w++) {
                struct scene_item item = fixture->scene.items[i];
                /* A counter's badge never has to hold a sentence. */
                bool too_much = strlen(hard_words[w]) > 60 && item.box.w < 120;
                if (item.kind != ITEM_TEXT || too_much)
                    continue;
                strcpy(item.text, hard_words[w]);
                if (check_ink(text, &item) == 0)
                    fail_msg("nothing drawn of \"%s\" in %d x %d", item.text, item.box.w,
                             item.box.h);
            }
    }
}

static void test_hard_words_stay_inside_every_slot(void **state)
{
    struct fixture *fixture = *state;
    check_hard_words(fixture, fixture->text);
}

static void test_hard_words_in_a_crowded_office(void **state)
{
    struct fixture *fixture = *state;
    fill(fixture, 9, 13);
    check_hard_words(fixture, fixture->text);
}

/* Laksaman's กูฏุ drops far below its own descender. */
static void test_hard_words_in_a_font_that_lies_about_its_height(void **state)
{
    struct fixture *fixture = *state;
    static const char path[] = "/usr/share/fonts/truetype/tlwg/Laksaman.ttf";
    if (access(path, R_OK) != 0)
        skip();
    struct text *text = text_create(path, path);
    check_hard_words(fixture, text);
    text_destroy(text);
}

static void test_ink_check_notices_a_clipped_text(void **state)
{
    struct fixture *fixture = *state;
    struct scene_item item = {
        .kind = ITEM_TEXT, .box = {0, 0, 200, 60}, .text = "กูฏุ", .size = 40, .lines = 1};
    int whole = check_ink(fixture->text, &item);
    /* The same in a picture that ends where the font's descender does has less ink. */
    SDL_Surface *cut = SDL_CreateRGBSurfaceWithFormat(0, 200, 40, 32, SDL_PIXELFORMAT_XRGB8888);
    text_draw(fixture->text, cut, &item, 0xffffff);
    int seen = 0;
    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 200; x++) {
            uint32_t pixel;
            memcpy(&pixel, (char *)cut->pixels + y * cut->pitch + x * 4, sizeof pixel);
            seen += (pixel & 0xffffff) != 0;
        }
    SDL_FreeSurface(cut);
    assert_in_range(seen, 1, whole - 1);
}

static void test_a_missing_font_is_replaced(void **state)
{
    (void)state;
    struct text *text = text_create("/nowhere/font.ttf", "/etc/passwd");
    assert_non_null(text);
    struct scene_item item = {
        .kind = ITEM_TEXT, .box = {0, 0, 300, 90}, .text = "A012", .size = 50, .lines = 1};
    assert_true(check_ink(text, &item) > 0);
    item.bold = true;
    assert_true(check_ink(text, &item) > 0);
    text_destroy(text);
}

/* --- drawing --- */

static int area_of(const SDL_Rect *areas, int count)
{
    int area = 0;
    for (int i = 0; i < count; i++)
        area += areas[i].w * areas[i].h;
    return area;
}

static void draw_word(struct fixture *fixture, SDL_Surface *surface, const char *word)
{
    struct scene_item item = {
        .kind = ITEM_TEXT, .box = {0, 0, surface->w, surface->h}, .size = 60, .lines = 1};
    snprintf(item.text, sizeof item.text, "%s", word);
    SDL_FillRect(surface, NULL, 0);
    text_draw(fixture->text, surface, &item, 0xffffff);
}

/* A letter that the font lacks comes from another; one that none has is a question mark. */
static void test_missing_letters_are_replaced(void **state)
{
    struct fixture *fixture = *state;
    SDL_Surface *a = SDL_CreateRGBSurfaceWithFormat(0, 200, 120, 32, SDL_PIXELFORMAT_XRGB8888);
    SDL_Surface *b = SDL_CreateRGBSurfaceWithFormat(0, 200, 120, 32, SDL_PIXELFORMAT_XRGB8888);
    size_t size = (size_t)a->h * (size_t)a->pitch;
    draw_word(fixture, a, "ก\U000F1234ข");
    draw_word(fixture, b, "ก?ข");
    assert_memory_equal(a->pixels, b->pixels, size);
    draw_word(fixture, a, "€≥"); /* in Waree, not in Loma */
    draw_word(fixture, b, "??");
    assert_memory_not_equal(a->pixels, b->pixels, size);
    SDL_FreeSurface(a);
    SDL_FreeSurface(b);
}

static void test_only_what_changed_is_drawn(void **state)
{
    struct fixture *fixture = *state;
    struct draw *draw = draw_create(fixture->text, theme_get("dark"));
    SDL_Rect changes[DRAW_CHANGES_MAX];
    build(fixture, sizes[1]);
    assert_int_equal(draw_update(draw, &fixture->scene, changes), 1);
    assert_int_equal(area_of(changes, 1), 1280 * 720);
    assert_int_equal(draw_update(draw, &fixture->scene, changes), 0);
    fixture->view.services[0].waiting = 6;
    build(fixture, sizes[1]);
    assert_int_equal(draw_update(draw, &fixture->scene, changes), 1);
    assert_in_range(area_of(changes, 1), 1, 1280 * 720 / 50);
    build(fixture, sizes[2]);
    assert_int_equal(draw_update(draw, &fixture->scene, changes), 1);
    assert_int_equal(area_of(changes, 1), 800 * 480);
    draw_destroy(draw);
}

static void change_at_random(struct view *view, int64_t now_ms, unsigned *seed)
{
    struct call over;
    int counter = rand_r(seed) % 3;
    char ticket[TICKET_SIZE];
    snprintf(ticket, sizeof ticket, "A%03d", rand_r(seed) % 400);
    switch (rand_r(seed) % 6) {
    case 0:
        view->services[counter].waiting = rand_r(seed) % 200;
        break;
    case 1:
        view->counters[counter].open = !view->counters[counter].open;
        break;
    case 2:
        strcpy(view->counters[counter].ticket, rand_r(seed) % 2 ? ticket : "");
        break;
    case 3:
        memmove(view->calls + 1, view->calls, sizeof view->calls - sizeof *view->calls);
        view->calls[0].counter = counter + 1;
        strcpy(view->calls[0].ticket, ticket);
        break;
    case 4:
        light(view, "called", 1 + rand_r(seed) % 1000, ticket, counter + 1);
        calls_begin(&view->fresh, now_ms);
        break;
    default:
        for (int i = 0; i < view->fresh.count; i++)
            calls_heard(&view->fresh, view->fresh.list[i].seq, HEARD_NOTHING);
        calls_advance(&view->fresh, now_ms, &over);
        view->turn++;
        break;
    }
}

/* Drawn change by change, the picture is the one drawn at once. */
static void test_changes_add_up_to_the_whole(void **state)
{
    struct fixture *fixture = *state;
    struct draw *draw = draw_create(fixture->text, theme_get("light"));
    SDL_Rect changes[DRAW_CHANGES_MAX];
    unsigned seed = 20261123;
    for (int i = 0; i < 60; i++) {
        change_at_random(&fixture->view, 1000 + i * 400, &seed);
        build(fixture, sizes[2]);
        assert_true(draw_update(draw, &fixture->scene, changes) >= 0);
        struct draw *fresh = draw_create(fixture->text, theme_get("light"));
        assert_int_equal(draw_update(fresh, &fixture->scene, changes), 1);
        const SDL_Surface *a = draw_picture(draw), *b = draw_picture(fresh);
        for (int y = 0; y < a->h; y++)
            if (memcmp((char *)a->pixels + y * a->pitch, (char *)b->pixels + y * b->pitch,
                       (size_t)a->w * 4) != 0)
                fail_msg("change %d: line %d differs", i, y);
        draw_destroy(fresh);
    }
    draw_destroy(draw);
}

/* --- golden pictures --- */

static SDL_Surface *load_picture(const char *path)
{
    png_image image = {.version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_RGB};
    if (!png_image_begin_read_from_file(&image, path))
        return NULL;
    image.format = PNG_FORMAT_RGB;
    SDL_Surface *rgb = SDL_CreateRGBSurfaceWithFormat(0, (int)image.width, (int)image.height, 24,
                                                      SDL_PIXELFORMAT_RGB24);
    assert_non_null(rgb);
    assert_true(png_image_finish_read(&image, NULL, rgb->pixels, rgb->pitch, NULL));
    return rgb;
}

static const uint8_t *pixel_at(const SDL_Surface *rgb, int x, int y)
{
    return (const uint8_t *)rgb->pixels + (ptrdiff_t)y * rgb->pitch + (ptrdiff_t)x * 3;
}

static int pixel_distance(const uint8_t *a, const uint8_t *b)
{
    int most = 0;
    for (int i = 0; i < 3; i++)
        most = abs(a[i] - b[i]) > most ? abs(a[i] - b[i]) : most;
    return most;
}

/* Pixels of `a` that `b` has nothing like in the eight around or at the same place: smoothing and
 * a shift by one pixel pass, a missing or other letter does not. */
static int count_strange(const SDL_Surface *a, const SDL_Surface *b)
{
    int strange = 0;
    for (int y = 1; y < a->h - 1; y++)
        for (int x = 1; x < a->w - 1; x++) {
            const uint8_t *pixel = pixel_at(a, x, y);
            int least = pixel_distance(pixel, pixel_at(b, x, y));
            for (int i = 0; i < 9 && least > 64; i++) {
                int distance = pixel_distance(pixel, pixel_at(b, x + i % 3 - 1, y + i / 3 - 1));
                least = distance < least ? distance : least;
            }
            strange += least > 64;
        }
    return strange;
}

#define STRANGE_MAX 12

static bool same_picture(const SDL_Surface *a, const SDL_Surface *b)
{
    return a->w == b->w && a->h == b->h && count_strange(a, b) + count_strange(b, a) <= STRANGE_MAX;
}

static SDL_Surface *draw_rgb(struct fixture *fixture, const struct scene *scene)
{
    struct draw *draw = draw_create(fixture->text, theme_get(fixture->office.display.theme));
    SDL_Rect changes[DRAW_CHANGES_MAX];
    assert_int_equal(draw_update(draw, scene, changes), 1);
    SDL_Surface *rgb = SDL_ConvertSurfaceFormat(draw_picture(draw), SDL_PIXELFORMAT_RGB24, 0);
    assert_non_null(rgb);
    draw_destroy(draw);
    return rgb;
}

/* Colours in steps of eight: a file of half the size that looks the same. */
static void coarsen(SDL_Surface *rgb)
{
    for (int y = 0; y < rgb->h; y++) {
        uint8_t *row = (uint8_t *)rgb->pixels + (ptrdiff_t)y * rgb->pitch;
        for (int x = 0; x < rgb->w * 3; x++)
            row[x] = (uint8_t)(row[x] > 251 ? 255 : (row[x] + 4) & 0xf8);
    }
}

static void check_golden(struct fixture *fixture, const char *name, struct size size)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "tests/golden/screen-%s.png", name);
    build(fixture, size);
    SDL_Surface *drawn = draw_rgb(fixture, &fixture->scene);
    const char *wish = getenv("KHIOSK_GOLDEN");
    if (wish && strcmp(wish, "renew") == 0) {
        coarsen(drawn);
        assert_int_equal(picture_save(drawn, path), 0);
    } else {
        SDL_Surface *golden = load_picture(path);
        if (!golden)
            fail_msg("%s cannot be read; KHIOSK_GOLDEN=renew makes it", path);
        bool same = same_picture(drawn, golden);
        SDL_FreeSurface(golden);
        if (!same)
            fail_msg("the screen does not look like %s", path);
    }
    SDL_FreeSurface(drawn);
}

static void test_golden_landscape(void **state)
{
    check_golden(*state, "1280x720", (struct size){1280, 720});
}

static void test_golden_touch_panel_lit_light(void **state)
{
    struct fixture *fixture = *state;
    strcpy(fixture->office.display.theme, "light");
    light(&fixture->view, "called", 9, "A012", 1);
    fixture->view.counters[2] = (struct view_counter){.number = 3};
    fixture->view.services[2].open = false;
    check_golden(fixture, "800x480", (struct size){800, 480});
}

static void test_golden_portrait(void **state)
{
    check_golden(*state, "1080x1920", (struct size){1080, 1920});
}

static void test_golden_closed(void **state)
{
    struct fixture *fixture = *state;
    assert_true(read_view(&fixture->view, closed));
    check_golden(fixture, "closed", (struct size){1280, 720});
}

/* An office that is closed, for each reason. */
static void check_golden_closed(struct fixture *fixture, const char *name, enum closed_kind kind,
                                struct local_time next)
{
    assert_true(read_view(&fixture->view, closed));
    fixture->view.closing = (struct closing){
        .kind = kind, .has_next = true, .next_is_today = next.day == 23, .next = next};
    check_golden(fixture, name, (struct size){1280, 720});
}

static void test_golden_before_opening(void **state)
{
    check_golden_closed(*state, "before-opening", CLOSED_BEFORE,
                        (struct local_time){2026, 11, 23, 1, 8, 30, 0});
}

static void test_golden_lunch(void **state)
{
    check_golden_closed(*state, "lunch", CLOSED_LUNCH,
                        (struct local_time){2026, 11, 23, 1, 13, 0, 0});
}

static void test_golden_holiday(void **state)
{
    struct fixture *fixture = *state;
    fixture->office.display.digits = DIGITS_THAI;
    check_golden_closed(fixture, "holiday", CLOSED_HOLIDAY,
                        (struct local_time){2026, 11, 24, 2, 8, 30, 0});
}

static void test_golden_after_closing(void **state)
{
    struct fixture *fixture = *state;
    strcpy(fixture->office.display.theme, "light");
    check_golden_closed(fixture, "after-closing", CLOSED_AFTER,
                        (struct local_time){2026, 11, 24, 2, 8, 30, 0});
}

static void speak_three(struct fixture *fixture, enum language first)
{
    fixture->office.display.languages =
        (struct languages){3, {first, (first + 1) % LANGUAGE_COUNT, (first + 2) % LANGUAGE_COUNT}};
    fixture->ticker = "วันพุธที่ 25 พฤศจิกายน งดให้บริการน้ำประปา เวลา 13.00–16.00 น. "
                      "หมู่ที่ 3 และหมู่ที่ 5 ขออภัยในความไม่สะดวก";
}

static void test_golden_two_calls_and_ticker(void **state)
{
    struct fixture *fixture = *state;
    speak_three(fixture, LANGUAGE_TH);
    fixture->view.turn = 1;
    light(&fixture->view, "called", 21, "A012", 1);
    light(&fixture->view, "called", 22, "B004", 2);
    calls_begin(&fixture->view.fresh, 1000);
    check_golden(fixture, "1920x1080", (struct size){1920, 1080});
}

static void test_golden_malay(void **state)
{
    struct fixture *fixture = *state;
    speak_three(fixture, LANGUAGE_MS);
    check_golden(fixture, "malay", (struct size){1080, 1920});
}

static void test_languages_take_turns(void **state)
{
    struct fixture *fixture = *state;
    speak_three(fixture, LANGUAGE_TH);
    for (int turn = 0; turn < 4; turn++) {
        fixture->view.turn = turn;
        build(fixture, sizes[0]);
        assert_non_null(find_text(&fixture->scene, "กำลังให้บริการ"));
        assert_int_equal(find_text(&fixture->scene, "Now serving") != NULL, turn % 2 == 0);
        assert_int_equal(find_text(&fixture->scene, "Sedang dilayan") != NULL, turn % 2 == 1);
    }
}

static void test_closed_says_why_and_until_when(void **state)
{
    struct fixture *fixture = *state;
    assert_true(read_view(&fixture->view, closed));
    fixture->view.closing = (struct closing){.kind = CLOSED_LUNCH,
                                             .has_next = true,
                                             .next_is_today = true,
                                             .next = {2026, 11, 23, 1, 13, 0, 0}};
    build(fixture, sizes[0]);
    assert_non_null(find_text(&fixture->scene, "พักกลางวัน"));
    assert_non_null(find_text(&fixture->scene, "เปิดบริการเวลา 13.00 น."));
    assert_non_null(find_text(&fixture->scene, "Opens at 13:00"));
    fixture->view.closing.kind = CLOSED_NOT; /* closed by staff: nobody knows until when */
    build(fixture, sizes[0]);
    assert_null(find_text(&fixture->scene, "Opens at 13:00"));
}

static void test_golden_no_connection(void **state)
{
    struct fixture *fixture = *state;
    view_disconnect(&fixture->view);
    check_golden(fixture, "no-connection", (struct size){1280, 720});
}

/* The tolerance must not hide a text that is missing, whichever it is. */
static void test_comparison_notices_each_missing_text(void **state)
{
    struct fixture *fixture = *state;
    build(fixture, (struct size){800, 480});
    SDL_Surface *whole = draw_rgb(fixture, &fixture->scene);
    assert_true(same_picture(whole, whole));
    for (int i = 0; i < fixture->scene.item_count; i++) {
        if (fixture->scene.items[i].kind != ITEM_TEXT)
            continue;
        fixture->other = fixture->scene;
        fixture->other.items[i].text[0] = '\0';
        SDL_Surface *without = draw_rgb(fixture, &fixture->other);
        if (same_picture(whole, without))
            fail_msg("nobody notices that \"%s\" is missing", fixture->scene.items[i].text);
        SDL_FreeSurface(without);
    }
    SDL_FreeSurface(whole);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_view_reads_status),
        TEST(test_view_refuses_nonsense),
        TEST(test_fresh_calls_outlive_an_answer_and_a_lost_connection),
        TEST(test_nothing_overlaps_or_leaves_the_screen),
        TEST(test_no_place_is_lost_at_odd_sizes),
        TEST(test_called_number_is_largest),
        TEST(test_proportions_are_the_same_at_each_size),
        TEST(test_serving_shows_all),
        TEST(test_clock_is_hidden_when_unknown),
        TEST(test_thai_digits),
        TEST(test_no_connection_keeps_no_number),
        TEST(test_nothing_called_yet_asks_to_take_a_ticket),
        TEST(test_closed_office),
        TEST(test_a_closed_service_says_so_while_some_still_wait),
        TEST(test_a_recall_comes_to_the_front_and_goes),
        TEST(test_two_calls_at_once_are_both_shown),
        TEST(test_languages_take_turns),
        TEST(test_closed_says_why_and_until_when),
        TEST(test_every_text_has_contrast),
        TEST(test_lines_break_between_words),
        TEST(test_hard_words_stay_inside_every_slot),
        TEST(test_hard_words_in_a_crowded_office),
        TEST(test_hard_words_in_a_font_that_lies_about_its_height),
        TEST(test_ink_check_notices_a_clipped_text),
        TEST(test_a_missing_font_is_replaced),
        TEST(test_missing_letters_are_replaced),
        TEST(test_only_what_changed_is_drawn),
        TEST(test_changes_add_up_to_the_whole),
        TEST(test_golden_landscape),
        TEST(test_golden_touch_panel_lit_light),
        TEST(test_golden_portrait),
        TEST(test_golden_closed),
        TEST(test_golden_before_opening),
        TEST(test_golden_lunch),
        TEST(test_golden_holiday),
        TEST(test_golden_after_closing),
        TEST(test_golden_two_calls_and_ticker),
        TEST(test_golden_malay),
        TEST(test_golden_no_connection),
        TEST(test_comparison_notices_each_missing_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
