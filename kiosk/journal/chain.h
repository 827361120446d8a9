/* The hash chain of the journal: each row's hash covers the hash before it and the row itself, so
 * that a changed, dropped or added row shows.
 *
 * hash = BLAKE2b-256 (RFC 7693, no key) of the 32 bytes of the hash before (zeros for row 1) and
 * the row's columns as text in the table's order, seq to data, each followed by a newline; NULL is
 * written as nothing. */
#pragma once

#include "kiosk/queue/event.h"

#define CHAIN_HASH_SIZE 32
#define CHAIN_HEX_SIZE 65

/* `data` is the data column as stored. `hash` may be the same memory as `before`. */
void chain_hash(const unsigned char before[static CHAIN_HASH_SIZE], const struct event *event,
                const char *data, unsigned char hash[static CHAIN_HASH_SIZE]);

void chain_hex(const unsigned char hash[static CHAIN_HASH_SIZE], char hex[static CHAIN_HEX_SIZE]);
bool chain_from_hex(const char *hex, unsigned char hash[static CHAIN_HASH_SIZE]);
