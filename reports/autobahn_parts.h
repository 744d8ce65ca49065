/* SPDX-License-Identifier: MIT */
/* autobahn_parts.h: what the parts of Autobahn's reports share. Internal to reports/autobahn*.c. */
#ifndef REPORTS_AUTOBAHN_PARTS_H
#define REPORTS_AUTOBAHN_PARTS_H

#include <jansson.h>
#include <stdio.h>

#include "reports/autobahn.h"

#define AUTOBAHN_FILE_MAX  256 /* octets of a file's name, with the NUL */
#define AUTOBAHN_SHOWN_MAX 64  /* octets of a payload that are shown */

/* One agent and one case. */
struct autobahn_case {
    const char *agent;
    bool server; /* the harness was the server */
    const struct journal_result *result;
    const struct journal_case *definition; /* NULL: the journal does not have it */
    char file[AUTOBAHN_FILE_MAX];          /* without .json and .html */
};

/* What there is to report, by agent and number, both ordered as strings. */
struct autobahn_report {
    struct autobahn_case *cases;
    size_t count;
    const struct journal_contents *journal;
};

/* autobahn_verdict.c: how the connection should have been closed. */
struct autobahn_close {
    uint16_t codes[3];
    size_t code_count;
    bool by_harness; /* the harness sends the first Close frame */
    bool clean;      /* a clean close is required */
};
struct autobahn_close autobahn_expected_close(const char *number);
/* Besides what is expected, is it NON-STRICT that no message and no pong comes? */
bool autobahn_tolerates_nothing(const struct journal_result *result);
bool autobahn_was_clean(const struct journal_result *result, bool server);
const char *autobahn_close_text(const struct journal_result *result, bool server);

/* autobahn_json.c: writes a value as Python's json does with an indentation of 3, members in the order of the
 * object. */
void autobahn_print_json(FILE *out, const json_t *value);

/* autobahn_index.c and autobahn_case.c: NULL when memory is out. */
json_t *autobahn_index(const struct autobahn_report *report);
json_t *autobahn_case_json(const struct journal_contents *journal, const struct autobahn_case *one);

/* autobahn_wire.c: the conversation, as rows; and the messages and pongs that came, as events. */
json_t *autobahn_wirelog(const struct journal_result *result);
json_t *autobahn_events(const struct journal_events *events);

/* autobahn_html.c and autobahn_case_html.c */
void autobahn_put_index(FILE *out, const struct autobahn_report *report);
void autobahn_put_case(FILE *out, const struct autobahn_case *one);

/* autobahn.c: 1.2.10 of a number, 0 where there is none; by these, numbers are ordered on pages. */
struct autobahn_number {
    unsigned part[3];
};
struct autobahn_number autobahn_number_of(const char *number);

#endif
