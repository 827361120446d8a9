/* Every kind of event through JSON and back, and what is refused on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// cmocka needs the headers above
#include <cmocka.h>

#include "kiosk/journal/chain.h"
#include "kiosk/queue/event.h"

static struct event full_event(enum event_kind kind)
{
    struct event event = {.seq = 7,
                          .wall_ms = 1795399200123,
                          .boot_ms = 60001,
                          .kind = kind,
                          .counter = 3,
                          .ticket_class = CLASS_PRIORITY,
                          .leg = 2,
                          .ahead = 4,
                          .promise_low_s = 300,
                          .promise_high_s = 900,
                          .in_order = false,
                          .start_implied = true,
                          .score = 5,
                          .count = 6,
                          .copy = 2,
                          .of = 5,
                          .correction_ms = -86400000,
                          .clock_unset = true};
    snprintf(event.boot_id, sizeof event.boot_id, "%032x", 0xabcd);
    snprintf(event.day, sizeof event.day, "2026-11-23");
    snprintf(event.ticket, sizeof event.ticket, "A012");
    snprintf(event.service, sizeof event.service, "general");
    snprintf(event.to, sizeof event.to, "tax");
    snprintf(event.reason, sizeof event.reason, "picked: \"ผู้สูงอายุ\"\n");
    snprintf(event.button, sizeof event.button, "general");
    snprintf(event.services, sizeof event.services, "general tax");
    snprintf(event.version, sizeof event.version, "1.2.3");
    return event;
}

static void test_every_kind_survives_json(void **state)
{
    (void)state;
    char why[256];
    for (int kind = 0; kind < EVENT_COUNT; kind++) {
        struct event event = full_event((enum event_kind)kind);
        json_t *data = event_data(&event);
        struct event read = {.kind = (enum event_kind)kind};
        if (!event_data_read(&read, data, why, sizeof why))
            fail_msg("%s", why);
        json_t *again = event_data(&read);
        assert_true(json_equal(data, again));
        assert_true(read.clock_unset);
        json_decref(again);
        enum event_kind found;
        assert_true(event_kind_from_name(event_kind_name((enum event_kind)kind), &found));
        assert_int_equal(found, kind);
        /* Without any of its members it is refused, if it has to have one. */
        const char *key;
        json_t *value;
        void *next;
        json_object_foreach_safe(data, next, key, value)
        {
            json_t *less = json_copy(data);
            json_object_del(less, key);
            struct event missing = {.kind = (enum event_kind)kind};
            bool optional = strcmp(key, "clock_unset") == 0 || strcmp(key, "start_implied") == 0 ||
                            (kind == EVENT_CALLED && strcmp(key, "reason") == 0) ||
                            (kind == EVENT_DISCARDED &&
                             (strcmp(key, "button") == 0 || strcmp(key, "score") == 0));
            if (event_data_read(&missing, less, why, sizeof why) != optional)
                fail_msg("%s without %s", event_kind_name((enum event_kind)kind), key);
            if (!optional)
                assert_non_null(strstr(why, key));
            json_object_set_new(less, key, json_array());
            assert_false(event_data_read(&missing, less, why, sizeof why));
            json_decref(less);
        }
        json_decref(data);
    }
}

static void test_message_has_what_subscribers_need(void **state)
{
    (void)state;
    struct event event = full_event(EVENT_CALLED);
    json_t *message = event_message(&event, false);
    assert_string_equal(json_string_value(json_object_get(message, "event")), "called");
    assert_int_equal(json_integer_value(json_object_get(message, "seq")), 7);
    assert_string_equal(json_string_value(json_object_get(message, "ticket")), "A012");
    assert_int_equal(json_integer_value(json_object_get(message, "counter")), 3);
    assert_string_equal(json_string_value(json_object_get(message, "class")), "priority");
    json_decref(message);
    message = event_message(&event, true);
    assert_null(json_object_get(message, "event"));
    json_decref(message);
    event.ticket[0] = '\0';
    event.counter = 0;
    message = event_message(&event, false);
    assert_null(json_object_get(message, "ticket"));
    assert_null(json_object_get(message, "counter"));
    json_decref(message);
}

static void test_chain_covers_every_column(void **state)
{
    (void)state;
    const unsigned char zero[CHAIN_HASH_SIZE] = {0};
    unsigned char first[CHAIN_HASH_SIZE], other[CHAIN_HASH_SIZE];
    char hex[CHAIN_HEX_SIZE];
    struct event event = full_event(EVENT_CALLED);
    chain_hash(zero, &event, "{}", first);
    chain_hex(first, hex);
    /* The same by other means: Python's hashlib.blake2b(bytes(32) + row, digest_size=32). */
    assert_string_equal(hex, "1bb8c96d68cb3a9d751a1dbfab23d709a3198829b802c0013b3557baeb507d83");
    struct event changed[8];
    for (int i = 0; i < 8; i++)
        changed[i] = event;
    changed[0].seq++;
    changed[1].wall_ms++;
    changed[2].boot_ms++;
    changed[3].boot_id[0] = 'f';
    changed[4].day[9] = '4';
    changed[5].kind = EVENT_RECALLED;
    changed[6].ticket[3] = '3';
    changed[7].counter = 0;
    for (int i = 0; i < 8; i++) {
        chain_hash(zero, &changed[i], "{}", other);
        assert_memory_not_equal(first, other, CHAIN_HASH_SIZE);
    }
    chain_hash(zero, &event, "{ }", other);
    assert_memory_not_equal(first, other, CHAIN_HASH_SIZE);
    chain_hash(first, &event, "{}", other);
    assert_memory_not_equal(first, other, CHAIN_HASH_SIZE);
    assert_true(chain_from_hex(hex, other));
    assert_memory_equal(first, other, CHAIN_HASH_SIZE);
    assert_false(chain_from_hex("abc", other));
    hex[5] = 'x';
    assert_false(chain_from_hex(hex, other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_survives_json),
        cmocka_unit_test(test_message_has_what_subscribers_need),
        cmocka_unit_test(test_chain_covers_every_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
