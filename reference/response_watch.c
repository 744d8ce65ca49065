/* SPDX-License-Identifier: MIT */
/* response_watch.c: rules of HTTP for who sends a response, of any status, that a client does not refuse it
 * for (RFC 9110, 9112; RFC 6455 4.3). What a client refuses is in handshake_response.c. */
#include "reference/field_list.h"
#include "reference/ws.h"

#include <string.h>

/* RFC 9110 5.3: fields that are no lists, of those that a refusal or a 101 response is likely to have. */
static bool repeats_a_field(const struct ws_head *head)
{
    static const char *const single[] = {"Content-Length", "Content-Type", "Date",
                                         "Location",       "Retry-After",  "Server"};
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        size_t count = 0;
        (void)ws_head_find(head, single[i], &count);
        if (count > 1) {
            return true;
        }
    }
    return false;
}

/* RFC 9110 5.6.1.1 */
static bool sends_an_empty_member(const struct ws_head *head)
{
    static const char *const lists[] = {
        "Connection",    "Upgrade", "Sec-WebSocket-Extensions", "Sec-WebSocket-Version", "Allow",
        "Accept-Ranges", "Vary"};
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

/* RFC 6455 4.3: 1#version */
static bool lists_no_versions(const struct ws_head *head)
{
    struct ws_list_walk walk = {.head = head, .name = "Sec-WebSocket-Version"};
    struct ws_octets member;
    size_t count = 0;
    for (; ws_list_next(&walk, &member); count++) {
        if (!ws_is_version(member)) {
            return true;
        }
    }
    return count == 0 && ws_head_find(head, "Sec-WebSocket-Version", NULL) != NULL;
}

static bool lacks(const struct ws_head *head, unsigned status, const char *name)
{
    return head->status == status && ws_head_find(head, name, NULL) == NULL;
}

size_t ws_response_watch(const struct ws_head *head, enum ws_violation found[WS_RESPONSE_WATCH_MAX])
{
    /* RFC 9110 7.8; of a 101 response a client sees to it itself. */
    const bool unlisted = head->status != 101 && ws_head_find(head, "Upgrade", NULL) != NULL &&
                          !ws_list_has(head, "Connection", "Upgrade");
    const struct {
        bool broken;
        enum ws_violation violation;
    } rules[] = {
        {head->folds > 0, WS_RESPONSE_FIELD_FOLDED}, /* RFC 9112 5.2 */
        {repeats_a_field(head), WS_RESPONSE_FIELD_REPEATED},
        {sends_an_empty_member(head), WS_RESPONSE_EMPTY_MEMBER},
        {unlisted, WS_RESPONSE_UPGRADE_NOT_IN_CONNECTION},
        {lists_no_versions(head), WS_RESPONSE_VERSIONS_MALFORMED},
        {lacks(head, 401, "WWW-Authenticate"), WS_RESPONSE_401_WITHOUT_CHALLENGE}, /* RFC 9110 15.5.2 */
        {lacks(head, 405, "Allow"), WS_RESPONSE_405_WITHOUT_ALLOW},                /* RFC 9110 15.5.6 */
        {lacks(head, 426, "Upgrade"), WS_RESPONSE_426_WITHOUT_UPGRADE},            /* RFC 9110 15.5.22 */
    };
    _Static_assert(sizeof rules / sizeof rules[0] <= WS_RESPONSE_WATCH_MAX, "all of them can be told");
    size_t count = 0;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].broken) {
            found[count++] = rules[i].violation;
        }
    }
    return count;
}
