/* SPDX-License-Identifier: MIT */
/* html_parts.c: pieces that several sections of the page use: verdicts, links, families. */
#include "reports/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_SHOWN = 32 };

char verdict_letter(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_SKIP:
        return 'S';
    case VERDICT_OK:
        return 'K';
    case VERDICT_INFORMATIONAL:
        return 'I';
    case VERDICT_UNIMPLEMENTED:
        return 'U';
    case VERDICT_NON_STRICT:
        return 'N';
    case VERDICT_SETUP:
        return 'P';
    case VERDICT_FAILED:
        return 'F';
    case VERDICT_CRASH:
        return 'C';
    case VERDICT_ERROR:
        return 'E';
    }
    return 'E';
}

void html_verdict(FILE *out, enum verdict verdict, bool derived)
{
    fprintf(out, "<span class=\"v v%c\">%s%s</span>", verdict_letter(verdict), verdict_word(verdict),
            derived ? " <small>derived</small>" : "");
}

void html_case_link(FILE *out, const struct journal_case *definition)
{
    fputs("<a href=\"#case-", out);
    html_anchor(out, definition->id);
    fputs("\">", out);
    html_text(out, definition->id);
    fputs("</a>", out);
}

void html_requirement_link(FILE *out, const char *id)
{
    fputs("<a class=rid href=\"#req-", out);
    html_anchor(out, id);
    fputs("\">", out);
    html_text(out, id);
    fputs("</a>", out);
}

void html_section(FILE *out, const char *rfc, const char *section)
{
    if (strncmp(rfc, "RFC", 3) == 0 && rfc[3] >= '0' && rfc[3] <= '9') {
        fputs("RFC&nbsp;", out);
        rfc += 3;
    }
    html_text(out, rfc);
    fputs(section[0] >= '0' && section[0] <= '9' ? " §" : " ", out);
    html_text(out, section);
}

/* The section's place at rfc-editor.org; nothing is made of names that are not plain numbers: they come from
 * a journal. */
static bool put_section_link(FILE *out, const char *rfc, const char *section)
{
    static const char digits[] = "0123456789";
    if (strncmp(rfc, "RFC", 3) != 0)
        return false;
    size_t number = strspn(rfc + 3, digits), place = strspn(section, "0123456789.");
    if (number == 0 || rfc[3 + number] != '\0' || place == 0 || section[place] != '\0')
        return false;
    fprintf(out, "<a href=\"https://www.rfc-editor.org/rfc/rfc%s#section-%s\">", rfc + 3, section);
    return true;
}

void html_quote(FILE *out, const struct journal_requirement *requirement)
{
    if (requirement->quote[0] == '\0')
        return;
    fputs("<blockquote>“", out);
    html_text(out, requirement->quote);
    fputs("” <span class=sec>", out);
    bool linked = put_section_link(out, requirement->rfc, requirement->section);
    html_section(out, requirement->rfc, requirement->section);
    fputs(linked ? "</a></span></blockquote>" : "</span></blockquote>", out);
}

bool group_derived(const struct report_group *group)
{
    size_t failed = 0, derived = 0;
    for (size_t i = 0; i < group->count; i++) {
        failed += group->results[i]->verdict == VERDICT_FAILED;
        derived += group->results[i]->verdict == VERDICT_FAILED && group->results[i]->derived;
    }
    return failed > 0 && failed == derived;
}

/* ---- Values of a family ---- */

/* A run of members that share a value: [first, end), of which `chosen` are meant. */
struct value_block {
    size_t first, end, chosen;
};

static struct value_block block_at(const struct page *page, const struct report_group *group, size_t first,
                                   unsigned char mark)
{
    struct value_block block = {.first = first, .end = first};
    while (block.end < group->count &&
           strcmp(group->results[block.end]->value, group->results[first]->value) == 0)
        block.chosen += page->marks[block.end++] == mark;
    return block;
}

/* The value as a number, for ranges; false if it is none, or only some of its deliveries are meant. */
static bool range_value(const struct report_group *group, struct value_block block, uint64_t *number)
{
    const char *value = group->results[block.first]->value;
    size_t digits = strspn(value, "0123456789");
    if (digits == 0 || digits > 18 || value[digits] != '\0' || block.chosen < block.end - block.first)
        return false;
    *number = strtoull(value, NULL, 10);
    return true;
}

static void put_value(struct page *page, const struct report_group *group, struct value_block block,
                      unsigned char mark)
{
    const char *value = group->results[block.first]->value;
    html_text(page->out, value);
    if (block.chosen == block.end - block.first && value[0] != '\0')
        return;
    const char *separator = value[0] == '\0' ? "" : " ";
    for (size_t i = block.first; i < block.end; i++) {
        if (page->marks[i] != mark)
            continue;
        fputs(separator, page->out);
        html_text(page->out, group->results[i]->delivery);
        separator = "+";
    }
}

void html_values(struct page *page, const struct report_group *group, unsigned char mark)
{
    size_t shown = 0, left_out = 0;
    for (size_t at = 0; at < group->count;) {
        struct value_block block = block_at(page, group, at, mark);
        at = block.end;
        if (block.chosen == 0)
            continue;
        if (shown >= VALUES_SHOWN) {
            left_out++;
            continue;
        }
        if (shown++ > 0)
            fputs(", ", page->out);
        put_value(page, group, block, mark);
        uint64_t first, last, next;
        if (!range_value(group, block, &first))
            continue;
        /* follow the range as far as it goes */
        struct value_block ahead = {.end = block.end}, end = block;
        for (last = first; ahead.end < group->count; last = next) {
            ahead = block_at(page, group, ahead.end, mark);
            if (ahead.chosen == 0 || !range_value(group, ahead, &next) || next != last + 1)
                break;
            end = ahead;
        }
        if (last > first) {
            fputs(last == first + 1 ? ", " : "..", page->out);
            put_value(page, group, end, mark);
            at = end.end;
        }
    }
    if (left_out > 0) {
        fputs(" and ", page->out);
        html_count(page->out, left_out, "more value");
    }
}

void html_family(struct page *page, const struct report_group *group)
{
    size_t passed = 0, skipped = 0, count;
    enum verdict worst = group_verdict(group, &count);
    for (size_t i = 0; i < group->count; i++) {
        enum verdict verdict = group->results[i]->verdict;
        passed += verdict == VERDICT_OK || verdict == VERDICT_INFORMATIONAL;
        skipped += verdict == VERDICT_SKIP;
        page->marks[i] = verdict == worst;
    }
    if (group->count < 2)
        return;
    if (passed == group->count) {
        fprintf(page->out, "all %zu", group->count);
    } else if (skipped == group->count) {
        fprintf(page->out, "none of %zu tried", group->count);
    } else if (passed + skipped == group->count) {
        fprintf(page->out, "all %zu tried, %zu skipped", passed, skipped);
    } else if (count == group->count) {
        fprintf(page->out, "none of %zu", group->count);
    } else {
        if (passed == 0)
            fprintf(page->out, "none of %zu OK; %s: ", group->count, verdict_word(worst));
        else
            fprintf(page->out, "%zu of %zu OK; %s: ", passed, group->count, verdict_word(worst));
        html_values(page, group, 1);
    }
}

bool target_is_client(const struct journal_target *target)
{
    return strcmp(target->role, "client") == 0;
}
