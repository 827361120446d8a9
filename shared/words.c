#include "shared/words.h"

#include <stdio.h>
#include <string.h>

#include "shared/utf8.h"

static const char *const codes[LANGUAGE_COUNT] = {"th", "en", "ms"};

static const char *const words[WORD_COUNT][LANGUAGE_COUNT] = {
    [WORD_TICKET] = {"บัตรคิว", "Queue ticket", "Tiket giliran"},
    [WORD_NUMBER] = {"หมายเลข", "Number", "Nombor"},
    [WORD_COUNTER] = {"ช่องบริการ", "Counter", "Kaunter"},
    [WORD_NOW_SERVING] = {"กำลังให้บริการ", "Now serving", "Sedang dilayan"},
    [WORD_LAST_CALLS] = {"เรียกล่าสุด", "Last calls", "Panggilan terakhir"},
    [WORD_WAITING] = {"คิวที่รอ", "Waiting", "Menunggu"},
    [WORD_AHEAD] = {"คิวที่รอ %d คิว", "%d waiting ahead of you", "%d orang di hadapan anda"},
    [WORD_NOBODY_AHEAD] = {"ไม่มีคิวรอก่อนท่าน", "Nobody is ahead of you",
                           "Tiada orang di hadapan anda"},
    [WORD_EXPECTED] = {"คาดว่ารอ %d–%d นาที", "Expected wait %d–%d minutes",
                       "Jangkaan menunggu %d–%d minit"},
    [WORD_EXPECTED_SHORT] = {"คาดว่ารอไม่เกิน %d นาที", "Expected wait up to %d minutes",
                             "Jangkaan menunggu sehingga %d minit"},
    [WORD_PLEASE_WAIT] = {"กรุณารอเรียกคิวตามลำดับ", "Please wait for your number",
                          "Sila tunggu nombor anda dipanggil"},
    [WORD_PRIORITY] = {"บริการลำดับพิเศษ", "Priority service", "Perkhidmatan keutamaan"},
    [WORD_PEOPLE] = {"คิว", "waiting", "orang"},
    [WORD_OPEN] = {"เปิดบริการ", "Open", "Buka"},
    [WORD_CLOSED] = {"ปิดบริการ", "Closed", "Tutup"},
    [WORD_TAKE_TICKET] = {"กรุณากดปุ่มรับบัตรคิว", "Please press a button for a ticket",
                          "Sila tekan butang untuk tiket"},
    [WORD_NO_CONNECTION] = {"ระบบคิวขัดข้องชั่วคราว กรุณาติดต่อเจ้าหน้าที่",
                            "The queue system is not answering. Please ask the staff.",
                            "Sistem giliran tidak menjawab. Sila tanya petugas."},
    [WORD_CLOCK_UNSET] = {"ยังไม่ได้ตั้งเวลา", "The clock is not set", "Jam belum ditetapkan"},
    [WORD_MINUTES] = {"รอ %d–%d นาที", "%d–%d min", "%d–%d minit"},
    [WORD_MINUTES_SHORT] = {"รอไม่เกิน %d นาที", "up to %d min", "hingga %d minit"},
    [WORD_HOLIDAY] = {"วันนี้เป็นวันหยุด", "Closed for a holiday", "Cuti umum"},
    [WORD_NO_SERVICE_TODAY] = {"วันนี้ปิดบริการ", "Closed today", "Hari ini tutup"},
    [WORD_NOT_YET_OPEN] = {"ยังไม่ถึงเวลาเปิดบริการ", "Not open yet", "Belum dibuka"},
    [WORD_LUNCH] = {"พักกลางวัน", "Lunch break", "Rehat tengah hari"},
    [WORD_BREAK] = {"พักให้บริการชั่วคราว", "Short break", "Rehat seketika"},
    [WORD_CLOSED_FOR_TODAY] = {"ปิดบริการแล้ว", "Closed for today", "Tutup untuk hari ini"},
    [WORD_OPENS_AT] = {"เปิดบริการเวลา %s", "Opens at %s", "Dibuka pada %s"},
    [WORD_OPENS_ON] = {"เปิดบริการ%s เวลา %s", "Opens on %s at %s", "Dibuka pada %s, %s"},
    [WORD_COPY] = {"พิมพ์ซ้ำ", "Reprint", "Cetak semula"},
};

const char *words_get(enum language language, enum word word)
{
    return words[word][language];
}

char *words_fill(enum language language, enum word word, const char *first, const char *second,
                 char *out, size_t size)
{
    const char *next = first;
    size_t used = 0;
    for (const char *at = words[word][language]; *at && used + 1 < size; at++) {
        if (at[0] != '%') {
            out[used++] = *at;
            continue;
        }
        int written = snprintf(out + used, size - used, "%s", next);
        used += (size_t)written < size - used ? (size_t)written : size - used - 1;
        next = second;
        at++;
    }
    out[used] = '\0';
    return utf8_trim(out);
}

char *words_fill_numbers(enum language language, enum word word, int first, int second, char *out,
                         size_t size)
{
    char texts[2][16];
    snprintf(texts[0], sizeof texts[0], "%d", first);
    snprintf(texts[1], sizeof texts[1], "%d", second);
    return words_fill(language, word, texts[0], texts[1], out, size);
}

const char *language_code(enum language language)
{
    return codes[language];
}

bool language_from_code(const char *code, enum language *language)
{
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        if (strcmp(codes[i], code) == 0) {
            *language = (enum language)i;
            return true;
        }
    return false;
}
