/* SPDX-License-Identifier: MIT */
/* baseline.c: reads the list of known deviations. */
#include "harness/baseline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plan.h"
#include "harness/run_client.h"
#include "reports/journal.h"

enum { BASELINE_FILE_MAX = 4 << 20 };

static bool is_known_word(const char *what)
{
    static const char *const verdicts[] = {
#define WORD(name, word, sentence) word,
        VERDICTS(WORD)};
    static const char *const closings[] = {CLOSINGS(WORD)};
#undef WORD
    static const char *const violations[] = {
#define NAME(name, code, requirement, sentence) #name,
        WS_VIOLATIONS(NAME)
#undef NAME
#define NAME(name, requirement, watched, sentence) #name,
            RUN_CLIENT_RULES(NAME)
#undef NAME
    };
    const char *const *words = verdicts;
    size_t count = sizeof verdicts / sizeof verdicts[0];
    if (strncmp(what, "closing=", 8) == 0) {
        words = closings;
        count = sizeof closings / sizeof closings[0];
        what += 8;
    } else if (strncmp(what, "violation=", 10) == 0) {
        words = violations;
        count = sizeof violations / sizeof violations[0];
        what += 10;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], what) == 0)
            return true;
    }
    return false;
}

/* Cuts the next word off; NULL if there is none. */
static char *take_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t\r");
    if (*word == '\0')
        return NULL;
    char *end = word + strcspn(word, " \t\r");
    *rest = end;
    if (*end != '\0')
        *(*rest)++ = '\0';
    return word;
}

static void parse_line(struct baseline *baseline, char *line, unsigned number, struct text_buffer *errors)
{
    char *rest = line;
    char *pattern = take_word(&rest);
    if (pattern == NULL || pattern[0] == '#')
        return;
    char *what = take_word(&rest);
    char *reason = rest + strspn(rest, " \t\r");
    size_t length = what == NULL ? 0 : strlen(what);
    bool sometimes = length > 0 && what[length - 1] == '?';
    if (sometimes)
        what[length - 1] = '\0';
    if (what == NULL || !is_known_word(what)) {
        text_print(errors, "%s:%u: error: expected a verdict, closing=WORD or violation=NAME, found %s\n",
                   baseline->path, number, what == NULL ? "the end of the line" : what);
        return;
    }
    if (*reason == '\0') {
        text_print(errors,
                   "%s:%u: error: expected the reason for this deviation, found the end of the line\n",
                   baseline->path, number);
        return;
    }
    baseline->lines[baseline->count++] = (struct baseline_line){
        .pattern = pattern, .what = what, .reason = reason, .sometimes = sometimes, .line = number};
}

static char *read_file(const char *path, struct arena *arena, struct text_buffer *errors)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        text_print(errors, "%s: %s\n", path, strerror(errno));
        return NULL;
    }
    char *read = malloc(BASELINE_FILE_MAX + 1), *text = NULL;
    size_t size = read == NULL ? 0 : fread(read, 1, BASELINE_FILE_MAX + 1, file);
    if (read != NULL && ferror(file))
        text_print(errors, "%s: %s\n", path, strerror(errno));
    else if (size > BASELINE_FILE_MAX)
        text_print(errors, "%s: larger than %d octets\n", path, BASELINE_FILE_MAX);
    else if (read == NULL || (text = arena_text(arena, read, size)) == NULL)
        text_print(errors, "%s: out of memory\n", path);
    free(read);
    fclose(file);
    return text;
}

bool baseline_load(struct baseline *baseline, const char *path, struct arena *arena,
                   struct text_buffer *errors)
{
    *baseline = (struct baseline){.path = path};
    char *text = read_file(path, arena, errors);
    if (text == NULL)
        return false;
    size_t lines = 1;
    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    baseline->lines = arena_alloc(arena, lines * sizeof *baseline->lines);
    if (baseline->lines == NULL) {
        text_print(errors, "%s: out of memory\n", path);
        return false;
    }
    size_t errors_before = errors->size;
    unsigned number = 1;
    for (char *line = text; line != NULL; number++) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        parse_line(baseline, line, number, errors);
        line = end;
    }
    return errors->size == errors_before;
}

const struct baseline_line *baseline_find(const struct baseline *baseline, const char *id, const char *what)
{
    for (size_t i = 0; i < baseline->count; i++) {
        const struct baseline_line *line = &baseline->lines[i];
        if (strcmp(line->what, what) == 0 && plan_matches(line->pattern, id))
            return line;
    }
    return NULL;
}

const struct baseline_line *baseline_next(struct baseline *baseline, const char *id, size_t *index)
{
    while (*index < baseline->count) {
        struct baseline_line *line = &baseline->lines[(*index)++];
        if (plan_matches(line->pattern, id)) {
            line->matched++;
            return line;
        }
    }
    return NULL;
}
