/* Tickets as files: DAY_NUMBER.pdf and .png, DAY_NUMBER_2.* for a second copy. A file has its name
 * only when all of it is on the disk; the PNG comes last, so that its name says "printed". */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "printer/destination.h"
#include "printer/sheet.h"

#define NAME_MAX_SIZE 64

struct folder {
    struct destination base;
    char path[PATH_SIZE];
};

static int folder_open(const struct office *office, const char *where, struct destination **result)
{
    struct folder *folder = calloc(1, sizeof *folder);
    if (!folder)
        return -ENOMEM;
    folder->base = (struct destination){&destination_folder, office};
    if (snprintf(folder->path, sizeof folder->path, "%s", where) >= (int)sizeof folder->path) {
        free(folder);
        return -ENAMETOOLONG;
    }
    *result = &folder->base;
    return 0;
}

static void folder_close(struct destination *destination)
{
    free(destination);
}

/* Makes the folder and those above it, and opens it. A descriptor or -errno. */
static int enter(const char *path)
{
    char part[PATH_SIZE];
    for (const char *at = path; *at; at++) {
        if (at == path || *at != '/')
            continue;
        memcpy(part, path, (size_t)(at - path));
        part[at - path] = '\0';
        if (mkdir(part, 0777) < 0 && errno != EEXIST)
            return -errno;
    }
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return -errno;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static void file_name(const struct ticket *ticket, const char *ending, char name[NAME_MAX_SIZE])
{
    if (ticket->copy > 1)
        snprintf(name, NAME_MAX_SIZE, "%s_%s_%d%s", ticket->day, ticket->number, ticket->copy,
                 ending);
    else
        snprintf(name, NAME_MAX_SIZE, "%s_%s%s", ticket->day, ticket->number, ending);
}

static bool has_been_printed(int directory, const struct ticket *ticket)
{
    char name[NAME_MAX_SIZE];
    struct stat status;
    file_name(ticket, ".png", name);
    return fstatat(directory, name, &status, 0) == 0 &&
           destination_may_be(ticket, status.st_mtim.tv_sec * INT64_C(1000));
}

/* 0 or -errno. */
static int put_file(const struct folder *folder, int directory, const struct ticket *ticket,
                    enum sheet_format format, const char *ending)
{
    char name[NAME_MAX_SIZE], unfinished[NAME_MAX_SIZE + 8];
    file_name(ticket, ending, name);
    snprintf(unfinished, sizeof unfinished, ".%s.part", name);
    int fd = openat(directory, unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return -errno;
    int result = sheet_write(folder->base.office, ticket, format, fd);
    if (result == 0 && fsync(fd) < 0)
        result = -errno;
    if (close(fd) < 0 && result == 0)
        result = -errno;
    if (result == 0 && renameat(directory, unfinished, directory, name) < 0)
        result = -errno;
    if (result < 0)
        unlinkat(directory, unfinished, 0);
    return result;
}

static enum print_result folder_print(struct destination *destination, struct print *print,
                                      char *why, size_t why_size)
{
    const struct folder *folder = (const struct folder *)destination;
    const struct ticket *ticket = &print->ticket;
    int result = 0, directory = enter(folder->path);
    if (directory < 0) {
        result = directory;
        goto out;
    }
    if (!has_been_printed(directory, ticket)) {
        result = put_file(folder, directory, ticket, SHEET_PDF, ".pdf");
        if (result == 0)
            result = put_file(folder, directory, ticket, SHEET_PNG, ".png");
    }
    if (result == 0 && fsync(directory) < 0)
        result = -errno;
    close(directory);
out:
    if (result == 0)
        return PRINT_DONE;
    snprintf(why, why_size, "cannot write tickets to %s: %s", folder->path, strerror(-result));
    return PRINT_AWAY;
}

const struct destination_kind destination_folder = {"folder:", folder_open, folder_print,
                                                    folder_print, folder_close};
