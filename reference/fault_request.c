/* SPDX-License-Identifier: MIT */
/* fault_request.c: how a faulty server judges a request: what it does not see, and what it does not like. */
#include "reference/faulty.h"

#include <string.h>

/* What a fault does not see, whatever stands in the request. */
static const struct {
    enum ws_fault fault;
    enum ws_violation violation;
} unseen[] = {
    {WS_FAULT_ANY_METHOD, WS_REQUEST_METHOD_NOT_GET},
    {WS_FAULT_HTTP_1_0, WS_REQUEST_VERSION_TOO_LOW},
    {WS_FAULT_ANY_VERSION, WS_REQUEST_VERSION_TOO_LOW},
    {WS_FAULT_ANY_VERSION, WS_REQUEST_VERSION_TOO_HIGH},
    {WS_FAULT_ANY_TARGET, WS_REQUEST_TARGET_MALFORMED},
    {WS_FAULT_NO_HOST, WS_REQUEST_HOST_MISSING},
    {WS_FAULT_ANY_UPGRADE, WS_REQUEST_UPGRADE_MISSING},
    {WS_FAULT_ANY_UPGRADE, WS_REQUEST_UPGRADE_MALFORMED},
    {WS_FAULT_ANY_CONNECTION, WS_REQUEST_CONNECTION_MISSING},
    {WS_FAULT_ANY_CONNECTION, WS_REQUEST_CONNECTION_MALFORMED},
    {WS_FAULT_ANY_KEY, WS_REQUEST_KEY_MALFORMED},
    {WS_FAULT_TWO_KEYS, WS_REQUEST_KEY_REPEATED},
    {WS_FAULT_NO_VERSION, WS_REQUEST_VERSION_MISSING},
    {WS_FAULT_OTHER_VERSION, WS_REQUEST_VERSION_UNSUPPORTED},
    {WS_FAULT_ANY_VERSION_FORM, WS_REQUEST_VERSION_MALFORMED},
    {WS_FAULT_TWO_VERSIONS, WS_REQUEST_VERSION_REPEATED},
    {WS_FAULT_BAD_SUBPROTOCOLS, WS_REQUEST_SUBPROTOCOL_MALFORMED},
    {WS_FAULT_BAD_EXTENSIONS, WS_REQUEST_EXTENSIONS_MALFORMED},
    {WS_FAULT_BODY, WS_REQUEST_BODY_PRESENT},
};

/* ---- What stands in a request ---- */

static struct ws_octets value_of(const struct ws_head *head, const char *name)
{
    const struct ws_octets *value = ws_head_find(head, name, NULL);
    return value == NULL ? (struct ws_octets){0} : *value;
}

static size_t count_of(const struct ws_head *head, const char *name)
{
    size_t count;
    (void)ws_head_find(head, name, &count);
    return count;
}

/* Of the last header field of that name. */
static struct ws_octets last_of(const struct ws_head *head, const char *name)
{
    struct ws_octets value = {0};
    for (size_t i = 0; i < head->field_count; i++)
        if (ws_octets_equal_ignoring_case(head->fields[i].name, ws_octets_of(name)))
            value = head->fields[i].value;
    return value;
}

static bool is(struct ws_octets octets, const char *text)
{
    return ws_octets_equal(octets, ws_octets_of(text));
}

/* `text` stands somewhere within, in letters of either case. */
static bool has_within(struct ws_octets octets, const char *text)
{
    struct ws_octets wanted = ws_octets_of(text);
    for (size_t i = 0; i + wanted.size <= octets.size; i++)
        if (ws_octets_equal_ignoring_case((struct ws_octets){octets.at + i, wanted.size}, wanted))
            return true;
    return false;
}

static bool has_any_of(struct ws_octets octets, const char *characters)
{
    for (size_t i = 0; i < octets.size; i++)
        if (strchr(characters, octets.at[i]) != NULL)
            return true;
    return false;
}

static bool has_obs_text(struct ws_octets octets)
{
    for (size_t i = 0; i < octets.size; i++)
        if (octets.at[i] >= 0x80)
            return true;
    return false;
}

/* A member of the list in any of these header fields is empty. */
static bool has_empty_member(const struct ws_head *head, const char *name)
{
    for (size_t i = 0; i < head->field_count; i++) {
        struct ws_octets value = head->fields[i].value;
        if (!ws_octets_equal_ignoring_case(head->fields[i].name, ws_octets_of(name)))
            continue;
        bool empty = true;
        for (size_t k = 0; k < value.size; k++) {
            if (value.at[k] == ',' && empty)
                return true;
            empty = value.at[k] == ',' || (empty && (value.at[k] == ' ' || value.at[k] == '\t'));
        }
        if (empty && value.size > 0)
            return true;
    }
    return false;
}

/* The quotation marks of a parameter begin behind "=" and end the parameter, whatever is between. */
static bool is_quoted_to_the_end(struct ws_octets offer)
{
    return offer.at != NULL && has_within(offer, "=\"") && offer.at[offer.size - 1] == '"';
}

static bool begins_with_number_13(struct ws_octets version)
{
    size_t i = 0;
    while (i < version.size && (version.at[i] == '0' || version.at[i] == '+'))
        i++;
    return version.size - i >= 2 && version.at[i] == '1' && version.at[i + 1] == '3' &&
           (version.size - i == 2 || version.at[i + 2] < '0' || version.at[i + 2] > '9');
}

static bool is_number(struct ws_octets value)
{
    for (size_t i = 0; i < value.size; i++)
        if (value.at[i] < '0' || value.at[i] > '9')
            return false;
    return value.size > 0;
}

/* ---- What is not seen ---- */

/* What depends on what stands in the request. */
static bool overlooks(const struct ws_endpoint *endpoint, const struct ws_head *head,
                      enum ws_violation violation)
{
    static const char upgrade[] = "Upgrade", extensions[] = "Sec-WebSocket-Extensions";
    bool upgrade_wrong = violation == WS_REQUEST_UPGRADE_MISSING || violation == WS_REQUEST_UPGRADE_MALFORMED;
    bool connection_wrong =
        violation == WS_REQUEST_CONNECTION_MISSING || violation == WS_REQUEST_CONNECTION_MALFORMED;
    switch (endpoint->fault->kind) {
    case WS_FAULT_METHOD_CASE:
        return violation == WS_REQUEST_METHOD_NOT_GET &&
               ws_octets_equal_ignoring_case(head->method, ws_octets_of("GET"));
    case WS_FAULT_FRAGMENT:
        return violation == WS_REQUEST_TARGET_MALFORMED && has_any_of(head->target, "#");
    case WS_FAULT_TWO_HOSTS:
        return violation == WS_REQUEST_HOST_MALFORMED && count_of(head, "Host") > 1;
    case WS_FAULT_BAD_HOST:
        return violation == WS_REQUEST_HOST_MALFORMED && count_of(head, "Host") == 1;
    case WS_FAULT_EMPTY_HOST:
        return violation == WS_REQUEST_HOST_MALFORMED && count_of(head, "Host") == 1 &&
               value_of(head, "Host").size == 0;
    case WS_FAULT_ANY_CODING:
        return violation == WS_REQUEST_BODY_PRESENT && count_of(head, "Transfer-Encoding") > 0;
    case WS_FAULT_ANY_LENGTH:
        return violation == WS_REQUEST_BODY_PRESENT && count_of(head, "Transfer-Encoding") == 0 &&
               !is_number(value_of(head, "Content-Length"));
    case WS_FAULT_UPGRADE_WITHIN:
        return upgrade_wrong && has_within(value_of(head, upgrade), "websocket");
    case WS_FAULT_UPGRADE_UNICODE:
        return upgrade_wrong && has_obs_text(value_of(head, upgrade));
    case WS_FAULT_CONNECTION_WITHIN:
        return connection_wrong && has_within(value_of(head, "Connection"), "upgrade");
    case WS_FAULT_KEY_OF_24:
        return violation == WS_REQUEST_KEY_MALFORMED && value_of(head, "Sec-WebSocket-Key").size == 24;
    case WS_FAULT_VERSION_AS_NUMBER:
        return violation == WS_REQUEST_VERSION_MALFORMED &&
               begins_with_number_13(value_of(head, "Sec-WebSocket-Version"));
    case WS_FAULT_BAD_EXTENSIONS_LATER:
        return violation == WS_REQUEST_EXTENSIONS_MALFORMED && count_of(head, extensions) > 1;
    case WS_FAULT_BAD_PARAMETERS:
        return violation == WS_REQUEST_EXTENSIONS_MALFORMED && has_any_of(value_of(head, extensions), ";");
    case WS_FAULT_BAD_EXTENSION_NAMES:
        return violation == WS_REQUEST_EXTENSIONS_MALFORMED && !has_any_of(value_of(head, extensions), ";");
    case WS_FAULT_ANY_QUOTED:
        return violation == WS_REQUEST_EXTENSIONS_MALFORMED &&
               is_quoted_to_the_end(value_of(head, extensions));
    default: /* the others overlook nothing that hangs on this */
        return false;
    }
}

static bool is_unseen(const struct ws_endpoint *endpoint, const struct ws_head *head,
                      enum ws_violation violation)
{
    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++)
        if (unseen[i].fault == endpoint->fault->kind && unseen[i].violation == violation)
            return true;
    return endpoint->fault->kind == WS_FAULT_ANYTHING || overlooks(endpoint, head, violation);
}

/* ---- What is not liked ---- */

static bool has_name_of_its_own(const struct ws_head *head)
{
    static const char *const names[] = {"Host",
                                        "Upgrade",
                                        "Connection",
                                        "Sec-WebSocket-Key",
                                        "Sec-WebSocket-Version",
                                        "Sec-WebSocket-Protocol",
                                        "Sec-WebSocket-Extensions",
                                        "Origin"};
    for (size_t i = 0; i < head->field_count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            known = known || is(head->fields[i].name, names[k]);
        if (!known)
            return true;
    }
    return false;
}

/* A name in other letters than the RFC has it in. */
static bool has_name_in_other_case(const struct ws_head *head)
{
    static const char *const names[] = {"Host", "Upgrade", "Connection", "Sec-WebSocket-Key"};
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
        for (size_t i = 0; i < head->field_count; i++)
            if (ws_octets_equal_ignoring_case(head->fields[i].name, ws_octets_of(names[k])) &&
                !is(head->fields[i].name, names[k]))
                return true;
    return false;
}

/* A value that is not one blank away from its colon, or has blanks behind it. */
static bool has_other_blanks(const struct ws_head *head)
{
    for (size_t i = 0; i < head->field_count; i++) {
        const struct ws_head_field *field = &head->fields[i];
        const uint8_t *colon = field->name.at + field->name.size;
        if (field->value.size > 0 &&
            (field->value.at != colon + 2 || colon[1] != ' ' || field->value.at[field->value.size] != '\r'))
            return true;
    }
    return false;
}

static bool has_obs_text_anywhere(const struct ws_head *head)
{
    for (size_t i = 0; i < head->field_count; i++)
        if (has_obs_text(head->fields[i].value))
            return true;
    return false;
}

/* White space around a separator of the extensions but behind a comma and behind a semicolon. */
static bool has_odd_blanks(struct ws_octets offer)
{
    return has_within(offer, " ;") || has_within(offer, " ,") || has_within(offer, "\t") ||
           has_within(offer, "; =") || has_within(offer, " =") || has_within(offer, "= ");
}

static enum ws_violation dislike(const struct ws_endpoint *endpoint, const struct ws_head *head)
{
    static const char upgrade[] = "Upgrade", connection[] = "Connection", host[] = "Host",
                      extensions[] = "Sec-WebSocket-Extensions", protocol[] = "Sec-WebSocket-Protocol";
    struct ws_octets offer = value_of(head, extensions);
    bool absolute = head->target.size > 0 && head->target.at[0] != '/';
    bool disliked = false;
    switch (endpoint->fault->kind) {
    case WS_FAULT_NO_HTTP_1_2:
        disliked = head->http_minor != 1;
        break;
    case WS_FAULT_NO_ABSOLUTE:
        disliked = absolute;
        break;
    case WS_FAULT_NO_ABSOLUTE_HTTP:
        disliked = absolute && has_within(head->target, "http:");
        break;
    case WS_FAULT_REFUSES_ALL:
        disliked = true;
        break;
    case WS_FAULT_HOST_BEFORE_URI:
        disliked = absolute && has_within(value_of(head, host), "wringer");
        break;
    case WS_FAULT_GONE:
        disliked = has_within(head->target, "no-such");
        break;
    case WS_FAULT_UPGRADE_CASE:
        disliked = !has_within(value_of(head, upgrade), "websocket") ||
                   has_any_of(value_of(head, upgrade), "WEBSOCKT");
        break;
    case WS_FAULT_UPGRADE_ALONE:
        disliked = has_any_of(value_of(head, upgrade), ",");
        break;
    case WS_FAULT_CONNECTION_CASE:
        disliked =
            !is(value_of(head, connection), "Upgrade") && has_within(value_of(head, connection), "upgrade");
        break;
    case WS_FAULT_CONNECTION_ALONE:
        disliked = has_any_of(value_of(head, connection), ",");
        break;
    case WS_FAULT_FIRST_LINE:
        disliked = !has_within(value_of(head, upgrade), "websocket") ||
                   !has_within(value_of(head, connection), "upgrade") || count_of(head, extensions) > 1;
        break;
    case WS_FAULT_LAST_LINE:
        disliked = !has_within(last_of(head, upgrade), "websocket") ||
                   !has_within(last_of(head, connection), "upgrade");
        break;
    case WS_FAULT_NO_EMPTY_MEMBERS:
        disliked = has_empty_member(head, upgrade) || has_empty_member(head, connection) ||
                   has_empty_member(head, extensions) || has_empty_member(head, protocol);
        break;
    case WS_FAULT_NO_SUBPROTOCOL_LIST:
        disliked = has_any_of(value_of(head, protocol), ",") || count_of(head, protocol) > 1;
        break;
    case WS_FAULT_NO_UNKNOWN_EXTENSION:
        disliked = offer.size > 0 && !has_within(offer, "permessage-deflate");
        break;
    case WS_FAULT_NO_EXTENSION_LINES:
        disliked = count_of(head, extensions) > 1;
        break;
    case WS_FAULT_NO_BACKSLASH:
        disliked = has_any_of(offer, "\\");
        break;
    case WS_FAULT_NO_QUOTED:
        disliked = has_any_of(offer, "\"");
        break;
    case WS_FAULT_NO_WHITE_SPACE:
        disliked = has_odd_blanks(offer) || has_any_of(value_of(head, protocol), "\t");
        break;
    case WS_FAULT_NO_CONTENT_LENGTH:
        disliked = count_of(head, "Content-Length") > 0;
        break;
    case WS_FAULT_NO_UNKNOWN_FIELDS:
        disliked = has_name_of_its_own(head);
        break;
    case WS_FAULT_NO_COOKIES:
        disliked = count_of(head, "Cookie") > 0;
        break;
    case WS_FAULT_HOST_FIRST:
        disliked = !ws_octets_equal_ignoring_case(head->fields[0].name, ws_octets_of(host));
        break;
    case WS_FAULT_NAME_CASE:
        disliked = has_name_in_other_case(head);
        break;
    case WS_FAULT_SPACE_AT_COLON:
        disliked = has_other_blanks(head);
        break;
    case WS_FAULT_ORIGIN_WITH_500:
        disliked = count_of(head, "Origin") > 0;
        break;
    case WS_FAULT_ASCII_ONLY:
        disliked = has_obs_text_anywhere(head);
        break;
    case WS_FAULT_NO_EMPTY_LINE:
        disliked = endpoint->head->octets[0] == '\r';
        break;
    default: /* the others like what is right */
        break;
    }
    return disliked ? WS_REQUEST_ORIGIN_REFUSED : WS_NO_VIOLATION;
}

enum ws_violation fault_judge_request(const struct ws_endpoint *endpoint, const struct ws_head *head)
{
    size_t step = 0;
    enum ws_violation violation;
    do
        violation = ws_request_judge_on(head, &step);
    while (violation != WS_NO_VIOLATION && is_unseen(endpoint, head, violation));
    return violation == WS_NO_VIOLATION ? dislike(endpoint, head) : violation;
}
