/* SPDX-License-Identifier: MIT */
/* handshake_request.c: the client's half of the opening handshake (RFC 6455 4.1, 4.2.1): builds a request,
 * and judges one as a server must. What a server answers is in handshake_response.c. */
#include "reference/faulty.h"
#include "reference/field_list.h"
#include "reference/head_writer.h"
#include "reference/uri.h"

#include <string.h>

size_t ws_request_build(uint8_t *out, size_t size, const struct ws_request *request)
{
    struct ws_head_writer writer = ws_head_writer_to(out, size);
    ws_head_write(&writer, "GET ");
    ws_head_write(&writer, request->target);
    ws_head_write(&writer, " HTTP/1.1\r\n");
    ws_head_write_field(&writer, "Host", request->host); /* RFC 9110 7.2: preferably the first field */
    ws_head_write_field(&writer, "Upgrade", "websocket");
    ws_head_write_field(&writer, "Connection", "Upgrade");
    ws_head_write_field(&writer, "Sec-WebSocket-Key", request->key);
    ws_head_write_field(&writer, "Sec-WebSocket-Version", "13");
    if (request->origin != NULL) {
        ws_head_write_field(&writer, "Origin", request->origin);
    }
    for (const char *const *name = request->subprotocols; name != NULL && *name != NULL; name++) {
        ws_head_write(&writer, name == request->subprotocols ? "Sec-WebSocket-Protocol: " : ", ");
        ws_head_write(&writer, *name);
        ws_head_write(&writer, name[1] == NULL ? "\r\n" : "");
    }
    if (request->extensions != NULL) {
        ws_head_write_field(&writer, "Sec-WebSocket-Extensions", request->extensions);
    }
    for (const char *const *line = request->fields; line != NULL && *line != NULL; line++) {
        ws_head_write(&writer, *line);
        ws_head_write(&writer, "\r\n");
    }
    ws_head_write(&writer, "\r\n");
    return ws_head_written(&writer);
}

static enum ws_violation judge_request_line(const struct ws_head *head)
{
    if (head->http_major > 1) {
        return WS_REQUEST_VERSION_TOO_HIGH;
    }
    if (!ws_octets_equal(head->method, ws_octets_of("GET"))) { /* RFC 9112 3.1: case-sensitive */
        return WS_REQUEST_METHOD_NOT_GET;
    }
    if (head->http_major == 0 || head->http_minor == 0) { /* RFC 9110 7.8: no Upgrade in HTTP/1.0 */
        return WS_REQUEST_VERSION_TOO_LOW;
    }
    return ws_uri_target_is_valid(head->target) ? WS_NO_VIOLATION : WS_REQUEST_TARGET_MALFORMED;
}

static enum ws_violation judge_host(const struct ws_head *head)
{
    size_t count = 0;
    const struct ws_octets *host = ws_head_find(head, "Host", &count);
    if (host == NULL) {
        return WS_REQUEST_HOST_MISSING;
    }
    /* RFC 9112 3.2 */
    return count == 1 && ws_uri_authority_is_valid(*host) ? WS_NO_VIOLATION : WS_REQUEST_HOST_MALFORMED;
}

/* protocol-name [ "/" protocol-version ] (RFC 9110 7.8) */
static bool is_protocol(struct ws_octets member)
{
    const uint8_t *slash = member.size == 0 ? NULL : memchr(member.at, '/', member.size);
    if (slash == NULL) {
        return ws_is_token(member);
    }
    const size_t name_size = (size_t)(slash - member.at);
    return ws_is_token((struct ws_octets){member.at, name_size}) &&
           ws_is_token((struct ws_octets){slash + 1, member.size - name_size - 1});
}

static enum ws_violation judge_upgrade(const struct ws_head *head)
{
    struct ws_list_walk walk = {.head = head, .name = "Upgrade"};
    struct ws_octets member;
    while (ws_list_next(&walk, &member)) {
        if (!is_protocol(member)) {
            return WS_REQUEST_UPGRADE_MALFORMED;
        }
    }
    return ws_list_has(head, "Upgrade", "websocket") ? WS_NO_VIOLATION : WS_REQUEST_UPGRADE_MISSING;
}

static enum ws_violation judge_connection(const struct ws_head *head)
{
    struct ws_list_walk walk = {.head = head, .name = "Connection"};
    struct ws_octets member;
    while (ws_list_next(&walk, &member)) {
        if (!ws_is_token(member)) {
            return WS_REQUEST_CONNECTION_MALFORMED;
        }
    }
    return ws_list_has(head, "Connection", "Upgrade") ? WS_NO_VIOLATION : WS_REQUEST_CONNECTION_MISSING;
}

/* base64 of 16 octets: 22 characters, of which the last one carries two bits only, and two "=" (RFC 6455
 * 4.2.1). RFC 4648 3.5 has the four bits that are left over be zero (erratum 3150). */
static bool is_key(struct ws_octets key)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (key.size != WS_KEY_SIZE || key.at[22] != '=' || key.at[23] != '=') {
        return false;
    }
    for (size_t i = 0; i < 22; i++) {
        if (memchr(i == 21 ? "AQgw" : alphabet, key.at[i], i == 21 ? 4 : 64) == NULL) {
            return false;
        }
    }
    return true;
}

static enum ws_violation judge_key(const struct ws_head *head)
{
    size_t count = 0;
    const struct ws_octets *key = ws_head_find(head, "Sec-WebSocket-Key", &count);
    if (key == NULL) {
        return WS_REQUEST_KEY_MISSING;
    }
    if (count > 1) { /* RFC 6455 11.3.1 */
        return WS_REQUEST_KEY_REPEATED;
    }
    return is_key(*key) ? WS_NO_VIOLATION : WS_REQUEST_KEY_MALFORMED;
}

static enum ws_violation judge_version(const struct ws_head *head)
{
    size_t count = 0;
    const struct ws_octets *version = ws_head_find(head, "Sec-WebSocket-Version", &count);
    if (version == NULL) {
        return WS_REQUEST_VERSION_MISSING;
    }
    if (count > 1) { /* RFC 6455 11.3.5 */
        return WS_REQUEST_VERSION_REPEATED;
    }
    if (!ws_is_version(*version)) {
        return WS_REQUEST_VERSION_MALFORMED;
    }
    return ws_octets_equal(*version, ws_octets_of("13")) ? WS_NO_VIOLATION : WS_REQUEST_VERSION_UNSUPPORTED;
}

/* 1#token, all distinct (RFC 6455 4.1, 4.3). */
static enum ws_violation judge_subprotocols(const struct ws_head *head)
{
    if (ws_head_find(head, "Sec-WebSocket-Protocol", NULL) == NULL) {
        return WS_NO_VIOLATION;
    }
    struct ws_octets names[WS_SUBPROTOCOLS_MAX];
    struct ws_list_walk walk = {.head = head, .name = "Sec-WebSocket-Protocol"};
    struct ws_octets member;
    size_t count = 0;
    while (ws_list_next(&walk, &member)) {
        if (!ws_is_token(member) || count == WS_SUBPROTOCOLS_MAX) {
            return WS_REQUEST_SUBPROTOCOL_MALFORMED;
        }
        for (size_t i = 0; i < count; i++) {
            if (ws_octets_equal(names[i], member)) {
                return WS_REQUEST_SUBPROTOCOL_MALFORMED;
            }
        }
        names[count++] = member;
    }
    return count != 0 ? WS_NO_VIOLATION : WS_REQUEST_SUBPROTOCOL_MALFORMED;
}

/* 1#extension (RFC 6455 9.1). */
static enum ws_violation judge_extensions(const struct ws_head *head)
{
    if (ws_head_find(head, "Sec-WebSocket-Extensions", NULL) == NULL) {
        return WS_NO_VIOLATION;
    }
    struct ws_list_walk walk = {.head = head, .name = "Sec-WebSocket-Extensions"};
    struct ws_octets member;
    size_t count = 0;
    for (; ws_list_next(&walk, &member); count++) {
        if (!ws_extension_is_well_formed(member)) {
            return WS_REQUEST_EXTENSIONS_MALFORMED;
        }
    }
    return count != 0 ? WS_NO_VIOLATION : WS_REQUEST_EXTENSIONS_MALFORMED;
}

/* RFC 9112 9.3: a server that does not read a body must not take it for what comes next. A length that cannot
 * be read as 0 (RFC 9112 6.3) is no better than a body. */
static enum ws_violation judge_body(const struct ws_head *head)
{
    if (ws_head_find(head, "Transfer-Encoding", NULL) != NULL) {
        return WS_REQUEST_BODY_PRESENT;
    }
    if (ws_head_find(head, "Content-Length", NULL) == NULL) {
        return WS_NO_VIOLATION;
    }
    struct ws_list_walk walk = {.head = head, .name = "Content-Length"};
    struct ws_octets member;
    size_t count = 0;
    for (; ws_list_next(&walk, &member); count++) {
        for (size_t i = 0; i < member.size; i++) {
            if (member.at[i] != '0') {
                return WS_REQUEST_BODY_PRESENT;
            }
        }
    }
    return count != 0 ? WS_NO_VIOLATION : WS_REQUEST_BODY_PRESENT;
}

/* Any one origin is accepted: whom a server serves is the caller's policy (RFC 6455 4.2.2, 10.2). */
static enum ws_violation judge_origin(const struct ws_head *head)
{
    size_t count = 0;
    (void)ws_head_find(head, "Origin", &count);
    return count <= 1 ? WS_NO_VIOLATION : WS_REQUEST_ORIGIN_REPEATED; /* RFC 9110 5.3 */
}

enum ws_violation ws_request_judge_on(const struct ws_head *head, size_t *step)
{
    static enum ws_violation (*const judges[])(const struct ws_head *) = {
        judge_request_line, judge_host,         judge_upgrade,    judge_connection, judge_key,
        judge_version,      judge_subprotocols, judge_extensions, judge_body,       judge_origin};
    enum ws_violation violation = WS_NO_VIOLATION;
    for (; *step < sizeof judges / sizeof judges[0] && violation == WS_NO_VIOLATION; (*step)++) {
        violation = judges[*step](head);
    }
    return violation;
}

enum ws_violation ws_request_judge(const struct ws_head *head)
{
    size_t step = 0;
    return ws_request_judge_on(head, &step);
}

const char *ws_subprotocol_select(const struct ws_head *request, const char *const *supported)
{
    struct ws_list_walk walk = {.head = request, .name = "Sec-WebSocket-Protocol"};
    struct ws_octets offered;
    while (supported != NULL && ws_list_next(&walk, &offered)) {
        for (const char *const *name = supported; *name != NULL; name++) {
            if (ws_octets_equal(offered, ws_octets_of(*name))) {
                return *name;
            }
        }
    }
    return NULL;
}
