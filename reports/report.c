/* SPDX-License-Identifier: MIT */
/* report.c: numbers what several journals name, and groups their results. Ids are looked up in JSON objects
 * of jansson, which are hash tables. */
#include "reports/report.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/journal_memory.h"

/* ---- Ids ---- */

static size_t index_of(const json_t *index, const char *id)
{
    const json_t *value = json_object_get(index, id);
    return value == NULL ? SIZE_MAX : (size_t)json_integer_value(value);
}

static bool index_put(json_t *index, const char *id, size_t number)
{
    return json_object_set_new_nocheck(index, id, json_integer((json_int_t)number)) == 0;
}

/* ---- Requirements ---- */

static int compare_requirements(const void *left, const void *right)
{
    const struct journal_requirement *a = *(const struct journal_requirement *const *)left;
    const struct journal_requirement *b = *(const struct journal_requirement *const *)right;
    /* what has no line of its own comes last */
    int order = (a->rfc[0] == '\0') - (b->rfc[0] == '\0');
    if (order == 0) /* what the run is about comes first */
        order = (strcmp(a->rfc, "RFC6455") != 0) - (strcmp(b->rfc, "RFC6455") != 0);
    if (order == 0)
        order = strcmp(a->rfc, b->rfc);
    if (order == 0)
        order = strverscmp(a->section, b->section); /* 5.2 before 5.10 */
    return order != 0 ? order : strverscmp(a->id, b->id);
}

/* Adds a requirement unless its id is there. */
static bool add_requirement(struct report *report, size_t room, const struct journal_requirement *requirement)
{
    if (index_of(report->requirement_index, requirement->id) != SIZE_MAX)
        return true;
    if (report->requirement_count == room || !index_put(report->requirement_index, requirement->id, 0))
        return false;
    report->requirements[report->requirement_count++] = requirement;
    return true;
}

static bool add_cited(struct report *report, size_t room, const char *id)
{
    if (index_of(report->requirement_index, id) != SIZE_MAX)
        return true;
    struct journal_requirement *requirement = journal_memory_take(report->memory, sizeof *requirement);
    if (requirement == NULL)
        return false;
    *requirement = (struct journal_requirement){id, "", "", "", "", "", "", "", ""};
    return add_requirement(report, room, requirement);
}

static bool add_defined_of(struct report *report, size_t room, const struct journal_contents *journal)
{
    bool added = true;
    for (size_t i = 0; i < journal->requirement_count; i++)
        added = added && add_requirement(report, room, &journal->requirements[i]);
    return added;
}

static bool add_cited_of(struct report *report, size_t room, const struct journal_contents *journal)
{
    bool added = true;
    for (size_t i = 0; i < journal->case_count; i++) {
        for (size_t j = 0; j < journal->cases[i].requirement_count; j++)
            added = added && add_cited(report, room, journal->cases[i].requirements[j]);
    }
    for (size_t i = 0; i < journal->result_count; i++) {
        const struct journal_result *result = &journal->results[i];
        for (size_t j = 0; j < result->violation_count; j++)
            added = added && add_cited(report, room, result->violations[j].requirement);
        for (size_t j = 0; j < result->passed_requirement_count; j++)
            added = added && add_cited(report, room, result->passed_requirements[j]);
    }
    return added;
}

/* How many there can be at most, counting repetitions. */
static size_t most_requirements(const struct report *report)
{
    size_t most = 0;
    for (size_t i = 0; i < report->journal_count; i++) {
        const struct journal_contents *journal = report->journals[i];
        most += journal->requirement_count;
        for (size_t j = 0; j < journal->case_count; j++)
            most += journal->cases[j].requirement_count;
        for (size_t j = 0; j < journal->result_count; j++)
            most += journal->results[j].violation_count + journal->results[j].passed_requirement_count;
    }
    return most;
}

static bool number_requirements(struct report *report)
{
    size_t room = most_requirements(report);
    report->requirement_index = json_object();
    report->requirements = journal_memory_take(report->memory, room * sizeof *report->requirements);
    if (report->requirement_index == NULL || report->requirements == NULL)
        return false;
    /* what one journal only cites, another may define */
    for (size_t i = 0; i < report->journal_count; i++) {
        if (!add_defined_of(report, room, report->journals[i]))
            return false;
    }
    for (size_t i = 0; i < report->journal_count; i++) {
        if (!add_cited_of(report, room, report->journals[i]))
            return false;
    }
    if (report->requirement_count > 0)
        qsort(report->requirements, report->requirement_count, sizeof report->requirements[0],
              compare_requirements);
    for (size_t i = 0; i < report->requirement_count; i++) {
        if (!index_put(report->requirement_index, report->requirements[i]->id, i))
            return false;
    }
    return true;
}

/* ---- Cases ---- */

/* A case on its way to its place: the cases of one file stand together. */
struct placed_case {
    const struct journal_case *definition;
    size_t file, appearance;
};

struct placing {
    struct placed_case *cases;
    size_t count, differing;
    json_t *ids, *files;
};

static int compare_places(const void *left, const void *right)
{
    const struct placed_case *a = left, *b = right;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    return a->appearance < b->appearance ? -1 : a->appearance > b->appearance;
}

static bool same_case(const struct journal_case *a, const struct journal_case *b)
{
    bool same = a->requirement_count == b->requirement_count && a->derived == b->derived &&
                strcmp(a->level, b->level) == 0 && strcmp(a->text, b->text) == 0;
    for (size_t i = 0; same && i < a->requirement_count; i++)
        same = strcmp(a->requirements[i], b->requirements[i]) == 0;
    return same;
}

static bool place_case(struct placing *placing, const struct journal_case *definition)
{
    size_t place = index_of(placing->ids, definition->id);
    if (place != SIZE_MAX) {
        placing->differing += !same_case(placing->cases[place].definition, definition);
        return true;
    }
    size_t file = index_of(placing->files, definition->file);
    if (file == SIZE_MAX) {
        file = json_object_size(placing->files);
        if (!index_put(placing->files, definition->file, file))
            return false;
    }
    placing->cases[placing->count] = (struct placed_case){definition, file, placing->count};
    placing->count++;
    return index_put(placing->ids, definition->id, placing->count - 1);
}

static bool place_defined_of(struct placing *placing, const struct journal_contents *journal)
{
    for (size_t i = 0; i < journal->case_count; i++) {
        if (!place_case(placing, &journal->cases[i]))
            return false;
    }
    return true;
}

static bool place_undefined_of(struct report *report, struct placing *placing,
                               const struct journal_contents *journal)
{
    for (size_t i = 0; i < journal->result_count; i++) {
        const char *id = journal->results[i].case_id;
        if (index_of(placing->ids, id) != SIZE_MAX)
            continue;
        struct journal_case *definition = journal_memory_take(report->memory, sizeof *definition);
        if (definition == NULL)
            return false;
        *definition =
            (struct journal_case){.id = id, .title = "", .file = "", .level = "", .severity = "", .text = ""};
        if (!place_case(placing, definition))
            return false;
    }
    return true;
}

static bool take_places(struct report *report, struct placing *placing)
{
    if (placing->count > 0)
        qsort(placing->cases, placing->count, sizeof placing->cases[0], compare_places);
    report->cases = journal_memory_take(report->memory, placing->count * sizeof *report->cases);
    if (report->cases == NULL)
        return false;
    for (size_t i = 0; i < placing->count; i++) {
        const struct journal_case *definition = placing->cases[i].definition;
        size_t *requirements =
            journal_memory_take(report->memory, definition->requirement_count * sizeof *requirements);
        if (requirements == NULL || !index_put(placing->ids, definition->id, i))
            return false;
        for (size_t j = 0; j < definition->requirement_count; j++)
            requirements[j] = report_requirement_index(report, definition->requirements[j]);
        report->cases[i] = (struct report_case){definition, requirements};
    }
    report->case_count = placing->count;
    return true;
}

/* ---- Results ---- */

static int compare_results(const void *left, const void *right)
{
    const struct journal_result *a = *(const struct journal_result *const *)left;
    const struct journal_result *b = *(const struct journal_result *const *)right;
    int order = strverscmp(a->value, b->value);
    if (order == 0)
        order = strcmp(b->delivery, a->delivery); /* "whole" before "octet" */
    return order != 0 ? order : strcmp(a->id, b->id);
}

static bool group_results(struct report *report, const json_t *case_ids)
{
    size_t result_count = 0;
    for (size_t i = 0; i < report->journal_count; i++)
        result_count += report->journals[i]->result_count;
    size_t group_count = report->case_count * report->target_count;
    const struct journal_result **sorted = journal_memory_take(report->memory, result_count * sizeof *sorted);
    size_t *group_of = malloc((result_count + 1) * sizeof *group_of);
    report->groups = journal_memory_take(report->memory, group_count * sizeof *report->groups);
    if (sorted == NULL || group_of == NULL || report->groups == NULL) {
        free(group_of);
        return false;
    }
    size_t number = 0, first_target = 0;
    for (size_t i = 0; i < report->journal_count; i++) {
        const struct journal_contents *journal = report->journals[i];
        for (size_t j = 0; j < journal->result_count; j++) {
            size_t case_index = index_of(case_ids, journal->results[j].case_id);
            group_of[number] = case_index * report->target_count + first_target + journal->results[j].target;
            report->groups[group_of[number++]].count++;
        }
        first_target += journal->target_count;
    }
    for (size_t i = 0, start = 0; i < group_count; i++) {
        report->groups[i].results = sorted + start;
        start += report->groups[i].count;
        report->groups[i].count = 0;
    }
    number = 0;
    for (size_t i = 0; i < report->journal_count; i++) {
        const struct journal_contents *journal = report->journals[i];
        for (size_t j = 0; j < journal->result_count; j++) {
            struct report_group *group = &report->groups[group_of[number++]];
            group->results[group->count++] = &journal->results[j];
        }
    }
    free(group_of);
    for (size_t i = 0; i < group_count; i++) {
        if (report->groups[i].count > 1)
            qsort(report->groups[i].results, report->groups[i].count, sizeof sorted[0], compare_results);
    }
    return true;
}

static bool number_cases_and_results(struct report *report)
{
    size_t most = 0;
    for (size_t i = 0; i < report->journal_count; i++)
        most += report->journals[i]->case_count + report->journals[i]->result_count;
    struct placing placing = {
        .cases = calloc(most + 1, sizeof *placing.cases), .ids = json_object(), .files = json_object()};
    bool done = placing.cases != NULL && placing.ids != NULL && placing.files != NULL;
    for (size_t i = 0; done && i < report->journal_count; i++)
        done = place_defined_of(&placing, report->journals[i]);
    for (size_t i = 0; done && i < report->journal_count; i++)
        done = place_undefined_of(report, &placing, report->journals[i]);
    report->differing_cases = placing.differing;
    done = done && take_places(report, &placing) && group_results(report, placing.ids);
    json_decref(placing.ids);
    json_decref(placing.files);
    free(placing.cases);
    return done;
}

/* The target under a name that no target before it has: NAME (2). NULL when memory is out. */
static const struct journal_target *told_apart(struct report *report, const struct journal_target *target)
{
    size_t size = strlen(target->name) + 24, number = 1;
    char *name = NULL;
    for (size_t i = 0; i < report->target_count; i++) {
        if (strcmp(report->targets[i].target->name, name == NULL ? target->name : name) != 0)
            continue;
        if (name == NULL && (name = journal_memory_take(report->memory, size)) == NULL)
            return NULL;
        snprintf(name, size, "%s (%zu)", target->name, ++number);
        i = SIZE_MAX; /* from the start: that one may be taken as well */
    }
    struct journal_target *renamed =
        name == NULL ? NULL : journal_memory_take(report->memory, sizeof *renamed);
    if (renamed == NULL)
        return name == NULL ? target : NULL;
    *renamed = *target;
    renamed->name = name;
    return renamed;
}

static bool number_targets(struct report *report)
{
    size_t count = 0;
    for (size_t i = 0; i < report->journal_count; i++)
        count += report->journals[i]->target_count;
    report->targets = journal_memory_take(report->memory, count * sizeof *report->targets);
    if (report->targets == NULL)
        return false;
    for (size_t i = 0; i < report->journal_count; i++) {
        const struct journal_contents *journal = report->journals[i];
        for (size_t j = 0; j < journal->target_count; j++) {
            const struct journal_target *target = told_apart(report, &journal->targets[j]);
            if (target == NULL)
                return false;
            report->targets[report->target_count++] = (struct report_target){target, journal};
        }
    }
    return true;
}

/* ---- The public functions ---- */

struct report *report_new(struct journal_contents **journals, size_t journal_count)
{
    struct journal_memory *memory = journal_memory_new(JOURNAL_MEMORY_MAX);
    struct report *report = memory == NULL ? NULL : journal_memory_take(memory, sizeof *report);
    struct journal_contents **kept =
        report == NULL ? NULL : journal_memory_take(memory, journal_count * sizeof *kept);
    if (kept == NULL) {
        journal_memory_free(memory);
        return NULL;
    }
    for (size_t i = 0; i < journal_count; i++)
        kept[i] = journals[i];
    report->memory = memory;
    report->journals = kept;
    report->journal_count = journal_count;
    if (number_requirements(report) && number_targets(report) && number_cases_and_results(report))
        return report;
    json_decref(report->requirement_index);
    journal_memory_free(memory);
    return NULL;
}

struct report *report_read(const char *const *paths, size_t count, bool *bad_journal, char *error,
                           size_t error_size)
{
    struct journal_contents **journals = calloc(count + 1, sizeof(struct journal_contents *));
    size_t read = 0;
    *bad_journal = false;
    while (journals != NULL && read < count && !*bad_journal) {
        journals[read] = journal_read(paths[read], error, error_size);
        *bad_journal = journals[read] == NULL;
        read += journals[read] != NULL;
    }
    struct report *report = journals == NULL || *bad_journal ? NULL : report_new(journals, count);
    if (report == NULL && !*bad_journal)
        snprintf(error, error_size, "out of memory");
    for (size_t i = 0; report == NULL && i < read; i++)
        journal_contents_free(journals[i]);
    free(journals);
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    for (size_t i = 0; i < report->journal_count; i++)
        journal_contents_free(report->journals[i]);
    json_decref(report->requirement_index);
    journal_memory_free(report->memory);
}

const struct report_group *report_group_of(const struct report *report, size_t case_index,
                                           size_t target_index)
{
    return &report->groups[case_index * report->target_count + target_index];
}

size_t report_requirement_index(const struct report *report, const char *id)
{
    return index_of(report->requirement_index, id);
}
