/* What the voice says, in each language: one table of clips with the words that a person reads
 * aloud for them, and the rules by which clips make up a call. Pure; all strings live for ever. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shared/office.h"

#define SPEECH_SENTENCE_MAX 32 /* clips in one call */
#define SPEECH_CLIPS_MAX 64    /* clips of one language */

/* The clips of a language, 0 to count - 1: the short ASCII name, and the words. NULL behind the
 * last one. */
size_t speech_clip_count(enum language language);
const char *speech_clip_name(enum language language, size_t index);
const char *speech_clip_words(enum language language, size_t index);

/* The names of the clips that call this ticket (A-Z and 0-9, one by one) to this counter (1 to 99,
 * as a number), in their order. Returns how many, 0 if it cannot be said. */
size_t speech_call(enum language language, const char *ticket, int counter,
                   const char *clips[SPEECH_SENTENCE_MAX]);

/* Marks the clips that calls of this office are made of: its prefixes with any digits, to any of
 * its counters. */
void speech_mark_needed(enum language language, const struct office *office,
                        bool needed[static SPEECH_CLIPS_MAX]);
