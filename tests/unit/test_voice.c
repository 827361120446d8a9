/* Chime, clips and the voice's thread, whose sound SDL writes into a file. */
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

#include <SDL.h>

#include "display/announcement.h"
#include "display/chime.h"
#include "display/voice.h"
#include "display/voice_check.h"
#include "shared/clip_set.h"
#include "shared/speech.h"

static char folder[] = "/tmp/khiosk-voice-XXXXXX";
static struct office office;
static sd_event *event;
static int64_t done_id;
static enum voice_result done_result;

static const char *in_folder(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void put16(FILE *out, unsigned value)
{
    fputc(value & 0xff, out);
    fputc(value >> 8 & 0xff, out);
}

static void put32(FILE *out, unsigned value)
{
    put16(out, value & 0xffff);
    put16(out, value >> 16);
}

/* A square tone of this height. */
static void write_wav(const char *name, unsigned rate, unsigned count, int level)
{
    FILE *out = fopen(in_folder(name), "w");
    assert_non_null(out);
    fputs("RIFF", out);
    put32(out, 36 + count * 2);
    fputs("WAVEfmt ", out);
    put32(out, 16);
    put16(out, 1), put16(out, 1), put32(out, rate), put32(out, rate * 2);
    put16(out, 2), put16(out, 16);
    fputs("data", out);
    put32(out, count * 2);
    for (unsigned i = 0; i < count; i++)
        put16(out, (unsigned)(i / 50 % 2 ? level : -level));
    fclose(out);
}

/* A set in which each clip of a language has a tone of its own height. */
static void make_set(enum language language, const char *without)
{
    struct clip_set *set = clip_set_create(folder);
    for (size_t i = 0; i < speech_clip_count(language); i++) {
        char name[32];
        const char *clip = speech_clip_name(language, i);
        snprintf(name, sizeof name, "%s.wav", clip);
        write_wav(name, SOUND_RATE, SOUND_RATE / 8, 1000 + 100 * (int)i);
        if (!without || strcmp(clip, without) != 0)
            assert_int_equal(clip_set_put(set, language, clip, name), 0);
    }
    assert_int_equal(clip_set_write(set), 0);
    clip_set_destroy(set);
}

static void on_done(void *user, int64_t id, enum voice_result result)
{
    (void)user;
    done_id = id;
    done_result = result;
}

static enum voice_result say(const char *ticket, int counter)
{
    struct voice *voice = NULL;
    assert_int_equal(voice_create(&voice, &office, event, on_done, NULL), 0);
    done_id = 0;
    assert_int_equal(voice_say(voice, 7, ticket, counter), 0);
    assert_int_equal(voice_say(voice, 8, ticket, counter), -EBUSY);
    for (int i = 0; i < 200 && !done_id; i++)
        assert_true(sd_event_run(event, 100000) >= 0);
    assert_int_equal(done_id, 7);
    voice_destroy(voice);
    return done_result;
}

static struct samples read_raw(void)
{
    struct samples raw = {0};
    int16_t block[4096];
    FILE *in = fopen(in_folder("out.raw"), "r");
    assert_non_null(in);
    for (size_t count; (count = fread(block, sizeof *block, 4096, in)) > 0;)
        assert_true(samples_append(&raw, block, count));
    fclose(in);
    return raw;
}

/* The file holds this sound between silence, sample for sample. */
static void expect_heard(const struct samples *expected)
{
    struct samples raw = read_raw();
    size_t from = 0, first = 0;
    while (from < raw.count && raw.data[from] == 0)
        from++;
    while (first < expected->count && expected->data[first] == 0)
        first++;
    assert_true(raw.count - from >= expected->count - first);
    for (size_t i = first; i < expected->count; i++)
        if (raw.data[from + i - first] != expected->data[i])
            fail_msg("sample %zu: %d, not %d", i, raw.data[from + i - first], expected->data[i]);
    for (size_t i = from + expected->count - first; i < raw.count; i++)
        assert_int_equal(raw.data[i], 0);
    samples_finish(&raw);
}

static void append_chime(struct samples *samples)
{
    int16_t chime[CHIME_SAMPLES];
    chime_make(chime);
    assert_true(samples_append(samples, chime, CHIME_SAMPLES));
}

static void test_chime(void **state)
{
    (void)state;
    struct samples chime = {0};
    append_chime(&chime);
    assert_null(clips_judge(&chime));
    assert_int_equal(chime.data[0], 0);
    assert_in_range(abs(chime.data[CHIME_SAMPLES - 1]), 0, 20);
    int peak = 0;
    for (size_t i = 0; i < chime.count; i++)
        peak = abs(chime.data[i]) > peak ? abs(chime.data[i]) : peak;
    assert_in_range(peak, 6000, INT16_MAX * 8 / 10);
    samples_finish(&chime);
}

static void cut(const char *name, off_t length)
{
    assert_int_equal(truncate(in_folder(name), length), 0);
}

static void test_files_that_are_no_clips(void **state)
{
    (void)state;
    struct samples samples;
    write_wav("good.wav", 22050, 22050, 9000);
    assert_null(clips_load(in_folder("good.wav"), &samples));
    assert_in_range(samples.count, SOUND_RATE - 100, SOUND_RATE + 100);
    assert_null(clips_judge(&samples));
    samples_finish(&samples);
    write_wav("headless.wav", SOUND_RATE, 100, 1);
    cut("headless.wav", 20);
    write_wav("half.wav", SOUND_RATE, 20000, 9000);
    cut("half.wav", 20000);
    write_wav("empty.wav", SOUND_RATE, 0, 0);
    write_wav("nothing.wav", SOUND_RATE, 100, 1);
    cut("nothing.wav", 0);
    write_wav("huge.wav", SOUND_RATE, 100, 1);
    cut("huge.wav", CLIP_FILE_MAX + 1);
    write_wav("long.wav", 8000, 8000 * 11, 9000);
    write_wav("slow.wav", 100, 100, 9000);
    static const char *const rows[] = {"headless.wav", "half.wav",   "empty.wav",
                                       "nothing.wav",  "huge.wav",   "long.wav",
                                       "slow.wav",     "absent.wav", "."};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!clips_load(in_folder(rows[i]), &samples))
            fail_msg("%s was taken as a clip", rows[i]);
        assert_null(samples.data);
    }
}

static void test_recordings_that_are_unfit(void **state)
{
    (void)state;
    static const struct {
        unsigned count;
        int level;
        const char *fault;
    } rows[] = {{4000, 9000, "shorter"}, {9000, 20, "silent"}, {9000, 32767, "clipped"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct samples samples;
        write_wav("unfit.wav", SOUND_RATE, rows[i].count, rows[i].level);
        assert_null(clips_load(in_folder("unfit.wav"), &samples));
        assert_non_null(clips_judge(&samples));
        assert_non_null(strstr(clips_judge(&samples), rows[i].fault));
        samples_finish(&samples);
    }
}

static void test_chime_and_clips_are_heard(void **state)
{
    (void)state;
    static const char *const words[] = {"number", "a",  "0",  "1",  "counter",
                                        "yi",     "10", "ed", "end"};
    make_set(LANGUAGE_TH, NULL);
    struct samples expected = {0};
    append_chime(&expected);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char name[32];
        struct samples clip;
        snprintf(name, sizeof name, "%s.wav", words[i]);
        assert_null(clips_load(in_folder(name), &clip));
        assert_true(samples_append(&expected, clip.data, clip.count));
        assert_true(samples_append_silence(&expected, CLIP_GAP_MS));
        samples_finish(&clip);
    }
    office.voice.volume = 100;
    assert_int_equal(say("A01", 21), VOICE_SPOKEN);
    expect_heard(&expected);
    for (size_t i = 0; i < expected.count; i++)
        expected.data[i] /= 2;
    office.voice.volume = 50;
    assert_int_equal(say("A01", 21), VOICE_SPOKEN);
    expect_heard(&expected);
    office.voice.volume = 100;
    samples_finish(&expected);
}

static void test_a_missing_clip_leaves_the_chime(void **state)
{
    (void)state;
    make_set(LANGUAGE_TH, "5");
    struct samples expected = {0};
    append_chime(&expected);
    assert_int_equal(say("A05", 1), VOICE_CHIMED);
    expect_heard(&expected);
    samples_finish(&expected);
}

static void test_silence(void **state)
{
    (void)state;
    setenv("SDL_AUDIODRIVER", "nonexistent", 1);
    assert_int_equal(say("A01", 1), VOICE_SILENT);
    setenv("SDL_AUDIODRIVER", "disk", 1);
    char why[128];
    unlink(in_folder("out.raw"));
    office.voice.has_quiet = hours_parse(&office.voice.quiet, "always", why, sizeof why);
    assert_int_equal(say("A01", 1), VOICE_SILENT);
    office.voice.has_quiet = false;
    struct office mute = office;
    office.voice.chime = false;
    office.voice.clips[0] = '\0';
    assert_int_equal(say("A01", 1), VOICE_SILENT);
    office = mute;
    assert_int_equal(access(in_folder("out.raw"), F_OK), -1);
}

static void test_destroyed_in_the_middle(void **state)
{
    (void)state;
    struct voice *voice = NULL;
    make_set(LANGUAGE_TH, NULL);
    assert_int_equal(voice_create(&voice, &office, event, on_done, NULL), 0);
    done_id = 0;
    assert_int_equal(voice_say(voice, 9, "A01", 1), 0);
    voice_destroy(voice);
    assert_int_equal(sd_event_run(event, 0), 0);
    assert_int_equal(done_id, 0);
    voice_destroy(NULL);
}

static void test_check(void **state)
{
    (void)state;
    char text[4096] = "";
    make_set(LANGUAGE_TH, "z");
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_true(voice_check(&office, out)); /* no service has a Z */
    make_set(LANGUAGE_TH, "7");
    write_wav("a.wav", SOUND_RATE, 9000, 0);
    assert_false(voice_check(&office, out));
    fclose(out);
    assert_non_null(strstr(text, "th: 7: missing, \"เจ็ด\"\n"));
    assert_non_null(strstr(text, "th: a: a.wav is silent\n"));
    assert_non_null(strstr(text, "voice: th: 42 clips, 40 good; needed here: 1 missing, 1 bad"));
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder) || sd_event_new(&event) < 0)
        return -1;
    setenv("SDL_AUDIODRIVER", "disk", 1);
    setenv("SDL_DISKAUDIOFILE", in_folder("out.raw"), 1);
    setenv("SDL_DISKAUDIODELAY", "1", 1);
    office.voice.chime = true;
    office.voice.volume = 100;
    office.voice.languages = (struct languages){1, {LANGUAGE_TH}};
    snprintf(office.voice.clips, sizeof office.voice.clips, "%s", folder);
    office.service_count = office.counter_count = 1;
    strcpy(office.services[0].prefix, "A");
    office.counters[0].number = 21;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    sd_event_unref(event);
    SDL_TLSCleanup();
    SDL_Quit();
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chime),
        cmocka_unit_test(test_files_that_are_no_clips),
        cmocka_unit_test(test_recordings_that_are_unfit),
        cmocka_unit_test(test_chime_and_clips_are_heard),
        cmocka_unit_test(test_a_missing_clip_leaves_the_chime),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_destroyed_in_the_middle),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
