#include "kiosk/journal/database.h"

#include <stdio.h>

/* Somebody with a plain sqlite3 may lock the file; the queue must not stand still for long. */
#define WRITER_PATIENCE_MS 250
#define READER_PATIENCE_MS 5000

static const char *const schemas[DATABASE_VERSION] = {
#include "kiosk/journal/schema.sql.h"
};

static bool execute(sqlite3 *db, const char *sql, char *why, size_t why_size)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    snprintf(why, why_size, "%s", sqlite3_errmsg(db));
    return false;
}

bool database_prepare(sqlite3 *db, sqlite3_stmt **statement, const char *sql, char *why,
                      size_t why_size)
{
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) == SQLITE_OK)
        return true;
    snprintf(why, why_size, "%s", sqlite3_errmsg(db));
    return false;
}

static bool read_version(sqlite3 *db, int *version, char *why, size_t why_size)
{
    sqlite3_stmt *statement;
    if (!database_prepare(db, &statement, "PRAGMA user_version", why, why_size))
        return false;
    bool good = sqlite3_step(statement) == SQLITE_ROW;
    if (good)
        *version = sqlite3_column_int(statement, 0);
    else
        snprintf(why, why_size, "%s", sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    return good;
}

/* Each step is one transaction, so that a power cut leaves a whole older version. */
static bool migrate(sqlite3 *db, int from, char *why, size_t why_size)
{
    for (int version = from; version < DATABASE_VERSION; version++) {
        char pragma[64];
        snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", version + 1);
        if (!execute(db, "BEGIN IMMEDIATE", why, why_size))
            return false;
        if (!execute(db, schemas[version], why, why_size) || !execute(db, pragma, why, why_size) ||
            !execute(db, "COMMIT", why, why_size)) {
            sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
            return false;
        }
    }
    return true;
}

static bool check_version(int version, const char *path, char *why, size_t why_size)
{
    if (version >= 0 && version <= DATABASE_VERSION)
        return true;
    if (version < 0) {
        snprintf(why, why_size, "%s is not a Khiosk journal (version %d)", path, version);
        return false;
    }
    snprintf(why, why_size,
             "%s was written by a newer Khiosk (journal version %d, this program knows %d): "
             "install the newer Khiosk again, or give this one a state-dir of its own",
             path, version, DATABASE_VERSION);
    return false;
}

bool database_unusable(const char *path, const char *reason, char *why, size_t why_size)
{
    snprintf(why, why_size,
             "cannot use the journal %s: %s. If the file is damaged, keep it, put the newest "
             "backup in its place (remove %s-wal and %s-shm too), and start again",
             path, reason, path, path);
    return false;
}

bool database_open(sqlite3 **db, const char *path, char *why, size_t why_size)
{
    int version;
    char reason[256];
    if (sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
        snprintf(why, why_size, "cannot open the journal %s: %s", path, sqlite3_errmsg(*db));
        return false;
    }
    sqlite3_busy_timeout(*db, WRITER_PATIENCE_MS);
    if (!read_version(*db, &version, reason, sizeof reason))
        return database_unusable(path, reason, why, why_size);
    if (!check_version(version, path, why, why_size))
        return false;
    if (!execute(*db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", reason,
                 sizeof reason) ||
        !migrate(*db, version, reason, sizeof reason))
        return database_unusable(path, reason, why, why_size);
    return true;
}

bool database_open_read_only(sqlite3 **db, const char *path, char *why, size_t why_size)
{
    int version;
    char reason[256];
    if (sqlite3_open_v2(path, db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        snprintf(why, why_size, "cannot open the journal %s: %s", path, sqlite3_errmsg(*db));
        return false;
    }
    sqlite3_busy_timeout(*db, READER_PATIENCE_MS);
    if (!read_version(*db, &version, reason, sizeof reason))
        return database_unusable(path, reason, why, why_size);
    if (version == 0) {
        snprintf(why, why_size, "%s is not a Khiosk journal", path);
        return false;
    }
    return check_version(version, path, why, why_size);
}
