/* SPDX-License-Identifier: MIT */
/* case_words.h: the words of the case language and what they stand for, shared by its parser and its printer.
 * Owns the spelling; does not own the grammar. */
#ifndef HARNESS_CASE_WORDS_H
#define HARNESS_CASE_WORDS_H

#include <stddef.h>

/* A word and the value of the enum (or the bit) that it stands for. Tables end with a NULL word. */
struct case_keyword {
    const char *word;
    unsigned value;
};

/* Statements between `case` and the first step, in their canonical order. */
enum case_meta {
    META_REQ,
    META_LEVEL,
    META_BASIS,
    META_ROLE,
    META_NEEDS,
    META_WSTEST,
    META_AFTER,
    META_SEVERITY,
    META_TAG,
    META_WAS,
    META_WITH,
    META_DELIVERY,
    META_REPEAT,
    META_MEMORY,
    META_ORIGIN
};

/* Values of the attributes of a frame, in their canonical order. */
enum case_attribute {
    ATTRIBUTE_FIN,
    ATTRIBUTE_RSV1,
    ATTRIBUTE_RSV2,
    ATTRIBUTE_RSV3,
    ATTRIBUTE_RSV,
    ATTRIBUTE_MASK,
    ATTRIBUTE_LENGTH_FORM,
    ATTRIBUTE_COMPRESSED,
    ATTRIBUTE_LENGTH,
    ATTRIBUTE_FRAGMENT,
    ATTRIBUTE_CUT,
    ATTRIBUTE_CHOP,
    ATTRIBUTE_SPLIT,
    ATTRIBUTE_GAP,
    ATTRIBUTE_JOIN
};

extern const struct case_keyword case_metas[];        /* enum case_meta */
extern const struct case_keyword case_steps[];        /* enum step_kind */
extern const struct case_keyword case_switches[];     /* off: 0, on: 1 */
extern const struct case_keyword case_levels[];       /* enum case_level */
extern const struct case_keyword case_bases[];        /* derived: 1 */
extern const struct case_keyword case_roles[];        /* CASE_TESTS_ bits; the single roles come first */
extern const struct case_keyword case_severities[];   /* enum case_severity */
extern const struct case_keyword case_needs_words[];  /* NEEDS_ bits */
extern const struct case_keyword case_deliveries[];   /* DELIVERY_ bits */
extern const struct case_keyword case_edits[];        /* enum edit_kind */
extern const struct case_keyword case_frame_kinds[];  /* enum ws_opcode */
extern const struct case_keyword case_attributes[];   /* enum case_attribute */
extern const struct case_keyword case_outcomes[];     /* enum outcome_kind, but for text and binary */
extern const struct case_keyword case_conditions[];   /* enum http_condition_kind */
extern const struct case_keyword case_grades[];       /* enum grade */
extern const struct case_keyword case_functions[];    /* enum octets_kind */
extern const struct case_keyword case_length_forms[]; /* enum ws_length_form */

/* CASE_KNOWN_OCTETS in its order: their names, and how many octets they can have. Ends with a NULL name. */
struct case_known {
    const char *name;
    unsigned fewest, most;
};
extern const struct case_known case_known[];

/* The row of a name, or NULL. */
const struct case_known *case_known_find(const char *name);

/* The word for a value; "" if there is none. */
const char *case_word_of(const struct case_keyword *table, unsigned value);

/* The row of a word of that size, or NULL. */
const struct case_keyword *case_word_find(const struct case_keyword *table, const char *word, size_t size);

#endif
