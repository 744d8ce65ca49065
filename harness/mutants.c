/* SPDX-License-Identifier: MIT */
/* mutants.c: processes share the faults among them, and write what they see into one table. A process that a
 * fault takes down takes only its own work with it. */
#include "harness/mutants_job.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness/memory_driver.h"

enum {
    SAMPLES =
        4, /* members of a family that stand for all where the case does not cite what the fault breaks */
    HEAVY_MICROSECONDS =
        1000, /* an instance that takes the processor longer is run only where it is needed */
    MESSAGE_LIMIT = 64 << 20,
    CLOSE_TIMEOUT = 2000, /* ms, less than the patience of a run */
    PROCESSES_MAX = 64,
    TLS_PROCESSES = 16
};

/* When an instance is run against a fault: always; or only while no case has named the fault. */
enum pass { PASS_FIRST, PASS_REST, PASS_HEAVY };

static size_t table_size(const struct plan *plan)
{
    return sizeof(struct table) + WS_FAULT_COUNT * plan->instance_count;
}

/* Time that this process has had of a processor. */
static uint64_t processor_microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

bool mutants_cites(const struct case_definition *definition, const char *requirement)
{
    for (const struct case_word *word = definition->requirements; word != NULL; word = word->next)
        if (strcmp(word->text, requirement) == 0)
            return true;
    return false;
}

/* By rising gravity, for what speaks of the target's behaviour; -1 for what does not. */
static int gravity(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_OK:
        return 0;
    case VERDICT_INFORMATIONAL:
        return 1;
    case VERDICT_NON_STRICT:
        return 2;
    case VERDICT_FAILED:
        return 3;
    case VERDICT_SKIP:
    case VERDICT_UNIMPLEMENTED:
    case VERDICT_SETUP:
    case VERDICT_CRASH:
    case VERDICT_ERROR:
        return -1;
    }
    return -1;
}

static unsigned judge(const struct run_verdict *verdict, enum verdict faultless, enum ws_fault fault,
                      enum ws_role role, const struct case_definition *definition)
{
    const char *requirement = ws_fault_requirement(fault, role);
    unsigned cell = MUTANT_RAN;
    if (gravity(verdict->verdict) > gravity(faultless))
        cell |= MUTANT_BY_CASE | (mutants_cites(definition, requirement) ? MUTANT_CASE_NAMES : 0U);
    for (size_t i = 0; i < verdict->violation_count; i++)
        cell |= MUTANT_BY_MONITOR |
                (strcmp(verdict->violations[i].requirement, requirement) == 0 ? MUTANT_MONITOR_NAMES : 0U);
    return cell;
}

unsigned mutants_enter(struct job *job, enum ws_fault fault, size_t instance,
                       const struct run_verdict *verdict, bool heavy)
{
    const struct plan *plan = job->mutants->plan;
    uint8_t *cell = &job->table->cells[fault * plan->instance_count + instance];
    if (fault != WS_NO_FAULT) {
        *cell = (uint8_t)judge(verdict, job->faultless[instance].verdict, fault, job->mutants->plan->role,
                               plan->instances[instance].definition);
        return *cell;
    }
    bool closed = verdict->closing == CLOSING_CLEAN || verdict->closing == CLOSING_NOT_JUDGED;
    bool right = gravity(verdict->verdict) == 0 || gravity(verdict->verdict) == 1;
    job->faultless[instance] = (struct faultless){verdict->verdict, heavy};
    *cell = MUTANT_RAN;
    if (!right || !closed)
        *cell |= MUTANT_BY_CASE;
    if (verdict->violation_count > 0)
        *cell |= MUTANT_BY_MONITOR;
    return *cell;
}

/* What a target in memory has; and no surveys. */
static bool can_run(const struct case_definition *definition)
{
    return (definition->needs & (~memory_settings().can | NEEDS_SURVEY)) == 0;
}

static bool runs(const struct plan *plan, size_t instance)
{
    return plan->selected[instance] && can_run(plan->instances[instance].definition);
}

/* Returns the cell. */
static unsigned run_one(struct job *job, enum ws_fault fault, size_t index)
{
    const struct plan *plan = job->mutants->plan;
    const struct case_instance *instance = &plan->instances[index];
    struct run_settings settings = memory_settings();
    struct ws_endpoint_config config = {.role = instance->role,
                                        .message_limit = MESSAGE_LIMIT,
                                        .close_timeout = CLOSE_TIMEOUT,
                                        .deflate = {.enabled = true, .level = 1}, /* the quickest */
                                        .fault = fault};
    uint64_t begun = processor_microseconds();
    struct run *run = memory_run(instance, plan_level(plan, instance->definition), &settings, &config);
    if (run == NULL) {
        atomic_store(&job->table->out_of_memory, true);
        return 0;
    }
    unsigned cell = mutants_enter(job, fault, index, run_verdict(run),
                                  processor_microseconds() - begun > HEAVY_MICROSECONDS);
    run_free(run);
    return cell;
}

/* ---- Pieces of work: each takes the next until there are none ---- */

/* The faultless reference, by instance. */
static void run_faultless(struct job *job)
{
    const struct plan *plan = job->mutants->plan;
    for (size_t i; (i = atomic_fetch_add(&job->table->next, 1)) < plan->instance_count;)
        if (runs(plan, i))
            (void)run_one(job, WS_NO_FAULT, i);
}

/* Of a family with many members, some stand for all where the case is about something else. */
static bool stands_for_all(size_t member, size_t members)
{
    size_t stride = members / SAMPLES | 1; /* odd, so that it meets every delivery */
    return members <= SAMPLES || member % stride == 0;
}

/* Which instances of a case are run against a fault, in which pass. */
static enum pass pass_of(const struct job *job, enum ws_fault fault, size_t definition, size_t instance)
{
    const size_t *first = job->mutants->first + definition;
    if (job->faultless[instance].heavy)
        return PASS_HEAVY;
    return mutants_cites(job->mutants->plan->definitions[definition],
                         ws_fault_requirement(fault, job->mutants->plan->role)) ||
                   stands_for_all(instance - first[0], first[1] - first[0])
               ? PASS_FIRST
               : PASS_REST;
}

static unsigned run_pass(struct job *job, enum ws_fault fault, enum pass pass)
{
    const struct plan *plan = job->mutants->plan;
    unsigned saw = 0;
    for (size_t d = 0; d < plan->definition_count; d++) {
        for (size_t i = job->mutants->first[d]; i < job->mutants->first[d + 1]; i++) {
            if (pass != PASS_FIRST && (saw & MUTANT_NAMED))
                return saw;
            if (runs(plan, i) && pass_of(job, fault, d, i) == pass)
                saw |= run_one(job, fault, i);
        }
    }
    return saw;
}

/* The faults, by fault: first what is light, the rest only while nothing names it. */
static void run_faults(struct job *job)
{
    for (size_t f; (f = atomic_fetch_add(&job->table->next, 1)) < WS_FAULT_COUNT;) {
        enum ws_fault fault = (enum ws_fault)f;
        unsigned saw = job->mutants->wanted[f] && !ws_fault_is_of_tls(fault) ? 0 : MUTANT_NAMED;
        for (enum pass pass = PASS_FIRST; pass <= PASS_HEAVY && !(saw & MUTANT_NAMED); pass++)
            saw |= run_pass(job, fault, pass);
    }
}

/* Runs the heavy instances of a case against the faults that break what it cites, until it catches one. */
static void prove_case(struct job *job, size_t d)
{
    const struct plan *plan = job->mutants->plan;
    const struct case_definition *definition = plan->definitions[d];
    const size_t *first = job->mutants->first;
    for (size_t f = 1; f < WS_FAULT_COUNT; f++) {
        if (!job->mutants->wanted[f] || ws_fault_is_of_tls((enum ws_fault)f) ||
            !mutants_cites(definition, ws_fault_requirement((enum ws_fault)f, job->mutants->plan->role)))
            continue;
        for (size_t i = first[d]; i < first[d + 1]; i++) {
            if (!runs(plan, i) || (mutants_cell(job->mutants, (enum ws_fault)f, i) & MUTANT_RAN))
                continue;
            if (run_one(job, (enum ws_fault)f, i) & MUTANT_CASE_NAMES)
                return;
        }
    }
}

/* The cases that have caught nothing yet of what they cite, by case. */
static void run_cases(struct job *job)
{
    const struct plan *plan = job->mutants->plan;
    for (size_t d; (d = atomic_fetch_add(&job->table->next, 1)) < plan->definition_count;) {
        bool caught = mutants_exempt(plan, plan->definitions[d]);
        for (size_t f = 1; f < WS_FAULT_COUNT && !caught; f++)
            caught = (mutants_saw(job->mutants, (enum ws_fault)f, d) & MUTANT_CASE_NAMES) != 0;
        if (!caught)
            prove_case(job, d);
    }
}

/* ---- Processes ---- */

/* Has so many processes do one kind of work. False if one of them died or could not do it. */
static bool share(struct job *job, size_t count, void (*work)(struct job *))
{
    pid_t processes[PROCESSES_MAX];
    bool done = true;
    atomic_store(&job->table->next, 0);
    for (size_t i = 0; i < count; i++) {
        processes[i] = fork();
        if (processes[i] == 0) {
            work(job);
            _exit(0);
        }
        done = done && processes[i] > 0;
    }
    for (size_t i = 0; i < count; i++) {
        int status = 0;
        if (processes[i] > 0 && (waitpid(processes[i], &status, 0) < 0 || status != 0))
            done = false;
    }
    return done && !atomic_load(&job->table->out_of_memory) && !atomic_load(&job->table->no_server);
}

/* In memory the processors set the pace, over loopback the patience with servers that are silent. */
static bool run_everything(struct job *job)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t processors = online < 1 ? 1 : online > PROCESSES_MAX ? PROCESSES_MAX : (size_t)online;
    return share(job, processors, run_faultless) && share(job, processors, run_faults) &&
           share(job, processors, run_cases) &&
           (job->mutants->plan->role == WS_CLIENT || /* none of the cases about TLS is for clients */
            (share(job, 1, mutants_tls_run_faultless) && share(job, TLS_PROCESSES, mutants_tls_run_faults) &&
             share(job, TLS_PROCESSES, mutants_tls_run_cases)));
}

/* Where the instances of each case begin: a plan has them in the order of the cases. */
static bool index_cases(struct mutants *mutants)
{
    const struct plan *plan = mutants->plan;
    mutants->first = calloc(plan->definition_count + 1, sizeof *mutants->first);
    if (mutants->first == NULL)
        return false;
    size_t i = 0;
    for (size_t d = 0; d < plan->definition_count; d++) {
        mutants->first[d] = i;
        while (i < plan->instance_count && plan->instances[i].definition == plan->definitions[d])
            i++;
    }
    mutants->first[plan->definition_count] = i;
    return true;
}

bool mutants_run(struct mutants *mutants, const struct plan *plan, struct text_buffer *errors)
{
    mutants->plan = plan;
    size_t size = table_size(plan), faultless_size = (plan->instance_count + 1) * sizeof(struct faultless);
    struct table *table = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct faultless *faultless =
        mmap(NULL, faultless_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool done = false;
    if (table != MAP_FAILED)
        mutants->cells = table->cells;
    if (table == MAP_FAILED || faultless == MAP_FAILED || !index_cases(mutants)) {
        text_print(errors, "out of memory\n");
    } else {
        struct job job = {.mutants = mutants, .table = table, .faultless = faultless};
        done = run_everything(&job);
        if (atomic_load(&table->no_server))
            text_print(errors, "no server on 127.0.0.1: %s\n", table->no_server_text);
        else if (!done)
            text_print(errors,
                       "a process died or memory is out: a fault takes down more than its endpoint\n");
    }
    if (faultless != MAP_FAILED)
        munmap(faultless, faultless_size);
    return done;
}

void mutants_free(struct mutants *mutants)
{
    if (mutants->cells != NULL)
        munmap(mutants->cells - offsetof(struct table, cells), table_size(mutants->plan));
    mutants->cells = NULL;
    free(mutants->first);
    mutants->first = NULL;
}

unsigned mutants_cell(const struct mutants *mutants, enum ws_fault fault, size_t instance)
{
    return mutants->cells[fault * mutants->plan->instance_count + instance];
}

unsigned mutants_saw(const struct mutants *mutants, enum ws_fault fault, size_t definition)
{
    unsigned saw = 0;
    for (size_t i = mutants->first[definition]; i < mutants->first[definition + 1]; i++)
        saw |= mutants_cell(mutants, fault, i);
    return saw;
}

bool mutants_exempt(const struct plan *plan, const struct case_definition *definition)
{
    enum case_level level = plan_level(plan, definition);
    unsigned tests = plan->role == WS_SERVER ? CASE_TESTS_SERVER : CASE_TESTS_CLIENT;
    return level == LEVEL_MAY || level == LEVEL_INFO || !(definition->roles & tests) ||
           (!can_run(definition) && !mutants_over_tls(definition));
}
