#include "shared/clip_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/speech.h"

#define FILE_MAX 120 /* a line of the manifest holds CONFIG_LINE_MAX bytes */
#define TEXT_MAX 170

struct clip_set {
    char *folder;
    char name[TEXT_MAX + 1], licence[TEXT_MAX + 1];
    char *files[LANGUAGE_COUNT][SPEECH_CLIPS_MAX];
};

struct clip_set *clip_set_create(const char *folder)
{
    struct clip_set *set = calloc(1, sizeof *set);
    if (set)
        set->folder = strdup(folder);
    if (set && set->folder)
        return set;
    free(set);
    return NULL;
}

void clip_set_destroy(struct clip_set *set)
{
    if (!set)
        return;
    for (int language = 0; language < LANGUAGE_COUNT; language++)
        for (size_t i = 0; i < SPEECH_CLIPS_MAX; i++)
            free(set->files[language][i]);
    free(set->folder);
    free(set);
}

const char *clip_set_folder(const struct clip_set *set)
{
    return set->folder;
}

static int find_clip(enum language language, const char *clip)
{
    for (size_t i = 0; i < speech_clip_count(language); i++)
        if (strcmp(speech_clip_name(language, i), clip) == 0)
            return (int)i;
    return -1;
}

const char *clip_set_file(const struct clip_set *set, enum language language, const char *clip)
{
    int index = find_clip(language, clip);
    return index < 0 ? NULL : set->files[language][index];
}

/* Plain letters only: what an INI file could take for something else is no name either. */
static bool stays_inside(const char *file)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    return file[0] && file[0] != '/' && strlen(file) <= FILE_MAX && !strstr(file, "..") &&
           !file[strspn(file, good)];
}

int clip_set_put(struct clip_set *set, enum language language, const char *clip, const char *file)
{
    int index = find_clip(language, clip);
    if (index < 0 || (file && !stays_inside(file)))
        return -EINVAL;
    char *copy = file ? strdup(file) : NULL;
    if (file && !copy)
        return -ENOMEM;
    free(set->files[language][index]);
    set->files[language][index] = copy;
    return 0;
}

const char *clip_set_name(const struct clip_set *set)
{
    return set->name;
}

const char *clip_set_licence(const struct clip_set *set)
{
    return set->licence;
}

int clip_set_describe(struct clip_set *set, const char *name, const char *licence)
{
    if (strpbrk(name, "\r\n") || strpbrk(licence, "\r\n"))
        return -EINVAL;
    snprintf(set->name, sizeof set->name, "%s", name);
    snprintf(set->licence, sizeof set->licence, "%s", licence);
    return 0;
}

static void take_description(struct clip_set *set, const struct config_entry *entry,
                             struct problems *problems)
{
    if (strcmp(entry->key, "name") == 0)
        snprintf(set->name, sizeof set->name, "%s", entry->value);
    else if (strcmp(entry->key, "licence") == 0)
        snprintf(set->licence, sizeof set->licence, "%s", entry->value);
    else
        problems_add_entry(problems, entry, "unknown key");
}

static void take_entry(struct clip_set *set, const struct config_entry *entry,
                       struct problems *problems)
{
    enum language language;
    bool about_set = strcmp(entry->section, "set") == 0;
    if (!about_set && !language_from_code(entry->section, &language))
        problems_add_entry(problems, entry, "unknown section: expected set, th, en or ms");
    else if (!entry->key[0])
        return;
    else if (about_set)
        take_description(set, entry, problems);
    else if (find_clip(language, entry->key) < 0)
        problems_add_entry(problems, entry, "no clip of that name in this language");
    else if (clip_set_put(set, language, entry->key, entry->value) < 0)
        problems_add_entry(problems, entry,
                           "\"%s\": expected a file inside the folder, named with a-z, A-Z, 0-9, "
                           "dot, - and _",
                           entry->value);
}

struct clip_set *clip_set_read(const char *folder, struct problems *problems)
{
    struct clip_set *set = clip_set_create(folder);
    struct config config = {0};
    char *path = NULL;
    if (!set || asprintf(&path, "%s/voice.ini", folder) < 0)
        abort();
    if (config_read(&config, path, NULL, 0, problems)) {
        for (size_t i = 0; i < config.count; i++)
            take_entry(set, &config.entries[i], problems);
    } else {
        clip_set_destroy(set);
        set = NULL;
    }
    config_finish(&config);
    free(path);
    return set;
}

static void print_set(const struct clip_set *set, FILE *out)
{
    fprintf(out, "[set]\nname = %s\nlicence = %s\n", set->name, set->licence);
    for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
        fprintf(out, "\n[%s]\n", language_code(language));
        for (size_t i = 0; i < speech_clip_count(language); i++)
            if (set->files[language][i])
                fprintf(out, "%s = %s\n", speech_clip_name(language, i), set->files[language][i]);
    }
}

static int write_part(const struct clip_set *set, const char *part)
{
    FILE *out = fopen(part, "we");
    if (!out)
        return -errno;
    print_set(set, out);
    int result = fflush(out) != 0 || fsync(fileno(out)) < 0 ? -errno : 0;
    if (fclose(out) != 0 && result == 0)
        result = -errno;
    return result;
}

/* A rename is only as durable as its folder. */
static int sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int result = fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return result;
}

int clip_set_write(const struct clip_set *set)
{
    char *path = NULL, *part = NULL;
    int result = -ENOMEM;
    if (asprintf(&path, "%s/voice.ini", set->folder) < 0)
        return result;
    if (asprintf(&part, "%s.part", path) < 0)
        goto out;
    result = write_part(set, part);
    if (result == 0 && rename(part, path) < 0)
        result = -errno;
    if (result < 0)
        unlink(part);
    else
        result = sync_folder(set->folder);
    free(part);
out:
    free(path);
    return result;
}
