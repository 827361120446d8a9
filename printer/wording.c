#include "printer/wording.h"

#include <stdio.h>

#include "shared/thai.h"
#include "shared/words.h"

/* Thai digits stand in Thai lines only. */
static void in_digits(const struct office *office, enum language language, const char *ascii,
                      char *text)
{
    enum digits digits = language == LANGUAGE_TH ? office->printer.digits : DIGITS_ARABIC;
    thai_digits(ascii, digits, text, WORDING_SIZE);
}

static void say_numbers(const struct office *office, enum language language, enum word word,
                        int first, int second, char *text)
{
    char ascii[WORDING_SIZE];
    in_digits(office, language,
              words_fill_numbers(language, word, first, second, ascii, sizeof ascii), text);
}

static void say_word(enum language language, enum word word, char *text)
{
    snprintf(text, WORDING_SIZE, "%s", words_get(language, word));
}

void wording_heading(const struct office *office, const struct ticket *ticket,
                     enum language language, char *text)
{
    (void)office, (void)ticket;
    say_word(language, WORD_TICKET, text);
}

void wording_service(const struct office *office, const struct ticket *ticket,
                     enum language language, char *text)
{
    const struct service_config *service = office_service(office, ticket->service);
    snprintf(text, WORDING_SIZE, "%s",
             service ? service_title(service, language) : ticket->service);
}

void wording_priority(const struct office *office, const struct ticket *ticket,
                      enum language language, char *text)
{
    (void)office, (void)ticket;
    say_word(language, WORD_PRIORITY, text);
}

void wording_copy(const struct office *office, const struct ticket *ticket, enum language language,
                  char *text)
{
    (void)office, (void)ticket;
    say_word(language, WORD_COPY, text);
}

void wording_ahead(const struct office *office, const struct ticket *ticket, enum language language,
                   char *text)
{
    say_numbers(office, language, ticket->ahead > 0 ? WORD_AHEAD : WORD_NOBODY_AHEAD, ticket->ahead,
                0, text);
}

void wording_expected(const struct office *office, const struct ticket *ticket,
                      enum language language, char *text)
{
    int low = ticket->promise_low_s / 60, high = (ticket->promise_high_s + 59) / 60;
    if (low > 0 && low < high)
        say_numbers(office, language, WORD_EXPECTED, low, high, text);
    else
        say_numbers(office, language, WORD_EXPECTED_SHORT, high, 0, text);
}

void wording_please_wait(const struct office *office, const struct ticket *ticket,
                         enum language language, char *text)
{
    (void)office, (void)ticket;
    say_word(language, WORD_PLEASE_WAIT, text);
}

void wording_time(const struct office *office, const struct ticket *ticket, enum language language,
                  char *text)
{
    char date[96], hour[32], ascii[WORDING_SIZE];
    struct local_time time = clock_local(ticket->issued_ms);
    thai_short_date(time, language, date, sizeof date);
    thai_clock(time, language, hour, sizeof hour);
    snprintf(ascii, sizeof ascii, "%s   %s", date, hour);
    in_digits(office, language, ascii, text);
}

void wording_number(const struct office *office, const struct ticket *ticket,
                    enum language language, char *text)
{
    in_digits(office, language, ticket->number, text);
}
