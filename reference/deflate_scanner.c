/* SPDX-License-Identifier: MIT */
/* A scanner of DEFLATE data (RFC 1951): decodes blocks and Huffman codes, adds up what they inflate to and
 * checks every distance, but makes no output. It stops and goes on at any bit. Inflating is zlib's. */
#include "reference/ws.h"

#include <string.h>

enum phase {
    BLOCK_HEADER,
    STORED_LENGTH,
    STORED_DATA,
    CODE_COUNTS,         /* HLIT, HDIST, HCLEN */
    LENGTH_CODE_LENGTHS, /* of the code that the other two are written in */
    CODE_LENGTHS,
    SYMBOLS
};

/* What one step comes to. */
enum step { STEP_DONE, STEP_NEED_BITS, STEP_FAULT };

enum {
    FAST_BITS = 9, /* as many as index ws_deflate_code.fast */
    CODE_BITS_MAX = 15,
    LITERALS_MAX = 286,
    DISTANCES_MAX = 30,
    END_OF_BLOCK = 256
};

/* Length symbols 257..285 and distance symbols 0..29 (RFC 1951 3.2.5). */
static const uint16_t length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                         2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[30] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                           33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                           1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_extra[30] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                           6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

/* The scanner's bits and where more come from. */
struct bits {
    uint64_t hold;
    unsigned have;
    const uint8_t *at, *end;
};

/* At least 57 bits afterwards, or all that the input has. */
static inline void refill(struct bits *bits)
{
    while (bits->have <= 56 && bits->at != bits->end) {
        bits->hold |= (uint64_t)*bits->at++ << bits->have;
        bits->have += 8;
    }
}

static inline void drop(struct bits *bits, unsigned count)
{
    bits->hold >>= count;
    bits->have -= count;
}

static inline unsigned low(uint64_t hold, unsigned count)
{
    return (unsigned)(hold & ((UINT64_C(1) << count) - 1));
}

static enum step fail(struct ws_deflate_scanner *scanner, enum ws_deflate_fault fault)
{
    scanner->fault = fault;
    return STEP_FAULT;
}

static enum step go_to(struct ws_deflate_scanner *scanner, enum phase phase)
{
    scanner->phase = (uint8_t)phase;
    return STEP_DONE;
}

/* ---- Huffman codes (RFC 1951 3.2.2) ---- */

static unsigned reversed(unsigned code, unsigned size)
{
    unsigned result = 0;
    for (unsigned i = 0; i < size; i++)
        result |= (code >> i & 1U) << (size - 1 - i);
    return result;
}

/* The code with these lengths. Returns how many of the longest codes are left over, negative when there are
 * more codes than fit. */
static int code_make(struct ws_deflate_code *code, const uint8_t *lengths, unsigned symbols)
{
    uint16_t offset[CODE_BITS_MAX + 1] = {0};
    memset(code->count, 0, sizeof code->count);
    memset(code->fast, 0, sizeof code->fast);
    for (unsigned i = 0; i < symbols; i++)
        code->count[lengths[i]]++;
    code->count[0] = 0;
    int left = 1;
    for (unsigned size = 1; size <= CODE_BITS_MAX; size++) {
        left = 2 * left - code->count[size];
        if (left < 0)
            return left;
        if (size < CODE_BITS_MAX)
            offset[size + 1] = (uint16_t)(offset[size] + code->count[size]);
    }
    for (unsigned i = 0; i < symbols; i++)
        if (lengths[i] != 0)
            code->symbol[offset[lengths[i]]++] = (uint16_t)i;
    unsigned next = 0, index = 0;
    for (unsigned size = 1; size <= FAST_BITS; size++, next <<= 1)
        for (unsigned i = 0; i < code->count[size]; i++, next++, index++)
            for (unsigned at = reversed(next, size); at < 1U << FAST_BITS; at += 1U << size)
                code->fast[at] = (uint16_t)((unsigned)code->symbol[index] << 4 | size);
    return left;
}

/* The symbol that `have` bits begin with, and the size of its code: 0 when the bits end inside it, more than
 * CODE_BITS_MAX when no symbol has such a code. */
static unsigned code_find_long(const struct ws_deflate_code *code, uint64_t hold, unsigned have,
                               unsigned *size)
{
    int value = 0, first = 0, index = 0;
    for (unsigned bit = 1; bit <= CODE_BITS_MAX; bit++) {
        if (bit > have) {
            *size = 0;
            return 0;
        }
        value |= (int)(hold >> (bit - 1) & 1);
        int count = code->count[bit];
        if (value - first < count) {
            *size = bit;
            return code->symbol[index + value - first];
        }
        index += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    *size = CODE_BITS_MAX + 1;
    return 0;
}

static inline unsigned code_find(const struct ws_deflate_code *code, uint64_t hold, unsigned have,
                                 unsigned *size)
{
    unsigned entry = code->fast[low(hold, FAST_BITS)];
    if (entry != 0 && (entry & 15U) <= have) {
        *size = entry & 15U;
        return entry >> 4;
    }
    return code_find_long(code, hold, have, size);
}

/* ---- the parts of a block ---- */

static void make_fixed_codes(struct ws_deflate_scanner *scanner) /* RFC 1951 3.2.6 */
{
    if (scanner->codes_fixed)
        return;
    memset(scanner->lengths, 8, 144);
    memset(scanner->lengths + 144, 9, 112);
    memset(scanner->lengths + 256, 7, 24);
    memset(scanner->lengths + 280, 8, 8);
    (void)code_make(&scanner->literals, scanner->lengths, 288);
    memset(scanner->lengths, 5, 32);
    (void)code_make(&scanner->distances, scanner->lengths, 32);
    scanner->codes_fixed = true;
}

static enum step take_block_header(struct ws_deflate_scanner *scanner, struct bits *bits)
{
    if (bits->have < 3)
        return STEP_NEED_BITS;
    unsigned header = low(bits->hold, 3);
    drop(bits, 3);
    scanner->final = (header & 1) != 0;
    switch (header >> 1) { /* RFC 1951 3.2.3 */
    case 0:
        drop(bits, bits->have % 8); /* "Any bits of input up to the next byte boundary are ignored." */
        return go_to(scanner, STORED_LENGTH);
    case 1:
        make_fixed_codes(scanner);
        return go_to(scanner, SYMBOLS);
    case 2:
        return go_to(scanner, CODE_COUNTS);
    default:
        return fail(scanner, WS_DEFLATE_BLOCK_TYPE);
    }
}

static enum step end_block(struct ws_deflate_scanner *scanner, struct bits *bits)
{
    if (scanner->final)
        drop(bits, bits->have % 8); /* padded to an octet (RFC 7692 7.2.1) */
    scanner->final = false;
    return go_to(scanner, BLOCK_HEADER);
}

static enum step take_stored_length(struct ws_deflate_scanner *scanner, struct bits *bits)
{
    if (bits->have < 32)
        return STEP_NEED_BITS;
    unsigned length = low(bits->hold, 16), complement = low(bits->hold >> 16, 16);
    drop(bits, 32);
    if ((length ^ complement) != 0xFFFF)
        return fail(scanner, WS_DEFLATE_STORED_LENGTH);
    scanner->stored_left = (uint16_t)length;
    return go_to(scanner, STORED_DATA);
}

static enum step take_stored_data(struct ws_deflate_scanner *scanner, struct bits *bits)
{
    while (scanner->stored_left > 0 && bits->have >= 8) {
        drop(bits, 8);
        scanner->stored_left--;
        scanner->produced++;
    }
    size_t part = (size_t)(bits->end - bits->at);
    if (part > scanner->stored_left)
        part = scanner->stored_left;
    if (part > 0)
        bits->at += part;
    scanner->stored_left = (uint16_t)(scanner->stored_left - part);
    scanner->produced += part;
    return scanner->stored_left > 0 ? STEP_NEED_BITS : end_block(scanner, bits);
}

static enum step take_code_counts(struct ws_deflate_scanner *scanner, struct bits *bits)
{
    if (bits->have < 14)
        return STEP_NEED_BITS;
    scanner->literal_count = (uint16_t)(low(bits->hold, 5) + 257);
    scanner->distance_count = (uint16_t)(low(bits->hold >> 5, 5) + 1);
    scanner->length_count = (uint16_t)(low(bits->hold >> 10, 4) + 4);
    drop(bits, 14);
    if (scanner->literal_count > LITERALS_MAX || scanner->distance_count > DISTANCES_MAX)
        return fail(scanner, WS_DEFLATE_CODE_COUNTS);
    scanner->codes_fixed = false;
    scanner->lengths_have = 0;
    memset(scanner->lengths, 0, sizeof scanner->lengths);
    return go_to(scanner, LENGTH_CODE_LENGTHS);
}

static enum step take_length_code_length(struct ws_deflate_scanner *scanner, struct bits *bits)
{
    static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    if (bits->have < 3)
        return STEP_NEED_BITS;
    scanner->lengths[order[scanner->lengths_have]] = (uint8_t)low(bits->hold, 3);
    drop(bits, 3);
    if (++scanner->lengths_have < scanner->length_count)
        return STEP_DONE;
    /* The code for the lengths is kept where that of the literals will be. */
    if (code_make(&scanner->literals, scanner->lengths, 19) != 0)
        return fail(scanner, WS_DEFLATE_CODE_LENGTHS);
    scanner->lengths_have = 0;
    memset(scanner->lengths, 0, sizeof scanner->lengths);
    return go_to(scanner, CODE_LENGTHS);
}

/* Incomplete codes are legal in one form only: a single code of one bit (RFC 1951 3.2.7), or none at all. */
static bool code_is_whole(const struct ws_deflate_code *code, int left)
{
    if (left == 0)
        return true;
    for (unsigned size = 2; size <= CODE_BITS_MAX; size++)
        if (code->count[size] != 0)
            return false;
    return left > 0;
}

static enum step make_dynamic_codes(struct ws_deflate_scanner *scanner)
{
    const uint8_t *lengths = scanner->lengths;
    if (lengths[END_OF_BLOCK] == 0)
        return fail(scanner, WS_DEFLATE_CODE_WITHOUT_END);
    int left = code_make(&scanner->literals, lengths, scanner->literal_count);
    if (!code_is_whole(&scanner->literals, left))
        return fail(scanner, WS_DEFLATE_CODE_LENGTHS);
    left = code_make(&scanner->distances, lengths + scanner->literal_count, scanner->distance_count);
    if (!code_is_whole(&scanner->distances, left))
        return fail(scanner, WS_DEFLATE_CODE_LENGTHS);
    return go_to(scanner, SYMBOLS);
}

static enum step take_code_length(struct ws_deflate_scanner *scanner, struct bits *bits)
{
    static const struct repeat {
        uint8_t bits, least;
    } repeats[3] = {{2, 3}, {3, 3}, {7, 11}}; /* 16, 17, 18 (RFC 1951 3.2.7) */
    unsigned size;
    unsigned symbol = code_find(&scanner->literals, bits->hold, bits->have, &size);
    if (size == 0)
        return STEP_NEED_BITS;
    unsigned total = scanner->literal_count + (unsigned)scanner->distance_count;
    if (symbol < 16) {
        drop(bits, size);
        scanner->lengths[scanner->lengths_have++] = (uint8_t)symbol;
    } else {
        const struct repeat *repeat = &repeats[symbol - 16];
        if (bits->have < size + repeat->bits)
            return STEP_NEED_BITS;
        unsigned times = repeat->least + low(bits->hold >> size, repeat->bits);
        drop(bits, size + repeat->bits);
        if ((symbol == 16 && scanner->lengths_have == 0) || times > total - scanner->lengths_have)
            return fail(scanner, WS_DEFLATE_CODE_REPEAT);
        uint8_t value = symbol == 16 ? scanner->lengths[scanner->lengths_have - 1] : 0;
        memset(scanner->lengths + scanner->lengths_have, value, times);
        scanner->lengths_have = (uint16_t)(scanner->lengths_have + times);
    }
    return scanner->lengths_have < total ? STEP_DONE : make_dynamic_codes(scanner);
}

/* What of the data a distance may refer to. */
static enum ws_deflate_fault judge_distance(struct ws_deflate_scanner *scanner, uint32_t distance)
{
    uint64_t in_message = scanner->produced - scanner->message_start;
    if (distance > scanner->distance_max)
        scanner->distance_max = distance;
    if (distance > scanner->produced)
        return WS_DEFLATE_DISTANCE_BEFORE_START;
    if (distance > scanner->window)
        return WS_DEFLATE_DISTANCE_BEYOND_WINDOW;
    if (distance > in_message && !scanner->takeover)
        return WS_DEFLATE_DISTANCE_INTO_EARLIER_MESSAGE;
    return WS_DEFLATE_FINE;
}

/* Behind a length symbol of `size` bits: its extra bits, and the distance (RFC 1951 3.2.5). At most 48 bits
 * in all, which a refill always has room for. */
static enum step take_match(struct ws_deflate_scanner *scanner, struct bits *bits, unsigned symbol,
                            unsigned size)
{
    unsigned used = size;
    if (symbol >= LITERALS_MAX)
        return fail(scanner, WS_DEFLATE_SYMBOL);
    unsigned extra = length_extra[symbol - 257];
    if (bits->have < used + extra)
        return STEP_NEED_BITS;
    unsigned length = length_base[symbol - 257] + low(bits->hold >> used, extra);
    used += extra;
    symbol = code_find(&scanner->distances, bits->hold >> used, bits->have - used, &size);
    if (size == 0)
        return STEP_NEED_BITS;
    if (size > CODE_BITS_MAX || symbol >= DISTANCES_MAX)
        return fail(scanner, WS_DEFLATE_SYMBOL);
    used += size;
    extra = distance_extra[symbol];
    if (bits->have < used + extra)
        return STEP_NEED_BITS;
    uint32_t distance = distance_base[symbol] + low(bits->hold >> used, extra);
    drop(bits, used + extra);
    enum ws_deflate_fault fault = judge_distance(scanner, distance);
    if (fault != WS_DEFLATE_FINE)
        return fail(scanner, fault);
    scanner->produced += length;
    return STEP_DONE;
}

static enum step take_symbols(struct ws_deflate_scanner *scanner, struct bits *bits)
{
    for (;;) {
        refill(bits);
        unsigned size;
        unsigned symbol = code_find(&scanner->literals, bits->hold, bits->have, &size);
        if (size == 0)
            return STEP_NEED_BITS;
        if (size > CODE_BITS_MAX)
            return fail(scanner, WS_DEFLATE_SYMBOL);
        if (symbol < END_OF_BLOCK) {
            drop(bits, size);
            scanner->produced++;
            continue;
        }
        if (symbol == END_OF_BLOCK) {
            drop(bits, size);
            return end_block(scanner, bits);
        }
        enum step step = take_match(scanner, bits, symbol, size);
        if (step != STEP_DONE)
            return step;
    }
}

static enum step take_step(struct ws_deflate_scanner *scanner, struct bits *bits)
{
    switch ((enum phase)scanner->phase) {
    case BLOCK_HEADER:
        return take_block_header(scanner, bits);
    case STORED_LENGTH:
        return take_stored_length(scanner, bits);
    case STORED_DATA:
        return take_stored_data(scanner, bits);
    case CODE_COUNTS:
        return take_code_counts(scanner, bits);
    case LENGTH_CODE_LENGTHS:
        return take_length_code_length(scanner, bits);
    case CODE_LENGTHS:
        return take_code_length(scanner, bits);
    case SYMBOLS:
        return take_symbols(scanner, bits);
    }
    return STEP_FAULT;
}

void ws_deflate_scanner_init(struct ws_deflate_scanner *scanner, uint8_t window_bits, bool takeover)
{
    *scanner = (struct ws_deflate_scanner){.window = UINT32_C(1) << window_bits, .takeover = takeover};
}

void ws_deflate_scanner_begin(struct ws_deflate_scanner *scanner)
{
    scanner->message_start = scanner->produced;
}

enum ws_deflate_fault ws_deflate_scan(struct ws_deflate_scanner *scanner, const uint8_t *octets, size_t size)
{
    struct bits bits = {scanner->hold, scanner->hold_bits, octets, octets};
    if (size > 0)
        bits.end += size;
    enum step step = scanner->fault == WS_DEFLATE_FINE ? STEP_DONE : STEP_FAULT;
    while (step == STEP_DONE) {
        refill(&bits);
        step = take_step(scanner, &bits);
    }
    scanner->hold = bits.hold;
    scanner->hold_bits = (uint8_t)bits.have;
    return scanner->fault;
}

enum ws_deflate_fault ws_deflate_scanner_end(struct ws_deflate_scanner *scanner)
{
    static const uint8_t tail[4] = {0x00, 0x00, 0xFF, 0xFF}; /* RFC 7692 7.2.2 */
    if (ws_deflate_scan(scanner, tail, sizeof tail) == WS_DEFLATE_FINE &&
        (scanner->phase != BLOCK_HEADER || scanner->hold_bits != 0))
        scanner->fault = WS_DEFLATE_CUT_OFF;
    return scanner->fault;
}

const char *ws_deflate_fault_text(enum ws_deflate_fault fault)
{
    switch (fault) {
    case WS_DEFLATE_FINE:
        return "nothing is wrong";
#define TEXT(name, text)    \
    case WS_DEFLATE_##name: \
        return text;
        WS_DEFLATE_FAULTS(TEXT)
#undef TEXT
    }
    return "unknown fault";
}

enum ws_violation ws_deflate_fault_violation(enum ws_deflate_fault fault, enum ws_role sender)
{
    switch (fault) {
    case WS_DEFLATE_FINE:
    case WS_DEFLATE_NO_MEMORY:
        return WS_NO_VIOLATION;
    case WS_DEFLATE_DISTANCE_BEYOND_WINDOW:
        return sender == WS_CLIENT ? WS_CLIENT_WINDOW_EXCEEDED : WS_SERVER_WINDOW_EXCEEDED;
    case WS_DEFLATE_DISTANCE_INTO_EARLIER_MESSAGE:
        return sender == WS_CLIENT ? WS_CLIENT_CONTEXT_TAKEN_OVER : WS_SERVER_CONTEXT_TAKEN_OVER;
    case WS_DEFLATE_BLOCK_TYPE:
    case WS_DEFLATE_STORED_LENGTH:
    case WS_DEFLATE_CODE_COUNTS:
    case WS_DEFLATE_CODE_LENGTHS:
    case WS_DEFLATE_CODE_REPEAT:
    case WS_DEFLATE_CODE_WITHOUT_END:
    case WS_DEFLATE_SYMBOL:
    case WS_DEFLATE_DISTANCE_BEFORE_START:
    case WS_DEFLATE_CUT_OFF:
        break;
    }
    return WS_DEFLATE_DATA_INVALID;
}
