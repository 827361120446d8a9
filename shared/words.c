#include "shared/words.h"

#include <string.h>

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
    [WORD_COPY] = {"พิมพ์ซ้ำ", "Reprint", "Cetak semula"},
};

const char *words_get(enum language language, enum word word)
{
    return words[word][language];
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
