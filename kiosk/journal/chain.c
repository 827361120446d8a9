#include "kiosk/journal/chain.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static void add_text(crypto_generichash_state *state, const char *text)
{
    crypto_generichash_update(state, (const unsigned char *)text, strlen(text));
    crypto_generichash_update(state, (const unsigned char *)"\n", 1);
}

static void add_number(crypto_generichash_state *state, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    add_text(state, text);
}

void chain_hash(const unsigned char before[static CHAIN_HASH_SIZE], const struct event *event,
                const char *data, unsigned char hash[static CHAIN_HASH_SIZE])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, CHAIN_HASH_SIZE);
    crypto_generichash_update(&state, before, CHAIN_HASH_SIZE);
    add_number(&state, event->seq);
    add_number(&state, event->wall_ms);
    add_number(&state, event->boot_ms);
    add_text(&state, event->boot_id);
    add_text(&state, event->day);
    add_text(&state, event_kind_name(event->kind));
    add_text(&state, event->ticket);
    if (event->counter)
        add_number(&state, event->counter);
    else
        add_text(&state, "");
    add_text(&state, data);
    crypto_generichash_final(&state, hash, CHAIN_HASH_SIZE);
}

void chain_hex(const unsigned char hash[static CHAIN_HASH_SIZE], char hex[static CHAIN_HEX_SIZE])
{
    sodium_bin2hex(hex, CHAIN_HEX_SIZE, hash, CHAIN_HASH_SIZE);
}

bool chain_from_hex(const char *hex, unsigned char hash[static CHAIN_HASH_SIZE])
{
    size_t length;
    return strlen(hex) == CHAIN_HEX_SIZE - 1 &&
           sodium_hex2bin(hash, CHAIN_HASH_SIZE, hex, strlen(hex), NULL, &length, NULL) == 0 &&
           length == CHAIN_HASH_SIZE;
}
