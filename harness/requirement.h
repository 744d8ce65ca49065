/* SPDX-License-Identifier: MIT */
/* requirement.h: the catalogue of requirements, cases/requirements.tsv. Owns the table; does not own what
 * covers them. */
#ifndef HARNESS_REQUIREMENT_H
#define HARNESS_REQUIREMENT_H

#include <stddef.h>

#include "harness/arena.h"

/* One row. The strings live in the catalogue's arena. */
struct requirement {
    const char *id;      /* R6455-5.1-03 */
    const char *rfc;     /* RFC6455 */
    const char *section; /* 5.1 */
    const char *level;   /* MUST, SHOULD, MAY, INFO */
    const char *subject; /* who is bound: server, client, both, .. */
    const char *rule;    /* in our words */
};

struct requirement_catalogue {
    struct requirement *rows;
    size_t count;
};

/* Reads the embedded catalogue. Returns 0, or -1 when memory is out. Rows with too few columns are left out.
 */
int requirement_catalogue_load(struct requirement_catalogue *catalogue, struct arena *arena);

/* The row of an id, or NULL. */
const struct requirement *requirement_find(const struct requirement_catalogue *catalogue, const char *id);

/* Gravity of a level word: 3 MUST, 2 SHOULD, 1 MAY, 0 anything else. */
int requirement_gravity(const char *level);

#endif
