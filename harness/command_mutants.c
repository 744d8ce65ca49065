/* SPDX-License-Identifier: MIT */
/* command_mutants.c: `wringer mutants` proves that the cases can fail: it runs them against references with
 * seeded faults and prints which case catches which fault. */
#include <stdio.h>
#include <string.h>

#include "harness/command.h"
#include "harness/mutants.h"

enum { ERRORS_MAX = 1 << 20, WORDS_MAX = 256, NAMED_MAX = 3 /* cases that a line names */ };

static const char help[] =
    "usage: wringer mutants [--brief] [--cases DIR] [--role ROLE] [--fault NAME]... [SELECTOR]...\n"
    "\n"
    "Runs the cases, without surveys, against references with seeded faults, servers and then clients, in\n"
    "memory, those about TLS over loopback, and prints for each fault the cases that catch it, and for each\n"
    "case the number of faults. wringer echo --fault help lists the faults of servers, wringer connect\n"
    "--fault help those of clients; selectors are those of wringer test. Without either, everything is run.\n"
    "\n"
    "  --role ROLE        only references that are a server, or a client\n"
    "  --fault NAME       only this fault; may be given several times; its line names all cases\n"
    "  --cases DIR        the cases of this directory\n"
    "  --brief            only what is wrong, and how many there are\n"
    "\n"
    "A case catches a fault when its verdict is worse than with the faultless reference, or a monitor sees "
    "a\n"
    "violation. It must name the fault: cite the requirement that the fault breaks. The exit code is 1 when "
    "the\n"
    "faultless reference is not OK; when all cases are run, if a fault survives or is named by none; and "
    "when\n"
    "all faults are run, if a case catches none. Cases of level MAY and INFO are exempt: they cannot fail.\n";

struct options {
    const char *cases;
    const char *selectors[WORDS_MAX];
    size_t selector_count;
    bool brief;
    bool wanted[WS_FAULT_COUNT];
    size_t fault_count; /* of --fault; 0: all faults */
    const char *role;   /* "server" or "client"; NULL: both */
};

/* -1 to go on, or an exit code. */
static int read_options(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(help, stdout);
            return EXIT_AS_EXPECTED;
        }
        if (strcmp(argv[i], "--brief") == 0) {
            options->brief = true;
        } else if (strcmp(argv[i], "--cases") == 0 && i + 1 < argc) {
            options->cases = argv[++i];
        } else if (strcmp(argv[i], "--fault") == 0 && i + 1 < argc) {
            enum ws_fault fault = ws_fault_find(argv[++i]);
            if (fault == WS_NO_FAULT) {
                fprintf(stderr,
                        "wringer mutants: there is no fault '%s'; wringer echo --fault help and\n"
                        "wringer connect --fault help list them\n",
                        argv[i]);
                return EXIT_USAGE;
            }
            options->wanted[fault] = true;
            options->fault_count++;
        } else if (strcmp(argv[i], "--role") == 0 && i + 1 < argc) {
            options->role = argv[++i];
            if (strcmp(options->role, "server") != 0 && strcmp(options->role, "client") != 0) {
                fprintf(stderr, "wringer mutants: --role %s: expected server or client\n", options->role);
                return EXIT_USAGE;
            }
        } else if (argv[i][0] == '-') {
            fprintf(stderr, "wringer mutants: unknown option '%s', or its value is missing\n", argv[i]);
            return EXIT_USAGE;
        } else if (options->selector_count == WORDS_MAX) {
            fprintf(stderr, "wringer mutants: too many words\n");
            return EXIT_USAGE;
        } else {
            options->selectors[options->selector_count++] = argv[i];
        }
    }
    for (size_t f = 1; f < WS_FAULT_COUNT && options->fault_count == 0; f++)
        options->wanted[f] = true;
    return -1;
}

/* The instances for which the faultless reference is not OK. */
static size_t print_faultless(const struct mutants *mutants)
{
    size_t wrong = 0;
    for (size_t i = 0; i < mutants->plan->instance_count; i++) {
        if (!(mutants_cell(mutants, WS_NO_FAULT, i) & MUTANT_CAUGHT))
            continue;
        printf("NOT OK without a fault: %s\n", mutants->plan->instances[i].id);
        wrong++;
    }
    return wrong;
}

struct catches {
    size_t cases; /* that caught it */
    bool named, by_monitor;
};

static struct catches catches_of(const struct mutants *mutants, enum ws_fault fault)
{
    struct catches catches = {0};
    for (size_t d = 0; d < mutants->plan->definition_count; d++) {
        unsigned saw = mutants_saw(mutants, fault, d);
        catches.cases += (saw & MUTANT_BY_CASE) != 0;
        catches.named = catches.named || (saw & MUTANT_NAMED);
        catches.by_monitor = catches.by_monitor || (saw & MUTANT_BY_MONITOR);
    }
    return catches;
}

/* The cases that caught it, those first that cite its requirement. */
static void print_cases(const struct mutants *mutants, enum ws_fault fault, size_t most)
{
    const struct plan *plan = mutants->plan;
    size_t shown = 0;
    for (int others = 0; others < 2; others++) {
        for (size_t d = 0; d < plan->definition_count && shown < most; d++) {
            unsigned saw = mutants_saw(mutants, fault, d);
            if (!(saw & MUTANT_BY_CASE) || ((saw & MUTANT_CASE_NAMES) == 0) != (others == 1))
                continue;
            printf("%s %s/%s%s", shown == 0 ? ":" : ",", plan->definitions[d]->suite,
                   plan->definitions[d]->id, others == 1 ? " (cites another)" : "");
            shown++;
        }
    }
}

/* What one fault came to, and by whom. */
static void print_fault(const struct mutants *mutants, enum ws_fault fault, const struct catches *catches,
                        size_t most)
{
    const struct ws_fault_facts *facts = ws_fault_facts(fault);
    printf("%-34s %-16s ", facts->name, ws_fault_requirement(fault, mutants->plan->role));
    if (catches->cases == 0 && !catches->by_monitor)
        printf("SURVIVES: %s", facts->sentence);
    else
        printf("%s%zu cases%s", catches->named ? "" : "NOT NAMED by ", catches->cases,
               !catches->by_monitor  ? ""
               : catches->cases == 0 ? ", a monitor"
                                     : " and a monitor");
    print_cases(mutants, fault, most);
    if (catches->cases > most)
        printf(" and %zu more", catches->cases - most);
    printf("\n");
}

/* Prints a line for each fault that was run, or, in brief, for each that is not as it should be. Returns how
 * many were run. */
static size_t print_faults(const struct mutants *mutants, const struct options *options, size_t *survivors,
                           size_t *nameless)
{
    size_t count = 0;
    for (size_t f = 1; f < WS_FAULT_COUNT; f++) {
        if (!mutants->wanted[f])
            continue;
        struct catches catches = catches_of(mutants, (enum ws_fault)f);
        bool survives = catches.cases == 0 && !catches.by_monitor;
        if (!options->brief || !catches.named)
            print_fault(mutants, (enum ws_fault)f, &catches, options->fault_count > 0 ? SIZE_MAX : NAMED_MAX);
        count++;
        *survivors += survives;
        *nameless += !survives && !catches.named;
    }
    return count;
}

/* Prints a line for each case that was run, or, in brief, for each that caught nothing of what it cites and
 * should have. Returns how many these are. */
static size_t print_cases_proven(const struct mutants *mutants, const struct options *options, size_t *cases)
{
    const struct plan *plan = mutants->plan;
    size_t unproven = 0;
    for (size_t d = 0; d < plan->definition_count; d++) {
        const struct case_definition *definition = plan->definitions[d];
        size_t faults = 0, named = 0;
        if (!(mutants_saw(mutants, WS_NO_FAULT, d) & MUTANT_RAN))
            continue;
        for (size_t f = 1; f < WS_FAULT_COUNT; f++) {
            unsigned saw = mutants_saw(mutants, (enum ws_fault)f, d);
            faults += (saw & MUTANT_BY_CASE) != 0;
            named += (saw & MUTANT_CASE_NAMES) != 0;
        }
        bool proven = named > 0 || mutants_exempt(plan, definition);
        if (!options->brief || !proven)
            printf("%s/%s: %zu faults, %zu of what it cites%s\n", definition->suite, definition->id, faults,
                   named, proven ? "" : ": NOT PROVEN");
        (*cases)++;
        unproven += !proven;
    }
    return unproven;
}

/* Prints everything. Returns the exit code. */
static int report(const struct mutants *mutants, const struct options *options)
{
    const char *role = mutants->plan->role == WS_SERVER ? "servers" : "clients";
    size_t survivors = 0, nameless = 0, cases = 0;
    size_t wrong = print_faultless(mutants);
    size_t faults = print_faults(mutants, options, &survivors, &nameless);
    size_t unproven = 0;
    if (options->fault_count == 0)
        unproven = print_cases_proven(mutants, options, &cases);
    if (wrong > 0)
        printf("the faultless reference is not OK in %zu instances\n", wrong);
    if (options->fault_count == 0)
        printf("%s: %zu cases, %zu of them not proven by a fault\n", role, cases, unproven);
    printf("%s: %zu faults, %zu survivors, %zu not named\n", role, faults, survivors, nameless);
    bool failed = wrong > 0 || (options->fault_count == 0 && unproven > 0) ||
                  (options->selector_count == 0 && survivors + nameless > 0);
    return failed ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
}

/* Does the role have one of the faults that are wanted? */
static bool is_wanted(struct mutants *mutants, const struct options *options, enum ws_role role)
{
    bool any = false;
    if (options->role != NULL && strcmp(options->role, role == WS_SERVER ? "server" : "client") != 0)
        return false;
    for (size_t f = 1; f < WS_FAULT_COUNT; f++) {
        mutants->wanted[f] = options->wanted[f] && ws_fault_binds((enum ws_fault)f, role);
        any = any || mutants->wanted[f];
    }
    return any;
}

/* Runs the references of one role. Returns the exit code; EXIT_USAGE when the cases cannot be loaded, or
 * there are none for this role of those that are selected. */
static int run_role(const struct options *options, enum ws_role role, struct text_buffer *errors)
{
    static struct mutants mutants;
    struct plan plan;
    int code = EXIT_USAGE;
    mutants = (struct mutants){0};
    if (!is_wanted(&mutants, options, role))
        return EXIT_AS_EXPECTED;
    if (plan_load(&plan, options->cases, role, errors) &&
        plan_select(&plan, options->selectors, options->selector_count, errors)) {
        code = EXIT_OWN_FAULT;
        if (mutants_run(&mutants, &plan, errors))
            code = report(&mutants, options);
    }
    mutants_free(&mutants);
    plan_free(&plan);
    return code;
}

int command_mutants(int argc, char **argv)
{
    struct options options = {0};
    int code = read_options(argc, argv, &options);
    if (code >= 0)
        return code;
    struct text_buffer errors = {.cap = ERRORS_MAX};
    int servers = run_role(&options, WS_SERVER, &errors);
    if (servers == EXIT_USAGE) /* what is selected may be for clients */
        errors.size = 0;
    int clients = servers == EXIT_OWN_FAULT ? servers : run_role(&options, WS_CLIENT, &errors);
    bool neither = servers == EXIT_USAGE && clients == EXIT_USAGE;
    code = servers == EXIT_USAGE || (clients != EXIT_USAGE && clients > servers) ? clients : servers;
    if (neither || code == EXIT_OWN_FAULT)
        fprintf(stderr, "wringer mutants: %s", errors.text == NULL ? "out of memory\n" : errors.text);
    text_free(&errors);
    return code;
}
