/* SPDX-License-Identifier: MIT */
/* fuzz_spec.c: spec files of wstest: whatever they hold, they are read, or refused with one line that names
 * the file. The first octet decides on the kind. */
#include "fuzz/oracle.h"
#include "harness/wstest_spec.h"

enum { ERRORS_MAX = 1 << 16 };

static void check_list(const struct wstest_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        must(list->at[i] != NULL, "every string of a list is there");
    must(list->at == NULL || list->at[list->count] == NULL, "a list ends with NULL");
}

static void check_spec(const struct wstest_spec *spec, enum wstest_spec_kind kind)
{
    must(spec->outdir != NULL && spec->outdir[0] != '\0', "there is a directory for the reports");
    must(kind == WSTEST_FUZZING_CLIENT || spec->url != NULL, "a server has a URL to listen at");
    must(spec->server_count <= WSTEST_SERVERS_MAX, "no more servers than there is room for");
    must(spec->options.patience_ms <= 60 * 1000, "no timeout is longer than a minute");
    check_list(&spec->cases);
    check_list(&spec->excludes);
    check_list(&spec->protocols);
    for (size_t i = 0; i < spec->server_count; i++) {
        must(spec->servers[i].url != NULL, "every server has a URL");
        check_list(&spec->servers[i].protocols);
    }
    for (size_t i = 0; i < spec->exclusion_count; i++) {
        must(spec->exclusions[i].agent != NULL, "every exclusion names agents");
        check_list(&spec->exclusions[i].cases);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text_buffer errors = {.cap = ERRORS_MAX};
    struct wstest_spec spec;
    if (size == 0)
        return 0;
    enum wstest_spec_kind kind = data[0] % 2 == 0 ? WSTEST_FUZZING_CLIENT : WSTEST_FUZZING_SERVER;
    if (wstest_spec_parse(&spec, kind, "spec.json", (const char *)data + 1, size - 1, &errors)) {
        must(errors.size == 0, "no error is told of a good spec");
        check_spec(&spec, kind);
    } else {
        must(errors.size > 0 && strncmp(errors.text, "spec.json:", 10) == 0, "an error names the file");
    }
    wstest_spec_free(&spec);
    text_free(&errors);
    return 0;
}
