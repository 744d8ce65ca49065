/* SPDX-License-Identifier: MIT */
/* journal_memory.c: chunks in a list, cut from the front, freed together. */
#include "reports/journal_memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum { CHUNK_SIZE = 256 * 1024 };

struct chunk {
    struct chunk *next;
    size_t size, used;
    alignas(max_align_t) unsigned char octets[];
};

struct journal_memory {
    struct chunk *chunks;
    size_t taken, most;
};

struct journal_memory *journal_memory_new(size_t most)
{
    struct journal_memory *memory = calloc(1, sizeof *memory);
    if (memory != NULL)
        memory->most = most;
    return memory;
}

void *journal_memory_take(struct journal_memory *memory, size_t size)
{
    if (size > memory->most)
        return NULL;
    size = (size + alignof(max_align_t)) & ~(alignof(max_align_t) - 1);
    struct chunk *chunk = memory->chunks;
    if (chunk == NULL || chunk->size - chunk->used < size) {
        size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        if (room > memory->most - memory->taken)
            return NULL;
        chunk = calloc(1, sizeof *chunk + room);
        if (chunk == NULL)
            return NULL;
        chunk->size = room;
        chunk->next = memory->chunks;
        memory->chunks = chunk;
        memory->taken += room;
    }
    void *octets = chunk->octets + chunk->used;
    chunk->used += size;
    return octets;
}

void journal_memory_free(struct journal_memory *memory)
{
    if (memory == NULL)
        return;
    for (struct chunk *chunk = memory->chunks; chunk != NULL;) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(memory);
}
