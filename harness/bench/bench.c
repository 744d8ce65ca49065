/* SPDX-License-Identifier: MIT */
/* bench.c: what `make bench` prints: processor time of every case in memory, the codec beside memcpy, and a
 * run over loopback with harness and target apart. Figures, not tests: nothing here fails because it is slow.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness/memory_driver.h"
#include "harness/plan.h"

enum { CODEC_SIZE = 1 << 20, CODEC_ROUNDS = 400, CONNECT_TRIES = 500, PORT_TEXT = 16, VOLUME_ROUNDS = 3 };

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double wall_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Cases in memory that belong together. */
struct memory_figure {
    const char *what;
    size_t count, not_failed;
    double seconds;
};

static void print_figure(const struct memory_figure *figure)
{
    printf("  %-44s %5zu instances, %5zu not failed: %6.3f s, %4.0f us each\n", figure->what, figure->count,
           figure->not_failed, figure->seconds,
           figure->seconds * 1e6 / (double)(figure->count == 0 ? 1 : figure->count));
}

static void bench_memory(void)
{
    struct memory_figure core = {.what = "all but those below, surveys and 16 MiB included"},
                         deflate = {.what = "those that need permessage-deflate"},
                         resources = {.what = "those that bound the target's memory"};
    struct plan plan;
    struct text_buffer errors = {.cap = 1 << 20};
    if (!plan_load(&plan, NULL, WS_SERVER, &errors)) {
        printf("%s", errors.text == NULL ? "out of memory\n" : errors.text);
    } else {
        struct run_settings settings = memory_settings();
        struct ws_endpoint_config config = {.role = WS_SERVER,
                                            .message_limit = 64 << 20,
                                            .deflate = {.enabled = true},
                                            .close_timeout = 2000};
        for (size_t i = 0; i < plan.instance_count; i++) {
            const struct case_definition *definition = plan.instances[i].definition;
            if (definition->needs & ~settings.can)
                continue;
            struct memory_figure *figure = definition->memory > 0                ? &resources
                                           : (definition->needs & NEEDS_DEFLATE) ? &deflate
                                                                                 : &core;
            settings.rounds_max = plan_has_tag(definition, PLAN_TAG_VOLUME) ? VOLUME_ROUNDS : 0;
            double began = processor_seconds();
            struct run *run =
                memory_run(&plan.instances[i], plan_level(&plan, definition), &settings, &config);
            figure->seconds += processor_seconds() - began;
            figure->not_failed += run != NULL && run_verdict(run)->verdict != VERDICT_FAILED;
            figure->count++;
            run_free(run);
        }
        printf("in memory, processor time:\n");
        print_figure(&core);
        print_figure(&deflate);
        print_figure(&resources);
    }
    plan_free(&plan);
    text_free(&errors);
}

static void print_rate(const char *what, double took, double copy)
{
    double gib = (double)CODEC_SIZE * CODEC_ROUNDS / took / (1 << 30);
    printf("  %-32s %6.2f GiB/s  %5.2f of memcpy\n", what, gib, copy / took);
}

static void bench_codec(void)
{
    static uint8_t from[CODEC_SIZE], to[CODEC_SIZE];
    static const uint8_t key[4] = {0x37, 0xfa, 0x21, 0x3d};
    memset(from, 'a', sizeof from);
    printf("codec, 1 MiB blocks:\n");
    double began = processor_seconds();
    for (int i = 0; i < CODEC_ROUNDS; i++) {
        memcpy(to, from, sizeof to);
        __asm__ volatile("" : : "r"(to) : "memory");
    }
    double copy = processor_seconds() - began;
    print_rate("memcpy", copy, copy);
    began = processor_seconds();
    for (int i = 0; i < CODEC_ROUNDS; i++)
        ws_mask(to, from, sizeof to, key, (uint64_t)i);
    print_rate("ws_mask", processor_seconds() - began, copy);
    began = processor_seconds();
    bool valid = true;
    for (int i = 0; i < CODEC_ROUNDS; i++) {
        struct ws_utf8 utf8 = {0};
        valid = ws_utf8_take(&utf8, from, sizeof from, NULL) && valid;
    }
    print_rate(valid ? "ws_utf8_take, ASCII" : "ws_utf8_take is broken", processor_seconds() - began, copy);
    for (size_t i = 0; i + 2 <= sizeof from; i += 2) {
        from[i] = 0xc3;
        from[i + 1] = 0xb6;
    }
    began = processor_seconds();
    for (int i = 0; i < CODEC_ROUNDS; i++) {
        struct ws_utf8 utf8 = {0};
        valid = ws_utf8_take(&utf8, from, sizeof from, NULL) && valid;
    }
    print_rate(valid ? "ws_utf8_take, two-octet letters" : "ws_utf8_take is broken",
               processor_seconds() - began, copy);
}

static pid_t start(char *const argv[])
{
    pid_t pid = fork();
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL)
            _exit(127);
        execv(argv[0], argv);
        _exit(127);
    }
    return pid;
}

static int free_port(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int port = 0;
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &size) == 0)
        port = ntohs(address.sin_port);
    close(fd);
    return port;
}

static bool accepts(int port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < CONNECT_TRIES; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        bool done = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
        close(fd);
        if (done)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
    }
    return false;
}

static double processor_of(const struct rusage *usage)
{
    return (double)usage->ru_utime.tv_sec + (double)usage->ru_stime.tv_sec +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

/* Starts `server`, runs `client` against it, and prints what each of them took. Both are whole command lines;
 * one of them is the harness. */
static void bench_pair(const char *what, char *const server[], int port, char *const client[],
                       bool harness_listens)
{
    pid_t listening = start(server);
    struct rusage of_client = {0}, of_server = {0};
    int status = 0;
    bool listens = accepts(port);
    double began = wall_seconds();
    if (listens)
        wait4(start(client), &status, 0, &of_client);
    double wall = wall_seconds() - began;
    kill(listening, SIGTERM);
    wait4(listening, NULL, 0, &of_server);
    const struct rusage *harness = harness_listens ? &of_server : &of_client;
    const struct rusage *target = harness_listens ? &of_client : &of_server;
    if (listens)
        printf("over loopback, %s: exit %d, wall %.2f s; processor: harness %.2f s, target %.2f s, ratio "
               "%.2f; peak memory: harness %.1f MiB, target %.1f MiB\n",
               what, WIFEXITED(status) ? WEXITSTATUS(status) : -1, wall, processor_of(harness),
               processor_of(target), processor_of(harness) / processor_of(target),
               (double)harness->ru_maxrss / 1024, (double)target->ru_maxrss / 1024);
    else
        printf("%s does not listen\n", server[0]);
    fflush(stdout);
}

static void bench_own_echo(char *wringer, const char *what, char *out, char *selector)
{
    int port = free_port();
    char listen[64], url[64];
    snprintf(listen, sizeof listen, "127.0.0.1:%d", port);
    snprintf(url, sizeof url, "ws://127.0.0.1:%d/", port);
    char *echo[] = {wringer, "echo", "--listen", listen, NULL};
    char *test[] = {wringer, "test", "-o", out, url, selector, NULL};
    bench_pair(what, echo, port, test, false);
}

/* Autobahn's groups 12 and 13: 216 cases of a thousand compressed messages each. `serve` takes a port. */
static void bench_compression(char *wringer, char *serve, char *out)
{
    int port = free_port();
    char number[PORT_TEXT], url[64];
    snprintf(number, sizeof number, "%d", port);
    snprintf(url, sizeof url, "ws://127.0.0.1:%d/", port);
    char *echo[] = {serve, number, NULL};
    char *test[] = {wringer, "test", "--survey", "-o", out, url, "12.*", "13.*", NULL};
    bench_pair("groups 12 and 13 against npm ws (some minutes)", echo, port, test, false);
}

/* A spec of Autobahn's 301 uncompressed cases, for a server at `url`, or as the server there. */
static bool write_spec(const char *path, const char *out, const char *url, bool harness_listens)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    if (harness_listens)
        fprintf(file, "{\"url\": \"%s\", ", url);
    else
        fprintf(file, "{\"servers\": [{\"agent\": \"ws\", \"url\": \"%s\"}], ", url);
    fprintf(file,
            "\"outdir\": \"%s/autobahn\", \"cases\": [\"*\"], \"exclude-cases\": [\"12.*\", \"13.*\"]}\n",
            out);
    return fclose(file) == 0;
}

/* The set that Autobahn|Testsuite takes 20 s for, with npm's ws as server and as client, in the drop-in's own
 * modes. `serve` takes a port, `connect` a URL. */
static void bench_autobahn(char *wringer, char *serve, char *connect, char *out)
{
    int port = free_port();
    char number[PORT_TEXT], url[64], spec[4096];
    snprintf(number, sizeof number, "%d", port);
    snprintf(url, sizeof url, "ws://127.0.0.1:%d", port);
    snprintf(spec, sizeof spec, "%s/autobahn.json", out);
    char *echo[] = {serve, number, NULL}, *client[] = {connect, url, NULL};
    char *fuzzing_client[] = {wringer, "wstest", "-m", "fuzzingclient", "-s", spec, NULL};
    char *fuzzing_server[] = {wringer, "wstest", "-m", "fuzzingserver", "-u", "0", "-s", spec, NULL};
    if (write_spec(spec, out, url, false))
        bench_pair("Autobahn's 301 uncompressed cases, npm ws the server", echo, port, fuzzing_client, false);
    if (write_spec(spec, out, url, true))
        bench_pair("Autobahn's 301 uncompressed cases, npm ws the client", fuzzing_server, port, client,
                   true);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: bench WRINGER REPORT-DIRECTORY SERVE CONNECT\n");
        return 2;
    }
    bench_memory();
    bench_codec();
    fflush(stdout);
    bench_own_echo(argv[1], "all cases", argv[2], "*");
    bench_own_echo(argv[1], "without limits.case", argv[2], "!limits");
    bench_own_echo(argv[1], "only the 16 MiB messages", argv[2], "*/16777216*");
    bench_autobahn(argv[1], argv[3], argv[4], argv[2]);
    bench_compression(argv[1], argv[3], argv[2]);
    return 0;
}
