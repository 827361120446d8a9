/* Words, button texts and JSON: three ways to the same command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// cmocka needs the headers above
#include <cmocka.h>

#include "shared/command.h"

static char why[256];
static const char *error;

static bool parse(struct command *command, const char *text)
{
    return command_from_text(command, text, COMMAND_SHELL, why, sizeof why);
}

static void test_words_and_json_agree(void **state)
{
    (void)state;
    static const struct {
        const char *words, *json;
    } rows[] = {
        {"ticket general", "{\"do\":\"ticket\",\"service\":\"general\",\"class\":\"regular\"}"},
        {"ticket general --priority",
         "{\"do\":\"ticket\",\"service\":\"general\",\"class\":\"priority\"}"},
        {"ticket --priority general",
         "{\"do\":\"ticket\",\"service\":\"general\",\"class\":\"priority\"}"},
        {"reprint a12", "{\"do\":\"reprint\",\"ticket\":\"A012\"}"},
        {"reprint A3", "{\"do\":\"reprint\",\"ticket\":\"A003\"}"},
        {"next ๑", "{\"do\":\"next\",\"counter\":1}"},
        {"next 1", "{\"do\":\"next\",\"counter\":1}"},
        {"recall 99", "{\"do\":\"recall\",\"counter\":99}"},
        {"start 2", "{\"do\":\"start\",\"counter\":2}"},
        {"done 2", "{\"do\":\"done\",\"counter\":2}"},
        {"noshow 2", "{\"do\":\"noshow\",\"counter\":2}"},
        {"hold 2", "{\"do\":\"hold\",\"counter\":2}"},
        {"resume A012 2", "{\"do\":\"resume\",\"ticket\":\"A012\",\"counter\":2}"},
        {"cancel A๐๑๒", "{\"do\":\"cancel\",\"ticket\":\"A012\"}"},
        {"transfer 1 tax", "{\"do\":\"transfer\",\"counter\":1,\"to\":\"tax\"}"},
        {"call 1 A012", "{\"do\":\"call\",\"counter\":1,\"ticket\":\"A012\"}"},
        {"call 1 A012 --reason ill",
         "{\"do\":\"call\",\"counter\":1,\"ticket\":\"A012\",\"reason\":\"ill\"}"},
        {"rate 1 5", "{\"do\":\"rate\",\"counter\":1,\"score\":5}"},
        {"counter open 3", "{\"do\":\"counter-open\",\"counter\":3}"},
        {"counter close 3", "{\"do\":\"counter-close\",\"counter\":3}"},
        {"service open tax", "{\"do\":\"service-open\",\"service\":\"tax\"}"},
        {"service close tax", "{\"do\":\"service-close\",\"service\":\"tax\"}"},
        {"status", "{\"do\":\"status\"}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct command words, read;
        if (!parse(&words, rows[i].words))
            fail_msg("%s: %s", rows[i].words, why);
        json_t *written = command_to_json(&words);
        json_t *expected = json_loads(rows[i].json, 0, NULL);
        assert_non_null(expected);
        if (!json_equal(written, expected))
            fail_msg("%s", rows[i].words);
        assert_true(command_from_json(&read, expected, &error, why, sizeof why));
        assert_memory_equal(&read, &words, sizeof read);
        json_decref(written);
        json_decref(expected);
    }
}

static void test_wrong_words(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "tickets",
        "ticket",
        "ticket general tax",
        "ticket general --reason x",
        "next",
        "next one",
        "next 0",
        "next 100",
        "next -1",
        "next 1x",
        "next 1 --priority",
        "rate 1 6",
        "rate 1 0",
        "rate 1",
        "counter 1",
        "counter ajar 1",
        "call 1 012",
        "call 1 ABCD1",
        "call 1 A",
        "call 1 A1 --reason",
        "resume 1 A012",
        "subscribe",
        "printed",
        "discard",
        "start-up",
        "ticket averyveryveryveryverylongservicename",
        "cancel A0000000000000000000000000000",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct command command;
        why[0] = '\0';
        if (parse(&command, rows[i]))
            fail_msg("\"%s\" was taken", rows[i]);
        assert_true(why[0]);
    }
}

static void test_buttons_take_less_than_shells(void **state)
{
    (void)state;
    struct command command;
    assert_true(command_from_text(&command, "next 1", COMMAND_BUTTON, why, sizeof why));
    assert_false(command_from_text(&command, "cancel A001", COMMAND_BUTTON, why, sizeof why));
    assert_false(command_from_text(&command, "status", COMMAND_BUTTON, why, sizeof why));
}

static void test_wrong_json(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "{}",
        "{\"do\":1}",
        "{\"do\":\"nosuch\"}",
        "{\"do\":\"start-up\"}",
        "{\"do\":\"discard\"}",
        "{\"do\":\"next\"}",
        "{\"do\":\"next\",\"counter\":\"1\"}",
        "{\"do\":\"next\",\"counter\":1.5}",
        "{\"do\":\"next\",\"counter\":1e3}",
        "{\"do\":\"next\",\"counter\":9223372036854775807}",
        "{\"do\":\"next\",\"counter\":4294967297}",
        "{\"do\":\"next\",\"counter\":1,\"extra\":1}",
        "{\"do\":\"ticket\",\"service\":\"\"}",
        "{\"do\":\"ticket\",\"service\":\"a\\u0000b\"}",
        "{\"do\":\"ticket\",\"service\":\"general\",\"class\":\"vip\"}",
        "{\"do\":\"subscribe\",\"after\":-1}",
        "{\"do\":\"subscribe\",\"after\":\"5\"}",
        "{\"do\":\"printed\",\"ticket\":\"A001\"}",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct command command;
        json_t *request = json_loads(rows[i], JSON_ALLOW_NUL, NULL);
        assert_non_null(request);
        if (command_from_json(&command, request, &error, why, sizeof why))
            fail_msg("%s was taken", rows[i]);
        json_decref(request);
    }
}

static void test_help_lists_every_shell_command(void **state)
{
    (void)state;
    const char *usage, *explanation;
    size_t count = 0;
    while ((usage = command_usage(count, &explanation)) != NULL) {
        assert_true(explanation && explanation[0]);
        count++;
    }
    assert_int_equal(count, 18);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_and_json_agree),           cmocka_unit_test(test_wrong_words),
        cmocka_unit_test(test_buttons_take_less_than_shells),  cmocka_unit_test(test_wrong_json),
        cmocka_unit_test(test_help_lists_every_shell_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
