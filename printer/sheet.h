/* A ticket's page as a file: PNG as a print head of 8 dots/mm (203 dpi) prints it, PDF as text and
 * lines on a page of the ticket's own size. The same ticket gives the same bytes. */
#pragma once

#include "printer/ticket.h"

enum sheet_format { SHEET_PNG, SHEET_PDF };

#define SHEET_DOTS_PER_MM 8

/* A new image of the ticket, white behind black; the caller destroys it. Its status says whether
 * memory was short. */
cairo_surface_t *sheet_image(const struct office *office, const struct ticket *ticket);

/* Writes the ticket to a descriptor, which stays open. 0 or -errno. */
int sheet_write(const struct office *office, const struct ticket *ticket, enum sheet_format format,
                int fd);
