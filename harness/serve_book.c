/* SPDX-License-Identifier: MIT */
/* serve_book.c: clients by name, cases by number, results. */
#include "harness/serve_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERVE_USER_AGENT_MAX = 512 };

static void fail(struct serve_book *book, const char *why)
{
    if (book->failed)
        return;
    book->failed = true;
    snprintf(book->error, sizeof book->error, "%s", why);
}

bool serve_book_init(struct serve_book *book, struct recorder *recorder, struct baseline *baseline,
                     const struct run_settings *settings, const char *url, const char *exec)
{
    const struct plan *plan = recorder->plan;
    *book = (struct serve_book){
        .recorder = recorder, .baseline = baseline, .settings = settings, .url = url, .exec = exec};
    book->list = calloc(plan->instance_count + 1, sizeof *book->list);
    if (book->list == NULL)
        return false;
    for (size_t i = 0; i < plan->instance_count; i++) {
        if (plan->selected[i] && run_lacks(settings, &plan->instances[i]) == NULL)
            book->list[book->list_count++] = i;
    }
    return true;
}

void serve_book_free(struct serve_book *book)
{
    for (size_t i = 0; i < book->held_count; i++)
        run_free(book->held[i].run);
    for (size_t i = 0; i < book->agent_count; i++) {
        free(book->agents[i]->results);
        free(book->agents[i]);
    }
    free(book->list);
    *book = (struct serve_book){0};
}

static bool write_target(struct serve_book *book, const struct serve_agent *agent, struct ws_octets request)
{
    struct ws_head parsed;
    enum ws_violation violation;
    char user_agent[SERVE_USER_AGENT_MAX] = "";
    if (ws_head_parse(&parsed, WS_HEAD_REQUEST, request, 0, &ws_head_limits_default, &violation) ==
        WS_HEAD_COMPLETE) {
        const struct ws_octets *value = ws_head_find(&parsed, "User-Agent", NULL);
        if (value != NULL)
            snprintf(user_agent, sizeof user_agent, "%.*s", (int)value->size, (const char *)value->at);
    }
    char *head = strndup((const char *)request.at, request.size);
    if (head == NULL)
        return false;
    const struct journal_target line = {.name = agent->name,
                                        .url = book->url,
                                        .exec = book->exec,
                                        .agent = user_agent,
                                        .role = "client",
                                        .response = head,
                                        .echoes = true,
                                        .pongs = true};
    bool written = recorder_write_target(book->recorder, &line);
    free(head);
    return written;
}

/* `provisional`: what is written may be replaced by a confirmation. */
static void write_result(struct serve_book *book, struct serve_agent *agent, size_t instance,
                         const struct run_verdict *verdict, const struct transcript *transcript,
                         bool provisional)
{
    struct serve_result *result = &agent->results[instance];
    struct recorded_run record = {.target_index = agent->index,
                                  .target = &agent->target,
                                  .instance = &book->recorder->plan->instances[instance],
                                  .verdict = verdict,
                                  .transcript = transcript,
                                  .provisional = provisional,
                                  .confirmed = result->unconfirmed,
                                  .first_verdict = result->verdict,
                                  .first_closing = result->closing};
    result->begun = result->ended = true;
    result->unconfirmed = provisional;
    result->suspected = false;
    result->verdict = verdict->verdict;
    result->closing = verdict->closing;
    struct tally share = {0};
    if (!recorder_write(book->recorder, &record, book->baseline, &share))
        fail(book, journal_error(book->recorder->journal));
    tally_replace(&agent->tally, &result->share, &share);
    result->share = share;
    result->word =
        book->recorder->numbers == NULL ? verdict_word(verdict->verdict) : book->recorder->behavior;
}

void serve_book_words(struct serve_book *book, struct serve_agent *agent, size_t instance,
                      enum verdict verdict, const char *reason)
{
    struct run_verdict words = {.verdict = verdict, .closing = CLOSING_NOT_JUDGED};
    snprintf(words.reason, sizeof words.reason, "%s", reason);
    write_result(book, agent, instance, &words, NULL, false);
}

/* What cannot be asked over this connection. */
static void skip_lacking(struct serve_book *book, struct serve_agent *agent)
{
    const struct plan *plan = book->recorder->plan;
    for (size_t i = 0; i < plan->instance_count; i++) {
        const char *why = run_lacks(book->settings, &plan->instances[i]);
        if (plan->selected[i] && why != NULL)
            serve_book_words(book, agent, i, VERDICT_SKIP, why);
    }
}

static struct serve_agent *add_agent(struct serve_book *book, const char *name, struct ws_octets request)
{
    struct serve_agent *agent = calloc(1, sizeof *agent);
    struct serve_result *results = calloc(book->recorder->plan->instance_count + 1, sizeof *results);
    if (agent == NULL || results == NULL) {
        free(agent);
        free(results);
        fail(book, "out of memory");
        return NULL;
    }
    snprintf(agent->name, sizeof agent->name, "%s", name);
    agent->results = results;
    agent->index = (unsigned)book->agent_count;
    agent->target = (struct test_target){.url = book->url, .exec = book->exec, .name = agent->name};
    book->agents[book->agent_count++] = agent;
    if (!write_target(book, agent, request))
        fail(book, journal_error(book->recorder->journal));
    skip_lacking(book, agent);
    return agent;
}

struct serve_agent *serve_book_agent(struct serve_book *book, const char *name, struct ws_octets request)
{
    for (size_t i = 0; i < book->agent_count; i++) {
        if (strcmp(book->agents[i]->name, name) == 0)
            return book->agents[i];
    }
    return book->failed || book->agent_count == TEST_TARGETS_MAX ? NULL : add_agent(book, name, request);
}

size_t serve_book_find(const struct serve_book *book, const struct serve_route *route)
{
    const struct plan *plan = book->recorder->plan;
    if (route->number > 0)
        return route->number <= book->list_count ? book->list[route->number - 1] : SERVE_NO_CASE;
    for (size_t i = 0; i < book->list_count; i++) {
        const struct case_instance *instance = &plan->instances[book->list[i]];
        if (strcmp(instance->id, route->tuple) == 0 ||
            (instance->wstest != NULL && strcmp(instance->wstest, route->tuple) == 0))
            return book->list[i];
    }
    return SERVE_NO_CASE;
}

size_t serve_book_next(struct serve_book *book, struct serve_agent *agent)
{
    while (agent->next < book->list_count && agent->results[book->list[agent->next]].begun)
        agent->next++;
    return agent->next < book->list_count ? book->list[agent->next] : SERVE_NO_CASE;
}

static void write_held(struct serve_book *book, struct serve_held *held, bool suspected)
{
    const struct run_verdict *verdict = run_verdict(held->run);
    bool provisional =
        book->confirms && !book->confirming && (suspected || tally_wants_confirmation(verdict));
    write_result(book, held->agent, held->instance, verdict, run_transcript(held->run), provisional);
    held->agent->results[held->instance].suspected = suspected && provisional;
    run_free(held->run);
}

/* Writes all but the newest `kept`. */
static void write_oldest(struct serve_book *book, size_t kept, bool suspected)
{
    size_t count = book->held_count > kept ? book->held_count - kept : 0;
    for (size_t i = 0; i < count; i++)
        write_held(book, &book->held[i], suspected);
    book->held_count -= count;
    memmove(book->held, book->held + count, book->held_count * sizeof *book->held);
}

void serve_book_ended(struct serve_book *book, struct serve_agent *agent, size_t instance, struct run *run)
{
    agent->results[instance].ended = true;
    if (book->held_count == SERVE_HELD_MAX)
        write_oldest(book, SERVE_HELD_MAX - 1, false);
    book->held[book->held_count++] = (struct serve_held){agent, instance, run};
    write_oldest(book, book->holds, false);
}

void serve_book_release(struct serve_book *book)
{
    write_oldest(book, 0, false);
}

/* What has killed the client. */
static void blame(struct serve_book *book, struct serve_held killer, const char *death)
{
    struct run_verdict verdict = *run_verdict(killer.run);
    verdict.verdict = VERDICT_CRASH;
    snprintf(verdict.reason, sizeof verdict.reason, "%s", death);
    write_result(book, killer.agent, killer.instance, &verdict, run_transcript(killer.run), false);
    run_free(killer.run);
}

void serve_book_suspect(struct serve_book *book, const char *death)
{
    bool alone = book->held_count == 1 || book->list_count == 1;
    if (book->confirming && alone && book->held_count > 0)
        blame(book, book->held[--book->held_count], death);
    for (size_t i = 0; book->confirming && i < book->held_count; i++) { /* still to be confirmed */
        book->held[i].agent->results[book->held[i].instance].suspected = !alone;
        run_free(book->held[i].run);
    }
    if (book->confirming)
        book->held_count = 0;
    write_oldest(book, 0, true);
}

size_t serve_book_narrow(struct serve_book *book, struct serve_agent *agent, bool confirm)
{
    const struct plan *plan = book->recorder->plan;
    book->list_count = 0;
    agent->next = 0;
    bool alone = false;
    for (size_t i = 0; i < plan->instance_count && !alone; i++) {
        struct serve_result *result = &agent->results[i];
        if (!plan->selected[i] || (confirm ? !result->unconfirmed : result->ended))
            continue;
        result->begun = false;
        alone = confirm && result->suspected;
        if (alone)
            book->list_count = 0;
        book->list[book->list_count++] = i;
    }
    return book->list_count;
}
