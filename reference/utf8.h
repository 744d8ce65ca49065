/* SPDX-License-Identifier: MIT */
/* utf8.h: UTF-8 (RFC 3629), incremental. Part of ws.h, whose rules hold here. */
#ifndef REFERENCE_UTF8_H
#define REFERENCE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* State between two calls. Begin with {0}. It is 0 again exactly when the octets so far end on a code point's
 * border. */
struct ws_utf8 {
    uint8_t state;
};

/* Takes `size` more octets. Returns true while some continuation could still make the whole valid; false at
 * the first octet that makes that impossible (no surrogates, no overlong forms, nothing above U+10FFFF: RFC
 * 3629 3, 4), and on every later call. `*bad`, if not NULL, is set to the index of that octet. */
bool ws_utf8_take(struct ws_utf8 *utf8, const uint8_t *octets, size_t size, size_t *bad);

/* True when no code point is left unfinished: with all octets taken, they were valid UTF-8. */
bool ws_utf8_complete(const struct ws_utf8 *utf8);

#endif
