#include "shared/thai.h"

#include <stdio.h>

#include "shared/utf8.h"

#define BUDDHIST_ERA 543 /* พ.ศ. = CE + 543 since 1941, when the year was moved to 1 January */

static const char *const weekdays[LANGUAGE_COUNT][7] = {
    {"วันอาทิตย์", "วันจันทร์", "วันอังคาร", "วันพุธ", "วันพฤหัสบดี", "วันศุกร์", "วันเสาร์"},
    {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
    {"Ahad", "Isnin", "Selasa", "Rabu", "Khamis", "Jumaat", "Sabtu"},
};

static const char *const months[LANGUAGE_COUNT][12] = {
    {"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน",
     "ตุลาคม", "พฤศจิกายน", "ธันวาคม"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
    {"Januari", "Februari", "Mac", "April", "Mei", "Jun", "Julai", "Ogos", "September", "Oktober",
     "November", "Disember"},
};

static const char *const short_months[LANGUAGE_COUNT][12] = {
    {"ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.",
     "ธ.ค."},
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
    {"Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ogos", "Sep", "Okt", "Nov", "Dis"},
};

char *thai_long_date(struct local_time time, enum language language, char *out, size_t size)
{
    const char *weekday = weekdays[language][time.weekday];
    const char *month = months[language][time.month - 1];
    if (language == LANGUAGE_TH)
        snprintf(out, size, "%sที่ %d %s พ.ศ. %d", weekday, time.day, month,
                 time.year + BUDDHIST_ERA);
    else
        snprintf(out, size, "%s %d %s %d", weekday, time.day, month, time.year);
    return utf8_trim(out);
}

char *thai_short_date(struct local_time time, enum language language, char *out, size_t size)
{
    snprintf(out, size, "%d %s %d", time.day, short_months[language][time.month - 1],
             time.year + (language == LANGUAGE_TH ? BUDDHIST_ERA : 0));
    return utf8_trim(out);
}

char *thai_clock(struct local_time time, enum language language, char *out, size_t size)
{
    snprintf(out, size, language == LANGUAGE_TH ? "%02d.%02d น." : "%02d:%02d", time.hour,
             time.minute);
    return utf8_trim(out);
}

char *thai_digits(const char *text, enum digits digits, char *out, size_t size)
{
    size_t used = 0;
    for (; *text && used + 1 < size; text++) {
        if (digits == DIGITS_THAI && *text >= '0' && *text <= '9') {
            /* U+0E50 THAI DIGIT ZERO is E0 B9 90; the others follow it. */
            if (used + 4 > size)
                break;
            out[used++] = (char)0xe0;
            out[used++] = (char)0xb9;
            out[used++] = (char)(0x90 + (*text - '0'));
        } else {
            out[used++] = *text;
        }
    }
    if (size > 0)
        out[used] = '\0';
    return utf8_trim(out);
}
