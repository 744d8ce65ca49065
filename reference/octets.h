/* SPDX-License-Identifier: MIT */
/* octets.h: how octets are handed around, and when two runs of them are equal. Part of ws.h, whose rules hold
 * here. */
#ifndef REFERENCE_OCTETS_H
#define REFERENCE_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run of octets that somebody else owns. `at` may be NULL when `size` is 0. */
struct ws_octets {
    const uint8_t *at;
    size_t size;
};

/* The octets of a C string, without its NUL. */
struct ws_octets ws_octets_of(const char *text);

/* Equal, octet by octet. */
bool ws_octets_equal(struct ws_octets a, struct ws_octets b);

/* Equal when A-Z and a-z are taken as the same and nothing else is (RFC 6455 2.1). */
bool ws_octets_equal_ignoring_case(struct ws_octets a, struct ws_octets b);

#endif
