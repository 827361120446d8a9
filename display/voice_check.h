/* Whether the office's clips are fit for its calls. */
#pragma once

#include <stdio.h>

#include "shared/office.h"

/* Prints a line for each problem, and a summary. True if every clip that a call of this office can
 * need is there and good; others that are missing are only counted. */
bool voice_check(const struct office *office, FILE *out);
