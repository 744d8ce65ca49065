/* SPDX-License-Identifier: MIT */
/* html_octets.c: a transcript, line by line; the octets of a frame belong to named fields (RFC 6455
 * section 5.2). Owns the naming of fields; the words of a line come from the journal. */
#include "reports/html.h"

#include <inttypes.h>
#include <string.h>

enum { OCTETS_SHOWN = 64, WRONG_SHOWN = 8 };

/* ---- Frames ---- */

static const char *opcode_name(uint8_t opcode)
{
    static const char *const names[16] = {
        [0] = "continuation", [1] = "text", [2] = "binary", [8] = "close", [9] = "ping", [10] = "pong"};
    return names[opcode & 15] == NULL ? "reserved" : names[opcode & 15];
}

/* Where a field begins and ends, cut to the octets that are there. */
struct octet_writer {
    FILE *out;
    const uint8_t *octets;
    size_t count, at;
};

/* Begins the next field, of the class `kind`, unless no octet of it is there. The title comes next. */
static bool field_begin(struct octet_writer *writer, char kind)
{
    if (writer->at >= writer->count)
        return false;
    fprintf(writer->out, "%s<i class=%c title=\"", writer->at > 0 ? " " : "", kind);
    return true;
}

static void field_end(struct octet_writer *writer, size_t size)
{
    fputs("\">", writer->out);
    for (size_t i = 0; i < size && writer->at < writer->count; i++, writer->at++)
        fprintf(writer->out, "%s%02x", i > 0 ? " " : "", writer->octets[writer->at]);
    fputs("</i>", writer->out);
}

static void write_header(struct octet_writer *writer, const struct journal_frame *frame)
{
    FILE *out = writer->out;
    size_t extended = frame->length_bits == 16 ? 2 : frame->length_bits == 64 ? 8 : 0;
    if (field_begin(writer, 'a')) {
        fprintf(out, "FIN %d · RSV %d%d%d · opcode %X %s", frame->fin, frame->rsv >> 2 & 1,
                frame->rsv >> 1 & 1, frame->rsv & 1, frame->opcode, opcode_name(frame->opcode));
        field_end(writer, 1);
    }
    if (field_begin(writer, 'b')) {
        fprintf(out, "MASK %d · length %d", frame->masked, writer->octets[writer->at] & 0x7F);
        if (extended > 0)
            fprintf(out, ", the next %zu octets tell", extended);
        field_end(writer, 1);
    }
    if (extended > 0 && field_begin(writer, 'x')) {
        fprintf(out, "extended length %" PRIu64, frame->length);
        field_end(writer, extended);
    }
    if (frame->masked && field_begin(writer, 'k')) {
        fputs("masking key", out);
        field_end(writer, 4);
    }
}

static void write_payload(struct octet_writer *writer, const struct journal_frame *frame)
{
    size_t begin = writer->at, rest = writer->count - writer->at;
    if (frame->opcode == 8 && rest >= 2) {
        uint8_t code[2] = {writer->octets[begin], writer->octets[begin + 1]};
        if (frame->masked) {
            code[0] ^= frame->masking_key[0];
            code[1] ^= frame->masking_key[1];
        }
        field_begin(writer, 'c');
        fprintf(writer->out, "close code %d%s", code[0] << 8 | code[1], frame->masked ? ", masked" : "");
        field_end(writer, 2);
        rest -= 2;
    }
    if (rest > 0 && field_begin(writer, 'p')) {
        fprintf(writer->out, "%s %" PRIu64 " octet%s%s",
                frame->opcode == 8 ? "close reason, of a payload of" : "payload", frame->length,
                frame->length == 1 ? "" : "s", frame->masked ? ", masked" : "");
        field_end(writer, rest);
    }
}

static size_t shown_octets(const struct journal_line *line)
{
    return line->octet_count < OCTETS_SHOWN ? line->octet_count : OCTETS_SHOWN;
}

static void write_frame(FILE *out, const struct journal_line *line)
{
    struct octet_writer writer = {.out = out, .octets = line->octets, .count = shown_octets(line)};
    fputs("<code class=o>", out);
    write_header(&writer, line->frame);
    if (writer.at < writer.count)
        write_payload(&writer, line->frame);
    fputs("</code>", out);
}

/* ---- Other octets ---- */

/* A head of HTTP is text; what is not a frame and not text is shown as octets. */
static bool is_text(const struct journal_line *line)
{
    for (size_t i = 0; i < line->octet_count; i++) {
        uint8_t octet = line->octets[i];
        if ((octet < 0x20 && octet != '\r' && octet != '\n' && octet != '\t') || octet > 0x7E)
            return false;
    }
    return true;
}

static void write_text(FILE *out, const struct journal_line *line)
{
    char text[JOURNAL_OCTETS_MAX + 1];
    size_t size = 0;
    for (size_t i = 0; i < line->octet_count; i++) {
        bool line_end = line->octets[i] == '\r' && i + 1 < line->octet_count && line->octets[i + 1] == '\n';
        if (!line_end)
            text[size++] = (char)line->octets[i];
    }
    text[size] = '\0';
    fputs("<details class=head><summary>", out);
    html_count(out, line->size, "octet");
    fputs(" of text</summary><pre>", out);
    html_block(out, text);
    fputs("</pre></details>", out);
}

static void write_plain(FILE *out, const struct journal_line *line)
{
    size_t count = shown_octets(line);
    fputs("<code class=o>", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%02x", i > 0 ? " " : "", line->octets[i]);
    fputs("</code>", out);
}

/* ---- Lines ---- */

static void write_octets(FILE *out, const struct journal_line *line)
{
    uint64_t shown = shown_octets(line);
    if (line->octet_count == 0)
        return;
    if (line->frame != NULL) {
        write_frame(out, line);
    } else if (!is_text(line)) {
        write_plain(out, line);
    } else if (line->octet_count == line->size || line->octet_count >= OCTETS_SHOWN) {
        write_text(out, line);
        shown = line->octet_count;
    } else { /* of so little the text of the line says as much */
        fputs(" <span class=cut>", out);
        html_count(out, line->size, "octet");
        fputs("</span>", out);
        return;
    }
    if (line->size > shown) {
        fputs("<span class=cut>and ", out);
        html_number(out, line->size - shown);
        fputs(line->size - shown == 1 ? " octet more</span>" : " octets more</span>", out);
    }
}

static bool is_wrong(const struct journal_result *result, size_t index)
{
    bool wrong = result->lines[index].mark != NULL;
    for (size_t i = 0; i < result->violation_count; i++)
        wrong = wrong || result->violations[i].line == index;
    return wrong;
}

static void write_line(FILE *out, const struct journal_result *result, size_t index)
{
    const struct journal_line *line = &result->lines[index];
    bool sent = strcmp(line->direction, "send") == 0, received = strcmp(line->direction, "recv") == 0;
    bool broken = is_wrong(result, index);
    fprintf(out, "<li class=\"%s%s\"><span class=at>%.2f</span>",
            sent       ? "snd"
            : received ? "rcv"
                       : "not",
            broken ? " bad" : "", (double)line->at_us / 1000);
    fputs(sent ? "<b>send</b>" : received ? "<b>recv</b>" : "<b></b>", out);
    fputs("<div><code class=tx>", out);
    html_text(out, line->text);
    fputs("</code>", out);
    write_octets(out, line);
    if (line->mark != NULL) {
        fputs("<span class=mk>", out);
        html_text(out, line->mark);
        fputs("</span>", out);
    }
    for (size_t i = 0; i < result->violation_count; i++) {
        if (result->violations[i].line != index)
            continue;
        fputs("<span class=mk>", out);
        html_text(out, result->violations[i].sentence);
        fputs(" (", out);
        html_requirement_link(out, result->violations[i].requirement);
        fputs(")</span>", out);
    }
    fputs("</div></li>\n", out);
}

static void write_left_out(FILE *out, size_t count)
{
    if (count > 0)
        fprintf(out,
                "<li class=not><span class=at></span><b></b><div>%zu line%s only in the journal</div></li>\n",
                count, count == 1 ? " is" : "s are");
}

void html_transcript(FILE *out, const struct journal_result *result)
{
    /* a transcript that shows nothing wrong is shown to be recognised, not to be studied */
    bool right = result->verdict == VERDICT_OK && result->violation_count == 0;
    size_t first = right ? 8 : 24, last = right ? 4 : 12;
    if (result->line_count == 0)
        return;
    fputs("<ol class=tr aria-label=\"transcript, times in milliseconds\">\n", out);
    bool cut = result->line_count > first + last + 1;
    size_t left_out = 0, wrong = 0; /* lines in between: what is wrong stays, as long as it is not many */
    for (size_t i = 0; i < result->line_count; i++) {
        bool between = cut && i >= first && i < result->line_count - last;
        if (between && !(is_wrong(result, i) && wrong++ < WRONG_SHOWN)) {
            left_out++;
            continue;
        }
        write_left_out(out, left_out);
        left_out = 0;
        write_line(out, result, i);
    }
    fputs("</ol>\n", out);
}
