/* SPDX-License-Identifier: MIT */
/* case_print_step.c: octets, frames, outcomes and steps in the words of the case language. */
#include "harness/case_print.h"

#include <inttypes.h>
#include <string.h>

#include "harness/case_lex.h"
#include "harness/case_words.h"

/* From here on a number is written in hexadecimal: a length that lies is easier to read so. */
#define HEX_FROM 0x100000000u

void case_print_number(struct text_buffer *out, uint64_t value)
{
    if (value < HEX_FROM)
        text_print(out, "%" PRIu64, value);
    else
        text_print(out, "0x%" PRIx64, value);
}

static void print_integer(struct text_buffer *out, const struct case_integer *integer)
{
    if (integer->parameter != NULL)
        text_print(out, "$%s", integer->parameter);
    else
        case_print_number(out, integer->value);
}

void case_print_duration(struct text_buffer *out, uint64_t ms)
{
    enum { MS_PER_SECOND = 1000 };
    if (ms % MS_PER_SECOND == 0)
        text_print(out, "%" PRIu64 "s", ms / MS_PER_SECOND);
    else
        text_print(out, "%" PRIu64 "ms", ms);
}

/* ---- Octets ---- */

/* The octets of a string between its quotes. Right behind a $name an octet that could be part of the name is
 * escaped. */
static void print_string_octets(struct text_buffer *out, struct ws_octets octets, bool behind_name)
{
    const char *text = (const char *)octets.at;
    for (size_t at = 0; at < octets.size;) {
        size_t size = case_utf8_sequence(text + at, octets.size - at);
        unsigned char octet = (unsigned char)text[at];
        if (octet == '"' || octet == '\\')
            text_print(out, "\\%c", octet);
        else if (octet == '$')
            text_print(out, "$$");
        else if (octet == '\n' || octet == '\r' || octet == '\t')
            text_print(out, "\\%c", octet == '\n' ? 'n' : octet == '\r' ? 'r' : 't');
        else if (size == 0 || octet < ' ' || octet == 0x7f ||
                 (behind_name && at == 0 && case_is_name_octet(text[0])))
            text_print(out, "\\x%02x", octet);
        else
            text_append(out, text + at, size);
        at += size == 0 ? 1 : size;
    }
}

void case_print_string(struct text_buffer *out, struct ws_octets octets)
{
    text_print(out, "\"");
    print_string_octets(out, octets, false);
    text_print(out, "\"");
}

static void print_hex(struct text_buffer *out, struct ws_octets octets)
{
    text_print(out, "x\"");
    for (size_t i = 0; i < octets.size; i++)
        text_print(out, i == 0 ? "%02x" : " %02x", octets.at[i]);
    text_print(out, "\"");
}

static void print_function(struct text_buffer *out, const struct octets_atom *atom)
{
    text_print(out, "%s(", case_word_of(case_functions, atom->kind));
    switch (atom->kind) {
    case OCTETS_REP:
    case OCTETS_FILL:
        print_integer(out, &atom->n);
        text_print(out, ", ");
        break;
    case OCTETS_RAND:
    case OCTETS_PIECE:
        print_integer(out, &atom->n);
        text_print(out, ", ");
        print_integer(out, &atom->seed);
        text_print(out, "%s", atom->kind == OCTETS_PIECE ? ", " : "");
        break;
    case OCTETS_SEQ:
    case OCTETS_U16:
        print_integer(out, &atom->n);
        break;
    case OCTETS_FILE:
        case_print_string(out, ws_octets_of(atom->file));
        break;
    case OCTETS_LITERAL:
    case OCTETS_PARAMETER:
    case OCTETS_ACCEPT:
    case OCTETS_LOWER:
    case OCTETS_SWAPCASE:
    case OCTETS_DEFLATE:
    case OCTETS_FLUSHED:
    case OCTETS_FIXED:
    case OCTETS_FINAL:
    case OCTETS_STORED:
        break;
    }
    case_print_octets(out, atom->inner);
    if (atom->has_bits) {
        text_print(out, ", ");
        print_integer(out, &atom->n);
    }
    text_print(out, ")");
}

/* Prints the atoms of one string and returns the last of them. */
static const struct octets_atom *print_joined(struct text_buffer *out, const struct octets_atom *atom)
{
    text_print(out, "\"");
    for (bool behind_name = false;; behind_name = atom->kind == OCTETS_PARAMETER, atom = atom->next) {
        if (atom->kind == OCTETS_PARAMETER)
            text_print(out, "$%s", atom->parameter);
        else
            print_string_octets(out, atom->literal, behind_name);
        if (atom->next == NULL || !atom->next->joined_to_previous)
            break;
    }
    text_print(out, "\"");
    return atom;
}

void case_print_octets(struct text_buffer *out, const struct octets_atom *octets)
{
    for (const struct octets_atom *atom = octets; atom != NULL; atom = atom->next) {
        text_print(out, "%s", atom == octets ? "" : " ");
        bool string = atom->next != NULL && atom->next->joined_to_previous;
        if (string || (atom->kind == OCTETS_LITERAL && !atom->hex))
            atom = print_joined(out, atom);
        else if (atom->kind == OCTETS_LITERAL)
            print_hex(out, atom->literal);
        else if (atom->kind == OCTETS_PARAMETER)
            text_print(out, "$%s", atom->parameter);
        else
            print_function(out, atom);
    }
}

/* A space and the octets, if there are any. */
static void print_more_octets(struct text_buffer *out, const struct octets_atom *octets)
{
    text_print(out, "%s", octets == NULL ? "" : " ");
    case_print_octets(out, octets);
}

/* ---- Frames ---- */

static void print_attribute(struct text_buffer *out, const char *name, bool given,
                            const struct case_integer *value)
{
    if (!given)
        return;
    text_print(out, " %s=", name);
    print_integer(out, value);
}

static void print_mask(struct text_buffer *out, const struct frame_spec *frame)
{
    const uint8_t *key = frame->masking_key;
    switch (frame->mask) {
    case MASK_RIGHT:
        return;
    case MASK_FLIPPED:
        text_print(out, " mask=flip");
        return;
    case MASK_KEY:
        text_print(out, " mask=%02x%02x%02x%02x", key[0], key[1], key[2], key[3]);
        return;
    }
}

static void print_frame(struct text_buffer *out, const struct frame_spec *frame)
{
    if (frame->opcode_given)
        print_attribute(out, "op", true, &frame->opcode_number);
    else
        text_print(out, " %s", case_word_of(case_frame_kinds, frame->opcode));
    if (frame->has_code) {
        text_print(out, " ");
        print_integer(out, &frame->code);
    }
    print_more_octets(out, frame->payload);
    text_print(out, "%s", frame->fin ? "" : " fin=0");
    for (unsigned bit = 1; bit <= 3; bit++) {
        if (frame->rsv & 8U >> bit)
            text_print(out, " rsv%u", bit);
    }
    print_attribute(out, "rsv", frame->rsv_given, &frame->rsv_number);
    print_mask(out, frame);
    if (frame->has_length_form)
        text_print(out, " lenform=%s", case_word_of(case_length_forms, frame->length_form));
    text_print(out, "%s", frame->compressed ? " compressed" : "");
    print_attribute(out, "len", frame->has_length, &frame->length);
    print_attribute(out, "frag", frame->has_fragment, &frame->fragment);
    print_attribute(out, "cut", frame->has_cut, &frame->cut);
    print_attribute(out, "chop", frame->has_chop, &frame->chop);
    print_attribute(out, "split", frame->has_split, &frame->split);
    if (frame->has_gap) {
        text_print(out, " gap=");
        case_print_duration(out, frame->gap_ms);
    }
    text_print(out, "%s", frame->join ? " join" : "");
}

/* ---- Outcomes ---- */

static bool same_integer(const struct case_integer *a, const struct case_integer *b)
{
    if (a->parameter == NULL || b->parameter == NULL)
        return a->parameter == b->parameter && a->value == b->value;
    return strcmp(a->parameter, b->parameter) == 0;
}

static void print_codes(struct text_buffer *out, const struct codes *codes)
{
    if (codes->kind != CODES_RANGES)
        text_print(out, codes->kind == CODES_ANY ? " any" : " none");
    for (const struct code_range *range = codes->ranges; range != NULL; range = range->next) {
        text_print(out, range == codes->ranges ? " " : " | ");
        print_integer(out, &range->low);
        if (same_integer(&range->low, &range->high))
            continue;
        text_print(out, "..");
        print_integer(out, &range->high);
    }
}

static void print_conditions(struct text_buffer *out, const struct http_condition *condition)
{
    for (; condition != NULL; condition = condition->next) {
        text_print(out, " %s", case_word_of(case_conditions, condition->kind));
        print_more_octets(out, condition->name);
        print_more_octets(out, condition->parameter);
        if (condition->codes.kind != CODES_ANY || condition->kind == HTTP_INTERIM)
            print_codes(out, &condition->codes);
    }
}

void case_print_outcome(struct text_buffer *out, const struct outcome *outcome)
{
    if (outcome->kind == OUTCOME_MESSAGE)
        text_print(out, "%s", case_word_of(case_frame_kinds, outcome->opcode));
    else
        text_print(out, "%s", case_word_of(case_outcomes, outcome->kind));
    switch (outcome->kind) {
    case OUTCOME_MESSAGE:
    case OUTCOME_PING:
    case OUTCOME_PONG:
        text_print(out, "%s", outcome->any_octets ? " any" : "");
        print_more_octets(out, outcome->octets);
        break;
    case OUTCOME_CLOSE:
    case OUTCOME_FAIL:
        print_codes(out, &outcome->codes);
        break;
    case OUTCOME_QUIET:
        text_print(out, " ");
        case_print_duration(out, outcome->quiet_ms);
        break;
    case OUTCOME_HTTP:
        print_codes(out, &outcome->codes);
        print_conditions(out, outcome->conditions);
        break;
    case OUTCOME_FRAME:
        print_frame(out, &outcome->frame);
        break;
    case OUTCOME_OPEN:
    case OUTCOME_END:
    case OUTCOME_EOF:
    case OUTCOME_RESET:
        break;
    }
}

void case_print_alternative(struct text_buffer *out, const struct alternative *alternative)
{
    for (const struct outcome *outcome = alternative->outcomes; outcome != NULL; outcome = outcome->next) {
        text_print(out, "%s", outcome == alternative->outcomes ? "" : ", ");
        case_print_outcome(out, outcome);
    }
    if (alternative->within_ms > 0) {
        text_print(out, " within ");
        case_print_duration(out, alternative->within_ms);
    }
    if (alternative->grade_given)
        text_print(out, " -> %s", case_word_of(case_grades, alternative->grade));
}

/* ---- Steps ---- */

static void print_edits(struct text_buffer *out, const struct open_edit *edit)
{
    for (; edit != NULL; edit = edit->next) {
        text_print(out, " %s", case_word_of(case_edits, edit->kind));
        print_more_octets(out, edit->name);
        print_more_octets(out, edit->value);
        if (edit->kind == EDIT_GAP) {
            text_print(out, " ");
            case_print_duration(out, edit->gap_ms);
        }
    }
}

void case_print_step(struct text_buffer *out, const struct case_step *step)
{
    text_print(out, "%s", case_word_of(case_steps, step->kind));
    switch (step->kind) {
    case STEP_OPEN:
        print_edits(out, step->edits);
        break;
    case STEP_SEND:
        print_frame(out, &step->frame);
        break;
    case STEP_RAW:
        print_more_octets(out, step->raw);
        break;
    case STEP_EXPECT:
        for (const struct alternative *at = step->alternatives; at != NULL; at = at->next) {
            text_print(out, "%s", at == step->alternatives ? " " : "\nor ");
            case_print_alternative(out, at);
        }
        break;
    case STEP_WAIT:
        text_print(out, " ");
        case_print_duration(out, step->wait_ms);
        break;
    case STEP_READING:
        text_print(out, " %s", case_word_of(case_switches, step->reading));
        break;
    case STEP_HALF_CLOSE:
    case STEP_RESET:
    case STEP_DROP:
    case STEP_TRUNCATE:
    case STEP_CLOSE_NOTIFY:
        break;
    }
}
