#include "display/breaks.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <thai/thbrk.h>
#include <thai/thwbrk.h>

#include "shared/utf8.h"

#define CHARACTERS_MAX 512
#define ZERO_WIDTH_SPACE 0x200b
#define WORD_JOINER 0x2060

struct breaks {
    ThBrk *dictionary;
};

struct breaks *breaks_create(void)
{
    struct breaks *breaks = calloc(1, sizeof *breaks);
    if (breaks)
        breaks->dictionary = th_brk_new(NULL);
    return breaks;
}

void breaks_destroy(struct breaks *breaks)
{
    if (!breaks)
        return;
    if (breaks->dictionary)
        th_brk_delete(breaks->dictionary);
    free(breaks);
}

size_t breaks_find(struct breaks *breaks, const char *text, size_t offsets[], size_t max)
{
    thwchar_t characters[CHARACTERS_MAX + 1];
    size_t starts[CHARACTERS_MAX], count = 0, found = 0;
    bool may_break[CHARACTERS_MAX] = {false};
    for (size_t at = 0; text[at] && count < CHARACTERS_MAX; count++) {
        starts[count] = at;
        uint32_t character;
        at += utf8_decode(text + at, &character);
        characters[count] = (thwchar_t)character;
    }
    characters[count] = 0;

    int positions[CHARACTERS_MAX];
    int words = breaks->dictionary ? th_brk_wc_find_breaks(breaks->dictionary, characters,
                                                           positions, CHARACTERS_MAX)
                                   : 0;
    for (int i = 0; i < words; i++)
        if (positions[i] > 0 && (size_t)positions[i] < count)
            may_break[positions[i]] = true;
    for (size_t i = 1; i < count && found < max; i++) {
        thwchar_t before = characters[i - 1];
        if (before == ' ' || before == ZERO_WIDTH_SPACE)
            may_break[i] = true;
        if (before == WORD_JOINER || characters[i] == WORD_JOINER || characters[i] == ' ')
            may_break[i] = false;
        if (may_break[i])
            offsets[found++] = starts[i];
    }
    return found;
}

void breaks_copy_line(const char *text, size_t length, char *out, size_t size)
{
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        uint32_t character;
        size_t bytes = utf8_decode(text + at, &character);
        if (character != ZERO_WIDTH_SPACE && character != WORD_JOINER && used + bytes < size) {
            memcpy(out + used, text + at, bytes);
            used += bytes;
        }
        at += bytes;
    }
    while (used > 0 && out[used - 1] == ' ')
        used--;
    out[used] = '\0';
}
