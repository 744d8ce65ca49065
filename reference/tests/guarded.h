/* SPDX-License-Identifier: MIT */
/* guarded.h: copies of test input that end where a forbidden page begins, so that one octet too far is a
 * fault even without a sanitizer. For tests only. */
#ifndef REFERENCE_TESTS_GUARDED_H
#define REFERENCE_TESTS_GUARDED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Room for up to `limit` octets before the forbidden page. */
struct guarded {
    uint8_t *map;
    size_t map_size, room;
};

static inline struct guarded guarded_new(size_t limit)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (limit + page - 1) / page * page;
    struct guarded guarded = {.map_size = room + page, .room = room};
    guarded.map = mmap(NULL, guarded.map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guarded.map == MAP_FAILED || mprotect(guarded.map + room, page, PROT_NONE) != 0)
        abort();
    return guarded;
}

/* Copies the octets to the very end of the room. The copy lives until the next call on it. */
static inline uint8_t *guarded_copy(struct guarded *guarded, const void *octets, size_t size)
{
    if (size > guarded->room)
        abort();
    uint8_t *to = guarded->map + guarded->room - size;
    if (size > 0)
        memcpy(to, octets, size);
    return to;
}

static inline void guarded_free(struct guarded *guarded)
{
    munmap(guarded->map, guarded->map_size);
}

#endif
