/* Tells when somebody sets the machine's wall clock (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
 * Costs nothing while nobody does. */
#pragma once

#include <systemd/sd-event.h>

struct clock_watch;

/* 0 or -errno. */
int clock_watch_create(struct clock_watch **watch, sd_event *loop, void (*clock_set)(void *user),
                       void *user);
void clock_watch_destroy(struct clock_watch *watch);
