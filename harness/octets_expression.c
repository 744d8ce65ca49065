/* SPDX-License-Identifier: MIT */
/* octets_expression.c: the octets that an expression of the case language stands for, any piece of them at
 * any time, at memory speed. Nothing is kept between calls and nothing is allocated, but for what is
 * compressed (octets_memo.h). The parser has made sure that no length passes CASE_PAYLOAD_MAX. */
#include "harness/case.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/compress.h"
#include "harness/octets_memo.h"

enum { DECIMAL_MAX = 20, ACCEPT_KEY_MAX = 4096, RAND_BLOCK = 8, SEQ_PERIOD = 256 };

static const struct case_binding *find_binding(const char *name, const struct case_instance *instance)
{
    for (size_t i = 0; instance != NULL && i < instance->binding_count; i++) {
        if (strcmp(instance->bindings[i].name, name) == 0)
            return &instance->bindings[i];
    }
    return NULL;
}

uint64_t case_integer_value(const struct case_integer *integer, const struct case_instance *instance)
{
    if (integer->parameter == NULL)
        return integer->value;
    const struct case_binding *binding = find_binding(integer->parameter, instance);
    return binding == NULL ? 0 : binding->integer;
}

static size_t print_decimal(char out[DECIMAL_MAX + 1], uint64_t value)
{
    return (size_t)snprintf(out, DECIMAL_MAX + 1, "%" PRIu64, value);
}

static uint64_t parameter_length(const struct octets_atom *atom, const struct case_instance *instance)
{
    const struct case_binding *binding = find_binding(atom->parameter, instance);
    char digits[DECIMAL_MAX + 1];
    if (binding == NULL)
        return 0;
    return binding->kind == ITEM_INTEGER ? print_decimal(digits, binding->integer)
                                         : octets_length(binding->octets, instance);
}

static uint64_t atom_length(const struct octets_atom *atom, const struct case_instance *instance)
{
    switch (atom->kind) {
    case OCTETS_LITERAL:
        return atom->literal.size;
    case OCTETS_PARAMETER:
        return parameter_length(atom, instance);
    case OCTETS_REP:
        return case_integer_value(&atom->n, instance) * octets_length(atom->inner, instance);
    case OCTETS_FILL:
    case OCTETS_RAND:
    case OCTETS_SEQ:
    case OCTETS_PIECE:
        return case_integer_value(&atom->n, instance);
    case OCTETS_U16:
        return 2;
    case OCTETS_ACCEPT:
        return WS_ACCEPT_SIZE;
    case OCTETS_LOWER:
    case OCTETS_SWAPCASE:
        return octets_length(atom->inner, instance);
    case OCTETS_FILE:
        return atom->literal.size;
    case OCTETS_DEFLATE:
    case OCTETS_FLUSHED:
    case OCTETS_FIXED:
    case OCTETS_FINAL: {
        struct octets_made made = octets_made(atom, instance);
        size_t size = made.octets.size;
        octets_made_free(&made);
        return size;
    }
    case OCTETS_STORED:
        return stored_length(octets_length(atom->inner, instance));
    }
    return 0;
}

uint64_t octets_length(const struct octets_atom *octets, const struct case_instance *instance)
{
    uint64_t length = 0;
    for (; octets != NULL; octets = octets->next)
        length += atom_length(octets, instance);
    return length;
}

uint64_t octets_length_at_most(const struct octets_atom *octets, const struct case_instance *instance)
{
    uint64_t length = 0;
    for (; octets != NULL; octets = octets->next) {
        if (octets_is_made(octets)) {
            uint64_t most = deflate_length_at_most(octets_length_at_most(octets->inner, instance));
            length += most < CASE_DEFLATED_MAX ? most : CASE_DEFLATED_MAX;
        } else if (octets->kind == OCTETS_REP) {
            length +=
                case_integer_value(&octets->n, instance) * octets_length_at_most(octets->inner, instance);
        } else {
            length += atom_length(octets, instance);
        }
    }
    return length;
}

static void read_parameter(const struct octets_atom *atom, const struct case_instance *instance,
                           uint64_t offset, uint8_t *out, size_t size)
{
    const struct case_binding *binding = find_binding(atom->parameter, instance);
    char digits[DECIMAL_MAX + 1];
    if (binding == NULL)
        return;
    if (binding->kind == ITEM_OCTETS) {
        octets_read(binding->octets, instance, offset, out, size);
        return;
    }
    print_decimal(digits, binding->integer);
    memcpy(out, digits + offset, size);
}

/* Copies what has been written on to `size` octets, in whole periods and in pieces that double. */
static void extend(uint8_t *out, size_t have, size_t size, size_t period)
{
    while (have < size) {
        size_t whole_periods = have - have % period;
        size_t piece = whole_periods < size - have ? whole_periods : size - have;
        memcpy(out + have, out + have - whole_periods, piece);
        have += piece;
    }
}

/* Octets of an expression that repeats itself without end. */
static void read_repeated(const struct octets_atom *inner, const struct case_instance *instance,
                          uint64_t offset, uint8_t *out, size_t size)
{
    uint64_t period = octets_length(inner, instance);
    if (period == 0) { /* only of a $key that is not known yet, or a file that was not read */
        memset(out, 0, size);
        return;
    }
    uint64_t phase = offset % period;
    size_t have = period - phase < size ? (size_t)(period - phase) : size;
    octets_read(inner, instance, phase, out, have);
    size_t more = period < size - have ? (size_t)period : size - have;
    octets_read(inner, instance, 0, out + have, more);
    have += more;
    extend(out, have, size, (size_t)period);
}

/* SplitMix64 (Steele, Lea, Flood 2014), its state taken from the number of the block: any piece of the
 * sequence can be had alone. */
static uint64_t rand_block(uint64_t seed, uint64_t block)
{
    uint64_t z = seed + (block + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void put_block(uint8_t out[RAND_BLOCK], uint64_t value)
{
    uint64_t little = htole64(value);
    memcpy(out, &little, RAND_BLOCK);
}

static void read_rand(uint64_t seed, uint64_t offset, uint8_t *out, size_t size)
{
    uint8_t octets[RAND_BLOCK];
    size_t skip = (size_t)(offset % RAND_BLOCK);
    uint64_t block = offset / RAND_BLOCK;
    if (skip > 0) {
        size_t head = RAND_BLOCK - skip < size ? RAND_BLOCK - skip : size;
        put_block(octets, rand_block(seed, block++));
        memcpy(out, octets + skip, head);
        out += head;
        size -= head;
    }
    for (; size >= RAND_BLOCK; size -= RAND_BLOCK, out += RAND_BLOCK)
        put_block(out, rand_block(seed, block++));
    if (size > 0) {
        put_block(octets, rand_block(seed, block));
        memcpy(out, octets, size);
    }
}

static void read_seq(uint64_t offset, uint8_t *out, size_t size)
{
    size_t have = size < SEQ_PERIOD ? size : SEQ_PERIOD;
    for (size_t i = 0; i < have; i++)
        out[i] = (uint8_t)((offset + i) % SEQ_PERIOD);
    extend(out, have, size, SEQ_PERIOD);
}

static void read_u16(uint64_t value, uint64_t offset, uint8_t *out, size_t size)
{
    const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    memcpy(out, octets + offset, size);
}

static void read_accept(const struct octets_atom *atom, const struct case_instance *instance, uint64_t offset,
                        uint8_t *out, size_t size)
{
    uint8_t key[ACCEPT_KEY_MAX];
    char accept[WS_ACCEPT_SIZE + 1] = {0};
    uint64_t length = octets_length(atom->inner, instance);
    size_t used = length < sizeof key ? (size_t)length : sizeof key; /* $key alone can be longer */
    octets_read(atom->inner, instance, 0, key, used);
    ws_accept_of_key(accept, (struct ws_octets){key, used});
    memcpy(out, accept + offset, size);
}

static void read_lower(const struct octets_atom *atom, const struct case_instance *instance, uint64_t offset,
                       uint8_t *out, size_t size)
{
    octets_read(atom->inner, instance, offset, out, size);
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(out[i] | (out[i] >= 'A' && out[i] <= 'Z') << 5); /* no branch */
}

static void read_swapcase(const struct octets_atom *atom, const struct case_instance *instance,
                          uint64_t offset, uint8_t *out, size_t size)
{
    octets_read(atom->inner, instance, offset, out, size);
    for (size_t i = 0; i < size; i++) {
        uint8_t lower = out[i] | 0x20;
        out[i] = (uint8_t)(out[i] ^ (lower >= 'a' && lower <= 'z') << 5);
    }
}

/* Stored blocks (RFC 1951 3.2.4), each with as much as it can hold. */
static void read_stored(const struct octets_atom *atom, const struct case_instance *instance, uint64_t offset,
                        uint8_t *out, size_t size)
{
    uint64_t length = octets_length(atom->inner, instance);
    while (size > 0) {
        uint64_t block = offset / (STORED_HEADER + STORED_MAX);
        uint64_t within = offset % (STORED_HEADER + STORED_MAX);
        uint64_t begin = block * STORED_MAX;
        uint64_t held = length - begin < STORED_MAX ? length - begin : STORED_MAX;
        size_t n;
        if (within < STORED_HEADER) {
            const uint8_t header[STORED_HEADER] = {0, (uint8_t)held, (uint8_t)(held >> 8), (uint8_t)~held,
                                                   (uint8_t)(~held >> 8)};
            n = STORED_HEADER - (size_t)within < size ? STORED_HEADER - (size_t)within : size;
            memcpy(out, header + within, n);
        } else {
            uint64_t left = held - (within - STORED_HEADER);
            n = left < size ? (size_t)left : size;
            octets_read(atom->inner, instance, begin + within - STORED_HEADER, out, n);
        }
        offset += n;
        out += n;
        size -= n;
    }
}

static void read_made(const struct octets_atom *atom, const struct case_instance *instance, uint64_t offset,
                      uint8_t *out, size_t size)
{
    struct octets_made made = octets_made(atom, instance);
    if (offset + size <= made.octets.size) /* it fails to be made when memory is out */
        memcpy(out, made.octets.at + offset, size);
    else
        memset(out, 0, size);
    octets_made_free(&made);
}

static void atom_read(const struct octets_atom *atom, const struct case_instance *instance, uint64_t offset,
                      uint8_t *out, size_t size)
{
    switch (atom->kind) {
    case OCTETS_LITERAL:
        memcpy(out, atom->literal.at + offset, size);
        break;
    case OCTETS_PARAMETER:
        read_parameter(atom, instance, offset, out, size);
        break;
    case OCTETS_REP:
    case OCTETS_FILL:
        read_repeated(atom->inner, instance, offset, out, size);
        break;
    case OCTETS_RAND:
        read_rand(case_integer_value(&atom->seed, instance), offset, out, size);
        break;
    case OCTETS_SEQ:
        read_seq(offset, out, size);
        break;
    case OCTETS_U16:
        read_u16(case_integer_value(&atom->n, instance), offset, out, size);
        break;
    case OCTETS_ACCEPT:
        read_accept(atom, instance, offset, out, size);
        break;
    case OCTETS_LOWER:
        read_lower(atom, instance, offset, out, size);
        break;
    case OCTETS_SWAPCASE:
        read_swapcase(atom, instance, offset, out, size);
        break;
    case OCTETS_FILE:
        memcpy(out, atom->literal.at + offset, size);
        break;
    case OCTETS_PIECE:
        offset += (case_integer_value(&atom->seed, instance) - 1) * case_integer_value(&atom->n, instance);
        read_repeated(atom->inner, instance, offset, out, size);
        break;
    case OCTETS_DEFLATE:
    case OCTETS_FLUSHED:
    case OCTETS_FIXED:
    case OCTETS_FINAL:
        read_made(atom, instance, offset, out, size);
        break;
    case OCTETS_STORED:
        read_stored(atom, instance, offset, out, size);
        break;
    }
}

void octets_read(const struct octets_atom *octets, const struct case_instance *instance, uint64_t offset,
                 uint8_t *out, size_t size)
{
    for (; octets != NULL && size > 0; octets = octets->next) {
        uint64_t length = atom_length(octets, instance);
        if (offset >= length) {
            offset -= length;
            continue;
        }
        size_t piece = length - offset < size ? (size_t)(length - offset) : size;
        atom_read(octets, instance, offset, out, piece);
        offset = 0;
        out += piece;
        size -= piece;
    }
}
