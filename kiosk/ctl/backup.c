#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/ctl/ctl.h"
#include "kiosk/journal/database.h"

/* VACUUM INTO copies one moment of the journal, also while kioskd writes to it. */
int ctl_backup(struct ctl *ctl, int count, const char *const *words)
{
    char path[PATH_SIZE + 16], why[768];
    sqlite3 *db = NULL;
    sqlite3_stmt *copy = NULL;
    int status = EXIT_FAILED;
    if (count != 1)
        return ctl_usage(ctl, "usage: backup FILE");
    if (access(words[0], F_OK) == 0) {
        fprintf(stderr, "queuectl: %s exists already: a backup overwrites nothing\n", words[0]);
        return EXIT_FAILED;
    }
    snprintf(path, sizeof path, "%s/khiosk.db", ctl->office.state_dir);
    if (!database_open_read_only(&db, path, why, sizeof why) ||
        !database_prepare(db, &copy, "VACUUM INTO ?", why, sizeof why)) {
        fprintf(stderr, "queuectl: %s\n", why);
        goto out;
    }
    umask(0027); /* as the journal itself */
    sqlite3_bind_text(copy, 1, words[0], -1, SQLITE_STATIC);
    if (sqlite3_step(copy) != SQLITE_DONE) {
        fprintf(stderr, "queuectl: cannot write the backup %s: %s\n", words[0], sqlite3_errmsg(db));
        unlink(words[0]); /* half a copy is worse than none */
        goto out;
    }
    if (ctl->json)
        printf("{\"ok\":true,\"backup\":true}\n");
    else
        printf("%s is a copy of %s\n", words[0], path);
    status = EXIT_DONE;
out:
    sqlite3_finalize(copy);
    sqlite3_close(db);
    return status;
}
