/* SPDX-License-Identifier: MIT */
/* test_reference.c: every embedded case, for a server, in every delivery, is OK on the faultless reference,
 * in memory and with virtual time; and the verdict is the same when it is run again. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/memory_driver.h"
#include "harness/plan.h"

enum { VOLUME_ROUNDS = 3 };

static struct plan plan;

static void load(enum ws_role role)
{
    struct text_buffer errors = {.cap = 1 << 20};
    bool done = plan_load(&plan, NULL, role, &errors);
    ck_assert_msg(done, "%s", errors.text == NULL ? "" : errors.text);
    text_free(&errors);
}

static void load_server(void)
{
    load(WS_SERVER);
}

static void load_client(void)
{
    load(WS_CLIENT);
}

static void unload(void)
{
    plan_free(&plan);
}

static void print_transcript(const struct run *run)
{
    struct arena arena = {.cap = 1 << 20};
    size_t count;
    const struct journal_line *lines = transcript_lines(run_transcript(run), &arena, &count);
    for (size_t i = 0; i < count && i < 40; i++)
        printf("    %-4s %s%s%s\n", lines[i].direction, lines[i].text, lines[i].mark != NULL ? "   <- " : "",
               lines[i].mark != NULL ? lines[i].mark : "");
    arena_free(&arena);
}

static bool is_faultless(const struct run_verdict *verdict)
{
    bool pass = verdict->verdict == VERDICT_OK || verdict->verdict == VERDICT_INFORMATIONAL;
    bool closed = verdict->closing == CLOSING_CLEAN || verdict->closing == CLOSING_NOT_JUDGED;
    return pass && closed && verdict->violation_count == 0;
}

static void check_every_case(enum ws_role role)
{
    struct run_settings settings = memory_settings();
    struct ws_endpoint_config config = {
        .role = role, .message_limit = 64 << 20, .deflate = {.enabled = true}, .close_timeout = 2000};
    size_t failures = 0;
    for (size_t i = 0; i < plan.instance_count; i++) {
        const struct case_instance *instance = &plan.instances[i];
        if (instance->definition->needs & ~settings.can)
            continue;
        /* A thousand messages take their time: a few show as much. */
        settings.rounds_max = plan_has_tag(instance->definition, PLAN_TAG_VOLUME) ? VOLUME_ROUNDS : 0;
        struct run *run = memory_run(instance, plan_level(&plan, instance->definition), &settings, &config);
        ck_assert_ptr_nonnull(run);
        const struct run_verdict *verdict = run_verdict(run);
        if (!is_faultless(verdict)) {
            failures++;
            if (failures <= 15) {
                printf("%s: %s: %s; closing %s %s\n", instance->id, verdict_word(verdict->verdict),
                       verdict->reason, closing_word(verdict->closing), verdict->closing_reason);
                for (size_t v = 0; v < verdict->violation_count; v++)
                    printf("    violation %s\n", verdict->violations[v].name);
                print_transcript(run);
            }
        }
        run_free(run);
    }
    ck_assert_msg(failures == 0, "%zu of %zu instances are not OK on the reference", failures,
                  plan.instance_count);
}

START_TEST(every_case_for_servers_is_ok)
{
    check_every_case(WS_SERVER);
}
END_TEST

START_TEST(every_case_for_clients_is_ok)
{
    check_every_case(WS_CLIENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference under every case");
    TCase *servers = tcase_create("server");
    tcase_add_unchecked_fixture(servers, load_server, unload);
    tcase_add_test(servers, every_case_for_servers_is_ok);
    tcase_set_timeout(servers, 300);
    suite_add_tcase(suite, servers);
    TCase *clients = tcase_create("client");
    tcase_add_unchecked_fixture(clients, load_client, unload);
    tcase_add_test(clients, every_case_for_clients_is_ok);
    tcase_set_timeout(clients, 300);
    suite_add_tcase(suite, clients);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
