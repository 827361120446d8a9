#include "display/voice_check.h"

#include "display/clips.h"
#include "shared/clip_set.h"
#include "shared/speech.h"

struct tally {
    size_t good, bad, missing;
};

static void check_file(const struct clip_set *set, const char *code, const char *clip,
                       const char *file, struct tally *tally, FILE *out)
{
    char path[PATH_SIZE * 2];
    struct samples samples;
    snprintf(path, sizeof path, "%s/%s", clip_set_folder(set), file);
    const char *fault = clips_load(path, &samples);
    if (!fault)
        fault = clips_judge(&samples);
    samples_finish(&samples);
    if (fault)
        fprintf(out, "%s: %s: %s %s\n", code, clip, file, fault);
    *(fault ? &tally->bad : &tally->good) += 1;
}

static bool check_language(const struct office *office, const struct clip_set *set,
                           enum language language, FILE *out)
{
    struct tally needed = {0}, others = {0};
    bool is_needed[SPEECH_CLIPS_MAX] = {false};
    speech_mark_needed(language, office, is_needed);
    for (size_t i = 0; i < speech_clip_count(language); i++) {
        const char *clip = speech_clip_name(language, i);
        const char *file = clip_set_file(set, language, clip);
        struct tally *tally = is_needed[i] ? &needed : &others;
        if (file) {
            check_file(set, language_code(language), clip, file, tally, out);
            continue;
        }
        tally->missing++;
        if (is_needed[i])
            fprintf(out, "%s: %s: missing, \"%s\"\n", language_code(language), clip,
                    speech_clip_words(language, i));
    }
    fprintf(out,
            "voice: %s: %zu clips, %zu good; needed here: %zu missing, %zu bad; others: %zu "
            "missing, %zu bad\n",
            language_code(language), speech_clip_count(language), needed.good + others.good,
            needed.missing, needed.bad, others.missing, others.bad);
    return needed.missing + needed.bad == 0;
}

bool voice_check(const struct office *office, FILE *out)
{
    if (!office->voice.clips[0]) {
        fprintf(out, "voice: [voice] clips is empty: calls have no more than a chime\n");
        return false;
    }
    struct problems problems = {0};
    struct clip_set *set = clip_set_read(office->voice.clips, &problems);
    for (size_t i = 0; i < problems.count; i++)
        fprintf(out, "%s\n", problems.lines[i]);
    bool good = set;
    for (int i = 0; set && i < office->voice.languages.count; i++)
        good = check_language(office, set, office->voice.languages.list[i], out) && good;
    clip_set_destroy(set);
    problems_finish(&problems);
    return good;
}
