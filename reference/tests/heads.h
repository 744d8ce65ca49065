/* SPDX-License-Identifier: MIT */
/* heads.h: parses a head in every way it can come in, and asserts that all of them tell the same. For tests
 * only. */
#ifndef REFERENCE_TESTS_HEADS_H
#define REFERENCE_TESTS_HEADS_H

#include "reference/tests/guarded.h"
#include "reference/ws.h"

#include <check.h>

/* The octets of a literal, NULs in it included. */
#define OCTETS(literal)                                 \
    {                                                   \
        (const uint8_t *)(literal), sizeof(literal) - 1 \
    }

static inline void heads_assert_equal(struct ws_octets a, struct ws_octets b)
{
    ck_assert_uint_eq(a.size, b.size);
    if (a.size != 0)
        ck_assert_mem_eq(a.at, b.at, a.size);
}

static inline void heads_assert_same(const struct ws_head *a, const struct ws_head *b)
{
    heads_assert_equal(a->method, b->method);
    heads_assert_equal(a->target, b->target);
    heads_assert_equal(a->reason, b->reason);
    ck_assert_uint_eq(a->status, b->status);
    ck_assert_uint_eq(a->http_major, b->http_major);
    ck_assert_uint_eq(a->http_minor, b->http_minor);
    ck_assert_uint_eq(a->size, b->size);
    ck_assert_uint_eq(a->folds, b->folds);
    ck_assert_uint_eq(a->field_count, b->field_count);
    for (size_t i = 0; i < a->field_count; i++) {
        heads_assert_equal(a->fields[i].name, b->fields[i].name);
        heads_assert_equal(a->fields[i].value, b->fields[i].value);
    }
}

/* Parses the octets in two pieces, the first one at another place in memory, each at the end of a page. */
static inline enum ws_head_progress heads_parse_split(struct ws_head *head, enum ws_head_kind kind,
                                                      struct ws_octets octets, size_t split,
                                                      const struct ws_head_limits *limits,
                                                      struct guarded *first, struct guarded *second,
                                                      enum ws_violation *violation)
{
    const struct ws_octets begin = {guarded_copy(first, octets.at, split), split};
    const enum ws_head_progress progress = ws_head_parse(head, kind, begin, 0, limits, violation);
    const struct ws_octets whole = {guarded_copy(second, octets.at, octets.size), octets.size};
    return progress == WS_HEAD_NEED_MORE ? ws_head_parse(head, kind, whole, split, limits, violation)
                                         : progress;
}

/* Parses the octets as one piece into `head`, which points into `page`, and again at every split and octet by
 * octet. `*bad_at`, if not NULL, gets the index of the octet at which a bad head was told, or the size. */
static inline enum ws_head_progress heads_parse(struct ws_head *head, enum ws_head_kind kind,
                                                struct ws_octets octets, const struct ws_head_limits *limits,
                                                struct guarded *page, enum ws_violation *violation,
                                                size_t *bad_at)
{
    struct guarded first = guarded_new(octets.size), second = guarded_new(octets.size);
    const struct ws_octets whole = {guarded_copy(page, octets.at, octets.size), octets.size};
    const enum ws_head_progress progress = ws_head_parse(head, kind, whole, 0, limits, violation);
    struct ws_head other;
    enum ws_violation other_violation = WS_NO_VIOLATION;
    for (size_t split = 0; split <= octets.size; split++) {
        const enum ws_head_progress other_progress =
            heads_parse_split(&other, kind, octets, split, limits, &first, &second, &other_violation);
        ck_assert_int_eq(other_progress, progress);
        ck_assert_int_eq(other_violation, *violation);
        if (progress == WS_HEAD_COMPLETE)
            heads_assert_same(&other, head);
    }
    size_t size = 0;
    enum ws_head_progress other_progress = WS_HEAD_NEED_MORE;
    while (other_progress == WS_HEAD_NEED_MORE && size < octets.size) {
        struct guarded *here = size % 2 == 0 ? &first : &second;
        const struct ws_octets piece = {guarded_copy(here, octets.at, size + 1), size + 1};
        other_progress = ws_head_parse(&other, kind, piece, size, limits, &other_violation);
        size++;
    }
    ck_assert_int_eq(other_progress, progress);
    ck_assert_int_eq(other_violation, *violation);
    if (progress == WS_HEAD_COMPLETE) {
        ck_assert_uint_eq(size, head->size);
        heads_assert_same(&other, head);
    }
    if (bad_at != NULL)
        *bad_at = progress == WS_HEAD_BAD ? size - 1 : octets.size;
    guarded_free(&first);
    guarded_free(&second);
    return progress;
}

#endif
