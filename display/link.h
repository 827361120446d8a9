/* The connection to kioskd: subscribes, keeps the view up to date, lights calls, and comes back by
 * itself whenever it is lost. */
#pragma once

#include <systemd/sd-event.h>

#include "display/view.h"

struct link;

/* Called when the view has changed, at most once for each batch of events. */
typedef void link_changed(void *user);

/* Connects now if it can, else keeps trying; `changed` is not called from in here. The view and
 * the path stay the caller's. 0 or -errno; *link is freed with link_destroy. */
int link_create(struct link **link, sd_event *event, const char *socket_path, struct view *view,
                link_changed *changed, void *user);
void link_destroy(struct link *link);

/* Asks kioskd anew how things are; without a connection nothing happens. */
void link_refresh(struct link *link);

/* Tells kioskd that this call or recall was on the screen, and how it was heard. 0 or -errno:
 * -ENOTCONN where there is no connection now, -EBADMSG if kioskd refuses. */
int link_announce(struct link *link, const struct call *call);

/* Passes on a key that was pressed in the window; a refusal is logged. */
void link_press(struct link *link, const char *line);
