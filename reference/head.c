/* SPDX-License-Identifier: MIT */
/* head.c: HTTP/1.1 heads (RFC 9112 2-5), octet by octet and strictly. It finds the parts of a head and says
 * what no head can hold; what the parts have to be for an opening handshake is for the handshake's judges. */
#include "reference/field_list.h"
#include "reference/ws.h"

#include <string.h>

const struct ws_head_limits ws_head_limits_default = {
    .size = (size_t)64 * 1024,
    .fields = WS_HEAD_FIELDS_MAX,
    .start_line = (size_t)16 * 1024,
};

/* Where in a head the next octet is. The states up to AT_REASON are in the first line. */
enum scan_state {
    AT_BEGIN,
    AT_BEGIN_LINE_FEED, /* behind the CR of an empty line before the request line */
    AT_METHOD,
    AT_TARGET_BEGIN,
    AT_TARGET,
    AT_VERSION,
    AT_STATUS,
    AT_REASON,
    AT_LINE_FEED, /* behind the CR that ends the first line or a field */
    AT_FIELD,
    AT_NAME,
    AT_VALUE,
    AT_END_LINE_FEED, /* behind the CR of the empty line */
    AT_END
};

/* VCHAR / obs-text (RFC 9110 5.5). */
static bool is_visible(uint8_t octet)
{
    return octet > 0x20 && octet != 0x7F;
}

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static enum ws_violation move(struct ws_head_scan *scan, enum scan_state state)
{
    scan->state = (uint8_t)state;
    scan->at = 0;
    return WS_NO_VIOLATION;
}

/* The octet behind a CR. */
static enum ws_violation take_line_feed(struct ws_head_scan *scan, uint8_t octet, enum scan_state next)
{
    if (octet != '\n') { /* RFC 9112 2.2: a bare CR makes the element invalid */
        return WS_HEAD_BARE_CARRIAGE_RETURN;
    }
    return move(scan, next);
}

/* An octet of free text, which a CR ends: a field value (RFC 9110 5.5) or a reason phrase (RFC 9112 4). */
static enum ws_violation take_text(struct ws_head_scan *scan, uint8_t octet, enum ws_violation malformed)
{
    if (octet == '\r') {
        return move(scan, AT_LINE_FEED);
    }
    if (octet == '\n') { /* RFC 9112 2.2 allows to be lenient here; this is the strict reference */
        return WS_HEAD_BARE_LINE_FEED;
    }
    return is_visible(octet) || octet == ' ' || octet == '\t' ? WS_NO_VIOLATION : malformed;
}

/* HTTP-version = %s"HTTP" "/" DIGIT "." DIGIT (RFC 9112 2.3), and the octet that follows it. */
static enum ws_violation take_version(struct ws_head_scan *scan, enum ws_head_kind kind, uint8_t octet)
{
    static const char shape[] = "HTTP/0.0";
    if (scan->at < sizeof shape - 1) {
        const uint8_t wanted = (uint8_t)shape[scan->at];
        if (wanted == '0' ? !is_digit(octet) : octet != wanted) {
            return WS_HEAD_START_LINE_MALFORMED;
        }
        scan->at++;
        return WS_NO_VIOLATION;
    }
    if (kind == WS_HEAD_RESPONSE) {
        return octet == ' ' ? move(scan, AT_STATUS) : WS_HEAD_START_LINE_MALFORMED;
    }
    if (octet == '\n') {
        return WS_HEAD_BARE_LINE_FEED;
    }
    return octet == '\r' ? move(scan, AT_LINE_FEED) : WS_HEAD_START_LINE_MALFORMED;
}

/* status-code SP (RFC 9112 4): the space has to be there even when no reason phrase is. */
static enum ws_violation take_status(struct ws_head_scan *scan, uint8_t octet)
{
    if (scan->at == 3) {
        return octet == ' ' ? move(scan, AT_REASON) : WS_HEAD_START_LINE_MALFORMED;
    }
    if (!is_digit(octet) || (scan->at == 0 && octet == '0')) {
        return WS_HEAD_START_LINE_MALFORMED;
    }
    scan->at++;
    return WS_NO_VIOLATION;
}

/* The first octet of the head, or behind the one empty line that may stand before a request line (RFC 9112
 * 2.2). `line` is where the first line begins. */
static enum ws_violation take_begin(struct ws_head_scan *scan, enum ws_head_kind kind, uint8_t octet)
{
    if (kind == WS_HEAD_RESPONSE) {
        (void)move(scan, AT_VERSION);
        return take_version(scan, kind, octet);
    }
    if (octet == '\r' && scan->line == 0) {
        scan->line = 2;
        return move(scan, AT_BEGIN_LINE_FEED);
    }
    if (octet == '\n') {
        return WS_HEAD_BARE_LINE_FEED;
    }
    return ws_is_tchar(octet) ? move(scan, AT_METHOD) : WS_HEAD_START_LINE_MALFORMED;
}

/* The first octet of a line behind the first one. */
static enum ws_violation take_field(struct ws_head_scan *scan, enum ws_head_kind kind, uint8_t octet,
                                    const struct ws_head_limits *limits)
{
    if (octet == '\r') {
        return move(scan, AT_END_LINE_FEED);
    }
    if (octet == '\n') {
        return WS_HEAD_BARE_LINE_FEED;
    }
    if (octet == ' ' || octet == '\t') {
        if (scan->fields == 0) { /* RFC 9112 2.2 */
            return WS_HEAD_FIELDS_AFTER_WHITE_SPACE;
        }
        if (kind == WS_HEAD_REQUEST) { /* RFC 9112 5.2: a server may reject it; a user agent must take it */
            return WS_HEAD_FIELD_FOLDED;
        }
        scan->folds++;
        return move(scan, AT_VALUE);
    }
    if (!ws_is_tchar(octet)) {
        return WS_HEAD_FIELD_NAME_MALFORMED;
    }
    if (scan->fields >= limits->fields || scan->fields >= WS_HEAD_FIELDS_MAX) {
        return WS_HEAD_TOO_MANY_FIELDS;
    }
    scan->fields++;
    return move(scan, AT_NAME);
}

static enum ws_violation take_octet(struct ws_head_scan *scan, enum ws_head_kind kind, uint8_t octet,
                                    const struct ws_head_limits *limits)
{
    switch ((enum scan_state)scan->state) {
    case AT_BEGIN:
        return take_begin(scan, kind, octet);
    case AT_BEGIN_LINE_FEED:
        return take_line_feed(scan, octet, AT_BEGIN);
    case AT_METHOD:
        if (octet == ' ') {
            return move(scan, AT_TARGET_BEGIN);
        }
        return ws_is_tchar(octet) ? WS_NO_VIOLATION : WS_HEAD_START_LINE_MALFORMED;
    case AT_TARGET_BEGIN:
        return is_visible(octet) ? move(scan, AT_TARGET) : WS_HEAD_START_LINE_MALFORMED;
    case AT_TARGET:
        if (octet == ' ') {
            return move(scan, AT_VERSION);
        }
        return is_visible(octet) ? WS_NO_VIOLATION : WS_HEAD_START_LINE_MALFORMED;
    case AT_VERSION:
        return take_version(scan, kind, octet);
    case AT_STATUS:
        return take_status(scan, octet);
    case AT_REASON:
        return take_text(scan, octet, WS_HEAD_START_LINE_MALFORMED);
    case AT_LINE_FEED:
        return take_line_feed(scan, octet, AT_FIELD);
    case AT_FIELD:
        return take_field(scan, kind, octet, limits);
    case AT_NAME: /* RFC 9112 5.1: nothing between the name and its colon, white space least of all */
        if (octet == ':') {
            return move(scan, AT_VALUE);
        }
        return ws_is_tchar(octet) ? WS_NO_VIOLATION : WS_HEAD_FIELD_NAME_MALFORMED;
    case AT_VALUE:
        return take_text(scan, octet, WS_HEAD_FIELD_VALUE_MALFORMED);
    case AT_END_LINE_FEED:
        return take_line_feed(scan, octet, AT_END);
    case AT_END:
        break;
    }
    return WS_NO_VIOLATION;
}

/* Takes the octets up to `*offset`, which moves behind it, off a line whose every CR is known to be followed
 * by LF. */
static struct ws_octets take_until(struct ws_octets octets, size_t *offset, uint8_t end)
{
    const uint8_t *begin = octets.at + *offset;
    const uint8_t *found = memchr(begin, end, octets.size - *offset);
    const size_t size = found == NULL ? octets.size - *offset : (size_t)(found - begin);
    *offset += size + 1;
    return (struct ws_octets){begin, size};
}

static void slice_version(struct ws_head *head, const uint8_t *version)
{
    head->http_major = (uint8_t)(version[5] - '0');
    head->http_minor = (uint8_t)(version[7] - '0');
}

static void slice_field(struct ws_head_field *field, struct ws_octets octets, size_t *offset)
{
    field->name = take_until(octets, offset, ':');
    field->value = take_until(octets, offset, '\r');
    (*offset)++;
    while (octets.at[*offset] == ' ' || octets.at[*offset] == '\t') { /* only in a response: a fold */
        (void)take_until(octets, offset, '\r');
        (*offset)++;
        field->value.size = (size_t)(octets.at + *offset - field->value.at);
    }
    field->value = ws_trimmed(field->value);
}

/* Points the head at its parts. `octets` is exactly one head that the scan found right. */
static void slice(struct ws_head *head, enum ws_head_kind kind, struct ws_octets octets)
{
    const struct ws_octets none = {NULL, 0};
    size_t offset = head->scan.line;
    head->method = head->target = head->reason = none;
    head->status = 0;
    if (kind == WS_HEAD_REQUEST) {
        head->method = take_until(octets, &offset, ' ');
        head->target = take_until(octets, &offset, ' ');
        slice_version(head, take_until(octets, &offset, '\r').at);
    } else {
        slice_version(head, take_until(octets, &offset, ' ').at);
        const struct ws_octets status = take_until(octets, &offset, ' ');
        for (size_t i = 0; i < status.size; i++) {
            head->status = head->status * 10 + (unsigned)(status.at[i] - '0');
        }
        head->reason = take_until(octets, &offset, '\r');
    }
    offset++;
    head->field_count = head->scan.fields;
    for (size_t i = 0; i < head->field_count; i++) {
        slice_field(&head->fields[i], octets, &offset);
    }
    head->size = octets.size;
    head->folds = head->scan.folds;
}

enum ws_head_progress ws_head_parse(struct ws_head *head, enum ws_head_kind kind, struct ws_octets octets,
                                    size_t seen, const struct ws_head_limits *limits,
                                    enum ws_violation *violation)
{
    struct ws_head_scan *scan = &head->scan;
    if (seen == 0) {
        *scan = (struct ws_head_scan){0};
        head->field_count = 0;
    }
    *violation = WS_NO_VIOLATION;
    for (; scan->state != AT_END && scan->taken < octets.size; scan->taken++) {
        if (scan->taken >= limits->size) { /* RFC 9110 5.4 */
            *violation = WS_HEAD_TOO_LARGE;
            return WS_HEAD_BAD;
        }
        *violation = take_octet(scan, kind, octets.at[scan->taken], limits);
        if (*violation == WS_NO_VIOLATION && scan->state <= AT_REASON && scan->taken >= scan->line &&
            scan->taken - scan->line >= limits->start_line) { /* RFC 9112 3 */
            *violation = WS_HEAD_START_LINE_TOO_LONG;
        }
        if (*violation != WS_NO_VIOLATION) {
            return WS_HEAD_BAD;
        }
    }
    if (scan->state != AT_END) {
        return WS_HEAD_NEED_MORE;
    }
    slice(head, kind, (struct ws_octets){octets.at, scan->taken});
    return WS_HEAD_COMPLETE;
}

const struct ws_octets *ws_head_find(const struct ws_head *head, const char *name, size_t *count)
{
    const struct ws_octets wanted = ws_octets_of(name);
    const struct ws_octets *first = NULL;
    size_t found = 0;
    for (size_t i = 0; i < head->field_count; i++) {
        if (ws_octets_equal_ignoring_case(head->fields[i].name, wanted)) {
            first = first == NULL ? &head->fields[i].value : first;
            found++;
        }
    }
    if (count != NULL) {
        *count = found;
    }
    return first;
}
