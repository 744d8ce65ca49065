/* SPDX-License-Identifier: MIT */
/* case_lint.c: looks at each case of a source for what the grammar cannot forbid. */
#include "harness/case_lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX = 300, STATUS_SWITCHING_PROTOCOLS = 101 };

size_t case_lint_report(struct text_buffer *out, struct case_source *source, struct case_place place,
                        const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const char *line = case_source_line(&source->arena, source->text, source->size, place.line);
    struct case_diagnostic diagnostic = {
        .place = place, .message = message, .line = line == NULL ? "" : line};
    case_diagnostic_print(out, &diagnostic);
    return 1;
}

static size_t lint_requirements(struct text_buffer *out, struct case_source *source,
                                const struct case_definition *definition,
                                const struct requirement_catalogue *catalogue)
{
    size_t found = 0;
    if (definition->requirements == NULL && definition->level != LEVEL_INFO)
        found += case_lint_report(out, source, definition->place,
                                  "this case cites no requirement (`req`) and is not `level INFO`");
    for (const struct case_word *word = definition->requirements; word != NULL; word = word->next) {
        if (requirement_find(catalogue, word->text) == NULL)
            found += case_lint_report(out, source, word->place, "no requirement is called %s", word->text);
    }
    return found;
}

/* A message can only be expected of a target that echoes; what is not asked for (-> info, fail, ..) may be.
 */
static size_t lint_echo(struct text_buffer *out, struct case_source *source,
                        const struct case_definition *definition, const struct case_step *step)
{
    if ((definition->needs & NEEDS_ECHO) || definition->level == LEVEL_INFO)
        return 0;
    for (const struct alternative *at = step->alternatives; at != NULL; at = at->next) {
        for (const struct outcome *outcome = at->outcomes; outcome != NULL; outcome = outcome->next) {
            if (outcome->kind == OUTCOME_MESSAGE && (at->grade == GRADE_OK || at->grade == GRADE_NON_STRICT))
                return case_lint_report(out, source, outcome->place,
                                        "a message is expected without `needs echo`");
        }
    }
    return 0;
}

/* What can only be done where there is TLS. */
static bool wants_tls(const struct case_step *step)
{
    for (const struct open_edit *edit = step->edits; edit != NULL; edit = edit->next) {
        if (edit->kind == EDIT_ALPN || edit->kind == EDIT_SNI || edit->kind == EDIT_PLAIN)
            return true;
    }
    return step->kind == STEP_TRUNCATE || step->kind == STEP_CLOSE_NOTIFY;
}

static size_t lint_tls(struct text_buffer *out, struct case_source *source,
                       const struct case_definition *definition, const struct case_step *step)
{
    if ((definition->needs & NEEDS_TLS) || !wants_tls(step))
        return 0;
    return case_lint_report(out, source, step->place,
                            "this step works on TLS only: the case needs `needs tls`");
}

/* One of the codes may be 101: the connection may go on as a WebSocket one. */
static bool may_switch(const struct codes *codes)
{
    for (const struct code_range *range = codes->ranges; range != NULL; range = range->next) {
        bool known = range->low.parameter == NULL && range->high.parameter == NULL;
        if (!known || (range->low.value <= STATUS_SWITCHING_PROTOCOLS &&
                       range->high.value >= STATUS_SWITCHING_PROTOCOLS))
            return true;
    }
    return codes->kind != CODES_RANGES;
}

/* Behind this outcome there is no connection. */
static bool ends_connection(const struct outcome *outcome)
{
    switch (outcome->kind) {
    case OUTCOME_FAIL:
    case OUTCOME_END:
    case OUTCOME_EOF:
    case OUTCOME_RESET:
        return true;
    case OUTCOME_HTTP:
        return !may_switch(&outcome->codes);
    case OUTCOME_MESSAGE:
    case OUTCOME_PING:
    case OUTCOME_PONG:
    case OUTCOME_CLOSE:
    case OUTCOME_OPEN:
    case OUTCOME_QUIET:
    case OUTCOME_FRAME:
        break;
    }
    return false;
}

/* Behind this step nothing can be sent or received, whatever happens. */
static bool ends_case(const struct case_step *step)
{
    switch (step->kind) {
    case STEP_RESET:
    case STEP_DROP:
        return true;
    case STEP_EXPECT:
        break;
    case STEP_OPEN:
    case STEP_SEND:
    case STEP_RAW:
    case STEP_WAIT:
    case STEP_HALF_CLOSE:
    case STEP_TRUNCATE:
    case STEP_CLOSE_NOTIFY:
    case STEP_READING:
        return false;
    }
    for (const struct alternative *at = step->alternatives; at != NULL; at = at->next) {
        bool ends = at->grade == GRADE_FAIL || at->grade == GRADE_SKIP; /* the case is over then */
        for (const struct outcome *outcome = at->outcomes; outcome != NULL; outcome = outcome->next)
            ends = ends || ends_connection(outcome);
        if (!ends)
            return false;
    }
    return true;
}

static size_t lint_steps(struct text_buffer *out, struct case_source *source,
                         const struct case_definition *definition)
{
    size_t found = 0;
    const struct case_step *end = NULL;
    for (const struct case_step *step = definition->steps; step != NULL; step = step->next) {
        if (end != NULL) {
            found +=
                case_lint_report(out, source, step->place,
                                 "this step never runs: line %u always ends the connection", end->place.line);
            break;
        }
        found += lint_echo(out, source, definition, step);
        found += lint_tls(out, source, definition, step);
        end = ends_case(step) ? step : NULL;
    }
    if (end != NULL && end->next == NULL && definition->rounds > 1)
        found += case_lint_report(out, source, end->place,
                                  "only one round of `repeat` runs: this always ends the connection");
    return found;
}

static size_t lint_format(struct text_buffer *out, struct case_source *source)
{
    struct text_buffer canonical;
    size_t found = 0;
    if (!case_source_print(source, &canonical)) {
        out->failed = true;
    } else if (!case_source_equals(source, &canonical)) {
        unsigned line = 1;
        for (size_t i = 0; i < source->size && i < canonical.size && source->text[i] == canonical.text[i];
             i++)
            line += source->text[i] == '\n';
        found =
            case_lint_report(out, source, (struct case_place){source->name, line, 1},
                             "from here on the text is not in canonical form; wringer fmt brings it there");
    }
    text_free(&canonical);
    return found;
}

size_t case_lint(struct text_buffer *out, struct case_source *source,
                 const struct requirement_catalogue *catalogue)
{
    size_t found = 0;
    for (const struct case_definition *at = source->file->cases; at != NULL; at = at->next) {
        found += lint_requirements(out, source, at, catalogue);
        found += lint_steps(out, source, at);
    }
    return found + lint_format(out, source);
}
