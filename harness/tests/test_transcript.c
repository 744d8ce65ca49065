/* SPDX-License-Identifier: MIT */
/* test_transcript.c: which lines of a run are kept, where they end up in the journal, and how frames are put
 * into words. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/transcript.h"

enum { KEPT = TRANSCRIPT_HEAD + TRANSCRIPT_TAIL, MEMORY = 8 << 20 };

static struct transcript transcript;
static struct arena arena;

static void set_up(void)
{
    transcript = (struct transcript){.harness_role = WS_CLIENT};
    arena = (struct arena){.cap = MEMORY};
}

static void tear_down(void)
{
    transcript_free(&transcript);
    arena_free(&arena);
}

/* Notes of their own number. */
static void fill(size_t lines)
{
    for (size_t i = 0; i < lines; i++)
        transcript_note(&transcript, i, "line %zu", i);
}

/* ---- Which lines are kept ---- */

static const size_t lengths[] = {0,
                                 1,
                                 TRANSCRIPT_HEAD - 1,
                                 TRANSCRIPT_HEAD,
                                 TRANSCRIPT_HEAD + 1,
                                 KEPT - 1,
                                 KEPT,
                                 KEPT + 1,
                                 KEPT + 2,
                                 KEPT + TRANSCRIPT_TAIL - 1,
                                 KEPT + TRANSCRIPT_TAIL,
                                 KEPT + TRANSCRIPT_TAIL + 1,
                                 1000,
                                 100000};

/* Beginning and end stay, each line is found by its number, and the index is that of the journal's line. */
START_TEST(beginning_and_end_are_kept)
{
    size_t length = lengths[_i], count = 99;
    fill(length);
    const struct journal_line *lines = transcript_lines(&transcript, &arena, &count);
    ck_assert_uint_eq(count, length <= KEPT ? length : KEPT + 1);
    ck_assert((lines == NULL) == (length == 0));
    size_t shown = 0;
    for (size_t number = 0; number < length; number++) {
        bool kept = number < TRANSCRIPT_HEAD || number + TRANSCRIPT_TAIL >= length;
        const struct transcript_line *line = transcript_at(&transcript, number);
        size_t index = transcript_index(&transcript, number);
        ck_assert_uint_lt(index, count);
        if (!kept) {
            ck_assert_ptr_null(line);
            ck_assert_uint_eq(index, TRANSCRIPT_HEAD);
            continue;
        }
        char text[32];
        snprintf(text, sizeof text, "line %zu", number);
        ck_assert_str_eq(line->note, text);
        ck_assert_str_eq(lines[index].text, text);
        ck_assert_uint_eq(lines[index].at_us, number);
        ck_assert_str_eq(lines[index].direction, "note");
        shown++;
    }
    if (length > KEPT) {
        char text[32];
        snprintf(text, sizeof text, "%zu lines left out", length - shown);
        ck_assert_str_eq(lines[TRANSCRIPT_HEAD].text, text);
        ck_assert_uint_eq(lines[TRANSCRIPT_HEAD].at_us, lines[TRANSCRIPT_HEAD - 1].at_us);
    }
    ck_assert_ptr_null(transcript_at(&transcript, length));
    ck_assert_ptr_eq(transcript_last(&transcript),
                     length == 0 ? NULL : transcript_at(&transcript, length - 1));
}
END_TEST

START_TEST(the_first_mark_stays)
{
    transcript_mark(NULL, "nothing happens");
    transcript_octets(NULL, (const uint8_t *)"x", 1);
    fill(1);
    transcript_mark(transcript_last(&transcript), "expected %s", "this");
    transcript_mark(transcript_last(&transcript), "expected that");
    size_t count;
    ck_assert_str_eq(transcript_lines(&transcript, &arena, &count)[0].mark, "expected this");
    /* A line of the ring is reused: nothing of the old one may stay. */
    fill(KEPT);
    transcript_mark(transcript_last(&transcript), "old");
    transcript_octets(transcript_last(&transcript), (const uint8_t *)"x", 1);
    fill(TRANSCRIPT_TAIL);
    const struct transcript_line *line = transcript_last(&transcript);
    ck_assert_str_eq(line->mark, "");
    ck_assert_uint_eq(line->size, 0);
    ck_assert_uint_eq(line->octet_count, 0);
}
END_TEST

START_TEST(long_notes_and_marks_are_cut)
{
    char text[1000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    transcript_note(&transcript, 0, "%s", text);
    transcript_mark(transcript_last(&transcript), "%s", text);
    ck_assert_uint_eq(strlen(transcript_last(&transcript)->note), TRANSCRIPT_NOTE - 1);
    ck_assert_uint_eq(strlen(transcript_last(&transcript)->mark), TRANSCRIPT_NOTE - 1);
}
END_TEST

/* Octets beyond the room are counted, not kept. */
START_TEST(octets_of_a_line)
{
    uint8_t octets[100];
    memset(octets, 'o', sizeof octets);
    struct transcript_line *line = transcript_begin(&transcript, TRANSCRIPT_RECEIVE, 7);
    for (size_t i = 1; i <= 5; i++) {
        octets[0] = (uint8_t)i;
        transcript_octets(line, octets, sizeof octets);
        ck_assert_uint_eq(line->size, i * sizeof octets);
        ck_assert_uint_eq(line->octet_count, i < 3 ? i * sizeof octets : TRANSCRIPT_OCTETS);
    }
    transcript_octets(line, octets, 0);
    ck_assert_uint_eq(line->octets[200], 3);
    size_t count;
    const struct journal_line *lines = transcript_lines(&transcript, &arena, &count);
    ck_assert_uint_eq(lines[0].size, 500);
    ck_assert_uint_eq(lines[0].octet_count, TRANSCRIPT_OCTETS);
    ck_assert_str_eq(lines[0].direction, "recv");
    ck_assert_ptr_null(lines[0].frame);
}
END_TEST

/* ---- Frames in words ---- */

static const struct {
    const char *text; /* in the words of the case language */
    bool fin;
    uint8_t rsv, opcode;
    bool masked;
    const char *payload;
    uint64_t length; /* 0: of the payload */
    int form;        /* -1: the shortest */
    enum transcript_direction direction;
    const char *note;
} frames[] = {
    {"text \"hello\"", true, 0, WS_TEXT, true, "hello", 0, -1, TRANSCRIPT_SEND, ""},
    {"text \"hello\"", true, 0, WS_TEXT, false, "hello", 0, -1, TRANSCRIPT_RECEIVE, ""},
    {"text \"hello\" mask=flip", true, 0, WS_TEXT, false, "hello", 0, -1, TRANSCRIPT_SEND, ""},
    {"text \"hello\" mask=flip", true, 0, WS_TEXT, true, "hello", 0, -1, TRANSCRIPT_RECEIVE, ""},
    {"text", true, 0, WS_TEXT, true, "", 0, -1, TRANSCRIPT_SEND, ""},
    {"text \"h\" fin=0", false, 0, WS_TEXT, true, "h", 0, -1, TRANSCRIPT_SEND, ""},
    {"cont \"h\"", true, 0, WS_CONTINUATION, true, "h", 0, -1, TRANSCRIPT_SEND, ""},
    {"binary x\"00 ff\"", true, 0, WS_BINARY, true, "\x00\xff", 2, -1, TRANSCRIPT_SEND, ""},
    {"ping \"p\"  # why", true, 0, WS_PING, true, "p", 0, -1, TRANSCRIPT_SEND, "why"},
    {"pong \"p\"", true, 0, WS_PONG, true, "p", 0, -1, TRANSCRIPT_SEND, ""},
    {"op=3 \"p\"", true, 0, 3, true, "p", 0, -1, TRANSCRIPT_SEND, ""},
    {"op=15", true, 0, 15, true, "", 0, -1, TRANSCRIPT_SEND, ""},
    {"close", true, 0, WS_CLOSE, true, "", 0, -1, TRANSCRIPT_SEND, ""},
    {"close 1000", true, 0, WS_CLOSE, true, "\x03\xe8", 0, -1, TRANSCRIPT_SEND, ""},
    {"close 1000 \"bye\"", true, 0, WS_CLOSE, true,
     "\x03\xe8"
     "bye",
     0, -1, TRANSCRIPT_SEND, ""},
    {"op=8 x\"03\"", true, 0, WS_CLOSE, true, "\x03", 0, -1, TRANSCRIPT_SEND, ""},
    {"text \"h\" rsv1 rsv3", true, 5, WS_TEXT, true, "h", 0, -1, TRANSCRIPT_SEND, ""},
    {"text \"h\" fin=0 rsv2", false, 2, WS_TEXT, true, "h", 0, -1, TRANSCRIPT_SEND, ""},
    {"text \"h\" lenform=16", true, 0, WS_TEXT, true, "h", 0, WS_LENGTH_16, TRANSCRIPT_SEND, ""},
    {"text \"h\" lenform=64", true, 0, WS_TEXT, true, "h", 0, WS_LENGTH_64, TRANSCRIPT_SEND, ""},
    {"text \"h\" len=5", true, 0, WS_TEXT, true, "h", 5, -1, TRANSCRIPT_SEND, ""},
    {"text \"a\\\"b\\\\c$$\\n\\r\\t\"", true, 0, WS_TEXT, true, "a\"b\\c$\n\r\t", 0, -1, TRANSCRIPT_SEND, ""},
    {"text \"w\xc3\xb6rld\"", true, 0, WS_TEXT, true, "w\xc3\xb6rld", 0, -1, TRANSCRIPT_SEND, ""},
    {"text x\"77 c3\"", true, 0, WS_TEXT, true, "w\xc3", 0, -1, TRANSCRIPT_SEND, ""},
    {"text x\"1b 5b\"", true, 0, WS_TEXT, true, "\x1b[", 0, -1, TRANSCRIPT_SEND, ""},
    {"text x\"7f\"", true, 0, WS_TEXT, true, "\x7f", 0, -1, TRANSCRIPT_SEND, ""},
    {"text x\"c2 9b\"", true, 0, WS_TEXT, true, "\xc2\x9b", 0, -1, TRANSCRIPT_SEND, ""},
    {"text \"\xc2\xa0\"", true, 0, WS_TEXT, true, "\xc2\xa0", 0, -1, TRANSCRIPT_SEND, ""},
};

START_TEST(frames_in_words)
{
    size_t size = strlen(frames[_i].payload);
    if (frames[_i].opcode == WS_BINARY)
        size = 2;
    struct ws_frame_header header = {.fin = frames[_i].fin,
                                     .rsv = frames[_i].rsv,
                                     .opcode = frames[_i].opcode,
                                     .masked = frames[_i].masked,
                                     .masking_key = {0, 0, 0, 0},
                                     .length = frames[_i].length != 0 ? frames[_i].length : size};
    if (header.masked)
        memcpy(header.masking_key, "\x12\x34\x56\x78", 4);
    header.length_form =
        frames[_i].form < 0 ? ws_length_form_shortest(header.length) : (enum ws_length_form)frames[_i].form;
    uint8_t octets[64];
    size_t header_size = ws_frame_header_encode(octets, &header);
    memcpy(octets + header_size, frames[_i].payload, size);
    if (header.masked)
        ws_mask(octets + header_size, octets + header_size, size, header.masking_key, 0);
    struct transcript_line *line = transcript_begin(&transcript, frames[_i].direction, 5);
    line->is_frame = true;
    line->header = header;
    line->header_size = (uint8_t)header_size;
    snprintf(line->note, sizeof line->note, "%s", frames[_i].note);
    for (size_t i = 0; i < header_size + size; i++)
        transcript_octets(line, octets + i, 1);
    size_t count;
    const struct journal_line *lines = transcript_lines(&transcript, &arena, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(lines[0].text, frames[_i].text);
    ck_assert_str_eq(lines[0].direction, frames[_i].direction == TRANSCRIPT_SEND ? "send" : "recv");
    ck_assert_mem_eq(lines[0].octets, octets, header_size + size);
    ck_assert_ptr_null(lines[0].mark);
    const struct journal_frame *frame = lines[0].frame;
    ck_assert_ptr_nonnull(frame);
    ck_assert_uint_eq(frame->opcode, header.opcode);
    ck_assert_uint_eq(frame->rsv, header.rsv);
    ck_assert(frame->fin == header.fin && frame->masked == header.masked);
    ck_assert_uint_eq(frame->length, header.length);
    ck_assert_uint_eq(frame->header_size, header_size);
    ck_assert_uint_eq(frame->length_bits, header.length_form == WS_LENGTH_7    ? 7
                                          : header.length_form == WS_LENGTH_16 ? 16
                                                                               : 64);
    ck_assert_mem_eq(frame->masking_key, header.masking_key, 4);
}
END_TEST

/* Of a long payload the beginning is shown, never half a character, and how long it is. */
START_TEST(long_payloads)
{
    static uint8_t octets[70000];
    for (size_t shift = 0; shift < 4; shift++) {
        struct ws_frame_header header = {
            .fin = true, .opcode = WS_TEXT, .length = 60000, .length_form = WS_LENGTH_16};
        size_t at = ws_frame_header_encode(octets, &header);
        memset(octets + at, 'a', 60000);
        for (size_t i = shift; i + 4 <= 200; i += 4)
            memcpy(octets + at + i, "\xf0\x9f\x92\xa9", 4);
        struct transcript_line *line = transcript_begin(&transcript, TRANSCRIPT_RECEIVE, 0);
        line->is_frame = true;
        line->header = header;
        line->header_size = (uint8_t)at;
        transcript_octets(line, octets, at + 60000);
        size_t count;
        const char *text = transcript_lines(&transcript, &arena, &count)[shift].text;
        ck_assert_msg(strncmp(text, "text \"", 6) == 0, "%s", text);
        ck_assert_ptr_nonnull(strstr(text, "\" ... (60000 octets)"));
        ck_assert_uint_le(strlen(text), 6 + 48 + 20);
        ck_assert_uint_ge(strlen(text), 6 + 45 + 20);
    }
}
END_TEST

/* A frame of which not even the header went out, and one that was cut. */
START_TEST(frames_cut_short)
{
    struct ws_frame_header header = {.fin = true, .opcode = WS_TEXT, .masked = true, .length = 5};
    for (size_t kept = 0; kept <= 8; kept++) {
        struct transcript_line *line = transcript_begin(&transcript, TRANSCRIPT_SEND, 0);
        line->is_frame = true;
        line->header = header;
        line->header_size = 6;
        transcript_octets(line,
                          (const uint8_t *)"\x81\x85\x00\x00\x00\x00"
                                           "he",
                          kept);
        size_t count;
        const char *text = transcript_lines(&transcript, &arena, &count)[kept].text;
        ck_assert_str_eq(text, kept < 6    ? ""
                               : kept == 6 ? "text len=5"
                               : kept == 7 ? "text \"h\" len=5"
                                           : "text \"he\" len=5");
    }
}
END_TEST

START_TEST(no_memory)
{
    fill(3);
    struct arena none = {.cap = 16};
    size_t count = 99;
    ck_assert_ptr_null(transcript_lines(&transcript, &none, &count));
    ck_assert_uint_eq(count, 0);
    struct arena little = {.cap = (KEPT + 1) * sizeof(struct journal_line) + 64};
    const struct journal_line *lines = transcript_lines(&transcript, &little, &count);
    ck_assert_ptr_nonnull(lines);
    ck_assert_uint_eq(count, 3);
    for (size_t i = 0; i < count; i++)
        ck_assert_ptr_nonnull(lines[i].text);
    arena_free(&little);
    arena_free(&none);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("transcripts");
    TCase *cases = tcase_create("transcripts");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_loop_test(cases, beginning_and_end_are_kept, 0, (int)(sizeof lengths / sizeof lengths[0]));
    tcase_add_loop_test(cases, frames_in_words, 0, (int)(sizeof frames / sizeof frames[0]));
    tcase_add_test(cases, the_first_mark_stays);
    tcase_add_test(cases, long_notes_and_marks_are_cut);
    tcase_add_test(cases, octets_of_a_line);
    tcase_add_test(cases, long_payloads);
    tcase_add_test(cases, frames_cut_short);
    tcase_add_test(cases, no_memory);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
