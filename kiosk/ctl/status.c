#include <stdio.h>
#include <string.h>

#include "kiosk/ctl/ctl.h"

/* What the room has noticed of the call, once the screen has said so. */
static const char *announcement(const json_t *counter)
{
    const char *voice = ctl_text(counter, "voice");
    if (!json_is_true(json_object_get(counter, "announced")))
        return ", not announced yet";
    return strcmp(voice, "spoken") == 0   ? ", shown and spoken"
           : strcmp(voice, "chimed") == 0 ? ", shown, with a chime"
                                          : ", shown";
}

static void print_counters(const json_t *counters)
{
    size_t i;
    json_t *counter;
    json_array_foreach(counters, i, counter)
    {
        bool open = json_is_true(json_object_get(counter, "open"));
        if (json_object_get(counter, "ticket"))
            printf("  counter %-3d %s  %s, %s%s\n", ctl_number(counter, "counter"),
                   ctl_text(counter, "ticket"), ctl_text(counter, "service"),
                   ctl_text(counter, "state"), announcement(counter));
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

static int waiting(const json_t *status)
{
    size_t i;
    json_t *service;
    int count = 0;
    json_array_foreach(json_object_get(status, "services"), i, service) count +=
        ctl_number(service, "waiting");
    return count;
}

/* Numbers on one line; a star marks priority. `all` is how many there are, where the list is cut.
 */
static void print_tickets(const char *title, const json_t *tickets, int all)
{
    size_t i;
    json_t *ticket;
    int count = (int)json_array_size(tickets);
    if (count == 0)
        return;
    printf("  %s:", title);
    json_array_foreach(tickets, i, ticket)
        printf(" %s%s", ctl_text(ticket, "ticket"),
               strcmp(ctl_text(ticket, "class"), "priority") == 0 ? "*" : "");
    if (all > count)
        printf(" and %d more", all - count);
    printf("\n");
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
    print_tickets("waiting", json_object_get(status, "next"), waiting(status));
    print_tickets("held, or did not come", json_object_get(status, "aside"), 0);
    if (json_object_get(status, "buttons"))
        printf("  buttons: %s\n", ctl_text(status, "buttons"));
    if (json_object_get(status, "printer"))
        printf("  tickets are not printed: %s\n", ctl_text(status, "printer"));
}
