/* SPDX-License-Identifier: MIT */
/* field_list.h: what the judges of both handshakes share about list fields besides ws.h: members of a single
 * value, and the grammar of an extension without the limits of struct ws_extension. Only for reference/. */
#ifndef REFERENCE_FIELD_LIST_H
#define REFERENCE_FIELD_LIST_H

#include "reference/ws.h"

/* RFC 9110 5.6.2. */
bool ws_is_tchar(uint8_t octet);

/* Without SP and HTAB at both ends, nor the CR LF of a fold (RFC 9112 5.2). */
struct ws_octets ws_trimmed(struct ws_octets octets);

/* The next member of one comma-separated value from `*offset` on, trimmed; moves `*offset` behind it. Empty
 * members are skipped. False at the end. */
bool ws_value_next(struct ws_octets value, size_t *offset, struct ws_octets *member);

/* True if a comma of the list has nothing on one side of it, outside of quotes (RFC 9110 5.6.1.1). A list of
 * nothing has none. */
bool ws_value_has_empty_member(struct ws_octets value);

/* True if a list member follows the grammar of RFC 6455 9.1, however many parameters it has. */
bool ws_extension_is_well_formed(struct ws_octets member);

/* version (RFC 6455 4.3): 0..255 without leading zeros. */
bool ws_is_version(struct ws_octets text);

/* The extension-token that a member begins with; empty if it begins with none. */
struct ws_octets ws_extension_token(struct ws_octets member);

#endif
