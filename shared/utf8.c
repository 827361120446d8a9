#include "shared/utf8.h"

#include <string.h>

/* Length of the well-formed character at the start, 0 if there is none (RFC 3629, section 4). */
static size_t character_length(const unsigned char *at)
{
    static const struct {
        unsigned char lead_low, lead_high, second_low, second_high;
        size_t length;
    } rows[] = {
        {0x01, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (at[0] < rows[i].lead_low || at[0] > rows[i].lead_high)
            continue;
        if (rows[i].length > 1 && (at[1] < rows[i].second_low || at[1] > rows[i].second_high))
            return 0;
        for (size_t k = 2; k < rows[i].length; k++)
            if ((at[k] & 0xc0) != 0x80)
                return 0;
        return rows[i].length;
    }
    return 0;
}

size_t utf8_decode(const char *text, uint32_t *character)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t length = character_length(at);
    *character = length > 1 ? at[0] & (0x7fu >> length) : at[0];
    for (size_t i = 1; i < length; i++)
        *character = *character << 6 | (at[i] & 0x3f);
    return length > 0 ? length : 1;
}

static bool is_control(const unsigned char *at)
{
    return at[0] < ' ' || at[0] == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0);
}

bool utf8_is_text(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        size_t length = character_length(at);
        if (length == 0 || is_control(at))
            return false;
        at += length;
    }
    return true;
}

void utf8_repair(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at;) {
        size_t length = character_length(at);
        if (length == 0) {
            *at++ = '?';
        } else {
            if (is_control(at))
                memset(at, ' ', length);
            at += length;
        }
    }
}

char *utf8_trim(char *text)
{
    size_t start = strlen(text);
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start > 0 && character_length((unsigned char *)text + start - 1) == 0)
        text[start - 1] = '\0';
    return text;
}
