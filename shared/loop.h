/* The event loop of a daemon, as all of them have it: SIGTERM and SIGINT end it with status 0,
 * SIGPIPE is ignored, and systemd's watchdog is fed where it asks for that. */
#pragma once

#include <systemd/sd-event.h>

/* Call it before any library starts a thread, which would take the signals. 0 or -errno; the loop
 * is freed with sd_event_unref. */
int loop_create(sd_event **loop);

/* Says READY=1, runs until something ends the loop, and says STOPPING=1. The exit status; a fault
 * of the loop itself is logged. */
int loop_run(sd_event *loop);
