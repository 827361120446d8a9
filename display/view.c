#include "display/view.h"

#include <string.h>

static bool read_text(const json_t *object, const char *key, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text || strlen(text) >= size)
        return false;
    strcpy(out, text);
    return true;
}

static bool read_int(const json_t *object, const char *key, int max, int *out)
{
    const json_t *value = json_object_get(object, key);
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || number > max)
        return false;
    *out = (int)number;
    return true;
}

static bool read_bool(const json_t *object, const char *key, bool *out)
{
    const json_t *value = json_object_get(object, key);
    *out = json_is_true(value);
    return json_is_boolean(value);
}

static bool read_call(const json_t *object, struct view_call *call)
{
    return read_text(object, "ticket", call->ticket, sizeof call->ticket) &&
           read_int(object, "counter", COUNTER_MAX, &call->counter);
}

static bool read_counter(const json_t *object, struct view_counter *counter)
{
    if (json_object_get(object, "ticket") &&
        !read_text(object, "ticket", counter->ticket, sizeof counter->ticket))
        return false;
    return read_int(object, "counter", COUNTER_MAX, &counter->number) &&
           read_bool(object, "open", &counter->open);
}

static bool read_service(const json_t *object, struct view_service *service)
{
    return read_text(object, "service", service->name, sizeof service->name) &&
           read_bool(object, "open", &service->open) &&
           read_int(object, "waiting", 1000000, &service->waiting);
}

bool view_read(struct view *view, const json_t *status)
{
    struct view next = {.connected = true, .lit_count = view->lit_count};
    memcpy(next.lit, view->lit, sizeof next.lit);
    const json_t *services = json_object_get(status, "services");
    const json_t *counters = json_object_get(status, "counters");
    const json_t *calls = json_object_get(status, "calls");
    if (!read_bool(status, "open", &next.open) || !read_bool(status, "clock_set", &next.clock_set))
        return false;
    if (!json_is_array(services) || json_array_size(services) > SERVICES_MAX ||
        !json_is_array(counters) || json_array_size(counters) > COUNTERS_MAX ||
        !json_is_array(calls))
        return false;

    size_t i;
    const json_t *object;
    json_array_foreach(
        services, i,
        object) if (!read_service(object, &next.services[next.service_count++])) return false;
    json_array_foreach(
        counters, i,
        object) if (!read_counter(object, &next.counters[next.counter_count++])) return false;
    json_array_foreach(calls, i, object)
    {
        if (next.call_count == VIEW_CALLS_MAX)
            break;
        if (!read_call(object, &next.calls[next.call_count++]))
            return false;
    }
    *view = next;
    return true;
}

void view_disconnect(struct view *view)
{
    *view = (struct view){.clock_set = view->clock_set};
}

bool view_light(struct view *view, const json_t *event, int64_t until_ms, struct view_lit *lost)
{
    *lost = (struct view_lit){0};
    const char *kind = json_string_value(json_object_get(event, "event"));
    if (!kind || (strcmp(kind, "called") != 0 && strcmp(kind, "recalled") != 0))
        return false;
    struct view_lit lit = {.seq = json_integer_value(json_object_get(event, "seq")),
                           .until_ms = until_ms};
    if (lit.seq <= 0 || !read_call(event, &lit.call))
        return false;
    if (view->lit_count == VIEW_LIT_MAX) {
        if (!view->lit[VIEW_LIT_MAX - 1].announced)
            *lost = view->lit[VIEW_LIT_MAX - 1];
        view->lit_count--;
    }
    memmove(view->lit + 1, view->lit, (size_t)view->lit_count * sizeof *view->lit);
    view->lit[0] = lit;
    view->lit_count++;
    return true;
}

bool view_expire(struct view *view, int64_t boot_ms, struct view_lit *over)
{
    for (int i = 0; i < view->lit_count; i++)
        if (view->lit[i].until_ms <= boot_ms) {
            *over = view->lit[i];
            view->lit_count--;
            memmove(view->lit + i, view->lit + i + 1,
                    (size_t)(view->lit_count - i) * sizeof *view->lit);
            return true;
        }
    return false;
}

int64_t view_next_expiry(const struct view *view)
{
    int64_t next = INT64_MAX;
    for (int i = 0; i < view->lit_count; i++)
        if (view->lit[i].until_ms < next)
            next = view->lit[i].until_ms;
    return next;
}

bool view_is_lit(const struct view *view, const char *ticket, int counter)
{
    for (int i = 0; i < view->lit_count; i++)
        if (view->lit[i].call.counter == counter && strcmp(view->lit[i].call.ticket, ticket) == 0)
            return true;
    return false;
}
