/* What the screen knows of the queue: the answer of kioskd's `status`, and the calls that are to
 * be pointed out at this moment. Plain data, nothing to free. */
#pragma once

#include <jansson.h>

#include "shared/office.h"

#define VIEW_CALLS_MAX 8
#define VIEW_LIT_MAX 8

struct view_service {
    char name[SERVICE_NAME_SIZE];
    bool open;
    int waiting; /* people, priority ones among them */
};

struct view_counter {
    int number;
    bool open;
    char ticket[TICKET_SIZE]; /* "" where the counter has none */
};

struct view_call {
    char ticket[TICKET_SIZE];
    int counter;
};

/* A call or a recall that is pointed out for a few seconds. */
struct view_lit {
    struct view_call call;
    int64_t seq;      /* of its event */
    int64_t until_ms; /* boot time */
    bool announced;   /* it was on the screen, and kioskd was told */
};

struct view {
    bool connected; /* all that follows is empty while it is false, but for clock_set */
    bool open;
    bool clock_set;
    int service_count;
    struct view_service services[SERVICES_MAX];
    int counter_count;
    struct view_counter counters[COUNTERS_MAX];
    int call_count;
    struct view_call calls[VIEW_CALLS_MAX]; /* newest first */
    int lit_count;
    struct view_lit lit[VIEW_LIT_MAX]; /* newest first */
};

/* Takes over a `status` answer or a `snapshot`; what is lit stays. False, with the view as it was,
 * if the message is none. */
bool view_read(struct view *view, const json_t *status);

/* Forgets everything that may have become untrue. */
void view_disconnect(struct view *view);

/* Reads a `called` or `recalled` event and lights its call. False if it is none of these. A call
 * that falls off the end unannounced is put into *lost, whose seq is 0 otherwise. */
bool view_light(struct view *view, const json_t *event, int64_t until_ms, struct view_lit *lost);

/* Takes out one lit call whose time is over, into *over. False if there is none. */
bool view_expire(struct view *view, int64_t boot_ms, struct view_lit *over);

/* The boot time of the next one to go out, INT64_MAX if none is lit. */
int64_t view_next_expiry(const struct view *view);

bool view_is_lit(const struct view *view, const char *ticket, int counter);
