/* SPDX-License-Identifier: MIT */
/* test_wstest.c: `wringer wstest` as the scripts of other projects use it: their command lines, their spec
 * files, and the ways in which they read the reports (jq and diff, sed and grep, an enum, a count of a class
 * name), each as it was found in one of them. */
#include <arpa/inet.h>
#include <jansson.h>
#include <sys/socket.h>

#include "harness/tests/program.h"

enum { COMMAND_MAX = 4096 };

/* ---- A server ---- */

/* A process of `wringer` that says where it listens; ended by peer_end. */
static struct peer server_start(const char *const *words)
{
    struct peer server = {0};
    int ends[2];
    char line[128] = "";
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    struct program program = program_start("wringer", words, NULL, ends[1]);
    close(ends[1]);
    for (size_t i = 0; i < sizeof line - 1 && read(ends[0], line + i, 1) == 1 && line[i] != '\n'; i++)
        continue;
    close(ends[0]);
    const char *colon = strrchr(line, ':');
    ck_assert_msg(colon != NULL, "%s", line);
    server.pid = program.pid;
    server.port = (unsigned)strtoul(colon + 1, NULL, 10);
    snprintf(server.ws, sizeof server.ws, "ws://127.0.0.1:%u", server.port);
    return server;
}

static struct peer echo_start(const char *fault)
{
    const char *words[] = {"echo", "--listen", "127.0.0.1:0", fault == NULL ? NULL : "--fault", fault, NULL};
    return server_start(words);
}

/* A port that nobody listens at: it was, for a moment, somebody's. */
static void closed_port(char *url, size_t size)
{
    struct peer server = echo_start(NULL);
    snprintf(url, size, "%s", server.ws);
    peer_end(&server);
}

/* ---- Reading ---- */

/* What a shell says to a command, without the last line end. It is to succeed. */
static const char *shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *shell(const char *format, ...)
{
    static char said[1 << 16];
    char command[COMMAND_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    FILE *out = popen(command, "r");
    ck_assert_ptr_nonnull(out);
    size_t size = fread(said, 1, sizeof said - 1, out);
    said[size] = '\0';
    ck_assert_msg(pclose(out) == 0, "%s\n%s", command, said);
    if (size > 0 && said[size - 1] == '\n')
        said[size - 1] = '\0';
    return said;
}

static json_t *load_index(const char *path)
{
    json_error_t why;
    json_t *index = json_load_file(path, 0, &why);
    ck_assert_msg(index != NULL, "%s: %s", path, why.text);
    return index;
}

/* A verdict of index.json, "behavior/behaviorClose". */
static const char *verdict_of(const char *path, const char *agent, const char *number)
{
    static char text[64];
    json_t *index = load_index(path);
    const json_t *one = json_object_get(json_object_get(index, agent), number);
    snprintf(text, sizeof text, "%s/%s",
             one == NULL ? "" : json_string_value(json_object_get(one, "behavior")),
             one == NULL ? "" : json_string_value(json_object_get(one, "behaviorClose")));
    json_decref(index);
    return text;
}

#define INDEX "reports/servers/index.json"

/* A spec for one server and some cases. */
static void write_spec(const char *name, const char *url, const char *agent, const char *cases)
{
    char text[1024];
    snprintf(text, sizeof text,
             "{\"options\": {\"failByDrop\": false}, \"outdir\": \"./reports/servers\","
             " \"servers\": [{\"url\": \"%s\", \"agent\": \"%s\"}], \"cases\": [%s],"
             " \"exclude-cases\": [], \"exclude-agent-cases\": {}}",
             url, agent, cases);
    write_file(name, text);
}

/* ---- The command line ---- */

START_TEST(an_empty_folder_gets_the_default_spec)
{
    char url[64];
    closed_port(url, sizeof url);
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-w", url);
    ASSERT_SAID("Auto-generating spec file 'fuzzingclient.json'");
    ASSERT_SAID("Loading spec from ");
    ASSERT_SAID("Autobahn Fuzzing WebSocket Client (Autobahn Testsuite Version ");
    ASSERT_SAID("Ok, will run 517 test cases against 1 servers");
    ASSERT_SAID("Cases = ['1.1.1', '1.1.2', ");
    ASSERT_SAID(", '13.7.17', '13.7.18']");
    ASSERT_SAID("Connection to ws://127.0.0.1:");
    ASSERT_SAID(" failed (");
    ck_assert_str_eq(shell("jq -c . fuzzingclient.json"),
                     "{\"outdir\":\"./reports/servers/\",\"servers\":[],\"cases\":[\"*\"],"
                     "\"exclude-cases\":[],\"exclude-agent-cases\":{}}");
    /* Nobody was reached: the report is empty, and that is no error. */
    ck_assert_str_eq(shell("cat " INDEX), "{}");
    /* The file is there now. */
    ASSERT_WRINGER(0, "wstest", "--mode", "fuzzingclient", "--wsuri", url);
    ASSERT_SAID("Using implicit spec file 'fuzzingclient.json'");
    ASSERT_WRINGER(1, "wstest", "--mode=fuzzingclient", "--wsuri", url, "--fail");
    ASSERT_WRINGER(1, "wstest", "-m", "fuzzingclient");
    ASSERT_SAID("there is no server to test: neither the spec's \"servers\" nor --wsuri names one");
}
END_TEST

START_TEST(a_program_called_wstest_is_wstest)
{
    char target[PATH_MAX + 16];
    snprintf(target, sizeof target, "%s/wringer", build_directory);
    ck_assert_int_eq(symlink(target, "wstest"), 0);
    ck_assert_str_eq(shell("./wstest -a | sed 's/ .*//' | tr '\\n' ' '"), "Autobahn AutobahnTestSuite ");
    ck_assert_str_eq(shell("./wstest --help | head -1"), "Usage: ./wstest [options]");
    ck_assert_str_eq(
        shell("./wstest -m nothing 2>/dev/null | grep -c 'Try ./wstest --help for usage details'"), "1");
}
END_TEST

static const struct {
    const char *spec, *words[6], *said;
} refused[] = {
    {NULL, {"wstest"}, "wstest A mode must be specified to run."},
    {NULL, {"wstest", "-m", "fuzzing"}, "Mode 'fuzzing' is invalid."},
    {NULL, {"wstest", "-m", "echoserver"}, "Mode 'echoserver' requires a --wsuri argument"},
    {NULL, {"wstest", "-m", "echoserver", "-w", "http://a"}, "http://a"},
    {NULL, {"wstest", "-m", "echoserver", "-w", "wss://127.0.0.1:1"}, "wss needs --key and --cert"},
    {NULL, {"wstest", "-m", "fuzzingclient", "-s", "no.json"}, "no.json: No such file or directory"},
    {"{\n  \"cases\": [\"*\"\n", {"wstest", "-m", "fuzzingclient"}, "fuzzingclient.json:3:0: "},
    {"{\"servers\": [{\"url\": \"ws://127.0.0.1:1\"}]}",
     {"wstest", "-m", "fuzzingclient"},
     "fuzzingclient.json: \"cases\": expected a list of strings, found nothing"},
    {"{\"servers\": [{\"url\": \"ws://127.0.0.1:1\"}], \"cases\": []}",
     {"wstest", "-m", "fuzzingclient"},
     "fuzzingclient.json: no case is left"},
    {"{\"servers\": [{\"url\": \"ws://127.0.0.1:1\"}], \"cases\": [\"9.9.1\"]}",
     {"wstest", "-m", "fuzzingclient"},
     "fuzzingclient.json: \"cases\": there is no case '9.9.1'"},
    {"{\"servers\": [{\"url\": \"ws:/127.0.0.1\"}], \"cases\": [\"*\"]}",
     {"wstest", "-m", "fuzzingclient"},
     "ws:/127.0.0.1"},
    {"{\"servers\": [{\"url\": \"ws://127.0.0.1:1\"}], \"cases\": [\"*\"], \"options\": {\"x\": 1}}",
     {"wstest", "-m", "fuzzingclient"},
     "fuzzingclient.json: \"options\": there is no option 'x'"},
    {"{\"servers\": [{\"url\": \"ws://127.0.0.1:1\"}], \"cases\": [\"*\"], \"outdir\": \"/dev/null/x\"}",
     {"wstest", "-m", "fuzzingclient"},
     "/dev/null"},
};

START_TEST(what_cannot_be_done_is_said_with_exit_code_1)
{
    if (refused[_i].spec != NULL)
        write_file("fuzzingclient.json", refused[_i].spec);
    struct program program = program_start("wringer", refused[_i].words, NULL, -1);
    ck_assert_int_eq(program_wait(&program), 1);
    ASSERT_SAID(refused[_i].said);
    ck_assert_int_ne(access(INDEX, F_OK), 0);
}
END_TEST

/* ---- Reports, as they are read ---- */

/* mtrudel/bandit: the implicit spec has no servers and an exclude of nothing; -w names the server, which does
 * not say who it is. */
START_TEST(bandit_finds_an_unknown_server)
{
    struct peer server = echo_start(NULL);
    write_file("fuzzingclient.json", "{\"outdir\": \"./reports/servers\", \"cases\": [\"1.*\", \"7.13*\"],"
                                     " \"exclude-cases\": [\"\"]}");
    ASSERT_WRINGER(0, "wstest", "--mode", "fuzzingclient", "-w", server.ws);
    peer_end(&server);
    ASSERT_SAID("Running test case ID 1.2.8 for agent UnknownServer from peer tcp4:127.0.0.1:");
    ck_assert_str_eq(verdict_of(INDEX, "UnknownServer", "1.1.1"), "OK/OK");
    ck_assert_str_eq(verdict_of(INDEX, "UnknownServer", "7.13.1"), "INFORMATIONAL/INFORMATIONAL");
    ck_assert_str_eq(shell("jq '.UnknownServer | length' " INDEX), "18");
}
END_TEST

/* snapview/tungstenite-rs: jq takes the durations out, diff compares with what is known;
 * 1tgr/rust-websocket-lite: grep takes them out. Two runs must give the same octets. */
START_TEST(two_runs_do_not_differ_but_for_durations)
{
    struct peer server = echo_start(NULL);
    write_spec("spec.json", server.ws, "Tungstenite",
               "\"1.*\", \"2.*\", \"3.*\", \"5.*\", \"6.4.*\", \"7.*\"");
    for (int i = 1; i <= 2; i++) {
        ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-s", "spec.json");
        shell("jq -S 'del(.. | .duration?)' " INDEX " > jq.%d; grep -v duration " INDEX " > grep.%d", i, i);
    }
    peer_end(&server);
    shell("diff jq.1 jq.2 && diff grep.1 grep.2");
    /* Cases are in the order of strings, and every entry is six lines, one key each. */
    ck_assert_str_eq(shell("sed -n '3p;10p;11p' " INDEX),
                     "      \"1.1.1\": {\n      \"1.1.2\": {\n         \"behavior\": \"OK\",");
    ck_assert_str_eq(
        shell("jq -r '.Tungstenite | keys_unsorted | .[]' " INDEX " > is; LC_ALL=C sort is | diff - is"), "");
    ck_assert_str_eq(shell("jq -r '.Tungstenite[] | keys_unsorted | join(\" \")' " INDEX " | sort -u"),
                     "behavior behaviorClose duration remoteCloseCode reportfile");
    ck_assert_str_eq(shell("tail -c 1 " INDEX), "}");
}
END_TEST

/* actor-framework: grep | sort | uniq -c; libwebsockets: entries to lines with tr and sed, passes taken out;
 * ninenines/cowboy: "case_failed" stands in index.html no more than twice. */
START_TEST(shells_count_verdicts)
{
    struct peer server = echo_start(NULL);
    write_spec("spec.json", server.ws, "good", "\"1.*\", \"2.*\", \"4.*\", \"7.1.6\"");
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-s", "spec.json", "--fail");
    peer_end(&server);
    ck_assert_str_eq(shell("grep '\"behavior\"' " INDEX " | sort | uniq -c | tr -s ' '"),
                     " 1 \"behavior\": \"INFORMATIONAL\",\n 37 \"behavior\": \"OK\",");
    ck_assert_str_eq(shell("tr '\\n' '!' < " INDEX " | sed 's|\\},\\!|\\n|g;s|\\!||g' | grep -c ."), "38");
    ck_assert_str_eq(
        shell("tr '\\n' '!' < " INDEX " | sed 's|\\},\\!|\\n|g;s|\\!||g' |"
              " grep -v '\"behavior\": \"OK\"' | grep -v '\"behavior\": \"INFORMATIONAL\"' | wc -l"),
        "0");
    ck_assert_str_eq(shell("grep -o case_failed reports/servers/index.html | wc -l"), "2");
}
END_TEST

static const char *const words[] = {"OK",         "NON-STRICT", "INFORMATIONAL",    "UNIMPLEMENTED",
                                    "WRONG CODE", "UNCLEAN",    "FAILED BY CLIENT", "FAILED"};

/* jetty: an enum of the known words, and report files by name, relative to the index; nodejs/undici counts
 * each word. */
START_TEST(no_word_is_unknown)
{
    struct peer server = echo_start("echoes-as-binary");
    write_spec("spec.json", server.ws, "Server|SSL|env", "\"1.1.*\", \"3.*\", \"6.4.*\", \"7.*\"");
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-s", "spec.json");
    ASSERT_WRINGER(1, "wstest", "-m", "fuzzingclient", "-s", "spec.json", "--fail");
    peer_end(&server);
    json_t *index = load_index(INDEX);
    const char *number;
    json_t *one;
    size_t failed = 0;
    json_object_foreach(json_object_get(index, "Server|SSL|env"), number, one)
    {
        const char *pair[] = {json_string_value(json_object_get(one, "behavior")),
                              json_string_value(json_object_get(one, "behaviorClose"))};
        for (size_t i = 0; i < 2; i++) {
            size_t k = 0;
            while (k < sizeof words / sizeof words[0] && strcmp(words[k], pair[i]) != 0)
                k++;
            ck_assert_msg(k < sizeof words / sizeof words[0], "%s: %s", number, pair[i]);
        }
        failed += strcmp(pair[0], "FAILED") == 0;
        char path[PATH_MAX];
        snprintf(path, sizeof path, "reports/servers/%s",
                 json_string_value(json_object_get(one, "reportfile")));
        json_t *report = load_index(path);
        ck_assert_str_eq(json_string_value(json_object_get(report, "id")), number);
        ck_assert_str_eq(json_string_value(json_object_get(report, "behavior")), pair[0]);
        ck_assert_str_ne(json_string_value(json_object_get(report, "description")), "");
        ck_assert(json_is_object(json_object_get(report, "expected")));
        ck_assert(json_is_array(json_object_get(report, "received")));
        json_decref(report);
    }
    json_decref(index);
    ck_assert_str_eq(verdict_of(INDEX, "Server|SSL|env", "1.1.2"), "FAILED/UNCLEAN");
    ck_assert_str_eq(shell("jq -c .expected reports/servers/server_ssl_env_case_7_1_1.json"),
                     "{\"OK\":[[\"message\",\"Hello World!\",false]]}");
    /* Group 3 is about what does not come: a text comes back, if as binary. */
    ck_assert_str_eq(verdict_of(INDEX, "Server|SSL|env", "3.2"), "FAILED/FAILED");
    ck_assert_uint_ge(failed, 8);
}
END_TEST

/* The heads, the frames and octets each way, and what both Close frames said. */
START_TEST(a_case_shows_its_connection)
{
    struct peer server = echo_start(NULL);
    write_spec("spec.json", server.ws, "one", "\"5.3\", \"5.6\", \"7.3.4\", \"3.7\"");
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-s", "spec.json", "--fail");
    peer_end(&server);
#define CASE(number, filter) shell("jq -c '" filter "' reports/servers/one_case_" number ".json")
    ck_assert_str_eq(
        CASE("5_3", "[.txFrameStats, .rxFrameStats, .received]"),
        "[{\"0\":1,\"1\":1,\"8\":1},{\"1\":1,\"8\":1},[[\"message\",\"fragment1fragment2\",false]]]");
    ck_assert_str_eq(CASE("5_3", "[.httpRequest[:6], .httpResponse[:12], .closedByMe, .wasClean]"),
                     "[\"GET / \",\"HTTP/1.1 101\",true,true]");
    /* Two bytes of header, four of mask, and the code. */
    ck_assert_str_eq(CASE("5_3", ".txOctetStats[\"8\"]"), "1");
    ck_assert_str_eq(CASE("5_6", "[.received[][0], .rxFrameStats]"),
                     "[\"pong\",\"message\",{\"1\":1,\"8\":1,\"10\":1}]");
    ck_assert_str_eq(CASE("7_3_4", "[.localCloseCode, .localCloseReason, .remoteCloseCode]"),
                     "[1000,\"Hello World!\",1000]");
    /* A Close frame with reserved bits is what the target is to fail on, and closes nothing. */
    ck_assert_str_eq(CASE("3_7", "[.closedByMe, .remoteCloseCode, .behaviorClose]"), "[false,1002,\"OK\"]");
    ck_assert_str_eq(CASE("3_7", "[.wirelog[] | select(.[0] == \"TF\") | [.[2], .[4]]][0]"), "[8,7]");
#undef CASE
}
END_TEST

/* ---- What was broken there ---- */

/* Everybody gets a result from a server that fails every opening handshake: a true one. */
START_TEST(a_failed_handshake_fails_every_case)
{
    struct peer peer = peer_start("http-redirect");
    write_spec("spec.json", peer.ws, "redirect", "\"1.1.*\", \"7.13.*\", \"12.1.1\"");
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-s", "spec.json");
    peer_end(&peer);
    ck_assert_str_eq(shell("jq '.redirect | length' " INDEX), "11");
    ck_assert_str_eq(verdict_of(INDEX, "redirect", "1.1.1"), "FAILED/FAILED");
    ck_assert_str_eq(verdict_of(INDEX, "redirect", "12.1.1"), "FAILED/FAILED");
    ck_assert_str_eq(verdict_of(INDEX, "redirect", "7.13.2"), "INFORMATIONAL/INFORMATIONAL");
    ck_assert_str_eq(shell("jq '[.redirect[].duration] | max < 60000' " INDEX), "true");
    ck_assert_str_eq(shell("jq -r .httpResponse reports/servers/redirect_case_1_1_1.json | head -c 12"),
                     "HTTP/1.1 302");
}
END_TEST

/* Without "agent" and without Server field, a failing handshake made no report at all there. */
START_TEST(a_failed_handshake_of_a_nameless_server_is_reported)
{
    struct peer peer = peer_start("close-at-once");
    write_file("fuzzingclient.json", "{\"cases\": [\"1.1.1\"]}");
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-w", peer.ws);
    peer_end(&peer);
    ck_assert_str_eq(verdict_of(INDEX, "UnknownServer", "1.1.1"), "FAILED/FAILED");
}
END_TEST

/* The server is gone in the middle: each case that is left has its entry. */
START_TEST(a_refused_connection_does_not_skip_the_rest)
{
    struct peer peer = peer_start("exit-after:12");
    write_spec("spec.json", peer.ws, "gone", "\"1.*\", \"2.*\"");
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-s", "spec.json");
    ck_assert_int_eq(waitpid(peer.pid, NULL, 0), peer.pid);
    ck_assert_str_eq(shell("jq '.gone | length' " INDEX), "27");
    ck_assert_str_eq(verdict_of(INDEX, "gone", "2.11"), "FAILED/FAILED");
}
END_TEST

/* permessage-deflate is declined: that is UNIMPLEMENTED, and the connection was closed as it should be. */
START_TEST(who_does_not_compress_has_not_implemented_it)
{
    struct peer server =
        server_start((const char *const[]){"echo", "--listen", "127.0.0.1:0", "--no-deflate", NULL});
    write_spec("spec.json", server.ws, "plain", "\"12.1.1\", \"13.7.18\"");
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-s", "spec.json", "--fail");
    peer_end(&server);
    ck_assert_str_eq(shell("jq -c '[.plain[] | [.behavior, .behaviorClose, .remoteCloseCode]]' " INDEX),
                     "[[\"UNIMPLEMENTED\",\"OK\",1000],[\"UNIMPLEMENTED\",\"OK\",1000]]");
}
END_TEST

START_TEST(compressed_series_have_their_traffic)
{
    struct peer server = echo_start(NULL);
    write_spec("spec.json", server.ws, "deflate", "\"12.1.1\"");
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient", "-s", "spec.json", "--fail");
    peer_end(&server);
    ck_assert_str_eq(shell("jq -c '.trafficStats | [.outgoingOctetsAppLevel, .outgoingWebSocketMessages,"
                           " .incomingOctetsAppLevel, .incomingWebSocketMessages, .incomingWebSocketFrames]'"
                           " reports/servers/deflate_case_12_1_1.json"),
                     "[16000,1000,16000,1000,1000]");
    ck_assert_str_eq(shell("jq '.trafficStats | .outgoingCompressionRatio < 1 and .incomingOctetsWireLevel >"
                           " .incomingOctetsWebSocketLevel' reports/servers/deflate_case_12_1_1.json"),
                     "true");
    ck_assert_str_eq(shell("jq -c '.rxFrameStats' reports/servers/deflate_case_12_1_1.json"),
                     "{\"1\":1000,\"8\":1}");
}
END_TEST

/* ---- Several servers ---- */

START_TEST(servers_are_tested_in_turn_and_excluded_by_agent)
{
    struct peer one = echo_start(NULL), two = echo_start(NULL);
    char text[1024];
    snprintf(text, sizeof text,
             "{\"servers\": [{\"url\": \"%s\", \"agent\": \"One/1.0\"}, {\"url\": \"%s\"}], \"cases\": "
             "[\"1.1.*\"],"
             " \"exclude-agent-cases\": {\"One*\": [\"1.1.1\", \"1.1.2*\"], \"Unknown\": [\"*\"],"
             " \"UnknownServer\": [\"1.1.8\"]}}",
             one.ws, two.ws);
    write_file("fuzzingclient.json", text);
    ASSERT_WRINGER(0, "wstest", "-m", "fuzzingclient");
    peer_end(&one);
    peer_end(&two);
    ASSERT_SAID("Ok, will run 8 test cases against 2 servers");
    ASSERT_SAID("Skipping test case ID 1.1.1 for agent One/1.0 by test configuration!");
    ASSERT_SAID("Skipping test case ID 1.1.2 for agent One/1.0 by test configuration!");
    ASSERT_SAID("Skipping test case ID 1.1.8 for agent UnknownServer by test configuration!");
    ck_assert_str_eq(shell("jq -c '[keys, (.[] | keys | join(\" \"))]' " INDEX),
                     "[[\"One/1.0\",\"UnknownServer\"],\"1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8\","
                     "\"1.1.1 1.1.2 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7\"]");
    ck_assert_int_eq(access("reports/servers/one_1_0_case_1_1_3.html", R_OK), 0);
}
END_TEST

/* ---- Modes that echo ---- */

#define TESTED_BY_WSTEST(mode) \
    "--exec", exec_of("wringer wstest -m " mode " -w ws://127.0.0.1:{port}"), "ws://127.0.0.1:{port}/"

START_TEST(echo_servers_echo_with_and_without_compression)
{
    ASSERT_WRINGER(0, "test", TESTED_BY_WSTEST("echoserver"), "messages", "closing");
    ASSERT_WRINGER(1, "test", TESTED_BY_WSTEST("echoserver"), "deflate_messages");
    ASSERT_SAID("every case that is selected was skipped");
    ASSERT_WRINGER(0, "test", TESTED_BY_WSTEST("testeeserver"), "deflate_messages");
}
END_TEST

/* ---- Clients under test ---- */

/* A fuzzing server, and what it says. */
struct fuzzing {
    struct peer peer;
    int said;
};

/* Starts one for the cases, with more members of the spec in front and a web port. Returns when it listens.
 */
static struct fuzzing fuzzing_start_with(const char *members, const char *cases, const char *web_port)
{
    struct fuzzing fuzzing = {0};
    char url[64], spec[1024];
    int ends[2];
    closed_port(url, sizeof url);
    snprintf(spec, sizeof spec, "{%s\"url\": \"%s\", \"cases\": [%s]}", members, url, cases);
    write_file("fuzzingserver.json", spec);
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    struct program program =
        program_start("wringer", (const char *const[]){"wstest", "-m", "fuzzingserver", "-u", web_port, NULL},
                      NULL, ends[1]);
    close(ends[1]);
    fuzzing.said = ends[0];
    fuzzing.peer.pid = program.pid;
    snprintf(fuzzing.peer.ws, sizeof fuzzing.peer.ws, "%s", url);
    fuzzing.peer.port = (unsigned)strtoul(strrchr(url, ':') + 1, NULL, 10);
    size_t have = 0;
    do {
        ssize_t got = read(fuzzing.said, output + have, sizeof output - 1 - have);
        ck_assert_msg(got > 0, "%.*s", (int)have, output);
        have += (size_t)got;
        output[have] = '\0';
    } while (strstr(output, "]\n") == NULL);
    return fuzzing;
}

static struct fuzzing fuzzing_start(const char *members, const char *cases)
{
    return fuzzing_start_with(members, cases, "0");
}

/* Waits for its end; what it said since it began to listen is in `output`. */
static void fuzzing_wait(struct fuzzing *fuzzing)
{
    int status;
    size_t have = 0;
    for (ssize_t got; (got = read(fuzzing->said, output + have, sizeof output - 1 - have)) > 0;)
        have += (size_t)got;
    output[have] = '\0';
    close(fuzzing->said);
    ck_assert_int_eq(waitpid(fuzzing->peer.pid, &status, 0), fuzzing->peer.pid);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d:\n%.3000s", status, output);
}

static int connect_to(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Sends the opening handshake for a resource; returns the socket. */
static int ask_begin(const struct peer *peer, const char *target)
{
    char request[1024];
    int fd = connect_to(peer->port);
    int size =
        snprintf(request, sizeof request,
                 "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                 target, peer->port);
    ck_assert_int_eq(send(fd, request, (size_t)size, MSG_NOSIGNAL), size);
    return fd;
}

/* "101 TEXT" when a text and an empty Close came, "101" when only the Close did, or another status. */
static const char *ask_end(int fd)
{
    static const uint8_t close_frame[] = {0x88, 0x80, 1, 2, 3, 4};
    static char answer[1024];
    char came[4096] = "";
    size_t have = 0;
    bool closed = false;
    for (ssize_t got;
         have < sizeof came - 1 && (got = recv(fd, came + have, sizeof came - 1 - have, 0)) > 0;) {
        have += (size_t)got;
        if (!closed && have > 2 && memcmp(came + have - 2, "\x88\0", 2) == 0) {
            closed = true;
            ck_assert_int_eq(send(fd, close_frame, sizeof close_frame, MSG_NOSIGNAL), sizeof close_frame);
        }
    }
    close(fd);
    const char *body = strstr(came, "\r\n\r\n");
    ck_assert_msg(body != NULL && strlen(came) > 12, "%s", came);
    const uint8_t *frame = (const uint8_t *)body + 4;
    size_t left = have - (size_t)(body + 4 - came);
    bool text = closed && left >= 4 && frame[0] == 0x81;
    snprintf(answer, sizeof answer, "%.3s%s%.*s", came + 9, text ? " " : "", text ? frame[1] : 0,
             text ? (const char *)frame + 2 : "");
    return answer;
}

static const char *ask(const struct peer *peer, const char *target)
{
    return ask_end(ask_begin(peer, target));
}

#define CLIENTS "reports/clients/index.json"

/* coder/websocket: the count is read with Atoi, cases are run by number, then the reports are asked for. */
START_TEST(a_client_walks_through_the_cases)
{
    struct fuzzing fuzzing =
        fuzzing_start("\"outdir\": \"./reports/clients\", ", "\"1.1.*\", \"2.*\", \"7.13.*\"");
    ck_assert_ptr_nonnull(strstr(output, "Autobahn WebSocket "));
    ck_assert_ptr_nonnull(strstr(output, " Fuzzing Server (Port "));
    ck_assert_ptr_nonnull(strstr(output, "Ok, will run 21 test cases for any clients connecting\n"));
    ck_assert_str_eq(ask(&fuzzing.peer, "/getCaseCount"), "101 21");
    ASSERT_WRINGER(0, "wstest", "-m", "testeeclient", "-w", fuzzing.peer.ws, "-i", "main");
    ck_assert_str_eq(shell("jq -c '[keys, (.main | length)]' " CLIENTS), "[[\"main\"],21]");
    ck_assert_str_eq(verdict_of(CLIENTS, "main", "1.1.1"), "OK/OK");
    ck_assert_str_eq(verdict_of(CLIENTS, "main", "2.5"), "OK/OK");
    ck_assert_str_eq(verdict_of(CLIENTS, "main", "7.13.1"), "INFORMATIONAL/INFORMATIONAL");
    ck_assert_str_eq(shell("jq -c '[.case, .isServer]' reports/clients/main_case_2_11.json"), "[27,true]");
    ck_assert_str_eq(shell("jq -r .httpRequest reports/clients/main_case_2_11.json | head -c 13"),
                     "GET /runCase?");
    kill(fuzzing.peer.pid, SIGTERM);
    fuzzing_wait(&fuzzing);
    ASSERT_SAID("Running test case ID 1.1.1 for agent main from peer tcp4:127.0.0.1:");
    ASSERT_SAID("Updating reports, requested by peer main");
    ASSERT_SAID("Report generation complete.");
}
END_TEST

START_TEST(resources_answer_as_there)
{
    static const struct {
        const char *target, *answer;
    } rows[] = {{"/getCaseCount", "101 10"},
                {"/getCaseInfo?casetuple=2.11",
                 "101 {\"id\": \"2.11\", \"description\": \"Ten pings that arrive octet by "
                 "octet: ten pongs, or that of the last\"}"},
                {"/getCaseInfo?case=11", "500"},
                {"/getCaseInfo?case=0", "500"},
                {"/getCaseInfo?case=one", "500"},
                {"/getCaseInfo?casetuple=9.9.1", "500"},
                {"/getCaseInfo", "500"},
                {"/runCase?case=1", "500"},
                {"/runCase?case=99&agent=a", "500"},
                {"/runCase?agent=a", "500"},
                {"/updateReports", "500"},
                {"/getCaseStatus?case=1", "500"}};
    struct fuzzing fuzzing = fuzzing_start("", "\"1.1.*\", \"2.1\", \"2.11\"");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *answer = ask(&fuzzing.peer, rows[i].target);
        if (strncmp(rows[i].answer, "101 {", 5) == 0)
            ck_assert_msg(strncmp(answer, rows[i].answer, 40) == 0, "%s: %s", rows[i].target, answer);
        else
            ck_assert_msg(strcmp(answer, rows[i].answer) == 0, "%s: %s", rows[i].target, answer);
    }
    /* One without an agent spoils nothing. */
    ck_assert_str_eq(ask(&fuzzing.peer, "/updateReports?agent=a"), "101");
    ck_assert_str_eq(shell("cat " CLIENTS), "{}");
    /* The connection ends either way. */
    close(ask_begin(&fuzzing.peer, "/stopServer"));
    fuzzing_wait(&fuzzing);
    ASSERT_SAID("Shutting down server.");
}
END_TEST

/* elixir-mint/mint_web_socket: the result of a case is asked for right after it, or before: the answer waits.
 */
START_TEST(the_status_of_a_case_waits_for_its_result)
{
    struct fuzzing fuzzing = fuzzing_start("", "\"1.1.1\", \"3.1\"");
    char url[128];
    int waits = ask_begin(&fuzzing.peer, "/getCaseStatus?case=2&agent=mint");
    snprintf(url, sizeof url, "%s/runCase?case=2&agent=mint", fuzzing.peer.ws);
    ASSERT_WRINGER(0, "connect", "--once", url);
    ck_assert_str_eq(ask_end(waits), "101 {\"behavior\": \"OK\"}");
    ck_assert_str_eq(ask(&fuzzing.peer, "/getCaseStatus?case=2&agent=mint"), "101 {\"behavior\": \"OK\"}");
    /* The newest result counts. */
    ASSERT_WRINGER(0, "connect", "--once", "--fault", "echoes-as-binary", url);
    ck_assert_str_eq(ask(&fuzzing.peer, "/updateReports?agent=mint&shutdownOnComplete=Yes"), "101");
    fuzzing_wait(&fuzzing);
    ASSERT_SAID("Report generation complete; shutting down server.");
    ck_assert_str_eq(shell("jq -c '.mint | keys' " CLIENTS), "[\"3.1\"]");
}
END_TEST

/* warmcat/libwebsockets: eight clients at once on one server. */
START_TEST(eight_clients_are_tested_at_once)
{
    struct fuzzing fuzzing = fuzzing_start("", "\"1.*\", \"3.*\", \"6.4.*\"");
    struct program clients[8];
    char agents[8][16];
    for (int i = 0; i < 8; i++) {
        snprintf(agents[i], sizeof agents[i], "lws%d", i);
        clients[i] = START_WRINGER("wstest", "-m", "testeeclient", "-w", fuzzing.peer.ws, "-i", agents[i]);
    }
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(program_wait(&clients[i]), 0);
    ck_assert_str_eq(ask(&fuzzing.peer, "/updateReports?agent=x&shutdownOnComplete=true"), "101");
    fuzzing_wait(&fuzzing);
    ck_assert_str_eq(
        shell(
            "jq '[.[] | .[] | select(.behavior == \"OK\" and .behaviorClose == \"OK\")] | length' " CLIENTS),
        "216"); /* 8 times 16 + 7 + 4 */
}
END_TEST

START_TEST(cases_are_excluded_by_agent_and_compression_is_not_forced)
{
    struct fuzzing fuzzing = fuzzing_start("\"exclude-agent-cases\": {\"Foo*\": [\"1.1.1\"]}, ",
                                           "\"1.1.1\", \"1.1.2\", \"12.1.1\"");
    char url[128];
    ck_assert_str_eq(ask(&fuzzing.peer, "/getCaseCount"), "101 3");
    ck_assert_str_eq(ask(&fuzzing.peer, "/runCase?case=1&agent=Foo%2F1"), "101");
    for (int i = 2; i <= 3; i++) {
        snprintf(url, sizeof url, "%s/runCase?case=%d&agent=Foo%%2F1", fuzzing.peer.ws, i);
        ASSERT_WRINGER(0, "wstest", "-m", "echoclient", "-w", url);
    }
    ck_assert_str_eq(ask(&fuzzing.peer, "/updateReports?agent=x&shutdownOnComplete=true"), "101");
    fuzzing_wait(&fuzzing);
    ASSERT_SAID("Skipping test case ID 1.1.1 for agent Foo/1 by test configuration!");
    ck_assert_str_eq(
        shell("jq -c '.[\"Foo/1\"] | map_values([.behavior, .behaviorClose, .remoteCloseCode])' " CLIENTS),
        "{\"1.1.2\":[\"OK\",\"OK\",1000],\"12.1.1\":[\"UNIMPLEMENTED\",\"OK\",1000]}");
}
END_TEST

/* What the web port answers to a method and a target: the whole response. */
static const char *fetch(unsigned port, const char *request_line)
{
    static char response[1 << 16];
    char request[256];
    size_t have = 0;
    int fd = connect_to(port);
    int size = snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: x\r\n\r\n", request_line);
    ck_assert_int_eq(send(fd, request, (size_t)size, MSG_NOSIGNAL), size);
    for (ssize_t got; (got = recv(fd, response + have, sizeof response - 1 - have, 0)) > 0;)
        have += (size_t)got;
    response[have] = '\0';
    close(fd);
    return response;
}

/* espressif/esp-idf: the reports are fetched from the web port, below /cwd/. */
START_TEST(reports_are_read_over_http)
{
    static const struct {
        const char *line, *status, *part;
    } rows[] = {
        {"GET /", "200", "<a href=/test_browser.html>"},
        {"GET /test_browser.html", "200", "form.uri.value = 'ws://' + location.hostname"},
        {"GET /cwd/reports/clients/index.json", "200", "\"1.1.1\": {"},
        {"GET /cwd/reports/clients/index.html", "200", "<!doctype html>"},
        {"GET /cwd/reports/clients/", "200", "<!doctype html>"},
        {"GET /cwd/reports/clients/foo_1_case_1_1_1.json?x=1", "200", "\"id\": \"1.1.1\""},
        {"GET /cwd/%66uzzingserver.json", "200", "\"cases\""},
        {"GET /cwd/../etc/passwd", "404", "no such file"},
        {"GET /cwd/%2e%2e/%2e%2e/etc/passwd", "404", "no such file"},
        {"GET /cwd//etc/passwd", "404", "no such file"},
        {"GET /cwd/outside", "404", "no such file"},
        {"GET /cwd/%00", "404", "no such file"},
        {"GET /cwd/%zz", "404", "no such file"},
        {"GET /cwd/fifo", "404", "no such file"},
        {"GET /cwd/.secret", "404", "no such file"},
        {"GET /cwd/.kept/key", "404", "no such file"},
        {"GET /cwd/link", "404", "no such file"},
        {"GET /fuzzingserver.json", "404", "nothing here"},
        {"POST /", "405", "GET is all"},
        {"GET", "400", "GET is all"},
    };
    char web[64], url[128];
    closed_port(web, sizeof web);
    unsigned port = (unsigned)strtoul(strrchr(web, ':') + 1, NULL, 10);
    ck_assert_int_eq(symlink("/etc/passwd", "outside"), 0);
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    ck_assert_int_eq(mkdir(".kept", 0700), 0);
    write_file(".secret", "s");
    write_file(".kept/key", "k");
    ck_assert_int_eq(symlink(".secret", "link"), 0);
    struct fuzzing fuzzing = fuzzing_start_with("", "\"1.1.1\"", strrchr(web, ':') + 1);
    snprintf(url, sizeof url, "%s/runCase?case=1&agent=Foo%%2F1", fuzzing.peer.ws);
    ASSERT_WRINGER(0, "wstest", "-m", "echoclient", "-w", url);
    ck_assert_str_eq(ask(&fuzzing.peer, "/updateReports?agent=x"), "101");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *response = fetch(port, rows[i].line);
        ck_assert_msg(strncmp(response + 9, rows[i].status, 3) == 0 && strstr(response, rows[i].part) != NULL,
                      "%s: %.400s", rows[i].line, response);
    }
    const char *head = fetch(port, "HEAD /cwd/reports/clients/index.json");
    ck_assert_ptr_nonnull(strstr(head, "Content-Type: application/json\r\n"));
    ck_assert_str_eq(strstr(head, "\r\n\r\n"), "\r\n\r\n");
    close(ask_begin(&fuzzing.peer, "/stopServer"));
    fuzzing_wait(&fuzzing);
}
END_TEST

/* ---- Crowds ---- */

/* Starts a mode and reads what it says until `mark` is there. */
static struct program mode_start(const char *const *mode_words, int *said, const char *mark)
{
    int ends[2];
    size_t have = 0;
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    struct program program = program_start("wringer", mode_words, NULL, ends[1]);
    close(ends[1]);
    *said = ends[0];
    do {
        ssize_t got = read(*said, output + have, sizeof output - 1 - have);
        ck_assert_msg(got > 0, "%.*s", (int)have, output);
        have += (size_t)got;
        output[have] = '\0';
    } while (strstr(output, mark) == NULL);
    return program;
}

static void mode_end(const struct program *program, int said)
{
    int status;
    kill(program->pid, SIGINT);
    ck_assert_int_eq(waitpid(program->pid, &status, 0), program->pid);
    ck_assert_int_eq(status, 0);
    close(said);
}

START_TEST(what_one_says_all_hear)
{
    char url[64], heard[1024] = "";
    int server_said, client_said;
    closed_port(url, sizeof url);
    struct peer peer = {.port = (unsigned)strtoul(strrchr(url, ':') + 1, NULL, 10)};
    struct program server = mode_start(
        (const char *const[]){"wstest", "-m", "broadcastserver", "-w", url, NULL}, &server_said, "(Port ");
    int other = ask_begin(&peer, "/");
    size_t have = 0;
    while (strstr(heard, "\r\n\r\n") == NULL)
        have += (size_t)recv(other, heard + have, 1, 0);
    struct program client =
        mode_start((const char *const[]){"wstest", "-m", "broadcastclient", "-w", url, "-i", "hear me", NULL},
                   &client_said, "hear me\n");
    ck_assert_int_eq(recv(other, heard, 9, MSG_WAITALL), 9);
    ck_assert_mem_eq(heard, "\x81\x07hear me", 9);
    close(other);
    mode_end(&client, client_said);
    mode_end(&server, server_said);
}
END_TEST

START_TEST(many_connections_are_held)
{
    struct peer server = echo_start(NULL);
    char spec[512];
    int said;
    snprintf(spec, sizeof spec,
             "{\"options\": {\"connections\": 50, \"batchsize\": 7, \"batchdelay\": 1, \"retrydelay\": 1},"
             " \"servers\": [{\"name\": \"one\", \"uri\": \"%s\", \"desc\": \"\"},"
             " {\"name\": \"two\", \"uri\": \"%s\"}]}",
             server.ws, server.ws);
    write_file("massconnect.json", spec);
    struct program mass = mode_start((const char *const[]){"wstest", "-m", "massconnect", NULL}, &said,
                                     "50 connections to two are open, after ");
    ASSERT_SAID("50 connections to one are open, after ");
    mode_end(&mass, said);
    peer_end(&server);
}
END_TEST

static const struct {
    const char *spec, *said;
} bad_crowds[] = {
    {"{", "massconnect.json:1:1: "},
    {"{}", "massconnect.json: \"servers\": expected a list of 1 to 16 objects"},
    {"{\"servers\": []}", "massconnect.json: \"servers\": expected a list of 1 to 16 objects"},
    {"{\"servers\": [{\"name\": \"a\"}]}", "massconnect.json: \"servers[0].uri\": expected a string"},
    {"{\"servers\": [{\"name\": 1, \"uri\": \"ws://a\"}]}",
     "massconnect.json: \"servers[0].name\": expected a string"},
    {"{\"servers\": [{\"name\": \"a\", \"uri\": \"http://a\"}]}", "http://a"},
    {"{\"options\": {\"connections\": 0}, \"servers\": [{\"name\": \"a\", \"uri\": \"ws://a\"}]}",
     "massconnect.json: \"options.connections\": expected 1 to 1000000"},
    {"{\"options\": {\"batchdelay\": -1}, \"servers\": [{\"name\": \"a\", \"uri\": \"ws://a\"}]}",
     "massconnect.json: \"options.batchdelay\": expected 0 to 60000"},
};

START_TEST(a_bad_crowd_is_refused)
{
    write_file("massconnect.json", bad_crowds[_i].spec);
    ASSERT_WRINGER(1, "wstest", "-m", "massconnect");
    ASSERT_SAID(bad_crowds[_i].said);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wstest");
    TCase *tcase = tcase_create("wstest");
    tcase_add_checked_fixture(tcase, enter_directory, leave_directory);
    tcase_set_timeout(tcase, 4 * PROGRAM_SECONDS);
    tcase_add_test(tcase, an_empty_folder_gets_the_default_spec);
    tcase_add_test(tcase, a_program_called_wstest_is_wstest);
    tcase_add_loop_test(tcase, what_cannot_be_done_is_said_with_exit_code_1, 0,
                        sizeof refused / sizeof refused[0]);
    tcase_add_test(tcase, bandit_finds_an_unknown_server);
    tcase_add_test(tcase, two_runs_do_not_differ_but_for_durations);
    tcase_add_test(tcase, shells_count_verdicts);
    tcase_add_test(tcase, no_word_is_unknown);
    tcase_add_test(tcase, a_case_shows_its_connection);
    tcase_add_test(tcase, a_failed_handshake_fails_every_case);
    tcase_add_test(tcase, a_failed_handshake_of_a_nameless_server_is_reported);
    tcase_add_test(tcase, a_refused_connection_does_not_skip_the_rest);
    tcase_add_test(tcase, who_does_not_compress_has_not_implemented_it);
    tcase_add_test(tcase, compressed_series_have_their_traffic);
    tcase_add_test(tcase, servers_are_tested_in_turn_and_excluded_by_agent);
    tcase_add_test(tcase, echo_servers_echo_with_and_without_compression);
    tcase_add_test(tcase, a_client_walks_through_the_cases);
    tcase_add_test(tcase, resources_answer_as_there);
    tcase_add_test(tcase, the_status_of_a_case_waits_for_its_result);
    tcase_add_test(tcase, eight_clients_are_tested_at_once);
    tcase_add_test(tcase, cases_are_excluded_by_agent_and_compression_is_not_forced);
    tcase_add_test(tcase, reports_are_read_over_http);
    tcase_add_test(tcase, what_one_says_all_hear);
    tcase_add_test(tcase, many_connections_are_held);
    tcase_add_loop_test(tcase, a_bad_crowd_is_refused, 0, sizeof bad_crowds / sizeof bad_crowds[0]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
