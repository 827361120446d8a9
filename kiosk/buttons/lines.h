/* Where edges come from and lamps go to: one small table of functions for each kind of chip.
 *
 * Buttons and lamps are named by the index of their button in the office. Functions that can fail
 * return -errno, with what failed in `why` where there is one. */
#pragma once

#include "shared/office.h"

#define LINES_WHY_SIZE 512

struct lines;

struct line_edge {
    int button;
    bool active;
    int64_t at_ns; /* CLOCK_MONOTONIC */
};

struct lines_driver {
    /* Opens the chip that [gpio] names; the office outlives *lines, which is freed by close. */
    int (*open)(struct lines **lines, const struct office *office, char why[LINES_WHY_SIZE]);
    /* NULL-safe. */
    void (*close)(struct lines *lines);
    /* Asks for the line of a button, or for its lamp, which is lit or dark from then on. Each may
     * be asked for again after it failed; the others are not touched by that. */
    int (*request_button)(struct lines *lines, int button, char why[LINES_WHY_SIZE]);
    int (*request_lamp)(struct lines *lines, int button, bool on, char why[LINES_WHY_SIZE]);
    /* To poll for reading, owned by the driver; -1 where nothing more will be read. */
    int (*fd)(const struct lines *lines);
    /* The file that is there for as long as the chip is; NULL where there is none. */
    const char *(*device)(const struct lines *lines);
    /* 1 with an edge, 0 for none now, -errno where the chip is lost. Does not block. */
    int (*read)(struct lines *lines, struct line_edge *edge);
    /* The present level of a button's line: 1 active, 0 not. */
    int (*level)(struct lines *lines, int button);
    int (*set_lamp)(struct lines *lines, int button, bool on);
    bool bounces; /* contacts of metal, which need a debounce */
};

/* Whichever of libgpiod 1 and 2 this was built with. */
extern const struct lines_driver lines_gpiod;
/* Keys 1 to 9 of standard input; no lamps. */
extern const struct lines_driver lines_keys;
/* Nothing at all. */
extern const struct lines_driver lines_none;

/* Finds the device file of a chip given as a path, a name in /dev or a label. */
int lines_find_chip(const char *chip, char path[static PATH_SIZE], char why[LINES_WHY_SIZE]);

/* The offset that a line's text is, or -1 where it is a name. */
int lines_offset(const char *line);
