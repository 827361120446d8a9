#include "kiosk/journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/journal/projection.h"
#include "kiosk/journal/reader.h"
#include "shared/log.h"

struct journal {
    char path[PATH_SIZE + 16];
    int lock;
    dev_t device; /* of the file, and which it is there */
    ino_t inode;
    sqlite3 *db;
    sqlite3_stmt *begin, *insert, *commit;
    struct projection *projection;
    int64_t head;
    unsigned char head_hash[CHAIN_HASH_SIZE];
};

/* Holds for the life of the process; the kernel lets go of it however the process ends. */
static int take_lock(const char *state_dir, char *why, size_t why_size)
{
    char path[PATH_SIZE + 16], owner[32] = "";
    snprintf(path, sizeof path, "%s/kioskd.lock", state_dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) {
        snprintf(why, why_size,
                 "cannot write to the state directory %s: %s. Give it to the user that kioskd runs "
                 "as, or name another as [kiosk] state-dir",
                 state_dir, strerror(errno));
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        ssize_t length = pread(fd, owner, sizeof owner - 1, 0);
        owner[length > 0 ? length : 0] = '\0';
        owner[strcspn(owner, "\n")] = '\0';
        snprintf(why, why_size,
                 "another kioskd (process %s) works on %s already: stop it first, or give this one "
                 "a [kiosk] state-dir of its own",
                 owner[0] ? owner : "unknown", state_dir);
        close(fd);
        return -1;
    }
    int length = snprintf(owner, sizeof owner, "%d\n", (int)getpid());
    if (ftruncate(fd, 0) < 0 || pwrite(fd, owner, (size_t)length, 0) != length)
        log_warning("cannot note the process in %s: %s", path, strerror(errno));
    return fd;
}

static bool read_head(struct journal *journal, char *why, size_t why_size)
{
    sqlite3_stmt *statement;
    if (!database_prepare(journal->db, &statement,
                          "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1", why, why_size))
        return false;
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        journal->head = sqlite3_column_int64(statement, 0);
        if (sqlite3_column_bytes(statement, 1) == CHAIN_HASH_SIZE)
            memcpy(journal->head_hash, sqlite3_column_blob(statement, 1), CHAIN_HASH_SIZE);
    }
    bool good = result == SQLITE_ROW || result == SQLITE_DONE;
    if (!good)
        database_unusable(journal->path, sqlite3_errmsg(journal->db), why, why_size);
    sqlite3_finalize(statement);
    return good;
}

static bool note_place(struct journal *journal, char *why, size_t why_size)
{
    struct stat status;
    if (stat(journal->path, &status) < 0)
        return database_unusable(journal->path, strerror(errno), why, why_size);
    journal->device = status.st_dev;
    journal->inode = status.st_ino;
    return true;
}

bool journal_open(struct journal **result, const char *state_dir, char *why, size_t why_size)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal)
        return false;
    if (mkdir(state_dir, 0750) < 0 && errno != EEXIST)
        log_warning("cannot make the state directory %s: %s", state_dir, strerror(errno));
    snprintf(journal->path, sizeof journal->path, "%s/khiosk.db", state_dir);
    journal->lock = take_lock(state_dir, why, why_size);
    if (journal->lock >= 0 && database_open(&journal->db, journal->path, why, why_size) &&
        database_prepare(journal->db, &journal->begin, "BEGIN IMMEDIATE", why, why_size) &&
        database_prepare(journal->db, &journal->commit, "COMMIT", why, why_size) &&
        database_prepare(journal->db, &journal->insert,
                         "INSERT INTO event (seq, wall_ms, boot_ms, boot_id, day, kind, ticket, "
                         "counter, data, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         why, why_size) &&
        projection_create(&journal->projection, journal->db, why, why_size) &&
        read_head(journal, why, why_size) && note_place(journal, why, why_size)) {
        *result = journal;
        return true;
    }
    journal_close(journal);
    return false;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    projection_destroy(journal->projection);
    sqlite3_finalize(journal->begin);
    sqlite3_finalize(journal->insert);
    sqlite3_finalize(journal->commit);
    sqlite3_close(journal->db);
    if (journal->lock >= 0)
        close(journal->lock);
    free(journal);
}

bool journal_remember(struct journal *journal, struct queue *queue, char *why, size_t why_size)
{
    sqlite3_stmt *statement;
    int result;
    if (!database_prepare(journal->db, &statement,
                          "SELECT service, (ended_ms - started_ms) / 1000 FROM visit "
                          "WHERE day >= date(?1, '-30 days') AND day < ?1 "
                          "AND outcome = 'finished' AND started_ms IS NOT NULL "
                          "ORDER BY day, ended_ms, ticket",
                          why, why_size))
        return false;
    sqlite3_bind_text(statement, 1, queue->day, -1, SQLITE_STATIC);
    while ((result = sqlite3_step(statement)) == SQLITE_ROW)
        queue_remember(queue, (const char *)sqlite3_column_text(statement, 0),
                       sqlite3_column_int(statement, 1));
    if (result != SQLITE_DONE)
        snprintf(why, why_size, "%s: %s", journal->path, sqlite3_errmsg(journal->db));
    sqlite3_finalize(statement);
    return result == SQLITE_DONE;
}

static bool replay_row(struct journal *journal, struct queue *queue, struct reader *reader,
                       const struct event *event, char *why, size_t why_size)
{
    char reason[256];
    if (reader->chain_broken)
        log_error("%s: row %lld does not follow the hash chain: it was changed from outside; see "
                  "queuectl verify",
                  journal->path, (long long)event->seq);
    if (!queue_apply(queue, event, reason, sizeof reason)) {
        char text[320];
        snprintf(text, sizeof text, "row %lld: %s", (long long)event->seq, reason);
        return database_unusable(journal->path, text, why, why_size);
    }
    projection_skip(journal->projection, event);
    return event->kind != EVENT_DAY_OPENED || journal_remember(journal, queue, why, why_size);
}

bool journal_replay(struct journal *journal, struct queue *queue, char *why, size_t why_size)
{
    int64_t opened = reader_last_day_opened(journal->db);
    char reason[256];
    struct reader reader;
    if (opened < 0)
        return database_unusable(journal->path, sqlite3_errmsg(journal->db), why, why_size);
    if (!reader_start(&reader, journal->db, opened > 0 ? opened - 1 : 0, reason, sizeof reason))
        return database_unusable(journal->path, reason, why, why_size);
    struct event event;
    int got;
    bool good = true;
    while (good && (got = reader_next(&reader, &event, reason, sizeof reason)) == 1)
        good = replay_row(journal, queue, &reader, &event, why, why_size);
    reader_finish(&reader);
    return good && (got == 0 || database_unusable(journal->path, reason, why, why_size));
}

static bool step_done(struct journal *journal, sqlite3_stmt *statement, char *why, size_t why_size)
{
    bool good = sqlite3_step(statement) == SQLITE_DONE;
    if (!good)
        snprintf(why, why_size, "%s", sqlite3_errmsg(journal->db));
    sqlite3_reset(statement);
    return good;
}

static bool insert(struct journal *journal, const struct event *event, const char *data,
                   const unsigned char hash[static CHAIN_HASH_SIZE], char *why, size_t why_size)
{
    sqlite3_stmt *row = journal->insert;
    const char *kind = event_kind_name(event->kind);
    sqlite3_bind_int64(row, 1, event->seq);
    sqlite3_bind_int64(row, 2, event->wall_ms);
    sqlite3_bind_int64(row, 3, event->boot_ms);
    sqlite3_bind_text(row, 4, event->boot_id, -1, SQLITE_STATIC);
    sqlite3_bind_text(row, 5, event->day, -1, SQLITE_STATIC);
    sqlite3_bind_text(row, 6, kind, -1, SQLITE_STATIC);
    if (event->ticket[0])
        sqlite3_bind_text(row, 7, event->ticket, -1, SQLITE_STATIC);
    if (event->counter)
        sqlite3_bind_int(row, 8, event->counter);
    sqlite3_bind_text(row, 9, data, -1, SQLITE_STATIC);
    sqlite3_bind_blob(row, 10, hash, CHAIN_HASH_SIZE, SQLITE_STATIC);
    bool good = step_done(journal, row, why, why_size);
    sqlite3_clear_bindings(row);
    return good;
}

static bool append_one(struct journal *journal, const struct event *event,
                       unsigned char hash[static CHAIN_HASH_SIZE], char *why, size_t why_size)
{
    json_t *object = event_data(event);
    char *data = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!data) {
        snprintf(why, why_size, "out of memory");
        return false;
    }
    chain_hash(hash, event, data, hash);
    bool good = insert(journal, event, data, hash, why, why_size) &&
                projection_add(journal->projection, event, why, why_size);
    free(data);
    return good;
}

/* A journal that was removed or replaced still takes writes, and nobody will find them. */
static bool is_in_place(const struct journal *journal, char *why, size_t why_size)
{
    struct stat status;
    if (stat(journal->path, &status) == 0 && status.st_dev == journal->device &&
        status.st_ino == journal->inode)
        return true;
    snprintf(why, why_size,
             "the file was removed or replaced while kioskd works; put it back, or the newest "
             "backup, and start kioskd again");
    return false;
}

bool journal_append(struct journal *journal, struct event *events, size_t count, char *why,
                    size_t why_size)
{
    struct timeline timeline = projection_timeline(journal->projection);
    unsigned char hash[CHAIN_HASH_SIZE];
    char reason[256] = "";
    memcpy(hash, journal->head_hash, CHAIN_HASH_SIZE);
    bool good = is_in_place(journal, reason, sizeof reason) &&
                step_done(journal, journal->begin, reason, sizeof reason);
    for (size_t i = 0; i < count && good; i++) {
        events[i].seq = journal->head + 1 + (int64_t)i;
        good = append_one(journal, &events[i], hash, reason, sizeof reason);
    }
    good = good && step_done(journal, journal->commit, reason, sizeof reason);
    if (good) {
        journal->head += (int64_t)count;
        memcpy(journal->head_hash, hash, CHAIN_HASH_SIZE);
        return true;
    }
    if (!sqlite3_get_autocommit(journal->db))
        sqlite3_exec(journal->db, "ROLLBACK", NULL, NULL, NULL);
    projection_restore(journal->projection, &timeline);
    snprintf(why, why_size, "the journal %s could not be written: %s", journal->path, reason);
    return false;
}

int journal_read(struct journal *journal, int64_t after, int limit,
                 void (*take)(void *user, const struct event *event), void *user, char *why,
                 size_t why_size)
{
    struct reader reader;
    struct event event;
    int count = 0, got = 0;
    if (!reader_start(&reader, journal->db, after, why, why_size))
        return -1;
    while (count < limit && (got = reader_next(&reader, &event, why, why_size)) == 1) {
        take(user, &event);
        count++;
    }
    reader_finish(&reader);
    return got < 0 ? -1 : count;
}
