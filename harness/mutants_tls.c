/* SPDX-License-Identifier: MIT */
/* mutants_tls.c: the cases about TLS, which no target in memory has, against servers of their own on
 * 127.0.0.1. They are few: all of them are run against every fault of TLS, at once. */
#include "harness/mutants_job.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness/memory_driver.h"

/* Microseconds, real ones. The faultless reference is never waited for so long, however busy the machine is:
 * nothing of it is silent. */
enum { PATIENCE = 2 * 1000 * 1000, PATIENCE_FAULTLESS = 20 * 1000 * 1000 };

static struct run_settings loopback_settings(void)
{
    struct run_settings settings = memory_settings();
    settings.can = (settings.can & ~(unsigned)(NEEDS_PLAIN | NEEDS_SURVEY)) | NEEDS_TLS;
    settings.measures = false;
    return settings;
}

bool mutants_over_tls(const struct case_definition *definition)
{
    return (definition->needs & NEEDS_TLS) != 0 && (definition->needs & ~loopback_settings().can) == 0;
}

/* Instances that are run at once. */
struct batch {
    struct job *job;
    enum ws_fault fault;
    struct runner_item *items;
    size_t *instances;
    size_t count;
    unsigned saw; /* the cells together */
};

static void on_ended(void *context, size_t index, struct run *run, run_time connected_at, run_time now)
{
    struct batch *batch = context;
    (void)connected_at;
    (void)now;
    if (run == NULL)
        atomic_store(&batch->job->table->out_of_memory, true);
    else
        batch->saw |=
            mutants_enter(batch->job, batch->fault, batch->instances[index], run_verdict(run), false);
    run_free(run);
}

/* Runs what is selected of one case about TLS, or of all where `only` is NULL. Returns the cells together. */
static unsigned run_batch(struct job *job, enum ws_fault fault, const struct case_definition *only)
{
    const struct plan *plan = job->mutants->plan;
    struct batch batch = {.job = job, .fault = fault};
    batch.items = calloc(plan->instance_count + 1, sizeof *batch.items);
    batch.instances = calloc(plan->instance_count + 1, sizeof *batch.instances);
    for (size_t i = 0; i < plan->instance_count && batch.items != NULL && batch.instances != NULL; i++) {
        const struct case_definition *definition = plan->instances[i].definition;
        if (!plan->selected[i] || !mutants_over_tls(definition) || (only != NULL && only != definition))
            continue;
        batch.items[batch.count] = (struct runner_item){&plan->instances[i], plan_level(plan, definition)};
        batch.instances[batch.count++] = i;
    }
    struct run_settings settings = loopback_settings();
    settings.patience = fault == WS_NO_FAULT ? PATIENCE_FAULTLESS : PATIENCE;
    char error[TRANSPORT_TEXT_MAX];
    if (batch.items == NULL || batch.instances == NULL) {
        atomic_store(&job->table->out_of_memory, true);
    } else if (batch.count > 0 &&
               !loopback_run(&settings, fault, batch.items, batch.count, on_ended, &batch, error)) {
        snprintf(job->table->no_server_text, sizeof job->table->no_server_text, "%s", error);
        atomic_store(&job->table->no_server, true);
    }
    free(batch.items);
    free(batch.instances);
    return batch.saw;
}

void mutants_tls_run_faultless(struct job *job)
{
    if (atomic_fetch_add(&job->table->next, 1) == 0)
        (void)run_batch(job, WS_NO_FAULT, NULL);
}

void mutants_tls_run_faults(struct job *job)
{
    for (size_t f; (f = atomic_fetch_add(&job->table->next, 1)) < WS_FAULT_COUNT;)
        if (job->mutants->wanted[f] && ws_fault_is_of_tls((enum ws_fault)f))
            (void)run_batch(job, (enum ws_fault)f, NULL);
}

void mutants_tls_run_cases(struct job *job)
{
    const struct plan *plan = job->mutants->plan;
    for (size_t d; (d = atomic_fetch_add(&job->table->next, 1)) < plan->definition_count;) {
        const struct case_definition *definition = plan->definitions[d];
        bool caught = !mutants_over_tls(definition) || mutants_exempt(plan, definition);
        for (size_t f = 1; f < WS_FAULT_COUNT && !caught; f++)
            caught = (mutants_saw(job->mutants, (enum ws_fault)f, d) & MUTANT_CASE_NAMES) != 0;
        for (size_t f = 1; f < WS_FAULT_COUNT && !caught; f++)
            if (job->mutants->wanted[f] && !ws_fault_is_of_tls((enum ws_fault)f) &&
                mutants_cites(definition, ws_fault_requirement((enum ws_fault)f, WS_SERVER)))
                caught = (run_batch(job, (enum ws_fault)f, definition) & MUTANT_CASE_NAMES) != 0;
    }
}
