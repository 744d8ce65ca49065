/* SPDX-License-Identifier: MIT */
/* requirement.h: the catalogue of requirements, cases/requirements.tsv. Owns the table; does not own what
 * covers them. */
#ifndef HARNESS_REQUIREMENT_H
#define HARNESS_REQUIREMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/arena.h"
#include "harness/text_buffer.h"
#include "reference/role.h"

/* One row. The strings live in the catalogue's arena. */
struct requirement {
    const char *id;      /* R6455-5.1-03 */
    const char *rfc;     /* RFC6455 */
    const char *section; /* 5.1 */
    const char *level;   /* MUST, SHOULD, MAY, INFO */
    const char *subject; /* who is bound: server, client, both, .. */
    const char *rule;    /* in our words */
    const char *quote;   /* in the words of the RFC, [...] for what is left out; "" where none is given */
    const char *duty; /* whose duty it states: sender, receiver, both; derived: the receiver's, inferred from
                         a rule for senders (RFC 6455 10.7); none: nobody's that shows on the wire */
    const char *status; /* covered: a case or a monitor cites it; open: a permission or an explanation, which
                           nobody can break; untestable; http2: WebSocket over
                           HTTP/2 or HTTP/3, which wringer does not speak */
    const char
        *reason; /* why it is untestable, or open though it sounds like a rule; of one that is covered for
                    servers and binds clients too: why no client can be seen to break it; else "" */
};

struct requirement_catalogue {
    struct requirement *rows;
    size_t count;
};

/* Reads the embedded catalogue. Returns 0, or -1 when memory is out. Rows with too few columns are left out;
 * only the reason may be missing. */
int requirement_catalogue_load(struct requirement_catalogue *catalogue, struct arena *arena);

/* The row of an id, or NULL. */
const struct requirement *requirement_find(const struct requirement_catalogue *catalogue, const char *id);

/* The quote within quotation marks, and where it stands: lines of about 100 columns, each indented by
 * `indent` blanks and ended by a line feed. Nothing where no quote is given. */
void requirement_print_quote(struct text_buffer *text, const struct requirement *requirement,
                             unsigned indent);

/* Gravity of a level word: 3 MUST, 2 SHOULD, 1 MAY, 0 anything else. */
int requirement_gravity(const char *level);

/* Does it bind endpoints of this role, alone or with those of the other? */
bool requirement_binds(const struct requirement *requirement, enum ws_role role);

/* A MUST or SHOULD on endpoints of this role that they can break: what coverage counts, and a report has a
 * line for. */
bool requirement_counts(const struct requirement *requirement, enum ws_role role);

#endif
