/* SPDX-License-Identifier: MIT */
/* html_target.c: a card for each target: its grade, the requirements of its score, how it was reached. */
#include "reports/html.h"

#include <string.h>

static void put_bar(FILE *out, const char *level, const struct score_count *count)
{
    size_t exercised = score_exercised(count);
    fprintf(out, "<div class=sc><span><b>%s</b> ", level);
    if (exercised == 0)
        fputs("none exercised", out);
    else
        fprintf(out, "%zu satisfied of %zu exercised", count->satisfied, exercised);
    if (count->violated > 0)
        fprintf(out, ", <em class=bad>%zu violated</em>", count->violated);
    if (count->violated_derived > 0)
        fprintf(out, ", <em class=soft>%zu violated by inference</em>", count->violated_derived);
    if (count->untested > 0)
        fprintf(out, ", <a href=\"#requirements\">%zu untested</a>", count->untested);
    fputs("</span><div class=bar aria-hidden=true>", out);
    if (count->satisfied > 0)
        fprintf(out, "<i class=bs style=\"flex:%zu\"></i>", count->satisfied);
    if (count->violated_derived > 0)
        fprintf(out, "<i class=bd style=\"flex:%zu\"></i>", count->violated_derived);
    if (count->violated > 0)
        fprintf(out, "<i class=bv style=\"flex:%zu\"></i>", count->violated);
    fputs("</div></div>\n", out);
}

static void put_row(FILE *out, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    fprintf(out, "<dt>%s</dt><dd><code>", name);
    html_text(out, text);
    fputs("</code></dd>", out);
}

static void put_probe(FILE *out, const struct journal_target *target)
{
    bool client = target_is_client(target);
    fprintf(out, "<details class=how><summary>%s</summary><dl>",
            !client                ? "How it was started, what it can do"
            : target->exec != NULL ? "How it was started, how it began"
                                   : "How it began");
    put_row(out, "Started by", target->exec);
    put_row(out, "Subprotocol", target->subprotocol);
    put_row(out, "Extensions", target->extensions);
    if (!client) {
        fprintf(out, "<dt>It</dt><dd>%s messages, %s pings%s</dd>",
                target->echoes ? "echoes" : "does not echo", target->pongs ? "answers" : "does not answer",
                target->pushes ? ", sends messages of its own" : "");
        fputs("<dt>Round trip</dt><dd>", out);
        html_duration(out, target->round_trip_us);
        fputs("</dd>", out);
    }
    fputs("</dl>", out);
    if (target->response[0] != '\0') {
        char head[4096];
        size_t size = 0;
        const char *at = target->response;
        for (; *at != '\0' && size < sizeof head - 1; at++) {
            if (!(at[0] == '\r' && at[1] == '\n'))
                head[size++] = *at;
        }
        for (const char *back = at; size > 0 && ((unsigned char)*back & 0xC0) == 0x80; back--)
            size--; /* not within a code point */
        while (size > 0 && head[size - 1] == '\n')
            size--;
        head[size] = '\0';
        fprintf(out, "<p>Its handshake %s:</p><pre>", client ? "request, the first one" : "response");
        html_block(out, head);
        fputs(*at == '\0' ? "</pre>" : "</pre><p>The rest of it is in the journal.</p>", out);
    }
    fputs("</details>", out);
}

/* Results that have no part in the score stand behind a rule of their own. */
static void put_counts(FILE *out, const struct score *score)
{
    static const enum verdict scored[] = {VERDICT_CRASH,         VERDICT_FAILED,        VERDICT_NON_STRICT,
                                          VERDICT_UNIMPLEMENTED, VERDICT_INFORMATIONAL, VERDICT_OK};
    static const enum verdict apart[] = {VERDICT_SKIP, VERDICT_SETUP, VERDICT_ERROR};
    fputs("<p class=cnt>", out);
    for (size_t i = 0; i < sizeof scored / sizeof scored[0]; i++) {
        if (score->verdicts[scored[i]] > 0)
            fprintf(out, "<span class=\"v v%c\">%s&nbsp;%zu</span> ", verdict_letter(scored[i]),
                    verdict_word(scored[i]), score->verdicts[scored[i]]);
    }
    size_t left_out = 0;
    for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++)
        left_out += score->verdicts[apart[i]];
    if (left_out > 0) {
        fputs("<span class=apart>not scored: ", out);
        for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++) {
            if (score->verdicts[apart[i]] > 0)
                fprintf(out, "<span class=\"v v%c\">%s&nbsp;%zu</span> ", verdict_letter(apart[i]),
                        verdict_word(apart[i]), score->verdicts[apart[i]]);
        }
        fputs("</span>", out);
    }
    fputs("</p>\n", out);
}

static void put_remarks(FILE *out, const struct score *score)
{
    size_t off = 0;
    fputs("<ul class=rem>", out);
    for (int closing = 0; closing < CLOSING_COUNT; closing++)
        off += closing == CLOSING_CLEAN || closing == CLOSING_NOT_JUDGED ? 0 : score->closings[closing];
    fputs("<li>Closings: ", out);
    if (score->closings[CLOSING_CLEAN] + off == 0)
        fputs("none judged", out);
    else
        fprintf(out, "%zu of %zu clean", score->closings[CLOSING_CLEAN],
                score->closings[CLOSING_CLEAN] + off);
    for (int closing = 0; closing < CLOSING_COUNT; closing++) {
        if (closing != CLOSING_CLEAN && closing != CLOSING_NOT_JUDGED && score->closings[closing] > 0)
            fprintf(out, ", <span title=\"%s\">%zu %s</span>", closing_sentence((enum closing)closing),
                    score->closings[closing], closing_word((enum closing)closing));
    }
    fputs("</li>", out);
    if (score->violations > 0)
        fprintf(out, "<li><a href=\"#seen\">%zu violation%s seen along the way</a></li>", score->violations,
                score->violations == 1 ? "" : "s");
    if (score->unstable > 0)
        fprintf(out, "<li>%zu unstable: alone, the verdict was another</li>", score->unstable);
    if (score->known > 0)
        fprintf(out, "<li>%zu known deviation%s (they count all the same)</li>", score->known,
                score->known == 1 ? "" : "s");
    fputs("</ul>\n", out);
}

/* What it calls itself in its handshake; a client that has no other name has said it already. */
static void put_agent(FILE *out, const struct journal_target *target)
{
    bool client = target_is_client(target);
    if (client && strcmp(target->name, target->agent) == 0)
        return;
    fputs("<p class=agent>", out);
    if (target->agent[0] == '\0') {
        fputs(client ? "names no user agent" : "names no server", out);
    } else {
        fputs(client ? "User-Agent: <bdi>" : "Server: <bdi>", out);
        html_text(out, target->agent);
        fputs("</bdi>", out);
    }
    fputs("</p>", out);
}

static void put_card(struct page *page, size_t index)
{
    const struct journal_target *target = page->report->targets[index].target;
    const struct score *score = page->scores[index];
    FILE *out = page->out;
    static const char *const classes[] = {
        [SCORE_NONE] = "gX", [SCORE_A_PLUS] = "gA", [SCORE_A] = "gA", [SCORE_B] = "gB",
        [SCORE_C] = "gC",    [SCORE_D] = "gD",      [SCORE_E] = "gD", [SCORE_F] = "gF"};
    fprintf(out,
            "<article class=card id=target-%zu><div class=top><div class=\"grade %s\" "
            "title=\"grade\" role=img aria-label=\"grade %s\">%s</div><div>",
            index, classes[score->grade], grade_word(score->grade), grade_word(score->grade));
    fputs("<h2>", out);
    html_text(out, target->name);
    fputs("</h2>", out);
    if (strcmp(target->name, target->url) != 0) {
        fputs(target_is_client(target) ? "<p class=url>client of <code>" : "<p class=url><code>", out);
        html_text(out, target->url);
        fputs("</code></p>", out);
    }
    put_agent(out, target);
    if (page->report->journal_count > 1) {
        fputs("<p class=agent>from <code>", out);
        html_text(out, page->report->targets[index].journal->path);
        fputs("</code></p>", out);
    }
    fputs("</div></div>\n<p class=verdict>", out);
    html_text(out, score->why);
    fputs(".</p>\n", out);
    put_bar(out, "MUST", &score->levels[REQUIREMENT_MUST]);
    put_bar(out, "SHOULD", &score->levels[REQUIREMENT_SHOULD]);
    put_counts(out, score);
    put_remarks(out, score);
    put_probe(out, target);
    fputs("</article>\n", out);
}

void html_targets(struct page *page)
{
    if (page->report->target_count == 0) {
        fputs(
            "<section id=targets><p class=warn>No target could be tested: the run ended before there was an "
            "opening handshake with one of them.</p></section>\n",
            page->out);
        return;
    }
    fputs("<section id=targets aria-label=\"Grades\"><div class=cards>\n", page->out);
    for (size_t i = 0; i < page->report->target_count; i++)
        put_card(page, i);
    fputs("</div><p class=lead>The grade is about MUST requirements: see <a href=\"#reading\">how it comes "
          "about</a>."
          "</p></section>\n",
          page->out);
}
