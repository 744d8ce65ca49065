/* SPDX-License-Identifier: MIT */
/* case_expand.c: a case with parameters to its instances: every combination of values, every delivery. */
#include "harness/case_expand.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/case_words.h"
#include "harness/text_buffer.h"

/* The longest literal, a line, gives three characters for an octet. */
enum { VALUE_MAX = 24, VALUE_HEAD = 15, VALUE_TEXT_CAP = 4 * CASE_LINE_MAX };

/* ---- Values as they appear in ids ---- */

static void print_escaped(struct text_buffer *out, struct ws_octets octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        uint8_t octet = octets.at[i];
        bool plain = (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
                     (octet >= 'A' && octet <= 'Z') || octet == '_' || octet == '.' || octet == '-';
        text_print(out, plain ? "%c" : "%%%02X", octet);
    }
}

static void print_integer(struct text_buffer *out, const struct case_integer *integer)
{
    text_print(out, ".%" PRIu64, integer->value); /* items have no integer parameters */
}

/* Functions as name.argument.argument. */
static void print_atom_value(struct text_buffer *out, const struct octets_atom *atom)
{
    const char *name = case_word_of(case_functions, atom->kind);
    switch (atom->kind) {
    case OCTETS_LITERAL:
        if (!atom->hex)
            print_escaped(out, atom->literal);
        for (size_t i = 0; atom->hex && i < atom->literal.size; i++)
            text_print(out, "%02x", atom->literal.at[i]);
        return;
    case OCTETS_PARAMETER:
        text_print(out, "%s", atom->parameter);
        return;
    case OCTETS_RAND:
        text_print(out, "%s", name);
        print_integer(out, &atom->n);
        print_integer(out, &atom->seed);
        return;
    case OCTETS_REP:
    case OCTETS_FILL:
    case OCTETS_SEQ:
    case OCTETS_U16:
        text_print(out, "%s", name);
        print_integer(out, &atom->n);
        break;
    case OCTETS_PIECE:
        text_print(out, "%s", name);
        print_integer(out, &atom->n);
        print_integer(out, &atom->seed);
        break;
    case OCTETS_FILE:
        text_print(out, "%s.", name);
        print_escaped(out, ws_octets_of(atom->file));
        return;
    case OCTETS_ACCEPT:
    case OCTETS_LOWER:
    case OCTETS_SWAPCASE:
    case OCTETS_DEFLATE:
    case OCTETS_FLUSHED:
    case OCTETS_FIXED:
    case OCTETS_FINAL:
    case OCTETS_STORED:
        text_print(out, "%s", name);
        if (atom->has_bits)
            print_integer(out, &atom->n);
        break;
    }
    if (atom->inner != NULL)
        text_print(out, ".");
    for (const struct octets_atom *inner = atom->inner; inner != NULL; inner = inner->next)
        print_atom_value(out, inner);
}

/* FNV-1a: only to keep values apart whose beginnings are the same. */
static uint32_t hash_of(const char *text, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    return hash;
}

void case_value_print(struct text_buffer *out, const struct case_item *item, uint64_t integer)
{
    if (item->kind == ITEM_INTEGER) {
        text_print(out, "%" PRIu64, integer);
        return;
    }
    struct text_buffer value = {.cap = VALUE_TEXT_CAP};
    for (const struct octets_atom *atom = item->octets; atom != NULL; atom = atom->next)
        print_atom_value(&value, atom);
    if (value.size == 0) {
        text_print(out, "empty");
    } else if (value.size <= VALUE_MAX) {
        text_append(out, value.text, value.size);
    } else {
        size_t head = VALUE_HEAD;
        for (size_t back = 1; back <= 2; back++) { /* no cut inside a %XX */
            if (value.text[VALUE_HEAD - back] == '%')
                head = VALUE_HEAD - back;
        }
        text_append(out, value.text, head);
        text_print(out, ".%08" PRIx32, hash_of(value.text, value.size));
    }
    out->failed = out->failed || value.failed;
    text_free(&value);
}

/* ---- Counting ---- */

uint64_t case_parameter_count(const struct case_parameter *parameter)
{
    uint64_t count = 0;
    for (const struct case_item *item = parameter->items; item != NULL; item = item->next) {
        uint64_t values = item->kind == ITEM_INTEGER ? item->high - item->low : 0;
        if (values == UINT64_MAX || count > UINT64_MAX - values - 1)
            return UINT64_MAX;
        count += values + 1;
    }
    return count;
}

uint64_t case_member_count(const struct case_definition *definition)
{
    uint64_t members = 1;
    for (const struct case_parameter *parameter = definition->parameters; parameter != NULL;
         parameter = parameter->next) {
        uint64_t values = case_parameter_count(parameter);
        if (values != 0 && members > UINT64_MAX / values)
            return UINT64_MAX;
        members *= values;
    }
    return members;
}

/* ---- Expansion ---- */

/* Which member is being made: one value of every parameter. */
struct odometer {
    const struct case_parameter *parameters[CASE_PARAMETERS_MAX];
    const struct case_item *items[CASE_PARAMETERS_MAX];
    uint64_t integers[CASE_PARAMETERS_MAX];
    size_t count;
};

static void odometer_set(struct odometer *odometer, size_t index, const struct case_item *item)
{
    odometer->items[index] = item;
    odometer->integers[index] = item->low;
}

static void odometer_begin(struct odometer *odometer, const struct case_definition *definition)
{
    *odometer = (struct odometer){0};
    for (const struct case_parameter *parameter = definition->parameters;
         parameter != NULL && odometer->count < CASE_PARAMETERS_MAX; parameter = parameter->next) {
        odometer->parameters[odometer->count] = parameter;
        odometer_set(odometer, odometer->count++, parameter->items);
    }
}

/* The last parameter varies fastest. */
static void odometer_next(struct odometer *odometer)
{
    for (size_t i = odometer->count; i-- > 0;) {
        const struct case_item *item = odometer->items[i];
        if (item->kind == ITEM_INTEGER && odometer->integers[i] < item->high) {
            odometer->integers[i]++;
            return;
        }
        if (item->next != NULL) {
            odometer_set(odometer, i, item->next);
            return;
        }
        odometer_set(odometer, i, odometer->parameters[i]->items);
    }
}

static void bind(struct case_instance *instance, const char *name, enum item_kind kind, uint64_t integer,
                 const struct octets_atom *octets)
{
    instance->bindings[instance->binding_count++] = (struct case_binding){name, kind, integer, octets};
}

static void bind_all(struct case_instance *instance, const struct odometer *odometer)
{
    for (size_t i = 0; i < odometer->count; i++)
        bind(instance, odometer->parameters[i]->name, odometer->items[i]->kind, odometer->integers[i],
             odometer->items[i]->octets);
    bind(instance, "round", ITEM_INTEGER, 1, NULL);
    for (const struct case_known *known = case_known; known->name != NULL; known++)
        bind(instance, known->name, ITEM_OCTETS, 0, NULL);
}

static const char *value_text(struct arena *arena, const struct odometer *odometer)
{
    struct text_buffer text = {.cap = CASE_PARAMETERS_MAX * (VALUE_MAX + 1)};
    for (size_t i = 0; i < odometer->count; i++) {
        text_print(&text, "%s", i == 0 ? "" : ",");
        case_value_print(&text, odometer->items[i], odometer->integers[i]);
    }
    const char *copy = text.failed ? NULL : arena_text(arena, text.text == NULL ? "" : text.text, text.size);
    text_free(&text);
    return copy;
}

static const char *id_text(struct arena *arena, const struct case_instance *instance)
{
    const struct case_definition *definition = instance->definition;
    const char *role = instance->role == WS_SERVER ? "server" : "client";
    const char *delivery = instance->delivery == DELIVER_WHOLE ? "whole" : "octet";
    const char *slash = instance->value[0] == '\0' ? "" : "/";
    struct text_buffer text = {.cap = 3 * CASE_LINE_MAX};
    text_print(&text, "%s/%s%s%s@%s~%s", definition->suite, definition->id, slash, instance->value, role,
               delivery);
    const char *copy = text.failed ? NULL : arena_text(arena, text.text, text.size);
    text_free(&text);
    return copy;
}

/* Octets that the sends of one round put on the wire, headers with a masking key included; at least that many
 * where the sends lie. */
static uint64_t octets_sent(const struct case_instance *instance)
{
    uint64_t sent = 0;
    for (const struct case_step *step = instance->definition->steps; step != NULL; step = step->next) {
        if (step->kind == STEP_RAW)
            sent += octets_length_at_most(step->raw, instance);
        if (step->kind != STEP_SEND)
            continue;
        uint64_t length =
            octets_length_at_most(step->frame.payload, instance) + (step->frame.has_code ? 2 : 0);
        uint64_t piece =
            step->frame.has_fragment ? case_integer_value(&step->frame.fragment, instance) : length;
        struct ws_frame_header header = {.masked = true, .length_form = ws_length_form_shortest(piece)};
        if (step->frame.has_length_form)
            header.length_form = step->frame.length_form;
        uint64_t frames = piece == 0 || length == 0 ? 1 : length / piece + (length % piece != 0);
        uint64_t octets = length + frames * ws_frame_header_size(&header);
        uint64_t cut = step->frame.has_cut ? case_integer_value(&step->frame.cut, instance) : octets;
        sent += cut < octets ? cut : octets;
    }
    return sent;
}

/* How a member is delivered: DELIVERY_WHOLE, DELIVERY_OCTET. */
static unsigned deliveries_of(const struct case_instance *instance)
{
    const struct case_definition *definition = instance->definition;
    if (!(definition->delivery & DELIVERY_EACH))
        return definition->delivery;
    bool octet = octets_sent(instance) * definition->rounds <= CASE_OCTET_DELIVERY_MAX;
    return octet ? DELIVERY_WHOLE | DELIVERY_OCTET : DELIVERY_WHOLE;
}

/* Adds the instances of one member. Returns their count, 0 if memory is out. */
static size_t expand_member(struct arena *arena, const struct case_instance *member,
                            struct case_instance *out)
{
    static const struct {
        unsigned bit;
        enum delivery delivery;
    } all[] = {{DELIVERY_WHOLE, DELIVER_WHOLE}, {DELIVERY_OCTET, DELIVER_OCTET}};
    unsigned deliveries = deliveries_of(member);
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (!(deliveries & all[i].bit))
            continue;
        struct case_instance *instance = &out[count++];
        *instance = *member;
        instance->delivery = all[i].delivery;
        instance->id = id_text(arena, instance);
        if (instance->id == NULL)
            return 0;
    }
    return count;
}

size_t case_expand_room(const struct case_definition *definition, enum ws_role role)
{
    uint64_t members = case_member_count(definition);
    unsigned tests = role == WS_SERVER ? CASE_TESTS_SERVER : CASE_TESTS_CLIENT;
    enum { DELIVERIES = 2 };
    return !(definition->roles & tests) || members > CASE_INSTANCES_MAX ? 0 : (size_t)members * DELIVERIES;
}

size_t case_expand_into(struct arena *arena, const struct case_definition *definition, enum ws_role role,
                        struct case_instance *out)
{
    uint64_t members = case_expand_room(definition, role) == 0 ? 0 : case_member_count(definition);
    struct odometer odometer;
    odometer_begin(&odometer, definition);
    const struct case_word *wstest = definition->wstest;
    size_t count = 0;
    for (uint64_t i = 0; i < members; i++) {
        struct case_instance member = {.definition = definition, .role = role};
        bind_all(&member, &odometer);
        member.value = value_text(arena, &odometer);
        if (wstest != NULL) {
            member.wstest = wstest->text;
            wstest = wstest->next;
        }
        size_t added = member.value == NULL ? 0 : expand_member(arena, &member, out + count);
        if (added == 0)
            return 0;
        count += added;
        odometer_next(&odometer);
    }
    return count;
}

size_t case_expand(struct arena *arena, const struct case_definition *definition, enum ws_role role,
                   struct case_instance **instances)
{
    size_t room = case_expand_room(definition, role);
    struct case_instance *out = room == 0 ? NULL : arena_alloc(arena, room * sizeof *out);
    size_t count = out == NULL ? 0 : case_expand_into(arena, definition, role, out);
    *instances = count > 0 ? out : NULL;
    return count;
}
