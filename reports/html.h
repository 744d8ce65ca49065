/* SPDX-License-Identifier: MIT */
/* html.h: the parts of the page and what they share. Internal to reports/html_*.c. Every string that comes
 * from a journal goes through one of the escaping functions below: the journal holds what hostile targets
 * sent. Errors of the file are looked at once, at the end: they stick to the stream. */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include <stdio.h>

#include "reports/score.h"

struct page {
    FILE *out;
    const struct report *report;
    struct score **scores; /* of each target */
    unsigned char *marks;  /* scratch: one for each result of the largest group; see html_values */
    bool failed;           /* memory was out: the page is not whole */
};

/* ---- Escaping (html_escape.c). NULL is the empty string. ---- */

/* Text between tags: markup characters become entities; control characters, and those that turn or hide text
 * around them, are shown as what they are: a picture of the control, or U+202E. */
void html_text(FILE *out, const char *text);

/* The same, with line feeds kept, for <pre>. */
void html_block(FILE *out, const char *text);

/* The same for a value within double quotes. */
void html_attribute(FILE *out, const char *text);

/* Text as part of an id and of a link to it: [A-Za-z0-9._/-] as they are, any other octet as ~hex. */
void html_anchor(FILE *out, const char *text);

/* Words of a command as a shell would take them, escaped as html_text. */
void html_command(FILE *out, const char *const *words, size_t count);

/* 0.4 ms, 12 ms, 3.4 s, 2 min 5 s */
void html_duration(FILE *out, uint64_t microseconds);

/* A number with thin separators: 65 536 */
void html_number(FILE *out, uint64_t number);

/* "1 case", "2 cases": English plural by s. */
void html_count(FILE *out, size_t count, const char *word);

/* ---- Shared pieces (html_parts.c) ---- */

/* One letter for a verdict, the class name of its colour and shape. */
char verdict_letter(enum verdict verdict);

/* Shape and word of a verdict, "(derived)" behind it if asked. */
void html_verdict(FILE *out, enum verdict verdict, bool derived);

/* A link to a case's place on the page, around its id. */
void html_case_link(FILE *out, const struct journal_case *definition);

/* A link to a requirement, around its id. */
void html_requirement_link(FILE *out, const char *id);

/* "RFC 6455 §5.1" */
void html_section(FILE *out, const char *rfc, const char *section);

/* The sentence of the RFC that a requirement rests on, with a link to its section at rfc-editor.org, as a
 * block. Nothing where no sentence is given. */
void html_quote(FILE *out, const struct journal_requirement *requirement);

/* How many of a group pass: "all 24", "none of 24", "21 of 24 OK; FAILED: 1004, 1005". Nothing for a group of
 * one. Overwrites page->marks. */
void html_family(struct page *page, const struct report_group *group);

/* The values of those members of a group whose page->marks equals `mark`, with the delivery where only some
 * deliveries of a value are meant; neighbouring integers as ranges. */
void html_values(struct page *page, const struct report_group *group, unsigned char mark);

/* Is it a client that was tested, not a server? */
bool target_is_client(const struct journal_target *target);

/* Whether every FAILED of a group is derived. */
bool group_derived(const struct report_group *group);

/* ---- Sections of the page, in order ---- */

void html_header(struct page *page);         /* html_header.c: what was run */
void html_targets(struct page *page);        /* html_target.c: cards with grades */
void html_first_failures(struct page *page); /* html_first.c */
void html_matrix(struct page *page);         /* html_matrix.c: case x target, if there are several targets */
void html_sections(struct page *page);       /* html_sections.c: the score by RFC section */
void html_violations(struct page *page);     /* html_violations.c: seen along the way by monitors */
void html_cases(struct page *page);          /* html_case.c: every case */
void html_requirements(struct page *page);   /* html_requirements.c: every requirement */
void html_legend(struct page *page); /* html_legend.c: how to read it all, the grading rule included */

/* html_group.c: the results of one case against one target. */
void html_group(struct page *page, size_t case_index, size_t target_index);

/* html_instance.c: one result with transcript; `open` shows it unfolded. */
void html_instance(FILE *out, const struct journal_result *result, bool open);

/* html_octets.c: a transcript. */
void html_transcript(FILE *out, const struct journal_result *result);

/* ---- Assets (html_assets.S): the text of page.css and page.js ---- */
extern const char html_css[], html_script[];

/* rfc_sections.c: title of a section, or NULL. */
const char *rfc_section_title(const char *rfc, const char *section);

#endif
