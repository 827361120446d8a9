#include "printer/ticket.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "printer/wording.h"

#define MM POINTS_PER_MM

/* A style's size is the height of the Thai letter ก on paper, so that a ticket looks the same in
 * any font: Laksaman's letters are a third smaller than Loma's of the same nominal size. */
struct style {
    double letter_mm;
    bool bold;
};

static const struct style office_style = {2.2, true};
static const struct style heading_style = {2.0, false};
static const struct style service_style = {3.3, true};
static const struct style priority_style = {2.3, true};
static const struct style fact_style = {2.5, true};
static const struct style please_style = {2.1, false};
static const struct style small_style = {1.8, false};

#define BESIDE 0.68         /* size of the other languages beside the first one */
#define LEADING 2.15        /* from one baseline to the next, in heights of the letter */
#define CLEARANCE 0.45      /* least white between the ink of two lines, likewise */
#define ASCENT 1.25         /* least height of a text above its first baseline, likewise */
#define DESCENT 0.35        /* least depth under its last one */
#define LEAST_LETTER_MM 1.2 /* on the narrowest roll, too */
#define MARGIN_MM 3.0
#define NUMBER_WIDTH 0.94  /* of the width between the margins, at most */
#define NUMBER_HEIGHT 0.31 /* of the same, at most */
#define RULE_WIDTH 0.5
#define FRAME_WIDTH 1.0

/* A page being laid out, top down. */
struct page {
    const struct office *office;
    cairo_t *cairo;
    PangoContext *context;
    double width;        /* of the whole page */
    double scale;        /* narrow rolls take smaller letters */
    double letter_ratio; /* height of ก in the font, as a part of its size */
    double y;            /* everything above is taken */
    double widest;       /* of the lines so far */
    bool drawing;        /* or only measuring */
};

static PangoLayout *page_layout(const struct page *page, double size, bool bold, const char *text)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, page->office->printer.font);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    if (bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    PangoLayout *layout = pango_layout_new(page->context);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, text, -1);
    pango_font_description_free(font);
    return layout;
}

static double ink_height(PangoLayout *layout)
{
    PangoRectangle ink;
    pango_layout_get_extents(layout, &ink, NULL);
    return (double)ink.height / PANGO_SCALE;
}

static double style_letter(const struct page *page, struct style style)
{
    return fmax(style.letter_mm * page->scale, LEAST_LETTER_MM) * MM;
}

static double content_width(const struct page *page)
{
    return page->width - 2 * MARGIN_MM * MM;
}

static void page_gap(struct page *page, double mm)
{
    page->y += mm * MM * page->scale;
}

/* Whether the text fits a width in so many lines without breaking a word. */
static bool fits(PangoLayout *layout, int width, int lines)
{
    PangoRectangle logical;
    pango_layout_set_width(layout, width);
    pango_layout_get_extents(layout, NULL, &logical);
    return pango_layout_get_line_count(layout) <= lines && logical.width <= width;
}

/* Breaks the text so that its lines are about equally long; a word is only broken where it alone is
 * wider than the page. */
static void break_evenly(PangoLayout *layout, double width)
{
    int most = (int)(width * PANGO_SCALE);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(layout, most);
    int lines = pango_layout_get_line_count(layout);
    if (lines == 1)
        return;
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
    if (fits(layout, most, lines)) {
        int good = most, bad = most / lines;
        while (good - bad > PANGO_SCALE) {
            int middle = bad + (good - bad) / 2;
            if (fits(layout, middle, lines))
                good = middle;
            else
                bad = middle;
        }
        most = good;
    }
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(layout, most);
}

static void page_line(struct page *page, PangoLayoutLine *line, double baseline)
{
    PangoRectangle logical;
    pango_layout_line_get_extents(line, NULL, &logical);
    double width = (double)logical.width / PANGO_SCALE;
    page->widest = fmax(page->widest, width);
    if (!page->drawing)
        return;
    cairo_move_to(page->cairo, (page->width - width) / 2, baseline);
    pango_cairo_show_layout_line(page->cairo, line);
}

/* Centred text from page->y down. Lines are set by their ink: even leading, and more of it only
 * where a low vowel would meet a high tone mark. */
static void page_text(struct page *page, struct style style, double width, const char *text)
{
    if (!text[0])
        return;
    double letter = style_letter(page, style);
    PangoLayout *layout = page_layout(page, letter / page->letter_ratio, style.bold, text);
    break_evenly(layout, width);
    double baseline = 0, bottom = page->y;
    for (GSList *at = pango_layout_get_lines_readonly(layout); at; at = at->next) {
        PangoRectangle ink;
        pango_layout_line_get_extents(at->data, &ink, NULL);
        double above = -(double)ink.y / PANGO_SCALE;
        if (baseline == 0)
            baseline = page->y + fmax(above, ASCENT * letter);
        else
            baseline = fmax(baseline + LEADING * letter, bottom + CLEARANCE * letter + above);
        bottom = baseline + fmax((double)(ink.y + ink.height) / PANGO_SCALE, DESCENT * letter);
        page_line(page, at->data, baseline);
    }
    page->y = bottom;
    g_object_unref(layout);
}

static void page_rule(struct page *page)
{
    if (page->drawing) {
        double margin = MARGIN_MM * MM;
        cairo_set_line_width(page->cairo, RULE_WIDTH);
        cairo_move_to(page->cairo, margin, page->y + RULE_WIDTH / 2);
        cairo_line_to(page->cairo, page->width - margin, page->y + RULE_WIDTH / 2);
        cairo_stroke(page->cairo);
    }
    page->y += RULE_WIDTH;
}

/* The line in the first language, and smaller beneath it in the others. */
static void page_languages(struct page *page, const struct ticket *ticket, struct style style,
                           double width, wording_function *say)
{
    const struct languages *languages = &page->office->printer.languages;
    char shown[LANGUAGE_COUNT][WORDING_SIZE];
    for (int i = 0; i < languages->count; i++) {
        bool repeats = false;
        say(page->office, ticket, languages->list[i], shown[i]);
        for (int k = 0; k < i && !repeats; k++)
            repeats = strcmp(shown[k], shown[i]) == 0;
        if (repeats || !shown[i][0])
            continue;
        if (i > 0)
            page_gap(page, 0.4 * style.letter_mm);
        page_text(page, style, width, shown[i]);
        if (i == 0)
            style = (struct style){style.letter_mm * BESIDE, false};
    }
}

static void frame(const struct page *page, double top, double half_width)
{
    double radius = 1.2 * MM, left = page->width / 2 - half_width,
           right = page->width / 2 + half_width, bottom = page->y;
    cairo_new_sub_path(page->cairo);
    cairo_arc(page->cairo, right - radius, top + radius, radius, -M_PI / 2, 0);
    cairo_arc(page->cairo, right - radius, bottom - radius, radius, 0, M_PI / 2);
    cairo_arc(page->cairo, left + radius, bottom - radius, radius, M_PI / 2, M_PI);
    cairo_arc(page->cairo, left + radius, top + radius, radius, M_PI, 3 * M_PI / 2);
    cairo_close_path(page->cairo);
    cairo_set_line_width(page->cairo, FRAME_WIDTH);
    cairo_stroke(page->cairo);
}

/* The same in a frame that is as wide as its text needs. */
static void page_framed(struct page *page, const struct ticket *ticket, struct style style,
                        wording_function *say)
{
    double beside = 4 * MM * page->scale, above = 1.6 * MM * page->scale, top = page->y;
    page->widest = 0;
    page->y += above;
    page_languages(page, ticket, style, content_width(page) - 2 * beside, say);
    page->y += above;
    if (page->drawing)
        frame(page, top, page->widest / 2 + beside);
}

/* The number fills the width, unless it would get too tall. It is set by its ink alone. */
static void page_number(struct page *page, const struct ticket *ticket)
{
    char text[WORDING_SIZE];
    wording_number(page->office, ticket, page->office->printer.languages.list[0], text);
    const double probe = 100;
    PangoLayout *layout = page_layout(page, probe, true, text);
    PangoRectangle ink;
    pango_layout_get_extents(layout, &ink, NULL);
    g_object_unref(layout);
    double width = content_width(page) * NUMBER_WIDTH, height = content_width(page) * NUMBER_HEIGHT;
    double size = probe * fmin(width * PANGO_SCALE / ink.width, height * PANGO_SCALE / ink.height);

    layout = page_layout(page, size, true, text);
    pango_layout_get_extents(layout, &ink, NULL);
    if (page->drawing) {
        double left = (page->width - (double)ink.width / PANGO_SCALE) / 2;
        cairo_move_to(page->cairo, left - (double)ink.x / PANGO_SCALE,
                      page->y - (double)ink.y / PANGO_SCALE);
        pango_cairo_show_layout(page->cairo, layout);
    }
    page->y += (double)ink.height / PANGO_SCALE;
    g_object_unref(layout);
}

static void page_content(struct page *page, const struct ticket *ticket)
{
    double width = content_width(page);
    page->y = MARGIN_MM * MM;
    page_text(page, office_style, width, page->office->name);
    page_gap(page, 2.2);
    page_rule(page);
    page_gap(page, 2.2);
    page_languages(page, ticket, heading_style, width, wording_heading);
    page_gap(page, 3.2);
    page_number(page, ticket);
    page_gap(page, 3.4);
    page_languages(page, ticket, service_style, width, wording_service);
    page_gap(page, 3);
    if (ticket->ticket_class == CLASS_PRIORITY) {
        page_framed(page, ticket, priority_style, wording_priority);
        page_gap(page, 3);
    }
    page_rule(page);
    page_gap(page, 2.8);
    page_languages(page, ticket, fact_style, width, wording_ahead);
    if (ticket->promise_high_s > 0) {
        page_gap(page, 2);
        page_languages(page, ticket, fact_style, width, wording_expected);
    }
    page_gap(page, 3);
    page_rule(page);
    page_gap(page, 2.6);
    page_languages(page, ticket, please_style, width, wording_please_wait);
    if (ticket->clock_set) {
        page_gap(page, 2.4);
        page_languages(page, ticket, small_style, width, wording_time);
    }
    if (page->office->printer.footer[0]) {
        page_gap(page, 2.4);
        page_text(page, small_style, width, page->office->printer.footer);
    }
    if (ticket->copy > 1) {
        page_gap(page, 2.8);
        page_framed(page, ticket, please_style, wording_copy);
    }
    page->y += MARGIN_MM * MM;
}

/* The heads of the usual rolls: 72 mm of 80, 48 mm of 58. */
static int printable_mm(int roll_mm)
{
    return roll_mm < 70 ? roll_mm - 10 : roll_mm - 8;
}

/* Glyphs in their true shape and place, the same at every resolution. */
static PangoContext *context_create(cairo_t *cairo)
{
    PangoContext *context = pango_cairo_create_context(cairo);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_round_glyph_positions(context, FALSE);
    return context;
}

static void page_start(struct page *page, const struct office *office, cairo_t *cairo, bool drawing)
{
    double width = printable_mm(office->printer.paper_mm) * MM;
    *page = (struct page){.office = office,
                          .cairo = cairo,
                          .context = context_create(cairo),
                          .width = width,
                          .scale = fmin(fmax(width / (72 * MM), 0.78), 1.4),
                          .drawing = drawing};
    const double probe = 1000;
    PangoLayout *letter = page_layout(page, probe, false, "ก");
    page->letter_ratio = fmax(ink_height(letter) / probe, 0.05);
    g_object_unref(letter);
}

struct paper ticket_paper(const struct office *office, const struct ticket *ticket)
{
    cairo_surface_t *nowhere = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    cairo_t *cairo = cairo_create(nowhere);
    struct page page;
    page_start(&page, office, cairo, false);
    page_content(&page, ticket);
    struct paper paper = {printable_mm(office->printer.paper_mm), (int)ceil(page.y / MM)};
    g_object_unref(page.context);
    cairo_destroy(cairo);
    cairo_surface_destroy(nowhere);
    return paper;
}

void ticket_draw(const struct office *office, const struct ticket *ticket, cairo_t *cairo)
{
    struct page page;
    cairo_save(cairo);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_set_source_rgb(cairo, 0, 0, 0);
    page_start(&page, office, cairo, true);
    page_content(&page, ticket);
    g_object_unref(page.context);
    cairo_restore(cairo);
}

bool ticket_font_exists(const struct office *office)
{
    PangoFontMap *map = pango_cairo_font_map_get_default();
    return pango_font_map_get_family(map, office->printer.font) != NULL;
}
