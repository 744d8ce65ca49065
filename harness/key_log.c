/* SPDX-License-Identifier: MIT */
/* key_log.c: a hash table with open addressing that doubles when it is half full. */
#include "harness/key_log.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reference/ws.h"

enum { SLOTS_FIRST = 1024 };

struct key_log {
    char (*slots)[WS_KEY_SIZE]; /* empty where the first octet is 0 */
    size_t slot_count, count;
};

struct key_log *key_log_new(void)
{
    struct key_log *log = calloc(1, sizeof *log);
    if (log == NULL)
        return NULL;
    log->slot_count = SLOTS_FIRST;
    log->slots = calloc(log->slot_count, sizeof *log->slots);
    if (log->slots == NULL) {
        free(log);
        return NULL;
    }
    return log;
}

void key_log_free(struct key_log *log)
{
    if (log == NULL)
        return;
    free(log->slots);
    free(log);
}

/* FNV-1a */
static uint64_t hash(const uint8_t *key)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < WS_KEY_SIZE; i++)
        value = (value ^ key[i]) * UINT64_C(0x100000001b3);
    return value;
}

/* Where the key is, or would be. */
static size_t place(const struct key_log *log, const uint8_t *key)
{
    size_t at = (size_t)(hash(key) % log->slot_count);
    while (log->slots[at][0] != '\0' && memcmp(log->slots[at], key, WS_KEY_SIZE) != 0)
        at = (at + 1) % log->slot_count;
    return at;
}

static bool grow(struct key_log *log)
{
    struct key_log larger = {.slot_count = 2 * log->slot_count, .count = log->count};
    larger.slots = calloc(larger.slot_count, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < log->slot_count; i++) {
        if (log->slots[i][0] != '\0')
            memcpy(larger.slots[place(&larger, (const uint8_t *)log->slots[i])], log->slots[i], WS_KEY_SIZE);
    }
    free(log->slots);
    *log = larger;
    return true;
}

bool key_log_knows(struct key_log *log, struct ws_octets key)
{
    if (key.size != WS_KEY_SIZE || key.at[0] == '\0')
        return false;
    size_t at = place(log, key.at);
    if (log->slots[at][0] != '\0')
        return true;
    if (log->count < KEY_LOG_MAX && (log->count < log->slot_count / 2 || grow(log))) {
        memcpy(log->slots[place(log, key.at)], key.at, WS_KEY_SIZE);
        log->count++;
    }
    return false;
}
