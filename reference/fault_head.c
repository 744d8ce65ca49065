/* SPDX-License-Identifier: MIT */
/* fault_head.c: how a faulty server reads the head of a request: the octets are changed into those that it
 * takes them for, and parsed as if they had come so. */
#include "reference/faulty.h"

#include <stdlib.h>
#include <string.h>

#include "reference/fault_text.h"

static const struct ws_octets nothing = {0};

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

static void delete_at(struct fault_text *text, size_t place, size_t size)
{
    fault_text_put(text, place, size, nothing);
}

/* The octets of the head that are there; what stands behind it is none of ours. */
static size_t head_size(const struct fault_text *text)
{
    size_t end = fault_text_find(text, 0, "\r\n\r\n");
    return end == SIZE_MAX ? text->size : end + 4;
}

/* The white space between the name of a header field and its colon. */
static void delete_blanks_before_colons(struct fault_text *text)
{
    bool in_name = false;
    size_t end = head_size(text);
    for (size_t i = 0, first = SIZE_MAX; i < end; i++) {
        uint8_t octet = text->at[i];
        if (octet == '\n') {
            in_name = true;
            first = SIZE_MAX;
        } else if (in_name && is_blank(octet)) {
            first = first == SIZE_MAX ? i : first;
        } else if (in_name && octet == ':') {
            if (first != SIZE_MAX) {
                delete_at(text, first, i - first);
                end -= i - first;
                i = first;
            }
            in_name = false;
        }
    }
}

static void cut_at_nuls(struct fault_text *text)
{
    size_t end = head_size(text);
    for (size_t i = 0; i < end; i++) {
        size_t line_end = text->at[i] == 0 ? fault_text_find(text, i, "\r\n") : SIZE_MAX;
        if (line_end != SIZE_MAX) {
            delete_at(text, i, line_end - i);
            end -= line_end - i;
        }
    }
}

static void delete_nuls(struct fault_text *text)
{
    for (size_t i = 0, end = head_size(text); i < end;) {
        if (text->at[i] == 0) {
            delete_at(text, i, 1);
            end--;
        } else {
            i++;
        }
    }
}

/* CRs that no LF follows; the last octet may still be followed by one. */
static void change_lone_returns(struct fault_text *text, const char *with)
{
    size_t end = head_size(text);
    for (size_t i = 0; i + 1 < end; i++) {
        if (text->at[i] == '\r' && text->at[i + 1] != '\n') {
            fault_text_put(text, i, 1, ws_octets_of(with));
            end = end - 1 + strlen(with);
        }
    }
}

/* The white space that lines begin with, of the first header field only or of all: it goes, and, when
 * `joined`, the end of the line before it as well. */
static void change_indents(struct fault_text *text, bool first_only, bool joined)
{
    size_t line = fault_text_find(text, 0, "\r\n"), head_end = head_size(text);
    while (line != SIZE_MAX && line + 2 < head_end) {
        size_t begin = joined ? line : line + 2, end = line + 2;
        while (end < text->size && is_blank(text->at[end]))
            end++;
        bool indented = end > line + 2;
        if (indented) {
            delete_at(text, begin, end - begin);
            head_end -= end - begin;
        }
        if (first_only)
            return;
        line = fault_text_find(text, joined && indented ? line : line + 2, "\r\n");
    }
}

static bool is_field(struct ws_octets line)
{
    const uint8_t *colon = line.size == 0 ? NULL : memchr(line.at, ':', line.size);
    return line.size == 0 ||
           (colon != NULL && ws_is_token((struct ws_octets){line.at, (size_t)(colon - line.at)}));
}

/* Whole lines that are no header fields. */
static void delete_bad_lines(struct fault_text *text)
{
    size_t line = fault_text_find(text, 0, "\r\n"), head_end = head_size(text);
    while (line != SIZE_MAX && line + 2 < head_end) {
        size_t end = fault_text_find(text, line + 2, "\r\n");
        if (end == SIZE_MAX)
            return;
        if (is_field((struct ws_octets){text->at + line + 2, end - line - 2})) {
            line = end;
        } else {
            delete_at(text, line + 2, end - line);
            head_end -= end - line;
        }
    }
}

/* Any run of white space in the first line is one space, and none at its ends. */
static void tidy_first_line(struct fault_text *text)
{
    size_t i = 0;
    while (i < text->size && text->at[i] != '\r') {
        bool blank = is_blank(text->at[i]) || text->at[i] == 0x0B || text->at[i] == 0x0C;
        bool at_end = i + 1 < text->size && (text->at[i + 1] == '\r' || is_blank(text->at[i + 1]));
        if (blank && (i == 0 || at_end)) {
            delete_at(text, i, 1);
            i = i == 0 ? 0 : i - 1;
        } else {
            if (blank)
                text->at[i] = ' ';
            i++;
        }
    }
}

/* All spaces of the first line but its first and its last become part of what stands between. */
static void join_target(struct fault_text *text)
{
    size_t end = fault_text_find(text, 0, "\r\n"), at = fault_text_find(text, 0, " ");
    if (end == SIZE_MAX || at > end)
        return;
    for (size_t next; (next = fault_text_find(text, at + 1, " ")) < end; at = next) {
        if (fault_text_find(text, next + 1, " ") < end)
            text->at[next] = '+';
    }
}

/* A first line of a method and a path only becomes one of HTTP/1.1. */
static void complete_first_line(struct fault_text *text)
{
    size_t end = fault_text_find(text, 0, "\r\n"), space = fault_text_find(text, 0, " /");
    if (end != SIZE_MAX && space < end && fault_text_find(text, space + 1, " ") > end)
        fault_text_put(text, end, 0, ws_octets_of(" HTTP/1.1"));
}

/* Whatever stands behind the request target becomes HTTP/1.1. */
static void set_version(struct fault_text *text)
{
    size_t end = fault_text_find(text, 0, "\r\n"), at = end;
    while (at != SIZE_MAX && at > 0 && text->at[at - 1] != ' ')
        at--;
    if (at != SIZE_MAX && at > 0)
        fault_text_put(text, at, end - at, ws_octets_of("HTTP/1.1"));
}

/* The whole first line becomes a right one. */
static void set_line(struct fault_text *text)
{
    size_t end = fault_text_find(text, 0, "\r\n");
    if (end != SIZE_MAX)
        fault_text_put(text, 0, end, ws_octets_of("GET / HTTP/1.1"));
}

/* What Unicode, or a careless decoder, takes for the end of a line. */
static void change_unicode_line_ends(struct fault_text *text)
{
    static const char *const ends[] = {"\xE2\x80\xA8", "\xC2\x85", "\xE0\x80\x8A", "\xC0\x8A", "\x85"};
    for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++) {
        size_t at = 0;
        size_t head_end = head_size(text);
        while ((at = fault_text_find(text, at, ends[k])) < head_end)
            fault_text_put(text, at, strlen(ends[k]), ws_octets_of("\r\n"));
    }
}

/* A whole head without a key gets one. */
static void add_key(struct fault_text *text)
{
    if (fault_text_find(text, 0, "\r\n\r\n") != SIZE_MAX &&
        fault_text_find(text, 0, "Sec-WebSocket-Key:") >= head_size(text))
        fault_text_add_line(text, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
}

static void misread(enum ws_fault fault, struct fault_text *text)
{
    switch (fault) {
    case WS_FAULT_SPACE_BEFORE_COLON:
        delete_blanks_before_colons(text);
        break;
    case WS_FAULT_CUT_AT_NUL:
        cut_at_nuls(text);
        break;
    case WS_FAULT_NUL_DROPPED:
        delete_nuls(text);
        break;
    case WS_FAULT_CR_ENDS_LINE:
        change_lone_returns(text, "\r\n");
        break;
    case WS_FAULT_CR_DROPPED:
        change_lone_returns(text, "");
        break;
    case WS_FAULT_FOLD_AS_FIELD:
        change_indents(text, false, false);
        break;
    case WS_FAULT_FOLD_JOINED:
        change_indents(text, false, true);
        break;
    case WS_FAULT_INDENTED_FIELD:
        change_indents(text, true, false);
        break;
    case WS_FAULT_BAD_LINES:
        delete_bad_lines(text);
        break;
    case WS_FAULT_LOOSE_LINE:
        tidy_first_line(text);
        break;
    case WS_FAULT_SPACE_IN_TARGET:
        join_target(text);
        break;
    case WS_FAULT_NO_HTTP_VERSION:
        complete_first_line(text);
        break;
    case WS_FAULT_ANY_VERSION:
        set_version(text);
        break;
    case WS_FAULT_ANY_LINE:
        set_line(text);
        break;
    case WS_FAULT_UNICODE_LINES:
        change_unicode_line_ends(text);
        break;
    case WS_FAULT_NO_KEY:
    case WS_FAULT_ANYTHING:
        add_key(text);
        break;
    default: /* the others read as they should */
        break;
    }
}

void fault_read_head(struct ws_endpoint *endpoint)
{
    struct endpoint_head *head = endpoint->head;
    size_t room = 2 * head->have + 64; /* what is put in is never more than what is there, or one line */
    uint8_t *larger = room > head->capacity ? realloc(head->octets, room) : NULL;
    if (larger != NULL) {
        head->octets = larger;
        head->capacity = room;
    }
    struct fault_text text = {.at = head->octets, .size = head->have, .room = head->capacity};
    misread(endpoint->fault->kind, &text);
    head->have = text.size;
    head->head = (struct ws_head){0}; /* the parser begins anew */
}

void fault_limit(struct ws_endpoint *endpoint)
{
    enum { SHORT = 4096, SMALL = 512 << 10 };
    if (endpoint->fault->kind == WS_FAULT_SHORT_LINE)
        endpoint->config.head_limits.start_line = SHORT;
    if (endpoint->fault->kind == WS_FAULT_SHORT_HEAD)
        endpoint->config.head_limits.size = SHORT;
    if (endpoint->fault->kind == WS_FAULT_DEFLATE_BOMB)
        endpoint->config.message_limit = SMALL;
}
