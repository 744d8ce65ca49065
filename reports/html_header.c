/* SPDX-License-Identifier: MIT */
/* html_header.c: what was run, when and how; links to the sections. */
#include "reports/html.h"

/* A score without these lines may be better than it should be: that is told first. */
static void put_bad_lines(FILE *out, const struct journal_contents *journal)
{
    size_t told = journal->bad_count < JOURNAL_BAD_KEPT ? journal->bad_count : JOURNAL_BAD_KEPT;
    if (journal->bad_count == 0)
        return;
    fputs("<p class=warn>", out);
    html_count(out, journal->bad_count, "line");
    fputs(" of this journal cannot be read. What they said is missing below, and from the grade.</p>\n<ul>",
          out);
    for (size_t i = 0; i < told; i++) {
        fputs("<li><code>", out);
        html_text(out, journal->path);
        fprintf(out, ":%zu</code>: ", journal->bad[i].number);
        html_text(out, journal->bad[i].why);
        fputs("</li>\n", out);
    }
    if (journal->bad_count > told)
        fprintf(out, "<li>and %zu more</li>\n", journal->bad_count - told);
    fputs("</ul>", out);
}

/* How the run was started, and when. */
static void put_start(FILE *out, const struct journal_contents *journal)
{
    const struct journal_run *run = &journal->run;
    if (!journal->has_run) {
        fputs("<p>A run of which the journal does not tell how and when it was started", out);
        return;
    }
    fputs("<p class=cmd><code>", out);
    html_command(out, run->command, run->command_count);
    fputs("</code></p><p>wringer", out);
    fputs(run->version[0] == '\0' ? "" : " ", out);
    html_text(out, run->version);
    fputs(", begun <time>", out);
    html_text(out, run->started);
    fputs("</time>", out);
}

/* Were clients tested? They come as they like: how many at once is theirs to choose, and they may be shown
 * what has ended before all has. */
static bool tests_clients(const struct journal_contents *journal)
{
    return journal->target_count > 0 && target_is_client(&journal->targets[0]);
}

/* Which cases, and how many at once. */
static void put_selection(FILE *out, const struct journal_contents *journal)
{
    const struct journal_run *run = &journal->run;
    fputs(" (", out);
    html_text(out, run->cases);
    fputs(")", out);
    for (size_t i = 0; i < run->selection_count; i++) {
        fputs(i == 0 ? ", selected by <code>" : " ", out);
        html_text(out, run->selection[i]);
    }
    fputs(run->selection_count > 0 ? "</code>" : "", out);
    if (!tests_clients(journal))
        fprintf(out, ", %u at a time", run->jobs);
}

static void put_run(FILE *out, const struct journal_contents *journal)
{
    fputs("<div class=run>", out);
    put_start(out, journal);
    if (journal->has_end) {
        fputs(", took ", out);
        html_duration(out, journal->end.wall_us);
        fprintf(out, ", exit code %d", journal->end.exit_code);
    }
    fputs("; ", out);
    html_count(out, journal->result_count, "result");
    fputs(" of ", out);
    html_count(out, journal->case_count, "case");
    if (journal->has_run)
        put_selection(out, journal);
    fputs("</p>", out);
    if (!journal->has_end && tests_clients(journal))
        fputs("<p>Clients may still come, or the run did not come to its end: what follows is what had ended "
              "before.</p>",
              out);
    else if (!journal->has_end)
        fputs("<p class=warn>This run did not come to its end: what follows is what had ended before.</p>",
              out);
    put_bad_lines(out, journal);
    if (journal->cut_line > 0)
        fprintf(out, "<p class=warn>Line %zu, the last of the journal, was cut and is left out.</p>",
                journal->cut_line);
    fputs("</div>\n", out);
}

static void put_link(FILE *out, const char *anchor, const char *word)
{
    fprintf(out, "<a href=\"#%s\">%s</a>\n", anchor, word);
}

void html_header(struct page *page)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    size_t violations = 0;
    for (size_t i = 0; i < report->target_count; i++)
        violations += page->scores[i]->violations;
    fputs("<header><h1><span class=mark aria-hidden=true></span>Wringer <small>WebSocket conformance, "
          "RFC&nbsp;6455"
          "</small></h1>\n",
          out);
    for (size_t i = 0; i < report->journal_count; i++)
        put_run(out, report->journals[i]);
    if (report->differing_cases > 0) {
        fputs("<p class=warn>", out);
        html_count(out, report->differing_cases, "case");
        fprintf(
            out,
            " %s not the same in all of these journals: text and requirements are those of the first.</p>\n",
            report->differing_cases == 1 ? "is" : "are");
    }
    if (report->target_count == 0) {
        fputs("</header>\n", out);
        return;
    }
    fputs("<nav aria-label=\"Sections\">", out);
    put_link(out, "targets", report->target_count == 1 ? "Grade" : "Grades");
    put_link(out, "first", "What failed first");
    if (report->target_count > 1)
        put_link(out, "matrix", "Side by side");
    put_link(out, "sections", "By RFC section");
    if (violations > 0)
        put_link(out, "seen", "Seen along the way");
    put_link(out, "cases", "Every case");
    put_link(out, "requirements", "Requirements");
    put_link(out, "reading", "How to read this");
    fputs("</nav></header>\n", out);
}
