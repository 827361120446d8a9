/* The state of the queue: nothing but the fold of the journal's events.
 *
 * queue_apply is the only thing that changes it. It needs no configuration: what a rule decided,
 * and the services that a counter served, stand in the events. There is no clock, file or socket
 * here; all times come in events.
 *
 * Times inside are *corrected* wall time, in ms: the boot time of the event plus the offset that
 * the machine's clock was last known to have in that boot, so that a clock set in mid-day moves
 * the whole morning. */
#pragma once

#include "kiosk/queue/event.h"
#include "kiosk/queue/timeline.h"

#define QUEUE_CALLS_MAX 64     /* last calls remembered: they may still wait to be spoken */
#define QUEUE_SAMPLES_MAX 64   /* service times remembered for promises, per service */
#define QUEUE_SERVICES_MAX 256 /* configured ones, and those that today's journal still names */
#define QUEUE_COUNTERS_MAX (COUNTER_MAX + 1) /* by number; 0 is none */

enum ticket_state {
    TICKET_WAITING,
    TICKET_CALLED,
    TICKET_SERVING,
    TICKET_HELD,
    TICKET_FINISHED,
    TICKET_NO_SHOW,
    TICKET_CANCELLED,
    TICKET_LEFT
};

struct stamp {
    int64_t ms;
    int boot; /* which boot of the timeline, from 1; 0: not yet */
};

struct ticket {
    char number[TICKET_SIZE]; /* "A012" */
    int service;              /* index in queue.services */
    enum ticket_class ticket_class;
    enum ticket_state state;
    int counter; /* where it is called, served or was last; 0 for none */
    int leg;
    int64_t joined_seq; /* event that put it into its present line */
    struct stamp issued, called, started, ended;
    int ahead, promise_low_s, promise_high_s; /* as printed */
    bool clock_unset;                         /* issued while the clock was not to be trusted */
    int copies_wanted, copies_printed;
    bool print_failed; /* the next copy was tried in vain */
    bool rated;
};

enum service_opening { OPENING_BY_HOURS, OPENING_BY_STAFF, OPENING_CLOSED };

struct queue_service {
    char name[SERVICE_NAME_SIZE];
    enum service_opening opening;
    int issued;       /* tickets issued today */
    int waiting[2];   /* by class */
    int overtakes;    /* priority calls past this service's regular tickets, in a row */
    int sample_count; /* newest service times in seconds, a ring */
    int sample_next;
    int samples[QUEUE_SAMPLES_MAX];
};

struct queue_counter {
    bool known; /* opened or closed today */
    bool open;
    int service_count;
    int services[SERVICES_MAX]; /* indices in queue.services, in the counter's order */
    int ticket;                 /* index in queue.tickets, -1 for none */
    int last_served;            /* index of the ticket last finished here, -1 for none */
    struct stamp last_served_at;
};

struct queue_series {
    char prefix[PREFIX_SIZE];
    int last_number;
};

struct queue_call {
    int64_t seq;
    int64_t last_seq;       /* of its newest recall, else seq */
    int64_t announced_seq;  /* which of these was announced last; 0 for none */
    char voice[VOICE_SIZE]; /* how that one was heard; "" where nobody said */
    struct stamp at;
    int ticket;
    int counter;
};

struct queue {
    int64_t seq;            /* of the newest event */
    int64_t newest_wall_ms; /* the latest wall time of any event */
    char day[DAY_SIZE];     /* "" before the first day */
    bool day_is_open;
    struct timeline timeline;
    bool clock_unset;

    struct ticket *tickets; /* of the day, in order of issue */
    int ticket_count, ticket_capacity;
    int first_open; /* every ticket before it is closed */
    int held;

    struct queue_series series[QUEUE_SERVICES_MAX];
    int series_count;
    struct queue_service services[QUEUE_SERVICES_MAX];
    int service_count;
    struct queue_counter counters[QUEUE_COUNTERS_MAX]; /* by number */
    struct queue_call calls[QUEUE_CALLS_MAX];          /* newest first */
    int call_count;
    char print_trouble[EVENT_REASON_SIZE]; /* why the last print failed; "" since one succeeded */
};

/* NULL without memory; destroyed with queue_destroy, which takes NULL. */
struct queue *queue_create(void);
void queue_destroy(struct queue *queue);

/* Folds one event in. False, with the reason in `why`, if it cannot follow the present state (a
 * ticket that was never issued, a second ticket at one counter, ...): the journal is then wrong,
 * and this row has left its ticket as it was. */
bool queue_apply(struct queue *queue, const struct event *event, char *why, size_t why_size);

/* Adds a service time from an earlier day, oldest first, right after the day's opening: a new day
 * knows no service yet. */
void queue_remember(struct queue *queue, const char *service, int seconds);

/* Index of a service or ticket, -1 if there is none. */
int queue_find_service(const struct queue *queue, const char *name);
int queue_find_ticket(const struct queue *queue, const char *number);

/* The corrected wall time of a moment. */
int64_t queue_time(const struct queue *queue, const struct moment *now);

bool ticket_is_open(const struct ticket *ticket);
const char *ticket_state_name(enum ticket_state state);

/* The number behind a prefix: the prefix's length and the value, for "A012" 1 and 12. */
int ticket_value(const char *number, int *prefix_length);
