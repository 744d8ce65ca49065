/* SPDX-License-Identifier: MIT */
/* key_log.h: the keys of opening handshakes that clients have sent so far, to see one that comes again (RFC
 * 6455 4.1: a key is chosen at random for each connection). That two of them are equal by chance happens once
 * in 2^128 pairs. Owns the keys. */
#ifndef HARNESS_KEY_LOG_H
#define HARNESS_KEY_LOG_H

#include <stdbool.h>

#include "reference/octets.h"

#define KEY_LOG_MAX (1 << 20) /* keys; those that come later are not remembered */

struct key_log;

/* NULL when memory is out. */
struct key_log *key_log_new(void);
void key_log_free(struct key_log *log);

/* Has the key come before? Remembers it. What has not 24 characters is no key. */
bool key_log_knows(struct key_log *log, struct ws_octets key);

#endif
