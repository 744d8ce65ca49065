/* SPDX-License-Identifier: MIT */
/* arena.h: memory that is given back all at once, with a stated cap. Owns its blocks. */
#ifndef HARNESS_ARENA_H
#define HARNESS_ARENA_H

#include <stddef.h>

struct arena_block;

/* Begin with {.cap = octets that may be handed out in all}. */
struct arena {
    size_t cap;
    size_t used;
    struct arena_block *blocks;
};

/* `size` zeroed octets aligned for any object, or NULL when memory or the cap is exhausted. */
void *arena_alloc(struct arena *arena, size_t size);

/* A NUL-terminated copy of `size` octets of text; NULL like arena_alloc. */
char *arena_text(struct arena *arena, const char *text, size_t size);

/* Frees everything that was handed out. The arena may be used again. */
void arena_free(struct arena *arena);

#endif
