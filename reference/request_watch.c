/* SPDX-License-Identifier: MIT */
/* request_watch.c: what a request breaks of the rules for the client that sends it (RFC 6455 4.1, 4.3, 11.3;
 * RFC 7692 7; RFC 9110, 9112): all of it, where a server is content with the first reason to refuse
 * (handshake_request.c). */
#include "reference/field_list.h"
#include "reference/uri.h"
#include "reference/ws.h"

#include <string.h>

struct findings {
    enum ws_violation *found;
    size_t count;
};

static void find_when(struct findings *findings, bool broken, enum ws_violation violation)
{
    if (broken && findings->count < WS_REQUEST_WATCH_MAX) {
        findings->found[findings->count++] = violation;
    }
}

static size_t count_of(const struct ws_head *head, const char *name)
{
    size_t count = 0;
    (void)ws_head_find(head, name, &count);
    return count;
}

static void watch_request_line(struct findings *findings, const struct ws_head *head)
{
    const struct ws_octets target = head->target;
    const bool without_slash = target.size > 0 && target.at[0] == '?'; /* RFC 9112 3.2.1 */
    find_when(findings, !ws_octets_equal(head->method, ws_octets_of("GET")), WS_ASKED_NOT_BY_GET);
    find_when(findings, head->http_major < 1 || (head->http_major == 1 && head->http_minor < 1),
              WS_ASKED_IN_OLD_HTTP);
    find_when(findings, without_slash, WS_ASKED_WITHOUT_SLASH);
    find_when(findings, !without_slash && !ws_uri_target_is_valid(target), WS_ASKED_FOR_NO_RESOURCE);
}

static void watch_host(struct findings *findings, const struct ws_head *head)
{
    const struct ws_octets *host = ws_head_find(head, "Host", NULL);
    find_when(findings, host == NULL, WS_ASKED_WITHOUT_HOST);
    find_when(findings, host != NULL && !ws_uri_authority_is_valid(*host), WS_ASKED_OF_NO_HOST);
}

static void watch_upgrade(struct findings *findings, const struct ws_head *head)
{
    const bool upgrades = ws_list_has(head, "Connection", "Upgrade");
    find_when(findings, !ws_list_has(head, "Upgrade", "websocket"), WS_ASKED_WITHOUT_UPGRADE);
    find_when(findings, !upgrades, WS_ASKED_WITHOUT_CONNECTION);
    find_when(findings, !upgrades && count_of(head, "Upgrade") > 0, WS_ASKED_UPGRADE_ALONE);
}

/* base64 with its padding (RFC 4648 4). */
static bool is_base64(struct ws_octets text)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = text.size;
    while (size > 0 && text.size - size < 2 && text.at[size - 1] == '=') {
        size--;
    }
    for (size_t i = 0; i < size; i++) {
        if (memchr(alphabet, text.at[i], sizeof alphabet - 1) == NULL) {
            return false;
        }
    }
    return text.size > 0 && text.size % 4 == 0;
}

static void watch_key(struct findings *findings, const struct ws_head *head)
{
    size_t count = 0;
    const struct ws_octets *key = ws_head_find(head, "Sec-WebSocket-Key", &count);
    find_when(findings, key == NULL, WS_ASKED_WITHOUT_KEY);
    find_when(findings, count > 1, WS_ASKED_WITH_TWO_KEYS);
    if (key == NULL) {
        return;
    }
    const bool in_base64 = is_base64(*key);
    const bool of_16 = key->size == WS_KEY_SIZE && key->at[22] == '=' && key->at[21] != '=';
    find_when(findings, !in_base64, WS_ASKED_WITH_KEY_NOT_IN_BASE64);
    find_when(findings, in_base64 && !of_16, WS_ASKED_WITH_LONG_OR_SHORT_KEY);
    find_when(findings, in_base64 && of_16 && memchr("AQgw", key->at[21], 4) == NULL,
              WS_ASKED_WITH_SPARE_BITS);
}

static void watch_version(struct findings *findings, const struct ws_head *head)
{
    size_t count = 0;
    const struct ws_octets *version = ws_head_find(head, "Sec-WebSocket-Version", &count);
    find_when(findings, version == NULL, WS_ASKED_FOR_NO_VERSION);
    find_when(findings, count > 1, WS_ASKED_WITH_TWO_VERSIONS);
    if (version == NULL) {
        return;
    }
    find_when(findings, !ws_is_version(*version), WS_ASKED_FOR_SEVERAL_VERSIONS);
    find_when(findings, !ws_octets_equal(*version, ws_octets_of("13")), WS_ASKED_FOR_OTHER_VERSION);
}

static void watch_subprotocols(struct findings *findings, const struct ws_head *head)
{
    struct ws_octets names[WS_SUBPROTOCOLS_MAX];
    struct ws_list_walk walk = {.head = head, .name = "Sec-WebSocket-Protocol"};
    struct ws_octets member;
    size_t count = 0;
    bool no_token = false, twice = false;
    while (ws_list_next(&walk, &member)) {
        no_token = no_token || !ws_is_token(member);
        for (size_t i = 0; i < count; i++) {
            twice = twice || ws_octets_equal(names[i], member);
        }
        if (count < WS_SUBPROTOCOLS_MAX) {
            names[count++] = member;
        }
    }
    const bool none = count == 0 && count_of(head, "Sec-WebSocket-Protocol") > 0;
    find_when(findings, no_token, WS_OFFERED_NO_TOKEN);
    find_when(findings, twice, WS_OFFERED_SUBPROTOCOL_TWICE);
    find_when(findings, none, WS_OFFERED_NO_SUBPROTOCOL);
    find_when(findings, none, WS_OFFERED_EMPTY_LIST);
}

/* What is wrong with one parameter of an offer of permessage-deflate (RFC 7692 7.1), alone. */
static enum ws_violation judge_parameter(const struct ws_extension_parameter *parameter)
{
    static const struct {
        const char *name;
        enum ws_violation violation;
    } parameters[] = {{"server_no_context_takeover", WS_OFFERED_SERVER_TAKEOVER_VALUE},
                      {"client_no_context_takeover", WS_OFFERED_CLIENT_TAKEOVER_VALUE},
                      {"server_max_window_bits", WS_OFFERED_SERVER_BITS},
                      {"client_max_window_bits", WS_OFFERED_CLIENT_BITS}};
    struct ws_extension alone = {.token = ws_octets_of(WS_DEFLATE_NAME), .parameter_count = 1};
    struct ws_deflate_parameters offer;
    alone.parameters[0] = *parameter;
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (ws_octets_equal(parameter->name, ws_octets_of(parameters[i].name))) {
            return ws_deflate_offer_parse(&alone, &offer) ? WS_NO_VIOLATION : parameters[i].violation;
        }
    }
    return WS_OFFERED_UNDEFINED_PARAMETER;
}

static void watch_extensions(struct findings *findings, const struct ws_head *head)
{
    struct ws_list_walk walk = {.head = head, .name = "Sec-WebSocket-Extensions"};
    struct ws_octets member;
    struct ws_extension element;
    size_t count = 0;
    bool malformed = false;
    for (; ws_list_next(&walk, &member); count++) {
        malformed = malformed || !ws_extension_is_well_formed(member);
        if (!ws_extension_parse(member, &element) ||
            !ws_octets_equal(element.token, ws_octets_of(WS_DEFLATE_NAME))) {
            continue;
        }
        for (size_t i = 0; i < element.parameter_count; i++) {
            const enum ws_violation violation = judge_parameter(&element.parameters[i]);
            find_when(findings, violation != WS_NO_VIOLATION, violation);
        }
    }
    find_when(findings, malformed || (count == 0 && count_of(head, "Sec-WebSocket-Extensions") > 0),
              WS_OFFERED_NO_EXTENSION);
}

/* RFC 9110 5.3: fields of a request that are no lists, and have no rule of their own. */
static bool repeats_a_field(const struct ws_head *head)
{
    static const char *const single[] = {"Host",          "Origin",  "User-Agent",
                                         "Authorization", "Referer", "Content-Length"};
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        if (count_of(head, single[i]) > 1) {
            return true;
        }
    }
    return false;
}

/* RFC 9110 5.6.1.1 */
static bool sends_an_empty_member(const struct ws_head *head)
{
    static const char *const lists[] = {"Connection", "Upgrade", "Sec-WebSocket-Extensions",
                                        "Sec-WebSocket-Protocol"};
    for (size_t i = 0; i < head->field_count; i++) {
        for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
            if (ws_octets_equal_ignoring_case(head->fields[i].name, ws_octets_of(lists[k])) &&
                ws_value_has_empty_member(head->fields[i].value)) {
                return true;
            }
        }
    }
    return false;
}

size_t ws_request_watch(const struct ws_head *head, enum ws_violation found[WS_REQUEST_WATCH_MAX])
{
    struct findings findings = {0};
    findings.found = found;
    watch_request_line(&findings, head);
    watch_host(&findings, head);
    watch_upgrade(&findings, head);
    watch_key(&findings, head);
    watch_version(&findings, head);
    watch_subprotocols(&findings, head);
    watch_extensions(&findings, head);
    find_when(&findings, repeats_a_field(head), WS_ASKED_WITH_FIELD_TWICE);
    find_when(&findings, sends_an_empty_member(head), WS_ASKED_WITH_EMPTY_MEMBER);
    return findings.count;
}

enum ws_violation ws_request_watch_bad(enum ws_violation violation)
{
    return violation == WS_HEAD_FIELD_FOLDED ? WS_ASKED_WITH_FOLD : WS_ASKED_NOT_IN_HTTP;
}
