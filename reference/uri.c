/* SPDX-License-Identifier: MIT */
/* uri.c: checks request targets and Host values against the grammar of RFC 3986, which RFC 9110 4.1 uses. It
 * neither resolves nor normalises them. */
#include "reference/uri.h"

#include <string.h>

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static bool is_letter(uint8_t octet)
{
    return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
}

static bool is_hex_digit(uint8_t octet)
{
    return is_digit(octet) || (octet >= 'A' && octet <= 'F') || (octet >= 'a' && octet <= 'f');
}

/* unreserved / sub-delims (RFC 3986 2.2, 2.3). */
static bool is_plain(uint8_t octet)
{
    return is_letter(octet) || is_digit(octet) || (octet != 0 && strchr("-._~!$&'()*+,;=", octet) != NULL);
}

static struct ws_octets from(struct ws_octets octets, size_t offset)
{
    return (struct ws_octets){octets.at + offset, octets.size - offset};
}

/* Only plain characters, pct-encoded ones, and those in `others`. */
static bool holds_only(struct ws_octets octets, const char *others)
{
    for (size_t i = 0; i < octets.size; i++) {
        const uint8_t octet = octets.at[i];
        if (octet == '%') {
            if (octets.size - i < 3 || !is_hex_digit(octets.at[i + 1]) || !is_hex_digit(octets.at[i + 2])) {
                return false;
            }
            i += 2;
        } else if (!is_plain(octet) && (octet == 0 || strchr(others, octet) == NULL)) {
            return false;
        }
    }
    return true;
}

/* IPv4address (RFC 3986 3.2.2): four dec-octets without leading zeros. */
static bool is_ipv4(struct ws_octets text)
{
    size_t i = 0;
    for (unsigned part = 0; part < 4; part++) {
        if (part != 0 && (i == text.size || text.at[i++] != '.')) {
            return false;
        }
        const size_t begin = i;
        unsigned value = 0;
        for (; i < text.size && is_digit(text.at[i]) && i - begin < 3; i++) {
            value = value * 10 + (unsigned)(text.at[i] - '0');
        }
        if (i == begin || value > 255 || (text.at[begin] == '0' && i - begin > 1)) {
            return false;
        }
    }
    return i == text.size;
}

/* IPv6address (RFC 3986 3.2.2): eight groups, the last two perhaps as IPv4, with at most one "::" for one or
 * more groups of zeros. */
static bool is_ipv6(struct ws_octets text)
{
    size_t groups = 0, i = 0;
    bool gap = text.size >= 2 && text.at[0] == ':' && text.at[1] == ':';
    if (gap) {
        i = 2;
    }
    while (i < text.size) {
        const size_t begin = i;
        while (i < text.size && i - begin < 4 && is_hex_digit(text.at[i])) {
            i++;
        }
        if (i < text.size && text.at[i] == '.') {
            return is_ipv4(from(text, begin)) && (gap ? groups <= 5 : groups == 6);
        }
        if (i == begin || groups == 8) {
            return false;
        }
        groups++;
        if (i == text.size) {
            break;
        }
        if (text.at[i++] != ':' || i == text.size) {
            return false;
        }
        if (text.at[i] == ':') {
            if (gap) {
                return false;
            }
            gap = true;
            i++;
        }
    }
    return gap ? groups <= 7 : groups == 8;
}

/* "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ) (RFC 3986 3.2.2). */
static bool is_ip_of_the_future(struct ws_octets text)
{
    size_t i = 1;
    if (text.size == 0 || (text.at[0] != 'v' && text.at[0] != 'V')) {
        return false;
    }
    while (i < text.size && is_hex_digit(text.at[i])) {
        i++;
    }
    if (i == 1 || i + 1 >= text.size || text.at[i] != '.') {
        return false;
    }
    for (i++; i < text.size; i++) {
        if (!is_plain(text.at[i]) && text.at[i] != ':') {
            return false;
        }
    }
    return true;
}

/* ":" *DIGIT or nothing. No port is above 65535, so that no server can have that authority. */
static bool is_port_suffix(struct ws_octets text)
{
    unsigned long port = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (i == 0 ? text.at[i] != ':' : !is_digit(text.at[i])) {
            return false;
        }
        port = i == 0 ? 0 : port * 10 + (unsigned long)(text.at[i] - '0');
        if (port > 65535) {
            return false;
        }
    }
    return true;
}

bool ws_uri_authority_is_valid(struct ws_octets authority)
{
    if (authority.size == 0) {
        return false;
    }
    const bool literal = authority.at[0] == '[';
    const uint8_t *end = memchr(authority.at, literal ? ']' : ':', authority.size);
    if (literal) {
        if (end == NULL) {
            return false;
        }
        const struct ws_octets address = {authority.at + 1, (size_t)(end - authority.at) - 1};
        return (is_ipv6(address) || is_ip_of_the_future(address)) &&
               is_port_suffix(from(authority, address.size + 2));
    }
    const size_t host_size = end == NULL ? authority.size : (size_t)(end - authority.at);
    /* RFC 9110 4.2.1: an http URI with an empty host is invalid. IPv4 addresses are registered names too. */
    return host_size != 0 && holds_only((struct ws_octets){authority.at, host_size}, "") &&
           is_port_suffix(from(authority, host_size));
}

/* path [ "?" query ] (RFC 3986 3.3, 3.4); a fragment is not part of it (RFC 6455 3). */
static bool is_path_and_query(struct ws_octets text)
{
    const uint8_t *query = memchr(text.at, '?', text.size);
    const size_t path_size = query == NULL ? text.size : (size_t)(query - text.at);
    return holds_only((struct ws_octets){text.at, path_size}, ":@/") &&
           (query == NULL || holds_only(from(text, path_size + 1), ":@/?"));
}

/* The octets of "http://" or "https://" that the text begins with, 0 for neither. */
static size_t scheme_size(struct ws_octets text)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const struct ws_octets scheme = ws_octets_of(schemes[i]);
        if (text.size >= scheme.size &&
            ws_octets_equal_ignoring_case((struct ws_octets){text.at, scheme.size}, scheme)) {
            return scheme.size;
        }
    }
    return 0;
}

bool ws_uri_target_is_valid(struct ws_octets target)
{
    if (target.size != 0 && target.at[0] == '/') {
        return is_path_and_query(target);
    }
    const size_t begin = scheme_size(target);
    if (begin == 0) {
        return false;
    }
    size_t end = begin;
    while (end < target.size && target.at[end] != '/' && target.at[end] != '?') {
        end++;
    }
    /* Userinfo makes the authority invalid, as RFC 9110 4.2.4 asks for. */
    return ws_uri_authority_is_valid((struct ws_octets){target.at + begin, end - begin}) &&
           is_path_and_query(from(target, end));
}
