/* SPDX-License-Identifier: MIT */
/* target_memory.h: how much memory the target takes, as Linux's /proc tells: the peak of the resident set
 * since a moment, for one process or for all of a process group. Owns the reading of /proc; does not own what
 * is too much. */
#ifndef HARNESS_TARGET_MEMORY_H
#define HARNESS_TARGET_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TARGET_PROCESSES_MAX 256 /* more of a group are not looked at */

/* Whom to look at: a process, or all processes of a group. pid 0: nobody. */
struct target_processes {
    pid_t pid;
    bool group;
};

/* What they had at the beginning. */
struct target_memory {
    struct target_processes processes;
    size_t count;
    uint64_t inheritable; /* the most anonymous memory that one of them had: its children begin with it */
    struct {
        pid_t pid;
        uint64_t octets;
    } before[TARGET_PROCESSES_MAX];
};

/* Begins to measure: from now on the kernel keeps the peak of each process anew. False when that cannot be
 * done: nobody to look at, another system than Linux, processes of another user. */
bool target_memory_begin(struct target_memory *memory, struct target_processes processes);

/* What they had at the beginning, in all. */
uint64_t target_memory_before(const struct target_memory *memory);

/* Measures once more: the peaks begin anew, but from what the processes had at the beginning: what they kept
 * since counts as growth, what they gave back does not. False as above. */
bool target_memory_again(const struct target_memory *memory);

/* The sum of what each process had at its peak since the beginning, beyond what it had then; of those that
 * have come since, what they have beyond what a child shares with its parent from the beginning. False when
 * none is left to look at. */
bool target_memory_growth(const struct target_memory *memory, uint64_t *octets);

/* How many file descriptors are open in all. False when nobody can be looked at. */
bool target_descriptors(struct target_processes processes, size_t *count);

#endif
