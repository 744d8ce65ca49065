/* SPDX-License-Identifier: MIT */
/* command_fmt.c: `wringer fmt`: brings case files into canonical form, in place. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/case_source.h"
#include "harness/command.h"

enum { MESSAGES_CAP = 1 << 20 };

enum outcome_of_file { FILE_SAME, FILE_DIFFERS, FILE_ERROR };

static bool write_all(int descriptor, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, text, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text += written;
        size -= (size_t)written;
    }
    return true;
}

/* Writes a new file beside the old one, of the same mode, and gives it its name. */
static bool replace_beside(const char *path, char *temporary, const struct text_buffer *text)
{
    struct stat old;
    if (stat(path, &old) != 0)
        return false;
    int descriptor = mkstemp(temporary);
    if (descriptor < 0)
        return false;
    bool written = fchmod(descriptor, old.st_mode & 07777) == 0 &&
                   write_all(descriptor, text->text, text->size) && fsync(descriptor) == 0;
    int error = errno;
    if (close(descriptor) != 0 && written) {
        written = false;
        error = errno;
    }
    if (written && rename(temporary, path) == 0)
        return true;
    if (written)
        error = errno;
    (void)unlink(temporary); /* the first error is the one to tell */
    errno = error;
    return false;
}

/* Replaces the contents of a file; a symbolic link stays one. */
static bool replace_file(const char *name, const struct text_buffer *text)
{
    char *path = realpath(name, NULL);
    if (path == NULL)
        return false;
    struct text_buffer temporary = {.cap = 2 * BUFSIZ};
    text_print(&temporary, "%s.XXXXXX", path);
    bool replaced = !temporary.failed && replace_beside(path, temporary.text, text);
    int error = temporary.failed ? ENAMETOOLONG : errno;
    text_free(&temporary);
    free(path);
    errno = error;
    return replaced;
}

static enum outcome_of_file format_parsed(const struct case_source *source, bool check,
                                          struct text_buffer *messages)
{
    for (const struct case_diagnostic *at = source->diagnostics; at != NULL; at = at->next)
        case_diagnostic_print(messages, at);
    if (source->diagnostics != NULL)
        return FILE_ERROR;
    struct text_buffer canonical;
    enum outcome_of_file outcome = FILE_SAME;
    if (!case_source_print(source, &canonical)) {
        text_print(messages, "%s: out of memory\n", source->name);
        outcome = FILE_ERROR;
    } else if (!case_source_equals(source, &canonical)) {
        outcome = FILE_DIFFERS;
        if (!check && !replace_file(source->name, &canonical)) {
            text_print(messages, "%s: cannot be written: %s\n", source->name, strerror(errno));
            outcome = FILE_ERROR;
        }
    }
    text_free(&canonical);
    return outcome;
}

static enum outcome_of_file format_file(const char *name, bool check)
{
    struct text_buffer messages = {.cap = MESSAGES_CAP};
    struct case_source source;
    enum outcome_of_file outcome = FILE_ERROR;
    if (case_source_read(&source, name, &messages))
        outcome = format_parsed(&source, check, &messages);
    if (outcome == FILE_DIFFERS)
        text_print(&messages, check ? "%s: not in canonical form\n" : "%s: rewritten\n", name);
    case_source_free(&source);
    fputs(messages.text == NULL ? "" : messages.text, stderr);
    text_free(&messages);
    return outcome;
}

int command_fmt(int argc, char **argv)
{
    bool check = argc > 1 && strcmp(argv[1], "--check") == 0;
    int first = check ? 2 : 1;
    if (first >= argc || (argv[first][0] == '-' && argv[first][1] != '\0')) {
        fputs("usage: wringer fmt [--check] FILE...\n", stderr);
        return 2;
    }
    int status = 0;
    for (int i = first; i < argc; i++) {
        switch (format_file(argv[i], check)) {
        case FILE_SAME:
            break;
        case FILE_DIFFERS:
            if (check && status == 0)
                status = 1;
            break;
        case FILE_ERROR:
            status = 2;
            break;
        }
    }
    return status;
}
