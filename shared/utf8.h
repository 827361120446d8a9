/* Text from outside that has to be UTF-8 without control characters. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the text is UTF-8 (RFC 3629) and has no control characters. */
bool utf8_is_text(const char *text);

/* Makes it so in place: every byte that does not fit becomes '?', every control character a
 * blank. */
void utf8_repair(char *text);

/* The character at the start, which must not be NUL; a byte that begins none counts as itself.
 * Returns its length in bytes. */
size_t utf8_decode(const char *text, uint32_t *character);

/* Drops the tail of a character that the end of a buffer cut in two. Returns the text. */
char *utf8_trim(char *text);
