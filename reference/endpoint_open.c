/* SPDX-License-Identifier: MIT */
/* The opening handshake of an endpoint (RFC 6455 4): collects the peer's head, has it judged, answers. The
 * rules are those of the handshake files; the octets behind the head belong to endpoint_receive.c. */
#include "reference/faulty.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEAD_ROOM = 1024,        /* most heads fit */
    HEAD_ROOM_MAX = 1 << 20, /* for a head that is built: as much as its caller may reasonably put in */
    STATUS_SWITCHING_PROTOCOLS = 101,
    STATUS_FINAL = 200 /* the first that is not interim (RFC 9110 15.2) */
};

/* Which head is built, and of what. */
struct outgoing {
    enum { REQUEST, RESPONSE, REFUSAL } kind;
    const struct ws_request *request;
    const struct ws_head *asked;
    const char *subprotocol, *extensions;
    enum ws_violation violation;
};

static size_t build(uint8_t *out, size_t size, const struct outgoing *outgoing)
{
    switch (outgoing->kind) {
    case REQUEST:
        return ws_request_build(out, size, outgoing->request);
    case RESPONSE:
        return ws_response_build(out, size, outgoing->asked, outgoing->subprotocol, outgoing->extensions);
    case REFUSAL:
        return ws_refusal_build(out, size, outgoing->violation);
    }
    return 0;
}

/* Heads go out before anything else does and are not counted against the output's cap. */
static bool put_head(struct ws_endpoint *endpoint, const struct outgoing *outgoing)
{
    for (size_t room = HEAD_ROOM; room <= HEAD_ROOM_MAX; room *= 2) {
        uint8_t *out;
        if (ws_output_reserve(&endpoint->output, room, SIZE_MAX, &out) != WS_DONE)
            return false;
        size_t size = build(out, room, outgoing);
        if (endpoint->fault != NULL && size > 0)
            size = outgoing->kind == REQUEST ? fault_edit_request(endpoint, out, size, room)
                                             : fault_edit_response(endpoint, out, size, room);
        if (size > 0) {
            ws_output_commit(&endpoint->output, size);
            return true;
        }
    }
    return false;
}

bool endpoint_put_request(struct ws_endpoint *endpoint)
{
    struct ws_request *request = &endpoint->request;
    *request = *endpoint->config.request;
    if (endpoint->config.deflate.enabled && request->extensions == NULL) {
        const struct ws_deflate_parameters offer = ws_deflate_offer(&endpoint->config.deflate);
        ws_deflate_element_build(endpoint->offer, &offer);
        request->extensions = endpoint->offer;
    }
    if (!put_head(endpoint, &(struct outgoing){.kind = REQUEST, .request = request}))
        return false;
    if (endpoint->fault != NULL)
        fault_request_sent(endpoint);
    return true;
}

bool endpoint_put_refusal(struct ws_endpoint *endpoint, enum ws_violation violation)
{
    if (endpoint->fault != NULL && fault_refuses_silently(endpoint, violation))
        return false;
    return put_head(endpoint, &(struct outgoing){.kind = REFUSAL, .violation = violation});
}

void endpoint_head_free(struct ws_endpoint *endpoint)
{
    if (endpoint->head == NULL)
        return;
    free(endpoint->head->octets);
    free(endpoint->head);
    endpoint->head = NULL;
}

/* Copies octets behind those that are there, up to `cap` in all. Returns how many, or SIZE_MAX when memory is
 * out. */
static size_t collect(struct ws_endpoint *endpoint, const uint8_t *octets, size_t size, size_t cap)
{
    if (endpoint->head == NULL) {
        endpoint->head = calloc(1, sizeof *endpoint->head);
        if (endpoint->head == NULL)
            return SIZE_MAX;
    }
    struct endpoint_head *head = endpoint->head;
    if (size > cap - head->have)
        size = cap - head->have;
    if (size > head->capacity - head->have) {
        size_t capacity = head->capacity == 0 ? HEAD_ROOM : head->capacity;
        while (capacity < head->have + size)
            capacity *= 2;
        uint8_t *grown = realloc(head->octets, capacity);
        if (grown == NULL)
            return SIZE_MAX;
        head->octets = grown;
        head->capacity = capacity;
    }
    if (size > 0)
        memcpy(head->octets + head->have, octets, size);
    head->have += size;
    return size;
}

/* The subprotocol that the response names, as the string the request offers it with. The response has been
 * judged: it names none or one of those (RFC 6455 4.1). */
static const char *subprotocol_accepted(const struct ws_head *head, const struct ws_request *request)
{
    const struct ws_octets *named = ws_head_find(head, "Sec-WebSocket-Protocol", NULL);
    if (named == NULL || request->subprotocols == NULL)
        return NULL;
    for (const char *const *offered = request->subprotocols; *offered != NULL; offered++)
        if (ws_octets_equal(*named, ws_octets_of(*offered)))
            return *offered;
    return NULL;
}

/* A server's 101 response; compression begins when the request offers it in a form that can be accepted. */
static bool accept_request(struct ws_endpoint *endpoint, const struct ws_head *head)
{
    struct ws_deflate_parameters agreed;
    char element[WS_DEFLATE_ELEMENT_MAX];
    struct outgoing response = {.kind = RESPONSE, .asked = head};
    endpoint->subprotocol = ws_subprotocol_select(head, endpoint->config.subprotocols);
    response.subprotocol = endpoint->subprotocol;
    if (endpoint->fault == NULL ? ws_deflate_accept(head, &endpoint->config.deflate, &agreed)
                                : fault_accept_deflate(endpoint, head, &agreed)) {
        if (!endpoint_deflate_start(endpoint, &agreed))
            return false;
        ws_deflate_element_build(element, &agreed);
        response.extensions = element;
    }
    return put_head(endpoint, &response);
}

/* A client has been accepted: what it asked for and was given is in use. */
static bool take_response(struct ws_endpoint *endpoint, const struct ws_head *head)
{
    struct ws_deflate_parameters agreed;
    endpoint->subprotocol = subprotocol_accepted(head, &endpoint->request);
    return !endpoint->config.deflate.enabled || !ws_deflate_agreed(head, &agreed) ||
           endpoint_deflate_start(endpoint, &agreed);
}

/* The head is complete: judged, and answered by a server. */
static void finish(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event)
{
    const struct ws_head *head = &endpoint->head->head;
    enum ws_violation violation = WS_NO_VIOLATION;
    bool answered = true;
    switch (endpoint->config.role) {
    case WS_SERVER:
        violation = endpoint->fault == NULL ? ws_request_judge(head) : fault_judge_request(endpoint, head);
        if (violation != WS_NO_VIOLATION)
            break;
        answered = accept_request(endpoint, head);
        break;
    case WS_CLIENT:
        violation = endpoint->fault == NULL ? ws_response_judge(head, &endpoint->request)
                                            : fault_judge_response(endpoint, head);
        if (violation == WS_NO_VIOLATION)
            answered = take_response(endpoint, head);
        break;
    }
    if (violation != WS_NO_VIOLATION) {
        endpoint_fail(endpoint, now, violation, event);
        return;
    }
    if (!answered) {
        endpoint_end(endpoint, event);
        return;
    }
    endpoint_head_free(endpoint);
    endpoint->state = WS_OPEN;
    endpoint->deadline = WS_NEVER;
    event->kind = WS_EVENT_OPEN;
}

/* An interim response precedes the one that counts (RFC 9110 15.2). */
static bool is_interim(const struct ws_endpoint *endpoint)
{
    unsigned status = endpoint->head->head.status;
    if (endpoint->fault != NULL && fault_takes_interim_for_final(endpoint))
        return false;
    return endpoint->config.role == WS_CLIENT && status < STATUS_FINAL &&
           status != STATUS_SWITCHING_PROTOCOLS;
}

size_t endpoint_receive_head(struct ws_endpoint *endpoint, ws_time now, const uint8_t *octets, size_t size,
                             struct ws_event *event)
{
    const struct ws_head_limits *limits = &endpoint->config.head_limits;
    enum ws_head_kind kind = endpoint->config.role == WS_SERVER ? WS_HEAD_REQUEST : WS_HEAD_RESPONSE;
    /* One octet more than the limit, so that the parser sees that it is passed. */
    size_t cap = limits->size < SIZE_MAX ? limits->size + 1 : SIZE_MAX;
    size_t taken = 0;
    while (taken < size) {
        size_t part = collect(endpoint, octets + taken, size - taken, cap);
        if (part == SIZE_MAX) {
            endpoint_end(endpoint, event);
            return size;
        }
        struct endpoint_head *head = endpoint->head;
        size_t seen = head->have - part;
        enum ws_violation violation = WS_NO_VIOLATION;
        if (endpoint->fault != NULL && kind == WS_HEAD_REQUEST) {
            fault_read_head(endpoint);
            seen = 0;
        }
        switch (ws_head_parse(&head->head, kind, (struct ws_octets){head->octets, head->have}, seen, limits,
                              &violation)) {
        case WS_HEAD_NEED_MORE:
            taken += part;
            if (endpoint->fault != NULL && fault_wants_head_at_once(endpoint)) {
                endpoint_fail(endpoint, now, WS_HEAD_START_LINE_MALFORMED, event);
                return size;
            }
            break;
        case WS_HEAD_BAD:
            endpoint_fail(endpoint, now, violation, event);
            return size;
        case WS_HEAD_COMPLETE:
            taken += part - (head->have - head->head.size); /* what stands behind it is left */
            if (!is_interim(endpoint)) {
                finish(endpoint, now, event);
                return endpoint->fault != NULL && fault_loses_rest(endpoint) ? size : taken;
            }
            /* All that is passed over counts as one head, so that it cannot go on for ever. */
            head->interim += head->head.size;
            if (head->interim > limits->size) {
                endpoint_fail(endpoint, now, WS_HEAD_TOO_LARGE, event);
                return size;
            }
            head->have = 0;
            head->head = (struct ws_head){0};
            break;
        }
    }
    return taken;
}
