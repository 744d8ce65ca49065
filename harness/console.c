/* SPDX-License-Identifier: MIT */
/* console.c: prints for people. Octets of the target never reach the terminal as they are. */
#include "harness/console.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_EVERY_US = 100 * 1000, HEX_SHOWN = 24, LINES_SHOWN = 24, TEXT_WIDTH = 44 };
enum { QUOTE_INDENT = 10, QUOTE_MAX = 4096 };

static const char *const dim = "\033[2m", *const bold = "\033[1m", *const red = "\033[31m",
                         *const plain = "\033[0m";

void console_init(struct console *console)
{
    *console = (struct console){0};
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
    console->terminal = isatty(STDOUT_FILENO) == 1 && (term == NULL || strcmp(term, "dumb") != 0);
    console->colour = console->terminal && (no_colour == NULL || no_colour[0] == '\0');
}

void console_begin(struct console *console, size_t total, uint64_t now_us)
{
    console->done = 0;
    console->failed = 0;
    console->total = total;
    console->started_us = now_us;
    console->last_progress_us = 0;
    console->shown = 0;
}

void console_clear(struct console *console)
{
    if (!console->progress_shown)
        return;
    fputs("\r\033[K", stdout);
    console->progress_shown = false;
}

void console_progress(struct console *console, bool failed, uint64_t now_us)
{
    console->done++;
    console->failed += failed;
    if (console->quiet || !console->terminal || now_us - console->last_progress_us < PROGRESS_EVERY_US)
        return;
    console->last_progress_us = now_us;
    uint64_t took = now_us - console->started_us;
    uint64_t left = console->done == 0 ? 0 : took * (console->total - console->done) / console->done;
    console_clear(console);
    printf("(%zu of %zu, %zu failed, %llu.%llu s, %llu s left)", console->done, console->total,
           console->failed, (unsigned long long)(took / 1000000), (unsigned long long)(took / 100000 % 10),
           (unsigned long long)(left / 1000000));
    fflush(stdout);
    console->progress_shown = true;
}

void console_line(struct console *console, const char *format, ...)
{
    if (console->quiet)
        return;
    console_clear(console);
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

static const char *style(const struct console *console, const char *code)
{
    return console->colour ? code : "";
}

/* Text that may hold octets of the target: control characters become dots, also those of two octets (some
 * terminals take U+009B for ESC [), and whatever is no ASCII if the whole is no UTF-8. */
static void print_safely(const char *text)
{
    struct ws_utf8 utf8 = {0};
    bool is_utf8 = ws_utf8_take(&utf8, (const uint8_t *)text, strlen(text), NULL) && ws_utf8_complete(&utf8);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)text[0];
        bool two_octets = is_utf8 && c == 0xc2 && (unsigned char)text[1] < 0xa0;
        bool control = c < 0x20 || c == 0x7f || two_octets || (c >= 0x80 && !is_utf8);
        putchar(control ? '.' : c);
        text += two_octets;
    }
}

static void print_line(const struct console *console, const struct journal_line *line)
{
    printf("      %llu.%03llu  %-4s  ", (unsigned long long)(line->at_us / 1000000),
           (unsigned long long)(line->at_us / 1000 % 1000), line->direction);
    print_safely(line->text);
    for (size_t width = strlen(line->text); width < TEXT_WIDTH && line->octet_count > 0; width++)
        putchar(' ');
    if (line->octet_count > 0)
        printf("  %s", style(console, dim));
    for (size_t i = 0; i < line->octet_count && i < HEX_SHOWN; i++)
        printf(i == 0 ? "%02x" : " %02x", line->octets[i]);
    if (line->octet_count > HEX_SHOWN)
        printf(" ..");
    if (line->octet_count > 0)
        printf("%s", style(console, plain));
    if (line->mark != NULL) {
        printf("  %s<- ", style(console, red));
        print_safely(line->mark);
        printf("%s", style(console, plain));
    }
    putchar('\n');
}

static void print_quote(const struct requirement *requirement)
{
    struct text_buffer quote = {.cap = QUOTE_MAX};
    requirement_print_quote(&quote, requirement, QUOTE_INDENT);
    if (quote.text != NULL)
        fputs(quote.text, stdout);
    text_free(&quote);
}

static const char *section_of(const struct requirement *requirement)
{
    return requirement == NULL ? "" : requirement->section;
}

static void print_violation(const struct plan *plan, const struct journal_violation *violation)
{
    printf("      seen along the way: %s (%s)\n", violation->sentence, violation->requirement);
    const struct requirement *requirement = requirement_find(&plan->requirements, violation->requirement);
    if (requirement != NULL)
        print_quote(requirement);
}

void console_transcript(const struct console *console, const struct journal_line *lines, size_t count)
{
    size_t skip = count > LINES_SHOWN ? count - LINES_SHOWN : 0;
    if (skip > 0)
        printf("      (%zu lines before; the report has more)\n", skip);
    for (size_t i = skip; i < count; i++)
        print_line(console, &lines[i]);
}

void console_result(struct console *console, const struct plan *plan,
                    const struct case_definition *definition, const struct journal_result *result,
                    const char *surprise)
{
    if (console->quiet)
        return;
    console_clear(console);
    console->shown++;
    const struct case_word *first = definition->requirements;
    while (first != NULL && !plan_binds_target(plan, first->text))
        first = first->next;
    const struct requirement *requirement =
        first == NULL ? NULL : requirement_find(&plan->requirements, first->text);
    bool grave = result->verdict == VERDICT_FAILED || result->verdict == VERDICT_CRASH;
    bool passed = result->verdict == VERDICT_OK || result->verdict == VERDICT_INFORMATIONAL ||
                  result->verdict == VERDICT_SKIP;
    bool closing_deviates = result->closing != CLOSING_CLEAN && result->closing != CLOSING_NOT_JUDGED;
    const char *but = !passed                       ? ""
                      : result->violation_count > 0 ? ", BUT RULES BROKEN ALONG THE WAY"
                      : closing_deviates            ? ", BUT NOT IN CLOSING"
                                                    : "";
    printf("\n%s%s%s%s%s  %s", style(console, bold), style(console, grave || but[0] != '\0' ? red : ""),
           verdict_word(result->verdict), but, style(console, plain), result->id);
    if (requirement != NULL)
        printf("  (%s %s, %s%s)", requirement->rfc, section_of(requirement),
               plan_level_word(plan_level(plan, definition)), result->derived ? ", derived" : "");
    printf("  %s%s:%u%s\n", style(console, dim), definition->place.file, definition->place.line,
           style(console, plain));
    printf("      %s\n", definition->title);
    for (const struct case_word *word = definition->requirements; word != NULL; word = word->next) {
        requirement = requirement_find(&plan->requirements, word->text);
        if (requirement == NULL || !plan_binds_target(plan, word->text))
            continue;
        printf("      %s: %s\n", requirement->id, requirement->rule);
        if (!passed)
            print_quote(requirement);
    }
    printf("      ");
    print_safely(result->reason);
    putchar('\n');
    if (closing_deviates)
        printf("      closing %s: %s\n", closing_word(result->closing), result->closing_reason);
    for (size_t i = 0; i < result->violation_count; i++)
        print_violation(plan, &result->violations[i]);
    if (surprise[0] != '\0')
        printf("      %s\n", surprise);
    console_transcript(console, result->lines, result->line_count);
    printf("      rerun: %s\n", result->rerun);
    fflush(stdout);
}
