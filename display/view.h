/* What the screen knows of the queue: the answer of kioskd's `status`, the calls that are to be
 * noticed at this moment, and why the office is closed. Plain data, nothing to free. */
#pragma once

#include <jansson.h>

#include "display/calls.h"
#include "display/closing.h"

#define VIEW_CALLS_MAX 8

struct view_service {
    char name[SERVICE_NAME_SIZE];
    bool open;
    int waiting;       /* people, priority ones among them */
    int low_s, high_s; /* expected wait of a ticket issued now; both 0 where it is unknown */
};

struct view_counter {
    int number;
    bool open;
    char ticket[TICKET_SIZE]; /* "" where the counter has none */
};

struct view {
    bool connected; /* while it is false, services, counters and calls are empty */
    bool open;
    bool clock_set;
    int service_count;
    struct view_service services[SERVICES_MAX];
    int counter_count;
    struct view_counter counters[COUNTERS_MAX];
    int call_count;
    struct view_call calls[VIEW_CALLS_MAX]; /* newest first */
    struct calls fresh;                     /* those that are to be noticed now */
    struct closing closing;                 /* why it is closed, if it is */
    int turn; /* counts up; which of the further languages, and of the ticker's texts, is shown */
};

/* Takes over a `status` answer or a `snapshot`; what kioskd does not say stays. False, with the
 * view as it was, if the message is none. */
bool view_read(struct view *view, const json_t *status);

/* Forgets everything that may have become untrue. */
void view_disconnect(struct view *view);
