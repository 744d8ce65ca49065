/* SPDX-License-Identifier: MIT */
/* fault_deflate.c: permessage-deflate (RFC 7692) of a faulty server: which offers it accepts, what it
 * answers, what it uses, and which compressed messages it takes. */
#include "reference/faulty.h"

#include <string.h>

#include "reference/fault_text.h"

/* ---- Offers ---- */

/* What a lenient server has seen in one offer. */
struct offer {
    struct ws_deflate_parameters parameters;
    unsigned seen; /* bits: which parameter came already */
    bool unknown, repeated, server_value, client_value, server_bits, client_bits, zeros; /* what is wrong */
};

static bool is(struct ws_octets octets, const char *text)
{
    return ws_octets_equal(octets, ws_octets_of(text));
}

static bool has(struct ws_octets octets, const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; i + size <= octets.size; i++)
        if (memcmp(octets.at + i, text, size) == 0)
            return true;
    return false;
}

/* The value as a number from 8 to 15, leading zeros passed over; 0 if it is none. */
static uint8_t bits_of(const struct ws_extension_parameter *parameter, bool *zeros)
{
    size_t i = 0;
    unsigned value = 0;
    while (i < parameter->value_size && parameter->value[i] == '0')
        i++;
    *zeros = i > 0;
    for (; i < parameter->value_size && value < 100; i++) {
        if (parameter->value[i] < '0' || parameter->value[i] > '9')
            return 0;
        value = value * 10 + (unsigned)(parameter->value[i] - '0');
    }
    return value >= WS_DEFLATE_BITS_MIN && value <= WS_DEFLATE_BITS_MAX ? (uint8_t)value : 0;
}

static void note_seen(struct offer *offer, unsigned bit)
{
    offer->repeated = offer->repeated || (offer->seen & bit);
    offer->seen |= bit;
}

static void read_parameter(struct offer *offer, const struct ws_extension_parameter *parameter)
{
    bool zeros = false;
    if (is(parameter->name, "server_no_context_takeover")) {
        note_seen(offer, 1);
        offer->server_value = offer->server_value || parameter->has_value;
        offer->parameters.server_no_context_takeover = true;
    } else if (is(parameter->name, "client_no_context_takeover")) {
        note_seen(offer, 2);
        offer->client_value = offer->client_value || parameter->has_value;
    } else if (is(parameter->name, "server_max_window_bits")) {
        uint8_t bits = bits_of(parameter, &zeros);
        note_seen(offer, 4);
        offer->server_bits = offer->server_bits || bits == 0;
        offer->parameters.server_max_window_bits = bits == 0 ? WS_DEFLATE_BITS_MAX : bits;
    } else if (is(parameter->name, "client_max_window_bits")) {
        uint8_t bits = bits_of(parameter, &zeros);
        note_seen(offer, 8);
        offer->client_bits = offer->client_bits || (parameter->has_value && bits == 0);
    } else {
        offer->unknown = true;
    }
    offer->zeros = offer->zeros || zeros;
}

/* Whether the fault does not see what is wrong with the offer. */
static bool is_taken(enum ws_fault fault, const struct offer *offer)
{
    struct offer left = *offer;
    switch (fault) {
    case WS_FAULT_DEFLATE_UNKNOWN:
        left.unknown = false;
        break;
    case WS_FAULT_DEFLATE_SERVER_BITS:
        left.server_bits = false;
        break;
    case WS_FAULT_DEFLATE_CLIENT_BITS:
    case WS_FAULT_DEFLATE_CLIENT_DIGITS:
        left.client_bits = false;
        break;
    case WS_FAULT_DEFLATE_ZEROS:
        left.zeros = false;
        break;
    case WS_FAULT_DEFLATE_SERVER_VALUE:
        left.server_value = false;
        break;
    case WS_FAULT_DEFLATE_CLIENT_VALUE:
        left.client_value = false;
        break;
    case WS_FAULT_DEFLATE_REPEATED:
        left.repeated = false;
        break;
    case WS_FAULT_DEFLATE_ANYTHING:
        return true;
    default: /* the others see everything */
        return false;
    }
    return !(left.unknown || left.repeated || left.server_value || left.client_value || left.server_bits ||
             left.client_bits || left.zeros);
}

/* The first offer of permessage-deflate that the fault lets pass. */
static bool accept_leniently(enum ws_fault fault, const struct ws_head *head,
                             struct ws_deflate_parameters *agreed)
{
    struct ws_list_walk walk = {.head = head, .name = "Sec-WebSocket-Extensions"};
    struct ws_octets member;
    struct ws_extension extension;
    while (ws_list_next(&walk, &member)) {
        struct offer offer = {0};
        if (!ws_extension_parse(member, &extension) || !is(extension.token, WS_DEFLATE_NAME))
            continue;
        for (size_t i = 0; i < extension.parameter_count; i++)
            read_parameter(&offer, &extension.parameters[i]);
        *agreed = offer.parameters;
        if (is_taken(fault, &offer))
            return true;
    }
    return false;
}

/* The head with the first member, or the first line, of the extensions only. */
static bool accept_first(const struct ws_endpoint *endpoint, const struct ws_head *head, bool member_only,
                         struct ws_deflate_parameters *agreed)
{
    const struct ws_octets *line = ws_head_find(head, "Sec-WebSocket-Extensions", NULL);
    if (line == NULL)
        return false;
    struct ws_head first = {.field_count = 1};
    first.fields[0] = (struct ws_head_field){ws_octets_of("Sec-WebSocket-Extensions"), *line};
    const uint8_t *comma = member_only && line->size > 0 ? memchr(line->at, ',', line->size) : NULL;
    if (comma != NULL)
        first.fields[0].value.size = (size_t)(comma - line->at);
    return ws_deflate_accept(&first, &endpoint->config.deflate, agreed);
}

bool fault_accept_deflate(const struct ws_endpoint *endpoint, const struct ws_head *head,
                          struct ws_deflate_parameters *agreed)
{
    enum ws_fault kind = endpoint->fault->kind;
    if (!endpoint->config.deflate.enabled)
        return false;
    if (kind == WS_FAULT_DEFLATE_FIRST_ONLY || kind == WS_FAULT_DEFLATE_FIRST_LINE)
        return accept_first(endpoint, head, kind == WS_FAULT_DEFLATE_FIRST_ONLY, agreed);
    bool accepted = ws_deflate_accept(head, &endpoint->config.deflate, agreed);
    if (accepted && kind == WS_FAULT_DEFLATE_NO_TAKEOVER && agreed->server_no_context_takeover)
        return false;
    return accepted || accept_leniently(kind, head, agreed);
}

/* ---- The answer ---- */

void fault_edit_deflate(const struct ws_endpoint *endpoint, struct fault_text *text)
{
    static const char element[] = "permessage-deflate", offered_bits[] = "client_max_window_bits";
    bool accepted = endpoint->deflate != NULL;
    const struct ws_octets *offer = ws_head_find(&endpoint->head->head, "Sec-WebSocket-Extensions", NULL);
    switch (accepted ? endpoint->fault->kind : WS_NO_FAULT) {
    case WS_FAULT_DEFLATE_TWICE:
        fault_text_replace(text, element, "permessage-deflate, permessage-deflate");
        break;
    case WS_FAULT_DEFLATE_SILENT:
        fault_text_replace_line(text, "Sec-WebSocket-Extensions:", "");
        break;
    case WS_FAULT_DEFLATE_NO_TAKEOVER_ANSWER:
        fault_text_replace(text, "; server_no_context_takeover", "");
        break;
    case WS_FAULT_DEFLATE_NO_BITS_ANSWER:
        fault_text_replace(text, "; server_max_window_bits", "; client_no_context_takeover\r\nX-Bits: 1");
        break;
    case WS_FAULT_DEFLATE_BITS_16:
        fault_text_replace(text, "server_max_window_bits=", "server_max_window_bits=16\r\nX-Bits: 1");
        break;
    case WS_FAULT_DEFLATE_CLIENT_BITS_UNASKED:
        if (fault_text_find(text, 0, offered_bits) == SIZE_MAX)
            fault_text_replace(text, element, "permessage-deflate; client_max_window_bits=15");
        break;
    case WS_FAULT_DEFLATE_CLIENT_BITS_BARE:
        if (fault_text_find(text, 0, offered_bits) == SIZE_MAX)
            fault_text_replace(text, element, "permessage-deflate; client_max_window_bits");
        else
            fault_text_replace(text, "client_max_window_bits=", "client_max_window_bits\r\nX-Bits: ");
        break;
    case WS_FAULT_DEFLATE_TAKEOVER_VALUE:
        fault_text_replace(text, "; client_no_context_takeover", "");
        fault_text_replace(text, element, "permessage-deflate; client_no_context_takeover=1");
        break;
    case WS_FAULT_DEFLATE_CLIENT_BITS_LARGER:
        if (fault_text_find(text, 0, "client_max_window_bits=") != SIZE_MAX)
            fault_text_replace(text, "client_max_window_bits=", "client_max_window_bits=15\r\nX-Bits: ");
        else if (offer != NULL && has(*offer, "client_max_window_bits="))
            fault_text_replace(text, element, "permessage-deflate; client_max_window_bits=15");
        break;
    case WS_FAULT_DEFLATE_ANSWERS_9:
        fault_text_replace(text, "server_max_window_bits=8", "server_max_window_bits=9");
        break;
    case WS_FAULT_DEFLATE_OWN_PARAMETER:
        fault_text_replace(text, element, "permessage-deflate; x-level=9");
        break;
    case WS_FAULT_DEFLATE_PARAMETER_TWICE:
        fault_text_replace(text, element,
                           "permessage-deflate; client_no_context_takeover; client_no_context_takeover");
        break;
    default: /* not a fault of the answer to what was accepted */
        break;
    }
    bool named = offer != NULL && offer->size >= sizeof element - 1 &&
                 memcmp(offer->at, element, sizeof element - 1) == 0;
    if (endpoint->fault->kind == WS_FAULT_DEFLATE_NAMED && !accepted && named)
        fault_text_add_line(text, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
}

/* ---- What is used ---- */

void fault_use_deflate(struct ws_endpoint *endpoint)
{
    struct ws_deflate_parameters *used = &endpoint->deflate->agreed;
    const struct ws_octets *offer = ws_head_find(&endpoint->head->head, "Sec-WebSocket-Extensions", NULL);
    bool server = endpoint->config.role == WS_SERVER;
    bool *own_takeover = server ? &used->server_no_context_takeover : &used->client_no_context_takeover;
    bool *other_takeover = server ? &used->client_no_context_takeover : &used->server_no_context_takeover;
    uint8_t *own_bits = server ? &used->server_max_window_bits : &used->client_max_window_bits;
    uint8_t *other_bits = server ? &used->client_max_window_bits : &used->server_max_window_bits;
    switch (endpoint->fault->kind) {
    case WS_FAULT_DEFLATE_WINDOW:
        *own_bits = 0;
        break;
    case WS_FAULT_DEFLATE_WINDOW_8:
        if (*own_bits == 8)
            *own_bits = 0;
        break;
    case WS_FAULT_DEFLATE_CLIENT_WINDOW_9:
        if (*other_bits != 0)
            *other_bits = 8;
        break;
    case WS_FAULT_DEFLATE_CONTEXT_KEPT:
        *own_takeover = false;
        break;
    case WS_FAULT_DEFLATE_CONTEXT_LOST:
        *other_takeover = true;
        break;
    case WS_FAULT_DEFLATE_HINT_BINDS:
        if (offer != NULL && has(*offer, "client_no_context_takeover"))
            used->client_no_context_takeover = true;
        break;
    case WS_FAULT_DEFLATE_SMALL_WINDOW:
        *other_bits = 10;
        break;
    default: /* not a fault of what was agreed on */
        break;
    }
}

bool fault_compresses(const struct ws_endpoint *endpoint, struct ws_octets *payload)
{
    switch (endpoint->fault->kind) {
    case WS_FAULT_DEFLATE_RAW:
        return false;
    case WS_FAULT_DEFLATE_LARGE_RAW:
        return payload->size <= 1000;
    case WS_FAULT_DEFLATE_SMALL_RAW:
        return payload->size > 125;
    case WS_FAULT_DEFLATE_LOSES_OCTET:
        payload->size -= payload->size > 0;
        return true;
    default: /* the others compress */
        return true;
    }
}

/* ---- Compressed messages that come in ---- */

enum ws_violation fault_judge_deflate(const struct ws_endpoint *endpoint, enum ws_violation violation)
{
    bool cut_off = ws_inflater_fault(endpoint->deflate->inflater) == WS_DEFLATE_CUT_OFF;
    bool ignored = endpoint->fault->kind == WS_FAULT_DEFLATE_BAD_DATA ||
                   (endpoint->fault->kind == WS_FAULT_DEFLATE_CUT_OFF && cut_off);
    return ignored ? WS_NO_VIOLATION : violation;
}

void fault_decode_compressed(const struct ws_endpoint *endpoint, struct ws_frame_header *header)
{
    if (endpoint->fault->kind == WS_FAULT_DEFLATE_INFLATES_ALL &&
        (header->opcode == WS_TEXT || header->opcode == WS_BINARY))
        header->rsv |= WS_RSV1;
}

ws_violation_set fault_dislike_compressed(const struct ws_endpoint *endpoint,
                                          const struct ws_frame_header *header)
{
    bool begins = header->opcode == WS_TEXT || header->opcode == WS_BINARY;
    bool compressed = (header->rsv & WS_RSV1) != 0;
    switch (endpoint->fault->kind) {
    case WS_FAULT_DEFLATE_ONLY:
        return begins && !compressed ? UINT64_C(1) << WS_RSV1_SET : 0;
    case WS_FAULT_DEFLATE_HUNDRED:
        return begins && compressed && endpoint->fault->messages == 99 ? UINT64_C(1) << WS_TOO_MANY_FRAGMENTS
                                                                       : 0;
    case WS_FAULT_DEFLATE_NO_FRAGMENTS:
        return begins && compressed && !header->fin ? UINT64_C(1) << WS_TOO_MANY_FRAGMENTS : 0;
    default: /* not a fault of headers */
        return 0;
    }
}

bool fault_dislikes_data(const struct ws_endpoint *endpoint, const struct ws_frame_event *frame)
{
    static const uint8_t tail[] = {0x00, 0x00, 0xFF, 0xFF};
    const uint8_t *key = endpoint->fault->key;
    const struct ws_octets *payload = &frame->payload;
    uint8_t first = payload->at[0] ^ key[frame->offset % 4];
    bool begins = frame->offset == 0 && frame->header->opcode != WS_CONTINUATION;
    size_t same = 0;
    switch (endpoint->fault->kind) {
    case WS_FAULT_DEFLATE_NO_FINAL: /* RFC 1951 3.2.3: the first bit of a block */
        return begins && (first & 1) != 0;
    case WS_FAULT_DEFLATE_NO_FIXED:
        return begins && (first & 6) == 2;
    case WS_FAULT_DEFLATE_NO_STORED: /* the two bits behind it */
        return begins && (first & 6) == 0 && frame->header->length > 1;
    case WS_FAULT_DEFLATE_NO_FLUSH:
        if (frame->header->fin || frame->offset + payload->size < frame->header->length || payload->size < 4)
            return false;
        while (same < 4 && (payload->at[payload->size - 4 + same] ^
                            key[(frame->offset + payload->size + same) % 4]) == tail[same])
            same++;
        return same == 4;
    default: /* not a fault of data */
        return false;
    }
}
