#include "kiosk/journal/projection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/journal/reader.h"

#define LEG "WHERE day = :day AND ticket = :ticket AND leg = :leg"

#define END(outcome) "UPDATE visit SET ended_ms = :at, outcome = '" outcome "' " LEG

#define STATEMENTS_MAX 2

static const char *const sql[EVENT_COUNT][STATEMENTS_MAX] = {
    [EVENT_ISSUED] = {"INSERT INTO visit (ticket, leg, day, service, class, issued_ms, "
                      "promise_low_s, promise_high_s) "
                      "VALUES (:ticket, :leg, :day, :service, :class, :at, :low, :high)"},
    /* In one UPDATE the right-hand sides see the row as it was: only the first call counts. */
    [EVENT_CALLED] = {"UPDATE visit SET counter = :counter, called_ms = coalesce(called_ms, :at), "
                      "in_order = coalesce(in_order, :in_order), "
                      "reason = CASE WHEN called_ms IS NULL THEN :reason ELSE reason END, "
                      "started_ms = CASE WHEN :start_implied THEN coalesce(started_ms, :at) "
                      "ELSE started_ms END " LEG},
    [EVENT_STARTED] = {"UPDATE visit SET started_ms = coalesce(started_ms, :at) " LEG},
    [EVENT_FINISHED] = {END("finished")},
    [EVENT_NO_SHOW] = {"UPDATE visit SET ended_ms = :at, outcome = 'no_show', "
                       "started_ms = NULL " LEG},
    [EVENT_RESUMED] = {"UPDATE visit SET ended_ms = NULL, outcome = NULL " LEG},
    [EVENT_TRANSFERRED] = {END("transferred"),
                           "INSERT INTO visit (ticket, leg, day, service, class, issued_ms) "
                           "SELECT ticket, leg + 1, day, :to, class, issued_ms FROM visit " LEG},
    [EVENT_CANCELLED] = {END("cancelled")},
    [EVENT_LEFT] = {END("left")},
    [EVENT_RATED] = {"INSERT INTO rating (day, ticket, leg, counter, service, score, wall_ms) "
                     "VALUES (:day, :ticket, :leg, :counter, :service, :score, :at)"},
};

struct projection {
    sqlite3 *db;
    sqlite3_stmt *statements[EVENT_COUNT][STATEMENTS_MAX];
    struct timeline timeline;
};

bool projection_create(struct projection **result, sqlite3 *db, char *why, size_t why_size)
{
    struct projection *projection = calloc(1, sizeof *projection);
    if (!projection)
        return false;
    projection->db = db;
    for (int kind = 0; kind < EVENT_COUNT; kind++)
        for (int i = 0; i < STATEMENTS_MAX && sql[kind][i]; i++)
            if (!database_prepare(db, &projection->statements[kind][i], sql[kind][i], why,
                                  why_size)) {
                projection_destroy(projection);
                return false;
            }
    *result = projection;
    return true;
}

void projection_destroy(struct projection *projection)
{
    if (!projection)
        return;
    for (int kind = 0; kind < EVENT_COUNT; kind++)
        for (int i = 0; i < STATEMENTS_MAX; i++)
            sqlite3_finalize(projection->statements[kind][i]);
    free(projection);
}

static void bind_text(sqlite3_stmt *statement, const char *name, const char *text)
{
    int index = sqlite3_bind_parameter_index(statement, name);
    if (index && text[0])
        sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
    else if (index)
        sqlite3_bind_null(statement, index);
}

static void bind_number(sqlite3_stmt *statement, const char *name, int64_t number)
{
    int index = sqlite3_bind_parameter_index(statement, name);
    if (index)
        sqlite3_bind_int64(statement, index, number);
}

static bool run(struct projection *projection, sqlite3_stmt *statement, const struct event *event,
                char *why, size_t why_size)
{
    bind_text(statement, ":day", event->day);
    bind_text(statement, ":ticket", event->ticket);
    bind_text(statement, ":service", event->service);
    bind_text(statement, ":to", event->to);
    bind_text(statement, ":class", class_name(event->ticket_class));
    bind_text(statement, ":reason", event->reason);
    bind_number(statement, ":leg", event->leg);
    bind_number(statement, ":counter", event->counter);
    bind_number(statement, ":at",
                timeline_at(&projection->timeline, event->boot_id, event->boot_ms, event->wall_ms));
    bind_number(statement, ":low", event->promise_low_s);
    bind_number(statement, ":high", event->promise_high_s);
    bind_number(statement, ":in_order", event->in_order);
    bind_number(statement, ":start_implied", event->start_implied);
    bind_number(statement, ":score", event->score);
    bool good = sqlite3_step(statement) == SQLITE_DONE;
    if (!good)
        snprintf(why, why_size, "%s", sqlite3_errmsg(projection->db));
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return good;
}

static bool run_all(struct projection *projection, const struct event *event, char *why,
                    size_t why_size)
{
    sqlite3_stmt **statements = projection->statements[event->kind];
    for (int i = 0; i < STATEMENTS_MAX && statements[i]; i++)
        if (!run(projection, statements[i], event, why, why_size))
            return false;
    return true;
}

static bool clear_day(struct projection *projection, const char *day, char *why, size_t why_size)
{
    static const char *const tables[] = {"DELETE FROM visit WHERE day = ?",
                                         "DELETE FROM rating WHERE day = ?"};
    for (int i = 0; i < 2; i++) {
        sqlite3_stmt *statement;
        if (!database_prepare(projection->db, &statement, tables[i], why, why_size))
            return false;
        sqlite3_bind_text(statement, 1, day, -1, SQLITE_STATIC);
        bool good = sqlite3_step(statement) == SQLITE_DONE;
        if (!good)
            snprintf(why, why_size, "%s", sqlite3_errmsg(projection->db));
        sqlite3_finalize(statement);
        if (!good)
            return false;
    }
    return true;
}

/* The clock was set: the whole day once more, with the offsets that are known now. */
static bool redo_day(struct projection *projection, const struct event *clock_set, char *why,
                     size_t why_size)
{
    int64_t opened = 0;
    sqlite3_stmt *statement;
    if (!database_prepare(projection->db, &statement,
                          "SELECT max(seq) FROM event WHERE kind = 'day_opened' AND seq < ?", why,
                          why_size))
        return false;
    sqlite3_bind_int64(statement, 1, clock_set->seq);
    if (sqlite3_step(statement) == SQLITE_ROW)
        opened = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    struct reader reader;
    if (!clear_day(projection, clock_set->day, why, why_size) ||
        !reader_start(&reader, projection->db, opened, why, why_size))
        return false;
    struct event event;
    int got = 1;
    while ((got = reader_next(&reader, &event, why, why_size)) == 1 && event.seq < clock_set->seq)
        if (!run_all(projection, &event, why, why_size)) {
            got = -1;
            break;
        }
    reader_finish(&reader);
    return got >= 0;
}

bool projection_add(struct projection *projection, const struct event *event, char *why,
                    size_t why_size)
{
    timeline_note(&projection->timeline, event);
    if (event->kind == EVENT_CLOCK_SET)
        return redo_day(projection, event, why, why_size);
    return run_all(projection, event, why, why_size);
}

void projection_skip(struct projection *projection, const struct event *event)
{
    timeline_note(&projection->timeline, event);
}

struct timeline projection_timeline(const struct projection *projection)
{
    return projection->timeline;
}

void projection_restore(struct projection *projection, const struct timeline *timeline)
{
    projection->timeline = *timeline;
}
