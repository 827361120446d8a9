#include "display/breaks.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <thai/thbrk.h>
#include <thai/thwbrk.h>

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

/* One character of UTF-8; a byte that is none counts as itself. Returns its length. */
static size_t decode(const char *text, thwchar_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : bytes[0] >= 0xc0 ? 2 : 1;
    *character = (thwchar_t)(length == 1 ? bytes[0] : bytes[0] & (0x7f >> length));
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            *character = bytes[0];
            return 1;
        }
        *character = *character << 6 | (bytes[i] & 0x3f);
    }
    return length;
}

size_t breaks_find(struct breaks *breaks, const char *text, size_t offsets[], size_t max)
{
    thwchar_t characters[CHARACTERS_MAX + 1];
    size_t starts[CHARACTERS_MAX], count = 0, found = 0;
    bool may_break[CHARACTERS_MAX] = {false};
    for (size_t at = 0; text[at] && count < CHARACTERS_MAX; count++) {
        starts[count] = at;
        at += decode(text + at, &characters[count]);
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
        thwchar_t character;
        size_t bytes = decode(text + at, &character);
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
