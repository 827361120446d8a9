/* Where tickets are printed: a table of functions for each kind of [printer] to.
 *
 * A destination may block for seconds, never for minutes. It keeps no list of what it was given:
 * after a restart it finds out from the folder or from CUPS what has been printed already. */
#pragma once

#include "printer/ticket.h"

enum print_result {
    PRINT_DONE,      /* it is on paper */
    PRINT_UNDER_WAY, /* taken; ask again with `look` */
    PRINT_REFUSED,   /* this print failed; others may do better */
    PRINT_AWAY,      /* nothing can be printed now */
    PRINT_UNWANTED,  /* this destination prints nothing */
};

/* One print of one ticket, on its way. */
struct print {
    struct ticket ticket;
    bool fresh; /* no program can have given it to the destination before */
    /* The destination's own, while it is under way: */
    int job;
    unsigned era;
};

struct destination;

struct destination_kind {
    const char *prefix; /* of [printer] to; what follows it is `where` */
    /* 0 or -errno. Opens nothing that may be away at this moment. */
    int (*open)(const struct office *office, const char *where, struct destination **destination);
    /* Prints, unless that has been done. `why` gets a reason for REFUSED and AWAY. */
    enum print_result (*print)(struct destination *destination, struct print *print, char *why,
                               size_t why_size);
    /* How it goes with a print that is under way. */
    enum print_result (*look)(struct destination *destination, struct print *print, char *why,
                              size_t why_size);
    void (*close)(struct destination *destination);
};

extern const struct destination_kind destination_cups, destination_folder, destination_none;

/* Every destination starts with this. */
struct destination {
    const struct destination_kind *kind;
    const struct office *office; /* the caller's; outlives the destination */
};

/* Opens what [printer] to says. 0 or -errno; end with destination_close, which is NULL-safe. */
int destination_open(const struct office *office, struct destination **destination);
void destination_close(struct destination *destination);

/* Whether something made at a wall time (ms) can be a print of this ticket. An older one is left
 * over from a journal that is gone and counted the same day from 1. */
bool destination_may_be(const struct ticket *ticket, int64_t made_ms);
