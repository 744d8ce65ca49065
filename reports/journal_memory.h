/* SPDX-License-Identifier: MIT */
/* journal_memory.h: memory that is given back all at once, for what was read from a journal. */
#ifndef REPORTS_JOURNAL_MEMORY_H
#define REPORTS_JOURNAL_MEMORY_H

#include <stddef.h>

struct journal_memory;

/* `most` is the cap in octets. NULL when memory is out. */
struct journal_memory *journal_memory_new(size_t most);

/* Zeroed octets, aligned for any type; never NULL for size 0. NULL when memory or the cap is exhausted. */
void *journal_memory_take(struct journal_memory *memory, size_t size);
void journal_memory_free(struct journal_memory *memory);

#endif
