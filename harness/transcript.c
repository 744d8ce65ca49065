/* SPDX-License-Identifier: MIT */
/* transcript.c: keeps the first and the last lines of a run and puts frames into the words of the case
 * language. */
#include "harness/transcript.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/text_buffer.h"

enum { TEXT_MAX = 4096, SHOWN_OCTETS = 48 };

/* The head lines come first, behind them a ring of the last ones. */
static struct transcript_line *slot_of(const struct transcript *transcript, size_t number)
{
    if (number < TRANSCRIPT_HEAD)
        return &transcript->lines[number];
    return &transcript->lines[TRANSCRIPT_HEAD + (number - TRANSCRIPT_HEAD) % TRANSCRIPT_TAIL];
}

struct transcript_line *transcript_begin(struct transcript *transcript, enum transcript_direction direction,
                                         uint64_t at_us)
{
    if (transcript->lines == NULL) {
        transcript->lines = malloc((TRANSCRIPT_HEAD + TRANSCRIPT_TAIL) * sizeof *transcript->lines);
        if (transcript->lines == NULL)
            return NULL;
    }
    struct transcript_line *line = slot_of(transcript, transcript->number++);
    line->at_us = at_us;
    line->size = 0;
    line->direction = direction;
    line->is_frame = false;
    line->header_size = 0;
    line->octet_count = 0;
    line->note[0] = '\0';
    line->mark[0] = '\0';
    return line;
}

void transcript_octets(struct transcript_line *line, const uint8_t *octets, size_t size)
{
    if (line == NULL || size == 0)
        return;
    size_t room = TRANSCRIPT_OCTETS - line->octet_count;
    size_t kept = size < room ? size : room;
    memcpy(line->octets + line->octet_count, octets, kept);
    line->octet_count = (uint16_t)(line->octet_count + kept);
    line->size += size;
}

void transcript_note(struct transcript *transcript, uint64_t at_us, const char *format, ...)
{
    struct transcript_line *line = transcript_begin(transcript, TRANSCRIPT_NOTE_LINE, at_us);
    if (line == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line->note, sizeof line->note, format, arguments);
    va_end(arguments);
}

void transcript_mark(struct transcript_line *line, const char *format, ...)
{
    if (line == NULL || line->mark[0] != '\0')
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line->mark, sizeof line->mark, format, arguments);
    va_end(arguments);
}

struct transcript_line *transcript_at(struct transcript *transcript, size_t number)
{
    bool kept = number < TRANSCRIPT_HEAD || number + TRANSCRIPT_TAIL >= transcript->number;
    return transcript->lines == NULL || number >= transcript->number || !kept ? NULL
                                                                              : slot_of(transcript, number);
}

struct transcript_line *transcript_last(struct transcript *transcript)
{
    return transcript->number == 0 || transcript->lines == NULL ? NULL
                                                                : slot_of(transcript, transcript->number - 1);
}

/* Octets as a quoted string where they are UTF-8 that can be printed, as x".." otherwise. */
static void print_octets(struct text_buffer *out, const uint8_t *octets, size_t size)
{
    bool printable = true;
    for (size_t i = 0; i < size; i++) {
        if (octets[i] < 0x20 && octets[i] != '\n' && octets[i] != '\r' && octets[i] != '\t')
            printable = false;
        /* DEL, and U+0080 to U+009F: some terminals take U+009B for ESC [. */
        if (octets[i] == 0x7f || (octets[i] == 0xc2 && i + 1 < size && octets[i + 1] < 0xa0))
            printable = false;
    }
    struct ws_utf8 utf8 = {0};
    printable = printable && ws_utf8_take(&utf8, octets, size, NULL) && ws_utf8_complete(&utf8);
    if (!printable) {
        text_print(out, "x\"");
        for (size_t i = 0; i < size; i++)
            text_print(out, i == 0 ? "%02x" : " %02x", octets[i]);
        text_print(out, "\"");
        return;
    }
    text_print(out, "\"");
    for (size_t i = 0; i < size; i++) {
        switch (octets[i]) {
        case '"':
            text_print(out, "\\\"");
            break;
        case '\\':
            text_print(out, "\\\\");
            break;
        case '$':
            text_print(out, "$$");
            break;
        case '\n':
            text_print(out, "\\n");
            break;
        case '\r':
            text_print(out, "\\r");
            break;
        case '\t':
            text_print(out, "\\t");
            break;
        default:
            text_append(out, (const char *)&octets[i], 1);
        }
    }
    text_print(out, "\"");
}

/* How much of `size` octets to show, not in the middle of a code point if they are UTF-8. */
static size_t shown_size(const uint8_t *octets, size_t size)
{
    if (size <= SHOWN_OCTETS)
        return size;
    size_t shown = SHOWN_OCTETS;
    while (shown > SHOWN_OCTETS - 4 && (octets[shown] & 0xc0) == 0x80)
        shown--;
    return (octets[shown] & 0xc0) == 0x80 ? SHOWN_OCTETS : shown;
}

static void print_payload(struct text_buffer *out, const struct transcript_line *line)
{
    size_t have = line->octet_count > line->header_size ? (size_t)line->octet_count - line->header_size : 0;
    uint64_t whole = line->size > line->header_size ? line->size - line->header_size : 0;
    uint8_t payload[TRANSCRIPT_OCTETS];
    memcpy(payload, line->octets + line->header_size, have);
    if (line->header.masked)
        ws_mask(payload, payload, have, line->header.masking_key, 0);
    size_t at = 0;
    if (line->header.opcode == WS_CLOSE && have >= 2 && line->header.length >= 2) {
        text_print(out, " %u", (unsigned)(payload[0] << 8 | payload[1]));
        at = 2;
    }
    if (have > at) {
        size_t shown = shown_size(payload + at, have - at);
        text_print(out, " ");
        print_octets(out, payload + at, shown);
        if (at + shown < whole)
            text_print(out, " ... (%llu octets)", (unsigned long long)whole);
    }
}

static void print_frame(struct text_buffer *out, const struct transcript_line *line,
                        enum ws_role harness_role)
{
    const struct ws_frame_header *header = &line->header;
    /* `close` has a code or nothing. */
    if ((header->opcode & 7) > 2 || (header->opcode == WS_CLOSE && header->length == 1))
        text_print(out, "op=%u", header->opcode);
    else
        text_print(out, "%s", header->opcode == WS_CONTINUATION ? "cont" : ws_opcode_name(header->opcode));
    print_payload(out, line);
    if (!header->fin)
        text_print(out, " fin=0");
    for (unsigned bit = 1; bit <= 3; bit++) {
        if (header->rsv & 8U >> bit)
            text_print(out, " rsv%u", bit);
    }
    enum ws_role sender = harness_role;
    if (line->direction == TRANSCRIPT_RECEIVE)
        sender = harness_role == WS_CLIENT ? WS_SERVER : WS_CLIENT;
    if (header->masked != (sender == WS_CLIENT))
        text_print(out, " mask=flip");
    uint64_t carried = line->size - line->header_size;
    if (carried != header->length && line->size >= line->header_size)
        text_print(out, " len=%llu", (unsigned long long)header->length);
    if (header->length_form != ws_length_form_shortest(header->length))
        text_print(out, " lenform=%s", header->length_form == WS_LENGTH_16 ? "16" : "64");
}

void transcript_inflated(struct transcript_line *line, struct ws_octets first, uint64_t whole)
{
    if (line == NULL || line->note[0] != '\0')
        return;
    struct text_buffer text = {.cap = TEXT_MAX};
    size_t shown = shown_size(first.at, first.size);
    print_octets(&text, first.at, shown);
    snprintf(line->note, sizeof line->note, "compressed, %llu octets: %.150s%s", (unsigned long long)whole,
             text.text == NULL ? "" : text.text, shown < whole ? " ..." : "");
    text_free(&text);
}

/* Turns one kept line into one of the journal. Texts that cannot be had are empty. */
static void journal_line_of(const struct transcript *transcript, const struct transcript_line *line,
                            struct arena *arena, struct journal_line *out)
{
    static const char *const directions[] = {"send", "recv", "note"};
    struct text_buffer text = {.cap = TEXT_MAX};
    if (line->is_frame && line->octet_count >= line->header_size)
        print_frame(&text, line, transcript->harness_role);
    if (line->note[0] != '\0')
        text_print(&text, text.size > 0 ? "  # %s" : "%s", line->note);
    const char *copy = text.text == NULL ? NULL : arena_text(arena, text.text, text.size);
    text_free(&text);
    *out = (struct journal_line){.at_us = line->at_us,
                                 .direction = directions[line->direction],
                                 .text = copy == NULL ? "" : copy,
                                 .octets = line->octets,
                                 .octet_count = line->octet_count,
                                 .size = line->size,
                                 .mark = line->mark[0] == '\0' ? NULL : line->mark};
    if (!line->is_frame)
        return;
    struct journal_frame *frame = arena_alloc(arena, sizeof *frame);
    if (frame == NULL)
        return;
    static const unsigned bits[] = {7, 16, 64};
    *frame = (struct journal_frame){.fin = line->header.fin,
                                    .masked = line->header.masked,
                                    .rsv = line->header.rsv,
                                    .opcode = line->header.opcode,
                                    .length_bits = bits[line->header.length_form],
                                    .length = line->header.length,
                                    .header_size = line->header_size};
    memcpy(frame->masking_key, line->header.masking_key, sizeof frame->masking_key);
    out->frame = frame;
}

size_t transcript_index(const struct transcript *transcript, size_t number)
{
    size_t kept = TRANSCRIPT_HEAD + TRANSCRIPT_TAIL;
    if (number < TRANSCRIPT_HEAD || transcript->number <= kept)
        return number;
    size_t first_of_tail = transcript->number - TRANSCRIPT_TAIL;
    return number < first_of_tail ? TRANSCRIPT_HEAD : TRANSCRIPT_HEAD + 1 + (number - first_of_tail);
}

struct journal_line *transcript_lines(const struct transcript *transcript, struct arena *arena, size_t *count)
{
    size_t kept = TRANSCRIPT_HEAD + TRANSCRIPT_TAIL;
    *count = 0;
    if (transcript->number == 0 || transcript->lines == NULL)
        return NULL;
    struct journal_line *lines = arena_alloc(arena, (kept + 1) * sizeof *lines);
    if (lines == NULL)
        return NULL;
    for (size_t number = 0; number < transcript->number; number++) {
        if (transcript->number > kept && number == TRANSCRIPT_HEAD) {
            size_t left_out = transcript->number - kept;
            char *note = arena_alloc(arena, TRANSCRIPT_NOTE);
            if (note != NULL)
                snprintf(note, TRANSCRIPT_NOTE, "%zu lines left out", left_out);
            uint64_t at_us = lines[*count - 1].at_us;
            lines[(*count)++] = (struct journal_line){
                .at_us = at_us, .direction = "note", .text = note == NULL ? "lines left out" : note};
            number += left_out;
        }
        journal_line_of(transcript, slot_of(transcript, number), arena, &lines[(*count)++]);
    }
    return lines;
}

void transcript_free(struct transcript *transcript)
{
    free(transcript->lines);
    *transcript = (struct transcript){0};
}
