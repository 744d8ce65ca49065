/* SPDX-License-Identifier: MIT */
/* program.h: what tests of whole programs share: a directory of their own, wringer and hostile_peer from the
 * build directory that the test stands in, run with a deadline, and what they said. */
#ifndef HARNESS_TESTS_PROGRAM_H
#define HARNESS_TESTS_PROGRAM_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PROGRAM_SECONDS = 60, /* no run of these tests may take longer */
    PROGRAM_OUTPUT_MAX = 1 << 20,
    PROGRAM_WORDS_MAX = 64,
#if defined(__SANITIZE_ADDRESS__)
    PROGRAM_PEAK_KIB = 256 * 1024, /* the sanitizer's own memory is most of it; what grows without end still
                                      shows */
#else
    PROGRAM_PEAK_KIB = 64 * 1024,
#endif
};

static char build_directory[PATH_MAX];
static char test_directory[] = "/tmp/wringer-test-XXXXXX";

/* What the last program that was waited for left. */
static char output[PROGRAM_OUTPUT_MAX]; /* stdout and stderr together */
static long peak_kib;

/* ---- The place ---- */

static inline int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
    (void)status;
    (void)kind;
    (void)ftw;
    return remove(path);
}

/* Fixture: the test runs in a new directory. */
static inline void enter_directory(void)
{
    ssize_t size = readlink("/proc/self/exe", build_directory, sizeof build_directory - 1);
    ck_assert_int_gt(size, 0);
    build_directory[size] = '\0';
    for (int up = 0; up < 3; up++) /* BUILD/harness/tests/test_x */
        *strrchr(build_directory, '/') = '\0';
    memcpy(test_directory + sizeof test_directory - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(test_directory));
    ck_assert_int_eq(chdir(test_directory), 0);
}

static inline void leave_directory(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(nftw(test_directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
    ck_assert_int_eq(fclose(file), 0);
}

/* The file's text, NUL-terminated, cut at the size of the buffer; "" if there is no such file. */
static inline void read_file(const char *name, char *text, size_t size)
{
    text[0] = '\0';
    FILE *file = fopen(name, "rb");
    if (file == NULL)
        return;
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static inline size_t count_text(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

/* How often `part` stands in a file of any size. */
static inline size_t count_in_file(const char *name, const char *part)
{
    struct stat status;
    if (stat(name, &status) != 0)
        return 0;
    char *text = malloc((size_t)status.st_size + 1);
    ck_assert_ptr_nonnull(text);
    read_file(name, text, (size_t)status.st_size + 1);
    size_t count = count_text(text, part);
    free(text);
    return count;
}

/* ---- Programs ---- */

struct program {
    pid_t pid;
    char output[32]; /* the file with what it says */
};

/* Starts BUILD/`path` with the words, NULL-terminated; `prepare`, if given, runs in the child before. Without
 * `out`, what it says goes to a file; otherwise to that descriptor. The child dies with the test. */
static inline struct program program_start(const char *path, const char *const *words, void (*prepare)(void),
                                           int out)
{
    static int number;
    struct program program = {0};
    char file[PATH_MAX + 64];
    char *argv[PROGRAM_WORDS_MAX + 2] = {file};
    snprintf(file, sizeof file, "%s/%s", build_directory, path);
    for (int i = 0; words[i] != NULL; i++) {
        ck_assert_int_lt(i, PROGRAM_WORDS_MAX);
        argv[i + 1] = (char *)words[i]; /* exec does not write to it */
    }
    snprintf(program.output, sizeof program.output, "output.%d", number++);
    pid_t parent = getpid();
    program.pid = fork();
    ck_assert_int_ge(program.pid, 0);
    if (program.pid == 0) {
        int fd = out >= 0 ? out : open(program.output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
        int in = open("/dev/null", O_RDONLY);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent || fd < 0 || in < 0 || dup2(in, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
            _exit(126);
        if (prepare != NULL)
            prepare();
        execv(file, argv);
        _exit(127);
    }
    return program;
}

/* False if a process, ours or not, still lives after PROGRAM_SECONDS. */
static inline bool ends_in_time(pid_t pid)
{
    int fd = pidfd_open(pid, 0);
    if (fd < 0)
        return errno == ESRCH;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int ready = poll(&wait, 1, PROGRAM_SECONDS * 1000);
    close(fd);
    return ready == 1;
}

/* Waits for a program and reads what it said. Returns its exit status, or -SIGNAL. */
static inline int program_wait(const struct program *program)
{
    int status = 0;
    struct rusage usage;
    bool in_time = ends_in_time(program->pid);
    if (!in_time)
        kill(program->pid, SIGKILL);
    ck_assert_int_eq(wait4(program->pid, &status, 0, &usage), program->pid);
    read_file(program->output, output, sizeof output);
    peak_kib = usage.ru_maxrss;
    ck_assert_msg(in_time, "no end within %d s; it said:\n%.3000s", PROGRAM_SECONDS, output);
    ck_assert_msg(strstr(output, "ERROR: AddressSanitizer") == NULL &&
                      strstr(output, "ERROR: LeakSanitizer") == NULL &&
                      strstr(output, "runtime error:") == NULL,
                  "%.3000s", output);
    ck_assert_msg(peak_kib < PROGRAM_PEAK_KIB, "%ld KiB", peak_kib);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#define START_WRINGER(...) program_start("wringer", (const char *const[]){__VA_ARGS__, NULL}, NULL, -1)

/* Runs wringer to its end; returns its exit status. */
#define WRINGER(...)                                                 \
    ({                                                               \
        struct program wringer_started = START_WRINGER(__VA_ARGS__); \
        program_wait(&wringer_started);                              \
    })

/* The same, and the exit status is to be this. */
#define ASSERT_WRINGER(status, ...)                                                             \
    do {                                                                                        \
        int wringer_status = WRINGER(__VA_ARGS__);                                              \
        ck_assert_msg(wringer_status == (status), "exit %d:\n%.3000s", wringer_status, output); \
    } while (0)

#define ASSERT_SAID(text) \
    ck_assert_msg(strstr(output, text) != NULL, "expected: %s\nfound: %.3000s", text, output)

/* ---- Hostile peers ---- */

struct peer {
    pid_t pid;
    unsigned port;
    char ws[64], wss[64]; /* its URLs */
};

static inline struct peer peer_start(const char *mode)
{
    struct peer peer = {0};
    int ends[2];
    char line[64] = "";
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    struct program program =
        program_start("harness/tests/hostile_peer", (const char *const[]){mode, "0", NULL}, NULL, ends[1]);
    close(ends[1]);
    for (size_t i = 0; i < sizeof line - 1 && read(ends[0], line + i, 1) == 1 && line[i] != '\n'; i++)
        continue;
    close(ends[0]);
    const char *colon = strrchr(line, ':');
    ck_assert_msg(colon != NULL, "hostile_peer %s: %s", mode, line);
    peer.pid = program.pid;
    peer.port = (unsigned)strtoul(colon + 1, NULL, 10);
    snprintf(peer.ws, sizeof peer.ws, "ws://127.0.0.1:%u", peer.port);
    snprintf(peer.wss, sizeof peer.wss, "wss://127.0.0.1:%u", peer.port);
    return peer;
}

static inline void peer_end(const struct peer *peer)
{
    kill(peer->pid, SIGKILL);
    ck_assert_int_eq(waitpid(peer->pid, NULL, 0), peer->pid);
}

/* Option --exec that starts BUILD/`path_and_words`. */
static inline const char *exec_of(const char *path_and_words)
{
    static char command[PATH_MAX + 128];
    const char *space = strchr(path_and_words, ' ');
    snprintf(command, sizeof command, "exec '%s/%.*s'%s", build_directory, (int)(space - path_and_words),
             path_and_words, space);
    return command;
}

/* A target that is as it should be. */
#define GOOD_TARGET "--exec", exec_of("wringer echo --listen 127.0.0.1:{port}"), "ws://127.0.0.1:{port}/"

#endif
