#include "kiosk/journal/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/journal/projection.h"
#include "kiosk/journal/reader.h"
#include "kiosk/queue/queue.h"

struct verifying {
    struct verification *result;
    sqlite3 *db; /* the journal; the projection is made anew in its temporary tables */
    struct projection *projection;
    struct queue *queue;
};

static bool report(struct verifying *verifying, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Always false, so that a check can end in it. */
static bool report(struct verifying *verifying, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (verifying->result->problems.count < VERIFY_PROBLEMS_MAX)
        problems_add(&verifying->result->problems, "%s", text);
    return false;
}

static void check_row(struct verifying *verifying, const struct reader *reader,
                      const struct event *event)
{
    char why[256];
    struct verification *result = verifying->result;
    result->rows++;
    result->tickets += event->kind == EVENT_ISSUED;
    result->days += event->kind == EVENT_DAY_OPENED;
    if (reader->chain_broken)
        report(verifying,
               "row %lld: the hash chain is broken here: this row was changed, or rows "
               "before it were added or removed",
               (long long)event->seq);
    if (!queue_apply(verifying->queue, event, why, sizeof why))
        report(verifying, "row %lld: %s", (long long)event->seq, why);
    if (!projection_add(verifying->projection, event, why, sizeof why))
        report(verifying, "row %lld: %s", (long long)event->seq, why);
}

static bool check_rows(struct verifying *verifying, const char *head)
{
    struct verification *result = verifying->result;
    struct reader reader;
    struct event event;
    unsigned char wanted[CHAIN_HASH_SIZE];
    char why[256];
    int got = -1;
    if (head && !chain_from_hex(head, wanted))
        return report(verifying, "\"%s\" is not a hash: expected 64 hexadecimal digits", head);
    if (!reader_start(&reader, verifying->db, 0, why, sizeof why))
        return report(verifying, "%s", why);
    while ((got = reader_next(&reader, &event, why, sizeof why)) != 0) {
        if (got < 0) {
            report(verifying, "%s", why);
            break;
        }
        check_row(verifying, &reader, &event);
        if (head && memcmp(reader.hash, wanted, CHAIN_HASH_SIZE) == 0)
            result->head_row = event.seq;
    }
    chain_hex(reader.hash, result->head);
    reader_finish(&reader);
    if (head && got == 0 && result->head_row == 0)
        report(verifying,
               "no row has the hash %s: the end of the journal was cut off, its rows were "
               "changed, or the hash was copied wrongly",
               head);
    return got == 0;
}

/* Rows of one table that the journal has and the replay has not, or the other way round. */
static void compare(struct verifying *verifying, const char *table, const char *left,
                    const char *right, const char *text)
{
    char sql[256], why[256];
    sqlite3_stmt *statement;
    snprintf(sql, sizeof sql,
             "SELECT day, ticket, leg FROM (SELECT * FROM %s.%s EXCEPT SELECT * FROM %s.%s) "
             "ORDER BY day, ticket, leg",
             left, table, right, table);
    if (!database_prepare(verifying->db, &statement, sql, why, sizeof why)) {
        report(verifying, "%s: %s", table, why);
        return;
    }
    while (sqlite3_step(statement) == SQLITE_ROW)
        report(verifying, "%s: day %s, ticket %s, leg %d %s", table,
               sqlite3_column_text(statement, 0), sqlite3_column_text(statement, 1),
               sqlite3_column_int(statement, 2), text);
    sqlite3_finalize(statement);
}

static void check_projection(struct verifying *verifying)
{
    static const char *const tables[] = {"visit", "rating"};
    for (int i = 0; i < 2; i++) {
        compare(verifying, tables[i], "main", "temp", "is not what the events say");
        compare(verifying, tables[i], "temp", "main", "is missing, or not what the events say");
    }
}

static bool check_file(struct verifying *verifying)
{
    char why[256];
    sqlite3_stmt *statement;
    if (!database_prepare(verifying->db, &statement, "PRAGMA quick_check(5)", why, sizeof why))
        return report(verifying, "%s", why);
    bool good = true;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        if (!text || strcmp(text, "ok") != 0)
            good = report(verifying, "the file is damaged: %s", text ? text : "unreadable");
    }
    sqlite3_finalize(statement);
    return good;
}

/* Temporary tables hide those of the same name, so that the projection writes here and the journal
 * stays untouched. */
static const char temporary_tables[] =
    "BEGIN;" /* one transaction: a kioskd that goes on writing is seen at one moment */
    "CREATE TEMP TABLE visit AS SELECT * FROM main.visit WHERE 0;"
    "CREATE UNIQUE INDEX temp.visit_key ON visit (day, ticket, leg);"
    "CREATE TEMP TABLE rating AS SELECT * FROM main.rating WHERE 0;"
    "CREATE UNIQUE INDEX temp.rating_key ON rating (day, ticket, leg);";

static bool prepare(struct verifying *verifying, const char *path, char *why, size_t why_size)
{
    if (!database_open_read_only(&verifying->db, path, why, why_size))
        return false;
    if (sqlite3_exec(verifying->db, temporary_tables, NULL, NULL, NULL) != SQLITE_OK) {
        snprintf(why, why_size, "cannot read the journal %s: %s", path,
                 sqlite3_errmsg(verifying->db));
        return false;
    }
    return projection_create(&verifying->projection, verifying->db, why, why_size);
}

bool verify_journal(const char *path, const char *head, struct verification *verification,
                    char *why, size_t why_size)
{
    *verification = (struct verification){0};
    struct verifying verifying = {.result = verification, .queue = queue_create()};
    bool ready = verifying.queue && prepare(&verifying, path, why, why_size);
    if (ready) {
        check_file(&verifying);
        if (check_rows(&verifying, head))
            check_projection(&verifying);
    }
    projection_destroy(verifying.projection);
    queue_destroy(verifying.queue);
    sqlite3_close(verifying.db);
    return ready;
}
