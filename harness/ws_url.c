/* SPDX-License-Identifier: MIT */
/* ws_url.c: the grammar of RFC 6455 3 over RFC 3986, strict, because a URL with a typing error would test the
 * wrong thing. */
#include "harness/ws_url.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>

/* What is left to be parsed, and where to complain. */
struct scan {
    const char *begin, *at;
    char *error;
};

__attribute__((format(printf, 3, 4))) static bool complain(const struct scan *scan, const char *at,
                                                           const char *format, ...)
{
    char reason[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    snprintf(scan->error, WS_URL_TEXT_MAX, "%.80s%s: character %zu: %s", scan->begin,
             strlen(scan->begin) > 80 ? "..." : "", (size_t)(at - scan->begin) + 1, reason);
    return false;
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* A host up to its port, path or end. `out` has no brackets. */
static bool parse_host(struct scan *scan, char out[WS_URL_HOST_MAX], bool *ipv6)
{
    const char *begin = scan->at;
    *ipv6 = *begin == '[';
    size_t size;
    if (*ipv6) {
        begin++;
        size = strcspn(begin, "]");
        if (begin[size] == '\0')
            return complain(scan, scan->at, "this [ has no ]");
        scan->at = begin + size + 1;
    } else {
        for (size = 0;
             is_letter_or_digit(begin[size]) || (begin[size] != '\0' && strchr("-._~", begin[size]));)
            size++;
        if ((unsigned char)begin[size] >= 0x80)
            return complain(scan, begin + size, "a name beyond ASCII must be written in its xn-- form");
        if (begin[size] == '@' || (begin[size] == ':' && strchr(begin + size, '@') != NULL &&
                                   strchr(begin + size, '@') < begin + strcspn(begin, "/?#")))
            return complain(scan, begin,
                            "a user name or password is not part of a WebSocket URL (RFC 6455 3)");
        if (begin[size] != '\0' && strchr(":/?#", begin[size]) == NULL)
            return complain(scan, begin + size, "not a character of a host name");
        scan->at = begin + size;
    }
    if (size == 0)
        return complain(scan, begin, "the host is missing");
    if (size >= WS_URL_HOST_MAX)
        return complain(scan, begin, "the host is longer than %d characters", WS_URL_HOST_MAX - 1);
    memcpy(out, begin, size);
    out[size] = '\0';
    struct in6_addr address;
    if (*ipv6 && inet_pton(AF_INET6, out, &address) != 1)
        return complain(scan, begin, "not an IPv6 address");
    return true;
}

/* The digits behind a colon; none leaves *port as it is (RFC 3986 3.2.3). */
static bool parse_port(struct scan *scan, unsigned least, unsigned *port)
{
    const char *begin = scan->at;
    size_t size = strspn(begin, "0123456789");
    unsigned value = 0;
    for (size_t i = 0; i < size && value <= 65535; i++)
        value = value * 10 + (unsigned)(begin[i] - '0');
    if (begin[size] != '\0' && strchr("/?#", begin[size]) == NULL)
        return complain(scan, begin + size, "a port is a number");
    if (size > 0 && (value < least || value > 65535))
        return complain(scan, begin, "the port must be %u..65535", least);
    if (size > 0)
        *port = value;
    scan->at = begin + size;
    return true;
}

/* Path and query (RFC 3986 3.3, 3.4). */
static bool parse_target(struct scan *scan, char out[WS_URL_TARGET_MAX])
{
    size_t size = 0;
    if (*scan->at != '/')
        out[size++] = '/'; /* RFC 6455 3: an empty path is "/" */
    for (; *scan->at != '\0'; scan->at++) {
        char c = *scan->at;
        if (c == '#')
            return complain(scan, scan->at,
                            "a WebSocket URL has no fragment (RFC 6455 3); a # in it is written %%23");
        if (c == '%' && !(is_hex(scan->at[1]) && is_hex(scan->at[2])))
            return complain(scan, scan->at, "two hexadecimal digits must follow %%");
        if (!is_letter_or_digit(c) && strchr("-._~!$&'()*+,;=:@/?%", c) == NULL)
            return complain(scan, scan->at, "not a character of a URL; it must be written as %%%02X",
                            (unsigned)(unsigned char)c);
        if (size + 1 >= WS_URL_TARGET_MAX)
            return complain(scan, scan->at, "path and query are longer than %d characters",
                            WS_URL_TARGET_MAX - 1);
        out[size++] = c;
    }
    out[size] = '\0';
    return true;
}

bool ws_url_parse(struct ws_url *out, const char *text, char error[WS_URL_TEXT_MAX])
{
    struct scan scan = {.begin = text, .at = text, .error = error};
    *out = (struct ws_url){0};
    error[0] = '\0';
    const char *separator = strstr(text, "://");
    if (separator == NULL)
        return complain(&scan, text, "a WebSocket URL begins with ws:// or wss://");
    size_t scheme_size = (size_t)(separator - text);
    out->secure = scheme_size == 3 && strncasecmp(text, "wss", 3) == 0;
    if (!out->secure && !(scheme_size == 2 && strncasecmp(text, "ws", 2) == 0))
        return complain(&scan, text, "the scheme must be ws or wss, not %.*s",
                        scheme_size > 40 ? 40 : (int)scheme_size, text);
    scan.at = separator + 3;

    unsigned own_port = out->secure ? 443 : 80; /* RFC 6455 3 */
    bool ipv6;
    out->port = own_port;
    if (!parse_host(&scan, out->host, &ipv6))
        return false;
    if (*scan.at == ':') {
        scan.at++;
        if (!parse_port(&scan, 1, &out->port))
            return false;
    }
    if (*scan.at != '\0' && strchr("/?#", *scan.at) == NULL)
        return complain(&scan, scan.at, "only a port, path or query may follow the host");
    int size = snprintf(out->authority, sizeof out->authority, ipv6 ? "[%s]" : "%s", out->host);
    if (out->port != own_port)
        snprintf(out->authority + size, sizeof out->authority - (size_t)size, ":%u", out->port);
    return parse_target(&scan, out->target);
}

bool ws_url_parse_host_port(char host[WS_URL_HOST_MAX], unsigned *port, const char *text,
                            char error[WS_URL_TEXT_MAX])
{
    struct scan scan = {.begin = text, .at = text, .error = error};
    bool ipv6;
    error[0] = '\0';
    if (!parse_host(&scan, host, &ipv6))
        return false;
    if (scan.at[0] != ':' || scan.at[1] == '\0')
        return complain(&scan, scan.at, "a port must follow, as in 127.0.0.1:9001");
    scan.at++;
    if (!parse_port(&scan, 0, port))
        return false;
    if (*scan.at != '\0')
        return complain(&scan, scan.at, "nothing may follow the port");
    return true;
}
