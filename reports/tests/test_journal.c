/* SPDX-License-Identifier: MIT */
/* test_journal.c: what is written is read back; hostile octets, full disks, bad and cut journals. Owns a
 * directory of its own under TMPDIR, which it removes. */
#include "reports/journal.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/journal_reader.h"

static char directory[256], path[300], error[1024];

static void make_directory(void)
{
    const char *temporary = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/wringer-journal-XXXXXX",
             temporary == NULL ? "/tmp" : temporary);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/results.jsonl", directory);
    error[0] = '\0';
}

static int remove_one(const char *name, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(name);
}

static void remove_directory(void)
{
    nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Every octet but NUL, in order: not UTF-8 from 0x80 on. */
static const char *every_octet(void)
{
    static char octets[256];
    for (int i = 1; i < 256; i++)
        octets[i - 1] = (char)i;
    return octets;
}

static const uint8_t wire[] = {0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58};
static const struct journal_frame frame = {.fin = true,
                                           .masked = true,
                                           .rsv = 5,
                                           .opcode = 15,
                                           .masking_key = {0x37, 0xfa, 0x21, 0x3d},
                                           .length_bits = 64,
                                           .length = UINT64_MAX,
                                           .header_size = 14};

static const struct journal_wire *one_wire(const char *string)
{
    static struct journal_wire figures;
    figures = (struct journal_wire){
        .started = string,
        .request = string,
        .response = string,
        .opened = true,
        .ended = true,
        .received_close = {.there = true, .code = 1007, .reason = string},
        .sent_close = {.reason = ""},
        .sent = {.octets = 1000,
                 .head_octets = 200,
                 .frames = {[0] = 3, [15] = 7},
                 .messages = 2,
                 .payload_octets = 300,
                 .plain_octets = UINT64_MAX,
                 .size_count = JOURNAL_SIZES_MAX},
        .expected = {.at = {{.opcode = 10}}, .count = 1},
        .events = {.at = {{1, 70000, UINT32_MAX, {0xfe, 1}}, {2, 1, 7, {9}}}, .count = 2, .more = true}};
    for (size_t i = 0; i < JOURNAL_SIZES_MAX; i++)
        figures.sent.sizes[i] = (struct journal_size){.size = i, .count = 2 * i + 1};
    return &figures;
}

static struct journal_result one_result(const char *string, const struct journal_line *lines,
                                        size_t line_count)
{
    static struct journal_violation violation;
    static const char *passed[1];
    violation = (struct journal_violation){string, string, string, 1};
    passed[0] = string;
    return (struct journal_result){.id = string,
                                   .case_id = string,
                                   .value = string,
                                   .delivery = string,
                                   .wstest = string,
                                   .verdict = VERDICT_CRASH,
                                   .derived = true,
                                   .reason = string,
                                   .closing = CLOSING_WRONG_SIDE,
                                   .closing_reason = string,
                                   .expected = string,
                                   .observed = string,
                                   .duration_us = 123456789012,
                                   .unstable = true,
                                   .first_verdict = VERDICT_NON_STRICT,
                                   .known = string,
                                   .unexpected = true,
                                   .violations = &violation,
                                   .violation_count = 1,
                                   .passed_requirements = passed,
                                   .passed_requirement_count = 1,
                                   .lines = lines,
                                   .line_count = line_count,
                                   .wire = one_wire(string),
                                   .rerun = string};
}

/* A journal with one line of each type, every string of it being `string`. */
static void write_journal(const char *string)
{
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert_msg(journal != NULL, "%s", error);
    const char *strings[] = {string, "second"};
    ck_assert(journal_write_run(journal, &(struct journal_run){.version = string,
                                                               .started = string,
                                                               .command = strings,
                                                               .command_count = 2,
                                                               .cases = string,
                                                               .selection = strings,
                                                               .selection_count = 1,
                                                               .jobs = 7}));
    ck_assert(journal_write_requirement(journal,
                                        &(struct journal_requirement){string, string, string, string, string,
                                                                      string, string, string, string}));
    ck_assert(journal_write_case(journal, &(struct journal_case){.id = string,
                                                                 .title = string,
                                                                 .file = string,
                                                                 .line = 42,
                                                                 .requirements = strings,
                                                                 .requirement_count = 2,
                                                                 .level = string,
                                                                 .derived = true,
                                                                 .severity = string,
                                                                 .text = string}));
    ck_assert(journal_write_target(journal, &(struct journal_target){.name = string,
                                                                     .url = string,
                                                                     .agent = string,
                                                                     .role = string,
                                                                     .response = string,
                                                                     .subprotocol = string,
                                                                     .pongs = true,
                                                                     .round_trip_us = 99}));
    const struct journal_line lines[] = {
        {.at_us = 1,
         .direction = "send",
         .text = string,
         .octets = wire,
         .octet_count = sizeof wire,
         .size = 70000,
         .frame = &frame,
         .mark = string},
        {.at_us = 2, .direction = "note", .text = string},
    };
    struct journal_result result = one_result(string, lines, 2);
    ck_assert(journal_write_result(journal, &result));
    ck_assert(journal_write_end(journal, &(struct journal_end){string, 1, 11, 12}));
    journal_close(journal);
}

static void check_journal(const char *string)
{
    struct journal_contents *read = journal_read(path, error, sizeof error);
    ck_assert_msg(read != NULL, "%s", error);
    ck_assert_str_eq(read->run.version, string);
    ck_assert_uint_eq(read->run.command_count, 2);
    ck_assert_str_eq(read->run.command[0], string);
    ck_assert_str_eq(read->run.command[1], "second");
    ck_assert_uint_eq(read->run.selection_count, 1);
    ck_assert_uint_eq(read->run.jobs, 7);
    ck_assert_uint_eq(read->requirement_count, 1);
    ck_assert_str_eq(read->requirements[0].rule, string);
    ck_assert_str_eq(read->requirements[0].quote, string);
    ck_assert_uint_eq(read->case_count, 1);
    ck_assert_str_eq(read->cases[0].text, string);
    ck_assert_uint_eq(read->cases[0].line, 42);
    ck_assert(read->cases[0].derived);
    ck_assert_str_eq(read->cases[0].requirements[1], "second");
    ck_assert_uint_eq(read->target_count, 1);
    ck_assert_ptr_null(read->targets[0].exec);
    ck_assert_str_eq(read->targets[0].subprotocol, string);
    ck_assert(read->targets[0].pongs && !read->targets[0].echoes);
    ck_assert_uint_eq(read->targets[0].round_trip_us, 99);
    ck_assert_uint_eq(read->result_count, 1);
    const struct journal_result *result = &read->results[0];
    ck_assert_int_eq(result->verdict, VERDICT_CRASH);
    ck_assert_int_eq(result->first_verdict, VERDICT_NON_STRICT);
    ck_assert_int_eq(result->closing, CLOSING_WRONG_SIDE);
    ck_assert(result->unstable && result->unexpected && result->derived);
    ck_assert_str_eq(result->known, string);
    ck_assert_str_eq(result->rerun, string);
    ck_assert_uint_eq(result->duration_us, 123456789012);
    ck_assert_uint_eq(result->violation_count, 1);
    ck_assert_str_eq(result->violations[0].sentence, string);
    ck_assert_uint_eq(result->violations[0].line, 1);
    ck_assert_uint_eq(result->passed_requirement_count, 1);
    ck_assert_uint_eq(result->line_count, 2);
    ck_assert_str_eq(result->lines[0].text, string);
    ck_assert_str_eq(result->lines[0].mark, string);
    ck_assert_uint_eq(result->lines[0].octet_count, sizeof wire);
    ck_assert_mem_eq(result->lines[0].octets, wire, sizeof wire);
    ck_assert_uint_eq(result->lines[0].size, 70000);
    ck_assert_ptr_nonnull(result->lines[0].frame);
    ck_assert_uint_eq(result->lines[0].frame->length, UINT64_MAX);
    ck_assert_uint_eq(result->lines[0].frame->rsv, 5);
    ck_assert_mem_eq(result->lines[0].frame->masking_key, frame.masking_key, 4);
    ck_assert_ptr_null(result->lines[1].frame);
    ck_assert_ptr_null(result->lines[1].mark);
    ck_assert_ptr_nonnull(result->wire);
    ck_assert_str_eq(result->wire->started, string);
    ck_assert_str_eq(result->wire->request, string);
    ck_assert_str_eq(result->wire->response, string);
    ck_assert(result->wire->opened && result->wire->ended && !result->wire->closed_first);
    ck_assert(!result->wire->sent_close.there && result->wire->received_close.there);
    ck_assert_uint_eq(result->wire->received_close.code, 1007);
    ck_assert_str_eq(result->wire->received_close.reason, string);
    ck_assert_uint_eq(result->wire->sent.octets, 1000);
    ck_assert_uint_eq(result->wire->sent.head_octets, 200);
    ck_assert_uint_eq(result->wire->sent.frames[0], 3);
    ck_assert_uint_eq(result->wire->sent.frames[1], 0);
    ck_assert_uint_eq(result->wire->sent.frames[15], 7);
    ck_assert_uint_eq(result->wire->sent.messages, 2);
    ck_assert_uint_eq(result->wire->sent.payload_octets, 300);
    ck_assert_uint_eq(result->wire->sent.plain_octets, INT64_MAX); /* JSON readers have no more */
    ck_assert_uint_eq(result->wire->sent.size_count, JOURNAL_SIZES_MAX);
    ck_assert_uint_eq(result->wire->sent.sizes[5].count, 11);
    ck_assert_uint_eq(result->wire->received.octets, 0);
    ck_assert_uint_eq(result->wire->expected.count, 1);
    ck_assert_uint_eq(result->wire->expected.at[0].opcode, 10);
    ck_assert(!result->wire->expected.more && result->wire->events.more);
    ck_assert_uint_eq(result->wire->events.count, 2);
    ck_assert_uint_eq(result->wire->events.at[0].size, 70000);
    ck_assert_uint_eq(result->wire->events.at[0].crc, UINT32_MAX);
    ck_assert_uint_eq(result->wire->events.at[0].octets[0], 0xfe);
    ck_assert_uint_eq(result->wire->events.at[1].octets[0], 9);
    ck_assert_uint_eq(result->wire->events.at[1].octets[1], 0);
    ck_assert_uint_eq(result->wire->received.size_count, 0);
    ck_assert(read->has_end);
    ck_assert_int_eq(read->end.exit_code, 1);
    ck_assert_uint_eq(read->cut_line, 0);
    journal_contents_free(read);
}

START_TEST(what_is_written_is_read)
{
    write_journal("plain");
    check_journal("plain");
    write_journal("</script>\n\"quoted\" \\ \t \x7f κόσμε \xF4\x8F\xBF\xBF");
    check_journal("</script>\n\"quoted\" \\ \t \x7f κόσμε \xF4\x8F\xBF\xBF");
    write_journal("");
    check_journal("");
}
END_TEST

START_TEST(what_is_not_utf8_is_replaced)
{
    static const struct {
        const char *written, *read;
    } rows[] = {
        {"a\xFFz", "a\uFFFDz"},
        {"\xC3", "\uFFFD"},                                 /* cut */
        {"\xC0\xAF", "\uFFFD\uFFFD"},                       /* overlong */
        {"\xE0\x80\xAF", "\uFFFD\uFFFD\uFFFD"},             /* overlong */
        {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},             /* a surrogate */
        {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},   /* above U+10FFFF */
        {"\xF0\x9F\x92\xA9\x80", "\xF0\x9F\x92\xA9\uFFFD"}, /* one octet too many */
        {"\xE2\x82z", "\uFFFD\uFFFDz"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_journal(rows[i].written);
        check_journal(rows[i].read);
    }
    char expected[512] = "";
    memcpy(expected, every_octet(), 127);
    for (int i = 0; i < 128; i++)
        memcpy(expected + 127 + 3 * i, "\uFFFD", 4);
    write_journal(every_octet());
    check_journal(expected);
}
END_TEST

START_TEST(long_strings_are_cut_visibly)
{
    char *string = malloc(JOURNAL_STRING_MAX + 10);
    memset(string, 'x', JOURNAL_STRING_MAX + 9);
    memcpy(string + JOURNAL_STRING_MAX - 1, "\xE2\x82\xAC", 3); /* the cut lies within this character */
    string[JOURNAL_STRING_MAX + 9] = '\0';
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert(journal_write_run(journal, &(struct journal_run){.version = string, .started = ""}));
    journal_close(journal);
    struct journal_contents *read = journal_read(path, error, sizeof error);
    ck_assert_msg(read != NULL, "%s", error);
    ck_assert_uint_eq(strlen(read->run.version), JOURNAL_STRING_MAX - 1 + 3);
    ck_assert_str_eq(read->run.version + JOURNAL_STRING_MAX - 1, "\u2026");
    journal_contents_free(read);
    free(string);
}
END_TEST

START_TEST(long_transcripts_keep_both_ends)
{
    enum { COUNT = 70000 };
    struct journal_line *lines = calloc(COUNT, sizeof *lines);
    char(*words)[16] = calloc(COUNT, sizeof *words);
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(words[i], sizeof words[i], "%zu", i);
        lines[i] = (struct journal_line){.at_us = i, .direction = "recv", .text = words[i]};
    }
    lines[30001].mark = "what is wrong";
    lines[30002].mark = "what follows from it";
    const struct journal_violation violations[] = {
        {"first", "", "", 0}, {"middle", "", "", 30000}, {"last", "", "", COUNT - 1}};
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert(journal_write_run(journal, &(struct journal_run){.version = ""}));
    ck_assert(journal_write_target(journal, &(struct journal_target){.name = ""}));
    struct journal_result result = one_result("", lines, COUNT);
    result.violations = violations;
    result.violation_count = 3;
    ck_assert(journal_write_result(journal, &result));
    journal_close(journal);
    struct journal_contents *read = journal_read(path, error, sizeof error);
    ck_assert_msg(read != NULL, "%s", error);
    const struct journal_result *back = &read->results[0];
    ck_assert_uint_eq(back->line_count, JOURNAL_LINES_MAX);
    ck_assert_str_eq(back->lines[0].text, "0");
    ck_assert_str_eq(back->lines[47].text, "47");
    ck_assert_str_eq(back->lines[48].text, "69905 lines left out");
    ck_assert_str_eq(back->lines[48].mark, "what is wrong");
    ck_assert_str_eq(back->lines[49].text, "69953");
    ck_assert_ptr_null(back->lines[49].mark);
    ck_assert_str_eq(back->lines[95].text, "69999");
    ck_assert_uint_eq(back->violations[0].line, 0);
    ck_assert_uint_eq(back->violations[1].line, 48);
    ck_assert_uint_eq(back->violations[2].line, 95);
    journal_contents_free(read);
    free(lines);
    free(words);
}
END_TEST

/* What ended stands until something better of the same target and id is known, in whatever order the ids mix.
 */
START_TEST(a_result_takes_the_place_of_an_earlier_one)
{
    static const struct {
        const char *id, *reason;
        unsigned target;
        bool provisional, stands;
    } rows[] = {
        {"a", "first", 0, true, false},      {"b", "only", 0, true, true},
        {"a", "final", 0, false, true},      {"a", "other target", 1, true, true},
        {"c", "early", 0, true, false},      {"c", "late", 0, true, true},
        {"d", "final", 0, false, true},      {"d", "behind it", 0, true, false},
        {"e", "asked for", 0, false, false}, {"e", "asked for again", 0, false, true},
    };
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert(journal_write_run(journal, &(struct journal_run){.version = ""}));
    ck_assert(journal_write_target(journal, &(struct journal_target){.name = ""}));
    ck_assert(journal_write_target(journal, &(struct journal_target){.name = ""}));
    size_t standing = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct journal_result result = one_result("", NULL, 0);
        result.id = rows[i].id;
        result.reason = rows[i].reason;
        result.target = rows[i].target;
        result.provisional = rows[i].provisional;
        ck_assert(journal_write_result(journal, &result));
        standing += rows[i].stands;
    }
    journal_close(journal);
    struct journal_contents *read = journal_read(path, error, sizeof error);
    ck_assert_msg(read != NULL, "%s", error);
    ck_assert_uint_eq(read->result_count, standing);
    size_t next = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!rows[i].stands)
            continue;
        ck_assert_str_eq(read->results[next].reason, rows[i].reason);
        ck_assert(read->results[next].provisional == rows[i].provisional);
        next++;
    }
    journal_contents_free(read);
}
END_TEST

START_TEST(directories_are_made)
{
    char deep[400];
    snprintf(deep, sizeof deep, "%s/a//b/c/", directory);
    struct journal *journal = journal_open(deep, error, sizeof error);
    ck_assert_msg(journal != NULL, "%s", error);
    journal_close(journal);
    snprintf(deep, sizeof deep, "%s/a/b/c/results.jsonl", directory);
    ck_assert_int_eq(access(deep, R_OK), 0);
}
END_TEST

START_TEST(a_file_in_the_way_is_an_error)
{
    char deep[400];
    snprintf(deep, sizeof deep, "%s/file", directory);
    close(open(deep, O_CREAT | O_WRONLY, 0600));
    snprintf(deep, sizeof deep, "%s/file/reports", directory);
    ck_assert_ptr_null(journal_open(deep, error, sizeof error));
    ck_assert_ptr_nonnull(strstr(error, "/file: cannot make the directory: Not a directory"));
    mkdir(path, 0700);
    ck_assert_ptr_null(journal_open(directory, error, sizeof error));
    ck_assert_ptr_nonnull(strstr(error, "/results.jsonl: cannot open for writing: Is a directory"));
}
END_TEST

/* The file may grow to `most` octets only: a disk that is full at that place. */
static void limit_file_size(rlim_t most)
{
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {most, RLIM_INFINITY};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_full_disk_takes_the_line_back)
{
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert(journal_write_run(journal, &(struct journal_run){.version = "1"}));
    struct stat before, after;
    ck_assert_int_eq(stat(path, &before), 0);
    limit_file_size((rlim_t)before.st_size + 20);
    ck_assert(
        !journal_write_target(journal, &(struct journal_target){.name = "far more than twenty octets"}));
    limit_file_size(RLIM_INFINITY);
    ck_assert_ptr_nonnull(strstr(journal_error(journal), "/results.jsonl: cannot write: File too large"));
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_int_eq(before.st_size, after.st_size);
    /* the first error stays, and nothing is written after it */
    ck_assert(!journal_write_end(journal, &(struct journal_end){.finished = ""}));
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_int_eq(before.st_size, after.st_size);
    journal_close(journal);
    struct journal_contents *read = journal_read(path, error, sizeof error);
    ck_assert_msg(read != NULL, "%s", error);
    ck_assert(!read->has_end);
    journal_contents_free(read);
}
END_TEST

START_TEST(a_device_that_is_full_is_an_error)
{
    if (access("/dev/full", W_OK) != 0)
        return;
    ck_assert_int_eq(symlink("/dev/full", path), 0);
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert_ptr_nonnull(journal);
    ck_assert(!journal_write_run(journal, &(struct journal_run){.version = "1"}));
    ck_assert_ptr_nonnull(
        strstr(journal_error(journal), "results.jsonl: cannot write: No space left on device"));
    journal_close(journal);
}
END_TEST

static void write_octets(const char *octets, size_t size)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(octets, 1, size, file), size);
    fclose(file);
}

#define RUN                                                                                                \
    "{\"type\":\"run\",\"version\":\"1\",\"started\":\"\",\"command\":[],\"cases\":\"\",\"selection\":[]," \
    "\"jobs\":1}\n"
#define TARGET                                                                                         \
    "{\"type\":\"target\",\"name\":\"t\",\"url\":\"\",\"agent\":\"\",\"role\":\"\",\"response\":\"\"," \
    "\"echoes\":true,\"pongs\":true,\"pushes\":false,\"round_trip_us\":1}\n"
#define RESULT(verdict, closing, target, lines)                                                         \
    "{\"type\":\"result\",\"target\":" target ",\"id\":\"" verdict                                      \
    "\",\"case\":\"\",\"value\":\"\",\"delivery\":\"\","                                                \
    "\"verdict\":\"" verdict "\",\"derived\":false,\"reason\":\"\",\"closing\":\"" closing "\","        \
    "\"closing_reason\":\"\",\"expected\":\"\",\"observed\":\"\",\"duration_us\":1,\"unstable\":false," \
    "\"unexpected\":false,\"violations\":[],\"passed_requirements\":[],\"lines\":" lines                \
    ",\"rerun\":\"\"}\n"

#define TRAFFIC(frames, sizes)                                                                           \
    "{\"octets\":0,\"head_octets\":0,\"messages\":0,\"payload_octets\":0,\"plain_octets\":0,\"frames\":" \
    "[" frames "],\"sizes\":[" sizes "]}"
#define WIRE(close, frames, sizes, events)                                                                  \
    "{\"started\":\"\",\"request\":\"\",\"response\":\"\",\"opened\":true,\"closed_first\":true,\"ended\":" \
    "true,"                                                                                                 \
    "\"sent_close\":null,\"received_close\":" close ",\"sent\":" TRAFFIC(                                   \
        frames, sizes) ",\"received\":" TRAFFIC("", "") ",\"expected\":[],\"events\":[" events "]}"

/* What cannot be read at all. */
START_TEST(what_is_no_journal_names_line_and_reason)
{
    static const struct {
        const char *journal, *error;
    } rows[] = {
        {"", ":1: no run was recorded: the journal is empty"},
        {"\n", ":1: not JSON"},
        {"[]\n", ":1: not a line of a journal: \"type\" is missing"},
        {"{\"type\":7}\n", ":1: not a line of a journal"},
        {"root:x:0:0\nbin:x:1:1\n", ":1: not JSON"},
        {TARGET, ":1: the first line of a journal is of type \"run\"; this is \"target\""},
        {RUN RUN, ":2: a second run begins here"},
        {RUN "{\n" TARGET, ":3: which target this is cannot be told: a line before it is bad"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_octets(rows[i].journal, strlen(rows[i].journal));
        ck_assert_msg(journal_read(path, error, sizeof error) == NULL, "row %zu is accepted", i);
        ck_assert_msg(strstr(error, rows[i].error) != NULL, "row %zu: %s", i, error);
        ck_assert_msg(strncmp(error, path, strlen(path)) == 0, "row %zu: %s", i, error);
    }
    ck_assert_ptr_null(journal_read("/nowhere/results.jsonl", error, sizeof error));
    ck_assert_str_eq(error, "/nowhere/results.jsonl: cannot open: No such file or directory");
    ck_assert_ptr_null(journal_read(directory, error, sizeof error));
    ck_assert_ptr_nonnull(strstr(error, "Is a directory"));
}
END_TEST

/* A bad line is told by place and reason, and nothing else is lost: the result behind it is read. */
START_TEST(a_bad_line_is_told_and_nothing_else_is_lost)
{
    static const struct {
        const char *line, *why;
    } rows[] = {
        {"{\"type\":\"scribble\"}\n", "unknown type \"scribble\""},
        {"{\"type\":\"s\\u001b[31m\u202e\"}\n", "unknown type \"s?[31m???\""},
        {"{\"type\":\"run\"\n", "not JSON"},
        {"\xff\n", "not JSON"},
        {"\n", "not JSON"},
        {"{\"type\":\"end\",\"finished\":\"\"}\n", "\"exit_code\" is missing"},
        {"{\"type\":\"end\",\"finished\":\"\",\"exit_code\":-1}\n",
         "\"exit_code\" is not an integer in its range"},
        {"{\"type\":\"end\",\"finished\":7,\"exit_code\":0}\n", "\"finished\" is not a string"},
        {"{\"type\":\"case\",\"id\":\"x\"}\n", "\"title\" is missing"},
        {RESULT("OK", "clean", "1", "[]"), "\"target\" is 1, but the journal names 1 targets before"},
        {RESULT("FINE", "clean", "0", "[]"), "\"verdict\" is not a verdict: \"FINE\""},
        {RESULT("OK", "shut", "0", "[]"), "\"closing\" is not a way of closing: \"shut\""},
        {RESULT("OK", "clean", "\"0\"", "[]"), "\"target\" is not an integer"},
        {RESULT("OK", "clean", "0", "{}"), "\"lines\" is not an array"},
        {RESULT("OK", "clean", "0", "[7]"), "\"octets\" is missing"},
        {RESULT("OK", "clean", "0", "[{\"octets\":\"8g\"}]"), "not a hexadecimal digit"},
        {RESULT("OK", "clean", "0", "[{\"octets\":\"8\"}]"), "\"octets\" is not at most"},
        {RESULT("OK", "clean", "0", "[],\"wire\":" WIRE("null", "", "", "[1,2,3]")), "an event is not"},
        {RESULT("OK", "clean", "0", "[],\"wire\":" WIRE("null", "", "", "[1,2,4294967296,\"\"]")),
         "an event is not"},
        {RESULT("OK", "clean", "0", "[],\"wire\":" WIRE("null", "", "", "[16,2,3,\"\"]")), "an event is not"},
        {RESULT("OK", "clean", "0", "[],\"wire\":" WIRE("null", "", "", "[1,2,3,\"8g\"]")),
         "not a hexadecimal digit"},
        {RESULT("OK", "clean", "0", "[],\"wire\":7"), "\"started\" is missing"},
        {RESULT("OK", "clean", "0", "[],\"wire\":" WIRE("{}", "", "", "")), "\"code\" is missing"},
        {RESULT("OK", "clean", "0", "[],\"wire\":" WIRE("null", "[16,1]", "", "")), "not a pair of integers"},
        {RESULT("OK", "clean", "0", "[],\"wire\":" WIRE("null", "", "[1]", "")), "not a pair of integers"},
        {RESULT("OK", "clean", "0", "[],\"wire\":" WIRE("null", "", "[1,-1]", "")), "not a pair of integers"},
    };
    static const char before[] = RUN TARGET RESULT("OK", "clean", "0", "[]"),
                      behind[] = RESULT("FAILED", "clean", "0", "[]");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char journal[8192];
        int size = snprintf(journal, sizeof journal, "%s%s%s", before, rows[i].line, behind);
        write_octets(journal, (size_t)size);
        struct journal_contents *read = journal_read(path, error, sizeof error);
        ck_assert_msg(read != NULL, "row %zu: %s", i, error);
        ck_assert_uint_eq(read->bad_count, 1);
        ck_assert_uint_eq(read->bad[0].number, 4);
        ck_assert_msg(strstr(read->bad[0].why, rows[i].why) != NULL, "row %zu: %s", i, read->bad[0].why);
        ck_assert_uint_eq(read->target_count, 1);
        ck_assert_uint_eq(read->case_count, 0);
        ck_assert(!read->has_end);
        ck_assert_uint_eq(read->result_count, 2);
        ck_assert_int_eq(read->results[1].verdict, VERDICT_FAILED);
        journal_contents_free(read);
    }
}
END_TEST

#define INDEXED(index, name)                                                                      \
    "{\"type\":\"target\",\"index\":" index ",\"name\":\"" name "\",\"url\":\"\",\"agent\":\"\"," \
    "\"role\":\"\",\"response\":\"\",\"echoes\":true,\"pongs\":true,\"pushes\":false,\"round_trip_us\":1}\n"

/* Results must not move to another target when the line of theirs, or that of the run, is bad. */
START_TEST(results_stay_with_their_target)
{
    static const struct {
        const char *journal;
        size_t targets, results, bad;
        const char *names[3];
    } rows[] = {
        {RUN INDEXED("0", "a") RESULT("OK", "clean", "0", "[]") INDEXED("1", "b")
             RESULT("FAILED", "clean", "1", "[]"),
         2,
         2,
         0,
         {"a", "b"}},
        {RUN "{\n" INDEXED("1", "b") RESULT("OK", "clean", "1", "[]") RESULT("OK", "clean", "0", "[]"),
         2,
         2,
         1,
         {"target 1 (its line is bad)", "b"}},
        {RUN INDEXED("0", "a") "{\n" RESULT("OK", "clean", "1", "[]") INDEXED("2", "c")
             RESULT("OK", "clean", "2", "[]"),
         3,
         2,
         1,
         {"a", "target 2 (its line is bad)", "c"}},
        {RUN INDEXED("0", "a") "{\n" INDEXED("2", "c"), 3, 0, 1, {"a", "target 2 (its line is bad)", "c"}},
        {RUN INDEXED("0", "a") INDEXED("0", "a") RESULT("OK", "clean", "0", "[]"), 1, 1, 1, {"a"}},
        {RUN INDEXED("5", "a"), 0, 0, 1, {NULL}},
        {"{\n" INDEXED("0", "a") RESULT("OK", "clean", "0", "[]"), 1, 1, 1, {"a"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_octets(rows[i].journal, strlen(rows[i].journal));
        struct journal_contents *read = journal_read(path, error, sizeof error);
        ck_assert_msg(read != NULL, "row %zu: %s", i, error);
        ck_assert_msg(read->target_count == rows[i].targets, "row %zu: %zu", i, read->target_count);
        ck_assert_msg(read->result_count == rows[i].results, "row %zu: %zu", i, read->result_count);
        ck_assert_msg(read->bad_count == rows[i].bad, "row %zu: %zu", i, read->bad_count);
        for (size_t j = 0; j < rows[i].targets; j++)
            ck_assert_str_eq(read->targets[j].name, rows[i].names[j]);
        ck_assert_ptr_nonnull(read->run.version);
        journal_contents_free(read);
    }
}
END_TEST

#define REQUIREMENT(more)                                                                                \
    "{\"type\":\"requirement\",\"id\":\"R\",\"rfc\":\"RFC6455\",\"section\":\"5.1\",\"level\":\"MUST\"," \
    "\"subject\":\"both\",\"rule\":\"a rule\"" more "}\n"

START_TEST(a_journal_from_before_quotes_is_read)
{
    static const struct {
        const char *journal, *quote, *status, *reason;
    } rows[] = {
        {RUN REQUIREMENT(""), "", "", ""},
        {RUN REQUIREMENT(",\"quote\":null"), "", "", ""},
        {RUN REQUIREMENT(",\"quote\":\"a sentence\""), "a sentence", "", ""},
        {RUN REQUIREMENT(",\"quote\":\"q\",\"status\":\"untestable\",\"reason\":\"why\""), "q", "untestable",
         "why"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_octets(rows[i].journal, strlen(rows[i].journal));
        struct journal_contents *read = journal_read(path, error, sizeof error);
        ck_assert_msg(read != NULL, "%s", error);
        ck_assert_uint_eq(read->requirement_count, 1);
        ck_assert_str_eq(read->requirements[0].quote, rows[i].quote);
        ck_assert_str_eq(read->requirements[0].status, rows[i].status);
        ck_assert_str_eq(read->requirements[0].reason, rows[i].reason);
        journal_contents_free(read);
    }
    static const char wrong[] = RUN REQUIREMENT(",\"quote\":7");
    write_octets(wrong, strlen(wrong));
    struct journal_contents *read = journal_read(path, error, sizeof error);
    ck_assert_msg(read != NULL, "%s", error);
    ck_assert_uint_eq(read->requirement_count, 0);
    ck_assert_str_eq(read->bad[0].why, "\"quote\" is not a string");
    journal_contents_free(read);
}
END_TEST

/* A killed run leaves any prefix of a journal: all lines before the cut are read, and the cut is told. */
START_TEST(a_journal_cut_anywhere_keeps_the_lines_before)
{
    static const char journal[] =
        RUN TARGET TARGET RESULT("OK", "clean", "0", "[]") RESULT("FAILED", "clean", "1", "[]");
    size_t first = strlen(RUN);
    for (size_t size = first; size < sizeof journal; size++) {
        write_octets(journal, size);
        struct journal_contents *read = journal_read(path, error, sizeof error);
        ck_assert_msg(read != NULL, "cut after %zu: %s", size, error);
        size_t whole = 0, since = 0; /* line feeds before the cut, octets after the last of them */
        for (size_t i = 0; i < size; i++) {
            since = journal[i] == '\n' ? 0 : since + 1;
            whole += journal[i] == '\n';
        }
        bool complete = journal[size] == '\n'; /* only the line feed is missing */
        ck_assert_uint_eq(read->cut_line, since > 0 && !complete ? whole + 1 : 0);
        ck_assert_uint_eq(read->result_count, (whole + complete < 3 ? 0 : whole + complete - 3));
        journal_contents_free(read);
    }
}
END_TEST

START_TEST(a_line_that_is_too_long_is_left_out)
{
    FILE *file = fopen(path, "w");
    ck_assert_int_eq(fseek(file, JOURNAL_LINE_MAX + 1, SEEK_SET), 0);
    fputs("\n" INDEXED("0", "a"), file);
    fclose(file);
    struct journal_contents *read = journal_read(path, error, sizeof error);
    ck_assert_msg(read != NULL, "%s", error);
    ck_assert_uint_eq(read->bad[0].number, 1);
    ck_assert_str_eq(read->bad[0].why, "the line is longer than a journal may have");
    ck_assert_str_eq(read->targets[0].name, "a");
    journal_contents_free(read);
    if (access("/dev/zero", R_OK) == 0) { /* no end at all */
        ck_assert_ptr_null(journal_read("/dev/zero", error, sizeof error));
        ck_assert_str_eq(error, "/dev/zero:1: the line is longer than a journal may have");
    }
}
END_TEST

START_TEST(every_verdict_has_its_word)
{
    ck_assert_str_eq(verdict_word(VERDICT_NON_STRICT), "NON-STRICT");
    ck_assert_str_eq(verdict_sentence(VERDICT_CRASH), "the target died or hung");
    ck_assert_str_eq(closing_word(CLOSING_NO_ANSWER), "no-answer");
    ck_assert_str_eq(closing_sentence(CLOSING_NO_ANSWER), "our Close frame was not answered");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal");
    TCase *tests = tcase_create("journal");
    tcase_add_checked_fixture(tests, make_directory, remove_directory);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_is_written_is_read);
    tcase_add_test(tests, what_is_not_utf8_is_replaced);
    tcase_add_test(tests, long_strings_are_cut_visibly);
    tcase_add_test(tests, a_result_takes_the_place_of_an_earlier_one);
    tcase_add_test(tests, long_transcripts_keep_both_ends);
    tcase_add_test(tests, directories_are_made);
    tcase_add_test(tests, a_file_in_the_way_is_an_error);
    tcase_add_test(tests, a_full_disk_takes_the_line_back);
    tcase_add_test(tests, a_device_that_is_full_is_an_error);
    tcase_add_test(tests, what_is_no_journal_names_line_and_reason);
    tcase_add_test(tests, a_bad_line_is_told_and_nothing_else_is_lost);
    tcase_add_test(tests, results_stay_with_their_target);
    tcase_add_test(tests, a_journal_from_before_quotes_is_read);
    tcase_add_test(tests, a_journal_cut_anywhere_keeps_the_lines_before);
    tcase_add_test(tests, a_line_that_is_too_long_is_left_out);
    tcase_add_test(tests, every_verdict_has_its_word);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
