#include <stdio.h>

#include "kiosk/ctl/ctl.h"

static void print_counters(const json_t *counters)
{
    size_t i;
    json_t *counter;
    json_array_foreach(counters, i, counter)
    {
        bool open = json_is_true(json_object_get(counter, "open"));
        if (json_object_get(counter, "ticket"))
            printf("  counter %-3d %s  %s, %s\n", ctl_number(counter, "counter"),
                   ctl_text(counter, "ticket"), ctl_text(counter, "service"),
                   ctl_text(counter, "state"));
        else
            printf("  counter %-3d %s\n", ctl_number(counter, "counter"), open ? "free" : "closed");
    }
}

static void print_services(const json_t *services)
{
    size_t i;
    json_t *service;
    json_array_foreach(services, i, service)
        printf("  %-20s %s  %3d waiting, %d of them priority; %d issued today\n",
               ctl_text(service, "service"),
               json_is_true(json_object_get(service, "open")) ? "open  " : "closed",
               ctl_number(service, "waiting"), ctl_number(service, "waiting_priority"),
               ctl_number(service, "issued"));
}

void ctl_print_status(const struct ctl *ctl, const json_t *status)
{
    struct local_time time = clock_local(json_integer_value(json_object_get(status, "wall_ms")));
    printf("%s\nday %s, event %lld", ctl->office.name, ctl_text(status, "day"),
           (long long)json_integer_value(json_object_get(status, "seq")));
    if (json_is_true(json_object_get(status, "clock_set")))
        printf(", %02d:%02d\n", time.hour, time.minute);
    else
        printf(", the clock is NOT SET\n");
    print_counters(json_object_get(status, "counters"));
    print_services(json_object_get(status, "services"));
    size_t i;
    json_t *ticket;
    json_t *next = json_object_get(status, "next");
    if (json_array_size(next) > 0)
        printf("  waiting:");
    json_array_foreach(next, i, ticket) printf(" %s", ctl_text(ticket, "ticket"));
    if (json_array_size(next) > 0)
        printf("\n");
    if (ctl_number(status, "held") > 0)
        printf("  held: %d\n", ctl_number(status, "held"));
    if (json_object_get(status, "buttons"))
        printf("  buttons: %s\n", ctl_text(status, "buttons"));
}
