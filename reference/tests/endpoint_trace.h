/* SPDX-License-Identifier: MIT */
/* endpoint_trace.h: sessions of an endpoint as text, for tests: what it tells as "OPEN text(hi) CLOSE(1000)",
 * what it sends as "101 text(hi) close(\x03\xe8)", and frames made for it. */
#ifndef REFERENCE_TESTS_ENDPOINT_TRACE_H
#define REFERENCE_TESTS_ENDPOINT_TRACE_H

#include "reference/ws.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRACE_KEY "dGhlIHNhbXBsZSBub25jZQ==" /* RFC 6455 1.3 */
static const char trace_request[] = "GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n"
                                    "Connection: Upgrade\r\nSec-WebSocket-Key: " TRACE_KEY "\r\n"
                                    "Sec-WebSocket-Version: 13\r\n\r\n";
static const char trace_response[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                     "Connection: Upgrade\r\n"
                                     "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static const struct ws_request trace_asked = {.host = "example.com", .target = "/chat", .key = TRACE_KEY};
static const uint8_t trace_key[4] = {0xa1, 0x00, 0xff, 0x5c};

struct trace {
    char text[8192];
    size_t size;
    bool in_data; /* the last event was a piece of a message that goes on */
};

__attribute__((format(printf, 2, 3))) static inline void trace_add(struct trace *trace, const char *format,
                                                                   ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(trace->text + trace->size, sizeof trace->text - trace->size, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= sizeof trace->text - trace->size)
        ck_abort_msg("the trace is full");
    trace->size += (size_t)size;
}

static inline void trace_octets(struct trace *trace, struct ws_octets octets)
{
    if (octets.size > 200) {
        trace_add(trace, "%zu octets", octets.size);
        return;
    }
    for (size_t i = 0; i < octets.size; i++)
        if (octets.at[i] >= ' ' && octets.at[i] < 0x7f)
            trace_add(trace, "%c", octets.at[i]);
        else
            trace_add(trace, "\\x%02x", octets.at[i]);
}

/* Pieces of data are joined: "text(" or, when the message goes on behind something else, "text+(" ; ")" when
 * the message ends, "…)" when something else comes first. */
static inline void trace_event(struct trace *trace, const struct ws_event *event)
{
    bool joins = trace->in_data && event->kind == WS_EVENT_DATA && !event->first;
    if (trace->in_data && !joins && event->kind != WS_EVENT_NONE) {
        trace_add(trace, "...)");
        trace->in_data = false;
    }
    if (!joins && trace->size > 0 && event->kind != WS_EVENT_NONE)
        trace_add(trace, " ");
    switch (event->kind) {
    case WS_EVENT_NONE:
        break;
    case WS_EVENT_OPEN:
        trace_add(trace, "OPEN");
        break;
    case WS_EVENT_DATA:
        if (!joins)
            trace_add(trace, "%s%s(", ws_opcode_name(event->opcode), event->first ? "" : "+");
        trace_octets(trace, event->octets);
        trace->in_data = !event->last;
        if (event->last)
            trace_add(trace, ")");
        break;
    case WS_EVENT_PING:
    case WS_EVENT_PONG:
        trace_add(trace, "%s(", event->kind == WS_EVENT_PING ? "ping" : "pong");
        trace_octets(trace, event->octets);
        trace_add(trace, ")");
        break;
    case WS_EVENT_CLOSE:
        trace_add(trace, "CLOSE(%u", event->code);
        trace_octets(trace, event->octets);
        trace_add(trace, ")");
        break;
    case WS_EVENT_FAILED:
        trace_add(trace, "FAILED(%s)", ws_violation_facts(event->violation)->name);
        break;
    case WS_EVENT_END:
        trace_add(trace, event->clean ? "END(clean)" : "END");
        break;
    }
}

/* Feeds octets until there is nothing more to tell. */
static inline void trace_receive(struct trace *trace, struct ws_endpoint *endpoint, ws_time now,
                                 const uint8_t *octets, size_t size)
{
    struct ws_event event;
    do {
        size_t taken = ws_endpoint_receive(endpoint, now, octets, size, &event);
        if (taken > size) /* Check writes every ck_assert down, which is slow for one per octet */
            ck_abort_msg("%zu octets taken of %zu", taken, size);
        if (taken > 0) {
            octets += taken;
            size -= taken;
        }
        trace_event(trace, &event);
    } while (event.kind != WS_EVENT_NONE);
    if (size != 0)
        ck_abort_msg("%zu octets were not taken", size);
}

/* What an endpoint has sent so far. */
struct sent {
    uint8_t octets[8192];
    size_t size;
};

static inline void sent_take(struct sent *sent, struct ws_endpoint *endpoint)
{
    struct ws_octets output = ws_endpoint_output(endpoint);
    if (output.size == 0)
        return;
    ck_assert_uint_le(sent->size + output.size, sizeof sent->octets);
    memcpy(sent->octets + sent->size, output.at, output.size);
    sent->size += output.size;
    ws_endpoint_output_taken(endpoint, output.size);
}

/* "101 text(hi) close(…)": a server's status or a client's "GET", then frames. Masks as the role has to. */
static inline void trace_sent(struct trace *trace, enum ws_role role, const struct sent *sent)
{
    const uint8_t *head_end = memmem(sent->octets, sent->size, "\r\n\r\n", 4);
    ck_assert_ptr_nonnull(head_end);
    trace_add(trace, "%.3s", (const char *)sent->octets + (role == WS_SERVER ? 9 : 0));
    const uint8_t *at = head_end + 4;
    size_t size = (size_t)(sent->octets + sent->size - at);
    struct ws_frame_decoder decoder = {0};
    struct ws_frame_event event;
    if (trace->text[0] != '1' && role == WS_SERVER)
        return; /* a refusal's body */
    for (;;) {
        size_t taken = ws_frame_decode(&decoder, at, size, &event);
        uint8_t payload[8192];
        switch (event.kind) {
        case WS_FRAME_NEED_MORE:
            ck_assert(ws_frame_decoder_idle(&decoder));
            return;
        case WS_FRAME_HEADER:
            ck_assert_int_eq(event.header->masked, role == WS_CLIENT);
            ck_assert_int_eq(event.header->length_form, ws_length_form_shortest(event.header->length));
            ck_assert_uint_eq(event.header->rsv, 0);
            trace_add(trace, " %s%s(", ws_opcode_name(event.header->opcode), event.header->fin ? "" : "-");
            break;
        case WS_FRAME_PAYLOAD:
            ws_mask(payload, event.payload.at, event.payload.size, event.header->masking_key, event.offset);
            trace_octets(trace, (struct ws_octets){payload, event.payload.size});
            break;
        case WS_FRAME_END:
            trace_add(trace, ")");
            break;
        }
        at += taken;
        size -= taken;
    }
}

/* Appends a frame in the shortest form; `masked` with trace_key. Returns the size. */
static inline size_t frame_put(uint8_t *to, uint8_t first, bool masked, const void *payload, size_t size)
{
    struct ws_frame_header header = {.fin = first >> 7,
                                     .rsv = first >> 4 & 7,
                                     .opcode = first & 15,
                                     .masked = masked,
                                     .length_form = ws_length_form_shortest(size),
                                     .length = size};
    memcpy(header.masking_key, masked ? trace_key : (const uint8_t[4]){0}, sizeof header.masking_key);
    size_t head = ws_frame_header_encode(to, &header);
    ws_mask(to + head, payload, size, header.masking_key, 0);
    return head + size;
}

/* "Random" octets that a test can foretell. */
static inline void counted_octets(void *context, uint8_t *out, size_t size)
{
    uint8_t *next = context;
    for (size_t i = 0; i < size; i++)
        out[i] = (*next)++;
}

#endif
