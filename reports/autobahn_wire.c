/* SPDX-License-Identifier: MIT */
/* autobahn_wire.c: a transcript as the rows of a wire log, and as events. What the transcript has cut is cut
 * here too. */
#include "reports/autobahn_parts.h"

#include <string.h>

enum {
    HEX_MAX = 2 * AUTOBAHN_SHOWN_MAX,
    TEXT_OPCODE = 1,
    BINARY_OPCODE = 2,
    CLOSE_OPCODE = 8,
    PONG_OPCODE = 10
};

static json_t *hex_of(const char *before, const uint8_t *octets, size_t count, bool cut)
{
    static const char digits[] = "0123456789abcdef";
    char text[HEX_MAX + 8];
    size_t at = (size_t)snprintf(text, sizeof text, "%s", before);
    for (size_t i = 0; i < count && i < AUTOBAHN_SHOWN_MAX; i++) {
        text[at++] = digits[octets[i] >> 4];
        text[at++] = digits[octets[i] & 15];
    }
    snprintf(text + at, sizeof text - at, "%s", cut ? " ..." : "");
    return json_string(text);
}

/* Octets as text: at most 64 of them, then " ..."; as digits where they are no UTF-8. */
static json_t *shown(const uint8_t *octets, size_t count, uint64_t size)
{
    char text[AUTOBAHN_SHOWN_MAX + 8];
    size_t kept = count < AUTOBAHN_SHOWN_MAX ? count : AUTOBAHN_SHOWN_MAX;
    bool cut = size > kept;
    /* A sequence that was cut in the middle is no reason to call the text binary. */
    for (size_t less = 0; less < 4 && less <= kept; less++) {
        memcpy(text, octets, kept - less);
        memcpy(text + kept - less, " ...", 4);
        json_t *value = json_stringn(text, kept - less + (cut ? 4 : 0));
        if (value != NULL || !cut)
            return value != NULL ? value : hex_of("0x", octets, kept, cut);
    }
    return hex_of("0x", octets, kept, cut);
}

/* The payload of a frame's line, unmasked: at most so many octets as are shown and one more. */
static size_t payload_of(const struct journal_line *line, uint8_t *out, size_t room)
{
    size_t header = line->frame->header_size, count = 0;
    for (size_t i = header; i < line->octet_count && count < room; i++) {
        uint8_t key = line->frame->masked ? line->frame->masking_key[(i - header) % 4] : 0;
        out[count++] = line->octets[i] ^ key;
    }
    return count;
}

static json_t *key_of(const struct journal_frame *frame)
{
    return frame->masked ? hex_of("", frame->masking_key, 4, false) : json_null();
}

static void add_octets(json_t *rows, const struct journal_line *line, bool sent)
{
    bool cut = line->size > AUTOBAHN_SHOWN_MAX;
    json_t *octets =
        json_pack("[I, o]", (json_int_t)line->size, hex_of("", line->octets, line->octet_count, cut));
    if (sent)
        json_array_append_new(rows, json_pack("[s, o, b]", "TO", octets, 0));
    else
        json_array_append_new(rows, json_pack("[s, o]", "RO", octets));
}

static void add_frame(json_t *rows, const struct journal_line *line, bool sent)
{
    const struct journal_frame *frame = line->frame;
    uint8_t payload[AUTOBAHN_SHOWN_MAX];
    size_t count = payload_of(line, payload, sizeof payload);
    json_t *text = frame->opcode == CLOSE_OPCODE ? hex_of("0x", payload, count, frame->length > count)
                                                 : shown(payload, count, frame->length);
    json_int_t length = frame->length > INT64_MAX ? INT64_MAX : (json_int_t)frame->length;
    json_t *pair = json_pack("[I, o]", length, text);
    if (sent)
        json_array_append_new(rows, json_pack("[s, o, i, b, i, o, n, n, b]", "TF", pair, frame->opcode,
                                              frame->fin, frame->rsv, key_of(frame), 0));
    else
        json_array_append_new(rows, json_pack("[s, o, i, b, i, b, o]", "RF", pair, frame->opcode, frame->fin,
                                              frame->rsv, frame->masked, key_of(frame)));
}

json_t *autobahn_wirelog(const struct journal_result *result)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < result->line_count; i++) {
        const struct journal_line *line = &result->lines[i];
        bool sent = strcmp(line->direction, "send") == 0;
        if (line->octet_count == 0)
            continue;
        if (sent && line->frame != NULL)
            add_frame(rows, line, true);
        add_octets(rows, line, sent);
        if (!sent && line->frame != NULL)
            add_frame(rows, line, false);
    }
    return rows;
}

json_t *autobahn_events(const struct journal_events *events)
{
    json_t *list = json_array();
    for (size_t i = 0; i < events->count; i++) {
        const struct journal_event *event = &events->at[i];
        json_t *text =
            shown(event->octets, event->size < AUTOBAHN_SHOWN_MAX ? (size_t)event->size : AUTOBAHN_SHOWN_MAX,
                  event->size);
        if (event->opcode == PONG_OPCODE)
            json_array_append_new(list, json_pack("[s, o]", "pong", text));
        else
            json_array_append_new(list,
                                  json_pack("[s, o, b]", "message", text, event->opcode == BINARY_OPCODE));
    }
    return list;
}
