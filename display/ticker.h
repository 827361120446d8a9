/* The line of text at the foot of the screen. Its texts take turns and do not run: what runs is
 * hard to read, and would have the screen drawn all day. */
#pragma once

#include <stdbool.h>
#include <time.h>

#include "display/scene.h"

#define TICKER_TEXTS_MAX 16

struct ticker {
    const char *source; /* [display] ticker: a text, or the path of a file with one a line */
    struct timespec changed;
    bool complained;
    int count;
    char texts[TICKER_TEXTS_MAX][SCENE_TEXT_SIZE];
};

/* `source` stays the caller's. A file that cannot be read is logged, and shows nothing. */
void ticker_open(struct ticker *ticker, const char *source);

/* Reads the file again if it has changed. True if it has. */
bool ticker_refresh(struct ticker *ticker);

/* "" where there is none. */
const char *ticker_text(const struct ticker *ticker, int turn);
