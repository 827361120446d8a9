/* The colours of the screen. */
#pragma once

#include <stdint.h>

#include "display/scene.h"

struct theme {
    const char *name;
    uint32_t colours[COLOUR_COUNT]; /* 0xRRGGBB */
};

/* The theme of that name, else the first. */
const struct theme *theme_get(const char *name);
