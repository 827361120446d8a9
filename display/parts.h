/* The parts that the screen is laid out from. Each fills the box it is given. */
#pragma once

#include "display/plan.h"

/* The office's name, the clock and the date. time: NULL where it is not known. */
void part_header(struct plan *plan, struct box box, const struct local_time *time);

/* The last called number, gigantic, with its counter; or that the office is closed, or what to do
 * where nothing was called yet. */
void part_main(struct plan *plan, struct box box);

/* The calls before it, in a row, or in a list where the box is high. */
void part_last_calls(struct plan *plan, struct box box);

/* Who is served at each counter; and how high that wants to be, in pixels. */
void part_counters(struct plan *plan, struct box box);
int part_counters_height(const struct plan *plan);

/* How many wait for each service; and how high that is, in pixels. */
void part_waiting(struct plan *plan, struct box box);
int part_waiting_height(const struct plan *plan);

/* One text, in at most two lines. */
void part_ticker(struct plan *plan, struct box box, const char *text);

void part_no_connection(struct plan *plan, struct box box);
