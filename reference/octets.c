/* SPDX-License-Identifier: MIT */
/* Runs of octets: making one of a C string, comparing two. Owns nothing; allocates nothing. */
#include "reference/ws.h"

#include <string.h>

struct ws_octets ws_octets_of(const char *text)
{
    return (struct ws_octets){.at = (const uint8_t *)text, .size = strlen(text)};
}

bool ws_octets_equal(struct ws_octets a, struct ws_octets b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

/* Not tolower(): its answer depends on the locale, and RFC 6455 2.1 speaks of ASCII only. */
static uint8_t ascii_lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet | 0x20) : octet;
}

bool ws_octets_equal_ignoring_case(struct ws_octets a, struct ws_octets b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (ascii_lower(a.at[i]) != ascii_lower(b.at[i]))
            return false;
    return true;
}
