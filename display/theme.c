#include "display/theme.h"

#include <string.h>

/* Blue and yellow stay apart for every kind of colour blindness, and every text has a contrast of
 * 4.5 to 1 or more on what it stands on. */
static const struct theme themes[] = {
    {"dark",
     {
         [COLOUR_BACKGROUND] = 0x0a1122,
         [COLOUR_PANEL] = 0x1a2742,
         [COLOUR_TEXT] = 0xffffff,
         [COLOUR_SOFT] = 0xb3c3df,
         [COLOUR_NUMBER] = 0xffd54f,
         [COLOUR_BADGE] = 0xffffff,
         [COLOUR_ON_BADGE] = 0x0a1122,
         [COLOUR_BADGE_CLOSED] = 0x33415f,
         [COLOUR_ON_BADGE_CLOSED] = 0xb3c3df,
         [COLOUR_LIT] = 0xffd54f,
         [COLOUR_ON_LIT] = 0x0a1122,
     }},
    {"light",
     {
         [COLOUR_BACKGROUND] = 0xe6ecf5,
         [COLOUR_PANEL] = 0xffffff,
         [COLOUR_TEXT] = 0x0c1730,
         [COLOUR_SOFT] = 0x44546f,
         [COLOUR_NUMBER] = 0x0b3f91,
         [COLOUR_BADGE] = 0x0c1730,
         [COLOUR_ON_BADGE] = 0xffffff,
         [COLOUR_BADGE_CLOSED] = 0xd4dbe7,
         [COLOUR_ON_BADGE_CLOSED] = 0x44546f,
         [COLOUR_LIT] = 0x0b3f91,
         [COLOUR_ON_LIT] = 0xffffff,
     }},
};

const struct theme *theme_get(const char *name)
{
    for (size_t i = 0; i < sizeof themes / sizeof *themes; i++)
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    return &themes[0];
}
