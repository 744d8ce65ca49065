/* SPDX-License-Identifier: MIT */
/* test_command_case.c: `wringer fmt` and `wringer lint` on files: what they say, what they change, what they
 * return. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/command.h"

enum { TEXT_MAX = 8192 };

static char directory[] = "/tmp/wringer-case-XXXXXX";
static char messages[TEXT_MAX];

static void enter_directory(void)
{
    memcpy(directory + sizeof directory - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
}

static void leave_directory(void)
{
    static const char *const names[] = {"a.case", "b.case", "link.case", "sub/c.case", "messages"};
    (void)chmod("sub", 0700);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unlink(names[i]);
    (void)rmdir("sub");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(directory), 0); /* and nothing else is left there */
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
    ck_assert_int_eq(fclose(file), 0);
}

static void read_file(const char *name, char text[TEXT_MAX])
{
    FILE *file = fopen(name, "rb");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, TEXT_MAX - 1, file)] = '\0';
    ck_assert_int_eq(fclose(file), 0);
}

/* Runs a command with its stderr in `messages`. */
static int run(int command(int, char **), const char *const *arguments)
{
    char *argv[8] = {NULL};
    int argc = 0;
    for (; arguments[argc] != NULL; argc++)
        argv[argc] = strdup(arguments[argc]);
    ck_assert_int_eq(fflush(stderr), 0);
    int saved = dup(STDERR_FILENO);
    int file = open("messages", O_RDWR | O_CREAT | O_TRUNC, 0600);
    ck_assert(saved >= 0 && file >= 0 && dup2(file, STDERR_FILENO) >= 0);
    int status = command(argc, argv);
    ck_assert_int_eq(fflush(stderr), 0);
    ck_assert(dup2(saved, STDERR_FILENO) >= 0 && close(saved) == 0 && close(file) == 0);
    read_file("messages", messages);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return status;
}

#define RUN(command, ...) run(command, (const char *const[]){__VA_ARGS__, NULL})

static const char loose[] = "suite a \"A\"\ncase x \"X\"\n level INFO\n\tdrop # gone";
static const char canonical[] =
    "suite a \"A\"\n\ncase x \"X\"\n  level    INFO\n  drop                                   # gone\n";

static void check_file(const char *name, const char *wanted)
{
    char text[TEXT_MAX];
    read_file(name, text);
    ck_assert_str_eq(text, wanted);
}

START_TEST(fmt_rewrites_what_is_not_canonical)
{
    struct stat before, after;
    write_file("a.case", loose);
    write_file("b.case", canonical);
    ck_assert_int_eq(chmod("a.case", 0640), 0);
    ck_assert_int_eq(symlink("a.case", "link.case"), 0);
    ck_assert_int_eq(stat("b.case", &before), 0);

    ck_assert_int_eq(RUN(command_fmt, "fmt", "--check", "a.case", "b.case"), 1);
    ck_assert_str_eq(messages, "a.case: not in canonical form\n");
    check_file("a.case", loose);

    ck_assert_int_eq(RUN(command_fmt, "fmt", "b.case", "link.case"), 0);
    ck_assert_str_eq(messages, "link.case: rewritten\n");
    check_file("a.case", canonical);
    ck_assert_int_eq(lstat("link.case", &after), 0);
    ck_assert(S_ISLNK(after.st_mode));
    ck_assert_int_eq(stat("a.case", &after), 0);
    ck_assert_uint_eq(after.st_mode & 07777, 0640);
    ck_assert_int_eq(stat("b.case", &after), 0);
    ck_assert(before.st_ino == after.st_ino); /* not touched */

    ck_assert_int_eq(RUN(command_fmt, "fmt", "--check", "a.case", "b.case"), 0);
    ck_assert_str_eq(messages, "");
}
END_TEST

START_TEST(fmt_leaves_alone_what_it_cannot_do)
{
    write_file("a.case", "case x \"X\"\n  drop it\n");
    write_file("b.case", loose);
    ck_assert_int_eq(RUN(command_fmt, "fmt", "a.case", "none.case", "b.case"), 2);
    ck_assert_str_eq(messages, "a.case:2:8: error: expected the end of the line, found 'it'\n      drop it\n"
                               "           ^\nnone.case: No such file or directory\nb.case: rewritten\n");
    check_file("a.case", "case x \"X\"\n  drop it\n");
    check_file("b.case", canonical);
    ck_assert_int_eq(RUN(command_fmt, "fmt", "."), 2);
    ck_assert_str_eq(messages, ".: Is a directory\n");
    ck_assert_int_eq(RUN(command_fmt, "fmt"), 2);
    ck_assert_int_eq(RUN(command_fmt, "fmt", "--check"), 2);
    ck_assert_int_eq(RUN(command_fmt, "fmt", "--chekc", "a.case"), 2);
}
END_TEST

START_TEST(fmt_tells_when_it_cannot_write)
{
    if (geteuid() == 0) /* root writes anywhere */
        return;
    ck_assert_int_eq(mkdir("sub", 0700), 0);
    write_file("sub/c.case", loose);
    ck_assert_int_eq(chmod("sub", 0500), 0);
    ck_assert_int_eq(RUN(command_fmt, "fmt", "sub/c.case"), 2);
    ck_assert_str_eq(messages, "sub/c.case: cannot be written: Permission denied\n");
    check_file("sub/c.case", loose);
}
END_TEST

/* Findings in the case `x` of a file in canonical form: what they begin with. */
static const struct {
    const char *body;
    const char *found; /* NULL: nothing */
} lints[] = {
    {"  req      R6455-5.1-03\n  send     ping\n  expect   pong any\n", NULL},
    {"  level    INFO\n  drop\n", NULL},
    {"  drop\n", "a.case:1:1: error: this case cites no requirement (`req`) and is not `level INFO`\n"},
    {"  req      R6455-5.1-03 R6455-99-1\n  drop\n",
     "a.case:2:25: error: no requirement is called R6455-99-1\n"},
    {"  req      R6455-5.1-03\n  send     text \"a\"\n  expect   open, text \"a\"\n",
     "a.case:4:18: error: a message is expected without `needs echo`\n"},
    {"  req      R6455-5.1-03\n  needs    echo\n  send     text \"a\"\n  expect   open, text \"a\"\n", NULL},
    {"  req      R6455-5.1-03\n  expect   fail 1002\n  or       text any -> fail\n", NULL},
    {"  req      R6455-5.1-03\n  expect   fail 1002\n  or       close any, end -> info\n  send     ping\n",
     "a.case:5:3: error: this step never runs: line 3 always ends the connection\n"},
    {"  req      R6455-5.1-03\n  expect   fail 1002\n  or       open -> non-strict\n  send     ping\n", NULL},
    {"  req      R6455-5.1-03\n  expect   fail 1002\n  or       open -> fail\n  send     ping\n",
     "a.case:5:3: error: this step never runs: line 3 always ends the connection\n"},
    {"  req      R6455-5.1-03\n  reset\n  expect   end\n",
     "a.case:4:3: error: this step never runs: line 3 always ends the connection\n"},
    {"  req      R6455-5.1-03\n  open     del \"Host\"\n  expect   http 400..499\n  send     ping\n",
     "a.case:5:3: error: this step never runs: line 4 always ends the connection\n"},
    {"  req      R6455-5.1-03\n  open     del \"Host\"\n  expect   http 100..499\n  send     ping\n", NULL},
    {"  req      R6455-5.1-03\n  repeat   2\n  expect   end\n",
     "a.case:4:3: error: only one round of `repeat` runs: this always ends the connection\n"},
    {"  req      R6455-5.1-03\n  open     plain\n  expect   end\n",
     "a.case:3:3: error: this step works on TLS only: the case needs `needs tls`\n"},
    {"  req      R6455-5.1-03\n  truncate\n",
     "a.case:3:3: error: this step works on TLS only: the case needs `needs tls`\n"},
    {"  req      R6455-5.1-03\n  needs    tls\n  open     sni \"x\"\n  expect   end\n", NULL},
    {"  req      R6455-5.1-03\n  drop\n\n  # c\n\n\n",
     "a.case:6:1: error: from here on the text is not in canonical form; wringer fmt brings it there\n"},
    {"  req      R6455-5.1-03\n  dorp\n", "a.case:3:3: error: expected a statement"},
};

START_TEST(lint_finds)
{
    char text[600];
    snprintf(text, sizeof text, "case x \"X\"\n%s", lints[_i].body);
    write_file("a.case", text);
    ck_assert_int_eq(RUN(command_lint, "lint", "a.case"), lints[_i].found == NULL ? 0 : 1);
    const char *found = lints[_i].found == NULL ? "" : lints[_i].found;
    ck_assert_msg(strncmp(messages, found, strlen(found)) == 0 && (*found != '\0' || *messages == '\0'), "%s",
                  messages);
    const char *first = strstr(messages, ": error: ");
    ck_assert_msg(first == NULL || strstr(first + 1, ": error: ") == NULL, "more than one: %s", messages);
}
END_TEST

START_TEST(lint_compares_files)
{
    write_file("a.case", canonical);
    write_file("b.case", canonical);
    ck_assert_int_eq(RUN(command_lint, "lint", "a.case", "b.case"), 1);
    ck_assert_str_eq(messages,
                     "b.case:3:1: error: the case a/x already stands in a.case:3\n    case x \"X\"\n    ^\n");
    ck_assert_int_eq(RUN(command_lint, "lint", "a.case"), 0);
    ck_assert_int_eq(RUN(command_lint, "lint", "a.case", "none.case"), 2);
    ck_assert_str_eq(messages, "none.case: No such file or directory\n");
    ck_assert_int_eq(RUN(command_lint, "lint", "--lnit"), 2);
}
END_TEST

/* Cases that name others: what is found in b.case, beside an a.case with the cases a/x and a/y. */
static const struct {
    const char *text, *found; /* NULL: nothing */
} named[] = {
    {"suite b \"B\"\n\ncase z \"Z\"\n  level    INFO\n  after    a/x\n  drop\n", NULL},
    {"suite b \"B\"\n\ncase z \"Z\"\n  level    INFO\n  after    closing/legal-code\n  drop\n", NULL},
    {"suite a \"A\"\n\ncase z \"Z\"\n  level    INFO\n  after    y\n  drop\n", NULL},
    {"suite b \"B\"\n\ncase z \"Z\"\n  level    INFO\n  after    y\n  drop\n",
     "b.case:5:12: error: no case is called y\n"},
    {"suite b \"B\"\n\ncase z \"Z\"\n  level    INFO\n  after    a/x a/xx\n  drop\n",
     "b.case:5:16: error: no case is called a/xx\n"},
    {"suite b \"B\"\n\ncase z \"Z\"\n  level    INFO\n  was      y\n  drop\n", NULL},
    {"suite b \"B\"\n\ncase z \"Z\"\n  level    INFO\n  was      a/y\n  drop\n",
     "b.case:5:12: error: the former id a/y is also that of the case at a.case:7\n"},
    {"suite b \"B\"\n\ncase z \"Z\"\n  level    INFO\n  was      z\n  drop\n",
     "b.case:5:12: error: the former id b/z is also that of the case at b.case:3\n"},
    {"suite b \"B\"\n\ncase z \"Z\"\n  level    INFO\n  was      a/w\n  drop\n",
     "b.case:5:12: error: the former id a/w is also that of the case at a.case:7\n"},
};

/* Names that the program carries as well do not stand between those of the files. */
START_TEST(lint_compares_files_of_the_program)
{
    write_file("a.case", "suite closing \"A\"\n\ncase empty \"X\"\n  level    INFO\n  drop\n");
    write_file("b.case",
               "suite b \"B\"\n\ncase z \"Z\"\n  level    INFO\n  was      closing/empty\n  drop\n");
    ck_assert_int_eq(RUN(command_lint, "lint", "a.case", "b.case"), 1);
    ck_assert_msg(strstr(messages, "the former id closing/empty is also that of the case at a.case:3") !=
                      NULL,
                  "%s", messages);
}
END_TEST

START_TEST(lint_knows_names)
{
    write_file("a.case", "suite a \"A\"\n\ncase x \"X\"\n  level    INFO\n  drop\n\n"
                         "case y \"Y\"\n  level    INFO\n  was      w\n  drop\n");
    write_file("b.case", named[_i].text);
    ck_assert_int_eq(RUN(command_lint, "lint", "a.case", "b.case"), named[_i].found == NULL ? 0 : 1);
    const char *found = named[_i].found == NULL ? "" : named[_i].found;
    ck_assert_msg(strncmp(messages, found, strlen(found)) == 0 && (*found != '\0' || *messages == '\0'), "%s",
                  messages);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("command_case");
    TCase *tests = tcase_create("command_case");
    tcase_add_checked_fixture(tests, enter_directory, leave_directory);
    tcase_add_test(tests, fmt_rewrites_what_is_not_canonical);
    tcase_add_test(tests, fmt_leaves_alone_what_it_cannot_do);
    tcase_add_test(tests, fmt_tells_when_it_cannot_write);
    tcase_add_loop_test(tests, lint_finds, 0, sizeof lints / sizeof lints[0]);
    tcase_add_test(tests, lint_compares_files);
    tcase_add_test(tests, lint_compares_files_of_the_program);
    tcase_add_loop_test(tests, lint_knows_names, 0, sizeof named / sizeof named[0]);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
