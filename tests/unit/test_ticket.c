/* The ticket on paper: golden pictures, and what must be true of any ticket.
 *
 * KHIOSK_GOLDEN=renew writes the golden pictures anew instead of comparing with them. */
#include <cairo.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "printer/sheet.h"

#define GOLDEN "tests/golden/"
#define CELL SHEET_DOTS_PER_MM /* pictures are compared by square millimetres */

static struct office office;
static struct ticket ticket;

/* LeakSanitizer asks this. Fontconfig's caches are meant to last as long as the process. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

static void set_text(char field[TEXT_SIZE], const char *text)
{
    assert_true(strlen(text) < TEXT_SIZE);
    strcpy(field, text);
}

static int set_up(void **state)
{
    (void)state;
    assert_true(clock_use_timezone("Asia/Bangkok"));
    office = (struct office){.name = "องค์การบริหารส่วนตำบลตัวอย่าง", .service_count = 1};
    strcpy(office.services[0].name, "general");
    strcpy(office.services[0].title[LANGUAGE_TH], "งานทั่วไปและทะเบียน");
    strcpy(office.services[0].title[LANGUAGE_EN], "General services and registration");
    strcpy(office.services[0].title[LANGUAGE_MS], "Urusan am dan pendaftaran");
    office.printer.paper_mm = 80;
    strcpy(office.printer.font, "Laksaman");
    office.printer.languages = (struct languages){2, {LANGUAGE_TH, LANGUAGE_EN}};
    ticket = (struct ticket){.day = "2026-11-23",
                             .number = "A012",
                             .copy = 1,
                             .service = "general",
                             .issued_ms = INT64_C(1795399500000),
                             .clock_set = true,
                             .ahead = 3,
                             .promise_low_s = 300,
                             .promise_high_s = 900};
    return 0;
}

/* A picture as ink per square millimetre, from 0 (white) to 1. */
struct ink {
    int columns, rows;
    float *cells;
};

static struct ink ink_of(cairo_surface_t *picture)
{
    assert_int_equal(cairo_surface_status(picture), CAIRO_STATUS_SUCCESS);
    cairo_surface_flush(picture);
    struct ink ink = {cairo_image_surface_get_width(picture) / CELL,
                      cairo_image_surface_get_height(picture) / CELL, NULL};
    ink.cells = calloc((size_t)(ink.columns * ink.rows), sizeof *ink.cells);
    assert_non_null(ink.cells);
    const unsigned char *pixels = cairo_image_surface_get_data(picture);
    int stride = cairo_image_surface_get_stride(picture);
    for (int y = 0; y < ink.rows * CELL; y++)
        for (int x = 0; x < ink.columns * CELL; x++) {
            float black = (float)(255 - pixels[y * stride + 4 * x]) / 255;
            ink.cells[y / CELL * ink.columns + x / CELL] += black / (CELL * CELL);
        }
    return ink;
}

static struct ink ink_of_ticket(void)
{
    cairo_surface_t *picture = sheet_image(&office, &ticket);
    struct ink ink = ink_of(picture);
    cairo_surface_destroy(picture);
    return ink;
}

/* Whether two pictures show the same. Another version of cairo sets a letter a part of a dot
 * further left or right (Debian 13 beside 12: 0.10 at worst, 0.004 on average), and a page may come
 * out a millimetre longer; another digit changes the ink of whole square millimetres (by 0.20). */
static bool same_picture(struct ink a, struct ink b, bool say)
{
    const float most = 0.15f, most_on_average = 0.008f;
    int rows = a.rows < b.rows ? a.rows : b.rows;
    float worst = 0, sum = 0;
    for (int i = 0; i < rows * a.columns && a.columns == b.columns; i++) {
        float difference = fabsf(a.cells[i] - b.cells[i]);
        worst = fmaxf(worst, difference);
        sum += difference;
    }
    float average = sum / (float)(rows * a.columns);
    bool same = a.columns == b.columns && abs(a.rows - b.rows) <= 1 && worst <= most &&
                average <= most_on_average;
    if (say && !same)
        print_error("%dx%d mm beside %dx%d mm: ink differs by up to %.3f, %.5f on average\n",
                    a.columns, a.rows, b.columns, b.rows, (double)worst, (double)average);
    return same;
}

static void compare_with_golden(const char *file)
{
    const char *golden = getenv("KHIOSK_GOLDEN");
    if (golden && strcmp(golden, "renew") == 0) {
        cairo_surface_t *drawn = sheet_image(&office, &ticket);
        assert_int_equal(cairo_surface_write_to_png(drawn, file), CAIRO_STATUS_SUCCESS);
        cairo_surface_destroy(drawn);
    }
    cairo_surface_t *picture = cairo_image_surface_create_from_png(file);
    struct ink expected = ink_of(picture), drawn = ink_of_ticket();
    cairo_surface_destroy(picture);
    bool same = same_picture(drawn, expected, true);
    free(expected.cells);
    free(drawn.cells);
    if (!same)
        fail_msg("the ticket does not look like %s", file);
}

static void looks_like_the_golden_picture(void **state)
{
    (void)state;
    compare_with_golden(GOLDEN "ticket.png");
}

static void priority_on_a_narrow_roll(void **state)
{
    (void)state;
    office.printer.paper_mm = 58;
    strcpy(office.printer.footer, "สอบถามโทร. 0-7400-0000");
    ticket.ticket_class = CLASS_PRIORITY;
    ticket.copy = 2;
    strcpy(ticket.number, "B107");
    compare_with_golden(GOLDEN "ticket-priority-58mm.png");
}

static void hard_thai_words(void **state)
{
    (void)state;
    strcpy(office.name, "องค์การบริหารส่วนตำบลบ้านญี่ปุ่นป่าผึ้งน้ำปั้น");
    strcpy(office.services[0].title[LANGUAGE_TH], "น้ำ ปั้น ผึ้ง ญี่ปุ่น กูฏุ ฐู ปี่ ป้ำ กูฏุป้ำน้ำฐูญี่ปุ่นปั้น");
    office.printer.languages = (struct languages){3, {LANGUAGE_TH, LANGUAGE_EN, LANGUAGE_MS}};
    office.printer.digits = DIGITS_THAI;
    compare_with_golden(GOLDEN "ticket-thai.png");
}

/* The comparison is worth something only if it sees what is missing. */
static void comparison_sees_a_missing_line(void **state)
{
    struct ink whole = ink_of_ticket();
    for (int missing = 0; missing < 6; missing++) {
        set_up(state);
        if (missing == 0)
            ticket.clock_set = false;
        else if (missing == 1)
            ticket.promise_low_s = ticket.promise_high_s = 0;
        else if (missing == 2)
            office.services[0].title[LANGUAGE_EN][0] = '\0';
        else if (missing == 3)
            office.printer.languages.count = 1;
        else if (missing == 4)
            strcpy(ticket.number, "A013");
        else
            ticket.ahead = 4;
        struct ink other = ink_of_ticket();
        bool same = same_picture(whole, other, false);
        free(other.cells);
        if (same)
            fail_msg("change %d of the ticket goes unseen", missing);
    }
    free(whole.cells);
}

/* Black pixels of a picture: first and last row and column, and the tallest run of rows with ink.
 */
struct extent {
    int width, height, left, right, top, bottom, tallest;
};

static struct extent extent_of_ticket(void)
{
    cairo_surface_t *picture = sheet_image(&office, &ticket);
    const unsigned char *pixels = cairo_image_surface_get_data(picture);
    int stride = cairo_image_surface_get_stride(picture), run = 0;
    struct extent extent = {.width = cairo_image_surface_get_width(picture),
                            .height = cairo_image_surface_get_height(picture)};
    extent.left = extent.width;
    extent.top = extent.height;
    for (int y = 0; y < extent.height; y++) {
        bool ink = false;
        for (int x = 0; x < extent.width; x++) {
            if (pixels[y * stride + 4 * x] > 128)
                continue;
            ink = true;
            extent.left = x < extent.left ? x : extent.left;
            extent.right = x > extent.right ? x : extent.right;
        }
        run = ink ? run + 1 : 0;
        extent.tallest = run > extent.tallest ? run : extent.tallest;
        if (ink && y < extent.top)
            extent.top = y;
        if (ink)
            extent.bottom = y;
    }
    cairo_surface_destroy(picture);
    return extent;
}

static void assert_margins(void)
{
    const int margin = 2 * SHEET_DOTS_PER_MM;
    struct extent extent = extent_of_ticket();
    assert_true(extent.left >= margin);
    assert_true(extent.right < extent.width - margin);
    assert_true(extent.top >= margin);
    assert_true(extent.bottom < extent.height - margin);
    assert_true(extent.bottom >= extent.height - 5 * SHEET_DOTS_PER_MM);
}

/* As long as a configuration may have them. */
static const char *const long_titles[] = {
    "งานขออนุญาตก่อสร้าง ดัดแปลง รื้อถอน เคลื่อนย้ายอาคาร และขุดดิน",
    "ก๊ก้ก็กึ่กฺกุกูกฏุกฐูป้ำป้ำป้ำป้ำป้ำป้ำป้ำป้ำป้ำป้ำป้ำ",
    "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenantragsformular",
};

static void nothing_touches_the_border(void **state)
{
    static const int papers[] = {48, 58, 76, 80, 112, 210};
    static const char *const numbers[] = {"A1", "A012", "ABC001", "Q99999", "III111"};
    for (size_t i = 0; i < sizeof papers / sizeof papers[0]; i++)
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
            set_up(state);
            office.printer.paper_mm = papers[i];
            strcpy(ticket.number, numbers[k]);
            ticket.ticket_class = k % 2 ? CLASS_PRIORITY : CLASS_REGULAR;
            ticket.copy = (int)k;
            office.printer.digits = k % 2 ? DIGITS_THAI : DIGITS_ARABIC;
            set_text(office.services[0].title[LANGUAGE_TH], long_titles[k % 3]);
            set_text(office.printer.footer, long_titles[(k + 1) % 3]);
            assert_margins();
        }
}

static void number_is_the_biggest_thing(void **state)
{
    (void)state;
    assert_true(extent_of_ticket().tallest >= 18 * SHEET_DOTS_PER_MM);
    office.printer.paper_mm = 58;
    assert_true(extent_of_ticket().tallest >= 12 * SHEET_DOTS_PER_MM);
}

static int height_mm(void)
{
    return ticket_paper(&office, &ticket).height_mm;
}

static void page_is_as_wide_as_the_head_and_as_long_as_its_content(void **state)
{
    (void)state;
    struct paper paper = ticket_paper(&office, &ticket);
    assert_int_equal(paper.width_mm, 72);
    assert_in_range(paper.height_mm, 80, 120);
    int plain = height_mm();
    ticket.copy = 2;
    int copy = height_mm();
    assert_true(copy > plain);
    ticket.ticket_class = CLASS_PRIORITY;
    assert_true(height_mm() > copy);
    set_up(state);
    ticket.clock_set = false;
    assert_true(height_mm() < plain);
    set_up(state);
    set_text(office.services[0].title[LANGUAGE_TH], long_titles[0]);
    assert_true(height_mm() > plain);
    office.printer.paper_mm = 58;
    assert_int_equal(ticket_paper(&office, &ticket).width_mm, 48);
}

/* The PDF's bytes; the caller frees them. */
static char *pdf_of_ticket(size_t *length)
{
    int fd = memfd_create("ticket", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(sheet_write(&office, &ticket, SHEET_PDF, fd), 0);
    *length = (size_t)lseek(fd, 0, SEEK_CUR);
    char *bytes = malloc(*length + 1);
    assert_non_null(bytes);
    assert_int_equal(pread(fd, bytes, *length, 0), *length);
    bytes[*length] = '\0';
    close(fd);
    return bytes;
}

static void same_ticket_gives_the_same_bytes(void **state)
{
    (void)state;
    size_t length, again_length;
    char *pdf = pdf_of_ticket(&length), *again = pdf_of_ticket(&again_length);
    assert_int_equal(length, again_length);
    assert_memory_equal(pdf, again, length);
    assert_memory_equal(pdf, "%PDF-", 5);
    free(pdf);
    free(again);
}

static void promise_is_left_out_or_rounded(void **state)
{
    /* 5.5 to 14.2 minutes is said as 5 to 15, and less than one minute as "up to". */
    struct ink expected = ink_of_ticket();
    ticket.promise_low_s = 330;
    ticket.promise_high_s = 852;
    struct ink rounded = ink_of_ticket();
    assert_true(same_picture(expected, rounded, true));
    ticket.promise_low_s = 59;
    struct ink up_to = ink_of_ticket();
    assert_false(same_picture(expected, up_to, false));
    ticket.promise_low_s = 0;
    struct ink from_none = ink_of_ticket();
    assert_true(same_picture(up_to, from_none, true));
    int with_promise = height_mm();
    ticket.promise_high_s = 0;
    assert_true(height_mm() < with_promise);
    free(expected.cells);
    free(rounded.cells);
    free(up_to.cells);
    free(from_none.cells);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(looks_like_the_golden_picture, set_up),
        cmocka_unit_test_setup(priority_on_a_narrow_roll, set_up),
        cmocka_unit_test_setup(hard_thai_words, set_up),
        cmocka_unit_test_setup(comparison_sees_a_missing_line, set_up),
        cmocka_unit_test_setup(nothing_touches_the_border, set_up),
        cmocka_unit_test_setup(number_is_the_biggest_thing, set_up),
        cmocka_unit_test_setup(page_is_as_wide_as_the_head_and_as_long_as_its_content, set_up),
        cmocka_unit_test_setup(same_ticket_gives_the_same_bytes, set_up),
        cmocka_unit_test_setup(promise_is_left_out_or_rounded, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
