#include "kiosk/queue/event.h"

#include <stdio.h>
#include <string.h>

enum member_type { MEMBER_TEXT, MEMBER_INT, MEMBER_INT64, MEMBER_BOOL, MEMBER_CLASS };

enum member_id {
    M_SERVICE,
    M_TO,
    M_CLASS,
    M_LEG,
    M_AHEAD,
    M_PROMISE_LOW,
    M_PROMISE_HIGH,
    M_IN_ORDER,
    M_START_IMPLIED,
    M_REASON,
    M_SCORE,
    M_COUNT,
    M_COPY,
    M_OF,
    M_CORRECTION,
    M_BUTTON,
    M_SERVICES,
    M_VERSION,
    M_VOICE,
    M_CLOCK_UNSET,
    MEMBER_COUNT
};

#define FIELD(field) offsetof(struct event, field), sizeof(((struct event *)0)->field)

static const struct member {
    const char *name;
    enum member_type type;
    size_t offset, size;
} members[MEMBER_COUNT] = {
    [M_SERVICE] = {"service", MEMBER_TEXT, FIELD(service)},
    [M_TO] = {"to", MEMBER_TEXT, FIELD(to)},
    [M_CLASS] = {"class", MEMBER_CLASS, FIELD(ticket_class)},
    [M_LEG] = {"leg", MEMBER_INT, FIELD(leg)},
    [M_AHEAD] = {"ahead", MEMBER_INT, FIELD(ahead)},
    [M_PROMISE_LOW] = {"promise_low_s", MEMBER_INT, FIELD(promise_low_s)},
    [M_PROMISE_HIGH] = {"promise_high_s", MEMBER_INT, FIELD(promise_high_s)},
    [M_IN_ORDER] = {"in_order", MEMBER_BOOL, FIELD(in_order)},
    [M_START_IMPLIED] = {"start_implied", MEMBER_BOOL, FIELD(start_implied)},
    [M_REASON] = {"reason", MEMBER_TEXT, FIELD(reason)},
    [M_SCORE] = {"score", MEMBER_INT, FIELD(score)},
    [M_COUNT] = {"count", MEMBER_INT, FIELD(count)},
    [M_COPY] = {"copy", MEMBER_INT, FIELD(copy)},
    [M_OF] = {"of", MEMBER_INT64, FIELD(of)},
    [M_CORRECTION] = {"correction_ms", MEMBER_INT64, FIELD(correction_ms)},
    [M_BUTTON] = {"button", MEMBER_TEXT, FIELD(button)},
    [M_SERVICES] = {"services", MEMBER_TEXT, FIELD(services)},
    [M_VERSION] = {"version", MEMBER_TEXT, FIELD(version)},
    [M_VOICE] = {"voice", MEMBER_TEXT, FIELD(voice)},
    [M_CLOCK_UNSET] = {"clock_unset", MEMBER_BOOL, FIELD(clock_unset)},
};

#define BIT(id) (1u << (id))
#define LEG (BIT(M_SERVICE) | BIT(M_CLASS) | BIT(M_LEG))

/* Optional members are left out when they are empty, 0 or false. */
static const struct kind_row {
    const char *name;
    unsigned required, optional;
} kinds[EVENT_COUNT] = {
    [EVENT_ISSUED] = {"issued", LEG | BIT(M_AHEAD) | BIT(M_PROMISE_LOW) | BIT(M_PROMISE_HIGH), 0},
    [EVENT_PRINTED] = {"printed", BIT(M_COPY), 0},
    [EVENT_PRINT_FAILED] = {"print_failed", BIT(M_COPY) | BIT(M_REASON), 0},
    [EVENT_REPRINTED] = {"reprinted", BIT(M_COPY), 0},
    [EVENT_CALLED] = {"called", LEG | BIT(M_IN_ORDER), BIT(M_REASON) | BIT(M_START_IMPLIED)},
    [EVENT_RECALLED] = {"recalled", LEG, 0},
    [EVENT_ANNOUNCED] = {"announced", BIT(M_OF), BIT(M_VOICE)},
    [EVENT_STARTED] = {"started", LEG, 0},
    [EVENT_FINISHED] = {"finished", LEG, 0},
    [EVENT_NO_SHOW] = {"no_show", LEG, 0},
    [EVENT_HELD] = {"held", LEG, 0},
    [EVENT_RESUMED] = {"resumed", LEG, 0},
    [EVENT_TRANSFERRED] = {"transferred", LEG | BIT(M_TO), 0},
    [EVENT_CANCELLED] = {"cancelled", LEG, 0},
    [EVENT_LEFT] = {"left", LEG, 0},
    [EVENT_RATED] = {"rated", LEG | BIT(M_SCORE), 0},
    [EVENT_DISCARDED] = {"discarded", BIT(M_REASON) | BIT(M_COUNT), BIT(M_BUTTON) | BIT(M_SCORE)},
    [EVENT_COUNTER_OPENED] = {"counter_opened", BIT(M_SERVICES), 0},
    [EVENT_COUNTER_CLOSED] = {"counter_closed", 0, 0},
    [EVENT_SERVICE_OPENED] = {"service_opened", BIT(M_SERVICE), 0},
    [EVENT_SERVICE_CLOSED] = {"service_closed", BIT(M_SERVICE), 0},
    [EVENT_DAY_OPENED] = {"day_opened", 0, 0},
    [EVENT_DAY_CLOSED] = {"day_closed", BIT(M_COUNT), 0},
    [EVENT_CLOCK_SET] = {"clock_set", BIT(M_CORRECTION), 0},
    [EVENT_STARTED_UP] = {"started_up", BIT(M_VERSION), 0},
};

const char *event_kind_name(enum event_kind kind)
{
    return kinds[kind].name;
}

bool event_kind_from_name(const char *name, enum event_kind *kind)
{
    for (int i = 0; i < EVENT_COUNT; i++)
        if (strcmp(kinds[i].name, name) == 0) {
            *kind = (enum event_kind)i;
            return true;
        }
    return false;
}

static json_t *write_member(const struct event *event, const struct member *member, bool optional)
{
    const char *field = (const char *)event + member->offset;
    int64_t wide;
    int number;
    bool flag;
    switch (member->type) {
    case MEMBER_TEXT:
        return optional && !field[0] ? NULL : json_string(field);
    case MEMBER_CLASS:
        return json_string(class_name(event->ticket_class));
    case MEMBER_INT:
        memcpy(&number, field, sizeof number);
        return optional && !number ? NULL : json_integer(number);
    case MEMBER_INT64:
        memcpy(&wide, field, sizeof wide);
        return json_integer(wide);
    case MEMBER_BOOL:
        memcpy(&flag, field, sizeof flag);
        return optional && !flag ? NULL : json_boolean(flag);
    }
    return NULL;
}

static void write_members(const struct event *event, json_t *object)
{
    const struct kind_row *row = &kinds[event->kind];
    unsigned optional = row->optional | BIT(M_CLOCK_UNSET);
    for (int id = 0; id < MEMBER_COUNT; id++)
        if ((row->required | optional) & BIT(id)) {
            json_t *value = write_member(event, &members[id], optional & BIT(id));
            if (value)
                json_object_set_new(object, members[id].name, value);
        }
}

json_t *event_data(const struct event *event)
{
    json_t *data = json_object();
    write_members(event, data);
    return data;
}

static bool read_member(struct event *event, const struct member *member, const json_t *value)
{
    char *field = (char *)event + member->offset;
    switch (member->type) {
    case MEMBER_TEXT:
        if (!json_is_string(value) || json_string_length(value) >= member->size)
            return false;
        memcpy(field, json_string_value(value), json_string_length(value) + 1);
        return true;
    case MEMBER_CLASS:
        return json_is_string(value) &&
               class_from_name(json_string_value(value), &event->ticket_class);
    case MEMBER_INT:
        if (!json_is_integer(value))
            return false;
        memcpy(field, &(int){(int)json_integer_value(value)}, sizeof(int));
        return true;
    case MEMBER_INT64:
        if (!json_is_integer(value))
            return false;
        memcpy(field, &(int64_t){json_integer_value(value)}, sizeof(int64_t));
        return true;
    case MEMBER_BOOL:
        if (!json_is_boolean(value))
            return false;
        memcpy(field, &(bool){json_is_true(value)}, sizeof(bool));
        return true;
    }
    return false;
}

bool event_data_read(struct event *event, const json_t *data, char *why, size_t why_size)
{
    const struct kind_row *row = &kinds[event->kind];
    unsigned optional = row->optional | BIT(M_CLOCK_UNSET);
    for (int id = 0; id < MEMBER_COUNT; id++) {
        const json_t *value = json_object_get(data, members[id].name);
        bool required = row->required & BIT(id);
        if (!required && !(value && (optional & BIT(id))))
            continue;
        if (!value || !read_member(event, &members[id], value)) {
            snprintf(why, why_size, "%s: member \"%s\" is %s", row->name, members[id].name,
                     value ? "of the wrong kind" : "missing");
            return false;
        }
    }
    return true;
}

json_t *event_message(const struct event *event, bool as_reply)
{
    json_t *message = json_object();
    if (!as_reply)
        json_object_set_new(message, "event", json_string(event_kind_name(event->kind)));
    json_object_set_new(message, "seq", json_integer(event->seq));
    json_object_set_new(message, "wall_ms", json_integer(event->wall_ms));
    json_object_set_new(message, "boot_ms", json_integer(event->boot_ms));
    json_object_set_new(message, "boot_id", json_string(event->boot_id));
    json_object_set_new(message, "day", json_string(event->day));
    if (event->ticket[0])
        json_object_set_new(message, "ticket", json_string(event->ticket));
    if (event->counter)
        json_object_set_new(message, "counter", json_integer(event->counter));
    write_members(event, message);
    return message;
}
