/* SPDX-License-Identifier: MIT */
/* fuzz_head.c: heads and the opening handshake: a head parses the same in any pieces, written again it parses
 * to the same parts, an acceptable request gets a response that its client accepts, any other one a refusal
 * that is a right response. The first octet decides on the kind, the limits and the pieces. */
#include "fuzz/oracle.h"
#include "reference/ws.h"

/* Longest method, target, name or value that the rewritten head holds, all parts together. */
enum { REWRITTEN_MAX = 1 << 17 };

static bool same(struct ws_octets a, struct ws_octets b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

static void must_be_same(const struct ws_head *a, const struct ws_head *b)
{
    must(same(a->method, b->method) && same(a->target, b->target), "same method and target");
    must(a->status == b->status && same(a->reason, b->reason), "same status and reason");
    must(a->http_major == b->http_major && a->http_minor == b->http_minor, "same version");
    must(a->field_count == b->field_count && a->folds >= b->folds, "as many fields");
    for (size_t i = 0; i < a->field_count; i++) {
        must(same(a->fields[i].name, b->fields[i].name), "same name");
        must(same(a->fields[i].value, b->fields[i].value), "same value");
    }
}

static void put(uint8_t *out, size_t *size, struct ws_octets octets)
{
    must(octets.size <= REWRITTEN_MAX - *size, "the rewritten head is no larger than the limits allow");
    if (octets.size != 0) {
        memcpy(out + *size, octets.at, octets.size);
        *size += octets.size;
    }
}

static void put_version(uint8_t *out, size_t *size, const struct ws_head *head)
{
    const uint8_t text[] = {
        'H', 'T', 'T', 'P', '/', (uint8_t)('0' + head->http_major), '.', (uint8_t)('0' + head->http_minor)};
    put(out, size, (struct ws_octets){text, sizeof text});
}

/* Writes the head from its parts and parses that. */
static void must_survive_rewriting(const struct ws_head *head, enum ws_head_kind kind)
{
    uint8_t *out = malloc(REWRITTEN_MAX);
    must(out != NULL, "there is memory");
    size_t size = 0;
    if (kind == WS_HEAD_REQUEST) {
        put(out, &size, head->method);
        put(out, &size, ws_octets_of(" "));
        put(out, &size, head->target);
        put(out, &size, ws_octets_of(" "));
        put_version(out, &size, head);
    } else {
        char status[8];
        (void)snprintf(status, sizeof status, " %03u ", head->status);
        put_version(out, &size, head);
        put(out, &size, ws_octets_of(status));
        put(out, &size, head->reason);
    }
    put(out, &size, ws_octets_of("\r\n"));
    for (size_t i = 0; i < head->field_count; i++) {
        put(out, &size, head->fields[i].name);
        put(out, &size, ws_octets_of(":"));
        put(out, &size, head->fields[i].value);
        put(out, &size, ws_octets_of("\r\n"));
    }
    put(out, &size, ws_octets_of("\r\n"));
    const struct ws_head_limits none = {SIZE_MAX, WS_HEAD_FIELDS_MAX, SIZE_MAX / 2};
    struct ws_head again;
    enum ws_violation violation;
    must(ws_head_parse(&again, kind, (struct ws_octets){out, size}, 0, &none, &violation) == WS_HEAD_COMPLETE,
         "a head written from its parts is right");
    must(again.size == size, "and ends where it was ended");
    must_be_same(head, &again);
    free(out);
}

/* The other side accepts what is built for an acceptable request; a refusal is a right response. */
static void must_be_answered(const struct ws_head *request)
{
    static const char *const supported[] = {"chat", "superchat", NULL};
    uint8_t out[1024];
    struct ws_head response;
    enum ws_violation violation = ws_request_judge(request);
    const struct ws_octets *key = ws_head_find(request, "Sec-WebSocket-Key", NULL);
    size_t size = 0, begin = 0;
    if (violation != WS_NO_VIOLATION) {
        size = ws_refusal_build(out, sizeof out, violation);
    } else {
        const char *selected = ws_subprotocol_select(request, supported);
        size = ws_response_build(out, sizeof out, request, selected, NULL);
        begin = ws_list_has(request, "Expect", "100-continue") ? strlen("HTTP/1.1 100 Continue\r\n\r\n") : 0;
    }
    must(size > begin, "every request is answered");
    enum ws_violation malformed;
    const struct ws_octets octets = {out + begin, size - begin};
    must(ws_head_parse(&response, WS_HEAD_RESPONSE, octets, 0, &ws_head_limits_default, &malformed) ==
             WS_HEAD_COMPLETE,
         "the answer is a right response");
    if (violation != WS_NO_VIOLATION) {
        must(response.status == ws_violation_facts(violation)->code, "a refusal has the status of its cause");
        return;
    }
    must(key->size == WS_KEY_SIZE, "a key that is accepted has its size");
    char key_text[WS_KEY_SIZE + 1] = {0};
    memcpy(key_text, key->at, WS_KEY_SIZE);
    const struct ws_request asked = {.key = key_text, .subprotocols = supported};
    must(ws_response_judge(&response, &asked) == WS_NO_VIOLATION, "the client accepts the response");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    static const struct ws_head_limits small = {.size = 300, .fields = 9, .start_line = 60};
    const enum ws_head_kind kind = (data[0] & 1) != 0 ? WS_HEAD_RESPONSE : WS_HEAD_REQUEST;
    const struct ws_head_limits *limits = (data[0] & 2) != 0 ? &small : &ws_head_limits_default;
    uint32_t seed = data[0];
    const struct ws_octets octets = {data + 1, size - 1};

    struct ws_head head, other;
    enum ws_violation violation, other_violation = WS_NO_VIOLATION;
    const enum ws_head_progress progress = ws_head_parse(&head, kind, octets, 0, limits, &violation);
    must((progress == WS_HEAD_BAD) == (violation != WS_NO_VIOLATION),
         "bad heads and no others have a violation");

    enum ws_head_progress other_progress = WS_HEAD_NEED_MORE;
    uint8_t *copy = exact_copy(NULL, 0);
    for (size_t at = 0; at < octets.size && other_progress == WS_HEAD_NEED_MORE;) {
        const size_t seen = at;
        at += next_piece(&seed, octets.size - at);
        uint8_t *moved = exact_copy(octets.at, at);
        free(copy);
        copy = moved;
        other_progress =
            ws_head_parse(&other, kind, (struct ws_octets){copy, at}, seen, limits, &other_violation);
    }
    must(other_progress == progress && other_violation == violation, "pieces give what the whole gives");
    if (progress == WS_HEAD_COMPLETE) {
        must(head.size <= octets.size && other.size == head.size,
             "a head ends in the octets that were given");
        must(other.folds == head.folds, "pieces have the same folds");
        must_be_same(&head, &other);
        must_survive_rewriting(&head, kind);
        if (kind == WS_HEAD_REQUEST) {
            must_be_answered(&head);
        } else {
            const struct ws_request asked = {.key = "dGhlIHNhbXBsZSBub25jZQ==",
                                             .extensions = "foo, bar; baz=2"};
            must(ws_response_judge(&head, &asked) == ws_response_judge(&other, &asked), "same judgement");
        }
    }
    free(copy);
    return 0;
}
