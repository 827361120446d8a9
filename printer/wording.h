/* What the lines of a ticket say, each in one language. */
#pragma once

#include "printer/ticket.h"

#define WORDING_SIZE 512

/* Writes the line to `text`, WORDING_SIZE bytes. */
typedef void wording_function(const struct office *office, const struct ticket *ticket,
                              enum language language, char *text);

wording_function wording_heading, wording_number, wording_service, wording_priority, wording_ahead,
    wording_expected, wording_please_wait, wording_time, wording_copy;
