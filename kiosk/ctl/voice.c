/* Walks a person through recording the clips of a voice, one after the other. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/ctl/ctl.h"
#include "kiosk/ctl/sound.h"
#include "kiosk/ctl/take.h"
#include "kiosk/ctl/wav.h"
#include "shared/clip_set.h"
#include "shared/speech.h"

#define SECONDS_MAX 5
#define USAGE                                                                                      \
    "usage: voice record [--language th|en|ms] [--needed] [--again CLIP] [--device NAME] DIR"

struct walk {
    const struct ctl *ctl;
    enum language language;
    bool needed_only;
    const char *again, *device, *folder;
    struct clip_set *set;
    bool wanted[SPEECH_CLIPS_MAX];
    bool terminal;
};

enum answer { ANSWER_YES, ANSWER_AGAIN, ANSWER_SKIP, ANSWER_STOP };

/* The same keys on a Thai keyboard are letters too. */
static const struct {
    const char *text;
    enum answer answer;
} answers[] = {
    {"", ANSWER_YES},   {"r", ANSWER_AGAIN}, {"R", ANSWER_AGAIN}, {"พ", ANSWER_AGAIN},
    {"s", ANSWER_SKIP}, {"S", ANSWER_SKIP},  {"ห", ANSWER_SKIP},  {"q", ANSWER_STOP},
    {"Q", ANSWER_STOP}, {"ๆ", ANSWER_STOP},
};

/* A line of standard input, cut to its size; false at its end. Reads byte by byte: what comes
 * behind the line still wakes poll(). */
static bool read_line(char *line, size_t size)
{
    size_t used = 0;
    char c;
    for (;;) {
        ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        if (c == '\n')
            break;
        if (used < size - 1)
            line[used++] = c;
    }
    line[used] = '\0';
    return true;
}

/* Asks until the answer is one; the end of input means stop. */
static enum answer ask(const char *question)
{
    char line[16];
    for (;;) {
        printf("   %s > ", question);
        fflush(stdout);
        if (!read_line(line, sizeof line))
            return ANSWER_STOP;
        for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
            if (strcmp(line, answers[i].text) == 0)
                return answers[i].answer;
    }
}

/* An Enter too many is no answer to a question that was not asked yet. */
static void forget_keys(const struct walk *walk)
{
    if (walk->terminal)
        tcflush(STDIN_FILENO, TCIFLUSH);
}

static bool has_file(const struct walk *walk, size_t index)
{
    char path[2 * PATH_SIZE];
    const char *file =
        clip_set_file(walk->set, walk->language, speech_clip_name(walk->language, index));
    if (!file)
        return false;
    snprintf(path, sizeof path, "%s/%s", walk->folder, file);
    return access(path, R_OK) == 0;
}

static void want_all(struct walk *walk)
{
    for (size_t i = 0; i < speech_clip_count(walk->language); i++)
        walk->wanted[i] = true;
}

static bool save(struct walk *walk, const char *clip, const struct take *take)
{
    char file[64], path[2 * PATH_SIZE];
    snprintf(file, sizeof file, "%s/%s.wav", language_code(walk->language), clip);
    snprintf(path, sizeof path, "%s/%s", walk->folder, file);
    if (!wav_write(path, take->samples, take->count, TAKE_RATE)) {
        fprintf(stderr, "queuectl: cannot write %s: %s\n", path, strerror(errno));
        return false;
    }
    int error = clip_set_put(walk->set, walk->language, clip, file);
    if (error == 0)
        error = clip_set_write(walk->set);
    if (error < 0)
        fprintf(stderr, "queuectl: cannot write %s/voice.ini: %s\n", walk->folder,
                strerror(-error));
    return error == 0;
}

static const char *verdict_text(enum take_verdict verdict)
{
    switch (verdict) {
    case TAKE_TOO_QUIET:
        return "   เสียงเบาไป กรุณาพูดใกล้ไมค์อีกนิด\n"
               "   Too quiet. Please come a little closer to the microphone.\n";
    case TAKE_CLIPPED:
        return "   เสียงดังจนแตก กรุณาถอยห่างจากไมค์อีกนิด\n"
               "   Too loud. Please move a little away from the microphone.\n";
    case TAKE_TOO_SHORT:
        return "   สั้นเกินไป กรุณาอ่านให้ครบคำ\n"
               "   Too short. Please read all of the words.\n";
    default:
        return "";
    }
}

/* Records one take and asks about it. False if sound fails; it has been said. */
static bool record_take(struct walk *walk, struct take *take, enum answer *answer)
{
    char why[768];
    size_t max = SECONDS_MAX * TAKE_RATE;
    printf("   กำลังบันทึก... อ่านเลย แล้วกด Enter   Recording... read aloud, then Enter\n");
    fflush(stdout);
    if (!sound_record(walk->device, walk->terminal ? STDIN_FILENO : -1, take->samples, max,
                      &take->count, why, sizeof why)) {
        fprintf(stderr, "queuectl: %s\n", why);
        return false;
    }
    forget_keys(walk);
    enum take_verdict verdict = take_finish(take);
    *answer = ANSWER_AGAIN;
    if (verdict != TAKE_GOOD) {
        printf("%s", verdict_text(verdict));
        return true;
    }
    if (!sound_play(walk->device, take->samples, take->count, why, sizeof why)) {
        fprintf(stderr, "queuectl: %s\n", why);
        return false;
    }
    forget_keys(walk);
    *answer = ask("Enter = ใช้ได้ keep   r = อัดใหม่ again   s = ข้าม skip   q = พอแค่นี้ stop");
    return true;
}

/* One clip until it is kept or not; false ends the walk as a failure. */
static bool record_clip(struct walk *walk, size_t index, const char *place, enum answer *answer)
{
    static int16_t samples[SECONDS_MAX * TAKE_RATE];
    struct take take = {.samples = samples};
    do {
        printf("\n%s   %s\n", place, speech_clip_words(walk->language, index));
        *answer = ask("Enter = เริ่มบันทึก start   s = ข้าม skip   q = พอแค่นี้ stop");
        if (*answer == ANSWER_SKIP || *answer == ANSWER_STOP)
            return true;
        if (!record_take(walk, &take, answer))
            return false;
    } while (*answer == ANSWER_AGAIN);
    return *answer != ANSWER_YES || save(walk, speech_clip_name(walk->language, index), &take);
}

static bool walk_all(struct walk *walk)
{
    size_t whole = 0, number = 0;
    enum answer answer = ANSWER_YES;
    for (size_t i = 0; i < SPEECH_CLIPS_MAX; i++)
        whole += walk->wanted[i];
    for (size_t i = 0; i < speech_clip_count(walk->language) && answer != ANSWER_STOP; i++) {
        char place[32];
        if (!walk->wanted[i])
            continue;
        number++;
        if (!walk->again && has_file(walk, i))
            continue;
        snprintf(place, sizeof place, "%zu/%zu", number, whole);
        if (!record_clip(walk, i, place, &answer))
            return false;
    }
    return true;
}

static void print_end(const struct walk *walk)
{
    size_t there = 0, whole = 0;
    for (size_t i = 0; i < speech_clip_count(walk->language); i++) {
        whole += walk->wanted[i];
        there += walk->wanted[i] && has_file(walk, i);
    }
    printf("\nมีแล้ว %zu จาก %zu คำ   %zu of %zu clips are there.\n", there, whole, there, whole);
    if (there < whole) {
        printf("ยังขาด   Missing:");
        for (size_t i = 0; i < speech_clip_count(walk->language); i++)
            if (walk->wanted[i] && !has_file(walk, i))
                printf(" %s", speech_clip_name(walk->language, i));
        printf("\nสั่งซ้ำเพื่อทำต่อ   The same command goes on with these.\n");
    }
    printf("ขอบคุณ   Thank you. Check the voice with: displayd --check-voice\n");
}

/* 0, or the exit status. */
static int read_words(struct walk *walk, int count, const char *const *words)
{
    if (count < 1 || strcmp(words[0], "record") != 0)
        return ctl_usage(walk->ctl, USAGE);
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? words[i + 1] : NULL;
        if (strcmp(words[i], "--needed") == 0) {
            walk->needed_only = true;
        } else if (strcmp(words[i], "--again") == 0 && value) {
            walk->again = words[++i];
        } else if (strcmp(words[i], "--device") == 0 && value) {
            walk->device = words[++i];
        } else if (strcmp(words[i], "--language") == 0 && value &&
                   language_from_code(value, &walk->language)) {
            i++;
        } else if (words[i][0] != '-' && !walk->folder && strlen(words[i]) < PATH_SIZE) {
            walk->folder = words[i];
        } else {
            return ctl_usage(walk->ctl, USAGE);
        }
    }
    return walk->folder ? 0 : ctl_usage(walk->ctl, USAGE);
}

static bool choose_clips(struct walk *walk)
{
    if (!walk->again) {
        if (walk->needed_only)
            speech_mark_needed(walk->language, &walk->ctl->office, walk->wanted);
        else
            want_all(walk);
        return true;
    }
    for (size_t i = 0; i < speech_clip_count(walk->language); i++)
        if (strcmp(speech_clip_name(walk->language, i), walk->again) == 0)
            return walk->wanted[i] = true;
    fprintf(stderr, "queuectl: no clip is named \"%s\" in this language. There are:", walk->again);
    for (size_t i = 0; i < speech_clip_count(walk->language); i++)
        fprintf(stderr, " %s", speech_clip_name(walk->language, i));
    fprintf(stderr, "\n");
    return false;
}

static bool make_folder(const char *path)
{
    if (mkdir(path, 0755) == 0 || errno == EEXIST) {
        if (access(path, W_OK | X_OK) == 0)
            return true;
    }
    fprintf(stderr, "queuectl: cannot write to the folder %s: %s\n", path, strerror(errno));
    return false;
}

/* A manifest with faults is not touched: writing it anew would drop the faulty lines. */
static bool open_set(struct walk *walk)
{
    char path[2 * PATH_SIZE];
    struct problems problems = {0};
    snprintf(path, sizeof path, "%s/%s", walk->folder, language_code(walk->language));
    if (!make_folder(walk->folder) || !make_folder(path))
        return false;
    snprintf(path, sizeof path, "%s/voice.ini", walk->folder);
    if (access(path, F_OK) < 0 && errno == ENOENT) {
        walk->set = clip_set_create(walk->folder);
        return walk->set != NULL;
    }
    walk->set = clip_set_read(walk->folder, &problems);
    for (size_t i = 0; i < problems.count; i++)
        fprintf(stderr, "queuectl: %s\n", problems.lines[i]);
    bool good = walk->set && problems.count == 0;
    problems_finish(&problems);
    return good;
}

int ctl_voice(struct ctl *ctl, int count, const char *const *words)
{
    struct walk walk = {.ctl = ctl, .terminal = isatty(STDIN_FILENO) != 0};
    int status = read_words(&walk, count, words);
    if (status != 0)
        return status;
    if (!choose_clips(&walk))
        return EXIT_USAGE;
    status = EXIT_FAILED;
    if (open_set(&walk)) {
        printf("หาห้องที่เงียบ ให้ไมค์ห่างจากปากราว 20 ซม. แล้วอ่านทีละคำด้วยเสียงเดียวกันทุกคำ\n"
               "Find a quiet room, keep the microphone 20 cm away, and read in the same voice.\n");
        if (walk_all(&walk))
            status = EXIT_DONE;
        print_end(&walk);
    }
    clip_set_destroy(walk.set);
    return status;
}
