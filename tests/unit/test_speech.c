/* What is said for a call, in each language, and that no clip is recorded for nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// cmocka needs the headers above
#include <cmocka.h>

#include "shared/speech.h"

static const char *words_of(enum language language, const char *name)
{
    for (size_t i = 0; i < speech_clip_count(language); i++)
        if (strcmp(speech_clip_name(language, i), name) == 0)
            return speech_clip_words(language, i);
    fail_msg("no clip %s in language %d", name, language);
    return NULL;
}

static const char *spoken(enum language language, const char *ticket, int counter)
{
    static char text[1024];
    const char *clips[SPEECH_SENTENCE_MAX];
    size_t used = 0, count = speech_call(language, ticket, counter, clips);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "",
                                 words_of(language, clips[i]));
    return text;
}

static void test_sentences(void **state)
{
    (void)state;
    assert_string_equal(spoken(LANGUAGE_TH, "A012", 3),
                        "ขอเชิญหมายเลข เอ ศูนย์ หนึ่ง สอง ที่ช่องบริการ สาม ค่ะ");
    assert_string_equal(spoken(LANGUAGE_EN, "A012", 3),
                        "Number A zero one two please go to counter three");
    assert_string_equal(spoken(LANGUAGE_MS, "A012", 3),
                        "Nombor A kosong satu dua sila ke kaunter tiga");
    assert_string_equal(spoken(LANGUAGE_EN, "ABC1000", 99),
                        "Number A B C one zero zero zero please go to counter ninety nine");
}

static void test_counters(void **state)
{
    (void)state;
    static const struct {
        int counter;
        const char *words[LANGUAGE_COUNT];
    } rows[] = {
        {1, {"หนึ่ง ค่ะ", "one", "satu"}},
        {10, {"สิบ ค่ะ", "ten", "sepuluh"}},
        {11, {"สิบ เอ็ด ค่ะ", "eleven", "sebelas"}},
        {12, {"สิบ สอง ค่ะ", "twelve", "dua belas"}},
        {19, {"สิบ เก้า ค่ะ", "nineteen", "sembilan belas"}},
        {20, {"ยี่ สิบ ค่ะ", "twenty", "dua puluh"}},
        {21, {"ยี่ สิบ เอ็ด ค่ะ", "twenty one", "dua puluh satu"}},
        {35, {"สาม สิบ ห้า ค่ะ", "thirty five", "tiga puluh lima"}},
        {91, {"เก้า สิบ เอ็ด ค่ะ", "ninety one", "sembilan puluh satu"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (enum language l = 0; l < LANGUAGE_COUNT; l++) {
            char expected[256];
            snprintf(expected, sizeof expected, "%s A %s %s", words_of(l, "number"),
                     words_of(l, "counter"), rows[i].words[l]);
            if (l == LANGUAGE_TH)
                snprintf(expected, sizeof expected, "ขอเชิญหมายเลข เอ ที่ช่องบริการ %s",
                         rows[i].words[l]);
            assert_string_equal(spoken(l, "A", rows[i].counter), expected);
        }
}

static void test_every_clip_is_used(void **state)
{
    (void)state;
    for (enum language l = 0; l < LANGUAGE_COUNT; l++) {
        bool used[SPEECH_CLIPS_MAX] = {false};
        for (int i = 0; i < 99 * 36; i++) {
            const char *clips[SPEECH_SENTENCE_MAX];
            char ticket[] = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[i % 36], '\0'};
            size_t count = speech_call(l, ticket, i / 36 + 1, clips);
            assert_true(count >= 4 && count <= 7);
            for (size_t c = 0; c < count; c++) {
                assert_true(words_of(l, clips[c])[0]);
                for (size_t k = 0; k < speech_clip_count(l); k++)
                    used[k] = used[k] || clips[c] == speech_clip_name(l, k);
            }
        }
        for (size_t k = 0; k < speech_clip_count(l); k++)
            if (!used[k])
                fail_msg("clip %s of language %d is never used", speech_clip_name(l, k), l);
    }
    assert_int_equal(speech_clip_count(LANGUAGE_TH), 42);
}

static void test_what_cannot_be_said(void **state)
{
    (void)state;
    const char *clips[SPEECH_SENTENCE_MAX];
    assert_int_equal(speech_call(LANGUAGE_TH, "", 1, clips), 0);
    assert_int_equal(speech_call(LANGUAGE_TH, "A-1", 1, clips), 0);
    assert_int_equal(speech_call(LANGUAGE_TH, "A1", 0, clips), 0);
    assert_int_equal(speech_call(LANGUAGE_TH, "A1", 100, clips), 0);
    assert_int_equal(speech_call(LANGUAGE_EN, "A0123456789012345678901234567890", 1, clips), 0);
    assert_null(speech_clip_name(LANGUAGE_TH, 42));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_counters),
        cmocka_unit_test(test_every_clip_is_used),
        cmocka_unit_test(test_what_cannot_be_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
