/* SPDX-License-Identifier: MIT */
/* test_target_process.c: targets under /bin/sh: ready, dead at once, dead later, never ready, stubborn, with
 * grandchildren; and what becomes of them when their parent is killed. The listening target is this program
 * itself, with an argument. */
#include "harness/tests/loopback.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "harness/target_process.h"

static char self[512]; /* path of this program */
static char directory[64], log_file[128], pid_file[128];

static struct target_process *target;
static unsigned ready, died, stopped, closed;
static char died_text[TRANSPORT_TEXT_MAX];
static bool restart_when_died;

static void on_ready(void *context, struct target_process *which, const struct sockaddr *address)
{
    (void)context;
    ck_assert_ptr_eq(which, target);
    ck_assert_uint_eq(transport_address_port(address), target_process_port(target));
    ready++;
}

static void on_died(void *context, struct target_process *which, const char *text)
{
    char error[TRANSPORT_TEXT_MAX] = "";
    (void)context;
    died++;
    snprintf(died_text, sizeof died_text, "%s", text);
    if (restart_when_died)
        ck_assert_msg(target_process_start(which, error), "%s", error);
    restart_when_died = false;
}

static void on_stopped(void *context, struct target_process *which)
{
    (void)context;
    (void)which;
    stopped++;
}

static void on_target_closed(void *context)
{
    (void)context;
    closed++;
}

static const struct target_process_events events = {on_ready, on_died, on_stopped, on_target_closed};

static struct target_process_config config_of(const char *command)
{
    struct target_process_config config = {.command = command, .log_file = log_file, .ready_within = 30000};
    config.addresses = (struct transport_addresses){.count = 2};
    config.addresses.at[0] = loopback_address(true, 0);
    config.addresses.at[1] = loopback_address(false, 0); /* the one where the target listens */
    return config;
}

/* `command` with %s for this program's path. */
static void begin(const char *command, unsigned ready_within)
{
    char error[TRANSPORT_TEXT_MAX] = "", text[2000];
    const char *place = strstr(command, "%s");
    if (place != NULL)
        snprintf(text, sizeof text, "%.*s'%s'%s", (int)(place - command), command, self, place + 2);
    else
        snprintf(text, sizeof text, "%s", command);
    struct target_process_config config = config_of(text);
    config.ready_within = ready_within;
    target = target_process_new(&loop, &config, &events, NULL, error);
    ck_assert_msg(target != NULL, "%s", error);
    ck_assert_msg(target_process_start(target, error), "%s", error);
    ck_assert(!target_process_start(target, error));
    ck_assert_str_eq(error, "the target runs already");
}

static void setup(void)
{
    snprintf(directory, sizeof directory, "/tmp/wringer-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(log_file, sizeof log_file, "%s/log", directory);
    snprintf(pid_file, sizeof pid_file, "%s/pid", directory);
    setenv("PID_FILE", pid_file, 1);
    ready = died = stopped = closed = 0;
    target = NULL;
    loop_begin();
}

static void teardown(void)
{
    if (target != NULL) {
        target_process_close(target);
        RUN_UNTIL(closed == 1);
    }
    loop_end();
    unlink(log_file);
    unlink(pid_file);
    ck_assert_int_eq(rmdir(directory), 0);
}

static bool accepts(void)
{
    struct sockaddr_storage address = loopback_address(false, target_process_port(target));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool connected = connect(fd, (struct sockaddr *)&address, address_size(&address)) == 0;
    close(fd);
    return connected;
}

/* Gone, or a zombie that process 1 has not reaped yet. */
static bool is_gone(pid_t pid)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return true;
    bool read_it = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const char *name_end = strrchr(line, ')');
    return !read_it || (name_end != NULL && strchr("ZX", name_end[2]) != NULL);
}

static pid_t read_pid(void)
{
    char text[32] = "";
    FILE *file = fopen(pid_file, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    fclose(file);
    return (pid_t)strtol(text, NULL, 10);
}

START_TEST(becomes_ready_and_stops)
{
    begin("%s --listen {port} # {port}", 30000);
    RUN_UNTIL(ready);
    ck_assert(accepts());
    target_process_stop(target);
    target_process_stop(target);
    ck_assert_uint_eq(stopped, 0);
    RUN_UNTIL(stopped);
    ck_assert(!accepts());
    ck_assert_uint_eq(died, 0);

    char error[TRANSPORT_TEXT_MAX] = "";
    ck_assert_msg(target_process_start(target, error), "%s", error);
    RUN_UNTIL(ready == 2);
    ck_assert(accepts());
}
END_TEST

static const struct {
    const char *command, *text, *log;
} deaths[] = {
    {"exit 3 # {port}", "exited with status 3 before it accepted a connection", ""},
    {"exit 0 # {port}", "exited with status 0 before it accepted a connection", ""},
    {"kill -SEGV $$ # {port}", "was killed by signal 11 (Segmentation fault) before it accepted a connection",
     ""},
    {"(kill -ABRT $(exec sh -c 'echo $PPID')); exit $? # {port}",
     "exited with status 134 (128 + signal 6, Aborted) before it accepted a connection", NULL},
    {"/nonexistent/program {port}", "exited with status 127 before it accepted a connection", NULL},
    {"echo to out; echo to err >&2; exit 1 # {port}", "exited with status 1 before it accepted a connection",
     "to out\nto err\n"},
    /* A dead target must not be confused by signals that we ignore. */
    {"kill -PIPE $$; exit 9 # {port}",
     "was killed by signal 13 (Broken pipe) before it accepted a connection", ""},
};

START_TEST(tells_how_it_died_at_once)
{
    begin(deaths[_i].command, 30000);
    RUN_UNTIL(died);
    ck_assert_str_eq(died_text, deaths[_i].text);
    ck_assert_uint_eq(ready + stopped, 0);
    if (deaths[_i].log != NULL) {
        char log[200] = "";
        FILE *file = fopen(log_file, "r");
        ck_assert_ptr_nonnull(file);
        log[fread(log, 1, sizeof log - 1, file)] = '\0';
        fclose(file);
        ck_assert_str_eq(log, deaths[_i].log);
    }
}
END_TEST

START_TEST(gives_up_on_one_that_never_listens)
{
    begin("sleep 1000 & echo $! > $PID_FILE; wait # {port}", 200);
    RUN_UNTIL(died);
    char expected[100];
    snprintf(expected, sizeof expected, "did not accept a connection at [::1]:%u within 200 ms",
             target_process_port(target));
    ck_assert_str_eq(died_text, expected);
    RUN_UNTIL(is_gone(read_pid()));
}
END_TEST

START_TEST(dies_later_and_starts_again)
{
    begin("%s --listen {port}", 30000);
    RUN_UNTIL(ready);
    unsigned port = target_process_port(target);
    for (unsigned i = 1; i <= 3; i++) {
        restart_when_died = true;
        struct sockaddr_storage address = loopback_address(false, port);
        int fd = raw_connect(&address);
        ck_assert_int_eq(send(fd, "q", 1, 0), 1); /* it exits with status 5 */
        RUN_UNTIL(ready == 1 + i);
        close(fd);
        ck_assert_uint_eq(died, i);
        ck_assert_str_eq(died_text, "exited with status 5");
        ck_assert_uint_eq(target_process_port(target), port);
    }
}
END_TEST

START_TEST(ends_grandchildren)
{
    static const char *const commands[] = {
        "sleep 1000 & echo $! > $PID_FILE; exec %s --listen {port}",
        "(sleep 1000 & echo $! > $PID_FILE; wait) & exec %s --listen {port}",
        "(trap '' TERM; sleep 1000 & echo $! > $PID_FILE; wait) & exec %s --listen {port}",
        "trap '' TERM; sleep 1000 & echo $! > $PID_FILE; %s --listen {port}",
    };
    begin(commands[_i / 3], 30000);
    RUN_UNTIL(ready && access(pid_file, R_OK) == 0);
    pid_t pid = read_pid();
    ck_assert(!is_gone(pid));
    switch (_i % 3) {
    case 0: /* stopped */
        target_process_stop(target);
        RUN_UNTIL(stopped);
        break;
    case 1: /* died by itself */
    {
        struct sockaddr_storage address = loopback_address(false, target_process_port(target));
        int fd = raw_connect(&address);
        ck_assert_int_eq(send(fd, "q", 1, 0), 1);
        RUN_UNTIL(died);
        close(fd);
        ck_assert_str_eq(died_text, "exited with status 5");
    } break;
    case 2: /* closed; the teardown would close it again */
        target_process_close(target);
        RUN_UNTIL(closed);
        target = NULL;
        break;
    }
    RUN_UNTIL(is_gone(pid));
}
END_TEST

/* SIGKILL leaves this program no time to stop anything. */
START_TEST(ends_with_its_parent)
{
    pid_t parent = fork();
    ck_assert_int_ge(parent, 0);
    if (parent == 0) {
        uv_loop_fork(&loop);
        begin("sleep 1000 & echo $! > $PID_FILE; exec %s --listen {port}", 30000);
        RUN_UNTIL(ready);
        kill(getpid(), SIGKILL);
    }
    int status;
    ck_assert_int_eq(waitpid(parent, &status, 0), parent);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    pid_t pid = read_pid();
    RUN_UNTIL(is_gone(pid));
}
END_TEST

START_TEST(closes_in_every_state)
{
    begin(_i == 0 ? "sleep 1000 # {port}" : "%s --listen {port}", 30000);
    if (_i == 2)
        RUN_UNTIL(ready);
    if (_i == 3)
        target_process_stop(target);
    target_process_close(target);
    RUN_UNTIL(closed);
    ck_assert_uint_eq(died + stopped, 0);
    target = NULL;
}
END_TEST

START_TEST(explains_bad_configurations)
{
    char error[TRANSPORT_TEXT_MAX] = "", expected[TRANSPORT_TEXT_MAX];
    struct target_process_config config = config_of("true");
    ck_assert_ptr_null(target_process_new(&loop, &config, &events, NULL, error));
    ck_assert_str_eq(error, "the command has no {port}, so that it cannot know where to listen");

    static char long_command[70000];
    memset(long_command, 'x', sizeof long_command - 1);
    memcpy(long_command, "{port}", 6);
    config = config_of(long_command);
    ck_assert_ptr_null(target_process_new(&loop, &config, &events, NULL, error));
    ck_assert_ptr_nonnull(strstr(error, "longer than 65536 octets"));

    struct sockaddr_storage taken;
    int raw = raw_listen(&taken);
    config = config_of("true");
    config.addresses = (struct transport_addresses){.count = 1, .at = {taken}};
    ck_assert_ptr_null(target_process_new(&loop, &config, &events, NULL, error));
    snprintf(expected, sizeof expected, "another process listens on 127.0.0.1:%u already",
             transport_address_port((struct sockaddr *)&taken));
    ck_assert_str_eq(error, expected);
    close(raw);

    config = config_of("true {port}");
    config.log_file = "/nonexistent/log";
    target = target_process_new(&loop, &config, &events, NULL, error);
    ck_assert_ptr_nonnull(target);
    ck_assert(!target_process_start(target, error));
    ck_assert_str_eq(error, "cannot write /nonexistent/log: No such file or directory");
}
END_TEST

/* The target: listens on 127.0.0.1, and exits with status 5 when somebody sends "q". */
static int listen_as_target(const char *port_text)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons((uint16_t)strtoul(port_text, NULL, 10));
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 16) < 0)
        return 6;
    for (;;) {
        char octet = 0;
        int peer = accept(fd, NULL, NULL);
        if (recv(peer, &octet, 1, 0) == 1 && octet == 'q')
            return 5;
        close(peer);
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--listen") == 0)
        return listen_as_target(argv[2]);
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    if (size <= 0)
        return 2;
    Suite *suite = suite_create("target_process");
    TCase *tests = tcase_create("target_process");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, becomes_ready_and_stops);
    tcase_add_loop_test(tests, tells_how_it_died_at_once, 0, sizeof deaths / sizeof *deaths);
    tcase_add_test(tests, gives_up_on_one_that_never_listens);
    tcase_add_test(tests, dies_later_and_starts_again);
    tcase_add_loop_test(tests, ends_grandchildren, 0, 12);
    tcase_add_test(tests, ends_with_its_parent);
    tcase_add_loop_test(tests, closes_in_every_state, 0, 4);
    tcase_add_test(tests, explains_bad_configurations);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
