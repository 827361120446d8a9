#include "printer/spool.h"

#include <stdlib.h>
#include <string.h>

#include "shared/log.h"

#define LOOK_MS 1000       /* between two looks at a print that is under way, */
#define LOOK_STUCK_MS 5000 /* and at one that has been so for a minute */
#define STUCK_AFTER_MS 60000
#define LOOK_AWAY_MS 5000     /* the same while the destination does not answer */
#define REFUSED_MS 60000      /* before a failed print is tried again */
#define AWAY_FIRST_MS 1000    /* before a destination that is away is tried again, */
#define AWAY_LONGEST_MS 30000 /* doubled each time up to this */
#define FRESH_MAX 64          /* older ones are only looked up before they are printed */

enum phase { PHASE_WAITING, PHASE_UNDER_WAY, PHASE_PRINTED, PHASE_UNWANTED };

struct entry {
    struct print print;
    enum phase phase;
    int64_t due_ms;         /* not before */
    int64_t given_ms;       /* to the destination, while it is under way */
    char why[REASON_SIZE];  /* why it is not printed; "" for no reason */
    char told[REASON_SIZE]; /* what kioskd was told last */
};

struct fresh {
    char day[DAY_SIZE], number[TICKET_SIZE];
};

struct spool {
    struct destination *destination;
    struct entry *entries;
    size_t count, size;
    int64_t away_until_ms, away_delay_ms; /* 0 while the destination takes prints */
    char away_why[REASON_SIZE];
    struct fresh fresh[FRESH_MAX];
    unsigned fresh_next;
};

struct spool *spool_create(struct destination *destination)
{
    struct spool *spool = calloc(1, sizeof *spool);
    if (spool)
        spool->destination = destination;
    return spool;
}

void spool_destroy(struct spool *spool)
{
    if (!spool)
        return;
    free(spool->entries);
    free(spool);
}

void spool_issued(struct spool *spool, const char *day, const char *number)
{
    struct fresh *fresh = &spool->fresh[spool->fresh_next++ % FRESH_MAX];
    *fresh = (struct fresh){0};
    strncpy(fresh->day, day, sizeof fresh->day - 1);
    strncpy(fresh->number, number, sizeof fresh->number - 1);
}

/* True once for each ticket that was noted. */
static bool take_fresh(struct spool *spool, const struct ticket *ticket)
{
    for (size_t i = 0; i < FRESH_MAX; i++) {
        struct fresh *fresh = &spool->fresh[i];
        if (strcmp(fresh->number, ticket->number) == 0 && strcmp(fresh->day, ticket->day) == 0) {
            *fresh = (struct fresh){0};
            return ticket->copy == 1;
        }
    }
    return false;
}

static bool same_print(const struct ticket *a, const struct ticket *b)
{
    return strcmp(a->number, b->number) == 0 && strcmp(a->day, b->day) == 0 && a->copy == b->copy;
}

static void remove_at(struct spool *spool, size_t index)
{
    spool->count--;
    memmove(&spool->entries[index], &spool->entries[index + 1],
            (spool->count - index) * sizeof spool->entries[0]);
}

static void forget_unwanted(struct spool *spool, const struct ticket *wanted, size_t count)
{
    for (size_t i = spool->count; i-- > 0;) {
        const struct entry *entry = &spool->entries[i];
        bool keep = entry->phase == PHASE_UNDER_WAY || entry->phase == PHASE_PRINTED;
        for (size_t k = 0; k < count && !keep; k++)
            keep = same_print(&entry->print.ticket, &wanted[k]);
        if (!keep)
            remove_at(spool, i);
    }
}

static void add(struct spool *spool, const struct ticket *ticket)
{
    for (size_t i = 0; i < spool->count; i++)
        if (same_print(&spool->entries[i].print.ticket, ticket))
            return;
    if (spool->count == spool->size) {
        size_t size = spool->size ? 2 * spool->size : 32;
        struct entry *entries = reallocarray(spool->entries, size, sizeof *entries);
        if (!entries)
            return; /* kioskd goes on wanting it */
        spool->entries = entries;
        spool->size = size;
    }
    struct entry *entry = &spool->entries[spool->count++];
    *entry = (struct entry){.print = {.ticket = *ticket, .fresh = take_fresh(spool, ticket)}};
    if (spool->away_delay_ms > 0)
        memcpy(entry->why, spool->away_why, sizeof entry->why);
}

void spool_update(struct spool *spool, const struct ticket *wanted, size_t count)
{
    forget_unwanted(spool, wanted, count);
    for (size_t i = 0; i < count; i++)
        add(spool, &wanted[i]);
}

bool spool_has_waiting(const struct spool *spool)
{
    for (size_t i = 0; i < spool->count; i++)
        if (spool->entries[i].phase == PHASE_WAITING)
            return true;
    return false;
}

/* Nothing can be printed: says so once, to the log and for each ticket that waits. */
static void destination_is_away(struct spool *spool, const char *why, int64_t now_ms)
{
    if (spool->away_delay_ms == 0 || strcmp(spool->away_why, why) != 0)
        log_warning("tickets are not printed: %s", why);
    spool->away_delay_ms = spool->away_delay_ms == 0                    ? AWAY_FIRST_MS
                           : 2 * spool->away_delay_ms < AWAY_LONGEST_MS ? 2 * spool->away_delay_ms
                                                                        : AWAY_LONGEST_MS;
    spool->away_until_ms = now_ms + spool->away_delay_ms;
    memcpy(spool->away_why, why, sizeof spool->away_why);
    for (size_t i = 0; i < spool->count; i++)
        if (spool->entries[i].phase == PHASE_WAITING)
            memcpy(spool->entries[i].why, why, sizeof spool->entries[i].why);
}

static void destination_is_back(struct spool *spool)
{
    if (spool->away_delay_ms > 0)
        log_info("tickets are printed again");
    spool->away_delay_ms = spool->away_until_ms = 0;
}

static void settle(struct entry *entry, enum print_result result, const char *why, int64_t now_ms)
{
    entry->why[0] = '\0';
    switch (result) {
    case PRINT_DONE:
        entry->phase = PHASE_PRINTED;
        break;
    case PRINT_UNDER_WAY:
        if (entry->phase != PHASE_UNDER_WAY)
            entry->given_ms = now_ms;
        entry->phase = PHASE_UNDER_WAY;
        entry->due_ms =
            now_ms + (now_ms - entry->given_ms < STUCK_AFTER_MS ? LOOK_MS : LOOK_STUCK_MS);
        break;
    case PRINT_UNWANTED:
        entry->phase = PHASE_UNWANTED;
        break;
    case PRINT_REFUSED:
        if (strcmp(entry->told, why) != 0)
            log_warning("ticket %s is not printed: %s", entry->print.ticket.number, why);
        entry->phase = PHASE_WAITING;
        entry->due_ms = now_ms + REFUSED_MS;
        memcpy(entry->why, why, sizeof entry->why);
        break;
    case PRINT_AWAY: /* of one that is under way; it is still there as far as we know */
        entry->due_ms = now_ms + LOOK_AWAY_MS;
        memcpy(entry->why, why, sizeof entry->why);
        break;
    }
}

static void step_print(struct spool *spool, struct entry *entry, int64_t now_ms)
{
    char why[REASON_SIZE] = "";
    struct destination *destination = spool->destination;
    enum print_result result =
        destination->kind->print(destination, &entry->print, why, sizeof why);
    if (result == PRINT_AWAY) {
        destination_is_away(spool, why, now_ms);
    } else {
        destination_is_back(spool);
        settle(entry, result, why, now_ms);
    }
}

static void step_look(struct spool *spool, struct entry *entry, int64_t now_ms)
{
    char why[REASON_SIZE] = "";
    struct destination *destination = spool->destination;
    settle(entry, destination->kind->look(destination, &entry->print, why, sizeof why), why,
           now_ms);
}

/* When there is something to do for an entry. */
static int64_t entry_due_ms(const struct spool *spool, const struct entry *entry)
{
    if (entry->phase == PHASE_UNDER_WAY)
        return entry->due_ms;
    if (entry->phase != PHASE_WAITING)
        return INT64_MAX;
    return entry->due_ms > spool->away_until_ms ? entry->due_ms : spool->away_until_ms;
}

void spool_step(struct spool *spool, int64_t now_ms)
{
    struct entry *look = NULL;
    for (size_t i = 0; i < spool->count; i++) {
        struct entry *entry = &spool->entries[i];
        if (entry_due_ms(spool, entry) > now_ms)
            continue;
        if (entry->phase == PHASE_WAITING) {
            step_print(spool, entry, now_ms);
            return;
        }
        if (!look || entry->due_ms < look->due_ms)
            look = entry;
    }
    if (look)
        step_look(spool, look, now_ms);
}

int64_t spool_next_ms(const struct spool *spool)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < spool->count; i++) {
        int64_t due = entry_due_ms(spool, &spool->entries[i]);
        if (due < next)
            next = due;
    }
    return next;
}

/* The first entry of which kioskd has not heard; NULL if there is none. */
static struct entry *find_news(const struct spool *spool)
{
    for (size_t i = 0; i < spool->count; i++) {
        struct entry *entry = &spool->entries[i];
        if (entry->phase == PHASE_PRINTED ||
            (entry->why[0] && strcmp(entry->why, entry->told) != 0))
            return entry;
    }
    return NULL;
}

bool spool_news(const struct spool *spool, const struct ticket **ticket, const char **why)
{
    const struct entry *entry = find_news(spool);
    if (!entry)
        return false;
    *ticket = &entry->print.ticket;
    *why = entry->phase == PHASE_PRINTED ? NULL : entry->why;
    return true;
}

void spool_told(struct spool *spool)
{
    struct entry *entry = find_news(spool);
    if (entry && entry->phase == PHASE_PRINTED)
        remove_at(spool, (size_t)(entry - spool->entries));
    else if (entry)
        memcpy(entry->told, entry->why, sizeof entry->told);
}
