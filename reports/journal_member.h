/* SPDX-License-Identifier: MIT */
/* journal_member.h: the state of one reading of a journal, and how members of a line are taken from JSON.
 * Internal to reports/journal_*.c. Each function returns something usable also where the member is missing or
 * wrong: the line is rejected then, and the reader leaves it out as a whole. */
#ifndef REPORTS_JOURNAL_MEMBER_H
#define REPORTS_JOURNAL_MEMBER_H

#include <jansson.h>
#include <stdio.h>

#include "reports/journal_reader.h"

/* The state of one reading. */
struct reader {
    struct journal_contents *contents;
    FILE *file;
    size_t number; /* of the line, from 1 */
    char *line;
    size_t size, room;
    bool too_long; /* the line is longer than a journal may have: only its beginning is in `line` */
    bool bad;      /* the line is not as journal.h says; `why` is the first reason */
    char why[160];
    bool failed; /* the journal as a whole cannot be read */
    size_t good_count;
    size_t requirement_room, case_room, target_room, result_room;
    char *error;
    size_t error_size;
};

/* The line is bad, the journal is not: keeps the first reason. */
void __attribute__((format(printf, 2, 3))) reader_reject(struct reader *reader, const char *format, ...);

/* The journal cannot be read: keeps the first reason, with its place. Returns false. */
bool reader_fail(struct reader *reader, size_t number, const char *why);

/* Memory that lives as long as the journal; NULL, with the reading failed, when it is exhausted. */
void *reader_take(struct reader *reader, size_t size);

/* A string that is always there (null is the empty one), and one that may be missing or null: NULL. */
const char *member_text(struct reader *reader, const json_t *object, const char *key);
const char *member_optional_text(struct reader *reader, const json_t *object, const char *key);
bool member_boolean(struct reader *reader, const json_t *object, const char *key);

/* From 0 to `most`. */
uint64_t member_integer(struct reader *reader, const json_t *object, const char *key, uint64_t most);
unsigned member_small_integer(struct reader *reader, const json_t *object, const char *key, unsigned most);

/* An array, or NULL. */
const json_t *member_array(struct reader *reader, const json_t *object, const char *key);
const char *const *member_texts(struct reader *reader, const json_t *object, const char *key, size_t *count);
enum verdict member_verdict(struct reader *reader, const json_t *object, const char *key);
enum closing member_closing(struct reader *reader, const json_t *object);

/* At most JOURNAL_OCTETS_MAX octets, written as hexadecimal digits. */
const uint8_t *member_octets(struct reader *reader, const json_t *object, const char *key, size_t *count);

/* The same of a value; `key` is for the reason. */
const uint8_t *octets_of(struct reader *reader, const json_t *value, const char *key, size_t *count);

#endif
