/* SPDX-License-Identifier: MIT */
/* autobahn_html.c: index.html: a row for each case, two cells for each agent. Scripts count the class names
 * in it: each name stands once in the styles and once in the legend, and once in every cell that has it. */
#include "reports/autobahn_parts.h"
#include "reports/html.h"

#include <stdlib.h>
#include <string.h>

static const char styles[] =
    "body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#111;background:#fff}\n"
    "table{border-collapse:collapse}\nth,td{padding:.2rem .6rem;border:1px solid #fff;text-align:left}\n"
    "th{background:#e4e4e4}\ntd.case_group{background:#ccc;font-weight:bold}\na{color:inherit}\n"
    ".case_ok{background:#0a0;color:#fff}\n.case_almost{background:#6d6;color:#000}\n"
    ".case_non_strict{background:#9a0;color:#fff}\n.case_no_close{background:#990;color:#fff}\n"
    ".case_failed{background:#900;color:#fff}\n.case_info{background:#4095bf;color:#fff}\n"
    ".case_missing{background:#aaa;color:#000}\n.case_unimplemented{background:#800080;color:#fff}\n";

static const struct {
    const char *class_name, *word, *meaning;
} legend[] = {
    {"case_ok", "Pass", "The case was passed, and the connection closed as expected."},
    {"case_almost", "Pass", "The case was passed; the connection was not closed as expected."},
    {"case_non_strict", "Non-Strict", "Tolerable, but not what the RFC recommends."},
    {"case_unimplemented", "Unimplemented", "An optional capability is absent."},
    {"case_info", "Info", "An observation; it is neither passed nor failed."},
    {"case_failed", "Fail", "The case was failed."},
    {"case_missing", "Missing", "The case was not run."},
    {"case_no_close", "No Close", "The connection was not closed."},
};

enum { PASS = 0, NON_STRICT = 2, UNIMPLEMENTED, INFO, FAIL, MISSING };

/* The row of the legend for a word of index.json. */
static size_t legend_of(const char *word)
{
    if (strcmp(word, "OK") == 0)
        return PASS;
    if (strcmp(word, "NON-STRICT") == 0)
        return NON_STRICT;
    if (strcmp(word, "UNIMPLEMENTED") == 0)
        return UNIMPLEMENTED;
    return strcmp(word, "INFORMATIONAL") == 0 ? INFO : FAIL;
}

static const char *close_word(const struct autobahn_case *one, char room[16])
{
    const char *behavior = autobahn_behavior_close(one->result, one->server);
    const struct journal_wire *wire = one->result->wire;
    if (strcmp(behavior, "UNCLEAN") == 0)
        return "Unclean";
    if (legend_of(behavior) == FAIL && strcmp(behavior, "WRONG CODE") != 0)
        return "Fail";
    if (wire == NULL || !wire->received_close.there || wire->received_close.code == 1005)
        return "None";
    snprintf(room, 16, "%u", wire->received_close.code);
    return room;
}

static void put_cells(FILE *out, const struct autobahn_case *one)
{
    if (one == NULL) {
        fprintf(out, "<td class=%s colspan=2>%s</td>", legend[MISSING].class_name, legend[MISSING].word);
        return;
    }
    char room[16];
    size_t row = legend_of(autobahn_behavior(one->result, one->server));
    size_t close = legend_of(autobahn_behavior_close(one->result, one->server));
    fprintf(out, "<td class=%s><a href=\"%s.html\">%s</a> %llu ms</td>", legend[row].class_name, one->file,
            legend[row].word, (unsigned long long)(one->result->duration_us / 1000));
    fprintf(out, "<td class=%s>%s</td>", legend[close].class_name, close_word(one, room));
}

static int by_number(const void *a, const void *b)
{
    struct autobahn_number x = autobahn_number_of(*(const char *const *)a),
                           y = autobahn_number_of(*(const char *const *)b);
    for (size_t i = 0; i < 3; i++) {
        if (x.part[i] != y.part[i])
            return x.part[i] < y.part[i] ? -1 : 1;
    }
    return 0;
}

static const struct autobahn_case *find_case(const struct autobahn_report *report, const char *agent,
                                             const char *number)
{
    for (size_t i = 0; i < report->count; i++) {
        if (strcmp(report->cases[i].agent, agent) == 0 &&
            strcmp(report->cases[i].result->wstest, number) == 0)
            return &report->cases[i];
    }
    return NULL;
}

/* A cell for each agent, which are ordered: `put` gets the first case of each. */
static void put_agents(FILE *out, const struct autobahn_report *report, const char *number)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct autobahn_case *one = &report->cases[i];
        if (i > 0 && strcmp(one->agent, one[-1].agent) == 0)
            continue;
        if (number != NULL) {
            put_cells(out, find_case(report, one->agent, number));
            continue;
        }
        fputs("<th colspan=2>", out);
        html_text(out, one->agent);
        fputs("</th>", out);
    }
}

static void put_rows(FILE *out, const struct autobahn_report *report)
{
    const char **numbers = calloc(report->count + 1, sizeof *numbers);
    if (numbers == NULL)
        return;
    for (size_t i = 0; i < report->count; i++)
        numbers[i] = report->cases[i].result->wstest;
    qsort(numbers, report->count, sizeof *numbers, by_number);
    unsigned group = 0;
    for (size_t i = 0; i < report->count; i++) {
        if (i > 0 && strcmp(numbers[i], numbers[i - 1]) == 0)
            continue;
        struct autobahn_number n = autobahn_number_of(numbers[i]);
        if (n.part[0] != group) {
            fprintf(out, "<tr><td class=case_group>%u</td><td></td>", n.part[0]);
            put_agents(out, report, NULL);
            fputs("</tr>\n", out);
            group = n.part[0];
        }
        size_t at = 0;
        while (strcmp(report->cases[at].result->wstest, numbers[i]) != 0)
            at++;
        const struct journal_case *definition = report->cases[at].definition;
        fprintf(out, "<tr><td>%s</td><td>", numbers[i]);
        html_text(out, definition == NULL ? "" : definition->title);
        fputs("</td>", out);
        put_agents(out, report, numbers[i]);
        fputs("</tr>\n", out);
    }
    free(numbers);
}

void autobahn_put_index(FILE *out, const struct autobahn_report *report)
{
    fprintf(out,
            "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
            "<meta name=generator content=wringer>\n<title>WebSocket Protocol Test Report</title>\n"
            "<style>\n%s</style>\n</head>\n<body>\n<h1>WebSocket Protocol Test Report</h1>\n<p>",
            styles);
    html_text(out, report->journal->run.started);
    fputs(", Wringer ", out);
    html_text(out, report->journal->run.version);
    fputs("</p>\n<table>\n", out);
    put_rows(out, report);
    fputs("</table>\n<h2>Legend</h2>\n<table>\n", out);
    for (size_t i = 0; i < sizeof legend / sizeof legend[0]; i++)
        fprintf(out, "<tr><td class=%s>%s</td><td>%s</td></tr>\n", legend[i].class_name, legend[i].word,
                legend[i].meaning);
    fputs("</table>\n</body>\n</html>\n", out);
}
