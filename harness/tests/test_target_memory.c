/* SPDX-License-Identifier: MIT */
/* test_target_memory.c: memory of a process and of a group, measured with processes that take what they are
 * told to; and what `wringer test` says of a target that takes more, and no more, than a case allows. */
#include "harness/target_memory.h"
#include "harness/tests/program.h"

enum { KIB = 1024, MIB = 1024 * 1024 };

/* A child that does what octets on a pipe say, and answers each: 't' takes 16 MiB, 'g' gives them back, 'f'
 * has a child that takes 16 MiB, 'o' opens two descriptors. */
struct hand {
    pid_t pid;
    int in, out;
};

static void take(uint8_t **memory)
{
    *memory = malloc(16 * MIB);
    for (size_t i = 0; *memory != NULL && i < 16 * MIB; i += 512)
        (*memory)[i] = 1;
}

static void obey(int in, int out)
{
    uint8_t *memory = NULL;
    char order;
    while (read(in, &order, 1) == 1) {
        int ends[2];
        if (order == 't') {
            take(&memory);
        } else if (order == 'g') {
            free(memory);
            memory = NULL;
        } else if (order == 'o') {
            (void)!pipe(ends);
        } else if (order == 'f' && pipe(ends) == 0 && fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            uint8_t *own = NULL;
            take(&own);
            (void)!write(ends[1], "", own != NULL);
            pause();
            _exit(0);
        }
        if (order == 'f')
            (void)!read(ends[0], &order, 1);
        (void)!write(out, "", 1);
    }
    _exit(0);
}

static void tell(const struct hand *hand, const char *orders)
{
    for (; *orders != '\0'; orders++) {
        char answer;
        ck_assert_int_eq(write(hand->in, orders, 1), 1);
        ck_assert_int_eq(read(hand->out, &answer, 1), 1);
    }
}

static struct hand hand_new(void)
{
    int to[2], from[2];
    ck_assert(pipe(to) == 0 && pipe(from) == 0);
    struct hand hand = {.pid = fork(), .in = to[1], .out = from[0]};
    if (hand.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setpgid(0, 0);
        close(to[1]);
        obey(to[0], from[1]);
    }
    ck_assert_int_gt(hand.pid, 0);
    setpgid(hand.pid, hand.pid); /* whoever comes first */
    close(to[0]);
    close(from[1]);
    tell(&hand, "g"); /* it has come so far */
    return hand;
}

static void hand_end(const struct hand *hand)
{
    kill(-hand->pid, SIGKILL);
    ck_assert_int_eq(waitpid(hand->pid, NULL, 0), hand->pid);
    close(hand->in);
    close(hand->out);
}

/* `again`: what is done while it is measured a second time; NULL: it is not. */
static const struct {
    const char *before, *during, *again;
    bool group;
    unsigned mib;
} measurements[] = {
    {"", "", NULL, false, 0},     {"", "t", NULL, false, 16},
    {"", "tg", NULL, false, 16}, /* what was given back was taken */
    {"t", "", NULL, false, 0},    {"tg", "", NULL, false, 0},
    {"tg", "t", NULL, false, 16}, /* an old peak does not count */
    {"", "f", NULL, false, 0},    {"", "f", NULL, true, 16},
    {"f", "", NULL, true, 0},     {"f", "t", NULL, true, 16},
    {"", "ft", NULL, true, 32},   {"t", "f", NULL, true, 16}, /* what a child inherits is not taken */
    {"", "tg", "", false, 0},                                 /* what was given back is over */
    {"", "t", "", false, 16},                                 /* what was kept is not */
    {"", "tg", "tg", false, 16},                              /* and it can be taken anew */
    {"t", "", "", false, 0},      {"", "f", "t", true, 32},
};

START_TEST(measures)
{
    struct hand hand = hand_new();
    tell(&hand, measurements[_i].before);
    static struct target_memory memory;
    ck_assert(target_memory_begin(&memory, (struct target_processes){hand.pid, measurements[_i].group}));
    tell(&hand, measurements[_i].during);
    if (measurements[_i].again != NULL) {
        ck_assert(target_memory_again(&memory));
        tell(&hand, measurements[_i].again);
    }
    uint64_t grown;
    ck_assert(target_memory_growth(&memory, &grown));
    /* A sanitizer's own memory comes on top, and is not given back. */
    uint64_t wanted = (uint64_t)measurements[_i].mib * MIB;
#if !defined(__SANITIZE_ADDRESS__)
    ck_assert_uint_lt(grown, wanted + 2 * MIB);
#endif
    ck_assert_uint_ge(grown + 256 * KIB, wanted);
    hand_end(&hand);
    if (strchr(measurements[_i].before, 'f') != NULL || strchr(measurements[_i].during, 'f') != NULL)
        return; /* its child dies a moment later */
    ck_assert(!target_memory_growth(&memory, &grown));
    ck_assert(!target_memory_again(&memory));
    ck_assert(!target_memory_begin(&memory, memory.processes));
}
END_TEST

START_TEST(counts_descriptors)
{
    struct hand hand = hand_new();
    struct target_processes processes = {hand.pid, true};
    size_t before, after;
    ck_assert(target_descriptors(processes, &before));
    tell(&hand, "oo");
    ck_assert(target_descriptors(processes, &after));
    ck_assert_uint_eq(after, before + 4);
    hand_end(&hand);
    ck_assert(!target_descriptors(processes, &after));
    ck_assert(!target_descriptors((struct target_processes){0}, &after));
}
END_TEST

/* ---- The whole program: an echo of 8 MiB takes 8 MiB at least ---- */

#define ECHO_CASE(name, limit)                                                                              \
    "case " name " \"" name "\"\n  req R6455-10.4-01\n  needs echo\n  delivery whole\n  memory " limit "\n" \
    "  send binary rep(8388608, \"x\") frag=65536\n  expect binary rep(8388608, \"x\")\n"

static void write_cases(void)
{
    ck_assert_int_eq(mkdir("cases", 0700), 0);
    write_file("cases/grow.case", ECHO_CASE("little", "1MiB") ECHO_CASE("much", "512MiB"));
}

START_TEST(judges_what_it_started)
{
    write_cases();
    ASSERT_WRINGER(1, "test", "--out", "r", "--cases", "cases", GOOD_TARGET, "-v");
    ASSERT_SAID("FAILED  grow/little@server~whole");
    ASSERT_SAID(", more than 1024 KiB; otherwise: as expected");
    ASSERT_SAID("OK  grow/much@server~whole");
    ASSERT_SAID("as expected; the target's memory grew by ");
    ASSERT_SAID("2 results: 1 OK, 1 FAILED; 1 unexpected");
}
END_TEST

START_TEST(judges_what_it_is_told_of)
{
    write_cases();
    char url[64], pid[16], line[PROGRAM_OUTPUT_MAX / 64];
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    struct program echo = program_start(
        "wringer", (const char *const[]){"echo", "--listen", "127.0.0.1:0", NULL}, NULL, ends[1]);
    close(ends[1]);
    size_t size = 0;
    while (size < sizeof line - 1 && read(ends[0], line + size, 1) == 1 && line[size] != '\n')
        size++;
    line[size] = '\0';
    close(ends[0]);
    const char *colon = strrchr(line, ':');
    ck_assert_msg(colon != NULL, "%s", line);
    snprintf(url, sizeof url, "ws://127.0.0.1:%lu/", strtoul(colon + 1, NULL, 10));
    snprintf(pid, sizeof pid, "%ld", (long)echo.pid);
    ASSERT_WRINGER(1, "test", "--out", "r", "--cases", "cases", "--pid", pid, url);
    ASSERT_SAID(", more than 1024 KiB; otherwise: as expected");
    ASSERT_SAID("2 results: 1 OK, 1 FAILED; 1 unexpected");
    ASSERT_SAID("--pid ");
    ASSERT_WRINGER(0, "test", "--out", "r", "--cases", "cases", url, "-v");
    ASSERT_SAID("as expected; the target's memory was not measured (--exec or --pid)");
    ASSERT_SAID("2 results: 2 OK; 0 unexpected");
    kill(echo.pid, SIGKILL);
    ck_assert_int_eq(waitpid(echo.pid, NULL, 0), echo.pid);
    ASSERT_WRINGER(3, "test", "--out", "r", "--cases", "cases", "--pid", pid, url);
    ASSERT_SAID(": there is no such process");
}
END_TEST

/* A frame with opcode 11 kills this target: what is measured of the next one is its own. */
START_TEST(judges_what_dies)
{
    ck_assert_int_eq(mkdir("cases", 0700), 0);
    write_file("cases/grow.case",
               "case deadly \"Deadly\"\n  req R6455-10.4-01\n  delivery whole\n  memory 64MiB\n"
               "  send op=11\n  expect fail 1002\n"
               "case harmless \"Harmless\"\n  req R6455-10.4-01\n  delivery whole\n  memory 64MiB\n"
               "  send close 1000\n  expect close any, end\n");
    ASSERT_WRINGER(1, "test", "--out", "r", "--cases", "cases", "--patience", "500", "--exec",
                   exec_of("harness/tests/hostile_peer crash-on:139 {port}"), "ws://127.0.0.1:{port}", "-v");
    ASSERT_SAID("CRASH  grow/deadly@server~whole");
    ASSERT_SAID("OK  grow/harmless@server~whole");
    ASSERT_SAID("; the target's memory grew by ");
    ASSERT_SAID("2 results: 1 OK, 1 CRASH; ");
}
END_TEST

/* A second measurement is for who took too much once and gave it back; who keeps it has taken it. */
static const struct {
    const char *mode, *verdict;
    int status;
} once[] = {
    {"takes-once:32", "OK  grow/bomb@server~whole", 0},
    {"takes-and-keeps:32", "FAILED  grow/bomb@server~whole", 1},
    {"takes-and-keeps:8", "OK  grow/bomb@server~whole", 0},
};

START_TEST(judges_what_is_kept)
{
    char peer[64];
    snprintf(peer, sizeof peer, "harness/tests/hostile_peer %s {port}", once[_i].mode);
    ck_assert_int_eq(mkdir("cases", 0700), 0);
    write_file("cases/grow.case",
               "case bomb \"Bomb\"\n  req R6455-10.4-01\n  delivery whole\n  memory 16MiB\n"
               "  send op=11\n  expect fail 1002\n");
    ASSERT_WRINGER(once[_i].status, "test", "--out", "r", "--cases", "cases", "--exec", exec_of(peer),
                   "ws://127.0.0.1:{port}", "-v");
    ASSERT_SAID(once[_i].verdict);
}
END_TEST

START_TEST(tells_what_stays_open)
{
    ck_assert_int_eq(mkdir("cases", 0700), 0);
    write_file(
        "cases/leak.case",
        "case leak \"Leak\"\n  req R6455-5.2-09\n  delivery whole\n  send op=11\n  expect fail 1002\n");
    ASSERT_WRINGER(0, "test", "--out", "r", "--cases", "cases", "--jobs", "1", "--exec",
                   exec_of("harness/tests/hostile_peer keeps-open:20 {port}"), "ws://127.0.0.1:{port}");
    /* About 20: one of the connections that the probes made may be open still when they are counted first. */
    ASSERT_SAID(" more file descriptors are open than before the cases");
    ASSERT_WRINGER(0, "test", "--out", "r", "--cases", "cases", "--exec",
                   exec_of("harness/tests/hostile_peer takes-once:1 {port}"), "ws://127.0.0.1:{port}");
    ck_assert_ptr_null(strstr(output, "file descriptors"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("target_memory");
    TCase *tests = tcase_create("target_memory");
    tcase_set_timeout(tests, 2 * PROGRAM_SECONDS);
    tcase_add_checked_fixture(tests, enter_directory, leave_directory);
    tcase_add_loop_test(tests, measures, 0, sizeof measurements / sizeof measurements[0]);
    tcase_add_test(tests, counts_descriptors);
    tcase_add_test(tests, judges_what_it_started);
    tcase_add_test(tests, judges_what_it_is_told_of);
    tcase_add_test(tests, judges_what_dies);
    tcase_add_loop_test(tests, judges_what_is_kept, 0, sizeof once / sizeof once[0]);
    tcase_add_test(tests, tells_what_stays_open);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
