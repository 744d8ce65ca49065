/* SPDX-License-Identifier: MIT */
/* The opening handshake: requests and responses that RFC 6455 4 accepts or not, what each is refused for, and
 * what is built for them. Every head comes in whole and in pieces. */
#include "reference/tests/heads.h"
#include "reference/uri.h"
#include "reference/ws.h"

#include <check.h>
#include <stdio.h>

#define LINE       "GET /chat HTTP/1.1\r\n"
#define HOST       "Host: example.com:9001\r\n"
#define UPGRADE    "Upgrade: websocket\r\n"
#define CONNECTION "Connection: Upgrade\r\n"
#define KEY        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION    "Sec-WebSocket-Version: 13\r\n"
#define ACCEPT     "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

/* ---- requests ---- */

/* A request in which one or two of its parts are replaced. */
static const struct request_row {
    const char *line, *host, *upgrade, *connection, *key, *version;
    struct ws_octets more;
    enum ws_violation violation;
} request_rows[] = {
#define REQUEST(field, text, expected)           \
    {                                            \
        .field = (text), .violation = (expected) \
    }
#define MORE(text, expected)                          \
    {                                                 \
        .more = OCTETS(text), .violation = (expected) \
    }
    MORE("", WS_NO_VIOLATION),
    /* request line */
    REQUEST(line, "GET /?a=/?:@%C3%a4 HTTP/1.1\r\n", WS_NO_VIOLATION),
    REQUEST(line, "GET / HTTP/1.2\r\n", WS_NO_VIOLATION),
    REQUEST(line, "\r\nGET //a//b;c=d HTTP/1.1\r\n", WS_NO_VIOLATION),
    REQUEST(line, "GET http://other.example/chat HTTP/1.1\r\n", WS_NO_VIOLATION),
    REQUEST(line, "GET HTTPS://[::1]:?q HTTP/1.1\r\n", WS_NO_VIOLATION),
    REQUEST(line, "GET / HTTP/2.0\r\n", WS_REQUEST_VERSION_TOO_HIGH),
    REQUEST(line, "PRI * HTTP/2.0\r\n", WS_REQUEST_VERSION_TOO_HIGH),
    REQUEST(line, "POST /chat HTTP/1.1\r\n", WS_REQUEST_METHOD_NOT_GET),
    REQUEST(line, "get /chat HTTP/1.1\r\n", WS_REQUEST_METHOD_NOT_GET),
    REQUEST(line, "HEAD /chat HTTP/1.1\r\n", WS_REQUEST_METHOD_NOT_GET),
    REQUEST(line, "GETT /chat HTTP/1.1\r\n", WS_REQUEST_METHOD_NOT_GET),
    REQUEST(line, "CONNECT h:80 HTTP/1.1\r\n", WS_REQUEST_METHOD_NOT_GET),
    REQUEST(line, "GET /chat HTTP/1.0\r\n", WS_REQUEST_VERSION_TOO_LOW),
    REQUEST(line, "GET /chat HTTP/0.9\r\n", WS_REQUEST_VERSION_TOO_LOW),
    REQUEST(line, "GET * HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET chat HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET /chat#frag HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET /?a#frag HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET /\xff\xfe HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET /\xc3\xa4 HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET /% HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET /%4 HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET /%4g HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET /\"a\" HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET ws://example.com/chat HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET http:///chat HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET http:/chat HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET http://user@h/chat HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    REQUEST(line, "GET example.com:80 HTTP/1.1\r\n", WS_REQUEST_TARGET_MALFORMED),
    /* Host */
    REQUEST(host, "hOST:h\r\n", WS_NO_VIOLATION),
    REQUEST(host, "Host: h:\r\n", WS_NO_VIOLATION),
    REQUEST(host, "Host: [2001:db8::1]:80\r\n", WS_NO_VIOLATION),
    REQUEST(host, "", WS_REQUEST_HOST_MISSING),
    REQUEST(host, "Host:\r\n", WS_REQUEST_HOST_MALFORMED),
    REQUEST(host, HOST HOST, WS_REQUEST_HOST_MALFORMED),
    REQUEST(host, "Host: a b\r\n", WS_REQUEST_HOST_MALFORMED),
    REQUEST(host, "Host: bad host/\r\n", WS_REQUEST_HOST_MALFORMED),
    REQUEST(host, "Host: user@h\r\n", WS_REQUEST_HOST_MALFORMED),
    /* Upgrade */
    REQUEST(upgrade, "UPGRADE: WebSocket\r\n", WS_NO_VIOLATION),
    REQUEST(upgrade, "Upgrade: foo, WEBSOCKET\r\n", WS_NO_VIOLATION),
    REQUEST(upgrade, "Upgrade: IRC/6.9,\r\nUpgrade:, websocket\r\n", WS_NO_VIOLATION),
    REQUEST(upgrade, "", WS_REQUEST_UPGRADE_MISSING),
    REQUEST(upgrade, "Upgrade:\r\n", WS_REQUEST_UPGRADE_MISSING),
    REQUEST(upgrade, "Upgrade: h2c\r\n", WS_REQUEST_UPGRADE_MISSING),
    REQUEST(upgrade, "Upgrade: websocketx\r\n", WS_REQUEST_UPGRADE_MISSING),
    REQUEST(upgrade, "Upgrade: websocket/13\r\n", WS_REQUEST_UPGRADE_MISSING),
    REQUEST(upgrade, "Upgrade: web socket\r\n", WS_REQUEST_UPGRADE_MALFORMED),
    REQUEST(upgrade, "Upgrade: websocket, /1\r\n", WS_REQUEST_UPGRADE_MALFORMED),
    REQUEST(upgrade, "Upgrade: web\xc5\xbfocket\r\n", WS_REQUEST_UPGRADE_MALFORMED),
    REQUEST(upgrade,
            "Upgrade: websoc\xe2\x84\xaa"
            "et\r\n",
            WS_REQUEST_UPGRADE_MALFORMED),
    /* Connection */
    REQUEST(connection, "Connection: keep-alive, upgrade\r\n", WS_NO_VIOLATION),
    REQUEST(connection, "Connection: keep-alive\r\nconnection: UPGRADE\r\n", WS_NO_VIOLATION),
    REQUEST(connection, "Connection: , Upgrade ,\r\n", WS_NO_VIOLATION),
    REQUEST(connection, "", WS_REQUEST_CONNECTION_MISSING),
    REQUEST(connection, "Connection: ,\r\n", WS_REQUEST_CONNECTION_MISSING),
    REQUEST(connection, "Connection: keep-alive\r\n", WS_REQUEST_CONNECTION_MISSING),
    REQUEST(connection, "Connection: xupgrade\r\n", WS_REQUEST_CONNECTION_MISSING),
    REQUEST(connection, "Connection: upgrade-insecure\r\n", WS_REQUEST_CONNECTION_MISSING),
    REQUEST(connection, "Connection: keep-alive upgrade\r\n", WS_REQUEST_CONNECTION_MALFORMED),
    REQUEST(connection, "Connection: upgrade, a/b\r\n", WS_REQUEST_CONNECTION_MALFORMED),
    /* Sec-WebSocket-Key; erratum 3150 has its last character be A, Q, g or w */
    REQUEST(key, "sec-websocket-key: \t AQIDBAUGBwgJCgsMDQ4PEA== \t\r\n", WS_NO_VIOLATION),
    REQUEST(key, "Sec-WebSocket-Key: ++++//////0123456789Qw==\r\n", WS_NO_VIOLATION),
    REQUEST(key, "", WS_REQUEST_KEY_MISSING),
    REQUEST(key, "Sec-WebSocket-Key:\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: AAAA\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ===\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=A\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q==\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: -_hlIHNhbXBsZSBub25jZQ==\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: the sample nonce\r\n", WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==\r\n",
            WS_REQUEST_KEY_MALFORMED),
    REQUEST(key, KEY KEY, WS_REQUEST_KEY_REPEATED),
    /* Sec-WebSocket-Version */
    REQUEST(version, "Sec-WebSocket-Version:\t13 \r\n", WS_NO_VIOLATION),
    REQUEST(version, "", WS_REQUEST_VERSION_MISSING),
    REQUEST(version, "Sec-WebSocket-Version: 0\r\n", WS_REQUEST_VERSION_UNSUPPORTED),
    REQUEST(version, "Sec-WebSocket-Version: 8\r\n", WS_REQUEST_VERSION_UNSUPPORTED),
    REQUEST(version, "Sec-WebSocket-Version: 14\r\n", WS_REQUEST_VERSION_UNSUPPORTED),
    REQUEST(version, "Sec-WebSocket-Version: 255\r\n", WS_REQUEST_VERSION_UNSUPPORTED),
    REQUEST(version, "Sec-WebSocket-Version: 256\r\n", WS_REQUEST_VERSION_MALFORMED),
    REQUEST(version, "Sec-WebSocket-Version: 0013\r\n", WS_REQUEST_VERSION_MALFORMED),
    REQUEST(version, "Sec-WebSocket-Version: 013\r\n", WS_REQUEST_VERSION_MALFORMED),
    REQUEST(version, "Sec-WebSocket-Version: 00\r\n", WS_REQUEST_VERSION_MALFORMED),
    REQUEST(version, "Sec-WebSocket-Version: -13\r\n", WS_REQUEST_VERSION_MALFORMED),
    REQUEST(version, "Sec-WebSocket-Version: +13\r\n", WS_REQUEST_VERSION_MALFORMED),
    REQUEST(version, "Sec-WebSocket-Version: 13.0\r\n", WS_REQUEST_VERSION_MALFORMED),
    REQUEST(version, "Sec-WebSocket-Version: 13, 8\r\n", WS_REQUEST_VERSION_MALFORMED),
    REQUEST(version, "Sec-WebSocket-Version:\r\n", WS_REQUEST_VERSION_MALFORMED),
    REQUEST(version, VERSION VERSION, WS_REQUEST_VERSION_REPEATED),
    REQUEST(version, VERSION "Sec-WebSocket-Version: 8\r\n", WS_REQUEST_VERSION_REPEATED),
    /* Sec-WebSocket-Protocol */
    MORE("Sec-WebSocket-Protocol: chat, Chat\r\nsec-websocket-protocol: ,x,\r\n", WS_NO_VIOLATION),
    MORE("Sec-WebSocket-Protocol:\r\n", WS_REQUEST_SUBPROTOCOL_MALFORMED),
    MORE("Sec-WebSocket-Protocol: , ,\r\n", WS_REQUEST_SUBPROTOCOL_MALFORMED),
    MORE("Sec-WebSocket-Protocol: a b\r\n", WS_REQUEST_SUBPROTOCOL_MALFORMED),
    MORE("Sec-WebSocket-Protocol: a/b\r\n", WS_REQUEST_SUBPROTOCOL_MALFORMED),
    MORE("Sec-WebSocket-Protocol: \"a\"\r\n", WS_REQUEST_SUBPROTOCOL_MALFORMED),
    MORE("Sec-WebSocket-Protocol: \xff\xfe\r\n", WS_REQUEST_SUBPROTOCOL_MALFORMED),
    MORE("Sec-WebSocket-Protocol: a, a\r\n", WS_REQUEST_SUBPROTOCOL_MALFORMED),
    MORE("Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b, a\r\n", WS_REQUEST_SUBPROTOCOL_MALFORMED),
    /* Sec-WebSocket-Extensions */
    MORE("Sec-WebSocket-Extensions: x-unknown; a=1, y-unknown\r\n", WS_NO_VIOLATION),
    MORE("Sec-WebSocket-Extensions:\r\nSec-WebSocket-Extensions: , foo;a=\"b\" ,\r\n", WS_NO_VIOLATION),
    MORE("Sec-WebSocket-Extensions:\r\n", WS_REQUEST_EXTENSIONS_MALFORMED),
    MORE("Sec-WebSocket-Extensions: foo, bar;\r\n", WS_REQUEST_EXTENSIONS_MALFORMED),
    MORE("Sec-WebSocket-Extensions: foo\r\nSec-WebSocket-Extensions: a b\r\n",
         WS_REQUEST_EXTENSIONS_MALFORMED),
    MORE("Sec-WebSocket-Extensions: foo; a=\"b\r\nSec-WebSocket-Extensions: c\"\r\n",
         WS_REQUEST_EXTENSIONS_MALFORMED),
    /* bodies */
    MORE("Content-Length: 0\r\n", WS_NO_VIOLATION),
    MORE("Content-Length: 0, 00\r\nContent-Length: 0\r\n", WS_NO_VIOLATION),
    MORE("Content-Length: 4\r\n", WS_REQUEST_BODY_PRESENT),
    MORE("Content-Length: 0, 4\r\n", WS_REQUEST_BODY_PRESENT),
    MORE("Content-Length: -0\r\n", WS_REQUEST_BODY_PRESENT),
    MORE("Content-Length:\r\n", WS_REQUEST_BODY_PRESENT),
    MORE("Transfer-Encoding: chunked\r\n", WS_REQUEST_BODY_PRESENT),
    MORE("Transfer-Encoding:\r\nContent-Length: 0\r\n", WS_REQUEST_BODY_PRESENT),
    /* other fields */
    MORE("Origin: null\r\nCookie: a\r\nCookie: b\r\nAuthorization: x\r\nX: \xff\xfe\r\n", WS_NO_VIOLATION),
    MORE("Origin: http://a.example\r\nOrigin: http://a.example\r\n", WS_REQUEST_ORIGIN_REPEATED),
#undef REQUEST
#undef MORE
};

static size_t append(uint8_t *out, size_t size, const char *text, const char *otherwise)
{
    const struct ws_octets octets = ws_octets_of(text == NULL ? otherwise : text);
    ck_assert_uint_le(size + octets.size, 1024);
    memcpy(out + size, octets.at, octets.size);
    return size + octets.size;
}

START_TEST(judges_requests)
{
    const struct request_row *row = &request_rows[_i];
    uint8_t octets[1024];
    size_t size = append(octets, 0, row->line, LINE);
    size = append(octets, size, row->host, HOST);
    size = append(octets, size, row->upgrade, UPGRADE);
    size = append(octets, size, row->connection, CONNECTION);
    size = append(octets, size, row->key, KEY);
    size = append(octets, size, row->version, VERSION);
    if (row->more.size != 0)
        memcpy(octets + size, row->more.at, row->more.size);
    size = append(octets, size + row->more.size, "\r\n", NULL);
    struct guarded page = guarded_new(size);
    struct ws_head head;
    enum ws_violation violation;
    ck_assert_int_eq(heads_parse(&head, WS_HEAD_REQUEST, (struct ws_octets){octets, size},
                                 &ws_head_limits_default, &page, &violation, NULL),
                     WS_HEAD_COMPLETE);
    ck_assert_str_eq(ws_violation_facts(ws_request_judge(&head))->name,
                     ws_violation_facts(row->violation)->name);
    guarded_free(&page);
}
END_TEST

/* Parses a head that is known to be right. */
static void parse(struct ws_head *head, enum ws_head_kind kind, struct ws_octets octets)
{
    enum ws_violation violation;
    ck_assert_int_eq(ws_head_parse(head, kind, octets, 0, &ws_head_limits_default, &violation),
                     WS_HEAD_COMPLETE);
    ck_assert_uint_eq(head->size, octets.size);
}

START_TEST(caps_subprotocols)
{
    static char text[8192];
    for (unsigned count = WS_SUBPROTOCOLS_MAX; count <= WS_SUBPROTOCOLS_MAX + 1; count++) {
        int size =
            snprintf(text, sizeof text, LINE HOST UPGRADE CONNECTION KEY VERSION "Sec-WebSocket-Protocol: 0");
        for (unsigned i = 1; i < count; i++)
            size += snprintf(text + size, sizeof text - (size_t)size, ",%u", i);
        size += snprintf(text + size, sizeof text - (size_t)size, "\r\n\r\n");
        struct ws_head head;
        parse(&head, WS_HEAD_REQUEST, (struct ws_octets){(const uint8_t *)text, (size_t)size});
        ck_assert_int_eq(ws_request_judge(&head),
                         count <= WS_SUBPROTOCOLS_MAX ? WS_NO_VIOLATION : WS_REQUEST_SUBPROTOCOL_MALFORMED);
    }
}
END_TEST

/* Host values (RFC 3986 3.2.2); what is valid here is also valid in the target's absolute form. */
START_TEST(judges_authorities)
{
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        {"example.com", true},
        {"EXAMPLE.com.:80", true},
        {"127.0.0.1:65535", true},
        {"h:", true},
        {"h:0", true},
        {"xn--bcher-kva.example", true},
        {"a%20b", true},
        {"a_b!$&'()*+,;=~", true},
        {"999.1", true},
        {"[::]", true},
        {"[::1]:80", true},
        {"[1:2:3:4:5:6:7:8]", true},
        {"[1::8]:", true},
        {"[1:2:3:4:5:6:7::]", true},
        {"[::2:3:4:5:6:7:8]", true},
        {"[::ffff:1.2.3.4]", true},
        {"[1:2:3:4:5:6:1.2.3.4]", true},
        {"[1::5:1.2.3.4]", true},
        {"[vF.a:b]", true},
        {"[v1.a]", true},
        {"AZaz09", true},
        {"[::255.249.99.0]", true},
        {"[ABCD:ef01::]", true},
        {"", false},
        {":80", false},
        {"h:65536", false},
        {"h:8a", false},
        {"h:-1", false},
        {"h:80:80", false},
        {"a b", false},
        {"a/b", false},
        {"a?b", false},
        {"a#b", false},
        {"u@h", false},
        {"a\"b", false},
        {"a%2", false},
        {"a%zz", false},
        {"\xc3\xa4.example", false},
        {"::1", false},
        {"[::1", false},
        {"[]", false},
        {"[:]", false},
        {"[:::]", false},
        {"[:::1]", false},
        {"[:1:2:3:4:5:6:7]", false},
        {"[1]", false},
        {"[:1]", false},
        {"[1:]", false},
        {"[::1:]", false},
        {"[1:2:3:4:5:6:7]", false},
        {"[1:2:3:4:5:6:7:8:9]", false},
        {"[1:2:3:4:5:6:7:8::]", false},
        {"[1::2::3]", false},
        {"[12345::]", false},
        {"[g::]", false},
        {"[::1%25eth0]", false},
        {"[::1]x", false},
        {"[::1]:x", false},
        {"[1.2.3.4]", false},
        {"[::1.2.3]", false},
        {"[::1.2.3.256]", false},
        {"[::1.2.3.04]", false},
        {"[::1.2.3.4:1]", false},
        {"[1:2:3:4:5:6:7:1.2.3.4]", false},
        {"[1:2:3:4:5:1.2.3.4]", false},
        {"[1:2:3:4:5:6::1.2.3.4]", false},
        {"[v.a]", false},
        {"[vF.]", false},
        {"[vFa]", false},
        {"[vg.a]", false},
        {"[v1.a/]", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct guarded page = guarded_new(64);
        const size_t size = strlen(rows[i].text);
        const struct ws_octets authority = {guarded_copy(&page, rows[i].text, size), size};
        ck_assert_msg(ws_uri_authority_is_valid(authority) == rows[i].valid, "%s", rows[i].text);
        char target[64];
        const int target_size = snprintf(target, sizeof target, "http://%s", rows[i].text);
        if (strchr(rows[i].text, '/') == NULL && strchr(rows[i].text, '?') == NULL) {
            const struct ws_octets octets = {guarded_copy(&page, target, (size_t)target_size),
                                             (size_t)target_size};
            ck_assert_msg(ws_uri_target_is_valid(octets) == rows[i].valid, "%s", target);
        }
        guarded_free(&page);
    }
}
END_TEST

START_TEST(selects_subprotocols)
{
    static const char *const supported[] = {"superchat", "chat", NULL}, *const none[] = {NULL};
    static const struct {
        const char *fields, *selected;
    } rows[] = {
        {"", NULL},
        {"Sec-WebSocket-Protocol: x\r\n", NULL},
        {"Sec-WebSocket-Protocol: CHAT\r\n", NULL},
        {"Sec-WebSocket-Protocol: x, chat, superchat\r\n", "chat"},
        {"Sec-WebSocket-Protocol: x\r\nsec-websocket-protocol: superchat\r\n", "superchat"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256];
        const int size = snprintf(text, sizeof text, LINE "%s\r\n", rows[i].fields);
        struct ws_head head;
        parse(&head, WS_HEAD_REQUEST, (struct ws_octets){(const uint8_t *)text, (size_t)size});
        ck_assert_pstr_eq(ws_subprotocol_select(&head, supported), rows[i].selected);
        ck_assert_ptr_null(ws_subprotocol_select(&head, none));
        ck_assert_ptr_null(ws_subprotocol_select(&head, NULL));
    }
}
END_TEST

/* ---- the key ---- */

START_TEST(keys_and_accepts)
{
    char key[WS_KEY_SIZE + 1], accept[WS_ACCEPT_SIZE + 1];
    ws_key_encode(key, (const uint8_t *)"the sample nonce"); /* RFC 6455 1.3 */
    ck_assert_str_eq(key, "dGhlIHNhbXBsZSBub25jZQ==");
    ws_accept_of_key(accept, ws_octets_of(key)); /* RFC 6455 4.2.2 */
    ck_assert_str_eq(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    ws_accept_of_key(accept, ws_octets_of(" \tdGhlIHNhbXBsZSBub25jZQ== "));
    ck_assert_str_eq(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    ws_accept_of_key(accept, (struct ws_octets){NULL, 0}); /* the GUID alone */
    ck_assert_str_eq(accept, "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=");
    static const uint8_t nonce[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    ws_key_encode(key, nonce); /* RFC 6455 4.1, erratum 3150 */
    ck_assert_str_eq(key, "AQIDBAUGBwgJCgsMDQ4PEA==");
}
END_TEST

/* ---- building ---- */

START_TEST(builds_requests)
{
    static const char *const subprotocols[] = {"chat", "superchat", NULL};
    static const char *const fields[] = {"X-A: 1", "Cookie: b", NULL}, *const none[] = {NULL};
    const struct ws_request small = {.host = "example.com:9001",
                                     .target = "/chat",
                                     .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                     .subprotocols = none,
                                     .fields = none};
    struct ws_request whole = small;
    whole.origin = "http://a.example";
    whole.subprotocols = subprotocols;
    whole.extensions = "permessage-deflate";
    whole.fields = fields;
    static const char small_text[] = LINE HOST UPGRADE CONNECTION KEY VERSION "\r\n";
    static const char whole_text[] = LINE HOST UPGRADE CONNECTION KEY VERSION
        "Origin: http://a.example\r\nSec-WebSocket-Protocol: chat, superchat\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate\r\nX-A: 1\r\nCookie: b\r\n\r\n";
    uint8_t out[1024];
    ck_assert_uint_eq(ws_request_build(out, sizeof out, &small), sizeof small_text - 1);
    ck_assert_mem_eq(out, small_text, sizeof small_text - 1);
    struct guarded page = guarded_new(sizeof out);
    for (size_t size = 0; size < sizeof whole_text; size++) {
        uint8_t *at = guarded_copy(&page, out, size);
        const bool fits = size >= sizeof whole_text - 1;
        ck_assert_uint_eq(ws_request_build(at, size, &whole), fits ? size : 0);
        if (fits)
            ck_assert_mem_eq(at, whole_text, size);
    }
    struct ws_head head;
    parse(&head, WS_HEAD_REQUEST, ws_octets_of(whole_text));
    ck_assert_int_eq(ws_request_judge(&head), WS_NO_VIOLATION);
    guarded_free(&page);
}
END_TEST

START_TEST(builds_responses)
{
    static const char request_text[] =
        LINE HOST UPGRADE CONNECTION KEY VERSION "Sec-WebSocket-Protocol: chat\r\n\r\n";
    static const char text[] = "HTTP/1.1 101 Switching Protocols\r\n" UPGRADE CONNECTION ACCEPT
                               "Sec-WebSocket-Protocol: chat\r\n\r\n";
    static const char expecting[] = LINE KEY "Expect: 100-Continue\r\n\r\n";
    static const char continued[] =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n" UPGRADE CONNECTION ACCEPT "\r\n";
    struct ws_head request, response;
    uint8_t out[1024];
    parse(&request, WS_HEAD_REQUEST, ws_octets_of(request_text));
    struct guarded page = guarded_new(sizeof out);
    for (size_t size = 0; size < sizeof text; size++) {
        uint8_t *at = guarded_copy(&page, out, size);
        const bool fits = size >= sizeof text - 1;
        ck_assert_uint_eq(ws_response_build(at, size, &request, "chat", NULL), fits ? size : 0);
        if (fits)
            ck_assert_mem_eq(at, text, size);
    }
    static const char *const offered[] = {"chat", NULL};
    const struct ws_request asked = {.key = "dGhlIHNhbXBsZSBub25jZQ==", .subprotocols = offered};
    parse(&response, WS_HEAD_RESPONSE, ws_octets_of(text));
    ck_assert_int_eq(ws_response_judge(&response, &asked), WS_NO_VIOLATION);

    parse(&request, WS_HEAD_REQUEST, ws_octets_of(expecting));
    ck_assert_uint_eq(ws_response_build(out, sizeof out, &request, NULL, NULL), sizeof continued - 1);
    ck_assert_mem_eq(out, continued, sizeof continued - 1);
    parse(&request, WS_HEAD_REQUEST, ws_octets_of(LINE "\r\n"));
    ck_assert_uint_eq(ws_response_build(out, sizeof out, &request, NULL, NULL), 0);
    guarded_free(&page);
}
END_TEST

/* Every violation that has an HTTP status can be refused, and every refusal is a right response. */
START_TEST(builds_refusals)
{
    const enum ws_violation refused = (enum ws_violation)_i;
    const struct ws_violation_facts *facts = ws_violation_facts(refused);
    uint8_t out[1024];
    const size_t size = ws_refusal_build(out, sizeof out, refused);
    if (facts->code < 400 || facts->code > 599) {
        ck_assert_uint_eq(size, 0);
        return;
    }
    struct guarded page = guarded_new(sizeof out), copy = guarded_new(sizeof out);
    struct ws_head head;
    enum ws_violation violation;
    ck_assert_int_eq(heads_parse(&head, WS_HEAD_RESPONSE, (struct ws_octets){out, size},
                                 &ws_head_limits_default, &page, &violation, NULL),
                     WS_HEAD_COMPLETE);
    ck_assert_uint_eq(head.status, facts->code);
    ck_assert_uint_ne(head.reason.size, 0);
    ck_assert(ws_list_has(&head, "Connection", "close"));
    const struct ws_octets *length = ws_head_find(&head, "Content-Length", NULL);
    char expected_length[24];
    (void)snprintf(expected_length, sizeof expected_length, "%zu", size - head.size);
    heads_assert_equal(*length, ws_octets_of(expected_length));
    const bool is_426 = facts->code == 426, is_405 = facts->code == 405;
    ck_assert(ws_list_has(&head, "Upgrade", "websocket") == is_426);
    ck_assert(ws_list_has(&head, "Connection", "Upgrade") == is_426);
    ck_assert(ws_list_has(&head, "Allow", "GET") == is_405);
    if (is_405)
        ck_assert_uint_eq(size, head.size);
    else
        ck_assert_mem_eq(out + head.size, facts->sentence, strlen(facts->sentence));
    const bool tells =
        is_426 || refused == WS_REQUEST_VERSION_MALFORMED || refused == WS_REQUEST_VERSION_REPEATED;
    ck_assert(ws_list_has(&head, "Sec-WebSocket-Version", "13") == tells);
    for (size_t less = 0; less < size; less++)
        ck_assert_uint_eq(ws_refusal_build(guarded_copy(&copy, out, less), less, refused), 0);
    guarded_free(&page);
    guarded_free(&copy);
}
END_TEST

/* ---- responses ---- */

#define STATUS "HTTP/1.1 101 Switching Protocols\r\n"

static const struct response_row {
    const char *status, *upgrade, *connection, *accept, *more;
    enum ws_violation violation;
} response_rows[] = {
#define RESPONSE(field, text, expected)          \
    {                                            \
        .field = (text), .violation = (expected) \
    }
    RESPONSE(more, NULL, WS_NO_VIOLATION),
    RESPONSE(status, "HTTP/1.1 101 \r\n", WS_NO_VIOLATION),
    RESPONSE(status, "HTTP/1.1 200 OK\r\n", WS_RESPONSE_STATUS_NOT_101),
    RESPONSE(status, "HTTP/1.0 404 Not Found\r\n", WS_RESPONSE_STATUS_NOT_101),
    RESPONSE(status, "HTTP/1.1 100 Continue\r\n", WS_RESPONSE_STATUS_NOT_101),
    RESPONSE(status, "HTTP/1.0 101 Switching Protocols\r\n", WS_RESPONSE_VERSION_MALFORMED),
    RESPONSE(status, "HTTP/2.0 101 Switching Protocols\r\n", WS_RESPONSE_VERSION_MALFORMED),
    RESPONSE(upgrade, "uPGRADE:\t WEBSOCKET \t\r\n", WS_NO_VIOLATION),
    RESPONSE(upgrade, "Upgrade: , WebSocket\r\nUpgrade:\r\n", WS_NO_VIOLATION),
    RESPONSE(upgrade, "", WS_RESPONSE_UPGRADE_MISSING),
    RESPONSE(upgrade, "Upgrade:\r\n", WS_RESPONSE_UPGRADE_WRONG),
    RESPONSE(upgrade, "Upgrade: h2c\r\n", WS_RESPONSE_UPGRADE_WRONG),
    RESPONSE(upgrade, "Upgrade: websocket/13\r\n", WS_RESPONSE_UPGRADE_WRONG),
    RESPONSE(upgrade, "Upgrade: websocket, foo\r\n", WS_RESPONSE_UPGRADE_WRONG),
    RESPONSE(upgrade, "Upgrade: websocket\r\nUpgrade: websocket\r\n", WS_RESPONSE_UPGRADE_WRONG),
    RESPONSE(upgrade, "Upgrade: web-socket\r\n", WS_RESPONSE_UPGRADE_WRONG),
    RESPONSE(connection, "Connection: keep-alive, UPGRADE\r\n", WS_NO_VIOLATION),
    RESPONSE(connection, "Connection: keep-alive\r\nConnection: upgrade\r\n", WS_NO_VIOLATION),
    RESPONSE(connection, "", WS_RESPONSE_CONNECTION_MISSING),
    RESPONSE(connection, "Connection: keep-alive\r\n", WS_RESPONSE_CONNECTION_WRONG),
    RESPONSE(connection, "Connection: notupgrade, upgrade2\r\n", WS_RESPONSE_CONNECTION_WRONG),
    RESPONSE(accept, "Sec-WebSocket-Accept: \t s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \t \r\n", WS_NO_VIOLATION),
    RESPONSE(accept, "Sec-WebSocket-Accept:\r\n s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", WS_NO_VIOLATION),
    RESPONSE(accept, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9k\r\n YGzzhZRbK+xOo=\r\n", WS_RESPONSE_ACCEPT_WRONG),
    RESPONSE(accept, "", WS_RESPONSE_ACCEPT_MISSING),
    RESPONSE(accept, "Sec-WebSocket-Accept:\r\n", WS_RESPONSE_ACCEPT_WRONG),
    RESPONSE(accept, "Sec-WebSocket-Accept: s3ppLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", WS_RESPONSE_ACCEPT_WRONG),
    RESPONSE(accept, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK-xOo=\r\n", WS_RESPONSE_ACCEPT_WRONG),
    RESPONSE(accept, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo\r\n", WS_RESPONSE_ACCEPT_WRONG),
    RESPONSE(accept, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo= x\r\n", WS_RESPONSE_ACCEPT_WRONG),
    RESPONSE(accept, ACCEPT ACCEPT, WS_RESPONSE_ACCEPT_REPEATED),
    RESPONSE(more, "Sec-WebSocket-Extensions: foo; a=\"1\"\r\n", WS_NO_VIOLATION),
    RESPONSE(more, "Sec-WebSocket-Extensions: foo\r\nSec-WebSocket-Extensions:\r\n", WS_NO_VIOLATION),
    RESPONSE(more, "Sec-WebSocket-Extensions: foo\r\n ;b, late\r\n", WS_NO_VIOLATION),
    RESPONSE(more, "Sec-WebSocket-Extensions: x-foo\r\n", WS_RESPONSE_EXTENSION_NOT_OFFERED),
    RESPONSE(more, "Sec-WebSocket-Extensions: foo, x-foo\r\n", WS_RESPONSE_EXTENSION_NOT_OFFERED),
    RESPONSE(more, "Sec-WebSocket-Extensions: fo\r\n", WS_RESPONSE_EXTENSION_NOT_OFFERED),
    RESPONSE(more, "Sec-WebSocket-Extensions: x-foo, a;\r\n", WS_RESPONSE_EXTENSIONS_MALFORMED),
    RESPONSE(more, "Sec-WebSocket-Extensions: foo;a=\"\r\n", WS_RESPONSE_EXTENSIONS_MALFORMED),
    RESPONSE(more, "Sec-WebSocket-Extensions:\r\n", WS_RESPONSE_EXTENSIONS_MALFORMED),
    RESPONSE(more, "Sec-WebSocket-Protocol: chat\r\n", WS_NO_VIOLATION),
    RESPONSE(more, "Sec-WebSocket-Protocol: later\r\n", WS_NO_VIOLATION),
    RESPONSE(more, "Sec-WebSocket-Protocol: t\r\n", WS_NO_VIOLATION),
    RESPONSE(more, "Sec-WebSocket-Protocol: other\r\n", WS_RESPONSE_SUBPROTOCOL_NOT_OFFERED),
    RESPONSE(more, "Sec-WebSocket-Protocol: Chat\r\n", WS_RESPONSE_SUBPROTOCOL_NOT_OFFERED),
    RESPONSE(more, "Sec-WebSocket-Protocol: chat, superchat\r\n", WS_RESPONSE_SUBPROTOCOL_MALFORMED),
    RESPONSE(more, "Sec-WebSocket-Protocol:\r\n", WS_RESPONSE_SUBPROTOCOL_EMPTY),
    RESPONSE(more, "Sec-WebSocket-Protocol: \xff\xfe\r\n", WS_RESPONSE_SUBPROTOCOL_MALFORMED),
    RESPONSE(more, "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n",
             WS_RESPONSE_SUBPROTOCOL_REPEATED),
    RESPONSE(more, "Content-Length: 0\r\n", WS_RESPONSE_LENGTH_PRESENT),
    RESPONSE(more, "Transfer-Encoding: chunked\r\n", WS_RESPONSE_CODING_PRESENT),
    RESPONSE(more, "Server: x\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nX: \xff\r\n", WS_NO_VIOLATION),
#undef RESPONSE
};

START_TEST(judges_responses)
{
    static const char *const subprotocols[] = {"superchat", "chat", NULL};
    static const char *const fields[] = {"X: x-foo, other",
                                         "sec-websocket-extensions: a, late;b",
                                         "Sec-WebSocket-Protocol: later",
                                         "Sec-WebSocket-Protocol:t",
                                         "no colon",
                                         NULL};
    const struct ws_request request = {.key = "dGhlIHNhbXBsZSBub25jZQ==",
                                       .subprotocols = subprotocols,
                                       .extensions = "permessage-deflate; x, foo",
                                       .fields = fields};
    const struct ws_request bare = {.key = "dGhlIHNhbXBsZSBub25jZQ=="};
    const struct response_row *row = &response_rows[_i];
    uint8_t octets[1024];
    size_t size = append(octets, 0, row->status, STATUS);
    size = append(octets, size, row->upgrade, UPGRADE);
    size = append(octets, size, row->connection, CONNECTION);
    size = append(octets, size, row->accept, ACCEPT);
    size = append(octets, size, row->more, "");
    size = append(octets, size, "\r\n", NULL);
    struct guarded page = guarded_new(size);
    struct ws_head head;
    enum ws_violation violation;
    ck_assert_int_eq(heads_parse(&head, WS_HEAD_RESPONSE, (struct ws_octets){octets, size},
                                 &ws_head_limits_default, &page, &violation, NULL),
                     WS_HEAD_COMPLETE);
    ck_assert_str_eq(ws_violation_facts(ws_response_judge(&head, &request))->name,
                     ws_violation_facts(row->violation)->name);
    /* Who offers nothing must not be given anything. */
    enum ws_violation expected = row->violation;
    if (row->violation == WS_NO_VIOLATION && ws_head_find(&head, "Sec-WebSocket-Extensions", NULL) != NULL)
        expected = WS_RESPONSE_EXTENSION_NOT_OFFERED;
    if (row->violation == WS_NO_VIOLATION && ws_head_find(&head, "Sec-WebSocket-Protocol", NULL) != NULL)
        expected = WS_RESPONSE_SUBPROTOCOL_NOT_OFFERED;
    ck_assert_int_eq(ws_response_judge(&head, &bare), expected);
    guarded_free(&page);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("handshake");
    TCase *tests = tcase_create("handshake");
    tcase_add_loop_test(tests, judges_requests, 0, (int)(sizeof request_rows / sizeof request_rows[0]));
    tcase_add_test(tests, caps_subprotocols);
    tcase_add_test(tests, judges_authorities);
    tcase_add_test(tests, selects_subprotocols);
    tcase_add_test(tests, keys_and_accepts);
    tcase_add_test(tests, builds_requests);
    tcase_add_test(tests, builds_responses);
    tcase_add_loop_test(tests, builds_refusals, 0, WS_VIOLATION_COUNT);
    tcase_add_loop_test(tests, judges_responses, 0, (int)(sizeof response_rows / sizeof response_rows[0]));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
