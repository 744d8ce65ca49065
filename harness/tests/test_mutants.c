/* SPDX-License-Identifier: MIT */
/* test_mutants.c: the list of seeded faults holds together, wringer lists it, and wringer mutants says what a
 * case catches and what survives. */
#include "harness/arena.h"
#include "harness/requirement.h"
#include "harness/tests/certificate.h"
#include "harness/tests/program.h"
#include "reference/fault.h"

START_TEST(names_are_words_and_unique)
{
    for (size_t f = 1; f < WS_FAULT_COUNT; f++) {
        const struct ws_fault_facts *facts = ws_fault_facts((enum ws_fault)f);
        ck_assert_uint_eq(strspn(facts->name, "abcdefghijklmnopqrstuvwxyz0123456789.-"), strlen(facts->name));
        ck_assert_uint_ge(strlen(facts->sentence), 10);
        ck_assert_msg(ws_fault_find(facts->name) == (enum ws_fault)f, "%s is there twice", facts->name);
    }
    ck_assert_int_eq(ws_fault_find(""), WS_NO_FAULT);
    ck_assert_int_eq(ws_fault_find("help"), WS_NO_FAULT);
    ck_assert_str_eq(ws_fault_facts(WS_NO_FAULT)->name, "");
    ck_assert_str_eq(ws_fault_facts(WS_FAULT_COUNT)->name, "");
}
END_TEST

START_TEST(sentences_are_unique)
{
    for (size_t f = 1; f < WS_FAULT_COUNT; f++)
        for (size_t g = 1; g < f; g++)
            ck_assert_msg(strcmp(ws_fault_facts((enum ws_fault)f)->sentence,
                                 ws_fault_facts((enum ws_fault)g)->sentence) != 0,
                          "%s and %s are the same", ws_fault_facts((enum ws_fault)f)->name,
                          ws_fault_facts((enum ws_fault)g)->name);
}
END_TEST

START_TEST(requirements_are_known)
{
    struct arena arena = {.cap = 4 << 20};
    struct requirement_catalogue catalogue;
    ck_assert_int_eq(requirement_catalogue_load(&catalogue, &arena), 0);
    for (size_t f = 1; f < WS_FAULT_COUNT; f++) {
        const struct ws_fault_facts *facts = ws_fault_facts((enum ws_fault)f);
        ck_assert_msg(requirement_find(&catalogue, facts->requirement) != NULL, "%s: there is no %s",
                      facts->name, facts->requirement);
    }
    arena_free(&arena);
}
END_TEST

static bool some_fault_breaks(const char *requirement, enum ws_role role)
{
    for (size_t f = 1; f < WS_FAULT_COUNT; f++)
        if (ws_fault_binds((enum ws_fault)f, role) &&
            strcmp(ws_fault_requirement((enum ws_fault)f, role), requirement) == 0)
            return true;
    return false;
}

/* A fault is there for each rule that binds servers and can be seen on the wire, and for each that binds
 * clients alone. */
START_TEST(every_must_has_a_fault)
{
    struct arena arena = {.cap = 4 << 20};
    struct requirement_catalogue catalogue;
    ck_assert_int_eq(requirement_catalogue_load(&catalogue, &arena), 0);
    for (size_t i = 0; i < catalogue.count; i++) {
        const struct requirement *row = &catalogue.rows[i];
        bool asked = strcmp(row->level, "MUST") == 0 && strcmp(row->status, "covered") == 0;
        enum ws_role role = strcmp(row->subject, "client") == 0 ? WS_CLIENT : WS_SERVER;
        ck_assert_msg(!asked || some_fault_breaks(row->id, role), "no fault breaks %s: %s", row->id,
                      row->rule);
    }
    arena_free(&arena);
}
END_TEST

static size_t count_of(enum ws_role role)
{
    size_t count = 0;
    for (size_t f = 1; f < WS_FAULT_COUNT; f++)
        count += ws_fault_binds((enum ws_fault)f, role);
    return count;
}

START_TEST(echo_lists_them)
{
    ASSERT_WRINGER(0, "echo", "--fault", "help");
    ck_assert_uint_eq(count_text(output, "\n"), count_of(WS_SERVER));
    ASSERT_SAID("accepts-unmasked ");
    ASSERT_SAID("R6455-5.1-03");
    ASSERT_SAID("takes frames that are not masked");
    ASSERT_WRINGER(2, "echo", "--fault", "none-such");
    ASSERT_SAID("there is no fault 'none-such'; --fault help lists them");
}
END_TEST

START_TEST(connect_lists_those_of_clients)
{
    ASSERT_WRINGER(0, "connect", "--fault", "help");
    ck_assert_uint_eq(count_text(output, "\n"), count_of(WS_CLIENT));
    ASSERT_SAID("takes frames that are masked");
    ck_assert(strstr(output, "takes frames that are not masked") == NULL);
    ASSERT_SAID("R7692-7.2.1-14   uses a window of 15 bits"); /* the client's own rule */
    ASSERT_WRINGER(2, "connect", "--fault", "accepts-unmasked");
    ASSERT_SAID("there is no fault 'accepts-unmasked'; --fault help lists them");
}
END_TEST

/* Both roles, and each by itself. */
START_TEST(mutants_proves_clients_as_well)
{
    ASSERT_WRINGER(0, "mutants", "--fault", "accepts-masked", "--fault", "accepts-unmasked", "masking/text");
    ASSERT_SAID("servers: 1 faults, 0 survivors, 0 not named\n");
    ASSERT_SAID("clients: 1 faults, 0 survivors, 0 not named\n");
    ASSERT_WRINGER(0, "mutants", "--role", "client", "--fault", "sends-no-pong", "ping_pong/ping-empty");
    ASSERT_SAID("clients: 1 faults, 0 survivors, 0 not named\n");
    ck_assert(strstr(output, "servers:") == NULL);
    ASSERT_WRINGER(2, "mutants", "--role", "proxy");
    ASSERT_SAID("--role proxy: expected server or client");
}
END_TEST

START_TEST(mutants_says_who_caught_it)
{
    ASSERT_WRINGER(0, "mutants", "--fault", "accepts-unmasked", "masking/text");
    ASSERT_SAID("1 cases: masking/text\n");
    ASSERT_SAID("1 faults, 0 survivors, 0 not named\n");
}
END_TEST

/* No target in memory has TLS: these are over loopback, the faultless reference among them. */
START_TEST(mutants_says_who_caught_it_over_tls)
{
    ASSERT_WRINGER(0, "mutants", "--fault", "tls-keeps-tcp", "tls/plain", "tls/no-alpn");
    ASSERT_SAID("1 cases: tls/plain\n");
    ASSERT_SAID("1 faults, 0 survivors, 0 not named\n");
    /* A fault that is not of TLS proves a case about TLS that cites it. */
    ASSERT_WRINGER(0, "mutants", "--fault", "closes-without-answer", "tls/close-notify-after-close");
    ASSERT_SAID("1 cases: tls/close-notify-after-close\n");
}
END_TEST

START_TEST(a_fault_of_tls_is_one_over_the_network)
{
    struct certificate made = certificate_new("IP:127.0.0.1", 0, 3600);
    char command[PATH_MAX + 512];
    snprintf(command, sizeof command, "%s --cert %s --key %s",
             exec_of("wringer echo --fault tls-serves-plain --listen 127.0.0.1:{port}"), made.certificate,
             made.key);
    ASSERT_WRINGER(1, "test", "--cafile", made.certificate, "--exec", command, "wss://127.0.0.1:{port}/",
                   "tls/plain", "tls/echo");
    ASSERT_SAID("4 results: 2 OK, 2 FAILED;");
    ASSERT_SAID("FAILED  tls/plain@server~whole");
    certificate_remove(&made);
}
END_TEST

START_TEST(a_fault_of_tls_needs_tls)
{
    ASSERT_WRINGER(2, "echo", "--fault", "tls-keeps-tcp");
    ASSERT_SAID("--fault tls-keeps-tcp is one of TLS: --cert and --key are needed");
    ASSERT_WRINGER(2, "explain", "--fault", "tls-keeps-tcp", "tls/plain");
    ASSERT_SAID("tls-keeps-tcp is a fault of TLS, which the reference in memory has not");
}
END_TEST

/* What only makes sense over the network: the program ends, and the next connection is refused. */
START_TEST(a_crash_is_one_over_loopback)
{
    ASSERT_WRINGER(1, "test", "--exec", exec_of("wringer echo --fault crashes --listen 127.0.0.1:{port}"),
                   "ws://127.0.0.1:{port}/", "lengths/absurd/9223372036854775807*");
    ASSERT_SAID("CRASH");
}
END_TEST

START_TEST(mutants_says_what_survives)
{
    ASSERT_WRINGER(0, "mutants", "--fault", "sends-no-pong", "masking/text");
    ASSERT_SAID("SURVIVES: does not answer pings");
    ASSERT_SAID("1 faults, 1 survivors, 0 not named\n");
}
END_TEST

/* What is wrong about text is as wrong when the text comes compressed. */
START_TEST(faults_of_text_reach_compressed_messages)
{
    ASSERT_WRINGER(
        0, "mutants", "--fault", "accepts-invalid-text", "--fault", "accepts-invalid-text-later", "--fault",
        "accepts-invalid-continuation", "--fault", "accepts-invalid-fragments", "--fault",
        "accepts-invalid-behind-binary", "--fault", "accepts-invalid-behind-ping", "--fault",
        "accepts-invalid-behind-64k", "--fault", "accepts-invalid-per-chunk", "--fault", "accepts-cut-text",
        "--fault", "accepts-surrogates", "--fault", "accepts-overlong-2", "--fault", "accepts-overlong-3",
        "--fault", "accepts-overlong-4", "--fault", "accepts-above-10ffff", "--fault", "accepts-five-octets",
        "--fault", "accepts-fe-ff", "--fault", "accepts-stray-tails", "--fault", "accepts-wrong-tails",
        "--fault", "refuses-cut-character", "--fault", "refuses-character-in-two-reads", "--fault",
        "checks-binary", "--fault", "checks-binary-continuation", "--fault", "refuses-noncharacters",
        "--fault", "refuses-nul", "--fault", "refuses-four-octets", "--fault", "refuses-non-ascii",
        "deflate_invalid", "deflate_messages/text-with-long-characters", "deflate_limits/one-octet-a-frame");
    ASSERT_SAID("26 faults, 0 survivors");
}
END_TEST

START_TEST(mutants_says_what_it_does_not_know)
{
    ASSERT_WRINGER(2, "mutants", "--fault", "none-such");
    ASSERT_SAID("there is no fault 'none-such'");
    ASSERT_WRINGER(2, "mutants", "none/such");
    ASSERT_SAID("'none/such' matches no case");
    ASSERT_WRINGER(2, "mutants", "--fault");
    ASSERT_SAID("unknown option '--fault', or its value is missing");
    ASSERT_WRINGER(0, "mutants", "--help");
    ASSERT_SAID("usage: wringer mutants");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seeded faults");
    TCase *list = tcase_create("list");
    tcase_set_timeout(list, 2 * PROGRAM_SECONDS);
    tcase_add_checked_fixture(list, enter_directory, leave_directory);
    tcase_add_test(list, names_are_words_and_unique);
    tcase_add_test(list, sentences_are_unique);
    tcase_add_test(list, requirements_are_known);
    tcase_add_test(list, every_must_has_a_fault);
    tcase_add_test(list, echo_lists_them);
    tcase_add_test(list, connect_lists_those_of_clients);
    suite_add_tcase(suite, list);
    TCase *mutants = tcase_create("mutants");
    tcase_set_timeout(mutants, 2 * PROGRAM_SECONDS);
    tcase_add_checked_fixture(mutants, enter_directory, leave_directory);
    tcase_add_test(mutants, mutants_says_who_caught_it);
    tcase_add_test(mutants, mutants_proves_clients_as_well);
    tcase_add_test(mutants, mutants_says_what_survives);
    tcase_add_test(mutants, faults_of_text_reach_compressed_messages);
    tcase_add_test(mutants, mutants_says_who_caught_it_over_tls);
    tcase_add_test(mutants, a_fault_of_tls_is_one_over_the_network);
    tcase_add_test(mutants, a_fault_of_tls_needs_tls);
    tcase_add_test(mutants, a_crash_is_one_over_loopback);
    tcase_add_test(mutants, mutants_says_what_it_does_not_know);
    suite_add_tcase(suite, mutants);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
