/* SPDX-License-Identifier: MIT */
/* deflate.h: permessage-deflate (RFC 7692): what is agreed on, and the transformation of payloads. Part of
 * ws.h, whose rules hold here. The endpoint does all of this by itself when its config's policy is enabled;
 * the parts can be used alone. */
#ifndef REFERENCE_DEFLATE_H
#define REFERENCE_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/head.h"
#include "reference/role.h"

#define WS_DEFLATE_NAME "permessage-deflate"

/* The parameters of one element of Sec-WebSocket-Extensions: of an offer, of an answer, or those agreed on,
 * which are the answer's (RFC 7692 7.1). All 0: the element has no parameters. */
struct ws_deflate_parameters {
    bool server_no_context_takeover;
    bool client_no_context_takeover;
    uint8_t server_max_window_bits; /* 8..15; 0: absent */
    uint8_t client_max_window_bits; /* 8..15; 0: absent; in an offer also WS_DEFLATE_BITS_BARE: no value */
};
#define WS_DEFLATE_BITS_BARE 1
#define WS_DEFLATE_BITS_MIN  8
#define WS_DEFLATE_BITS_MAX  15

/* The window that `sender` may use under agreed parameters, as its base-2 logarithm: 8..15 (RFC 7692 7.2.1).
 */
uint8_t ws_deflate_window_bits(const struct ws_deflate_parameters *agreed, enum ws_role sender);

/* Whether `sender` may refer to its earlier messages under agreed parameters (RFC 7692 7.2.1). */
bool ws_deflate_takeover(const struct ws_deflate_parameters *agreed, enum ws_role sender);

/* Parses one element of an offer by the rules of RFC 7692 7 and 7.1. False if a server has to decline it: it
 * is not permessage-deflate, or has a parameter that is unknown, repeated, without the value it needs, with a
 * value it must not have, or with one that is no decimal number from 8 to 15 without leading zeros. A value
 * in quotes is as good as one without (RFC 6455 9.1). */
bool ws_deflate_offer_parse(const struct ws_extension *element, struct ws_deflate_parameters *offer);

/* Parses one element of a response, which is known to be permessage-deflate: WS_NO_VIOLATION or the rule that
 * a client has to fail the connection for (RFC 7692 7). */
enum ws_violation ws_deflate_answer_parse(const struct ws_extension *element,
                                          struct ws_deflate_parameters *answer);

/* Judges whether an answer accepts this offer (RFC 7692 7.1.1.1, 7.1.2.1, 7.1.2.2). An answer may ignore the
 * value that client_max_window_bits is offered with: that is a hint only (RFC 7692 7.2.1, 7.2.2). */
enum ws_violation ws_deflate_answer_judge(const struct ws_deflate_parameters *answer,
                                          const struct ws_deflate_parameters *offer);

/* What an endpoint wants of compression. All 0: it does not know of permessage-deflate. */
struct ws_deflate_policy {
    bool enabled;
    /* The largest window for each sender: 8..15; 0 is 15. A server names a smaller one in its answer; that
     * of the client only if the client offers to be told (RFC 7692 7.1.2.2). */
    uint8_t server_max_window_bits, client_max_window_bits;
    /* A server demands them in every answer; a client puts them into its offer. */
    bool server_no_context_takeover, client_no_context_takeover;
    /* A server: a client's hint that it will not use its context is answered by the demand for it (7.1.1.2).
     */
    bool binds_hint;
    uint8_t level; /* of zlib: 1..9; 0: zlib's default */
};

/* A server's choice: the first element of the request that it can accept (RFC 7692 5, 7.1.3), with what the
 * answer to it says in `*agreed`. False if there is none: then the response names no permessage-deflate. */
bool ws_deflate_accept(const struct ws_head *request, const struct ws_deflate_policy *policy,
                       struct ws_deflate_parameters *agreed);

/* A client's offer. */
struct ws_deflate_parameters ws_deflate_offer(const struct ws_deflate_policy *policy);

/* Writes an element, name and parameters, with a NUL; returns its size without. */
#define WS_DEFLATE_ELEMENT_MAX 160
size_t ws_deflate_element_build(char out[WS_DEFLATE_ELEMENT_MAX],
                                const struct ws_deflate_parameters *parameters);

/* What a client has agreed to by a response that ws_response_judge has found no fault with: false if it names
 * no permessage-deflate. */
bool ws_deflate_agreed(const struct ws_head *response, struct ws_deflate_parameters *agreed);

/* What can be wrong with DEFLATE data. X(NAME, text). */
#define WS_DEFLATE_FAULTS(X)                                                                           \
    X(BLOCK_TYPE, "a block has the reserved type 11 (RFC 1951 3.2.3)")                                 \
    X(STORED_LENGTH, "the length of a stored block and its complement differ (RFC 1951 3.2.4)")        \
    X(CODE_COUNTS, "a block announces more codes than there are symbols (RFC 1951 3.2.7)")             \
    X(CODE_LENGTHS, "the code lengths of a block make no Huffman code (RFC 1951 3.2.2)")               \
    X(CODE_REPEAT, "a repeat of code lengths has nothing to repeat, or goes too far (RFC 1951 3.2.7)") \
    X(CODE_WITHOUT_END, "a block has no code for its own end (RFC 1951 3.2.7)")                        \
    X(SYMBOL, "a code stands for no symbol (RFC 1951 3.2.5)")                                          \
    X(DISTANCE_BEFORE_START, "a distance reaches before the first octet of all (RFC 1951 3.2)")        \
    X(DISTANCE_BEYOND_WINDOW, "a distance is larger than the agreed window (RFC 7692 7.2.1)")          \
    X(DISTANCE_INTO_EARLIER_MESSAGE, "a distance reaches into an earlier message (RFC 7692 7.2.1)")    \
    X(CUT_OFF, "the message ends inside a block (RFC 7692 7.2.1)")                                     \
    X(NO_MEMORY, "out of memory: no fault of the data")

enum ws_deflate_fault {
    WS_DEFLATE_FINE = 0,
#define WS_DEFLATE_FAULT_ENUMERATOR(name, text) WS_DEFLATE_##name,
    WS_DEFLATE_FAULTS(WS_DEFLATE_FAULT_ENUMERATOR)
#undef WS_DEFLATE_FAULT_ENUMERATOR
};

const char *ws_deflate_fault_text(enum ws_deflate_fault fault);

/* The rule of the peer that a fault breaks. WS_NO_VIOLATION for FINE and NO_MEMORY. */
enum ws_violation ws_deflate_fault_violation(enum ws_deflate_fault fault, enum ws_role sender);

/* A Huffman code of a scanner: canonical, with a table for the first bits. */
struct ws_deflate_code {
    uint16_t count[16];   /* codes of each length */
    uint16_t symbol[288]; /* in order of code */
    uint16_t fast[512];   /* symbol << 4 | length, by the next 9 bits; 0: a longer code or none */
};

/* Follows DEFLATE data bit by bit and makes no output: it knows what the data inflates to by length only.
 * zlib cannot take its place: it lets a distance pass that is larger than the window when the octets happen
 * to be at hand. Owns no memory and holds no pointers. Only the scanner writes the fields. */
struct ws_deflate_scanner {
    uint64_t produced;           /* octets that the data so far inflates to */
    uint64_t message_start;      /* `produced` when the current message began */
    uint32_t distance_max;       /* the largest distance so far; 0: none */
    enum ws_deflate_fault fault; /* the first; nothing is scanned behind it */

    uint32_t window;
    bool takeover;
    uint64_t hold; /* bits that were taken from the input and not used yet */
    uint8_t hold_bits;
    uint8_t phase;
    bool final, codes_fixed;
    uint16_t stored_left;
    uint16_t literal_count, distance_count, length_count, lengths_have;
    uint8_t lengths[320];
    struct ws_deflate_code literals, distances;
};

/* Begins with an empty window of 2^window_bits octets. Without takeover, a distance that reaches into an
 * earlier message is a fault. */
void ws_deflate_scanner_init(struct ws_deflate_scanner *scanner, uint8_t window_bits, bool takeover);

/* A message begins here. */
void ws_deflate_scanner_begin(struct ws_deflate_scanner *scanner);

/* Takes more of the data, in pieces of any size. Returns `fault`; with a fault, `produced` is what the data
 * before it inflates to. */
enum ws_deflate_fault ws_deflate_scan(struct ws_deflate_scanner *scanner, const uint8_t *octets, size_t size);

/* The message's last octet was taken: scans the 00 00 ff ff that its sender removed (RFC 7692 7.2.2) and
 * checks that a block ends there. Returns `fault`. */
enum ws_deflate_fault ws_deflate_scanner_end(struct ws_deflate_scanner *scanner);

/* Compresses the messages of one direction (RFC 7692 7.2.1). */
struct ws_deflater;

/* window_bits 8..15; level 1..9, 0: zlib's default. Allocates, up to 256 KiB by the window; NULL when memory
 * is out. */
struct ws_deflater *ws_deflater_new(uint8_t window_bits, bool takeover, uint8_t level);
void ws_deflater_free(struct ws_deflater *deflater);

/* What is to be done when the input is taken. */
enum ws_deflate_flush {
    WS_DEFLATE_MORE,     /* nothing: more of the message follows */
    WS_DEFLATE_FRAGMENT, /* all of it goes out, to an octet's end: what is told so far can be inflated */
    WS_DEFLATE_MESSAGE   /* as FRAGMENT, and the message is over: 00 00 ff ff is removed from its end */
};

/* Compresses `size` octets into the `room` octets at `out`. `*taken` and `*written` get how many were used of
 * both. False while the output is full: call again with the rest of the input and the same `flush`. The same
 * messages with the same flushes give the same octets for any pieces of input and output. An empty message is
 * one octet 00, an empty fragment is none (RFC 7692 7.2.3.6). */
bool ws_deflater_put(struct ws_deflater *deflater, const uint8_t *octets, size_t size, size_t *taken,
                     enum ws_deflate_flush flush, uint8_t *out, size_t room, size_t *written);

/* At most this much comes of `size` octets and a flush. */
size_t ws_deflater_bound(struct ws_deflater *deflater, size_t size);

/* Inflates the messages of one direction (RFC 7692 7.2.2) and checks every distance against the window. */
struct ws_inflater;

/* window_bits 8..15. Allocates, up to 48 KiB by the window; NULL when memory is out. */
struct ws_inflater *ws_inflater_new(uint8_t window_bits, bool takeover);
void ws_inflater_free(struct ws_inflater *inflater);

enum ws_inflate_progress {
    WS_INFLATE_NEED_INPUT,  /* all input was taken, all that comes of it was written */
    WS_INFLATE_OUTPUT_FULL, /* call again with the rest of the input, and with room */
    WS_INFLATE_END,         /* the message is complete; the next call begins the next one */
    WS_INFLATE_BAD          /* ws_inflater_fault says why; what was right before it was written. For good. */
};

/* Inflates `size` octets into the `room` octets at `out`; `*taken` and `*written` get how many were used of
 * both. `last`: the message ends with these octets. Input that was not taken comes first in the next call.
 * The same message gives the same output, and the same fault behind it, for any pieces of input and output.
 */
enum ws_inflate_progress ws_inflater_take(struct ws_inflater *inflater, const uint8_t *octets, size_t size,
                                          size_t *taken, bool last, uint8_t *out, size_t room,
                                          size_t *written);

enum ws_deflate_fault ws_inflater_fault(const struct ws_inflater *inflater);

#endif
