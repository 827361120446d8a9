/* The voice: chime and recorded clips, played by a thread of its own, so that a sound device that
 * blocks never stops the screen. The device is open only while something is played. */
#pragma once

#include <stdint.h>
#include <systemd/sd-event.h>

#include "shared/office.h"

enum voice_result {
    VOICE_SPOKEN, /* in all languages */
    VOICE_CHIMED, /* some language could not be spoken; with [voice] chime = yes at least a chime */
    VOICE_SILENT  /* no device, quiet hours, or nothing to play */
};

/* Called from the event loop, once for each voice_say that returned 0. */
typedef void voice_done(void *user, int64_t id, enum voice_result result);

struct voice;

/* `office` must live longer. Opens no device. 0 or -errno; freed with voice_destroy, which may be
 * called with NULL and gives a device that hangs two seconds. */
int voice_create(struct voice **voice, const struct office *office, sd_event *event,
                 voice_done *done, void *user);
void voice_destroy(struct voice *voice);

/* Calls a ticket to a counter. 0; -EBUSY while the last one is not done or a device hangs;
 * -EINVAL for a ticket that is too long. */
int voice_say(struct voice *voice, int64_t id, const char *ticket, int counter);
