/* The ticket on paper: what is on it, and where.
 *
 * A pure function of the office's configuration and the ticket: the same input draws the same
 * page. Lengths are PostScript points (1/72 inch) unless a name says otherwise. */
#pragma once

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/office.h"

struct ticket {
    char day[DAY_SIZE];
    char number[TICKET_SIZE];
    int copy; /* 1 is the first print */
    char service[SERVICE_NAME_SIZE];
    enum ticket_class ticket_class;
    int64_t issued_ms;                 /* wall time */
    bool clock_set;                    /* false: the wall time is not to be shown */
    int ahead;                         /* people waiting before this one */
    int promise_low_s, promise_high_s; /* 0 and 0 for no promise */
};

struct paper {
    int width_mm, height_mm; /* of what can be printed, not of the roll */
};

#define POINTS_PER_MM (72 / 25.4)

/* The page that this ticket needs: as wide as the roll prints, as long as its content. */
struct paper ticket_paper(const struct office *office, const struct ticket *ticket);

/* Draws the page with its top left corner at the origin of `cairo`, on white. */
void ticket_draw(const struct office *office, const struct ticket *ticket, cairo_t *cairo);

/* Whether the configured font is on this machine; without it another one is drawn. */
bool ticket_font_exists(const struct office *office);
