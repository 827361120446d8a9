#include "shared/clock_watch.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct clock_watch {
    int fd;
    sd_event_source *source;
    void (*clock_set)(void *user);
    void *user;
};

/* An alarm that never rings, but is cancelled when the clock is set. */
static int arm(int fd)
{
    struct itimerspec never = {.it_value.tv_sec = INT32_MAX};
    if (sizeof(time_t) > 4)
        never.it_value.tv_sec = (time_t)INT32_MAX * 64;
    return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0
               ? -errno
               : 0;
}

static int on_ready(sd_event_source *source, int fd, uint32_t events, void *user)
{
    (void)source;
    (void)events;
    struct clock_watch *watch = user;
    uint64_t expired;
    if (read(fd, &expired, sizeof expired) < 0 && errno == EAGAIN)
        return 0;
    arm(fd);
    watch->clock_set(watch->user);
    return 0;
}

int clock_watch_create(struct clock_watch **result, sd_event *loop, void (*clock_set)(void *user),
                       void *user)
{
    struct clock_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return -ENOMEM;
    *watch = (struct clock_watch){.clock_set = clock_set, .user = user};
    watch->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    int error = watch->fd < 0 ? -errno : arm(watch->fd);
    if (error >= 0)
        error = sd_event_add_io(loop, &watch->source, watch->fd, EPOLLIN, on_ready, watch);
    if (error < 0) {
        clock_watch_destroy(watch);
        return error;
    }
    *result = watch;
    return 0;
}

void clock_watch_destroy(struct clock_watch *watch)
{
    if (!watch)
        return;
    sd_event_source_disable_unref(watch->source);
    if (watch->fd >= 0)
        close(watch->fd);
    free(watch);
}
