/* SPDX-License-Identifier: MIT */
/* serve_route.c: a path, and the members of a query. */
#include "harness/serve_route.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_DIGITS_MAX = 9 };

static const struct {
    const char *path;
    enum serve_route_kind kind;
    bool needs_case, needs_agent;
} resources[] = {{"/getCaseCount", ROUTE_CASE_COUNT, false, false},
                 {"/getCaseInfo", ROUTE_CASE_INFO, true, false},
                 {"/runCase", ROUTE_RUN_CASE, true, true},
                 {"/getCaseStatus", ROUTE_CASE_STATUS, true, true},
                 {"/updateReports", ROUTE_UPDATE_REPORTS, false, true},
                 {"/stopServer", ROUTE_STOP_SERVER, false, false}};
enum { RESOURCES = sizeof resources / sizeof resources[0] };

static void be_wrong(struct serve_route *route, const char *why, const char *what)
{
    if (route->kind == ROUTE_WRONG)
        return;
    route->kind = ROUTE_WRONG;
    snprintf(route->wrong, sizeof route->wrong, "%s%.250s", why, what);
}

static int hex_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Decodes %XX and +; a percent sign that begins nothing stands for itself. False when it does not fit, or
 * holds control characters: names stand on consoles. */
static bool decode(char *out, size_t size, struct ws_octets text)
{
    size_t length = 0;
    for (size_t i = 0; i < text.size; i++) {
        int high = i + 2 < text.size && text.at[i] == '%' ? hex_value(text.at[i + 1]) : -1;
        int low = high < 0 ? -1 : hex_value(text.at[i + 2]);
        char c = (char)(text.at[i] == '+' ? ' ' : text.at[i]);
        if (low >= 0) {
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (length + 1 == size || iscntrl((unsigned char)c))
            return false;
        out[length++] = c;
    }
    out[length] = '\0';
    return true;
}

/* Takes what stands before `end`, and end itself, off the front of *rest. */
static struct ws_octets split_off(struct ws_octets *rest, char end)
{
    const uint8_t *stop = rest->size == 0 ? NULL : memchr(rest->at, end, rest->size);
    size_t size = stop == NULL ? rest->size : (size_t)(stop - rest->at);
    struct ws_octets front = {rest->at, size};
    size_t used = stop == NULL ? size : size + 1;
    rest->at += used;
    rest->size -= used;
    return front;
}

static void take_number(struct serve_route *route, const char *value)
{
    size_t digits = strspn(value, "0123456789");
    if (digits == 0 || digits > NUMBER_DIGITS_MAX || value[digits] != '\0') {
        be_wrong(route, "case: expected a number, found ", value);
        return;
    }
    route->number = strtoul(value, NULL, 10);
    if (route->number == 0)
        be_wrong(route, "case: cases are counted from 1", "");
}

static void take_member(struct serve_route *route, const char *name, const char *value, unsigned *seen)
{
    static const char *const names[] = {"case", "casetuple", "agent", "shutdownOnComplete"};
    size_t i = 0;
    while (i < sizeof names / sizeof names[0] && strcmp(name, names[i]) != 0)
        i++;
    if (i == sizeof names / sizeof names[0])
        return; /* for somebody else */
    if ((*seen & 1U << i) != 0) {
        be_wrong(route, "given more than once: ", name);
        return;
    }
    *seen |= 1U << i;
    if (i == 0)
        take_number(route, value);
    else if (i == 1)
        snprintf(route->tuple, sizeof route->tuple, "%s", value);
    else if (i == 2)
        snprintf(route->agent, sizeof route->agent, "%s", value);
    else
        route->shutdown = strcasecmp(value, "true") == 0 || strcasecmp(value, "yes") == 0;
}

/* A target may be a whole URI (RFC 6455 4.1): its path and query. */
static struct ws_octets origin_form(struct ws_octets target)
{
    const uint8_t *scheme_end =
        target.size == 0 || target.at[0] == '/' ? NULL : memmem(target.at, target.size, "://", 3);
    if (scheme_end == NULL)
        return target;
    size_t before = (size_t)(scheme_end - target.at) + 3;
    const uint8_t *path = memchr(target.at + before, '/', target.size - before);
    return path == NULL ? ws_octets_of("/")
                        : (struct ws_octets){path, target.size - (size_t)(path - target.at)};
}

void serve_route_read(struct serve_route *route, struct ws_octets target)
{
    *route = (struct serve_route){.kind = ROUTE_NEXT_CASE};
    struct ws_octets query = origin_form(target), path = split_off(&query, '?');
    size_t r = 0;
    while (r < RESOURCES && !ws_octets_equal(path, ws_octets_of(resources[r].path)))
        r++;
    if (r < RESOURCES)
        route->kind = resources[r].kind;
    unsigned seen = 0;
    while (query.size > 0) {
        struct ws_octets value = split_off(&query, '&'), name = split_off(&value, '=');
        char name_text[SERVE_AGENT_MAX], value_text[SERVE_AGENT_MAX];
        if (!decode(name_text, sizeof name_text, name) || !decode(value_text, sizeof value_text, value))
            be_wrong(route, "a member of the query is too long or holds control characters", "");
        else
            take_member(route, name_text, value_text, &seen);
    }
    if (r == RESOURCES) {
        route->kind = ROUTE_NEXT_CASE; /* whatever its query says */
        return;
    }
    if (resources[r].needs_case && route->number == 0 && route->tuple[0] == '\0')
        be_wrong(route, "which case? expected case=N or casetuple=ID", "");
    if (resources[r].needs_agent && route->agent[0] == '\0')
        be_wrong(route, "which client? expected agent=NAME", "");
}
