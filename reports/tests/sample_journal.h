/* SPDX-License-Identifier: MIT */
/* sample_journal.h: a journal as a real run would leave it: three targets, verdicts of all kinds, families
 * large and small. For tests, and for looking at the page. Invented throughout; nothing in it was measured.
 */
#ifndef REPORTS_TESTS_SAMPLE_JOURNAL_H
#define REPORTS_TESTS_SAMPLE_JOURNAL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/journal.h"
#include "reports/tests/sample_cases.h"

/* ---- Transcripts ---- */

struct sample_transcript {
    struct journal_line lines[8];
    struct journal_frame frames[8];
    uint8_t octets[8][JOURNAL_OCTETS_MAX];
    char texts[8][128];
    size_t count;
    uint64_t at_us;
};

static void sample_note(struct sample_transcript *transcript, const char *text)
{
    transcript->lines[transcript->count++] =
        (struct journal_line){.at_us = transcript->at_us += 40, .direction = "note", .text = text};
}

static void sample_frame(struct sample_transcript *transcript, const char *direction, uint8_t opcode,
                         uint8_t rsv, const uint8_t *payload, uint64_t length, bool masked, const char *text,
                         const char *mark)
{
    static const uint8_t key[4] = {0x37, 0xfa, 0x21, 0x3d};
    size_t n = transcript->count++, at = 0;
    uint8_t *out = transcript->octets[n];
    unsigned bits = length < 126 ? 7 : length < 65536 ? 16 : 64;
    out[at++] = (uint8_t)(0x80 | rsv << 4 | opcode);
    out[at++] = (uint8_t)((masked ? 0x80 : 0) | (bits == 7 ? (uint8_t)length : bits == 16 ? 126 : 127));
    for (unsigned shift = bits == 7 ? 0 : bits; shift > 0; shift -= 8)
        out[at++] = (uint8_t)(length >> (shift - 8));
    if (masked) {
        memcpy(out + at, key, 4);
        at += 4;
    }
    struct journal_frame *frame = &transcript->frames[n];
    *frame = (struct journal_frame){.fin = true,
                                    .masked = masked,
                                    .rsv = rsv,
                                    .opcode = opcode,
                                    .length_bits = bits,
                                    .length = length,
                                    .header_size = (unsigned)at};
    memcpy(frame->masking_key, key, 4);
    for (uint64_t i = 0; i < length && at < JOURNAL_OCTETS_MAX; i++)
        out[at++] = (uint8_t)((payload == NULL ? (uint8_t)'*' : payload[i]) ^ (masked ? key[i % 4] : 0));
    snprintf(transcript->texts[n], sizeof transcript->texts[n], "%s", text);
    transcript->lines[n] = (struct journal_line){.at_us = transcript->at_us += 120,
                                                 .direction = direction,
                                                 .text = transcript->texts[n],
                                                 .octets = out,
                                                 .octet_count = at,
                                                 .size = frame->header_size + length,
                                                 .frame = frame,
                                                 .mark = mark};
}

static void sample_open(struct sample_transcript *transcript)
{
    static const char request[] =
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:9001\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    memset(transcript, 0, sizeof *transcript);
    transcript->lines[transcript->count++] = (struct journal_line){.at_us = transcript->at_us = 11,
                                                                   .direction = "send",
                                                                   .text = "open",
                                                                   .octets = (const uint8_t *)request,
                                                                   .octet_count = sizeof request - 1,
                                                                   .size = sizeof request - 1};
    transcript->at_us = 390;
    sample_note(transcript, "101 Switching Protocols");
}

static void sample_close(struct sample_transcript *transcript, unsigned code, bool server_first)
{
    uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    char text[32];
    snprintf(text, sizeof text, "close %u", code);
    sample_frame(transcript, server_first ? "recv" : "send", 8, 0, payload, 2, !server_first, text, NULL);
    sample_frame(transcript, server_first ? "send" : "recv", 8, 0, payload, 2, server_first, text, NULL);
    sample_note(transcript, "end of TCP");
}

static void sample_transcribe(struct sample_transcript *transcript, const struct sample_case *definition,
                              unsigned value, enum verdict verdict)
{
    char text[64];
    sample_open(transcript);
    bool failed = verdict == VERDICT_FAILED;
    switch (definition->kind) {
    case SAMPLE_ECHO: {
        uint64_t length = value < 16 || strcmp(definition->id, "large") != 0 ? value : 1ull << value;
        snprintf(text, sizeof text, "text rep(%llu, \"*\")", (unsigned long long)length);
        sample_frame(transcript, "send", 1, 0, NULL, length, true, text, NULL);
        sample_frame(transcript, "recv", 1, 0, NULL, length, false, text,
                     failed ? "expected the octets sent" : NULL);
        sample_close(transcript, 1000, false);
        break;
    }
    case SAMPLE_PING:
        sample_frame(transcript, "send", 9, 0, (const uint8_t *)"between", 7, true, "ping \"between\"", NULL);
        sample_frame(transcript, "recv", 10, 0, (const uint8_t *)"between", 7, false, "pong \"between\"",
                     failed ? "expected text \"frag1frag2\" after it" : NULL);
        sample_close(transcript, 1000, false);
        break;
    case SAMPLE_VIOLATION:
        sample_frame(transcript, "send", value >= 3 && value < 16 ? (uint8_t)value : 1, value > 16 ? 5 : 0,
                     (const uint8_t *)"hello", 5, strcmp(definition->suite, "masking") != 0,
                     "text \"hello\" mask=flip", NULL);
        if (verdict == VERDICT_CRASH) {
            sample_note(transcript, "end of TCP");
            transcript->lines[transcript->count - 1].mark = "the server no longer accepts connections";
        } else if (failed) {
            sample_frame(transcript, "recv", 1, 0, (const uint8_t *)"hello", 5, false, "text \"hello\"",
                         "expected fail 1002");
        } else if (verdict == VERDICT_NON_STRICT) {
            sample_note(transcript, "end of TCP without a Close frame");
        } else {
            sample_close(transcript, 1002, true);
        }
        break;
    case SAMPLE_CLOSE:
    case SAMPLE_SURVEY:
        sample_close(transcript, value == 0 ? 1000 : value, false);
        break;
    case SAMPLE_HANDSHAKE:
        break;
    }
}

/* ---- Results ---- */

/* Something between 0 and 99 that is the same every time. */
static unsigned sample_dice(size_t target, size_t number, unsigned value, size_t delivery)
{
    uint32_t x = (uint32_t)(target * 7919 + number * 104729 + value * 1299709 + delivery * 15485863);
    x ^= x >> 13;
    x *= 2654435761U;
    return (x >> 16) % 100;
}

static enum verdict sample_verdict(size_t target, size_t number, unsigned value, size_t delivery)
{
    const struct sample_case *definition = &sample_cases[number];
    unsigned dice = sample_dice(target, number, value, delivery);
    bool strict = strcmp(definition->level, "SHOULD") != 0;
    if (definition->kind == SAMPLE_SURVEY)
        return VERDICT_INFORMATIONAL;
    if (target == 0)
        return VERDICT_OK;
    if (target == 1) {
        if (definition->derived && dice < 30)
            return VERDICT_FAILED;
        if (strcmp(definition->suite, "utf8") == 0 && definition->kind == SAMPLE_VIOLATION && dice < 8)
            return VERDICT_NON_STRICT;
        return strict ? VERDICT_OK : dice < 50 ? VERDICT_NON_STRICT : VERDICT_OK;
    }
    if (strcmp(definition->suite, "handshake") == 0 && strcmp(definition->id, "version") == 0)
        return VERDICT_SKIP;
    if (strcmp(definition->id, "absurd") == 0)
        return value == 62 ? VERDICT_CRASH : value > 58 ? VERDICT_UNIMPLEMENTED : VERDICT_NON_STRICT;
    if (strcmp(definition->id, "large") == 0)
        return value > 22 ? VERDICT_SETUP : VERDICT_OK;
    if (definition->kind == SAMPLE_VIOLATION)
        return dice < 55 ? VERDICT_FAILED : dice < 65 ? VERDICT_NON_STRICT : VERDICT_OK;
    return dice < 3 ? VERDICT_FAILED : dice == 4 ? VERDICT_ERROR : VERDICT_OK;
}

static const char *sample_reason(const struct sample_case *definition, enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_SKIP:
        return "no version but 13 could be told apart in the probe";
    case VERDICT_OK:
        return "as expected";
    case VERDICT_INFORMATIONAL:
        return "observed";
    case VERDICT_UNIMPLEMENTED:
        return "the length form is not supported";
    case VERDICT_NON_STRICT:
        return "TCP ended without a Close frame, which 7.1.7 recommends";
    case VERDICT_SETUP:
        return "the opening handshake got no answer within 1 s";
    case VERDICT_FAILED:
        return definition->kind == SAMPLE_VIOLATION ? "the offending frame was taken as a message and echoed"
                                                    : "the pong came, the message did not";
    case VERDICT_CRASH:
        return "the server process ended with signal 11 after this case";
    case VERDICT_ERROR:
        return "no more file descriptors";
    }
    return "";
}

static bool sample_write_result(struct journal *journal, size_t target, size_t number, unsigned value,
                                size_t delivery)
{
    static const struct journal_violation unmasked = {"masked-by-server", "R6455-5.1-06",
                                                      "a server must not mask the frames it sends", 3};
    static const char *const watched[] = {"R6455-5.2-03", "R6455-5.2-14"};
    const struct sample_case *definition = &sample_cases[number];
    const char *delivery_name = delivery == 0 ? "whole" : "octet";
    char id[160], case_id[96], value_text[16] = "", rerun[256], observed[64];
    enum verdict verdict = sample_verdict(target, number, value, delivery);
    unsigned dice = sample_dice(target, number, value, delivery + 5);
    struct sample_transcript transcript;
    sample_transcribe(&transcript, definition, value, verdict);
    snprintf(case_id, sizeof case_id, "%s/%s", definition->suite, definition->id);
    if (definition->last > 0)
        snprintf(value_text, sizeof value_text, "%u", value);
    snprintf(id, sizeof id, "%s%s%s@server~%s", case_id, value_text[0] == '\0' ? "" : "/", value_text,
             delivery_name);
    snprintf(rerun, sizeof rerun, "wringer test %s '%s%s%s' --delivery %s -v", sample_targets[target].url,
             case_id, value_text[0] == '\0' ? "" : "/", value_text, delivery_name);
    snprintf(observed, sizeof observed, "%s",
             definition->kind == SAMPLE_SURVEY ? (value < 1015 ? "close with the same code" : "fail 1002")
             : verdict == VERDICT_FAILED       ? "text \"hello\""
                                               : "fail 1002");
    struct journal_result result = {
        .target = (unsigned)target,
        .id = id,
        .case_id = case_id,
        .value = value_text,
        .delivery = delivery_name,
        .wstest = definition->kind == SAMPLE_PING && value == 0 ? "2.1" : NULL,
        .verdict = verdict,
        .derived = definition->derived,
        .reason = sample_reason(definition, verdict),
        .closing = verdict == VERDICT_NON_STRICT                       ? CLOSING_UNCLEAN
                   : verdict == VERDICT_OK && target == 2 && dice < 10 ? CLOSING_WRONG_SIDE
                   : verdict == VERDICT_OK                             ? CLOSING_CLEAN
                                                                       : CLOSING_NOT_JUDGED,
        .closing_reason = "",
        .expected = "fail 1002\nend -> non-strict",
        .observed = observed,
        .duration_us = 400 + dice * 37,
        .unstable = target == 2 && dice == 7 && verdict == VERDICT_FAILED,
        .first_verdict = VERDICT_CRASH,
        .known = target == 1 && verdict == VERDICT_FAILED && value % 2 == 0
                     ? "lengths are not checked for their shortest form; reported upstream"
                     : NULL,
        .violations = &unmasked,
        .violation_count = target == 2 && dice < 4 && transcript.count > 3,
        .passed_requirements = watched,
        .passed_requirement_count = target == 0 ? 2 : 0,
        .lines = transcript.lines,
        .line_count = verdict == VERDICT_SKIP ? 0 : transcript.count,
        .rerun = rerun};
    result.unexpected = verdict == VERDICT_FAILED && result.known == NULL;
    return journal_write_result(journal, &result);
}

static bool sample_write_case(struct journal *journal, const struct sample_case *definition, unsigned line)
{
    char id[96], file[64], text[1024];
    size_t requirement_count = 0;
    while (requirement_count < 3 && definition->requirements[requirement_count] != NULL)
        requirement_count++;
    snprintf(id, sizeof id, "%s/%s", definition->suite, definition->id);
    snprintf(file, sizeof file, "cases/%s.case", definition->suite);
    snprintf(
        text, sizeof text,
        "case %s \"%s\"\n  req      %s\n%s  with     value = %u..%u\n  send     text \"hello\" mask=flip\n"
        "  expect   fail 1002\n  or       end -> non-strict\n",
        definition->id, definition->title, definition->requirements[0],
        definition->derived ? "  basis    derived\n" : "", definition->first, definition->last);
    return journal_write_case(journal, &(struct journal_case){.id = id,
                                                              .title = definition->title,
                                                              .file = file,
                                                              .line = line,
                                                              .requirements = definition->requirements,
                                                              .requirement_count = requirement_count,
                                                              .level = definition->level,
                                                              .derived = definition->derived,
                                                              .severity = definition->severity,
                                                              .text = text});
}

/* Writes the journal of the first `target_count` (1 to 3) targets: about a thousand cases with two deliveries
 * each.
 */
static bool sample_write(const char *directory, size_t target_count, char *error, size_t error_size)
{
    static const char *const command[] = {"wringer",
                                          "test",
                                          "--exec",
                                          "node echo.js {port}",
                                          "ws://127.0.0.1:{port}/",
                                          "wss://chat.example.org/socket?room=1"};
    struct journal *journal = journal_open(directory, error, error_size);
    if (journal == NULL)
        return false;
    bool written = journal_write_run(journal, &(struct journal_run){.version = "0.1",
                                                                    .started = "2026-11-23T05:00:00Z",
                                                                    .command = command,
                                                                    .command_count = 6,
                                                                    .cases = "embedded",
                                                                    .jobs = 16});
    for (size_t i = 0; i < sizeof sample_requirements / sizeof sample_requirements[0]; i++)
        written = written && journal_write_requirement(journal, &sample_requirements[i]);
    for (size_t i = 0; i < SAMPLE_CASES; i++)
        written = written && sample_write_case(journal, &sample_cases[i], (unsigned)(10 + 9 * i));
    for (size_t target = 0; target < target_count; target++) {
        written = written && journal_write_target(journal, &sample_targets[target]);
        for (size_t i = 0; i < SAMPLE_CASES; i++) {
            for (unsigned value = sample_cases[i].first; value <= sample_cases[i].last; value++) {
                for (size_t delivery = 0; delivery < 2; delivery++)
                    written = written && sample_write_result(journal, target, i, value, delivery);
            }
        }
    }
    written = written &&
              journal_write_end(journal, &(struct journal_end){"2026-11-23T05:00:04Z", 1, 3812345, 1200000});
    if (!written)
        snprintf(error, error_size, "%s", journal_error(journal));
    journal_close(journal);
    return written;
}

#endif
