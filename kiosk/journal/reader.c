#include "kiosk/journal/reader.h"

#include <stdio.h>
#include <string.h>

enum {
    COL_SEQ,
    COL_WALL,
    COL_BOOT,
    COL_BOOT_ID,
    COL_DAY,
    COL_KIND,
    COL_TICKET,
    COL_COUNTER,
    COL_DATA,
    COL_HASH
};

bool reader_start(struct reader *reader, sqlite3 *db, int64_t after, char *why, size_t why_size)
{
    *reader = (struct reader){.db = db, .seq = after};
    if (!database_prepare(db, &reader->rows,
                          "SELECT seq, wall_ms, boot_ms, boot_id, day, kind, ticket, counter, "
                          "data, hash FROM event WHERE seq >= ? ORDER BY seq",
                          why, why_size))
        return false;
    /* The row before gives the hash that the chain goes on from. */
    sqlite3_bind_int64(reader->rows, 1, after);
    if (after == 0)
        return true;
    if (sqlite3_step(reader->rows) == SQLITE_ROW &&
        sqlite3_column_int64(reader->rows, COL_SEQ) == after &&
        sqlite3_column_bytes(reader->rows, COL_HASH) == CHAIN_HASH_SIZE) {
        memcpy(reader->hash, sqlite3_column_blob(reader->rows, COL_HASH), CHAIN_HASH_SIZE);
        return true;
    }
    snprintf(why, why_size, "the journal has no row %lld", (long long)after);
    reader_finish(reader);
    return false;
}

void reader_finish(struct reader *reader)
{
    sqlite3_finalize(reader->rows);
    reader->rows = NULL;
}

/* Only text without NULs, so that what is hashed is what is stored. NULL reads as "". */
static bool read_text(sqlite3_stmt *row, int column, char *text, size_t size)
{
    text[0] = '\0';
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        return true;
    if (sqlite3_column_type(row, column) != SQLITE_TEXT)
        return false;
    const char *value = (const char *)sqlite3_column_text(row, column);
    size_t length = (size_t)sqlite3_column_bytes(row, column);
    if (!value || length == 0 || length >= size || strlen(value) != length)
        return false;
    memcpy(text, value, length + 1);
    return true;
}

static bool read_number(sqlite3_stmt *row, int column, int64_t *number)
{
    *number = sqlite3_column_int64(row, column);
    return sqlite3_column_type(row, column) == SQLITE_INTEGER;
}

static bool read_counter(sqlite3_stmt *row, int *counter)
{
    int64_t number = 0;
    *counter = 0;
    if (sqlite3_column_type(row, COL_COUNTER) == SQLITE_NULL)
        return true;
    if (!read_number(row, COL_COUNTER, &number) || number < 1 || number > COUNTER_MAX)
        return false;
    *counter = (int)number;
    return true;
}

static bool read_columns(sqlite3_stmt *row, struct event *event)
{
    char kind[32];
    return read_number(row, COL_SEQ, &event->seq) && read_number(row, COL_WALL, &event->wall_ms) &&
           read_number(row, COL_BOOT, &event->boot_ms) && read_counter(row, &event->counter) &&
           read_text(row, COL_BOOT_ID, event->boot_id, BOOT_ID_SIZE) &&
           read_text(row, COL_DAY, event->day, DAY_SIZE) &&
           read_text(row, COL_TICKET, event->ticket, TICKET_SIZE) &&
           read_text(row, COL_KIND, kind, sizeof kind) &&
           event_kind_from_name(kind, &event->kind) &&
           sqlite3_column_type(row, COL_DATA) == SQLITE_TEXT &&
           strlen((const char *)sqlite3_column_text(row, COL_DATA)) ==
               (size_t)sqlite3_column_bytes(row, COL_DATA);
}

static bool read_event(sqlite3_stmt *row, struct event *event, char *why, size_t why_size)
{
    *event = (struct event){0};
    if (!read_columns(row, event)) {
        snprintf(why, why_size, "a column holds what cannot be there");
        return false;
    }
    const char *text = (const char *)sqlite3_column_text(row, COL_DATA);
    json_error_t error;
    json_t *data = json_loads(text, 0, &error);
    if (!data) {
        snprintf(why, why_size, "data is not JSON: %s", error.text);
        return false;
    }
    bool good = event_data_read(event, data, why, why_size);
    json_decref(data);
    return good;
}

int reader_next(struct reader *reader, struct event *event, char *why, size_t why_size)
{
    int result = sqlite3_step(reader->rows);
    if (result == SQLITE_DONE)
        return 0;
    if (result != SQLITE_ROW) {
        snprintf(why, why_size, "behind row %lld: %s", (long long)reader->seq,
                 sqlite3_errmsg(reader->db));
        return -1;
    }
    char reason[256];
    int64_t before = reader->seq;
    reader->seq = sqlite3_column_int64(reader->rows, COL_SEQ);
    if (!read_event(reader->rows, event, reason, sizeof reason)) {
        snprintf(why, why_size, "row %lld: %s", (long long)reader->seq, reason);
        return -1;
    }
    unsigned char hash[CHAIN_HASH_SIZE];
    chain_hash(reader->hash, event, (const char *)sqlite3_column_text(reader->rows, COL_DATA),
               hash);
    const void *stored = sqlite3_column_blob(reader->rows, COL_HASH);
    bool whole = sqlite3_column_bytes(reader->rows, COL_HASH) == CHAIN_HASH_SIZE;
    reader->chain_broken =
        !whole || reader->seq != before + 1 || memcmp(stored, hash, CHAIN_HASH_SIZE) != 0;
    if (whole)
        memcpy(reader->hash, stored, CHAIN_HASH_SIZE);
    return 1;
}

int64_t reader_last_day_opened(sqlite3 *db)
{
    char why[256];
    sqlite3_stmt *statement;
    if (!database_prepare(db, &statement,
                          "SELECT coalesce(max(seq), 0) FROM event WHERE kind = 'day_opened'", why,
                          sizeof why))
        return -1;
    int64_t seq = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return seq;
}
