/* SPDX-License-Identifier: MIT */
/* test_hostile.c: `wringer test` against servers that nobody should meet (hostile_peer.c): a clear word or
 * verdicts, in time, in little memory, and every case gets its result. */
#include "harness/tests/program.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "harness/tests/certificate.h"

#define PATIENCE "--patience", "200"

/* ---- Targets that never open ---- */

static const struct {
    const char *mode;
    bool tls;
    const char *said;
} closed_doors[] = {
    {"close-at-once", false, "before the response to the opening handshake was complete; does it expect TLS"},
    {"reset-at-once", false, "connection reset by peer"}, /* in the midst of connecting or behind it */
    {"never-answers", false, "no complete response to the opening handshake within "},
    {"trickle", false, "no complete response to the opening handshake within "},
    {"endless-interim", false, "no complete response to the opening handshake within "},
    {"garbage-head", false, "what came back is not an HTTP/1.1 response: "},
    {"endless-head", false, "what came back is not an HTTP/1.1 response: the head does not end"},
    {"endless-fields", false, "the head has more header fields than the limit"},
    {"http-200", false, "the opening handshake was answered with HTTP 200, not 101"},
    {"http-redirect", false, "the opening handshake was answered with HTTP 302, not 101"},
    {"tls-on-plain", false,
     "what came back is not an HTTP/1.1 response but TLS: is the target's URL wss://...?"},
    {"tls-garbage", false, "what came back is not an HTTP/1.1 response but TLS"},
    {"plain-on-tls", false, "the opening handshake was answered with HTTP 400, not 101"},
    {"plain-on-tls", true, "the peer does not speak TLS: it began with \"HTTP\""},
    {"tls-on-plain", true, "TLS handshake failed: tlsv1 alert protocol version"},
    {"tls-garbage", true, "TLS handshake failed: "},
    {"close-at-once", true, "connection"}, /* in TCP or in TLS, that is a race */
    {"reset-at-once", true, "connection"},
    {"never-answers", true, "no connection and TLS handshake within "},
    {"http-200", true, "no connection and TLS handshake within "},
};

START_TEST(closed_door_is_unreachable)
{
    struct peer peer = peer_start(closed_doors[_i].mode);
    const char *url = closed_doors[_i].tls ? peer.wss : peer.ws;
    ASSERT_WRINGER(3, "test", "--out", "r", PATIENCE, "--insecure", url);
    ASSERT_SAID(url);
    ASSERT_SAID(closed_doors[_i].said);
    ASSERT_SAID("report: r/index.html");
    ck_assert_uint_eq(count_in_file("r/results.jsonl", "\"type\":\"result\""), 0);
    ck_assert_uint_eq(count_in_file("r/index.html", "</html>"), 1);
    peer_end(&peer);
}
END_TEST

/* A port that nobody listens on: bound, so that nobody else gets it, but not listening. */
START_TEST(nobody_there)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char url[64], url6[64];
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    snprintf(url, sizeof url, "ws://127.0.0.1:%u", ntohs(address.sin_port));
    ASSERT_WRINGER(3, "test", "--out", "r", url);
    ASSERT_SAID("no connection: connection refused");
    snprintf(url6, sizeof url6, "wss://localhost:%u/path?query", ntohs(address.sin_port));
    ASSERT_WRINGER(3, "test", "--out", "r", url6);
    ASSERT_SAID(url6);
    ASSERT_SAID("no connection: connection refused");

    /* The next target is tested all the same. */
    ASSERT_WRINGER(3, "test", "--out", "r", url, GOOD_TARGET, "ping_pong/ping-empty");
    ASSERT_SAID("no connection: connection refused");
    ASSERT_SAID(": 2 results: 2 OK; 0 unexpected");
    close(fd);
}
END_TEST

/* It answers 101, wrongly: the cases about that say so, the others have nothing to stand on. */
START_TEST(wrong_handshake_is_judged)
{
    struct peer peer = peer_start("wrong-accept");
    ASSERT_WRINGER(1, "test", "--out", "r", PATIENCE, peer.ws, "opening_response/accept-of-random-keys",
                   "closing/empty", "ping_pong/ping-empty");
    ASSERT_SAID("Sec-WebSocket-Accept does not fit the key (R6455-4.2.2-24); only the cases of the opening "
                "handshake are run");
    ASSERT_SAID("FAILED  opening_response/accept-of-random-keys/1@server~whole");
    ASSERT_SAID(": 20 results: 16 FAILED, 4 SKIP; ");
    ck_assert_uint_eq(count_in_file("r/results.jsonl", "does not open a connection as it should"), 4);
    peer_end(&peer);
}
END_TEST

/* ---- Targets that open ---- */

#define FEW_CASES \
    "closing/empty@server~whole", "ping_pong/ping-lengths/0@server~whole", "messages/text-64-bit-length"
enum { FEW_COUNT = 4 };

static const struct {
    const char *mode;
    int exit_code;
    const char *said[3];
} bad_hosts[] = {
    {"never-reads", 1, {"does not echo", "does not answer pings", "got nothing more for"}},
    {"silent-after-opening", 1, {"does not echo", "got nothing more for", "3 SKIP"}},
    {"huge-length", 1, {"does not echo", "got nothing more for", "3 SKIP"}},
    {"torn-frame", 1, {"does not echo", "got the end of TCP inside a frame", "3 SKIP"}},
    {"trickle-frames", 1, {"does not echo", "3 SKIP"}},
    {"endless-message", 1, {"does not echo", "3 SKIP"}},
    {"endless-fragments", 1, {"does not echo", "3 SKIP"}},
    {"ping-flood", 1, {"does not echo", "3 SKIP"}},
    {"message-flood", 1, {"does not echo", "3 SKIP"}},
    {"garbage-frames", 1, {"seen along the way: RSV1 must be 0 unless", "3 SKIP"}},
    {"close-bomb", 1, {"an endpoint sends one Close frame, never a second", "3 SKIP"}},
    {"half-close", 1, {"got the end of TCP", "3 SKIP"}},
    {"reset-after-sent:1000", 1, {"a reset of TCP", "3 SKIP"}},
    {"reset-after-received:400", 1, {"3 SKIP"}},
    {"markup", 0, {"1 OK, 3 SKIP"}},
};

START_TEST(bad_host_gets_verdicts)
{
    struct peer peer = peer_start(bad_hosts[_i].mode);
    ASSERT_WRINGER(bad_hosts[_i].exit_code, "test", "--out", "r", PATIENCE, peer.ws, FEW_CASES);
    for (size_t i = 0; i < 3 && bad_hosts[_i].said[i] != NULL; i++)
        ASSERT_SAID(bad_hosts[_i].said[i]);
    ASSERT_SAID(": 4 results: ");
    ck_assert_uint_eq(count_in_file("r/results.jsonl", "\"type\":\"result\""), FEW_COUNT);
    ck_assert_uint_eq(count_in_file("r/index.html", "</html>"), 1);
    peer_end(&peer);
}
END_TEST

/* It opens and then reacts to nothing: found out after a few dozen silences, not after thousands. */
START_TEST(mute_is_given_up)
{
    struct peer peer = peer_start("silent-after-opening");
    ASSERT_WRINGER(1, "test", "--out", "r", "--patience", "100", peer.ws, "!limits");
    ASSERT_SAID("the target reacts to nothing any more");
    ck_assert_uint_lt(count_in_file("r/results.jsonl", "got nothing more for"), 200);
    peer_end(&peer);
}
END_TEST

/* It sends a script wherever it can: nowhere on the page does it become one. */
START_TEST(markup_stays_text)
{
    struct peer peer = peer_start("markup");
    ASSERT_WRINGER(0, "test", "--out", "r", PATIENCE, "-v", peer.ws, "ping_pong/ping-lengths/0",
                   "closing/empty");
    ASSERT_SAID("<script>alert("); /* to a terminal it is text like any other */
    ck_assert_uint_gt(count_in_file("r/results.jsonl", "<script>alert("), 0);
    ck_assert_uint_gt(count_in_file("r/index.html", "&lt;script&gt;alert("), 0);
    ck_assert_uint_eq(count_in_file("r/index.html", "<script>alert("), 0);
    ck_assert_uint_eq(count_in_file("r/index.html", "<img src=x"), 0);
    peer_end(&peer);
}
END_TEST

/* Resets after each number of octets from 1 on, through head and frames: 32 URLs are 32 connections at least.
 */
START_TEST(reset_at_every_point)
{
    static const char *const kinds[] = {"reset-each-sent", "reset-each-received"};
    const unsigned begin = (unsigned)_i / 2 * 32;
    const unsigned at_once =
        begin < 160 ? 32 : 4; /* then the handshake is done, and there is silence to wait for */
    char mode[64];
    snprintf(mode, sizeof mode, "%s:%u", kinds[_i % 2], begin);
    struct peer peer = peer_start(mode);
    const char *words[PROGRAM_WORDS_MAX] = {"test",       "--out", "r",
                                            "--patience", "50",    "closing/empty@server~whole"};
    for (unsigned i = 0; i < at_once; i++)
        words[6 + i] = peer.ws;
    struct program wringer = program_start("wringer", words, NULL, -1);
    int exit_code = program_wait(&wringer);
    ck_assert_msg(exit_code == 1 || exit_code == 3, "%d: %s", exit_code, output);
    ck_assert_uint_eq(count_in_file("r/results.jsonl", "\"type\":\"target\""), at_once);
    ck_assert_uint_ge(count_text(output, peer.ws), at_once);
    ASSERT_SAID("report: r/index.html");
    peer_end(&peer);
}
END_TEST

/* It stops answering in mid-run: what it answered before stays so, and the end comes soon. */
START_TEST(deaf_in_mid_run)
{
    struct peer peer = peer_start("deaf-after:100");
    ASSERT_WRINGER(1, "test", "--out", "r", PATIENCE, peer.ws, "ping_pong/ping-lengths");
    ck_assert_uint_eq(count_in_file("r/results.jsonl", "\"type\":\"result\""), 252);
    ck_assert_uint_gt(count_in_file("r/results.jsonl", "\"verdict\":\"OK\""), 50);
    ck_assert_uint_gt(count_in_file("r/results.jsonl", "\"reason\":\"the target is gone\""), 50);
    ASSERT_SAID("does not come back: no complete response to the opening handshake");
    ASSERT_SAID("cannot be restarted (see --exec)");
    ASSERT_SAID("252 results: ");
    peer_end(&peer);
}
END_TEST

/* ---- TLS ---- */

/* `wringer echo` with a certificate for `names`; what `wringer test` says to it, with --cafile or without. */
static int test_tls(const char *names, long from, long to, bool trusted, const char *url)
{
    struct certificate made = certificate_new(names, from, to);
    char command[PATH_MAX + 512];
    snprintf(command, sizeof command, "%s --cert %s --key %s",
             exec_of("wringer echo --listen 127.0.0.1:{port}"), made.certificate, made.key);
    int exit_code = WRINGER("test", "--out", "r", "--cafile", trusted ? made.certificate : "other.pem",
                            "--exec", command, url, "ping_pong/ping-empty");
    certificate_remove(&made);
    return exit_code;
}

START_TEST(tls_is_verified)
{
    const long day = 24 * 60 * 60;
    struct certificate other = certificate_new("DNS:other", 0, day);
    ck_assert_int_eq(rename(other.certificate, "other.pem"), 0);
    certificate_remove(&other);

    ck_assert_int_eq(test_tls("IP:127.0.0.1", -day, day, true, "wss://127.0.0.1:{port}"), 0);
    ASSERT_SAID(": 2 results: 2 OK; 0 unexpected");
    ck_assert_int_eq(test_tls("IP:127.0.0.1", -day, day, false, "wss://127.0.0.1:{port}"), 3);
    ASSERT_SAID("the certificate is not accepted: self-signed certificate (--cafile FILE");
    ck_assert_int_eq(test_tls("DNS:example.com", -day, day, true, "wss://127.0.0.1:{port}"), 3);
    ASSERT_SAID("IP address mismatch");
    ck_assert_int_eq(test_tls("IP:127.0.0.1", -2 * day, -day, true, "wss://127.0.0.1:{port}"), 3);
    ASSERT_SAID("certificate has expired");
    /* A target that speaks TLS where none is expected. */
    ck_assert_int_eq(test_tls("IP:127.0.0.1", -day, day, true, "ws://127.0.0.1:{port}"), 3);
    ASSERT_SAID("wss://");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hostile");
    TCase *tests = tcase_create("hostile");
    tcase_set_timeout(tests, 2 * PROGRAM_SECONDS);
    tcase_add_checked_fixture(tests, enter_directory, leave_directory);
    tcase_add_loop_test(tests, closed_door_is_unreachable, 0, sizeof closed_doors / sizeof closed_doors[0]);
    tcase_add_test(tests, nobody_there);
    tcase_add_test(tests, wrong_handshake_is_judged);
    tcase_add_loop_test(tests, bad_host_gets_verdicts, 0, sizeof bad_hosts / sizeof bad_hosts[0]);
    tcase_add_test(tests, mute_is_given_up);
    tcase_add_test(tests, markup_stays_text);
    tcase_add_loop_test(tests, reset_at_every_point, 0, 2 * 6);
    tcase_add_test(tests, deaf_in_mid_run);
    tcase_add_test(tests, tls_is_verified);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
