/* SPDX-License-Identifier: MIT */
/* autobahn.c: gathers the results of a journal by agent and number, and writes the files. Each is written
 * beside its place and then put there: a reader never sees half of one. */
#include "reports/autobahn.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/autobahn_parts.h"
#include "reports/directory.h"

struct autobahn_number autobahn_number_of(const char *number)
{
    struct autobahn_number n = {{0}};
    char *end;
    for (size_t i = 0; i < 3; i++) {
        n.part[i] = (unsigned)strtoul(number, &end, 10);
        if (*end != '.')
            break;
        number = end + 1;
    }
    return n;
}

static const char *agent_of(const struct journal_target *target)
{
    bool named = target->name[0] != '\0' && strcmp(target->name, target->url) != 0;
    if (named)
        return target->name;
    return target->agent[0] != '\0' ? target->agent : AUTOBAHN_NO_AGENT;
}

/* The name in lower case, all that is neither letter nor digit replaced by _, but for both ends. What would
 * not fit into a file's name is cut. */
static void clean_agent(char *out, size_t room, const char *agent)
{
    char text[AUTOBAHN_FILE_MAX];
    size_t size = 0, first = 0;
    for (const char *at = agent; *at != '\0' && size < room - 1; at++) {
        char c = *at;
        if (((unsigned char)c & 0xc0) == 0x80) /* of a character, one octet counts */
            continue;
        if (c >= 'A' && c <= 'Z')
            c = "abcdefghijklmnopqrstuvwxyz"[c - 'A'];
        bool stays = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!stays)
            c = '_';
        text[size++] = c;
    }
    while (first < size && text[first] == '_')
        first++;
    while (size > first && text[size - 1] == '_')
        size--;
    memcpy(out, text + first, size - first);
    out[size - first] = '\0';
}

static void name_file(struct autobahn_case *one)
{
    enum { NUMBER_ROOM = 48 };
    char number[NUMBER_ROOM], agent[AUTOBAHN_FILE_MAX - NUMBER_ROOM];
    snprintf(number, sizeof number, "%.30s", one->result->wstest);
    for (char *point = strchr(number, '.'); point != NULL; point = strchr(point, '.'))
        *point = '_';
    clean_agent(agent, sizeof agent, one->agent);
    snprintf(one->file, sizeof one->file, "%.200s_case_%s", agent, number);
}

static int by_agent_and_number(const void *a, const void *b)
{
    const struct autobahn_case *x = a, *y = b;
    int order = strcmp(x->agent, y->agent);
    if (order == 0)
        order = strcmp(x->result->wstest, y->result->wstest);
    return order != 0 ? order : (x->result > y->result) - (x->result < y->result);
}

static const struct journal_case *definition_of(const struct journal_contents *journal, const char *id)
{
    for (size_t i = 0; i < journal->case_count; i++) {
        if (strcmp(journal->cases[i].id, id) == 0)
            return &journal->cases[i];
    }
    return NULL;
}

static bool gather(struct autobahn_report *report, const struct journal_contents *journal)
{
    *report = (struct autobahn_report){.journal = journal};
    report->cases = calloc(journal->result_count + 1, sizeof *report->cases);
    if (report->cases == NULL)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < journal->result_count; i++) {
        const struct journal_result *result = &journal->results[i];
        const struct journal_target *target = &journal->targets[result->target];
        if (result->wstest == NULL)
            continue;
        report->cases[count++] =
            (struct autobahn_case){.agent = agent_of(target),
                                   .server = strcmp(target->role, "client") == 0,
                                   .result = result,
                                   .definition = definition_of(journal, result->case_id)};
    }
    qsort(report->cases, count, sizeof *report->cases, by_agent_and_number);
    for (size_t i = 0; i < count; i++) {
        const struct autobahn_case *one = &report->cases[i];
        struct autobahn_case *last = &report->cases[report->count == 0 ? 0 : report->count - 1];
        bool again = report->count > 0 && strcmp(last->agent, one->agent) == 0 &&
                     strcmp(last->result->wstest, one->result->wstest) == 0;
        if (!again)
            last = &report->cases[report->count++];
        *last = *one;
        name_file(last);
    }
    return true;
}

/* ---- Files ---- */

struct writing {
    const char *directory;
    char part[PATH_MAX], path[PATH_MAX];
    FILE *file;
    char *error;
    size_t error_size;
};

static bool begin_file(struct writing *writing, const char *name, const char *ending)
{
    int size = snprintf(writing->path, sizeof writing->path, "%s/%s%s", writing->directory, name, ending);
    int part =
        snprintf(writing->part, sizeof writing->part, "%s/.%s%s.part", writing->directory, name, ending);
    bool fits = size < PATH_MAX && part < PATH_MAX;
    writing->file = fits ? fopen(writing->part, "we") : NULL;
    if (writing->file == NULL)
        snprintf(writing->error, writing->error_size, "%.2000s: cannot open for writing: %s", writing->path,
                 strerror(fits ? errno : ENAMETOOLONG));
    return writing->file != NULL;
}

static bool end_file(struct writing *writing, bool whole)
{
    bool written = whole && fflush(writing->file) == 0 && !ferror(writing->file);
    int why = whole ? errno : ENOMEM;
    if (fclose(writing->file) != 0 && written) {
        written = false;
        why = errno;
    }
    if (written && rename(writing->part, writing->path) == 0)
        return true;
    why = written ? errno : why;
    snprintf(writing->error, writing->error_size, "%.2000s: cannot write: %s", writing->path, strerror(why));
    unlink(writing->part);
    return false;
}

/* Takes the value over. */
static bool write_json(struct writing *writing, const char *name, json_t *value)
{
    bool begun = begin_file(writing, name, ".json");
    if (begun && value != NULL)
        autobahn_print_json(writing->file, value);
    bool written = begun && end_file(writing, value != NULL);
    json_decref(value);
    return written;
}

static bool write_case(struct writing *writing, const struct autobahn_report *report,
                       const struct autobahn_case *one)
{
    if (!write_json(writing, one->file, autobahn_case_json(report->journal, one)) ||
        !begin_file(writing, one->file, ".html"))
        return false;
    autobahn_put_case(writing->file, one);
    return end_file(writing, true);
}

static bool write_files(struct writing *writing, const struct autobahn_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        if (!write_case(writing, report, &report->cases[i]))
            return false;
    }
    if (!begin_file(writing, "index", ".html"))
        return false;
    autobahn_put_index(writing->file, report);
    /* The index is last: who waits for it finds all that it names. */
    return end_file(writing, true) && write_json(writing, "index", autobahn_index(report));
}

bool autobahn_write_reports(const struct journal_contents *journal, const char *directory, char *error,
                            size_t error_size)
{
    struct writing writing = {.directory = directory, .error = error, .error_size = error_size};
    struct autobahn_report report;
    if (!directory_make(directory, error, error_size))
        return false;
    if (!gather(&report, journal)) {
        snprintf(error, error_size, "%s: out of memory", directory);
        return false;
    }
    bool written = write_files(&writing, &report);
    free(report.cases);
    return written;
}
