/* Checks a journal from its first row to its last, reading only. */
#pragma once

#include <stdint.h>

#include "kiosk/journal/chain.h"
#include "shared/config.h"

struct verification {
    int64_t rows, tickets, days;
    char head[CHAIN_HEX_SIZE]; /* hash of the newest row */
    int64_t head_row;          /* row whose hash was asked for; 0 if none has it */
    struct problems problems;  /* what is wrong, each with its row; at most VERIFY_PROBLEMS_MAX */
};

#define VERIFY_PROBLEMS_MAX 50

/* `head` is the hash that must be in the chain, NULL to ask for none. False with the reason in
 * `why` if the file cannot be read at all. The caller ends the problems with problems_finish. */
bool verify_journal(const char *path, const char *head, struct verification *verification,
                    char *why, size_t why_size);
