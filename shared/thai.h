/* The Thai edge: Buddhist years, Thai month and day names, Thai digits. Storage and arithmetic are
 * Gregorian everywhere else; nothing is ever computed in พ.ศ.
 *
 * Every function writes at most `size` bytes with NUL, cuts only between UTF-8 characters, and
 * returns `out`. */
#pragma once

#include "shared/clock.h"
#include "shared/words.h"

enum digits { DIGITS_ARABIC, DIGITS_THAI };

/* "วันจันทร์ที่ 23 พฤศจิกายน พ.ศ. 2569"; English "Monday 23 November 2026"; Malay likewise. */
char *thai_long_date(struct local_time time, enum language language, char *out, size_t size);

/* "23 พ.ย. 2569"; "23 Nov 2026". */
char *thai_short_date(struct local_time time, enum language language, char *out, size_t size);

/* "09.05 น." in Thai, as official letters write it; "09:05" elsewhere. */
char *thai_clock(struct local_time time, enum language language, char *out, size_t size);

/* The text with each ASCII digit replaced by the Thai one where digits is DIGITS_THAI. */
char *thai_digits(const char *text, enum digits digits, char *out, size_t size);
