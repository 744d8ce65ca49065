/* SPDX-License-Identifier: MIT */
/* command_report.c: `wringer report`: renders the page again from journals alone, those of several runs side
 * by side. Owns the command line; does not own reading or rendering. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/command.h"
#include "reports/report.h"

struct report_options {
    char **journals; /* paths, in order; made by us */
    size_t journal_count;
    const char *out; /* NULL: the directory of the first journal */
};

static void print_help(FILE *out)
{
    fputs("usage: wringer report [--out DIR] JOURNAL...\n\n"
          "Renders index.html from journals (results.jsonl, or the directory it is in). The targets of\n"
          "several journals stand side by side. Without --out the page goes beside the first journal.\n"
          "Lines that cannot be read are named and left out; the exit code is 2 then.\n",
          out);
}

/* A directory stands for the journal in it. NULL when memory is out. */
static char *journal_path(const char *word)
{
    struct stat status;
    bool directory = stat(word, &status) == 0 && S_ISDIR(status.st_mode);
    size_t size = strlen(word) + sizeof "/results.jsonl";
    char *path = malloc(size);
    if (path != NULL)
        snprintf(path, size, "%s%s", word, directory ? "/results.jsonl" : "");
    return path;
}

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "wringer report: %s%s\n", what, word);
    print_help(stderr);
    return EXIT_USAGE;
}

/* -1: go on. */
static int parse(struct report_options *options, int argc, char **argv)
{
    bool only_journals = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (only_journals || word[0] != '-' || word[1] == '\0') {
            char *path = journal_path(word);
            if (path == NULL) {
                fputs("wringer report: out of memory\n", stderr);
                return EXIT_OWN_FAULT;
            }
            options->journals[options->journal_count++] = path;
        } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            print_help(stdout);
            return EXIT_AS_EXPECTED;
        } else if (strcmp(word, "--") == 0) {
            only_journals = true;
        } else if (strncmp(word, "--out=", 6) == 0) {
            options->out = word + 6;
        } else if (strcmp(word, "--out") != 0 && strcmp(word, "-o") != 0) {
            return usage_error("there is no option ", word);
        } else if (++i == argc) {
            return usage_error("a directory is missing after ", word);
        } else {
            options->out = argv[i];
        }
    }
    if (options->journal_count == 0)
        return usage_error("no journal is named", "");
    return options->out != NULL && options->out[0] == '\0' ? usage_error("--out is empty", "") : -1;
}

/* The directory part of a path, in memory of its own; NULL when memory is out. */
static char *directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* Whether lines were left out because they are bad. */
static bool told_bad_lines(const struct report *report)
{
    bool bad = false;
    for (size_t i = 0; i < report->journal_count; i++) {
        const struct journal_contents *journal = report->journals[i];
        for (size_t j = 0; j < journal->bad_count && j < JOURNAL_BAD_KEPT; j++)
            fprintf(stderr, "wringer report: %s:%zu: %s; left out\n", journal->path, journal->bad[j].number,
                    journal->bad[j].why);
        if (journal->bad_count > JOURNAL_BAD_KEPT)
            fprintf(stderr, "wringer report: %s: %zu more lines are bad and left out\n", journal->path,
                    journal->bad_count - JOURNAL_BAD_KEPT);
        bad = bad || journal->bad_count > 0;
    }
    return bad;
}

static int render(const struct report_options *options)
{
    char error[1024];
    bool bad_journal;
    char *directory = options->out != NULL ? strdup(options->out) : directory_of(options->journals[0]);
    struct report *report = report_read((const char *const *)options->journals, options->journal_count,
                                        &bad_journal, error, sizeof error);
    int exit_code = EXIT_OWN_FAULT;
    if (report == NULL) {
        exit_code = bad_journal ? EXIT_USAGE : EXIT_OWN_FAULT;
        fprintf(stderr, "wringer report: %s\n", error);
    } else if (directory == NULL) {
        fputs("wringer report: out of memory\n", stderr);
    } else if (!report_write_page(report, directory, error, sizeof error)) {
        fprintf(stderr, "wringer report: %s\n", error);
    } else {
        printf("report: %s/index.html\n", directory);
        exit_code = told_bad_lines(report) ? EXIT_USAGE : EXIT_AS_EXPECTED;
    }
    report_free(report);
    free(directory);
    return exit_code;
}

int command_report(int argc, char **argv)
{
    struct report_options options = {.journals = calloc((size_t)argc, sizeof(char *))};
    if (options.journals == NULL) {
        fputs("wringer report: out of memory\n", stderr);
        return EXIT_OWN_FAULT;
    }
    int exit_code = parse(&options, argc, argv);
    if (exit_code < 0)
        exit_code = render(&options);
    for (size_t i = 0; i < options.journal_count; i++)
        free(options.journals[i]);
    free(options.journals);
    return exit_code;
}
