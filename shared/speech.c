#include "shared/speech.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct clip {
    const char *name;
    const char *words[LANGUAGE_COUNT]; /* th, en, ms; NULL: the language does not need it */
};

static const struct clip clips_table[] = {
    {"number", {"ขอเชิญหมายเลข", "Number", "Nombor"}},
    {"a", {"เอ", "A", "A"}},
    {"b", {"บี", "B", "B"}},
    {"c", {"ซี", "C", "C"}},
    {"d", {"ดี", "D", "D"}},
    {"e", {"อี", "E", "E"}},
    {"f", {"เอฟ", "F", "F"}},
    {"g", {"จี", "G", "G"}},
    {"h", {"เอช", "H", "H"}},
    {"i", {"ไอ", "I", "I"}},
    {"j", {"เจ", "J", "J"}},
    {"k", {"เค", "K", "K"}},
    {"l", {"แอล", "L", "L"}},
    {"m", {"เอ็ม", "M", "M"}},
    {"n", {"เอ็น", "N", "N"}},
    {"o", {"โอ", "O", "O"}},
    {"p", {"พี", "P", "P"}},
    {"q", {"คิว", "Q", "Q"}},
    {"r", {"อาร์", "R", "R"}},
    {"s", {"เอส", "S", "S"}},
    {"t", {"ที", "T", "T"}},
    {"u", {"ยู", "U", "U"}},
    {"v", {"วี", "V", "V"}},
    {"w", {"ดับเบิลยู", "W", "W"}},
    {"x", {"เอ็กซ์", "X", "X"}},
    {"y", {"วาย", "Y", "Y"}},
    {"z", {"แซด", "Z", "Z"}},
    {"0", {"ศูนย์", "zero", "kosong"}},
    {"1", {"หนึ่ง", "one", "satu"}},
    {"2", {"สอง", "two", "dua"}},
    {"3", {"สาม", "three", "tiga"}},
    {"4", {"สี่", "four", "empat"}},
    {"5", {"ห้า", "five", "lima"}},
    {"6", {"หก", "six", "enam"}},
    {"7", {"เจ็ด", "seven", "tujuh"}},
    {"8", {"แปด", "eight", "lapan"}},
    {"9", {"เก้า", "nine", "sembilan"}},
    {"10", {"สิบ", "ten", "sepuluh"}},
    {"ed", {"เอ็ด", NULL, NULL}},
    {"yi", {"ยี่", NULL, NULL}},
    {"belas", {NULL, NULL, "belas"}},
    {"puluh", {NULL, NULL, "puluh"}},
    {"11", {NULL, "eleven", "sebelas"}},
    {"12", {NULL, "twelve", NULL}},
    {"13", {NULL, "thirteen", NULL}},
    {"14", {NULL, "fourteen", NULL}},
    {"15", {NULL, "fifteen", NULL}},
    {"16", {NULL, "sixteen", NULL}},
    {"17", {NULL, "seventeen", NULL}},
    {"18", {NULL, "eighteen", NULL}},
    {"19", {NULL, "nineteen", NULL}},
    {"20", {NULL, "twenty", NULL}},
    {"30", {NULL, "thirty", NULL}},
    {"40", {NULL, "forty", NULL}},
    {"50", {NULL, "fifty", NULL}},
    {"60", {NULL, "sixty", NULL}},
    {"70", {NULL, "seventy", NULL}},
    {"80", {NULL, "eighty", NULL}},
    {"90", {NULL, "ninety", NULL}},
    {"counter", {"ที่ช่องบริการ", "please go to counter", "sila ke kaunter"}},
    {"end", {"ค่ะ", NULL, NULL}},
};

#define CLIP_COUNT (sizeof clips_table / sizeof clips_table[0])

struct sentence {
    enum language language;
    const char **clips;
    size_t count;
    bool failed;
};

static const struct clip *clip_at(enum language language, size_t index)
{
    for (size_t i = 0; i < CLIP_COUNT; i++)
        if (clips_table[i].words[language] && index-- == 0)
            return &clips_table[i];
    return NULL;
}

size_t speech_clip_count(enum language language)
{
    size_t count = 0;
    while (clip_at(language, count))
        count++;
    return count;
}

const char *speech_clip_name(enum language language, size_t index)
{
    const struct clip *clip = clip_at(language, index);
    return clip ? clip->name : NULL;
}

const char *speech_clip_words(enum language language, size_t index)
{
    const struct clip *clip = clip_at(language, index);
    return clip ? clip->words[language] : NULL;
}

static void say(struct sentence *sentence, const char *name)
{
    for (size_t i = 0; i < CLIP_COUNT; i++) {
        const struct clip *clip = &clips_table[i];
        if (!clip->words[sentence->language] || strcmp(clip->name, name) != 0)
            continue;
        if (sentence->count == SPEECH_SENTENCE_MAX)
            break;
        sentence->clips[sentence->count++] = clip->name;
        return;
    }
    sentence->failed = true;
}

static void say_number(struct sentence *sentence, int number)
{
    char name[16];
    snprintf(name, sizeof name, "%d", number);
    say(sentence, name);
}

/* 21 is "two tens and one": yi 10 ed. The one behind a ten has a name of its own. */
static void count_in_thai(struct sentence *sentence, int number)
{
    int tens = number / 10, ones = number % 10;
    if (tens == 2)
        say(sentence, "yi");
    else if (tens > 2)
        say_number(sentence, tens);
    if (tens)
        say(sentence, "10");
    if (tens && ones == 1)
        say(sentence, "ed");
    else if (ones)
        say_number(sentence, ones);
}

static void count_in_english(struct sentence *sentence, int number)
{
    if (number > 20 && number % 10) {
        say_number(sentence, number / 10 * 10);
        number %= 10;
    }
    say_number(sentence, number);
}

static void count_in_malay(struct sentence *sentence, int number)
{
    int tens = number / 10, ones = number % 10;
    if (number <= 11) {
        say_number(sentence, number);
        return;
    }
    say_number(sentence, tens == 1 ? ones : tens);
    say(sentence, tens == 1 ? "belas" : "puluh");
    if (tens > 1 && ones)
        say_number(sentence, ones);
}

static const struct rules {
    void (*count)(struct sentence *sentence, int number); /* 1 to 99 */
    const char *end;
} rules[LANGUAGE_COUNT] = {
    [LANGUAGE_TH] = {count_in_thai, "end"},
    [LANGUAGE_EN] = {count_in_english, NULL},
    [LANGUAGE_MS] = {count_in_malay, NULL},
};

size_t speech_call(enum language language, const char *ticket, int counter,
                   const char *clips[SPEECH_SENTENCE_MAX])
{
    struct sentence sentence = {.language = language, .clips = clips};
    if (!ticket[0] || counter < 1 || counter > 99)
        return 0;
    say(&sentence, "number");
    for (const char *c = ticket; *c; c++)
        say(&sentence, (char[]){(char)tolower((unsigned char)*c), '\0'});
    say(&sentence, "counter");
    rules[language].count(&sentence, counter);
    if (rules[language].end)
        say(&sentence, rules[language].end);
    return sentence.failed ? 0 : sentence.count;
}

static void mark(enum language language, const char *name, bool *needed)
{
    for (size_t i = 0; i < speech_clip_count(language); i++)
        if (strcmp(speech_clip_name(language, i), name) == 0)
            needed[i] = true;
}

void speech_mark_needed(enum language language, const struct office *office,
                        bool needed[static SPEECH_CLIPS_MAX])
{
    for (int s = 0; s < office->service_count; s++)
        for (int c = 0; c < office->counter_count; c++) {
            const char *clips[SPEECH_SENTENCE_MAX];
            char ticket[PREFIX_SIZE + 10];
            snprintf(ticket, sizeof ticket, "%s0123456789", office->services[s].prefix);
            size_t count = speech_call(language, ticket, office->counters[c].number, clips);
            for (size_t i = 0; i < count; i++)
                mark(language, clips[i], needed);
        }
}
