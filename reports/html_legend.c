/* SPDX-License-Identifier: MIT */
/* html_legend.c: how to read the page: verdicts, closings, requirement statuses, and the rule of the grade.
 * The figures of the rule come from score.h. */
#include "reports/html.h"

static void put_verdicts(FILE *out)
{
    fputs("<h3>Verdicts</h3><dl class=lg>", out);
    for (int verdict = VERDICT_OK; verdict <= VERDICT_ERROR; verdict++) {
        fputs("<dt>", out);
        html_verdict(out, (enum verdict)verdict, false);
        fprintf(out, "</dt><dd>%s</dd>", verdict_sentence((enum verdict)verdict));
    }
    fputs("<dt>", out);
    html_verdict(out, VERDICT_SKIP, false);
    fprintf(out, "</dt><dd>%s</dd></dl>\n", verdict_sentence(VERDICT_SKIP));
    fputs("<p>SKIP, SETUP and ERROR say nothing about a requirement and are outside the score. "
          "<b>Derived</b>: the RFC "
          "binds only the sender of what the case sends; that the receiver must object is inferred. "
          "<b>Unstable</b>: "
          "repeated alone, the case had another verdict than among others; the one alone counts. "
          "<b>Known</b>: the "
          "baseline of this run lists the deviation, with a reason; it counts in the score like any "
          "other.</p>\n",
          out);
}

static void put_closings(FILE *out)
{
    fputs("<h3>Closings, graded apart from the behaviour</h3><dl class=lg>", out);
    for (int closing = 0; closing < CLOSING_COUNT; closing++)
        fprintf(out, "<dt><b>%s</b></dt><dd>%s</dd>", closing_word((enum closing)closing),
                closing_sentence((enum closing)closing));
    fputs("</dl>\n", out);
}

static void put_requirements(FILE *out)
{
    fputs("<h3>Requirements</h3><p>A requirement is <b>violated</b> when a case that cites it is FAILED or "
          "CRASH, or "
          "when a monitor saw it broken in any case; a SHOULD also when a case that cites it is NON-STRICT. "
          "It is "
          "<b>satisfied</b> when it is not violated and a case that cites it passed, or a monitor watched it "
          "and saw "
          "nothing. It is <b>untested</b> otherwise, and <b>untestable</b> when it shows on no wire.</p>\n",
          out);
}

static void put_grades(FILE *out)
{
    fprintf(
        out,
        "<h3>The grade</h3><dl class=lg>"
        "<dt><b>A+</b></dt><dd>no requirement is violated, no case is FAILED or NON-STRICT, every closing "
        "that is "
        "judged is clean</dd>"
        "<dt><b>A</b></dt><dd>no MUST is violated; derived violations are shown, but not held against it</dd>"
        "<dt><b>B</b></dt><dd>up to %d&nbsp;%% of the exercised MUST requirements are violated, not counting "
        "derived ones</dd>"
        "<dt><b>C</b></dt><dd>up to %d&nbsp;%%; and at best a C when a case of severity security is FAILED "
        "and not "
        "derived</dd>"
        "<dt><b>D</b></dt><dd>up to %d&nbsp;%%</dd>"
        "<dt><b>E</b></dt><dd>more</dd>"
        "<dt><b>F</b></dt><dd>the target died or hung, or no opening handshake succeeded</dd>"
        "<dt><b>\u2013</b></dt><dd>no case could be judged</dd></dl>\n",
        SCORE_B_PERCENT, SCORE_C_PERCENT, SCORE_D_PERCENT);
    fputs("<p>A grade speaks of the cases that were run: a run of a selection has the grade of the "
          "selection.</p>\n",
          out);
}

void html_legend(struct page *page)
{
    FILE *out = page->out;
    fputs("<section id=reading><h2>How to read this</h2><div class=cols><div>\n", out);
    put_grades(out);
    put_requirements(out);
    fputs("</div><div>\n", out);
    put_verdicts(out);
    put_closings(out);
    fputs("</div></div></section>\n", out);
}
