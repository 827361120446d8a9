/* What the families of queuectl's commands share. Private to queuectl. */
#pragma once

#include <jansson.h>

#include "shared/client.h"
#include "shared/options.h"

struct ctl {
    struct office office;
    bool json; /* print answers as they are */
};

/* Each runs the words behind the options and returns the exit status. */
int ctl_command(struct ctl *ctl, int count,
                const char *const *words); /* one command of the queue */
int ctl_watch(struct ctl *ctl, int count, const char *const *words);
int ctl_verify(struct ctl *ctl, int count, const char *const *words);
int ctl_backup(struct ctl *ctl, int count, const char *const *words);
int ctl_voice(struct ctl *ctl, int count, const char *const *words);

/* Connects, or says why not and sets *status. */
struct client *ctl_connect(struct ctl *ctl, int *status);

/* Says that kioskd went away while it was asked. */
int ctl_lost(const struct ctl *ctl, int error);

/* Says what is wrong with the words, and returns EXIT_USAGE. */
int ctl_usage(const struct ctl *ctl, const char *message);

/* A member of an answer; "" or 0 where it is absent. */
const char *ctl_text(const json_t *object, const char *key);
int ctl_number(const json_t *object, const char *key);

void ctl_print_json(const json_t *value);
void ctl_print_status(const struct ctl *ctl, const json_t *status);
