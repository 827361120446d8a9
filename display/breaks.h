/* Where a line of text may be broken: between Thai words, which no space parts, after spaces, and
 * at U+200B; never at U+2060. */
#pragma once

#include <stddef.h>

struct breaks;

/* Without libthai's dictionary only spaces and U+200B count. NULL if memory is short. */
struct breaks *breaks_create(void);
void breaks_destroy(struct breaks *breaks);

/* Writes the offsets, in bytes and rising, at which a new line may begin. Returns how many. */
size_t breaks_find(struct breaks *breaks, const char *text, size_t offsets[], size_t max);

/* Copies length bytes without U+200B, U+2060 and the spaces at the end. */
void breaks_copy_line(const char *text, size_t length, char *out, size_t size);
