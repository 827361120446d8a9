#include "shared/loop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "shared/log.h"
#include "shared/options.h"

int loop_create(sd_event **result)
{
    sd_event *loop = NULL;
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    int error = sigprocmask(SIG_BLOCK, &stop, NULL) < 0 ? -errno : sd_event_new(&loop);
    if (error >= 0)
        error = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL);
    if (error >= 0)
        error = sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL);
    if (error >= 0)
        error = sd_event_set_watchdog(loop, true);
    if (error < 0) {
        sd_event_unref(loop);
        return error;
    }
    *result = loop;
    return 0;
}

int loop_run(sd_event *loop)
{
    sd_notify(0, "READY=1");
    int result = sd_event_loop(loop);
    sd_notify(0, "STOPPING=1");
    if (result < 0)
        log_error("the event loop failed: %s", strerror(-result));
    return result < 0 ? EXIT_FAILED : EXIT_DONE;
}
