#include "display/announcement.h"

#include <stdio.h>
#include <string.h>

#include "display/chime.h"
#include "shared/clip_set.h"
#include "shared/speech.h"

static bool append_clip(struct samples *samples, const struct clip_set *set, enum language language,
                        const char *clip, char *fault, size_t size)
{
    char path[PATH_SIZE * 2];
    const char *file = clip_set_file(set, language, clip);
    if (!file) {
        snprintf(fault, size, "the clip %s is missing", clip);
        return false;
    }
    snprintf(path, sizeof path, "%s/%s", clip_set_folder(set), file);
    struct samples one;
    const char *why = clips_load(path, &one);
    if (!why && samples->count + one.count > (size_t)ANNOUNCEMENT_SECONDS_MAX * SOUND_RATE)
        why = "makes the announcement longer than a minute";
    if (!why && !(samples_append(samples, one.data, one.count) &&
                  samples_append_silence(samples, CLIP_GAP_MS)))
        why = "does not fit into memory";
    samples_finish(&one);
    if (why)
        snprintf(fault, size, "%s %s", file, why);
    return !why;
}

/* Half a number misleads: a language is spoken whole or not at all. */
static bool append_language(struct announcement *announcement, const struct clip_set *set,
                            enum language language, const char *ticket, int counter)
{
    const char *clips[SPEECH_SENTENCE_MAX];
    char *fault = announcement->fault[language];
    size_t before = announcement->samples.count;
    size_t count = speech_call(language, ticket, counter, clips);
    if (count == 0)
        snprintf(fault, sizeof announcement->fault[0], "%s cannot be said", ticket);
    for (size_t i = 0; i < count && !fault[0]; i++)
        append_clip(&announcement->samples, set, language, clips[i], fault,
                    sizeof announcement->fault[0]);
    if (fault[0])
        announcement->samples.count = before;
    return !fault[0];
}

static bool append_languages(struct announcement *announcement, const struct office *office,
                             const char *ticket, int counter)
{
    struct problems problems = {0};
    struct clip_set *set = clip_set_read(office->voice.clips, &problems);
    bool whole = set;
    for (int i = 0; i < office->voice.languages.count; i++) {
        enum language language = office->voice.languages.list[i];
        if (set)
            whole = append_language(announcement, set, language, ticket, counter) && whole;
        else
            snprintf(announcement->fault[language], sizeof announcement->fault[0], "%s",
                     problems.count ? problems.lines[0] : "no clips");
    }
    clip_set_destroy(set);
    problems_finish(&problems);
    return whole;
}

void announcement_make(struct announcement *announcement, const struct office *office,
                       const char *ticket, int counter)
{
    *announcement = (struct announcement){0};
    struct samples *samples = &announcement->samples;
    if (office->voice.chime) {
        int16_t chime[CHIME_SAMPLES];
        chime_make(chime);
        samples_append(samples, chime, CHIME_SAMPLES);
    }
    if (office->voice.clips[0])
        announcement->whole = append_languages(announcement, office, ticket, counter);
    for (size_t i = 0; i < samples->count; i++)
        samples->data[i] = (int16_t)(samples->data[i] * office->voice.volume / 100);
    if (samples->count > 0)
        samples_append_silence(samples, TAIL_MS);
}

void announcement_finish(struct announcement *announcement)
{
    samples_finish(&announcement->samples);
}
