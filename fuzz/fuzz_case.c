/* SPDX-License-Identifier: MIT */
/* fuzz_case.c: case files: no text is too odd for the parser, what it accepts has one canonical form, and
 * taking that form changes neither the cases nor the form (`wringer fmt` twice is `wringer fmt` once). */
#include "fuzz/oracle.h"
#include "harness/case.h"
#include "harness/embedded.h"
#include "harness/text_buffer.h"

/* No file("...") is at hand here. */
const struct embedded_file embedded_files[] = {{0}};

/* The second is small, so that large families end early and the fuzzer stays fast. */
enum { MEMORY_CAP = 64 * 1024 * 1024, INSTANCES_CAP = 4 * 1024 * 1024 };

/* One text, what it parsed to, and its two printed forms. */
struct reading {
    struct arena arena;
    struct case_file *file; /* NULL: not accepted, or memory was out */
    struct text_buffer canonical, definitions;
};

static void check_diagnostics(const struct case_diagnostic *diagnostic)
{
    struct text_buffer out = {.cap = MEMORY_CAP};
    for (; diagnostic != NULL; diagnostic = diagnostic->next) {
        must(diagnostic->message != NULL && diagnostic->message[0] != '\0', "a diagnostic has its reason");
        must(diagnostic->place.line != 0 && diagnostic->place.column != 0, "a diagnostic has its place");
        case_diagnostic_print(&out, diagnostic);
    }
    text_free(&out);
}

static struct reading reading_of(const char *text, size_t size)
{
    struct reading reading = {
        .arena = {.cap = MEMORY_CAP}, .canonical = {.cap = MEMORY_CAP}, .definitions = {.cap = MEMORY_CAP}};
    struct case_diagnostic *diagnostics = NULL;
    reading.file = case_parse(&reading.arena, "fuzzed.case", text, size, &diagnostics);
    check_diagnostics(diagnostics);
    if (diagnostics != NULL) {
        reading.file = NULL;
    }
    if (reading.file != NULL) {
        case_print_file(&reading.canonical, reading.file, text, size);
        for (const struct case_definition *definition = reading.file->cases; definition != NULL;
             definition = definition->next) {
            case_print_definition(&reading.definitions, definition);
        }
    }
    return reading;
}

static void reading_free(struct reading *reading)
{
    text_free(&reading->canonical);
    text_free(&reading->definitions);
    arena_free(&reading->arena);
}

static bool same(const struct text_buffer *a, const struct text_buffer *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->text, b->text, a->size) == 0);
}

/* Every member of every family can be made, for either role. */
static void expand(const struct case_file *file)
{
    struct arena arena = {.cap = INSTANCES_CAP};
    for (const struct case_definition *definition = file->cases; definition != NULL;
         definition = definition->next) {
        for (int role = WS_CLIENT; role <= WS_SERVER; role++) {
            struct case_instance *instances = NULL;
            const size_t count = case_expand(&arena, definition, (enum ws_role)role, &instances);
            for (size_t i = 0; i < count; i++) {
                must(instances[i].id != NULL && instances[i].definition == definition,
                     "an instance has its name and its case");
            }
            arena_free(&arena);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *exact = exact_copy(data, size);
    struct reading first = reading_of((const char *)exact, size);
    if (first.file != NULL && !first.canonical.failed && !first.definitions.failed) {
        uint8_t *printed = exact_copy((const uint8_t *)first.canonical.text, first.canonical.size);
        struct reading second = reading_of((const char *)printed, first.canonical.size);
        must(second.file != NULL, "the canonical form parses");
        must(same(&first.canonical, &second.canonical), "the canonical form is its own canonical form");
        must(same(&first.definitions, &second.definitions), "and means the same cases");
        expand(first.file);
        reading_free(&second);
        free(printed);
    }
    reading_free(&first);
    free(exact);
    return 0;
}
