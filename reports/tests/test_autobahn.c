/* SPDX-License-Identifier: MIT */
/* test_autobahn.c: the verdict words of Autobahn|Testsuite for what happened on a connection, and its files
 * to the octet: scripts take them apart with sed, tr and diff. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/autobahn_parts.h"

static char directory[] = "/tmp/wringer-autobahn-XXXXXX";
static char error[512];

static void set_up(void)
{
    memcpy(directory + sizeof directory - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
}

static void tear_down(void)
{
    char command[128];
    ck_assert_int_eq(chdir("/"), 0);
    snprintf(command, sizeof command, "rm -r '%s'", directory);
    ck_assert_int_eq(system(command), 0);
}

static char *read_whole(const char *path)
{
    static char text[1 << 16];
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s is not there", path);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* ---- Verdicts ---- */

/* What happened, in letters. Who closed: h the harness, with a Close; g it gave up; p the peer, with a Close;
 * d the peer dropped TCP. Then a the other side answered, e the peer ended TCP. */
static struct journal_wire happened(const char *letters, uint16_t code, size_t expected, size_t came)
{
    struct journal_wire wire = {.started = "", .request = "", .response = "", .opened = true};
    bool harness = strchr(letters, 'h') != NULL, peer = strchr(letters, 'p') != NULL;
    bool answered = strchr(letters, 'a') != NULL;
    wire.closed_first = harness || strchr(letters, 'g') != NULL;
    wire.ended = strchr(letters, 'e') != NULL || strchr(letters, 'd') != NULL;
    wire.sent_close = (struct journal_close){harness || (peer && answered), 1000, ""};
    wire.received_close = (struct journal_close){peer || (harness && answered), code, ""};
    for (size_t i = 0; i < expected; i++)
        wire.expected.at[wire.expected.count++] =
            (struct journal_event){.opcode = 1, .size = i + 3, .crc = 7};
    for (size_t i = 0; i < came; i++)
        wire.events.at[wire.events.count++] = (struct journal_event){.opcode = 1, .size = i + 3, .crc = 7};
    return wire;
}

static const struct {
    const char *number, *letters;
    uint16_t code;
    size_t expected, came;
    enum verdict verdict;
    const char *behavior, *close;
} verdicts[] = {
    /* The harness is to close, cleanly, with 1000. */
    {"1.1.1", "hae", 1000, 1, 1, VERDICT_OK, "OK", "OK"},
    {"1.1.1", "hae", 1005, 1, 1, VERDICT_OK, "OK", "OK"},
    {"1.1.1", "hae", 1001, 1, 1, VERDICT_NON_STRICT, "OK", "WRONG CODE"},
    {"1.1.1", "ha", 1000, 1, 1, VERDICT_OK, "OK", "UNCLEAN"},
    {"1.1.1", "h", 0, 1, 1, VERDICT_OK, "OK", "UNCLEAN"},
    {"1.1.1", "he", 0, 1, 1, VERDICT_OK, "OK", "UNCLEAN"},
    {"1.1.1", "pae", 1009, 1, 0, VERDICT_INFORMATIONAL, "FAILED", "FAILED"},
    {"1.1.1", "d", 0, 1, 0, VERDICT_FAILED, "FAILED", "FAILED"},
    {"1.1.1", "g", 0, 1, 0, VERDICT_FAILED, "FAILED", "UNCLEAN"},
    {"1.1.1", "hae", 1000, 1, 2, VERDICT_FAILED, "FAILED", "OK"},
    {"2.10", "hae", 1000, 10, 1, VERDICT_INFORMATIONAL, "FAILED", "OK"}, /* only the last ping answered */
    {"10.1.1", "hae", 1000, 1, 1, VERDICT_OK, "OK", "OK"},
    /* The peer is to fail the connection; that nothing more came is all that "behavior" is about. */
    {"2.5", "pae", 1002, 0, 0, VERDICT_OK, "OK", "OK"},
    {"2.5", "d", 0, 0, 0, VERDICT_NON_STRICT, "OK", "OK"},
    {"2.5", "pae", 1007, 0, 0, VERDICT_FAILED, "OK", "WRONG CODE"},
    {"2.5", "pa", 1002, 0, 0, VERDICT_OK, "OK", "FAILED BY CLIENT"},
    {"2.5", "g", 0, 0, 0, VERDICT_FAILED, "OK", "FAILED"},
    {"3.1", "pae", 1002, 0, 1, VERDICT_FAILED, "FAILED", "OK"},
    {"3.2", "pae", 1002, 1, 1, VERDICT_OK, "OK", "OK"},
    {"3.2", "pae", 1002, 1, 0, VERDICT_NON_STRICT, "NON-STRICT", "OK"},
    {"3.2", "pae", 1002, 1, 2, VERDICT_FAILED, "FAILED", "OK"},
    {"5.15", "d", 0, 1, 0, VERDICT_NON_STRICT, "NON-STRICT", "OK"},
    /* Group 6: who leaves it to the harness to close has failed. */
    {"6.3.1", "pae", 1007, 0, 0, VERDICT_OK, "OK", "OK"},
    {"6.3.1", "g", 0, 0, 0, VERDICT_FAILED, "FAILED", "FAILED"},
    {"6.4.1", "pae", 1007, 0, 0, VERDICT_OK, "OK", "OK"},
    {"6.4.1", "pae", 1007, 0, 0, VERDICT_NON_STRICT, "NON-STRICT", "OK"},
    {"6.4.3", "pae", 1007, 0, 0, VERDICT_INFORMATIONAL, "NON-STRICT", "OK"},
    {"6.4.4", "g", 0, 0, 0, VERDICT_FAILED, "FAILED", "FAILED"},
    {"6.22.1", "hae", 1000, 1, 1, VERDICT_OK, "OK", "OK"},
    /* Group 7: a wrong code fails the case itself. */
    {"7.1.1", "hae", 1001, 1, 1, VERDICT_NON_STRICT, "FAILED", "WRONG CODE"},
    {"7.1.5", "hae", 1000, 0, 1, VERDICT_INFORMATIONAL, "FAILED", "OK"},
    {"7.3.2", "he", 0, 0, 0, VERDICT_NON_STRICT, "OK", "OK"},
    {"7.5.1", "hae", 1007, 0, 0, VERDICT_OK, "OK", "OK"},
    {"7.7.13", "hae", 4999, 0, 0, VERDICT_OK, "OK", "OK"},
    {"7.7.13", "hae", 1000, 0, 0, VERDICT_OK, "OK", "OK"},
    {"7.7.13", "hae", 4998, 0, 0, VERDICT_NON_STRICT, "FAILED", "WRONG CODE"},
    {"7.9.1", "hae", 1002, 0, 0, VERDICT_OK, "OK", "OK"},
    {"7.9.1", "hae", 1005, 0, 0, VERDICT_NON_STRICT, "OK", "OK"},
    {"7.9.1", "hae", 1000, 0, 0, VERDICT_FAILED, "FAILED", "WRONG CODE"},
    {"7.1.6", "hae", 1000, 2, 0, VERDICT_INFORMATIONAL, "INFORMATIONAL", "INFORMATIONAL"},
    {"7.13.1", "g", 0, 0, 0, VERDICT_FAILED, "INFORMATIONAL", "INFORMATIONAL"},
    {"7.13.2", "d", 0, 0, 0, VERDICT_OK, "INFORMATIONAL", "INFORMATIONAL"},
    /* Series: our verdict. */
    {"9.3.1", "pae", 1008, 0, 0, VERDICT_INFORMATIONAL, "FAILED", "FAILED"},
    {"9.8.6", "hae", 1000, 0, 0, VERDICT_OK, "OK", "OK"},
    {"12.1.1", "hae", 1000, 0, 0, VERDICT_OK, "OK", "OK"},
    {"12.1.1", "hae", 1000, 0, 0, VERDICT_SKIP, "UNIMPLEMENTED", "OK"},
    {"13.7.18", "hae", 1000, 0, 0, VERDICT_UNIMPLEMENTED, "UNIMPLEMENTED", "OK"},
    {"13.7.18", "hae", 1000, 0, 0, VERDICT_FAILED, "FAILED", "OK"},
    /* What the suite has no word for. */
    {"1.1.1", "hae", 1000, 1, 1, VERDICT_CRASH, "FAILED", "OK"},
    {"1.1.1", "hae", 1000, 1, 1, VERDICT_ERROR, "FAILED", "OK"},
};

START_TEST(words_come_about_as_there)
{
    size_t i = (size_t)_i;
    struct journal_wire wire =
        happened(verdicts[i].letters, verdicts[i].code, verdicts[i].expected, verdicts[i].came);
    struct journal_result result = {
        .wstest = verdicts[i].number, .verdict = verdicts[i].verdict, .wire = &wire};
    ck_assert_str_eq(autobahn_behavior(&result, false), verdicts[i].behavior);
    ck_assert_str_eq(autobahn_behavior_close(&result, false), verdicts[i].close);
}
END_TEST

START_TEST(a_handshake_that_was_never_completed_fails_both)
{
    static const enum verdict all[] = {VERDICT_SKIP, VERDICT_OK, VERDICT_SETUP, VERDICT_FAILED,
                                       VERDICT_CRASH};
    struct journal_wire wire = happened("d", 0, 0, 0);
    wire.opened = false;
    for (size_t i = 0; i < 2 * sizeof all / sizeof all[0]; i++) {
        struct journal_result result = {
            .wstest = "12.1.1", .verdict = all[i / 2], .wire = i % 2 == 0 ? NULL : &wire};
        ck_assert_str_eq(autobahn_behavior(&result, false), "FAILED");
        ck_assert_str_eq(autobahn_behavior_close(&result, false), "FAILED");
        result.wstest = "7.13.1";
        ck_assert_str_eq(autobahn_behavior(&result, false), "INFORMATIONAL");
        ck_assert_str_eq(autobahn_behavior_close(&result, false), "INFORMATIONAL");
    }
}
END_TEST

/* RFC 6455 7.1.1: the server ends TCP, so as a server the harness has nothing to wait for. */
START_TEST(a_server_ends_tcp_itself)
{
    struct journal_wire wire = happened("ha", 1000, 0, 0);
    struct journal_result result = {.wstest = "7.3.3", .wire = &wire};
    ck_assert_str_eq(autobahn_behavior_close(&result, true), "OK");
    ck_assert_str_eq(autobahn_behavior_close(&result, false), "UNCLEAN");
}
END_TEST

/* The same octets, length and kind, in the same order: anything else is another event. */
START_TEST(events_are_compared_in_every_respect)
{
    struct journal_wire wire = happened("hae", 1000, 2, 2);
    struct journal_result result = {.wstest = "5.6", .verdict = VERDICT_OK, .wire = &wire};
    ck_assert_str_eq(autobahn_behavior(&result, false), "OK");
    wire.events.at[1].opcode = 2;
    ck_assert_str_eq(autobahn_behavior(&result, false), "FAILED");
    wire = happened("hae", 1000, 2, 2);
    wire.events.at[1].crc++;
    ck_assert_str_eq(autobahn_behavior(&result, false), "FAILED");
    wire = happened("hae", 1000, 2, 2);
    wire.events.at[0].size = 4;
    ck_assert_str_eq(autobahn_behavior(&result, false), "FAILED");
    wire = happened("hae", 1000, 2, 2);
    wire.events.more = true;
    ck_assert_str_eq(autobahn_behavior(&result, false), "FAILED");
}
END_TEST

/* ---- JSON ---- */

static const struct {
    const char *json, *printed;
} layouts[] = {
    {"{}", "{}"},
    {"[]", "[]"},
    {"{\"b\": [], \"a\": {}}", "{\n   \"b\": [],\n   \"a\": {}\n}"},
    {"[1, -2, true, false, null]", "[\n   1,\n   -2,\n   true,\n   false,\n   null\n]"},
    {"[0.2920625, 1.2839717526214423, 2.0, 1e300]",
     "[\n   0.2920625,\n   1.2839717526214423,\n   2.0,\n   1e+300\n]"},
    {"{\"k\": {\"l\": [1]}}", "{\n   \"k\": {\n      \"l\": [\n         1\n      ]\n   }\n}"},
    {"[\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\"]", "[\n   \"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\"\n]"},
    {"[\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"]", "[\n   \"\\u00e9 \\u20ac \\ud83d\\ude00\"\n]"},
};

START_TEST(json_is_laid_out_as_python_does_it)
{
    json_error_t why;
    json_t *value = json_loads(layouts[_i].json, 0, &why);
    char *text = NULL;
    size_t size = 0;
    ck_assert_ptr_nonnull(value);
    FILE *out = open_memstream(&text, &size);
    autobahn_print_json(out, value);
    fclose(out);
    ck_assert_str_eq(text, layouts[_i].printed);
    free(text);
    json_decref(value);
}
END_TEST

/* ---- Files ---- */

static struct journal_target targets[2];
static struct journal_result results[8];
static struct journal_wire wires[8];
static struct journal_case definition = {
    .id = "case", .title = "A <title>", .text = "send text \"<\"\n", .file = "", .level = "MUST"};

static struct journal_contents journal_of(size_t count)
{
    return (struct journal_contents){.run = {.version = "1", .started = "2026-11-23T05:00:00Z"},
                                     .cases = &definition,
                                     .case_count = 1,
                                     .targets = targets,
                                     .target_count = 2,
                                     .results = results,
                                     .result_count = count};
}

static void one_result(size_t i, unsigned target, const char *number, const char *letters, uint16_t code)
{
    wires[i] = happened(letters, code, 0, 0);
    wires[i].request = "GET / HTTP/1.1\r\n\r\n";
    results[i] = (struct journal_result){.target = target,
                                         .id = "case@server~whole",
                                         .case_id = "case",
                                         .wstest = number,
                                         .wstest_index = 5,
                                         .verdict = VERDICT_OK,
                                         .reason = "as expected",
                                         .closing_reason = "",
                                         .expected = "",
                                         .observed = "",
                                         .duration_us = 1999,
                                         .wire = &wires[i],
                                         .rerun = ""};
}

static void two_agents(void)
{
    targets[0] = (struct journal_target){
        .name = "ws://a/", .url = "ws://a/", .agent = "", .role = "server", .response = ""};
    targets[1] = (struct journal_target){
        .name = "  Foo/1.0 (x)\xc3\xa9 ", .url = "ws://b/", .agent = "b", .role = "server", .response = ""};
    one_result(0, 0, "10.1.1", "hae", 1000);
    one_result(1, 0, "2.5", "d", 0);
    one_result(2, 0, "2.10", "hae", 1005);
    one_result(3, 1, "1.1.1", "hae", 1000);
    one_result(4, 0, NULL, "hae", 1000); /* a case without a number is no business of these reports */
}

START_TEST(the_index_is_what_scripts_diff)
{
    two_agents();
    struct journal_contents journal = journal_of(5);
    ck_assert_msg(autobahn_write_reports(&journal, "made/here", error, sizeof error), "%s", error);
    ck_assert_str_eq(read_whole("made/here/index.json"),
                     "{\n"
                     "   \"  Foo/1.0 (x)\\u00e9 \": {\n"
                     "      \"1.1.1\": {\n"
                     "         \"behavior\": \"OK\",\n"
                     "         \"behaviorClose\": \"OK\",\n"
                     "         \"duration\": 1,\n"
                     "         \"remoteCloseCode\": 1000,\n"
                     "         \"reportfile\": \"foo_1_0__x_case_1_1_1.json\"\n"
                     "      }\n"
                     "   },\n"
                     "   \"UnknownServer\": {\n"
                     "      \"10.1.1\": {\n"
                     "         \"behavior\": \"OK\",\n"
                     "         \"behaviorClose\": \"OK\",\n"
                     "         \"duration\": 1,\n"
                     "         \"remoteCloseCode\": 1000,\n"
                     "         \"reportfile\": \"unknownserver_case_10_1_1.json\"\n"
                     "      },\n"
                     "      \"2.10\": {\n"
                     "         \"behavior\": \"OK\",\n"
                     "         \"behaviorClose\": \"OK\",\n"
                     "         \"duration\": 1,\n"
                     "         \"remoteCloseCode\": null,\n"
                     "         \"reportfile\": \"unknownserver_case_2_10.json\"\n"
                     "      },\n"
                     "      \"2.5\": {\n"
                     "         \"behavior\": \"OK\",\n"
                     "         \"behaviorClose\": \"OK\",\n"
                     "         \"duration\": 1,\n"
                     "         \"remoteCloseCode\": null,\n"
                     "         \"reportfile\": \"unknownserver_case_2_5.json\"\n"
                     "      }\n"
                     "   }\n"
                     "}");
    ck_assert_int_eq(access("made/here/foo_1_0__x_case_1_1_1.html", R_OK), 0);
    ck_assert_int_eq(access("made/here/unknownserver_case_2_5.json", R_OK), 0);
}
END_TEST

START_TEST(without_results_the_index_is_empty)
{
    struct journal_contents journal = journal_of(0);
    ck_assert(autobahn_write_reports(&journal, ".", error, sizeof error));
    ck_assert_str_eq(read_whole("index.json"), "{}");
}
END_TEST

START_TEST(files_of_other_cases_stay_and_the_later_result_counts)
{
    two_agents();
    struct journal_contents journal = journal_of(5);
    ck_assert(autobahn_write_reports(&journal, ".", error, sizeof error));
    one_result(0, 1, "1.1.2", "hae", 1000);
    one_result(1, 1, "1.1.2", "hae", 1001);
    journal = journal_of(2);
    ck_assert(autobahn_write_reports(&journal, ".", error, sizeof error));
    ck_assert_int_eq(access("unknownserver_case_2_5.json", R_OK), 0);
    const char *index = read_whole("index.json");
    ck_assert_ptr_null(strstr(index, "UnknownServer"));
    ck_assert_ptr_nonnull(strstr(index, "\"behaviorClose\": \"WRONG CODE\""));
    ck_assert_ptr_null(strstr(index, "\"behaviorClose\": \"OK\""));
}
END_TEST

static size_t count_text(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

/* Cowboy's suite fails when "case_failed" stands in the page more than twice. */
START_TEST(the_page_names_each_class_twice_without_cells)
{
    static const char *const classes[] = {"case_ok",     "case_almost", "case_non_strict",    "case_no_close",
                                          "case_failed", "case_info",   "case_unimplemented", "case_missing"};
    two_agents();
    struct journal_contents journal = journal_of(5);
    ck_assert(autobahn_write_reports(&journal, ".", error, sizeof error));
    const char *page = read_whole("index.html");
    ck_assert_uint_eq(count_text(page, "case_failed"), 2);
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        ck_assert_uint_ge(count_text(page, classes[i]), 2);
    ck_assert_ptr_nonnull(strstr(page, "A &lt;title&gt;"));
    results[0].wire = NULL;
    ck_assert(autobahn_write_reports(&journal, ".", error, sizeof error));
    ck_assert_uint_eq(count_text(read_whole("index.html"), "case_failed"), 4);
}
END_TEST

/* Every key that the suite's own files have, in its order. */
START_TEST(a_case_has_all_keys)
{
    static const char *const keys[] = {"agent",
                                       "behavior",
                                       "behaviorClose",
                                       "case",
                                       "closedByMe",
                                       "createStats",
                                       "createWirelog",
                                       "description",
                                       "droppedByMe",
                                       "duration",
                                       "expectation",
                                       "expected",
                                       "expectedClose",
                                       "failedByMe",
                                       "httpRequest",
                                       "httpResponse",
                                       "id",
                                       "isServer",
                                       "localCloseCode",
                                       "localCloseReason",
                                       "received",
                                       "remoteCloseCode",
                                       "remoteCloseReason",
                                       "reportCompressionRatio",
                                       "reportTime",
                                       "result",
                                       "resultClose",
                                       "rxFrameStats",
                                       "rxOctetStats",
                                       "started",
                                       "trafficStats",
                                       "txFrameStats",
                                       "txOctetStats",
                                       "wasClean",
                                       "wasCloseHandshakeTimeout",
                                       "wasNotCleanReason",
                                       "wasOpenHandshakeTimeout",
                                       "wasServerConnectionDropTimeout",
                                       "wirelog"};
    two_agents();
    results[2].wire = NULL;
    struct journal_contents journal = journal_of(5);
    ck_assert(autobahn_write_reports(&journal, ".", error, sizeof error));
    static const char *const files[] = {"unknownserver_case_10_1_1.json", "unknownserver_case_2_10.json"};
    for (size_t f = 0; f < 2; f++) {
        json_error_t why;
        json_t *object = json_load_file(files[f], 0, &why);
        ck_assert_ptr_nonnull(object);
        ck_assert_uint_eq(json_object_size(object), sizeof keys / sizeof keys[0]);
        size_t i = 0;
        for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
            ck_assert_str_eq(json_object_iter_key(at), keys[i++]);
        ck_assert_int_eq(json_integer_value(json_object_get(object, "case")), 5);
        json_decref(object);
    }
}
END_TEST

/* Messages, pongs and frames as that suite shows them. */
START_TEST(payloads_are_shown_as_there)
{
    struct journal_events events = {.count = 4};
    events.at[0] = (struct journal_event){.opcode = 1, .size = 2, .octets = "hi"};
    events.at[1] = (struct journal_event){.opcode = 2, .size = 2, .octets = "\xfe\x01"};
    events.at[2] = (struct journal_event){.opcode = 10, .size = 1, .octets = "p"};
    events.at[3] = (struct journal_event){.opcode = 1, .size = 65};
    memset(events.at[3].octets, '*', 64);
    json_t *list = autobahn_events(&events);
    char *text = json_dumps(list, JSON_COMPACT);
    ck_assert_str_eq(text, "[[\"message\",\"hi\",false],[\"message\",\"0xfe01\",true],[\"pong\",\"p\"],"
                           "[\"message\",\"****************************************************************"
                           " ...\",false]]");
    free(text);
    json_decref(list);

    static const uint8_t sent[] = {0x81, 0x82, 1, 2, 3, 4, 'h' ^ 1, 'i' ^ 2}, received[] = {0x88, 2, 3, 0xe8};
    const struct journal_frame frame = {
        .fin = true, .masked = true, .opcode = 1, .masking_key = {1, 2, 3, 4}, .length = 2, .header_size = 6};
    const struct journal_frame close = {.fin = true, .opcode = 8, .length = 2, .header_size = 2};
    const struct journal_line lines[] = {
        {.direction = "send", .text = "", .octets = sent, .octet_count = 8, .size = 8, .frame = &frame},
        {.direction = "recv", .text = "", .octets = received, .octet_count = 4, .size = 4, .frame = &close},
        {.direction = "note", .text = "eof"}};
    const struct journal_result result = {.lines = lines, .line_count = 3};
    list = autobahn_wirelog(&result);
    text = json_dumps(list, JSON_COMPACT);
    ck_assert_str_eq(text, "[[\"TF\",[2,\"hi\"],1,true,0,\"01020304\",null,null,false],"
                           "[\"TO\",[8,\"818201020304696b\"],false],[\"RO\",[4,\"880203e8\"]],"
                           "[\"RF\",[2,\"0x03e8\"],8,true,0,false,null]]");
    free(text);
    json_decref(list);
}
END_TEST

START_TEST(a_place_that_cannot_be_written_is_told)
{
    two_agents();
    struct journal_contents journal = journal_of(5);
    ck_assert_int_eq(mkdir("index.json", 0777), 0);
    ck_assert(!autobahn_write_reports(&journal, ".", error, sizeof error));
    ck_assert_str_eq(error, "./index.json: cannot write: Is a directory");
    ck_assert(!autobahn_write_reports(&journal, "index.html/x", error, sizeof error));
    ck_assert_ptr_nonnull(strstr(error, "index.html"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("autobahn");
    TCase *tcase = tcase_create("verdicts");
    tcase_add_loop_test(tcase, words_come_about_as_there, 0, sizeof verdicts / sizeof verdicts[0]);
    tcase_add_test(tcase, a_handshake_that_was_never_completed_fails_both);
    tcase_add_test(tcase, a_server_ends_tcp_itself);
    tcase_add_test(tcase, events_are_compared_in_every_respect);
    tcase_add_loop_test(tcase, json_is_laid_out_as_python_does_it, 0, sizeof layouts / sizeof layouts[0]);
    tcase_add_test(tcase, payloads_are_shown_as_there);
    suite_add_tcase(suite, tcase);
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, set_up, tear_down);
    tcase_add_test(files, the_index_is_what_scripts_diff);
    tcase_add_test(files, without_results_the_index_is_empty);
    tcase_add_test(files, files_of_other_cases_stay_and_the_later_result_counts);
    tcase_add_test(files, the_page_names_each_class_twice_without_cells);
    tcase_add_test(files, a_case_has_all_keys);
    tcase_add_test(files, a_place_that_cannot_be_written_is_told);
    suite_add_tcase(suite, files);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
