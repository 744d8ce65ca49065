/* SPDX-License-Identifier: MIT */
/* run_monitors.h: the requirements that every run watches, whatever its case is about. Owns which they are;
 * does not own how a breach is noticed (reference/judge.c for frames, run_open.c, run_accept.c, run_client.c,
 * run_close.c). */
#ifndef HARNESS_RUN_MONITORS_H
#define HARNESS_RUN_MONITORS_H

#include <stdbool.h>
#include <stddef.h>

#include "reference/role.h"

struct run_monitor {
    const char *requirement; /* id */
    const char *watched;     /* "every frame", "every opening handshake" */
};

/* The monitor of that number, from 0, of those that apply to targets of the role; false behind the last. No
 * two watch the same requirement. */
bool run_monitor(enum ws_role role, size_t number, struct run_monitor *monitor);

/* Does a monitor watch this requirement on targets of the role? */
bool run_monitors_watch(enum ws_role role, const char *requirement, struct run_monitor *monitor);

#endif
