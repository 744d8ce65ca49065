/* SPDX-License-Identifier: MIT */
/* head.h: HTTP/1.1 heads (RFC 9112 2-5), their list fields, and the grammar of Sec-WebSocket-Extensions (RFC
 * 6455 9.1). Part of ws.h, whose rules hold here. What an opening handshake must hold is handshake.h's
 * business. */
#ifndef REFERENCE_HEAD_H
#define REFERENCE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/octets.h"
#include "reference/violation.h"

#define WS_HEAD_FIELDS_MAX 128

struct ws_head_field {
    struct ws_octets name;
    struct ws_octets value; /* without the white space around it (RFC 9112 5.1) */
};

/* How far a head has been parsed. Only ws_head_parse touches it. */
struct ws_head_scan {
    size_t taken, line, fields, folds;
    uint8_t state, at;
};

/* A parsed head; every slice points into the octets that were parsed. */
struct ws_head {
    struct ws_octets method, target; /* of a request */
    struct ws_octets reason;         /* of a response */
    unsigned status;                 /* of a response: 100..999 */
    uint8_t http_major, http_minor;
    size_t field_count;
    struct ws_head_field fields[WS_HEAD_FIELDS_MAX];
    size_t size; /* octets of the head with its empty line, and an empty line before it (RFC 9112 2.2) */
    /* Lines of a response that only continue the value of the line before. A user agent takes such a fold as
     * a space (RFC 9112 5.2), a server must not send it. The CR LF stays in the value; ws_list_next trims it
     * like a space, and no token holds one. */
    size_t folds;
    struct ws_head_scan scan;
};

enum ws_head_kind { WS_HEAD_REQUEST, WS_HEAD_RESPONSE };

struct ws_head_limits {
    size_t size;       /* octets of the whole head */
    size_t fields;     /* at most WS_HEAD_FIELDS_MAX */
    size_t start_line; /* octets of the first line; RFC 9112 3 recommends at least 8000 */
};

/* 64 KiB, WS_HEAD_FIELDS_MAX fields, first line of 16 KiB. */
extern const struct ws_head_limits ws_head_limits_default;

enum ws_head_progress { WS_HEAD_NEED_MORE, WS_HEAD_COMPLETE, WS_HEAD_BAD };

/* Parses the head at the start of `octets`. `seen` is how many of them the last call was given already (0 at
 * first), so that a head that trickles in is not scanned again and again. NEED_MORE: call again with the same
 * `head` and with more octets behind the same ones, which may have moved. BAD: `*violation` says why; told at
 * the first octet that cannot be right, or when a limit is passed. What follows the head is not looked at. */
enum ws_head_progress ws_head_parse(struct ws_head *head, enum ws_head_kind kind, struct ws_octets octets,
                                    size_t seen, const struct ws_head_limits *limits,
                                    enum ws_violation *violation);

/* The value of the first field of that name (any case), or NULL; `*count`, if not NULL, gets how often the
 * name appears. */
const struct ws_octets *ws_head_find(const struct ws_head *head, const char *name, size_t *count);

/* Walks the members of a comma-separated list field over all its lines in order (RFC 9110 5.3, 5.6.1). Begin
 * with {.head = head, .name = name}. Commas inside quoted strings do not separate; empty members are skipped.
 */
struct ws_list_walk {
    const struct ws_head *head;
    const char *name;
    size_t field;
    size_t offset;
};

/* The next member, trimmed. False at the end. */
bool ws_list_next(struct ws_list_walk *walk, struct ws_octets *member);

/* True if some member of the list field equals the token, ignoring case. */
bool ws_list_has(const struct ws_head *head, const char *name, const char *token);

/* RFC 9110 5.6.2: one or more tchar. */
bool ws_is_token(struct ws_octets octets);

/* One extension of Sec-WebSocket-Extensions: extension-token *( ";" extension-param ) (RFC 6455 9.1). */
#define WS_EXTENSION_PARAMETERS_MAX 16
#define WS_EXTENSION_VALUE_MAX      64
struct ws_extension_parameter {
    struct ws_octets name;
    bool has_value;
    uint8_t value[WS_EXTENSION_VALUE_MAX]; /* unescaped when it was a quoted string */
    size_t value_size;
};
struct ws_extension {
    struct ws_octets token;
    size_t parameter_count;
    struct ws_extension_parameter parameters[WS_EXTENSION_PARAMETERS_MAX];
};

/* Parses one list member. A quoted value must be a token after unescaping (RFC 6455 9.1). False if it does
 * not follow the grammar or passes the limits above. */
bool ws_extension_parse(struct ws_octets member, struct ws_extension *extension);

#endif
