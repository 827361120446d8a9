/* The manifest of a clip set: written, read again, and what is wrong in it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// cmocka needs the headers above
#include <cmocka.h>

#include "shared/clip_set.h"

static char folder[] = "/tmp/khiosk-clips-XXXXXX";
static char manifest[64];

static void write_manifest(const char *text)
{
    FILE *file = fopen(manifest, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_written_and_read(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct clip_set *set = clip_set_create(folder);
    assert_int_equal(clip_set_put(set, LANGUAGE_TH, "yi", "old.wav"), 0);
    assert_int_equal(clip_set_put(set, LANGUAGE_TH, "yi", "th/yi.wav"), 0);
    assert_int_equal(clip_set_describe(set, "เสียงสำนักงาน", "CC0"), 0);
    assert_int_equal(clip_set_write(set), 0);
    clip_set_destroy(set);
    set = clip_set_read(folder, &problems);
    assert_non_null(set);
    assert_int_equal(problems.count, 0);
    assert_string_equal(clip_set_file(set, LANGUAGE_TH, "yi"), "th/yi.wav");
    assert_null(clip_set_file(set, LANGUAGE_TH, "ed"));
    assert_null(clip_set_file(set, LANGUAGE_EN, "yi"));
    assert_string_equal(clip_set_name(set), "เสียงสำนักงาน");
    assert_string_equal(clip_set_licence(set), "CC0");
    clip_set_destroy(set);
    assert_int_equal(unlink(manifest), 0);
}

static void test_files_stay_inside(void **state)
{
    (void)state;
    static const char *const rows[] = {"/etc/passwd", "../a.wav", "th/../../a.wav", "", "a b",
                                       "a;b",         "a\nb"};
    struct clip_set *set = clip_set_create(folder);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(clip_set_put(set, LANGUAGE_TH, "0", rows[i]), -EINVAL);
    assert_int_equal(clip_set_put(set, LANGUAGE_EN, "ed", "ed.wav"), -EINVAL);
    clip_set_destroy(set);
}

static void test_faults(void **state)
{
    (void)state;
    struct problems problems = {0};
    assert_null(clip_set_read(folder, &problems));
    assert_int_equal(problems.count, 1);
    write_manifest("[th]\n0 = 0.wav\n1 = ../1.wav\nbelas = b.wav\n[de]\n[set]\ncolour = red\n");
    struct clip_set *set = clip_set_read(folder, &problems);
    assert_non_null(set);
    assert_int_equal(problems.count, 5);
    assert_non_null(strstr(problems.lines[1], "voice.ini:3: [th] 1: "));
    assert_string_equal(clip_set_file(set, LANGUAGE_TH, "0"), "0.wav");
    clip_set_destroy(set);
    problems_finish(&problems);
    unlink(manifest);
}

static void test_no_folder(void **state)
{
    (void)state;
    struct clip_set *set = clip_set_create("/nonexistent/folder");
    assert_int_equal(clip_set_write(set), -ENOENT);
    clip_set_destroy(set);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(manifest, sizeof manifest, "%s/voice.ini", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_and_read),
        cmocka_unit_test(test_files_stay_inside),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_no_folder),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
