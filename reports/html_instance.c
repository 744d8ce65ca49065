/* SPDX-License-Identifier: MIT */
/* html_instance.c: one result: what was expected and seen, how it closed, the transcript, the line to run it
 * again. */
#include "reports/html.h"

#include <string.h>

static void put_pair(FILE *out, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    fprintf(out, "<dt>%s</dt><dd><code>", name);
    html_block(out, text);
    fputs("</code></dd>", out);
}

static void put_badges(FILE *out, const struct journal_result *result)
{
    if (result->unstable)
        fprintf(out,
                " <span class=tag title=\"first %s in the concurrent run, then %s alone\">unstable: first "
                "%s</span>",
                verdict_word(result->first_verdict), verdict_word(result->verdict),
                verdict_word(result->first_verdict));
    if (result->violation_count > 0)
        fputs(" <span class=tag>broke a rule on the way</span>", out);
    if (result->known != NULL)
        fputs(" <span class=tag>known</span>", out);
    else if (result->unexpected &&
             (result->verdict == VERDICT_OK || result->verdict == VERDICT_INFORMATIONAL))
        fputs(" <span class=tag>unexpected</span>", out);
}

static void put_closing(FILE *out, const struct journal_result *result)
{
    if (result->closing == CLOSING_NOT_JUDGED)
        return;
    fprintf(out, "<dt>Closing</dt><dd class=\"cl%s\"><b>%s</b> ",
            result->closing == CLOSING_CLEAN ? "" : " off", closing_word(result->closing));
    html_text(out,
              result->closing_reason[0] == '\0' ? closing_sentence(result->closing) : result->closing_reason);
    fputs("</dd>", out);
}

static void put_violations(FILE *out, const struct journal_result *result)
{
    for (size_t i = 0; i < result->violation_count; i++) {
        fputs("<dt>Seen</dt><dd>", out);
        html_text(out, result->violations[i].sentence);
        fputs(" ", out);
        html_requirement_link(out, result->violations[i].requirement);
        fputs("</dd>", out);
    }
}

void html_instance(FILE *out, const struct journal_result *result, bool open)
{
    fprintf(out, "<details class=inst%s><summary>", open ? " open" : "");
    html_verdict(out, result->verdict, result->verdict == VERDICT_FAILED && result->derived);
    fputs(" <code class=val>", out);
    html_text(out, result->value);
    fputs("</code> <span class=dl>", out);
    html_text(out, result->delivery);
    fputs("</span> <span class=why>", out);
    html_text(out, result->reason);
    fputs("</span>", out);
    put_badges(out, result);
    fputs("</summary>\n<dl>", out);
    put_pair(out, "Expected", result->expected);
    put_pair(out, "Observed", result->observed);
    put_closing(out, result);
    put_violations(out, result);
    if (result->known != NULL) {
        fputs("<dt>Known</dt><dd>", out);
        html_text(out, result->known);
        fputs("</dd>", out);
    }
    if (result->wstest != NULL)
        put_pair(out, "Autobahn", result->wstest);
    fputs("<dt>Took</dt><dd>", out);
    html_duration(out, result->duration_us);
    fputs("</dd></dl>\n", out);
    html_transcript(out, result);
    if (result->rerun[0] != '\0') {
        fputs("<p class=rr><span>rerun</span> <code>", out);
        html_text(out, result->rerun);
        fputs("</code></p>", out);
    }
    fputs("</details>\n", out);
}
