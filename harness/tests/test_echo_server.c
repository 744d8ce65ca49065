/* SPDX-License-Identifier: MIT */
/* test_echo_server.c: the echo server against raw octets of good, bad and greedy clients, and `wringer echo`
 * as a process: its options, its first line and its end. */
#include "harness/tests/loopback.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "harness/command.h"
#include "harness/echo_server.h"
#include "harness/tests/certificate.h"

/* The request of RFC 6455 1.2. */
static const char request[] = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                              "Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n";

static struct echo_server *server;

/* A client without any protocol: what came, at most 64 KiB of it kept. */
struct raw {
    int fd;
    uint8_t octets[65536];
    size_t size; /* all that came */
    bool eof, reset;
};

static void begin_server(bool ipv6, struct echo_server_config config)
{
    char error[TRANSPORT_TEXT_MAX] = "";
    config.addresses = (struct transport_addresses){.count = 1, .at = {loopback_address(ipv6, 0)}};
    server = echo_server_open(&loop, &config, error);
    ck_assert_msg(server != NULL, "%s", error);
}

static void setup(void)
{
    server = NULL;
    loop_begin();
}

static void teardown(void)
{
    if (server != NULL)
        echo_server_close(server);
    loop_end();
}

static struct raw *connect_raw(void)
{
    struct raw *raw = calloc(1, sizeof *raw);
    ck_assert_ptr_nonnull(raw);
    raw->fd = raw_connect(&echo_server_addresses(server)->at[0]);
    fcntl(raw->fd, F_SETFL, O_NONBLOCK);
    return raw;
}

static void close_raw(struct raw *raw)
{
    close(raw->fd);
    free(raw);
}

/* Takes what is there. */
static void read_raw(struct raw *raw)
{
    static uint8_t more[65536];
    ssize_t size;
    while (!raw->eof && !raw->reset && (size = recv(raw->fd, more, sizeof more, 0)) != -1) {
        raw->eof = size == 0;
        for (ssize_t i = 0; i < size; i++, raw->size++)
            if (raw->size < sizeof raw->octets)
                raw->octets[raw->size] = more[i];
    }
    raw->reset = raw->reset || (!raw->eof && errno == ECONNRESET);
}

/* Sends all of a little, which the kernel takes at once. */
static void send_raw(struct raw *raw, const void *octets, size_t size)
{
    ck_assert_int_eq(send(raw->fd, octets, size, MSG_NOSIGNAL), (ssize_t)size);
}

#define RUN_UNTIL_RAW(raw, condition) RUN_UNTIL((read_raw(raw), condition))

static bool head_came(const struct raw *raw)
{
    return memmem(raw->octets, raw->size < sizeof raw->octets ? raw->size : sizeof raw->octets, "\r\n\r\n",
                  4) != NULL;
}

/* Connects, opens, and forgets the response. */
static struct raw *open_raw(void)
{
    struct raw *raw = connect_raw();
    send_raw(raw, request, strlen(request));
    RUN_UNTIL_RAW(raw, head_came(raw) || raw->eof);
    ck_assert_mem_eq(raw->octets, "HTTP/1.1 101 ", 13);
    ck_assert_ptr_nonnull(
        strstr((char *)raw->octets, "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    memset(raw->octets, 0, raw->size);
    raw->size = 0;
    return raw;
}

/* ---- Good clients ---- */

START_TEST(echoes_and_closes)
{
    static const char *const subprotocols[] = {"superchat", NULL};
    begin_server(_i == 1, (struct echo_server_config){.subprotocols = subprotocols});
    struct raw *raw = connect_raw();
    for (size_t i = 0; i < strlen(request); i++) { /* in any pieces */
        send_raw(raw, request + i, 1);
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    RUN_UNTIL_RAW(raw, head_came(raw));
    ck_assert_ptr_nonnull(strstr((char *)raw->octets, "\r\nSec-WebSocket-Protocol: superchat\r\n"));
    raw->size = 0;

    /* Ping, text "Hello" in two fragments around it, all masked with 0; RFC 6455 5.7 */
    static const uint8_t frames[] = {0x01, 0x83, 0, 0,   0,    0,    'H', 'e', 'l', 0x89, 0x81, 0,
                                     0,    0,    0, '?', 0x80, 0x82, 0,   0,   0,   0,    'l',  'o'};
    static const uint8_t answers[] = {0x8A, 1, '?', 0x81, 5, 'H', 'e', 'l', 'l', 'o'};
    send_raw(raw, frames, sizeof frames);
    RUN_UNTIL_RAW(raw, raw->size >= sizeof answers);
    ck_assert_uint_eq(raw->size, sizeof answers);
    ck_assert_mem_eq(raw->octets, answers, sizeof answers);
    raw->size = 0;

    send_raw(raw, "\x88\x82\0\0\0\0\x03\xe8", 8);
    RUN_UNTIL_RAW(raw, raw->eof); /* the server closes first (RFC 6455 7.1.1) */
    ck_assert_uint_eq(raw->size, 4);
    ck_assert_mem_eq(raw->octets, "\x88\x02\x03\xe8", 4);
    close_raw(raw);
}
END_TEST

START_TEST(echoes_over_tls)
{
    char error[TRANSPORT_TLS_TEXT_MAX] = "";
    struct certificate certificate = certificate_new("IP:127.0.0.1", -60, 60);
    struct transport_tls *server_tls = transport_tls_server(certificate.certificate, certificate.key, error);
    struct transport_tls *client_tls =
        transport_tls_client(&(struct transport_tls_config){.cafile = certificate.certificate}, error);
    struct side client = {0};
    begin_server(false, (struct echo_server_config){.tls = server_tls});
    client.transport =
        transport_connect(&loop, (const struct sockaddr *)&echo_server_addresses(server)->at[0], client_tls,
                          "127.0.0.1", &side_events, &client);
    RUN_UNTIL(client.opened);
    transport_write(client.transport, (const uint8_t *)request, strlen(request));
    RUN_UNTIL(memmem(client.octets, client.received, "\r\n\r\n", 4) != NULL);
    size_t head = client.received;
    transport_write(client.transport, (const uint8_t *)"\x82\x82\0\0\0\0hi\x88\x80\0\0\0\0", 14);
    RUN_UNTIL(client.ended);
    ck_assert_uint_eq(client.received, head + 6);
    ck_assert_mem_eq(client.octets + head, "\x82\x02hi\x88\0", 6);
    ck_assert_str_eq(client.first_text, "close_notify");
    transport_close(client.transport);
    RUN_UNTIL(client.closed);
    echo_server_close(server);
    server = NULL;
    uv_run(&loop, UV_RUN_NOWAIT);
    uv_run(&loop, UV_RUN_NOWAIT);
    transport_tls_free(server_tls);
    transport_tls_free(client_tls);
    certificate_remove(&certificate);
}
END_TEST

/* ---- Bad clients ---- */

#define OCTETS(literal) literal, sizeof literal - 1

static const struct {
    bool opened; /* send it after the opening handshake */
    const char *octets;
    size_t size;
    const char *answer; /* what it begins with; then the server ends TCP */
    size_t answer_size;
} bad[] = {
    {false, OCTETS("garbage\r\n\r\n"), OCTETS("HTTP/1.1 400 ")},
    {false, OCTETS("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), OCTETS("HTTP/1.1 400 ")},
    {false, OCTETS("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), OCTETS("HTTP/1.1 426 ")},
    {false, OCTETS("POST / HTTP/1.1\r\nHost: h\r\n\r\n"), OCTETS("HTTP/1.1 405 ")},
    {true, OCTETS("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"), OCTETS("\x88\x2c\x03\xf1")}, /* 1009 */
    {true, OCTETS("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"), OCTETS("\x88\x3a\x03\xea")}, /* 1002 */
    {true, OCTETS("\x82\xfe\x03\xe9\0\0\0\0"), OCTETS("\x88\x2c\x03\xf1")}, /* 1001 octets, 1000 allowed */
    {true, OCTETS("\x81\x01x"), OCTETS("\x88\x2a\x03\xea")},                /* unmasked */
    {true, OCTETS("GET / HTTP/1.1\r\n"), OCTETS("\x88")},
};

START_TEST(refuses_bad_clients)
{
    begin_server(false, (struct echo_server_config){.message_limit = 1000});
    struct raw *raw = bad[_i].opened ? open_raw() : connect_raw();
    send_raw(raw, bad[_i].octets, bad[_i].size);
    RUN_UNTIL_RAW(raw, raw->eof || raw->reset);
    ck_assert_uint_ge(raw->size, bad[_i].answer_size);
    if (bad[_i].opened) { /* a Close frame with its code, whatever the words of its reason */
        ck_assert_uint_eq(raw->octets[0], 0x88);
        if (bad[_i].answer_size == 4)
            ck_assert_mem_eq(raw->octets + 2, bad[_i].answer + 2, 2);
    } else {
        ck_assert_mem_eq(raw->octets, bad[_i].answer, bad[_i].answer_size);
    }
    close_raw(raw);
    close_raw(open_raw()); /* still serves */
}
END_TEST

START_TEST(ends_an_endless_head)
{
    begin_server(false, (struct echo_server_config){0});
    struct raw *raw = connect_raw();
    static char much[4096];
    memset(much, 'a', sizeof much);
    size_t sent = 0;
    while (!raw->eof && !raw->reset) {
        ck_assert(!watchdog_barked);
        ssize_t size = send(raw->fd, much, sizeof much, MSG_NOSIGNAL);
        sent += size > 0 ? (size_t)size : 0;
        ck_assert_uint_lt(sent, 64 << 20);
        uv_run(&loop, UV_RUN_NOWAIT);
        read_raw(raw);
    }
    close_raw(raw);
    close_raw(open_raw());
}
END_TEST

START_TEST(outlives_clients_that_go_away)
{
    begin_server(false, (struct echo_server_config){0});
    for (size_t cut = 0; cut <= strlen(request); cut += 7) {
        for (int how = 0; how < 3; how++) {
            struct raw *raw = connect_raw();
            send_raw(raw, request, cut);
            uv_run(&loop, UV_RUN_NOWAIT);
            if (how == 0)
                raw_reset(raw->fd);
            else if (how == 1)
                close(raw->fd);
            else
                shutdown(raw->fd, SHUT_WR); /* and waits for the server's end */
            if (how == 2) {
                RUN_UNTIL_RAW(raw, raw->eof || raw->reset);
                close(raw->fd);
            }
            free(raw);
        }
    }
    struct raw *raw = open_raw();
    send_raw(raw, "\x82\xff\0\0\0\0\x01\0\0\0\0\0\0\0half of a message", 31);
    uv_run(&loop, UV_RUN_NOWAIT);
    raw_reset(raw->fd);
    free(raw);
    close_raw(open_raw());
}
END_TEST

/* ---- Greedy clients ---- */

/* 64 MiB of messages to a server whose answers nobody reads: it has to stop reading. Then all of them come
 * back. */
START_TEST(stops_reading_from_a_peer_that_does_not_read)
{
    enum { PAYLOAD = 1 << 20, MESSAGES = 64, IDLE_TURNS = 300 };
    static uint8_t message[14 + PAYLOAD] = {0x82, 0xff, 0, 0, 0, 0, 0, PAYLOAD >> 16};
    const size_t total = MESSAGES * sizeof message, answers = MESSAGES * (10 + (size_t)PAYLOAD);
    begin_server(false, (struct echo_server_config){0});
    struct raw *raw = open_raw();
    size_t sent = 0;
    for (int idle = 0; idle < IDLE_TURNS && sent < total; idle++) {
        ssize_t size = send(raw->fd, message + sent % sizeof message, sizeof message - sent % sizeof message,
                            MSG_NOSIGNAL);
        if (size > 0) {
            sent += (size_t)size;
            idle = 0;
        }
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    ck_assert_uint_lt(sent, total / 2);
    while (raw->size < answers) {
        ck_assert(!watchdog_barked && !raw->eof && !raw->reset);
        if (sent < total) {
            ssize_t size = send(raw->fd, message + sent % sizeof message,
                                sizeof message - sent % sizeof message, MSG_NOSIGNAL);
            sent += size > 0 ? (size_t)size : 0;
        }
        uv_run(&loop, UV_RUN_NOWAIT);
        read_raw(raw);
    }
    ck_assert_uint_eq(raw->size, answers);
    close_raw(raw);
}
END_TEST

START_TEST(serves_many_at_once)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    size_t count = limit.rlim_cur > 4096 ? 2000 : 400;
    begin_server(false, (struct echo_server_config){0});
    int *fds = calloc(count, sizeof *fds);
    ck_assert_ptr_nonnull(fds);
    for (size_t i = 0; i < count; i++) {
        fds[i] = raw_connect(&echo_server_addresses(server)->at[0]);
        ck_assert_int_gt(send(fds[i], request, strlen(request), 0), 0);
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    for (size_t i = 0; i < count; i++) {
        char head[4096];
        ssize_t size = 0;
        RUN_UNTIL((size = recv(fds[i], head, sizeof head, MSG_DONTWAIT)) > 0);
        ck_assert_mem_eq(head, "HTTP/1.1 101 ", 13);
        ck_assert_int_eq(send(fds[i], "\x82\x81\0\0\0\0!", 7, 0), 7);
    }
    for (size_t i = 0; i < count; i++) {
        char frame[4];
        RUN_UNTIL(recv(fds[i], frame, sizeof frame, MSG_DONTWAIT) == 3);
        ck_assert_mem_eq(frame, "\x82\x01!", 3);
        if (i % 2 == 0)
            close(fds[i]);
    }
    echo_server_close(server); /* with half of them open */
    server = NULL;
    for (size_t i = 1; i < count; i += 2) {
        char octet;
        ssize_t size = -1;
        RUN_UNTIL((size = recv(fds[i], &octet, 1, MSG_DONTWAIT)) >= 0);
        ck_assert_int_eq(size, 0);
        close(fds[i]);
    }
    free(fds);
}
END_TEST

START_TEST(goes_on_without_descriptors)
{
    enum { CLIENTS = 40, SPARE = 8 };
    begin_server(false, (struct echo_server_config){0});
    int fds[CLIENTS], answered = 0, ended = 0;
    for (int i = 0; i < CLIENTS; i++)
        fds[i] = socket(AF_INET, SOCK_STREAM, 0);
    struct rlimit before, limit;
    getrlimit(RLIMIT_NOFILE, &before);
    limit = before;
    limit.rlim_cur = (rlim_t)fds[CLIENTS - 1] + SPARE;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int i = 0; i < CLIENTS; i++) {
        const struct sockaddr_storage *address = &echo_server_addresses(server)->at[0];
        ck_assert_int_eq(connect(fds[i], (const struct sockaddr *)address, address_size(address)), 0);
        (void)send(fds[i], request, strlen(request), MSG_NOSIGNAL);
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    for (int i = 0; i < CLIENTS; i++) {
        char octet;
        ssize_t size = -1;
        RUN_UNTIL((size = recv(fds[i], &octet, 1, MSG_DONTWAIT)) >= 0 || errno == ECONNRESET);
        answered += size == 1;
        ended += size != 1;
        close(fds[i]);
    }
    ck_assert_int_ge(answered, 1);
    ck_assert_int_ge(ended, CLIENTS - SPARE);
    for (int turn = 0; turn < 10; turn++)
        uv_run(&loop, UV_RUN_NOWAIT);
    close_raw(open_raw()); /* there is room again, and it is used */
    setrlimit(RLIMIT_NOFILE, &before);
}
END_TEST

/* ---- wringer echo as a process ---- */

/* Runs command_echo in a child whose output and errors go to the pipe that is returned. */
static pid_t spawn_command(char *const *arguments, int *output)
{
    int ends[2], argc = 0;
    ck_assert_int_eq(pipe(ends), 0);
    while (arguments[argc] != NULL)
        argc++;
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        char *argv[16] = {0};
        memcpy(argv, arguments, (size_t)argc * sizeof *argv);
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        uv_close((uv_handle_t *)&watchdog, NULL);
        uv_run(&loop, UV_RUN_DEFAULT);
        uv_loop_close(&loop);
        exit(command_echo(argc, argv)); /* and then the leak checker looks */
    }
    close(ends[1]);
    *output = ends[0];
    return pid;
}

START_TEST(runs_until_a_signal)
{
    int output, status;
    char line[200] = "";
    char *option = _i == 0 ? NULL : "--no-deflate";
    pid_t pid = spawn_command(
        (char *[]){"echo", "--listen", "127.0.0.1:0", "--subprotocol", "chat", option, NULL}, &output);
    for (size_t i = 0; i < sizeof line - 1 && strchr(line, '\n') == NULL; i++)
        ck_assert_int_eq(read(output, line + i, 1), 1);
    unsigned port = 0;
    ck_assert_int_eq(sscanf(line, "listening on ws://127.0.0.1:%u/\n", &port), 1);
    struct sockaddr_storage address = loopback_address(false, port);
    int fd = raw_connect(&address);
    char offering[600];
    (void)snprintf(offering, sizeof offering, "%.*s\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
                   (int)strlen(request) - 4, request);
    ck_assert_int_gt(send(fd, offering, strlen(offering), 0), 0);
    char head[1000] = "";
    ck_assert_int_gt(recv(fd, head, sizeof head - 1, 0), 0);
    ck_assert_ptr_nonnull(strstr(head, "\r\nSec-WebSocket-Protocol: chat\r\n"));
    bool accepted = strstr(head, "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n") != NULL;
    ck_assert_int_eq(accepted, option == NULL);
    kill(pid, _i == 0 ? SIGTERM : SIGINT);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    close(fd);
    close(output);
}
END_TEST

static const struct {
    char *arguments[8];
    int code;
    const char *text;
} command_lines[] = {
    {{"echo", "--help"}, 0, "usage: wringer echo"},
    {{"echo", "--bogus"}, 2, "there is no option --bogus"},
    {{"echo", "-x"}, 2, "there is no option -x"},
    {{"echo", "-xy"}, 2, "there is no option -x"},
    {{"echo", "--listen"}, 2, "--listen needs a value"},
    {{"echo", "surplus"}, 2, "nothing is known to do with surplus"},
    {{"echo", "--listen", "9001"}, 2, "9001: character 5: a port must follow"},
    {{"echo", "--listen", "127.0.0.1:65536"}, 2, "the port must be 0..65535"},
    {{"echo", "--listen", "192.0.2.1:0"}, 2, "cannot listen on 192.0.2.1:0: address not available"},
    {{"echo", "--message-limit", "0"}, 2, "--message-limit 0: this must be a number of octets"},
    {{"echo", "--message-limit", "-1"}, 2, "--message-limit -1: this must be a number of octets"},
    {{"echo", "--message-limit", "99999999999999999999"}, 2, "this must be a number of octets"},
    {{"echo", "--message-limit", ""}, 2, "this must be a number of octets"},
    {{"echo", "--subprotocol", "a b"}, 2, "a subprotocol is a token"},
    {{"echo", "--cert", "x"}, 2, "--cert and --key belong together"},
    {{"echo", "--cert", "/nonexistent", "--key", "/nonexistent"},
     2,
     "cannot read /nonexistent: No such file"},
};

START_TEST(explains_bad_options)
{
    int output, status;
    char text[4096] = "";
    size_t size = 0;
    pid_t pid = spawn_command(command_lines[_i].arguments, &output);
    for (ssize_t more; (more = read(output, text + size, sizeof text - 1 - size)) > 0;)
        size += (size_t)more;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == command_lines[_i].code, "status %x: %s",
                  (unsigned)status, text);
    ck_assert_msg(strstr(text, command_lines[_i].text) != NULL, "%s", text);
    close(output);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("echo_server");
    TCase *tests = tcase_create("echo_server");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, echoes_and_closes, 0, 2);
    tcase_add_test(tests, echoes_over_tls);
    tcase_add_loop_test(tests, refuses_bad_clients, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, ends_an_endless_head);
    tcase_add_test(tests, outlives_clients_that_go_away);
    tcase_add_test(tests, stops_reading_from_a_peer_that_does_not_read);
    tcase_add_test(tests, serves_many_at_once);
    tcase_add_test(tests, goes_on_without_descriptors);
    tcase_add_loop_test(tests, runs_until_a_signal, 0, 2);
    tcase_add_loop_test(tests, explains_bad_options, 0, sizeof command_lines / sizeof *command_lines);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
