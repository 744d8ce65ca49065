/* SPDX-License-Identifier: MIT */
/* journal_wire.h: the figures of a connection in a journal, both ways. Internal to the journal's writer and
 * reader. */
#ifndef REPORTS_JOURNAL_WIRE_H
#define REPORTS_JOURNAL_WIRE_H

#include <jansson.h>

#include "reports/journal_member.h"

/* NULL when memory is out. */
json_t *journal_wire_value(const struct journal_wire *wire);

/* NULL, with the line rejected, when it is not as journal.h says. */
const struct journal_wire *journal_wire_read(struct reader *reader, const json_t *object);

/* journal.c: a JSON string of at most `most` octets of the text; each octet that is not part of UTF-8 becomes
 * U+FFFD. NULL gives null. */
json_t *journal_text_value(const char *text, size_t most);

/* The same: at most JOURNAL_OCTETS_MAX octets as hexadecimal digits. */
json_t *journal_hex_value(const uint8_t *octets, size_t count);

#endif
