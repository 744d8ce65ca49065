/* SPDX-License-Identifier: MIT */
/* test_probe.c: what `wringer test` takes a target for before it tests it. An echo that spoils what it sends
 * back is one, and fails; a server that answers with words of its own is none, and is not asked for one. */
#include "harness/tests/program.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "reference/ws.h"

enum { LIFETIME = 60, MESSAGE_MAX = 4096, SHORT = 16 };

#define FEW_CASES "messages/text-7-bit-length", "messages/binary-7-bit-length", "ping_pong/ping-empty"

/* ---- Servers of a few lines: each says what it makes of a whole message, in place ---- */

struct message {
    uint8_t opcode;
    uint8_t octets[MESSAGE_MAX + 64]; /* room for what an answer adds */
    size_t size;
    bool kept; /* there is an answer */
};

static void say(struct message *message, const char *text)
{
    message->opcode = WS_TEXT;
    message->size = strlen(text);
    memcpy(message->octets, text, message->size);
}

static void welcome(struct message *message)
{
    say(message, "welcome"); /* as long as "wringer" */
}

static void repeat(struct message *message)
{
    static const char words[] = "You said: ";
    memmove(message->octets + sizeof words - 1, message->octets, message->size);
    memcpy(message->octets, words, sizeof words - 1);
    message->size += sizeof words - 1;
    message->opcode = WS_TEXT;
}

static void garble(struct message *message)
{
    for (size_t i = 0; i < message->size; i++)
        if (message->octets[i] < 0x80) /* text stays text */
            message->octets[i] ^= 1;
}

static void garble_short(struct message *message)
{
    if (message->size < SHORT)
        garble(message);
}

static void spoil_binary(struct message *message)
{
    for (size_t i = 0; i < message->size && message->opcode == WS_BINARY; i++)
        message->octets[i] ^= 0xFF;
}

static void lose_short(struct message *message)
{
    message->kept = message->size >= SHORT;
}

static void lose_binary(struct message *message)
{
    message->kept = message->opcode == WS_TEXT;
}

static void put_mask_before(struct message *message)
{
    memmove(message->octets + 4, message->octets, message->size);
    memset(message->octets, '.', 4);
    message->size += 4;
}

/* ---- A server around them, in a process of its own ---- */

typedef void answering(struct message *message);

/* False when the connection is over. */
static bool put_output(int fd, struct ws_endpoint *endpoint)
{
    struct ws_octets said = ws_endpoint_output(endpoint);
    if (said.size > 0 && send(fd, said.at, said.size, MSG_NOSIGNAL) != (ssize_t)said.size)
        return false;
    ws_endpoint_output_taken(endpoint, said.size);
    return ws_endpoint_transport(endpoint) == WS_TRANSPORT_KEEP;
}

static void take(struct ws_endpoint *endpoint, answering *answer, struct message *message,
                 const uint8_t *octets, size_t size)
{
    struct ws_event event;
    do {
        size_t taken = ws_endpoint_receive(endpoint, 0, octets, size, &event);
        octets += taken;
        size -= taken;
        if (event.kind != WS_EVENT_DATA)
            continue;
        if (event.first)
            *message = (struct message){.opcode = event.opcode, .kept = true};
        if (event.octets.size > 0)
            memcpy(message->octets + message->size, event.octets.at, event.octets.size);
        message->size += event.octets.size;
        if (!event.last)
            continue;
        answer(message);
        if (message->kept)
            ws_endpoint_send(endpoint, message->opcode, true, message->octets, message->size);
    } while (event.kind != WS_EVENT_NONE);
}

static void serve(int fd, answering *answer)
{
    const struct ws_endpoint_config config = {.role = WS_SERVER, .message_limit = MESSAGE_MAX};
    struct ws_endpoint *endpoint = ws_endpoint_new(&config, 0);
    struct message message = {0};
    uint8_t octets[4096];
    ssize_t size = 0;
    do
        take(endpoint, answer, &message, octets, (size_t)size);
    while (put_output(fd, endpoint) && (size = recv(fd, octets, sizeof octets, 0)) > 0);
    shutdown(fd, SHUT_WR);
    while (recv(fd, octets, sizeof octets, 0) > 0)
        continue;
    ws_endpoint_free(endpoint);
    close(fd);
}

/* Serves one connection after the other, each in a process of its own, until it is ended. */
static struct peer answering_peer(answering *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(listening, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(listen(listening, 128), 0);
    ck_assert_int_eq(getsockname(listening, (struct sockaddr *)&address, &size), 0);
    struct peer peer = {.port = ntohs(address.sin_port)};
    snprintf(peer.ws, sizeof peer.ws, "ws://127.0.0.1:%u", peer.port);
    peer.pid = fork();
    ck_assert_int_ge(peer.pid, 0);
    if (peer.pid == 0) {
        signal(SIGCHLD, SIG_IGN); /* nobody waits for those that serve */
        alarm(LIFETIME);
        for (;;) {
            int fd = accept(listening, NULL, NULL);
            if (fd >= 0 && fork() == 0) {
                alarm(LIFETIME);
                serve(fd, answer);
                _exit(0);
            }
            close(fd);
        }
    }
    close(listening);
    return peer;
}

#define NO_ECHO    "does not echo (cases that need an echo are skipped), answers pings"
#define WRONG_ECHO "echoes, but not what it was sent (cases that need an echo are run), answers pings"

static const struct {
    answering *answer;
    int exit_code;
    const char *said, *results;
} servers[] = {
    {welcome, 0, NO_ECHO, "2 OK, 20 SKIP; 0 unexpected"},
    {repeat, 0, NO_ECHO, "2 OK, 20 SKIP; 0 unexpected"},
    {lose_binary, 0, NO_ECHO, "2 OK, 20 SKIP; 0 unexpected"},
    {garble, 1, WRONG_ECHO, " FAILED"},
    {garble_short, 1, WRONG_ECHO, " FAILED"},
    {spoil_binary, 1, WRONG_ECHO, " FAILED"},
    {lose_short, 1, WRONG_ECHO, " FAILED"},
    {put_mask_before, 1, WRONG_ECHO, " FAILED"},
};

START_TEST(own_words_are_no_echo)
{
    struct peer peer = answering_peer(servers[_i].answer);
    ASSERT_WRINGER(servers[_i].exit_code, "test", "--out", "r", "--patience", "300", peer.ws, FEW_CASES);
    ASSERT_SAID(servers[_i].said);
    ASSERT_SAID(servers[_i].results);
    ck_assert_uint_eq(count_in_file("r/results.jsonl", "\"verdict\":\"SKIP\"") == 0,
                      servers[_i].exit_code == 1);
    peer_end(&peer);
}
END_TEST

/* Faults of an echo: its cases must be run to find them. */
static const char *const faults[] = {
    "echoes-as-binary",   "echoes-as-text",        "drops-last-octet",
    "adds-octet",         "never-ends-message",    "adds-extension-data",
    "rounds-length-to-4", "sends-as-continuation", "sends-opcode-3",
};

START_TEST(a_faulty_echo_fails)
{
    char command[128];
    snprintf(command, sizeof command, "wringer echo --fault %s --listen 127.0.0.1:{port}", faults[_i]);
    ASSERT_WRINGER(1, "test", "--out", "r", "--patience", "300", "--exec", exec_of(command),
                   "ws://127.0.0.1:{port}/", FEW_CASES);
    ASSERT_SAID(WRONG_ECHO);
    ASSERT_SAID("FAILED  messages/");
    ck_assert_uint_eq(count_in_file("r/results.jsonl", "\"verdict\":\"SKIP\""), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("probe");
    TCase *tests = tcase_create("probe");
    tcase_set_timeout(tests, 2 * PROGRAM_SECONDS);
    tcase_add_checked_fixture(tests, enter_directory, leave_directory);
    tcase_add_loop_test(tests, own_words_are_no_echo, 0, sizeof servers / sizeof servers[0]);
    tcase_add_loop_test(tests, a_faulty_echo_fails, 0, sizeof faults / sizeof faults[0]);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
