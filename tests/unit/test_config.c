/* The configuration: every key of the table, and every fault that a file can have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "shared/office.h"

#define TEXT_MAX 16384

/* A file in the temporary folder, and what came of reading it. */
static struct rig {
    char path[64];
    char text[TEXT_MAX];
    int lines; /* of the text */
    struct office office;
    struct problems problems;
} rig;

static int set_up(void **state)
{
    (void)state;
    assert_true(clock_use_timezone("Asia/Bangkok"));
    memset(&rig, 0, sizeof rig);
    snprintf(rig.path, sizeof rig.path, "/tmp/khiosk-config-XXXXXX");
    int fd = mkstemp(rig.path);
    assert_true(fd >= 0);
    close(fd);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    problems_finish(&rig.problems);
    unlink(rig.path);
    return 0;
}

static void add(const char *text)
{
    assert_true(strlen(rig.text) + strlen(text) < sizeof rig.text);
    strcat(rig.text, text);
    for (; *text; text++)
        rig.lines += *text == '\n';
}

static void load_with(const char *const *overrides, size_t count)
{
    FILE *file = fopen(rig.path, "w");
    assert_non_null(file);
    fputs(rig.text, file);
    fclose(file);
    problems_finish(&rig.problems);
    office_load(&rig.office, rig.path, overrides, count, &rig.problems);
}

static void load(void)
{
    load_with(NULL, 0);
}

static void begin(void)
{
    rig.text[0] = '\0';
    rig.lines = 0;
}

static const struct given {
    const char *section, *key, *value;
} smallest[] = {
    {"office", "name", "อบต. ทดสอบ"}, {"service general", "prefix", "A"},
    {"service tax", "prefix", "B"},   {"counter 1", "services", "general tax"},
    {"button one", "line", "17"},     {"button one", "press", "ticket general"},
};

static void add_line(const char *section, const char *key, const char *value)
{
    char text[512];
    assert_true(snprintf(text, sizeof text, "[%s]\n%s = %s\n", section, key, value) <
                (int)sizeof text);
    add(text);
}

/* The smallest office that is good, but for one key. */
static void begin_without(const char *section, const char *key)
{
    begin();
    for (size_t i = 0; i < sizeof smallest / sizeof smallest[0]; i++)
        if (strcmp(smallest[i].section, section) != 0 || strcmp(smallest[i].key, key) != 0)
            add_line(smallest[i].section, smallest[i].key, smallest[i].value);
}

static void begin_smallest(void)
{
    begin_without("", "");
}

static void print_problems(void)
{
    for (size_t i = 0; i < rig.problems.count; i++)
        print_message("# %s\n", rig.problems.lines[i]);
}

static void expect_good(void)
{
    if (rig.problems.count > 0)
        print_problems();
    assert_int_equal(rig.problems.count, 0);
}

static bool has_problem(const char *start, const char *part)
{
    for (size_t i = 0; i < rig.problems.count; i++)
        if (strncmp(rig.problems.lines[i], start, strlen(start)) == 0 &&
            strstr(rig.problems.lines[i], part))
            return true;
    return false;
}

/* A fault of the text's line `line`, which says `place` and then somewhere `part`. */
static void expect_problem_at(int line, const char *place, const char *part)
{
    char start[256];
    snprintf(start, sizeof start, "%s:%d: %s", rig.path, line, place);
    if (!has_problem(start, part)) {
        print_message("# expected %s ... %s\n", start, part);
        print_problems();
        fail();
    }
}

static void expect_only_problem(const char *place, const char *part)
{
    expect_problem_at(rig.lines, place, part);
    assert_int_equal(rig.problems.count, 1);
}

/* The section of a kind that the smallest office has: "service" is "service general". */
static const char *section_of(const char *kind)
{
    return strcmp(kind, "service") == 0   ? "service general"
           : strcmp(kind, "counter") == 0 ? "counter 1"
           : strcmp(kind, "button") == 0  ? "button one"
                                          : kind;
}

static bool is_named(const char *kind)
{
    return section_of(kind) != kind;
}

static bool entry_is(const struct config_entry *entry, const char *kind, const char *key)
{
    size_t length = strlen(kind);
    return strcmp(entry->key, key) == 0 && strncmp(entry->section, kind, length) == 0 &&
           entry->section[length] == (is_named(kind) ? ' ' : '\0');
}

/* The example's own titles and lines may differ from defaults; a default that says something must
 * be seen in some section. */
static void test_the_documented_file_has_every_key_with_its_default(void **state)
{
    (void)state;
    struct config config;
    const char *kind, *key, *fallback;
    assert_true(config_read(&config, "config/khiosk.ini", NULL, 0, &rig.problems));
    expect_good();
    for (size_t i = 0; office_key(i, &kind, &key, &fallback); i++) {
        int count = 0, with_default = 0;
        for (size_t n = 0; n < config.count; n++) {
            const struct config_entry *entry = &config.entries[n];
            count += entry_is(entry, kind, key);
            with_default +=
                entry_is(entry, kind, key) && fallback && strcmp(entry->value, fallback) == 0;
        }
        bool shown = is_named(kind) ? count > 0 : count == 1;
        bool must_be_default = fallback && (!is_named(kind) || fallback[0]);
        if (!shown || (must_be_default && with_default == 0)) {
            print_message("# [%s] %s: given %d times, %d times as \"%s\"\n", kind, key, count,
                          with_default, fallback);
            fail();
        }
    }
    config_finish(&config);
}

static void test_the_files_of_the_tree_are_good(void **state)
{
    (void)state;
    office_load(&rig.office, "config/khiosk.ini", NULL, 0, &rig.problems);
    expect_good();
    office_load(&rig.office, "config/demo.ini", NULL, 0, &rig.problems);
    expect_good();
    assert_true(rig.office.hours.always);
}

static void test_defaults(void **state)
{
    (void)state;
    begin_smallest();
    load();
    expect_good();
    const struct office *office = &rig.office;
    assert_string_equal(office->name, "อบต. ทดสอบ");
    assert_string_equal(office->timezone, "Asia/Bangkok");
    assert_int_equal(office->languages.count, 2);
    assert_string_equal(office->state_dir, "/var/lib/khiosk");
    assert_int_equal(office->priority_run, 2);
    assert_int_equal(office->regular_max_wait, 30);
    assert_true(office->start == START_IMPLIED);
    assert_string_equal(office->gpio.chip, "none");
    assert_true(office->gpio.active_low);
    assert_true(office->gpio.bias == BIAS_PULL_UP);
    assert_string_equal(office->printer.to, "none");
    assert_int_equal(office->display.size.width, 1920);
    assert_int_equal(office->display.size.height, 1080);
    const struct service_config *general = office_service(office, "general");
    assert_int_equal(general->standard_minutes, 15);
    assert_int_equal(general->daily_limit, 0);
    assert_string_equal(service_title(general, LANGUAGE_MS), "general");
    const struct counter_config *counter = office_counter(office, 1);
    assert_int_equal(counter->service_count, 2);
    assert_true(counter->opens == OPENS_AUTO);
    assert_false(office->buttons[0].has_long_press);
    assert_true(office->buttons[0].press.verb == VERB_TICKET);
    assert_null(office_service(office, "works"));
    assert_null(office_counter(office, 2));
}

#define CONTROL "a\x01z"

/* One value that is wrong for each key, and words that the message must have. */
static const struct wrong {
    const char *kind, *key, *value, *part;
} wrongs[] = {
    {"office", "name", "", "expected text"},
    {"office", "timezone", "Asia/Nowhere", "expected a name as Asia/Bangkok"},
    {"office", "languages", "th de", "expected th, en or ms"},
    {"office", "hours", "mon-fri 8-16", "08:30-16:30"},
    {"office", "holidays", "2026-02-29", "not a date"},
    {"kiosk", "state-dir", "", "expected text"},
    {"kiosk", "socket", CONTROL, "not text in UTF-8"},
    {"kiosk", "priority-run", "-1", "0 to 100"},
    {"kiosk", "regular-max-wait", "half", "0 to 1440"},
    {"kiosk", "rating-window", "0", "1 to 86400"},
    {"kiosk", "start", "never", "implied or button"},
    {"gpio", "chip", "", "expected text"},
    {"gpio", "debounce-ms", "1001", "0 to 1000"},
    {"gpio", "cool-down-ms", "1.5", "0 to 60000"},
    {"gpio", "long-press-ms", "100", "200 to 10000"},
    {"gpio", "bias", "up", "pull-up or pull-down or disabled or as-is"},
    {"gpio", "active-low", "true", "no or yes"},
    {"printer", "to", "folder:", "expected cups:QUEUE"},
    {"printer", "paper-mm", "20", "48 to 210"},
    {"printer", "font", "", "expected text"},
    {"printer", "languages", "", "expected some of th en ms"},
    {"printer", "digits", "roman", "arabic or thai"},
    {"printer", "footer", CONTROL, "not text in UTF-8"},
    {"display", "size", "1920", "WIDTHxHEIGHT"},
    {"display", "fullscreen", "1", "no or yes"},
    {"display", "orientation", "upright", "landscape or portrait"},
    {"display", "theme", "pink", "dark or light"},
    {"display", "languages", "th th", "listed twice"},
    {"display", "digits", "", "arabic or thai"},
    {"display", "board", CONTROL, "not text in UTF-8"},
    {"display", "ticker", CONTROL, "not text in UTF-8"},
    {"display", "turn-seconds", "4", "5 to 3600"},
    {"display", "font", "", "expected text"},
    {"display", "bold-font", "", "expected text"},
    {"display", "picture", CONTROL, "not text in UTF-8"},
    {"voice", "languages", "thai", "expected th, en or ms"},
    {"voice", "clips", CONTROL, "not text in UTF-8"},
    {"voice", "chime", "loud", "no or yes"},
    {"voice", "volume", "101", "0 to 100"},
    {"voice", "quiet-hours", "noon", "neither days"},
    {"console", "listen", "", "expected text"},
    {"console", "tls", CONTROL, "not text in UTF-8"},
    {"service", "prefix", "a", "capital letters"},
    {"service", "title.th", CONTROL, "not text in UTF-8"},
    {"service", "title.en", CONTROL, "not text in UTF-8"},
    {"service", "title.ms", CONTROL, "not text in UTF-8"},
    {"service", "standard-minutes", "0", "1 to 480"},
    {"service", "responsible", CONTROL, "not text in UTF-8"},
    {"service", "hours", "daily", "neither days"},
    {"service", "daily-limit", "many", "0 to 100000"},
    {"counter", "title.th", CONTROL, "not text in UTF-8"},
    {"counter", "title.en", CONTROL, "not text in UTF-8"},
    {"counter", "title.ms", CONTROL, "not text in UTF-8"},
    {"counter", "services", "", "expected names"},
    {"counter", "opens", "yes", "auto or staff"},
    {"button", "line", "", "expected text"},
    {"button", "press", "tickets general", "unknown command"},
    {"button", "long-press", "verify", "unknown command"},
    {"button", "lamp", CONTROL, "not text in UTF-8"},
};

static const struct wrong *wrong_value(const char *kind, const char *key)
{
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++)
        if (strcmp(wrongs[i].kind, kind) == 0 && strcmp(wrongs[i].key, key) == 0)
            return &wrongs[i];
    fail_msg("no wrong value for [%s] %s", kind, key);
    abort();
}

static void test_a_wrong_value_of_each_key(void **state)
{
    (void)state;
    const char *kind, *key, *fallback;
    size_t keys = 0;
    for (; office_key(keys, &kind, &key, &fallback); keys++) {
        const struct wrong *wrong = wrong_value(kind, key);
        const char *section = section_of(kind);
        begin_without(section, key);
        add_line(section, key, wrong->value);
        load();
        char place[128];
        snprintf(place, sizeof place, "[%s] %s: ", section, key);
        expect_only_problem(place, wrong->part);
    }
    assert_int_equal(keys, sizeof wrongs / sizeof wrongs[0]);
}

static void test_each_required_key(void **state)
{
    (void)state;
    const char *kind, *key, *fallback;
    for (size_t i = 0; office_key(i, &kind, &key, &fallback); i++) {
        if (fallback)
            continue;
        const char *section = section_of(kind);
        begin_without(section, key);
        if (is_named(kind)) /* the section stays, without the key */
            add_line(section, strcmp(kind, "button") == 0 ? "lamp" : "title.th", "1");
        load();
        char start[256];
        snprintf(start, sizeof start, "%s: [%s] %s: missing", rig.path, section, key);
        assert_true(has_problem(start, "no default"));
        assert_int_equal(rig.problems.count, 1);
    }
}

static void test_an_office_needs_services_and_counters(void **state)
{
    (void)state;
    add("[office]\nname = x\n");
    load();
    assert_int_equal(rig.problems.count, 2);
    assert_true(has_problem(rig.path, "no [service NAME] section"));
    assert_true(has_problem(rig.path, "no [counter N] section"));
}

static void test_unknown_names(void **state)
{
    (void)state;
    static const struct {
        const char *section, *key, *part;
    } rows[] = {
        {"offices", "name", "unknown section: expected office, kiosk"},
        {"service", "prefix", "as [service general]"},
        {"service General", "prefix", "as [service general]"},
        {"counter one", "services", "as [counter 1]"},
        {"counter 0", "services", "as [counter 1]"},
        {"counter 100", "services", "as [counter 1]"},
        {"button a.b", "line", "as [button general]"},
        {"office", "nam", "unknown key: expected one of name, timezone"},
        {"service general", "title", "unknown key: expected one of prefix"},
        {"gpio", "press", "unknown key: expected one of chip"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin_smallest();
        add_line(rows[i].section, rows[i].key, "x");
        load();
        char place[128];
        snprintf(place, sizeof place, "[%s] %s: ", rows[i].section, rows[i].key);
        expect_only_problem(place, rows[i].part);
    }
}

static void test_wrong_references(void **state)
{
    (void)state;
    static const struct {
        const char *section, *key, *value, *part;
    } rows[] = {
        {"counter 2", "services", "general permits", "no service \"permits\": expected some of"},
        {"button one", "press", "ticket permits", "expected one of general, tax"},
        {"button one", "press", "next 7", "there is no [counter 7]"},
        {"button one", "long-press", "ticket permits", "there is no service \"permits\""},
        {"button one", "press", "transfer 1 permits", "there is no service \"permits\""},
        {"button one", "lamp", "17", "line 17 is the input of button one"},
        {"service tax", "prefix", "A", "A is the prefix of service general already"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin_without(rows[i].section, rows[i].key);
        add_line(rows[i].section, rows[i].key, rows[i].value);
        load();
        char place[128];
        snprintf(place, sizeof place, "[%s] %s: ", rows[i].section, rows[i].key);
        expect_only_problem(place, rows[i].part);
    }
    begin_smallest();
    add("[button two]\npress = next 1\nline = 17\n");
    load();
    expect_only_problem("[button two] line: ", "line 17 is the input of button one already");
    begin_smallest();
    add("[gpio]\nchip = keys\n");
    load();
    assert_int_equal(rig.problems.count, 1);
    assert_true(has_problem(rig.path, "[button one] line: with [gpio] chip = keys"));
}

static void test_lines_that_are_none(void **state)
{
    (void)state;
    begin_smallest();
    add("[kiosk]\nstart\n");
    load();
    expect_only_problem("\"start\"", "expected [section] or key = value");
    begin_smallest();
    add("[kiosk]\nstart = implied\nstart = button\n");
    load();
    char part[64];
    snprintf(part, sizeof part, "given twice, first on line %d", rig.lines - 1);
    expect_only_problem("[kiosk] start: ", part);
    assert_true(rig.office.start == START_IMPLIED);
}

static void add_footer(int length)
{
    char text[2 * CONFIG_LINE_MAX + 32] = "[printer]\nfooter = ";
    size_t used = strlen(text);
    memset(text + used, 'x', (size_t)length - strlen("footer = "));
    add(text);
    add("\n");
}

static void test_long_lines(void **state)
{
    (void)state;
    begin_smallest();
    add_footer(CONFIG_LINE_MAX);
    load();
    expect_good();
    assert_int_equal(strlen(rig.office.printer.footer), CONFIG_LINE_MAX - strlen("footer = "));
    begin_smallest();
    add_footer(CONFIG_LINE_MAX + 100);
    int line = rig.lines;
    add("paper-mm = 58\n");
    load();
    expect_problem_at(line, "line longer than 190 bytes", "continue it on an indented line");
    assert_int_equal(rig.problems.count, 1);
    assert_int_equal(rig.office.printer.paper_mm, 58);
}

static void test_comments_and_continued_lines(void **state)
{
    (void)state;
    begin_without("counter 1", "services");
    add("; nothing\n# nothing\n[counter 1]\nservices = general ; the first\n  tax\n");
    add("[office]\nholidays =\n  2026-12-07\n  2026-12-31\n");
    load();
    expect_good();
    assert_int_equal(rig.office.counters[0].service_count, 2);
    assert_string_equal(rig.office.counters[0].services[1], "tax");
    assert_int_equal(rig.office.holidays.count, 2);
    assert_string_equal(rig.office.holidays.days[1], "2026-12-31");
}

static void test_overrides(void **state)
{
    (void)state;
    static const char *const good[] = {"kiosk.start=button", "service general.title.th=งาน=1",
                                       "gpio.debounce-ms=5", "gpio.debounce-ms=7",
                                       "service more.prefix=M"};
    begin_smallest();
    add("[kiosk]\nstart = wrong, but replaced\n");
    load_with(good, 5);
    expect_good();
    assert_true(rig.office.start == START_BUTTON);
    assert_string_equal(rig.office.services[0].title[LANGUAGE_TH], "งาน=1");
    assert_int_equal(rig.office.gpio.debounce_ms, 7);
    assert_non_null(office_service(&rig.office, "more"));

    static const char *const bad[] = {"kiosk.start=never", "kiosk.begin=1", "start=button", "x"};
    begin_smallest();
    load_with(bad, 4);
    assert_int_equal(rig.problems.count, 4);
    assert_true(has_problem("-o kiosk.start: ", "implied or button"));
    assert_true(has_problem("-o kiosk.begin: ", "unknown key"));
    assert_true(has_problem("-o start=button: ", "expected section.key=value"));
    assert_true(has_problem("-o x: ", "expected section.key=value"));
}

static void test_all_faults_are_told_at_once(void **state)
{
    (void)state;
    add("[office]\nhours = now\n[kiosk]\nstart = never\nnonsense\n[service a]\nprefix = A\n");
    add("[service b]\nprefix = A\n[counter 1]\nservices = c\n[button x]\nline = 1\npress = fly\n");
    load();
    assert_int_equal(rig.problems.count, 7);
    expect_problem_at(2, "[office] hours: ", "");
    expect_problem_at(4, "[kiosk] start: ", "");
    expect_problem_at(5, "\"nonsense\"", "");
    expect_problem_at(9, "[service b] prefix: ", "");
    expect_problem_at(11, "[counter 1] services: ", "");
    expect_problem_at(14, "[button x] press: ", "");
    assert_true(has_problem(rig.path, "[office] name: missing"));
}

static void test_a_file_that_is_not_there(void **state)
{
    (void)state;
    unlink(rig.path);
    office_load(&rig.office, rig.path, NULL, 0, &rig.problems);
    assert_int_equal(rig.problems.count, 1);
    assert_true(has_problem("cannot read the configuration /tmp/khiosk-config-", "No such file"));
}

/* Wall time of a local time in Bangkok, which is 7 hours ahead all year. */
static int64_t at(int year, int month, int day, int hour, int minute)
{
    struct tm time = {.tm_year = year - 1900,
                      .tm_mon = month - 1,
                      .tm_mday = day,
                      .tm_hour = hour - 7,
                      .tm_min = minute};
    return (int64_t)timegm(&time) * 1000;
}

static bool open_at(int day, int hour, int minute)
{
    return office_hours_open(&rig.office, &rig.office.services[0], at(2026, 11, day, hour, minute));
}

/* 23 November 2026 is a Monday. */
static void test_hours(void **state)
{
    (void)state;
    begin_smallest();
    add("[office]\nhours = mon-fri 08:30-12:00 13:00-16:30, sat 09:00-24:00\n");
    add("[service tax]\nhours = sun-mon 00:00-01:00\n");
    load();
    expect_good();
    assert_false(open_at(23, 8, 29));
    assert_true(open_at(23, 8, 30));
    assert_true(open_at(23, 11, 59));
    assert_false(open_at(23, 12, 0));
    assert_true(open_at(27, 16, 29));
    assert_false(open_at(27, 16, 30));
    assert_false(open_at(28, 8, 59));
    assert_true(open_at(28, 23, 59));
    assert_false(open_at(29, 9, 0));
    const struct service_config *tax = office_service(&rig.office, "tax");
    assert_true(office_hours_open(&rig.office, tax, at(2026, 11, 29, 0, 30)));
    assert_true(office_hours_open(&rig.office, tax, at(2026, 11, 30, 0, 30)));
    assert_false(office_hours_open(&rig.office, tax, at(2026, 11, 24, 0, 30)));
    assert_false(office_hours_open(&rig.office, tax, at(2026, 11, 23, 9, 0)));
}

static void test_hours_that_are_wrong(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "mon",
        "08:30-16:30",
        "mon tue 08:30-16:30",
        "mon 16:30-08:30",
        "mon 08:30-08:30",
        "mon 08:60-09:00",
        "mon 23:00-24:01",
        "mon 08:30-16:30x",
        "monday 08:30-16:30",
        "mon-xyz 08:30-16:30",
        "mon 01:00-02:00 03:00-04:00 05:00-06:00 07:00-08:00 09:00-10:00 11:00-12:00 13:00-14:00",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct hours hours;
        char why[256] = "";
        if (hours_parse(&hours, texts[i], why, sizeof why) || !why[0])
            fail_msg("\"%s\" was taken as hours", texts[i]);
    }
}

static void test_holidays(void **state)
{
    (void)state;
    begin_smallest();
    add("[office]\nholidays = 2026-11-23, 2026-11-25\n");
    load();
    expect_good();
    assert_false(open_at(23, 9, 0));
    assert_true(open_at(24, 9, 0));
    assert_false(open_at(25, 9, 0));

    begin_smallest();
    add("[office]\nholidays = 2026-11-23\nhours = always\n");
    load();
    expect_good();
    assert_true(open_at(23, 3, 0));
    assert_true(open_at(29, 3, 0));

    begin_smallest();
    add("[office]\nholidays = 2026-11-23 2569-11-24\n");
    load();
    expect_only_problem("[office] holidays: ", "has a Buddhist year: write 2026-11-24");
}

static void test_empty_sections_and_indented_keys(void **state)
{
    (void)state;
    begin_smallest();
    add("[serivce tax]\n");
    load();
    expect_only_problem("[serivce tax]: ", "unknown section");
    begin_smallest();
    add("[service zoning]\n");
    load();
    assert_int_equal(rig.problems.count, 1);
    assert_non_null(strstr(rig.problems.lines[0], "[service zoning] prefix: missing"));
    begin_smallest();
    add("[kiosk] priority-run = 3\n");
    load();
    expect_only_problem("", "nothing may follow a [section] on its line");
    begin_smallest();
    add("[kiosk]\n  priority-run = 7\n");
    load();
    expect_good();
    assert_int_equal(rig.office.priority_run, 7);
}

static void test_holidays_from_a_file(void **state)
{
    (void)state;
    char path[80], line[128];
    snprintf(path, sizeof path, "%s.holidays", rig.path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("# 2026\n\n2026-11-24 วันหยุดจังหวัด\n  2026-11-26\r\n", file);
    fclose(file);
    begin_smallest();
    snprintf(line, sizeof line, "[office]\nholidays = %s\n", path);
    add(line);
    load();
    expect_good();
    assert_int_equal(rig.office.holidays.count, 2);
    assert_true(open_at(23, 9, 0));
    assert_false(open_at(24, 9, 0));
    assert_false(open_at(26, 9, 0));

    file = fopen(path, "a");
    assert_non_null(file);
    fputs("2569-11-31\n", file);
    fclose(file);
    load();
    snprintf(line, sizeof line, "%s:5: \"2569-11-31\" is not a date", path);
    expect_only_problem("[office] holidays: ", line);
    unlink(path);
    load();
    expect_only_problem("[office] holidays: ", "No such file");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_documented_file_has_every_key_with_its_default),
        TEST(test_the_files_of_the_tree_are_good),
        TEST(test_defaults),
        TEST(test_a_wrong_value_of_each_key),
        TEST(test_each_required_key),
        TEST(test_an_office_needs_services_and_counters),
        TEST(test_unknown_names),
        TEST(test_wrong_references),
        TEST(test_lines_that_are_none),
        TEST(test_long_lines),
        TEST(test_comments_and_continued_lines),
        TEST(test_overrides),
        TEST(test_all_faults_are_told_at_once),
        TEST(test_a_file_that_is_not_there),
        TEST(test_hours),
        TEST(test_hours_that_are_wrong),
        TEST(test_holidays),
        TEST(test_empty_sections_and_indented_keys),
        TEST(test_holidays_from_a_file),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
