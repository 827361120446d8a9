#include "display/view.h"

#include <limits.h>
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

static bool read_optional_int(const json_t *object, const char *key, int *out)
{
    return !json_object_get(object, key) || read_int(object, key, INT_MAX, out);
}

static bool read_bool(const json_t *object, const char *key, bool *out)
{
    const json_t *value = json_object_get(object, key);
    *out = json_is_true(value);
    return json_is_boolean(value);
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
           read_int(object, "waiting", 1000000, &service->waiting) &&
           read_optional_int(object, "promise_low_s", &service->low_s) &&
           read_optional_int(object, "promise_high_s", &service->high_s);
}

bool view_read(struct view *view, const json_t *status)
{
    struct view next = {
        .connected = true, .fresh = view->fresh, .closing = view->closing, .turn = view->turn};
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
        if (!view_call_read(&next.calls[next.call_count++], object))
            return false;
    }
    *view = next;
    return true;
}

void view_disconnect(struct view *view)
{
    *view = (struct view){.clock_set = view->clock_set,
                          .fresh = view->fresh,
                          .closing = view->closing,
                          .turn = view->turn};
}
