/* SPDX-License-Identifier: MIT */
/* prepared.c: a hash table by content. */
#include "harness/prepared.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096, PIECE_SIZE = 16 * 1024, WORD = 8 };

/* 128 bits of a mix that is fast and even. Cases are no adversaries: nobody looks for collisions. */
struct content_key {
    uint64_t a, b, length;
};

struct prepared {
    struct content_key key;
    struct ws_octets octets;
    struct prepared_store *store; /* NULL: not kept */
    unsigned users;
    struct prepared *next;          /* in its bucket */
    struct prepared *older, *newer; /* by last use */
};

struct prepared_store {
    struct prepared *buckets[BUCKETS];
    struct prepared *oldest, *newest;
    size_t size;
};

struct prepared_store *prepared_store_new(void)
{
    return calloc(1, sizeof(struct prepared_store));
}

static void free_one(struct prepared *prepared)
{
    free((void *)prepared->octets.at);
    free(prepared);
}

void prepared_store_free(struct prepared_store *store)
{
    if (store == NULL)
        return;
    for (struct prepared *at = store->oldest, *newer; at != NULL; at = newer) {
        newer = at->newer;
        free_one(at);
    }
    free(store);
}

/* ---- Keys ---- */

static uint64_t mix(uint64_t x, uint64_t y)
{
    unsigned __int128 product = (unsigned __int128)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t word_at(const uint8_t *octets)
{
    uint64_t word;
    memcpy(&word, octets, sizeof word);
    return word;
}

static void key_take(struct content_key *key, const uint8_t *octets, size_t size)
{
    const uint64_t p = 0xa0761d6478bd642fU, q = 0xe7037ed1a0b428dbU, r = 0x8ebc6af09c88c6e3U;
    key->length += size;
    for (; size >= 2 * WORD; octets += 2 * WORD, size -= 2 * WORD) {
        uint64_t first = word_at(octets), second = word_at(octets + WORD);
        key->a = mix(first ^ p, second ^ key->a);
        key->b = mix(second ^ q, first ^ key->b ^ r);
    }
    uint8_t rest[2 * WORD] = {0};
    if (size > 0) {
        memcpy(rest, octets, size);
        key->a = mix(word_at(rest) ^ q, word_at(rest + WORD) ^ key->a);
        key->b = mix(word_at(rest) ^ r, word_at(rest + WORD) ^ key->b ^ p);
    }
}

static struct content_key key_of(enum compress_form form, unsigned bits, struct ws_octets window,
                                 const struct octets_atom *octets, const struct case_instance *instance)
{
    uint8_t piece[PIECE_SIZE];
    uint64_t length = octets_length(octets, instance);
    struct content_key key = {.a = (uint64_t)form << 32 | bits, .b = window.size};
    key_take(&key, window.at, window.size);
    for (uint64_t at = 0; at < length;) {
        size_t size = length - at < sizeof piece ? (size_t)(length - at) : sizeof piece;
        octets_read(octets, instance, at, piece, size);
        key_take(&key, piece, size);
        at += size;
    }
    return key;
}

static bool same_key(const struct content_key *a, const struct content_key *b)
{
    return a->a == b->a && a->b == b->b && a->length == b->length;
}

/* ---- The order of use ---- */

static void unlink_age(struct prepared_store *store, struct prepared *prepared)
{
    *(prepared->older != NULL ? &prepared->older->newer : &store->oldest) = prepared->newer;
    *(prepared->newer != NULL ? &prepared->newer->older : &store->newest) = prepared->older;
    prepared->older = prepared->newer = NULL;
}

static void link_newest(struct prepared_store *store, struct prepared *prepared)
{
    prepared->older = store->newest;
    *(store->newest != NULL ? &store->newest->newer : &store->oldest) = prepared;
    store->newest = prepared;
}

static void drop(struct prepared_store *store, struct prepared *prepared)
{
    struct prepared **slot = &store->buckets[prepared->key.a % BUCKETS];
    while (*slot != prepared)
        slot = &(*slot)->next;
    *slot = prepared->next;
    unlink_age(store, prepared);
    store->size -= prepared->octets.size;
    free_one(prepared);
}

static void keep(struct prepared_store *store, struct prepared *prepared)
{
    for (struct prepared *at = store->oldest, *newer;
         at != NULL && store->size + prepared->octets.size > PREPARED_MAX; at = newer) {
        newer = at->newer;
        if (at->users == 0)
            drop(store, at);
    }
    if (store->size + prepared->octets.size > PREPARED_MAX)
        return;
    prepared->store = store;
    store->size += prepared->octets.size;
    struct prepared **bucket = &store->buckets[prepared->key.a % BUCKETS];
    prepared->next = *bucket;
    *bucket = prepared;
    link_newest(store, prepared);
}

/* ---- Use ---- */

struct prepared *prepared_get(struct prepared_store *store, size_t cap, enum compress_form form,
                              unsigned bits, struct ws_octets window, const struct octets_atom *octets,
                              const struct case_instance *instance)
{
    struct content_key key = {0};
    if (store != NULL) {
        key = key_of(form, bits, window, octets, instance);
        struct prepared *at = store->buckets[key.a % BUCKETS];
        while (at != NULL && !same_key(&at->key, &key))
            at = at->next;
        if (at != NULL) {
            unlink_age(store, at);
            link_newest(store, at);
            at->users++;
            return at;
        }
    }
    struct prepared *made = calloc(1, sizeof *made);
    if (made == NULL || !compress_octets(&made->octets, cap, form, bits, window, octets, instance)) {
        free(made);
        return NULL;
    }
    made->key = key;
    made->users = 1;
    if (store != NULL && made->octets.size <= PREPARED_MESSAGE_MAX)
        keep(store, made);
    return made;
}

struct ws_octets prepared_octets(const struct prepared *prepared)
{
    return prepared->octets;
}

void prepared_release(struct prepared *prepared)
{
    if (prepared == NULL)
        return;
    prepared->users--;
    if (prepared->store == NULL)
        free_one(prepared);
}
