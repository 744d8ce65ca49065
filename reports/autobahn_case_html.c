/* SPDX-License-Identifier: MIT */
/* autobahn_case_html.c: the page of one agent and case. */
#include "reports/autobahn_parts.h"
#include "reports/html.h"

#include <string.h>

static void put_row(FILE *out, const char *name, const char *value)
{
    fprintf(out, "<tr><th>%s</th><td>", name);
    html_text(out, value);
    fputs("</td></tr>\n", out);
}

static void put_code(FILE *out, const char *name, const struct journal_close *close)
{
    char text[256] = "no Close frame";
    if (close->there && close->code == 1005)
        snprintf(text, sizeof text, "no code");
    else if (close->there)
        snprintf(text, sizeof text, "%u %.200s", close->code, close->reason);
    put_row(out, name, text);
}

static void put_traffic(FILE *out, const char *name, const struct journal_traffic *traffic)
{
    fprintf(out, "<h3>%s</h3>\n<table>\n<tr><th>Octets</th><td>%llu</td></tr>\n", name,
            (unsigned long long)traffic->octets);
    for (unsigned opcode = 0; opcode < 16; opcode++) {
        if (traffic->frames[opcode] > 0)
            fprintf(out, "<tr><th>Frames of opcode %u</th><td>%llu</td></tr>\n", opcode,
                    (unsigned long long)traffic->frames[opcode]);
    }
    fputs("</table>\n", out);
}

static void put_wire(FILE *out, const struct journal_wire *wire)
{
    fputs("<h2>Opening Handshake</h2>\n<pre>", out);
    html_block(out, wire->request);
    fputs("</pre>\n<pre>", out);
    html_block(out, wire->response);
    fputs("</pre>\n<h2>Closing</h2>\n<table>\n", out);
    put_row(out, "First Close frame", wire->closed_first ? "ours" : "the peer's, or none");
    put_row(out, "End of TCP", wire->ended ? "the peer's" : "ours");
    put_code(out, "Our close code", &wire->sent_close);
    put_code(out, "The peer's close code", &wire->received_close);
    fputs("</table>\n<h2>Traffic</h2>\n", out);
    put_traffic(out, "Received", &wire->received);
    put_traffic(out, "Sent", &wire->sent);
}

static void put_log(FILE *out, const struct journal_result *result)
{
    fputs("<h2>Wire Log</h2>\n<table class=log>\n", out);
    for (size_t i = 0; i < result->line_count; i++) {
        const struct journal_line *line = &result->lines[i];
        fprintf(out, "<tr><td>%llu.%03llu</td><td>%s</td><td>", (unsigned long long)(line->at_us / 1000000),
                (unsigned long long)(line->at_us / 1000 % 1000),
                strcmp(line->direction, "send") == 0   ? "send"
                : strcmp(line->direction, "recv") == 0 ? "recv"
                                                       : "note");
        html_text(out, line->text);
        fputs("</td><td>", out);
        for (size_t k = 0; k < line->octet_count && k < AUTOBAHN_SHOWN_MAX; k++)
            fprintf(out, "%02x ", line->octets[k]);
        fputs(line->octet_count > AUTOBAHN_SHOWN_MAX ? "...</td><td>" : "</td><td>", out);
        html_text(out, line->mark);
        fputs("</td></tr>\n", out);
    }
    fputs("</table>\n", out);
}

void autobahn_put_case(FILE *out, const struct autobahn_case *one)
{
    const struct journal_result *result = one->result;
    char duration[40];
    snprintf(duration, sizeof duration, "%llu ms", (unsigned long long)(result->duration_us / 1000));
    fputs("<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
          "<meta name=generator content=wringer>\n<title>",
          out);
    html_text(out, one->agent);
    fprintf(out, " - Case %s</title>\n", result->wstest);
    fputs("<style>\nbody{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#111;background:#fff}\n"
          "table{border-collapse:collapse}\nth,td{padding:.2rem .6rem;text-align:left;vertical-align:top}\n"
          "tr:nth-child(odd){background:#f2f2f2}\n.log,pre{font-family:monospace;word-break:break-word}\n"
          "</style>\n</head>\n<body>\n<h1>",
          out);
    html_text(out, one->agent);
    fprintf(out, " - Case %s: %s</h1>\n<p><a href=index.html>All cases</a></p>\n<table>\n", result->wstest,
            autobahn_behavior(result, one->server));
    put_row(out, "Description", one->definition == NULL ? "" : one->definition->title);
    put_row(out, "Expectation", result->expected);
    put_row(out, "Outcome", result->reason);
    put_row(out, "Observed", result->observed);
    put_row(out, "Closing", autobahn_behavior_close(result, one->server));
    put_row(out, "Closing outcome", autobahn_close_text(result, one->server));
    put_row(out, "Duration", duration);
    put_row(out, "Wringer's case", result->id);
    put_row(out, "Run again", result->rerun);
    fputs("</table>\n", out);
    if (one->definition != NULL) {
        fputs("<h2>Case</h2>\n<pre>", out);
        html_block(out, one->definition->text);
        fputs("</pre>\n", out);
    }
    if (result->wire != NULL)
        put_wire(out, result->wire);
    put_log(out, result);
    fputs("</body>\n</html>\n", out);
}
