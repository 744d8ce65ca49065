/* SPDX-License-Identifier: MIT */
/* test_serve_route.c: what a request target asks `wringer serve` for. */
#include "harness/serve_route.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "reference/tests/guarded.h"

struct row {
    const char *target;
    enum serve_route_kind kind;
    size_t number;
    const char *tuple, *agent; /* NULL: none */
    bool shutdown;
    const char *wrong; /* a part of the reason */
};

static const struct row rows[] = {
    {"/getCaseCount", ROUTE_CASE_COUNT, 0, NULL, NULL, false, NULL},
    {"/getCaseCount?", ROUTE_CASE_COUNT, 0, NULL, NULL, false, NULL},
    {"/getCaseCount?agent=A", ROUTE_CASE_COUNT, 0, NULL, "A", false, NULL},
    {"/getCaseInfo?case=1", ROUTE_CASE_INFO, 1, NULL, NULL, false, NULL},
    {"/getCaseInfo?casetuple=1.1.1", ROUTE_CASE_INFO, 0, "1.1.1", NULL, false, NULL},
    {"/runCase?case=999999999&agent=A", ROUTE_RUN_CASE, 999999999, NULL, "A", false, NULL},
    {"/runCase?agent=A&case=007", ROUTE_RUN_CASE, 7, NULL, "A", false, NULL},
    {"/runCase?casetuple=utf8%2fx@client~whole&agent=A", ROUTE_RUN_CASE, 0, "utf8/x@client~whole", "A", false,
     NULL},
    {"/runCase?case=1&agent=Foo%2F1.0+%28x%29", ROUTE_RUN_CASE, 1, NULL, "Foo/1.0 (x)", false, NULL},
    {"/runCase?case=1&agent=%C3%A9%3Cb%3E", ROUTE_RUN_CASE, 1, NULL, "é<b>", false, NULL},
    {"/runCase?case=1&agent=100%", ROUTE_RUN_CASE, 1, NULL, "100%", false, NULL},
    {"/runCase?case=1&agent=%4", ROUTE_RUN_CASE, 1, NULL, "%4", false, NULL},
    {"/runCase?case=1&agent=%zz", ROUTE_RUN_CASE, 1, NULL, "%zz", false, NULL},
    {"/runCase?case=1&agent=a=b", ROUTE_RUN_CASE, 1, NULL, "a=b", false, NULL},
    {"/runCase?case=1&&agent=A&", ROUTE_RUN_CASE, 1, NULL, "A", false, NULL},
    {"/runCase?case=1&agent=A&other=2&other=3", ROUTE_RUN_CASE, 1, NULL, "A", false, NULL},
    {"/getCaseStatus?case=2&agent=A", ROUTE_CASE_STATUS, 2, NULL, "A", false, NULL},
    {"/updateReports?agent=A", ROUTE_UPDATE_REPORTS, 0, NULL, "A", false, NULL},
    {"/updateReports?agent=A&shutdownOnComplete=true", ROUTE_UPDATE_REPORTS, 0, NULL, "A", true, NULL},
    {"/updateReports?agent=A&shutdownOnComplete=True", ROUTE_UPDATE_REPORTS, 0, NULL, "A", true, NULL},
    {"/updateReports?agent=A&shutdownOnComplete=yes", ROUTE_UPDATE_REPORTS, 0, NULL, "A", true, NULL},
    {"/updateReports?agent=A&shutdownOnComplete=false", ROUTE_UPDATE_REPORTS, 0, NULL, "A", false, NULL},
    {"/stopServer", ROUTE_STOP_SERVER, 0, NULL, NULL, false, NULL},
    {"/", ROUTE_NEXT_CASE, 0, NULL, NULL, false, NULL},
    {"", ROUTE_NEXT_CASE, 0, NULL, NULL, false, NULL},
    {"*", ROUTE_NEXT_CASE, 0, NULL, NULL, false, NULL},
    {"/getcasecount", ROUTE_NEXT_CASE, 0, NULL, NULL, false, NULL},
    {"/runCase/", ROUTE_NEXT_CASE, 0, NULL, NULL, false, NULL},
    {"/echo?case=0&case=x", ROUTE_NEXT_CASE, 0, NULL, NULL, false, NULL},
    {"/runCase", ROUTE_WRONG, 0, NULL, NULL, false, "which case?"},
    {"/runCase?agent=A", ROUTE_WRONG, 0, NULL, "A", false, "which case?"},
    {"/runCase?case=1", ROUTE_WRONG, 1, NULL, NULL, false, "which client?"},
    {"/runCase?case=1&agent=", ROUTE_WRONG, 1, NULL, NULL, false, "which client?"},
    {"/runCase?case=0&agent=A", ROUTE_WRONG, 0, NULL, "A", false, "counted from 1"},
    {"/runCase?case=&agent=A", ROUTE_WRONG, 0, NULL, "A", false, "expected a number, found "},
    {"/runCase?case=-1&agent=A", ROUTE_WRONG, 0, NULL, "A", false, "found -1"},
    {"/runCase?case=1x&agent=A", ROUTE_WRONG, 0, NULL, "A", false, "found 1x"},
    {"/runCase?case=%201&agent=A", ROUTE_WRONG, 0, NULL, "A", false, "expected a number"},
    {"/runCase?case=1000000000&agent=A", ROUTE_WRONG, 0, NULL, "A", false, "expected a number"},
    {"/runCase?case=1&case=2&agent=A", ROUTE_WRONG, 1, NULL, "A", false, "more than once: case"},
    {"/runCase?case=1&agent=A&agent=B", ROUTE_WRONG, 1, NULL, "A", false, "more than once: agent"},
    {"/runCase?case=1&agent=A%00B", ROUTE_WRONG, 1, NULL, NULL, false, "control"},
    {"/getCaseStatus?case=1", ROUTE_WRONG, 1, NULL, NULL, false, "which client?"},
    {"/getCaseInfo", ROUTE_WRONG, 0, NULL, NULL, false, "which case?"},
    {"/updateReports", ROUTE_WRONG, 0, NULL, NULL, false, "which client?"},
};

START_TEST(targets)
{
    const struct row *row = &rows[_i];
    static struct guarded guarded;
    struct serve_route route;
    size_t size = strlen(row->target);
    guarded = guarded_new(1024);
    serve_route_read(&route, (struct ws_octets){guarded_copy(&guarded, row->target, size), size});
    ck_assert_msg(route.kind == row->kind, "%s: kind %d", row->target, route.kind);
    ck_assert_msg(route.number == row->number, "%s: number %zu", row->target, route.number);
    ck_assert_str_eq(route.tuple, row->tuple == NULL ? "" : row->tuple);
    ck_assert_str_eq(route.agent, row->agent == NULL ? "" : row->agent);
    ck_assert_int_eq(route.shutdown, row->shutdown);
    if (row->wrong != NULL)
        ck_assert_msg(strstr(route.wrong, row->wrong) != NULL, "%s: '%s'", row->target, route.wrong);
}
END_TEST

/* A name that does not fit is refused, not cut: two clients must not become one. */
START_TEST(a_name_that_is_too_long)
{
    char target[SERVE_AGENT_MAX + 64] = "/runCase?case=1&agent=";
    size_t begin = strlen(target);
    struct serve_route route;
    memset(target + begin, 'a', SERVE_AGENT_MAX);
    serve_route_read(&route, (struct ws_octets){(const uint8_t *)target, begin + SERVE_AGENT_MAX - 1});
    ck_assert_int_eq(route.kind, ROUTE_RUN_CASE);
    ck_assert_uint_eq(strlen(route.agent), SERVE_AGENT_MAX - 1);
    serve_route_read(&route, (struct ws_octets){(const uint8_t *)target, begin + SERVE_AGENT_MAX});
    ck_assert_int_eq(route.kind, ROUTE_WRONG);
    ck_assert_ptr_nonnull(strstr(route.wrong, "too long"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("serve_route");
    TCase *cases = tcase_create("targets");
    tcase_add_loop_test(cases, targets, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(cases, a_name_that_is_too_long);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
