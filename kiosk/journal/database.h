/* Opening the journal's SQLite file: durable settings, schema version, migrations. */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#define DATABASE_VERSION 1 /* PRAGMA user_version of the newest schema */

/* Opens for writing, creates the file and brings an older schema up to date. False with what is
 * wrong and what to do in `why`; *db is closed by the caller with sqlite3_close in either case. */
bool database_open(sqlite3 **db, const char *path, char *why, size_t why_size);

/* Opens for reading only; a file of another version is refused. */
bool database_open_read_only(sqlite3 **db, const char *path, char *why, size_t why_size);

/* Says that a journal cannot be used, why, and what to do. Always false. */
bool database_unusable(const char *path, const char *reason, char *why, size_t why_size);

/* Prepares one statement. False with SQLite's reason in `why`. */
bool database_prepare(sqlite3 *db, sqlite3_stmt **statement, const char *sql, char *why,
                      size_t why_size);
