/* SPDX-License-Identifier: MIT */
/* case_parse_step.c: the steps of a case, from `open` to `reading`. */
#include "harness/case_parse.h"

static bool parse_edit(struct case_parser *parser, struct open_edit *edit)
{
    unsigned kind;
    if (!parse_keyword(parser, case_edits, &kind))
        return false;
    edit->kind = (enum edit_kind)kind;
    if (edit->kind == EDIT_UNENDED || edit->kind == EDIT_PLAIN)
        return true;
    if (edit->kind == EDIT_GAP)
        return parse_duration(parser, &edit->gap_ms);
    if (edit->kind == EDIT_DELETE)
        return parse_octets_token(parser, &edit->name);
    if ((edit->kind == EDIT_SET || edit->kind == EDIT_ADD) && !parse_octets_token(parser, &edit->name))
        return false;
    return parse_octets(parser, &edit->value, NULL);
}

static bool parse_open(struct case_parser *parser, struct case_step *step)
{
    if (step != parser->definition->steps)
        return parse_error(parser, step->place,
                           "`open` can only be the first step: a case has one connection");
    struct open_edit **next = &step->edits;
    while (parser->token.kind != TOKEN_NEWLINE && parser->token.kind != TOKEN_END) {
        struct open_edit *edit = parse_alloc(parser, sizeof *edit);
        if (edit == NULL || !parse_edit(parser, edit))
            return false;
        *next = edit;
        next = &edit->next;
    }
    return true;
}

/* ---- expect ---- */

static bool parse_condition(struct case_parser *parser, struct http_condition *condition)
{
    parse_advance(parser);
    enum { STATUS_INTERIM_MIN = 100, STATUS_INTERIM_MAX = 199 }; /* RFC 9110 15.2 */
    if (condition->kind == HTTP_NO_EXTENSION)
        return true;
    if (condition->kind == HTTP_INTERIM)
        return parse_codes(parser, &condition->codes, STATUS_INTERIM_MIN, STATUS_INTERIM_MAX, true);
    if (!parse_octets_token(parser, &condition->name))
        return false;
    if (condition->kind == HTTP_VALUE || condition->kind == HTTP_LISTS)
        return parse_octets(parser, &condition->parameter, NULL);
    if (condition->kind == HTTP_EXTENSION_WITHOUT)
        return parse_octets_token(parser, &condition->parameter);
    if (condition->kind != HTTP_EXTENSION || !parse_at_octets(parser))
        return true;
    if (!parse_octets_token(parser, &condition->parameter))
        return false;
    bool codes = parser->token.kind == TOKEN_INTEGER || parser->token.kind == TOKEN_PARAMETER ||
                 parse_at_word(parser, "any") || parse_at_word(parser, "none");
    return !codes || parse_codes(parser, &condition->codes, 0, UINT64_MAX, true);
}

static bool parse_http(struct case_parser *parser, struct outcome *outcome)
{
    enum { STATUS_MIN = 100, STATUS_MAX = 999 }; /* RFC 9110 15: a three-digit integer */
    if (!parse_codes(parser, &outcome->codes, STATUS_MIN, STATUS_MAX, false))
        return false;
    struct http_condition **next = &outcome->conditions;
    const struct case_keyword *row;
    while ((row = parse_find(parser, case_conditions)) != NULL) {
        struct http_condition *condition = parse_alloc(parser, sizeof *condition);
        if (condition == NULL)
            return false;
        condition->kind = (enum http_condition_kind)row->value;
        if (!parse_condition(parser, condition))
            return false;
        *next = condition;
        next = &condition->next;
    }
    return true;
}

static bool parse_outcome(struct case_parser *parser, struct outcome *outcome)
{
    enum { CLOSE_CODE_MAX = 65535 };
    unsigned kind;
    outcome->place = parse_place(parser);
    if (parse_at_word(parser, "binary"))
        outcome->opcode = WS_BINARY;
    if (parse_at_word(parser, "text"))
        outcome->opcode = WS_TEXT;
    if (!parse_keyword(parser, case_outcomes, &kind))
        return false;
    outcome->kind = (enum outcome_kind)kind;
    switch (outcome->kind) {
    case OUTCOME_MESSAGE:
    case OUTCOME_PING:
    case OUTCOME_PONG:
        outcome->any_octets = parse_at_word(parser, "any");
        if (outcome->any_octets) {
            parse_advance(parser);
            return true;
        }
        if (!parse_at_octets(parser))
            return parse_expected(parser, "octets or any");
        return parse_octets(parser, &outcome->octets, NULL);
    case OUTCOME_CLOSE:
    case OUTCOME_FAIL:
        return parse_codes(parser, &outcome->codes, 0, CLOSE_CODE_MAX, true);
    case OUTCOME_QUIET:
        return parse_duration(parser, &outcome->quiet_ms);
    case OUTCOME_HTTP:
        return parse_http(parser, outcome);
    case OUTCOME_FRAME:
        return parse_frame(parser, &outcome->frame, true);
    case OUTCOME_OPEN:
    case OUTCOME_END:
    case OUTCOME_EOF:
    case OUTCOME_RESET:
        break;
    }
    return true;
}

/* ["within" DUR] ["->" grade] */
static bool parse_alternative_end(struct case_parser *parser, struct alternative *alternative)
{
    if (parse_at_word(parser, "within")) {
        parse_advance(parser);
        if (!parse_duration(parser, &alternative->within_ms))
            return false;
    }
    if (parser->token.kind == TOKEN_ARROW) {
        unsigned grade;
        parse_advance(parser);
        if (!parse_keyword(parser, case_grades, &grade))
            return false;
        alternative->grade = (enum grade)grade;
        alternative->grade_given = true;
    }
    if (parser->token.kind == TOKEN_NEWLINE || parser->token.kind == TOKEN_END)
        return true;
    if (alternative->grade_given)
        return parse_expected(parser, "the end of the line");
    return parse_expected(parser, alternative->within_ms > 0 ? "-> and a grade, or the end of the line"
                                                             : "a comma, within, ->, or the end of the line");
}

bool parse_alternative(struct case_parser *parser, struct case_step *step, struct case_place place)
{
    size_t count = 0;
    struct alternative **slot = &step->alternatives;
    for (; *slot != NULL; count++)
        slot = &(*slot)->next;
    if (count == CASE_ALTERNATIVES_MAX)
        return parse_error(parser, place, "an expect has at most %d alternatives", CASE_ALTERNATIVES_MAX);
    struct alternative *alternative = parse_alloc(parser, sizeof *alternative);
    if (alternative == NULL)
        return false;
    alternative->place = place;
    *slot = alternative;
    struct outcome **next = &alternative->outcomes;
    for (;;) {
        struct outcome *outcome = parse_alloc(parser, sizeof *outcome);
        if (outcome == NULL || !parse_outcome(parser, outcome))
            return false;
        *next = outcome;
        next = &outcome->next;
        if (parser->token.kind != TOKEN_COMMA)
            return parse_alternative_end(parser, alternative);
        parse_advance(parser);
    }
}

bool parse_step(struct case_parser *parser, enum step_kind kind, struct case_place place)
{
    struct case_definition *definition = parser->definition;
    if (definition->step_count == CASE_STEPS_MAX)
        return parse_error(parser, place, "a case has at most %d steps", CASE_STEPS_MAX);
    struct case_step *step = parse_alloc(parser, sizeof *step);
    if (step == NULL)
        return false;
    step->kind = kind;
    step->place = place;
    if (parser->last_step == NULL)
        definition->steps = step;
    else
        parser->last_step->next = step;
    parser->last_step = step;
    definition->step_count++;
    switch (kind) {
    case STEP_OPEN:
        return parse_open(parser, step);
    case STEP_SEND:
        return parse_frame(parser, &step->frame, false);
    case STEP_RAW:
        return parse_octets(parser, &step->raw, NULL);
    case STEP_EXPECT:
        return parse_alternative(parser, step, place);
    case STEP_WAIT:
        return parse_duration(parser, &step->wait_ms);
    case STEP_READING: {
        unsigned on;
        if (!parse_keyword(parser, case_switches, &on))
            return false;
        step->reading = on != 0;
        return true;
    }
    case STEP_HALF_CLOSE:
    case STEP_RESET:
    case STEP_DROP:
    case STEP_TRUNCATE:
    case STEP_CLOSE_NOTIFY:
        break;
    }
    return true;
}
