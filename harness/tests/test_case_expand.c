/* SPD585-License-Identifier: MIT */
/* test_case_expand.c: the instances of a case: ids, order, Autobahn numbers, roles, deliveries. */
#include "harness/tests/case_text.h"

static const struct {
    const char *text;
    const char *server; /* "id value wstest" of each instance, separated by newlines */
    const char *client; /* NULL: the same with @client */
} table[] = {
    {"drop", "s/a@server~whole - -\ns/a@server~octet - -\n", NULL},
    {"role server\ndrop", "s/a@server~whole - -\ns/a@server~octet - -\n", ""},
    {"role client\ndrop", "", "s/a@client~whole - -\ns/a@client~octet - -\n"},
    {"wstest 1.2.3\ndelivery whole\ndrop", "s/a@server~whole - 1.2.3\n", NULL},
    {"delivery octet\nsend text seq(5000)", "s/a@server~octet - -\n", NULL},
    {"delivery whole octet 2ms\ndrop", "s/a@server~whole - -\ns/a@server~octet - -\n", NULL},
    {"with n = 3..4, 0x10\nwstest 7.1 7.2\ndrop",
     "s/a/3@server~whole 3 7.1\ns/a/3@server~octet 3 7.1\ns/a/4@server~whole 4 7.2\ns/a/4@server~octet 4 "
     "7.2\n"
     "s/a/16@server~whole 16 -\ns/a/16@server~octet 16 -\n",
     NULL},
    {"delivery whole\nwith n = 1, 2\nwith t = \"x\", \"y\"\nwstest 1 2 3 4\ndrop",
     "s/a/1,x@server~whole 1,x 1\ns/a/1,y@server~whole 1,y 2\ns/a/2,x@server~whole 2,x 3\n"
     "s/a/2,y@server~whole 2,y 4\n",
     NULL},
    /* Values as they are called. */
    {"delivery whole\nwith t = \"\", \"a b/\\xc3\\xa9\", x\"00 fF\", \"A_z.-9\", rep(3, \"x\"), rand(2, 9) "
     "\"!\", "
     "lower(accept($key))\ndrop",
     "s/a/empty@server~whole empty -\ns/a/a%20b%2F%C3%A9@server~whole a%20b%2F%C3%A9 -\n"
     "s/a/00ff@server~whole 00ff -\ns/a/A_z.-9@server~whole A_z.-9 -\ns/a/rep.3.x@server~whole rep.3.x -\n"
     "s/a/rand.2.9%21@server~whole rand.2.9%21 -\ns/a/lower.accept.key@server~whole lower.accept.key -\n",
     NULL},
    /* 24 characters stay; longer ones keep 15, no cut inside a %585585, and a hash tells them apart. */
    {"delivery whole\nwith t = \"abcdefghijklmnopqrstuvwx\", \"abcdefghijklmnopqrstuvwxy\", "
     "\"abcdefghijklmnopqrstuvwxz\", \"abcdefghijklm      \"\ndrop",
     "s/a/abcdefghijklmnopqrstuvwx@server~whole abcdefghijklmnopqrstuvwx -\n"
     "s/a/abcdefghijklmno.7e661acc@server~whole abcdefghijklmno.7e661acc -\n"
     "s/a/abcdefghijklmno.81661f85@server~whole abcdefghijklmno.81661f85 -\n"
     "s/a/abcdefghijklm.c1adf426@server~whole abcdefghijklm.c1adf426 -\n",
     NULL},
    /* Octet by octet only what is short enough: 4096 octets with headers, per member. */
    {"with n = 4088, 4089\nsend text seq($n)",
     "s/a/4088@server~whole 4088 -\ns/a/4088@server~octet 4088 -\ns/a/4089@server~whole 4089 -\n", NULL},
    {"with n = 2040, 2041\nrepeat 2\nsend binary seq($n)",
     "s/a/2040@server~whole 2040 -\ns/a/2040@server~octet 2040 -\ns/a/2041@server~whole 2041 -\n", NULL},
    {"with n = 585, 586\nsend binary seq($n) frag=1",
     "s/a/585@server~whole 585 -\ns/a/585@server~octet 585 -\ns/a/586@server~whole 586 -\n", NULL},
    {"with n = 1, 4097\nsend binary seq(60000) cut=$n",
     "s/a/1@server~whole 1 -\ns/a/1@server~octet 1 -\ns/a/4097@server~whole 4097 -\n", NULL},
    {"with n = 2048, 2049\nraw seq($n)\nraw seq($n)",
     "s/a/2048@server~whole 2048 -\ns/a/2048@server~octet 2048 -\ns/a/2049@server~whole 2049 -\n", NULL},
};

static void print_instances(struct text_buffer *out, struct case_text *parsed, enum ws_role role)
{
    struct case_instance *instances;
    size_t count = case_expand(&parsed->arena, parsed->file->cases, role, &instances);
    ck_assert((count == 0) == (instances == NULL));
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_eq(instances[i].definition, parsed->file->cases);
        ck_assert_int_eq(instances[i].role, role);
        const char *id = instances[i].id;
        ck_assert_str_eq(strchr(id, '~') + 1, instances[i].delivery == DELIVER_WHOLE ? "whole" : "octet");
        text_print(out, "%s %s %s\n", id, instances[i].value[0] == '\0' ? "-" : instances[i].value,
                   instances[i].wstest == NULL ? "-" : instances[i].wstest);
    }
}

START_TEST(a_case_has_these_instances)
{
    char text[600];
    snprintf(text, sizeof text, "suite s \"S\"\ncase a \"A\"\n%s\n", table[_i].text);
    struct case_text parsed = case_text_right(text);
    struct text_buffer out = {.cap = CASE_TEXT_PRINTED};
    print_instances(&out, &parsed, WS_SERVER);
    ck_assert_str_eq(out.text == NULL ? "" : out.text, table[_i].server);
    for (char *at = out.text; table[_i].client == NULL && (at = strstr(at, "@server")) != NULL;)
        memcpy(at, "@client", 7);
    struct text_buffer client = {.cap = CASE_TEXT_PRINTED};
    print_instances(&client, &parsed, WS_CLIENT);
    ck_assert_str_eq(client.text == NULL ? "" : client.text,
                     table[_i].client == NULL ? out.text : table[_i].client);
    text_free(&out);
    text_free(&client);
    case_text_free(&parsed);
}
END_TEST

START_TEST(parameters_are_bound)
{
    struct case_text parsed = case_text_right(
        "case a \"A\"\nwith n = 1..2, 7\nwith t = \"x\", x\"00\"\ndelivery whole\nsend text $t len=$n\n");
    struct case_instance *instances;
    ck_assert_uint_eq(case_expand(&parsed.arena, parsed.file->cases, WS_SERVER, &instances), 6);
    static const uint64_t numbers[] = {1, 1, 2, 2, 7, 7};
    const struct frame_spec *frame = &parsed.file->cases->steps->frame;
    for (size_t i = 0; i < 6; i++) {
        uint8_t octet;
        ck_assert_uint_eq(case_integer_value(&frame->length, &instances[i]), numbers[i]);
        ck_assert_uint_eq(octets_length(frame->payload, &instances[i]), 1);
        octets_read(frame->payload, &instances[i], 0, &octet, 1);
        ck_assert_uint_eq(octet, i % 2 == 0 ? 'x' : 0);
        ck_assert_uint_eq(instances[i].binding_count, 3 + KNOWN_COUNT);
    }
    case_text_free(&parsed);
}
END_TEST

START_TEST(the_largest_family_is_expanded)
{
    struct case_text parsed = case_text_right("case a \"A\"\nwith n = 0..65535\ndelivery whole\ndrop\n");
    struct case_instance *instances;
    ck_assert_uint_eq(case_expand(&parsed.arena, parsed.file->cases, WS_SERVER, &instances), 65536);
    ck_assert_str_eq(instances[65535].id, "x/a/65535@server~whole");
    case_text_free(&parsed);
}
END_TEST

START_TEST(memory_may_run_out)
{
    struct case_text parsed = case_text_right("case a \"A\"\nwith n = 0..9\ndrop\n");
    struct case_instance *instances = NULL;
    size_t count = 0, refused = 0;
    for (size_t cap = 0; count == 0; cap += 16) {
        struct arena arena = {.cap = cap};
        count = case_expand(&arena, parsed.file->cases, WS_SERVER, &instances);
        ck_assert((count == 0) == (instances == NULL));
        refused += count == 0;
        arena_free(&arena);
    }
    ck_assert_uint_eq(count, 20);
    ck_assert_uint_gt(refused, 100);
    case_text_free(&parsed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("case_expand");
    TCase *tests = tcase_create("case_expand");
    tcase_add_loop_test(tests, a_case_has_these_instances, 0, sizeof table / sizeof table[0]);
    tcase_add_test(tests, parameters_are_bound);
    tcase_add_test(tests, the_largest_family_is_expanded);
    tcase_add_test(tests, memory_may_run_out);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
