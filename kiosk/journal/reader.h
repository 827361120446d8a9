/* Reading the journal's rows, in order, and checking the hash chain on the way: the one place that
 * turns a row back into an event. */
#pragma once

#include "kiosk/journal/chain.h"
#include "kiosk/journal/database.h"

struct reader {
    sqlite3 *db;
    sqlite3_stmt *rows;
    unsigned char hash[CHAIN_HASH_SIZE]; /* of the row last read */
    int64_t seq;                         /* of the row last read */
    bool chain_broken;                   /* the row last read does not follow the one before */
};

/* Starts behind row `after`; 0 for the first. False with the reason in `why`. */
bool reader_start(struct reader *reader, sqlite3 *db, int64_t after, char *why, size_t why_size);

/* 1 with the next row in *event, 0 at the end, -1 with the reason in `why` for a row that cannot be
 * read. */
int reader_next(struct reader *reader, struct event *event, char *why, size_t why_size);

void reader_finish(struct reader *reader);

/* Row of the newest day_opened, 0 if there is none; -1 if the database cannot be read. */
int64_t reader_last_day_opened(sqlite3 *db);
