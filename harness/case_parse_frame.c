/* SPDX-License-Identifier: MIT */
/* case_parse_frame.c: a frame as `send` and `expect frame` write it: kind, octets, attributes. */
#include "harness/case_parse.h"

enum { OPCODE_MAX = 15, RSV_MAX = 7, CLOSE_CODE_MAX = 65535, MASK_DIGITS = 8 };

static bool parse_equals(struct case_parser *parser)
{
    if (parser->token.kind != TOKEN_EQUALS)
        return parse_expected(parser, "=");
    parse_advance(parser);
    return true;
}

/* flip, or the key in eight hexadecimal digits. */
static bool parse_mask(struct case_parser *parser, struct frame_spec *frame)
{
    const struct case_token *token = &parser->token;
    frame->mask = MASK_FLIPPED;
    if (!parse_at_word(parser, "flip")) {
        bool hex = (token->kind == TOKEN_WORD || token->kind == TOKEN_INTEGER) && token->size == MASK_DIGITS;
        for (size_t i = 0; hex && i < MASK_DIGITS; i++)
            hex = case_hex_digit(token->text[i]) >= 0;
        if (!hex)
            return parse_expected(parser, "flip or a key of 8 hexadecimal digits");
        frame->mask = MASK_KEY;
        for (size_t i = 0; i < MASK_DIGITS / 2; i++)
            frame->masking_key[i] =
                (uint8_t)(case_hex_digit(token->text[2 * i]) * 16 + case_hex_digit(token->text[2 * i + 1]));
    }
    parse_advance(parser);
    return true;
}

static bool parse_fin(struct case_parser *parser, struct frame_spec *frame)
{
    if (parser->token.kind != TOKEN_INTEGER || parser->token.integer != 0)
        return parse_expected(parser, "0 (FIN is set without fin=0)");
    frame->fin = false;
    parse_advance(parser);
    return true;
}

static bool parse_length_form(struct case_parser *parser, struct frame_spec *frame)
{
    unsigned form;
    if (!parse_keyword(parser, case_length_forms, &form))
        return false;
    frame->has_length_form = true;
    frame->length_form = (enum ws_length_form)form;
    return true;
}

/* Takes a count of octets, at least one. */
static bool parse_count(struct case_parser *parser, bool *has, struct case_integer *count)
{
    *has = true;
    return parse_integer(parser, count, 1, UINT64_MAX, NULL);
}

/* Takes the attribute's value, if it has one. */
static bool parse_attribute_value(struct case_parser *parser, enum case_attribute attribute,
                                  struct frame_spec *frame)
{
    switch (attribute) {
    case ATTRIBUTE_RSV1:
    case ATTRIBUTE_RSV2:
    case ATTRIBUTE_RSV3:
        frame->rsv |= (uint8_t)(4U >> (attribute - ATTRIBUTE_RSV1));
        return true;
    case ATTRIBUTE_JOIN:
        frame->join = true;
        return true;
    case ATTRIBUTE_COMPRESSED:
        frame->compressed = true;
        return true;
    case ATTRIBUTE_FIN:
        return parse_equals(parser) && parse_fin(parser, frame);
    case ATTRIBUTE_RSV:
        frame->rsv_given = true;
        return parse_equals(parser) && parse_integer(parser, &frame->rsv_number, 0, RSV_MAX, NULL);
    case ATTRIBUTE_MASK:
        return parse_equals(parser) && parse_mask(parser, frame);
    case ATTRIBUTE_LENGTH:
        frame->has_length = true;
        return parse_equals(parser) && parse_integer(parser, &frame->length, 0, UINT64_MAX, NULL);
    case ATTRIBUTE_LENGTH_FORM:
        return parse_equals(parser) && parse_length_form(parser, frame);
    case ATTRIBUTE_FRAGMENT:
        return parse_equals(parser) && parse_count(parser, &frame->has_fragment, &frame->fragment);
    case ATTRIBUTE_CUT:
        return parse_equals(parser) && parse_count(parser, &frame->has_cut, &frame->cut);
    case ATTRIBUTE_CHOP:
        return parse_equals(parser) && parse_count(parser, &frame->has_chop, &frame->chop);
    case ATTRIBUTE_SPLIT:
        return parse_equals(parser) && parse_count(parser, &frame->has_split, &frame->split);
    case ATTRIBUTE_GAP:
        frame->has_gap = true;
        return parse_equals(parser) && parse_duration(parser, &frame->gap_ms);
    }
    return false;
}

/* What can be seen of a frame that was received; the others say how one is written. */
static bool can_be_expected(enum case_attribute attribute)
{
    return attribute <= ATTRIBUTE_LENGTH_FORM;
}

static bool parse_attributes(struct case_parser *parser, struct frame_spec *frame, bool in_expect)
{
    unsigned seen = 0;
    const struct case_keyword *row;
    while ((row = parse_find(parser, case_attributes)) != NULL) {
        struct case_place place = parse_place(parser);
        enum case_attribute attribute = (enum case_attribute)row->value;
        if (seen & 1U << attribute)
            return parse_error(parser, place, "%s stands twice", row->word);
        seen |= 1U << attribute;
        if (in_expect && !can_be_expected(attribute))
            return parse_error(parser, place, "%s cannot be expected, only sent", row->word);
        parse_advance(parser);
        if (!parse_attribute_value(parser, attribute, frame))
            return false;
        if (frame->rsv_given && frame->rsv != 0)
            return parse_error(parser, place, "rsv= stands for all three bits: use it or rsv1 rsv2 rsv3");
    }
    bool data = frame->opcode == WS_TEXT || frame->opcode == WS_BINARY || frame->opcode == WS_CONTINUATION;
    if (frame->compressed && (frame->opcode_given || !data))
        return parse_error(parser, parse_place(parser), "only text, binary and cont can be compressed");
    if (frame->has_chop && frame->has_split)
        return parse_error(parser, parse_place(parser), "chop= and split= cannot both cut the same frame");
    return true;
}

static bool parse_opcode(struct case_parser *parser, struct frame_spec *frame)
{
    parse_advance(parser);
    frame->opcode_given = true;
    return parse_equals(parser) && parse_integer(parser, &frame->opcode_number, 0, OPCODE_MAX, NULL);
}

/* [code [octets]] */
static bool parse_close_body(struct case_parser *parser, struct frame_spec *frame)
{
    if (parser->token.kind == TOKEN_STRING || parser->token.kind == TOKEN_HEX)
        return parse_expected(parser, "a close code (a body without one is written op=8 x\"..\")");
    if (parser->token.kind != TOKEN_INTEGER && parser->token.kind != TOKEN_PARAMETER)
        return true;
    frame->has_code = true;
    if (!parse_integer(parser, &frame->code, 0, CLOSE_CODE_MAX, NULL))
        return false;
    return !parse_at_octets(parser) || parse_octets(parser, &frame->payload, NULL);
}

bool parse_frame(struct case_parser *parser, struct frame_spec *frame, bool in_expect)
{
    frame->fin = true;
    const struct case_keyword *kind = parse_find(parser, case_frame_kinds);
    if (kind == NULL && !parse_at_word(parser, "op"))
        return parse_expected(parser, "text, binary, cont, ping, pong, close or op=N");
    if (kind == NULL) {
        if (!parse_opcode(parser, frame))
            return false;
    } else {
        frame->opcode = (uint8_t)kind->value;
        parse_advance(parser);
    }
    if (kind != NULL && kind->value == WS_CLOSE) {
        if (!parse_close_body(parser, frame))
            return false;
    } else if (parse_at_octets(parser) && !parse_octets(parser, &frame->payload, NULL)) {
        return false;
    }
    return parse_attributes(parser, frame, in_expect);
}
