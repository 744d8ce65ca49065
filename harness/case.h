/* SPDX-License-Identifier: MIT */
/* case.h: the case language: what a case file says, as a tree, and the way from text to tree, to text, to
 * instances. It owns the tree and its memory. It does not own how a case is run or judged. The grammar is in
 * cases/README.md. */
#ifndef HARNESS_CASE_H
#define HARNESS_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/arena.h"
#include "reference/ws.h"

/* Limits of the language. */
#define CASE_LINE_MAX \
    (64 * 1024) /* octets of a statement, white space and comment not counted; and of a comment */
#define CASE_STEPS_MAX        4096
#define CASE_PAYLOAD_MAX      (64ull * 1024 * 1024) /* octets of one expanded payload */
#define CASE_INSTANCES_MAX    65536                 /* members of a family, delivery and role not counted */
#define CASE_ROUNDS_MAX       100000
#define CASE_PARAMETERS_MAX   8
#define CASE_ALTERNATIVES_MAX 16 /* of one expect */

/* Octets that every case knows by name, of the connection and of the target: X(NAME, name, fewest, most). */
#define CASE_KNOWN_OCTETS(X)                                                           \
    X(KEY, "key", WS_KEY_SIZE, WS_KEY_SIZE) /* Sec-WebSocket-Key of this connection */ \
    X(HOST, "host", 1, 1024)                /* value of Host */                        \
    X(TARGET, "target", 1, 8192)            /* request target: path and query */       \
    X(SCHEME, "scheme", 4, 5)               /* "http", or "https" over TLS */          \
    X(SUBPROTOCOL, "subprotocol", 1, 1024)  /* the one that the target agreed to; needs subprotocol */
enum case_known_octets {
#define CASE_KNOWN_ENUMERATOR(name, word, fewest, most) KNOWN_##name,
    CASE_KNOWN_OCTETS(CASE_KNOWN_ENUMERATOR)
#undef CASE_KNOWN_ENUMERATOR
        KNOWN_COUNT
};
#define CASE_FILE_MAX     (16 * 1024 * 1024)
#define CASE_DEFLATED_MAX (32 * 1024)       /* octets that a deflate, flushed, fixed or final may make */
#define CASE_DATA_MAX     (4 * 1024 * 1024) /* octets of a file in data/ */

/* Where something stands; line and column count from 1. */
struct case_place {
    const char *file;
    unsigned line, column;
};

/* ---- Octet expressions: text and octets that may depend on parameters. Never materialised, but for what is
 * compressed: see octets_length/read. ---- */

enum octets_kind {
    OCTETS_LITERAL,   /* "..." or x"..": `literal`. A string with $name inside is several atoms. */
    OCTETS_PARAMETER, /* $name: an integer gives its decimal digits, an octets item itself */
    OCTETS_REP,       /* rep(n, e): e repeated n times */
    OCTETS_FILL,      /* fill(n, e): exactly n octets, e repeated and cut */
    OCTETS_RAND,      /* rand(n, seed): n reproducible octets; octet i depends on seed and i alone */
    OCTETS_SEQ,       /* seq(n): 00 01 02 .. ff 00 .. */
    OCTETS_U16,       /* u16(n): two octets, big-endian */
    OCTETS_ACCEPT,    /* accept(e): Sec-WebSocket-Accept of a key */
    OCTETS_LOWER,     /* lower(e): A-Z to a-z */
    OCTETS_SWAPCASE,  /* swapcase(e): A-Z to a-z and a-z to A-Z */
    OCTETS_FILE,      /* file("name"): a file in data/ beside the cases */
    OCTETS_PIECE,     /* piece(n, i, e): the i-th n octets of e over and over; i counts from 1 */
    /* What RFC 7692 7.2.1 makes of a message, with an empty window. They end at an octet's border, so what
     * stands behind each other is one stream. `bits`: log2 of the window, 8..15. */
    OCTETS_DEFLATE, /* deflate(e), deflate(e, bits): compressed and flushed, without the last 00 00 ff ff */
    OCTETS_FLUSHED, /* flushed(e), flushed(e, bits): with it, so that more may follow */
    OCTETS_FIXED,   /* fixed(e): deflate with fixed Huffman codes only */
    OCTETS_FINAL,   /* final(e): ends with a block that has BFINAL set; nothing is flushed or cut */
    OCTETS_STORED   /* stored(e): stored blocks of at most 65,535 octets, BFINAL not set */
};

/* An integer: a number, or a parameter (which must then be an integer item). */
struct case_integer {
    uint64_t value;
    const char *parameter; /* NULL: `value` */
};

struct octets_atom {
    enum octets_kind kind;
    struct ws_octets literal;
    bool hex;                /* LITERAL: written x".." */
    bool joined_to_previous; /* part of the same "..." string as the atom before */
    const char *parameter;
    struct case_integer n, seed; /* PIECE: `seed` is which one; DEFLATE, FLUSHED: `n` is bits */
    bool has_bits;
    const char *file;          /* FILE: the name; its octets are `literal` (see case_file.data) */
    struct octets_atom *inner; /* first atom of the argument that is octets */
    struct octets_atom *next;
};

/* ---- Steps ---- */

enum step_kind {
    STEP_OPEN, /* opening handshake with edits */
    STEP_SEND, /* one frame, or one message in fragments */
    STEP_RAW,  /* octets without framing */
    STEP_EXPECT,
    STEP_WAIT,
    STEP_HALF_CLOSE,
    STEP_RESET,
    STEP_DROP,
    STEP_TRUNCATE,     /* TLS: FIN without close_notify */
    STEP_CLOSE_NOTIFY, /* TLS: close_notify without FIN */
    STEP_READING       /* stop or go on reading what the peer sends */
};

enum edit_kind {
    EDIT_LINE,
    EDIT_PATH,
    EDIT_SET,
    EDIT_ADD,
    EDIT_DELETE,
    EDIT_EXTENSION,
    EDIT_SUBPROTOCOL,
    EDIT_EARLY,
    EDIT_UNENDED, /* the head goes out without the empty line that ends it */
    EDIT_ALPN,    /* TLS: protocol names to offer, a comma between; none: no ALPN */
    EDIT_GAP,     /* the octets go out one by one, so far apart */
    EDIT_SNI,     /* TLS: the name to ask for; empty: none */
    EDIT_PLAIN    /* no TLS where the URL says wss */
};

/* One change to the opening handshake that the harness sends. */
struct open_edit {
    enum edit_kind kind;
    struct octets_atom *name;  /* SET, ADD, DELETE */
    struct octets_atom *value; /* all but DELETE, UNENDED, GAP and PLAIN */
    uint64_t gap_ms;           /* GAP */
    struct open_edit *next;
};

enum mask_choice { MASK_RIGHT, MASK_FLIPPED, MASK_KEY };

/* A frame as `send` and `expect frame` write it. */
struct frame_spec {
    bool opcode_given; /* written op=N (then `opcode_number`) instead of a kind word */
    uint8_t opcode;    /* of the kind word */
    struct case_integer opcode_number;
    struct octets_atom *payload; /* NULL: empty; for close: the reason */
    bool has_code;               /* close with a code */
    struct case_integer code;
    bool fin;       /* false: written fin=0 */
    uint8_t rsv;    /* written rsv1 rsv2 rsv3: 4 2 1 */
    bool rsv_given; /* written rsv=N: `rsv_number` (0..7) */
    struct case_integer rsv_number;
    enum mask_choice mask;
    uint8_t masking_key[4]; /* MASK_KEY */
    bool compressed;        /* the message is compressed as was agreed on (RFC 7692 7.2.1) */
    bool has_length, has_length_form, has_cut, has_fragment, has_chop, has_split, has_gap;
    struct case_integer length; /* announced, instead of the payload's */
    enum ws_length_form length_form;
    struct case_integer cut;      /* only the first n octets of the encoded frame go out */
    struct case_integer fragment; /* frames of n octets of payload each; fin=0 leaves the message open */
    struct case_integer chop;     /* writes of n octets */
    struct case_integer split;    /* two writes, the first of n octets */
    uint64_t gap_ms;              /* between those writes */
    bool join;                    /* in one write with the next send */
};

enum outcome_kind {
    OUTCOME_MESSAGE, /* text or binary with octets, or `any` */
    OUTCOME_PING,
    OUTCOME_PONG,
    OUTCOME_CLOSE, /* a Close frame with one of the codes */
    OUTCOME_FAIL,  /* the peer fails the connection: Close with one of the codes, then the end of TCP */
    OUTCOME_OPEN,  /* the connection goes on: proven by a barrier */
    OUTCOME_END,   /* the end of TCP, either way */
    OUTCOME_EOF,
    OUTCOME_RESET,
    OUTCOME_QUIET, /* nothing arrives for that long */
    OUTCOME_HTTP,  /* a response with one of the status codes and the conditions */
    OUTCOME_FRAME  /* exactly this frame comes next */
};

/* "any", "none", or ranges. */
enum codes_kind { CODES_ANY, CODES_NONE, CODES_RANGES };
struct code_range {
    struct case_integer low, high;
    struct code_range *next;
};
struct codes {
    enum codes_kind kind;
    struct code_range *ranges;
};

enum http_condition_kind {
    HTTP_HAS,
    HTTP_HAS_NOT,
    HTTP_ONCE,  /* exactly one line has this name */
    HTTP_VALUE, /* of the first line of this name */
    HTTP_LISTS, /* the list has this member, in whatever case */
    HTTP_EXTENSION,
    HTTP_EXTENSION_WITHOUT, /* it was accepted, and without this parameter */
    HTTP_NO_EXTENSION,
    HTTP_INTERIM, /* an interim response with one of the codes came before; none: no interim response at all
                   */
    HTTP_ALPN     /* this protocol was selected under TLS; empty: none */
};
struct http_condition {
    enum http_condition_kind kind;
    struct octets_atom *name; /* header field, or extension token */
    struct octets_atom *
        parameter; /* EXTENSION: its parameter, or that it lacks; VALUE: the exact value; LISTS: the member */
    struct codes codes; /* EXTENSION: value of the parameter; INTERIM */
    struct http_condition *next;
};

struct outcome {
    enum outcome_kind kind;
    uint8_t opcode;  /* MESSAGE */
    bool any_octets; /* MESSAGE, PING, PONG: written `any` */
    struct octets_atom *octets;
    struct codes codes; /* CLOSE, FAIL, HTTP */
    uint64_t quiet_ms;
    struct http_condition *conditions;
    struct frame_spec frame;
    struct outcome *next;
    struct case_place place;
};

/* By rising gravity: of several alternatives that match, the lowest counts. */
enum grade { GRADE_OK, GRADE_INFORMATIONAL, GRADE_NON_STRICT, GRADE_SKIP, GRADE_FAIL };

/* One alternative: outcomes in the order in which they must come. */
struct alternative {
    struct outcome *outcomes;
    uint64_t within_ms; /* 0: the run's own patience */
    enum grade grade;
    bool grade_given;
    struct alternative *next;
    struct case_place place;
};

struct case_step {
    enum step_kind kind;
    struct case_place place;
    struct open_edit *edits;          /* OPEN */
    struct frame_spec frame;          /* SEND */
    struct octets_atom *raw;          /* RAW */
    struct alternative *alternatives; /* EXPECT */
    uint64_t wait_ms;                 /* WAIT */
    bool reading;                     /* READING: on */
    struct case_step *next;
};

/* ---- Cases ---- */

enum case_level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY, LEVEL_INFO };
enum case_severity {
    SEVERITY_NONE,
    SEVERITY_SECURITY,
    SEVERITY_RESOURCE,
    SEVERITY_INTEROP,
    SEVERITY_COSMETIC
};

/* Who may be under test: bits. */
enum { CASE_TESTS_SERVER = 1, CASE_TESTS_CLIENT = 2 };

/* What a target must be able to do for a case to say anything: bits. X(NAME, word, bit, why it is skipped) */
#define CASE_NEEDS(X)                                                             \
    X(ECHO, "echo", 1, "the target does not echo messages")                       \
    X(PONG, "pong", 2, "the target does not answer pings")                        \
    X(SUBPROTOCOL, "subprotocol", 4, "no subprotocol of the target is known")     \
    X(TLS, "tls", 8, "the connection is not over TLS")                            \
    X(PLAIN, "plain", 16, "the connection is over TLS")                           \
    X(DEFLATE, "deflate", 32, "the target does not negotiate permessage-deflate") \
    X(SURVEY, "survey", 64, "surveys run only with --survey")
enum case_needs {
#define CASE_NEEDS_ENUMERATOR(name, word, bit, why) NEEDS_##name = bit,
    CASE_NEEDS(CASE_NEEDS_ENUMERATOR)
#undef CASE_NEEDS_ENUMERATOR
};

/* How the octets of the sends are cut into writes: bits, one instance for each. EACH is whole, and octet if
 * what is sent is at most 4096 octets. */
enum { DELIVERY_WHOLE = 1, DELIVERY_OCTET = 2, DELIVERY_EACH = 4 };
#define CASE_OCTET_DELIVERY_MAX 4096

enum item_kind { ITEM_INTEGER, ITEM_OCTETS };
struct case_item {
    enum item_kind kind;
    uint64_t low, high; /* INTEGER: a range; both equal for a single one */
    struct octets_atom *octets;
    struct case_item *next;
};

/* `with NAME = item, item, ..` */
struct case_parameter {
    const char *name;
    struct case_item *items;
    struct case_parameter *next;
};

/* A list of words with their places. */
struct case_word {
    const char *text;
    struct case_place place;
    struct case_word *next;
};

struct case_origin_field {
    const char *name, *value; /* value as written, without quotes */
    bool quoted;
    struct case_origin_field *next;
};

struct case_definition {
    const char *suite; /* id of the file's suite, "framing" */
    const char *id;    /* "unmasked-frame" */
    const char *title;
    struct case_place place;
    struct case_word *requirements;
    enum case_level
        level; /* LEVEL_MUST if not given (the plan takes the strongest of the requirements then) */
    bool level_given;
    bool derived; /* basis derived */
    bool basis_given;
    unsigned roles; /* CASE_TESTS_ bits; both when not given */
    bool roles_given;
    unsigned needs; /* NEEDS_ bits */
    struct case_word *wstest, *after, *tags, *was;
    enum case_severity severity;
    struct case_parameter *parameters; /* in order: the last one varies fastest */
    unsigned delivery;                 /* DELIVERY_ bits; EACH when not given */
    bool delivery_given;
    uint64_t delivery_gap_ms;
    uint64_t rounds; /* `repeat N`: the steps are performed N times on one connection; $round counts from 1; 1
                        if not given */
    uint64_t memory; /* octets by which the target may grow while the case runs; 0: any number */
    const char *origin; /* word after `origin`, or NULL */
    struct case_origin_field *origin_fields;
    struct case_step *steps;
    size_t step_count;
    struct case_definition *next;
};

/* A file("name") of the text. Parsing leaves it empty; case_data_load fills it. */
struct case_data {
    struct octets_atom *atom;
    struct case_place place;
    struct case_data *next;
};

struct case_file {
    const char *name;  /* as given, "cases/framing.case" */
    const char *suite; /* id */
    const char *title;
    struct case_definition *cases;
    struct case_data *data;
};

/* ---- Text to tree to text ---- */

struct case_diagnostic {
    struct case_place place;
    const char *message; /* "expected .., found .." */
    const char *line;    /* the source line, for the caret; NUL-terminated, may be cut */
    struct case_diagnostic *next;
};

/* Parses a whole file. Everything lives in the arena. All errors of the file are reported, in order:
 * `*diagnostics` is NULL when there are none. Returns the tree of what could be understood, or NULL when
 * memory is out. */
struct case_file *case_parse(struct arena *arena, const char *name, const char *text, size_t size,
                             struct case_diagnostic **diagnostics);

/* Prints one diagnostic as "file:line:col: error: message", the line and a caret. */
struct text_buffer;
void case_diagnostic_print(struct text_buffer *out, const struct case_diagnostic *diagnostic);

/* Print the canonical form: case_parse of it gives the same tree, and printing that the same text. A
 * definition is printed as the lines of a file, wrapped, each with its line end. The others are parts of
 * lines, without indentation and line end: a step is "send text "x" fin=0"; an expect is "expect ..", "\nor
 * .." and so on. */
void case_print_definition(struct text_buffer *out, const struct case_definition *definition);
void case_print_step(struct text_buffer *out, const struct case_step *step);
void case_print_alternative(struct text_buffer *out, const struct alternative *alternative);
void case_print_outcome(struct text_buffer *out, const struct outcome *outcome);
void case_print_octets(struct text_buffer *out, const struct octets_atom *octets);

/* The canonical form of a whole source text, comments kept where they stand. `text` must have parsed without
 * errors. */
void case_print_file(struct text_buffer *out, const struct case_file *file, const char *text, size_t size);

/* ---- Families to instances ---- */

struct case_binding {
    const char *name;
    enum item_kind kind;
    uint64_t integer;
    const struct octets_atom *octets;
};

enum delivery { DELIVER_WHOLE, DELIVER_OCTET };

struct octets_memo;

/* One member of a family, for one role and one delivery. */
struct case_instance {
    const struct case_definition *definition;
    struct case_binding bindings[CASE_PARAMETERS_MAX + 1 + KNOWN_COUNT]; /* the parameters, $round, $key .. */
    size_t binding_count;
    enum ws_role role; /* who is under test */
    enum delivery delivery;
    const char *id;     /* "framing/close-code/1004@server~octet"; without value, "framing/x@server~whole" */
    const char *value;  /* "1004", "7,text": the values in order; "" without parameters */
    const char *wstest; /* Autobahn number of this member, or NULL */
    /* Keeps what deflate() and its like made (octets_memo.h), or NULL: then it is made at every call. */
    struct octets_memo *memo;
};

/* Expands for one role. Instances are in the arena, in order: values, then deliveries. Returns the count, or
 * 0 if memory is out (`*instances` is NULL then), or the case is not for this role. */
size_t case_expand(struct arena *arena, const struct case_definition *definition, enum ws_role role,
                   struct case_instance **instances);

/* The same, for a caller who has many: `out` has room for case_expand_room instances (0: the case is not for
 * this role); what they point to is in the arena. */
size_t case_expand_room(const struct case_definition *definition, enum ws_role role);
size_t case_expand_into(struct arena *arena, const struct case_definition *definition, enum ws_role role,
                        struct case_instance *out);

/* The value of an integer under bindings. Unbound names do not occur in a parsed case. */
uint64_t case_integer_value(const struct case_integer *integer, const struct case_instance *instance);

/* Length of an octet expression, and its octets [offset, offset + size) in any order and any number of times:
 * size must lie within the length. Expressions are read piece by piece and never built whole, but for what is
 * compressed. NULL is the empty expression. */
uint64_t octets_length(const struct octets_atom *octets, const struct case_instance *instance);
void octets_read(const struct octets_atom *octets, const struct case_instance *instance, uint64_t offset,
                 uint8_t *out, size_t size);

/* At least the length, without making what is compressed. */
uint64_t octets_length_at_most(const struct octets_atom *octets, const struct case_instance *instance);

#endif
