/* SPDX-License-Identifier: MIT */
/* command_list.c: `wringer list` names the cases of a selection; `wringer explain` tells what a case or
 * requirement is about. */
#include <stdio.h>
#include <string.h>

#include "harness/command.h"
#include "harness/plan.h"

enum { ERRORS_MAX = 1 << 20, TEXT_MAX = 1 << 20 };

struct list_options {
    const char *cases;
    bool instances;
    const char *words[256];
    size_t word_count;
};

static int complain(const char *command, const char *text)
{
    fprintf(stderr, "%s", text == NULL ? "out of memory\n" : text);
    fprintf(stderr, "wringer %s --help says more\n", command);
    return EXIT_USAGE;
}

/* Reads `[--cases DIR] [--instances] WORD...`. Returns -1 to go on, or an exit code. */
static int parse(struct list_options *options, int argc, char **argv, const char *help)
{
    *options = (struct list_options){0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(help, stdout);
            return EXIT_AS_EXPECTED;
        }
        if (strcmp(argv[i], "--cases") == 0 && i + 1 < argc) {
            options->cases = argv[++i];
        } else if (strcmp(argv[i], "--instances") == 0 && strcmp(argv[0], "list") == 0) {
            options->instances = true;
        } else if (argv[i][0] == '-') {
            fprintf(stderr, "wringer %s: unknown option '%s', or its value is missing\n", argv[0], argv[i]);
            return EXIT_USAGE;
        } else if (options->word_count == sizeof options->words / sizeof options->words[0]) {
            fprintf(stderr, "wringer %s: too many words\n", argv[0]);
            return EXIT_USAGE;
        } else {
            options->words[options->word_count++] = argv[i];
        }
    }
    return -1;
}

static bool is_selected(const struct plan *plan, const struct case_definition *definition, size_t *members)
{
    bool any = false;
    *members = 0;
    for (size_t k = 0; k < plan->instance_count; k++) {
        if (plan->instances[k].definition != definition)
            continue;
        any = any || plan->selected[k];
        *members += plan->selected[k];
    }
    return any;
}

static void list(const struct plan *plan, bool instances)
{
    size_t cases = 0;
    for (size_t i = 0; i < plan->definition_count; i++) {
        const struct case_definition *definition = plan->definitions[i];
        size_t members;
        if (!is_selected(plan, definition, &members))
            continue;
        cases++;
        if (!instances) {
            printf("%s/%s  %s%s", definition->suite, definition->id, definition->title,
                   members > 1 ? "" : "\n");
            if (members > 1)
                printf(" (%zu)\n", members);
            continue;
        }
        for (size_t k = 0; k < plan->instance_count; k++) {
            const struct case_instance *instance = &plan->instances[k];
            if (instance->definition == definition && plan->selected[k])
                printf("%s%s%s\n", instance->id, instance->wstest != NULL ? "  " : "",
                       instance->wstest != NULL ? instance->wstest : "");
        }
    }
    printf("%zu cases, %zu instances\n", cases, plan->selected_count);
}

int command_list(int argc, char **argv)
{
    static const char help[] =
        "usage: wringer list [--cases DIR] [--instances] [SELECTOR]...\n\n"
        "Lists the cases that a selection names, with the number of their instances in brackets.\n"
        "Selectors are those of wringer test; without one, every case is listed.\n";
    struct list_options options;
    int done = parse(&options, argc, argv, help);
    if (done >= 0)
        return done;
    struct plan plan;
    struct text_buffer errors = {.cap = ERRORS_MAX};
    int exit_code = EXIT_AS_EXPECTED;
    if (plan_load(&plan, options.cases, WS_SERVER, &errors) &&
        plan_select(&plan, options.words, options.word_count, &errors))
        list(&plan, options.instances);
    else
        exit_code = complain("list", errors.text);
    plan_free(&plan);
    text_free(&errors);
    return exit_code;
}

/* ---- explain ---- */

static bool cites(const struct case_definition *definition, const char *id)
{
    for (const struct case_word *word = definition->requirements; word != NULL; word = word->next) {
        if (strcmp(word->text, id) == 0)
            return true;
    }
    return false;
}

static void print_quote(const struct requirement *requirement)
{
    struct text_buffer quote = {.cap = TEXT_MAX};
    requirement_print_quote(&quote, requirement, 4);
    if (quote.text != NULL)
        fputs(quote.text, stdout);
    text_free(&quote);
}

static void explain_requirement(const struct plan *plan, const struct requirement *requirement)
{
    printf("%s  %s, section %s  %s, binds: %s\n    %s\n", requirement->id, requirement->rfc,
           requirement->section, requirement->level, requirement->subject, requirement->rule);
    print_quote(requirement);
    bool any = false;
    for (size_t i = 0; i < plan->definition_count; i++) {
        const struct case_definition *definition = plan->definitions[i];
        if (!cites(definition, requirement->id))
            continue;
        printf("%s    %s/%s  %s\n", any ? "" : "Cases that cite it:\n", definition->suite, definition->id,
               definition->title);
        any = true;
    }
    if (!any)
        printf("    No case cites it.\n");
}

/* The octets of a frame of the case are told per role in the report; here stands what the case says and why.
 */
static void explain_case(const struct plan *plan, const struct case_definition *definition)
{
    struct text_buffer text = {.cap = TEXT_MAX};
    case_print_definition(&text, definition);
    printf("%s/%s  %s:%u\n\n%s\n", definition->suite, definition->id, definition->place.file,
           definition->place.line, text.text == NULL ? "" : text.text);
    text_free(&text);
    for (const struct case_word *word = definition->requirements; word != NULL; word = word->next) {
        const struct requirement *requirement = requirement_find(&plan->requirements, word->text);
        if (requirement == NULL)
            continue;
        printf("%s (%s %s, %s): %s\n", requirement->id, requirement->rfc, requirement->section,
               requirement->level, requirement->rule);
        print_quote(requirement);
    }
    enum case_level level = plan_level(plan, definition);
    static const char *const meaning[] = {"FAILED", "NON-STRICT", "INFORMATIONAL", "INFORMATIONAL"};
    printf("An expect that is not met is %s%s.\n", meaning[level],
           definition->derived
               ? " (derived: the RFC binds only the sender here, the receiver's duty follows from 10.7)"
               : "");
    size_t members = 0;
    const char *first = NULL, *last = NULL;
    for (size_t k = 0; k < plan->instance_count; k++) {
        if (plan->instances[k].definition != definition)
            continue;
        members++;
        first = first == NULL ? plan->instances[k].id : first;
        last = plan->instances[k].id;
    }
    if (members > 0)
        printf("%zu instances for servers: %s%s%s\n", members, first, members > 1 ? " .. " : "",
               members > 1 ? last : "");
}

static bool explain_word(struct plan *plan, const char *word, struct text_buffer *errors)
{
    const struct requirement *requirement = requirement_find(&plan->requirements, word);
    if (requirement != NULL) {
        explain_requirement(plan, requirement);
        return true;
    }
    if (!plan_select(plan, &word, 1, errors))
        return false;
    for (size_t i = 0; i < plan->definition_count; i++) {
        size_t members;
        if (is_selected(plan, plan->definitions[i], &members))
            explain_case(plan, plan->definitions[i]);
    }
    return true;
}

int command_explain(int argc, char **argv)
{
    static const char help[] =
        "usage: wringer explain [--cases DIR] CASE|REQUIREMENT|NUMBER...\n\n"
        "Tells what a case sends and expects and which sentences it rests on, or what a requirement says\n"
        "and which cases cite it.\n";
    struct list_options options;
    int done = parse(&options, argc, argv, help);
    if (done >= 0)
        return done;
    if (options.word_count == 0)
        return complain("explain", "wringer explain: no case or requirement is named\n");
    struct plan plan;
    struct text_buffer errors = {.cap = ERRORS_MAX};
    int exit_code = EXIT_AS_EXPECTED;
    bool loaded = plan_load(&plan, options.cases, WS_SERVER, &errors);
    for (size_t i = 0; i < options.word_count && loaded; i++) {
        if (i > 0)
            printf("\n");
        loaded = explain_word(&plan, options.words[i], &errors);
    }
    if (!loaded)
        exit_code = complain("explain", errors.text);
    plan_free(&plan);
    text_free(&errors);
    return exit_code;
}
