/* SPDX-License-Identifier: MIT */
/* prepared.h: compressed messages that were made once and are sent again: by another round, another case,
 * another connection. The key is what a message is made of, so nothing stale is ever found. Owns the octets;
 * does not own the compression (compress.h). */
#ifndef HARNESS_PREPARED_H
#define HARNESS_PREPARED_H

#include "harness/compress.h"

/* So many octets are kept at most; of what nobody uses, the oldest goes first. */
#define PREPARED_MAX ((size_t)8 << 20)

/* A message longer than this, compressed, is made for one sender and not kept. */
#define PREPARED_MESSAGE_MAX ((size_t)512 << 10)

struct prepared_store;
struct prepared; /* one message, held by who uses it */

/* NULL when memory is out. Nothing may be held any more when it is freed. */
struct prepared_store *prepared_store_new(void);
void prepared_store_free(struct prepared_store *store);

/* What compress_octets would make, from the store or made now. `store` may be NULL. NULL when memory is out
 * or it would be longer than `cap`. To be let go with prepared_release. */
struct prepared *prepared_get(struct prepared_store *store, size_t cap, enum compress_form form,
                              unsigned bits, struct ws_octets window, const struct octets_atom *octets,
                              const struct case_instance *instance);
struct ws_octets prepared_octets(const struct prepared *prepared);

/* May be NULL. */
void prepared_release(struct prepared *prepared);

#endif
