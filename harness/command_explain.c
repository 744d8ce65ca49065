/* SPDX-License-Identifier: MIT */
/* command_explain.c: `wringer explain` tells what a case or a requirement is about. */
#include <stdio.h>
#include <string.h>

#include "harness/command.h"
#include "harness/console.h"
#include "harness/list_options.h"
#include "harness/memory_driver.h"
#include "harness/run_monitors.h"

enum { ERRORS_MAX = 1 << 20, TEXT_MAX = 4 << 20 };

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

/* A word of the catalogue, and what it means. */
struct meaning {
    const char *word, *text;
};

static const char *meaning_of(const struct meaning *meanings, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(meanings[i].word, word) == 0)
            return meanings[i].text;
    }
    return "";
}

static void print_duty_and_status(const struct requirement *requirement)
{
    static const struct meaning duties[] = {
        {"sender", "    It is a duty of who sends.\n"},
        {"receiver", "    It is a duty of who receives.\n"},
        {"derived",
         "    The RFC binds who sends; the duty of who receives is derived from it (RFC 6455 10.7).\n"},
        {"both", "    It is a duty of who sends and of who receives.\n"},
    };
    static const struct meaning statuses[] = {
        {"untestable", "    No case can show it: "},
        {"http2", "    It is about HTTP/2 or HTTP/3, which wringer does not speak.\n"},
    };
    bool asks_nothing = strcmp(requirement->status, "open") == 0;
    fputs(meaning_of(duties, sizeof duties / sizeof duties[0], requirement->duty), stdout);
    fputs(asks_nothing ? "    Nobody can break it" : "", stdout);
    fputs(asks_nothing ? (requirement->reason[0] != '\0' ? ": " : ": it permits or explains.\n") : "",
          stdout);
    fputs(meaning_of(statuses, sizeof statuses / sizeof statuses[0], requirement->status), stdout);
    if (requirement->reason[0] != '\0')
        printf("%s\n", requirement->reason);
}

static void explain_requirement(const struct plan *plan, const struct requirement *requirement)
{
    printf("%s  %s, section %s  %s, binds: %s\n    %s\n", requirement->id, requirement->rfc,
           requirement->section, requirement->level, requirement->subject, requirement->rule);
    print_quote(requirement);
    print_duty_and_status(requirement);
    struct run_monitor monitor;
    bool any = false, watched = false;
    for (enum ws_role role = WS_CLIENT; role <= WS_SERVER; role++) {
        if (!requirement_binds(requirement, role) || !run_monitors_watch(role, requirement->id, &monitor))
            continue;
        printf("    Watched in every run against a %s: %s.\n", role == WS_SERVER ? "server" : "client",
               monitor.watched);
        watched = true;
    }
    for (size_t i = 0; i < plan->definition_count; i++) {
        const struct case_definition *definition = plan->definitions[i];
        if (!cites(definition, requirement->id))
            continue;
        printf("%s    %s/%s  %s\n", any ? "" : "Cases that cite it:\n", definition->suite, definition->id,
               definition->title);
        any = true;
    }
    if (!any)
        printf(watched ? "    No case cites it besides.\n" : "    No case cites it.\n");
}

/* Runs one instance against the reference in memory and shows the conversation, octets and all. */
static void show_conversation(const struct plan *plan, const struct case_instance *instance,
                              enum ws_fault fault)
{
    struct run_settings settings = memory_settings();
    struct ws_endpoint_config config = {
        .role = WS_SERVER, .message_limit = 64 << 20, .deflate = {.enabled = true}, .fault = fault};
    if (instance == NULL || (instance->definition->needs & ~settings.can) != 0)
        return;
    struct run *run = memory_run(instance, plan_level(plan, instance->definition), &settings, &config);
    struct arena arena = {.cap = TEXT_MAX};
    size_t count = 0;
    const struct journal_line *lines =
        run == NULL ? NULL : transcript_lines(run_transcript(run), &arena, &count);
    struct console console;
    console_init(&console);
    printf("\n%s with the reference%s%s:\n", instance->id, fault == WS_NO_FAULT ? "" : " that ",
           ws_fault_facts(fault)->sentence);
    console_transcript(&console, lines, count);
    if (run != NULL && fault != WS_NO_FAULT) {
        const struct run_verdict *verdict = run_verdict(run);
        printf("%s: %s\n", verdict_word(verdict->verdict), verdict->reason);
        for (size_t i = 0; i < verdict->violation_count; i++)
            printf("violation of %s: %s\n", verdict->violations[i].requirement,
                   verdict->violations[i].sentence);
    }
    arena_free(&arena);
    run_free(run);
}

static void explain_case(const struct plan *plan, const struct case_definition *definition,
                         enum ws_fault fault)
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
    const struct case_instance *first = NULL, *last = NULL, *shown = NULL;
    for (size_t k = 0; k < plan->instance_count; k++) {
        if (plan->instances[k].definition != definition)
            continue;
        members++;
        first = first == NULL ? &plan->instances[k] : first;
        shown = shown == NULL && plan->selected[k] ? &plan->instances[k] : shown;
        last = &plan->instances[k];
    }
    if (members == 0)
        return;
    printf("%zu instance%s for servers: %s%s%s\n", members, members > 1 ? "s" : "", first->id,
           members > 1 ? " .. " : "", members > 1 ? last->id : "");
    show_conversation(plan, shown, fault);
}

static bool explain_word(struct plan *plan, const char *word, enum ws_fault fault, struct text_buffer *errors)
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
        if (list_is_selected(plan, plan->definitions[i], &members))
            explain_case(plan, plan->definitions[i], fault);
    }
    return true;
}

int command_explain(int argc, char **argv)
{
    static const char help[] =
        "usage: wringer explain [--cases DIR] [--fault NAME] CASE|REQUIREMENT|NUMBER...\n\n"
        "Tells what a case sends and expects, on which sentences it rests, and what "
        "goes over the wire between it and\n"
        "the reference, which does one thing wrong with --fault (wringer echo --fault "
        "help lists the faults);\n"
        "or what a requirement says and which cases cite it.\n";
    struct list_options options;
    int done = list_options_parse(&options, argc, argv, help);
    if (done >= 0)
        return done;
    if (options.word_count == 0)
        return list_options_complain("explain", "wringer explain: no case or requirement is named\n");
    struct plan plan;
    struct text_buffer errors = {.cap = ERRORS_MAX};
    int exit_code = EXIT_AS_EXPECTED;
    bool loaded = plan_load(&plan, options.cases, WS_SERVER, &errors);
    for (size_t i = 0; i < options.word_count && loaded; i++) {
        if (i > 0)
            printf("\n");
        loaded = explain_word(&plan, options.words[i], options.fault, &errors);
    }
    if (!loaded)
        exit_code = list_options_complain("explain", errors.text);
    plan_free(&plan);
    text_free(&errors);
    return exit_code;
}
