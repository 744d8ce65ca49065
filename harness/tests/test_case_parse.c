/* SPDX-License-Identifier: MIT */
/* test_case_parse.c: the tree that a case file becomes, and what is said of one that is wrong: place, reason,
 * all errors at once, no crash whatever the text is. */
#include "harness/tests/case_text.h"

/* ---- What is wrong with one line of a case ---- */

static const struct {
    const char *line;
    unsigned column; /* of the first error */
    const char *message;
} wrong_lines[] = {
    {"frobnicate", 1,
     "expected a statement (case, a property like req or with, or a step like send or expect), found "
     "'frobnicate'"},
    {"42", 1,
     "expected a statement (case, a property like req or with, or a step like send or expect), found '42'"},
    {"suite late \"x\"", 1, "a file is one suite: `suite` stands once, before the first case"},
    {"req", 4, "expected the id of a requirement, found the end of the line"},
    {"req \"R\"", 5, "expected the id of a requirement, found \"R\""},
    {"level must", 7, "expected MUST, SHOULD, MAY or INFO, found 'must'"},
    {"basis vague", 7, "expected explicit or derived, found 'vague'"},
    {"role both both", 11, "expected the end of the line, found 'both'"},
    {"needs echo coffee", 12,
     "expected echo, pong, subprotocol, tls, plain, deflate or survey, found 'coffee'"},
    {"severity bad", 10, "expected security, resource, interop or cosmetic, found 'bad'"},
    {"delivery split", 10, "expected each, whole or octet, found 'split'"},
    {"delivery each octet", 10, "`each` already is whole and octet"},
    {"delivery octet octet", 10, "a delivery is listed twice"},
    {"delivery octet 0ms", 16, "a duration is at least 1ms"},
    {"delivery octet 3", 16, "expected a duration like 5ms or 2s, found '3'"},
    {"repeat 0", 8, "expected an integer in 1..100000, found 0"},
    {"repeat 1", 8, "one round is what happens without `repeat`"},
    {"repeat $n", 8, "expected a number of rounds, found '$n'"},
    {"wstest 1.1.1 1.1.2", 8, "wstest lists 2 numbers, but the case has 1 member"},
    {"origin fuzz seed", 17, "expected =, found the end of the line"},
    {"origin fuzz seed=,", 18, "expected a word, a number or a string, found ','"},
    {"with", 5, "expected the name of a parameter, found the end of the line"},
    {"with a-b = 1", 6, "the name of a parameter is [A-Za-z_][A-Za-z0-9_]*"},
    {"with round = 1", 6, "$round has a meaning of its own"},
    {"with subprotocol = 1", 6, "$subprotocol has a meaning of its own"},
    {"with n = 1,", 12, "expected an integer, a range or octets, found the end of the line"},
    {"with n = 5..3", 10, "this range has its low end above its high end"},
    {"with n = 1..", 13, "expected an integer, found the end of the line"},
    {"with n = 1, 3, 2..4", 1, "$n has the value 3 twice"},
    {"with n = 1, 1", 1, "$n has the value 1 twice"},
    {"with n = \"a\", x\"61\", \"a\"", 1, "$n has two values that are called a in ids"},
    {"with n = 7, \"7\"", 1, "$n has two values that are called 7 in ids"},
    {"with n = 1, \"$n\"", 14, "an item of `with` knows only $key, $host and the like, not $n"},
    {"with n = 0..65536", 1, "this family has more than 65536 members"},
    {"with n = 0..18446744073709551615", 1, "this family has more than 65536 members"},
    {"or open", 1, "`or` follows an `expect` or another `or`"},
    {"send", 5, "expected text, binary, cont, ping, pong, close or op=N, found the end of the line"},
    {"send op 3", 9, "expected =, found '3'"},
    {"send op=16", 9, "expected an integer in 0..15, found 16"},
    {"send op=$x", 9, "unknown parameter $x: no `with x = ..` stands above"},
    {"send op=$key", 9, "expected an integer, but $key has items that are octets"},
    {"send close 65536", 12, "expected an integer in 0..65535, found 65536"},
    {"send close \"bye\"", 12,
     "expected a close code (a body without one is written op=8 x\"..\"), found \"bye\""},
    {"send text \"a\" fin=1", 19, "expected 0 (FIN is set without fin=0), found '1'"},
    {"send text \"a\" rsv=8", 19, "expected an integer in 0..7, found 8"},
    {"send text \"a\" rsv1 rsv=3", 20, "rsv= stands for all three bits: use it or rsv1 rsv2 rsv3"},
    {"send text \"a\" mask=12345", 20, "expected flip or a key of 8 hexadecimal digits, found '12345'"},
    {"send text \"a\" lenform=32", 23, "expected 7, 16 or 64, found '32'"},
    {"send text \"a\" cut=0", 19, "expected an integer in 1..18446744073709551615, found 0"},
    {"send text \"a\" join join", 20, "join stands twice"},
    {"send text \"a\" colour", 15, "expected the end of the line, found 'colour'"},
    {"send text \"a\" chop=1 split=2", 29, "chop= and split= cannot both cut the same frame"},
    {"send text \"a", 11, "this string has no closing quote on its line"},
    {"send text \"a\\q\"", 11,
     "no such escape: a string knows \\xHH \\n \\r \\t \\\" \\\\ ($$ is a dollar sign)"},
    {"send text \"a$\"", 11, "a $ in a string begins $name; write $$ for a dollar sign"},
    {"send text \"a\tb\"", 11,
     "a control character stands in this string; write it as \\xHH, \\t, \\r or \\n"},
    {"send text \"\xff\"", 11, "octets of this string are not UTF-8; write them as \\xHH or x\"..\""},
    {"send text \"\xed\xa0\x80\"", 11, "octets of this string are not UTF-8; write them as \\xHH or x\"..\""},
    {"send text \"a$nope b\"", 13, "unknown parameter $nope: no `with nope = ..` stands above"},
    {"send text x\"0\"", 11, "x\"..\" holds pairs of hexadecimal digits and white space"},
    {"send text x\"0 1\"", 11, "x\"..\" holds pairs of hexadecimal digits and white space"},
    {"send text x\"00", 11, "this x\"..\" has no closing quote on its line"},
    {"send text \"\u03ba$nope\"", 13, "unknown parameter $nope: no `with nope = ..` stands above"},
    {"send text rep(2 \"a\")", 17, "expected a comma, found \"a\""},
    {"send text rep(2, \"a\"", 21, "expected ), found the end of the line"},
    {"send text rep \"a\"", 15, "expected (, found \"a\""},
    {"send text file(\"../a\")", 16, "expected the name of a file in data/, without a path"},
    {"send text file(3)", 16, "expected the name of a file in data/, in quotes, found '3'"},
    {"send text deflate(\"a\", 16)", 24, "expected an integer in 8..15, found 16"},
    {"send text deflate(\"a\", 7)", 24, "expected an integer in 8..15, found 7"},
    {"send text fixed(\"a\", 9)", 20, "expected ), found ','"},
    {"send text piece(3, 0, \"a\")", 20, "expected an integer in 1..100000, found 0"},
    {"send text piece(3, 1, \"\")", 23, "piece needs octets to take from, and these may be none"},
    {"send ping \"a\" compressed", 25, "only text, binary and cont can be compressed"},
    {"expect frame text \"a\" compressed", 23, "compressed cannot be expected, only sent"},
    {"send text fill(2, \"\")", 19, "fill needs octets to repeat, and these may be none"},
    {"send text u16(65536)", 15, "expected an integer in 0..65535, found 65536"},
    {"send text seq(67108865)", 11, "this can become longer than 67108864 octets"},
    {"send text rep(18446744073709551615, seq(9))", 11, "this can become longer than 67108864 octets"},
    {"send text \"a\" seq(67108864)", 11, "this can become longer than 67108864 octets"},
    {"send text \"a\" len=18446744073709551616", 19, "this number is greater than 18446744073709551615"},
    {"send text \"a\" len=0x", 19, "0x is followed by 1 to 16 hexadecimal digits"},
    {"send text \"a\" gap=7201s", 19, "a duration is at most one hour"},
    {"raw", 4, "expected octets (\"..\", x\"..\", $name or a function like rep), found the end of the line"},
    {"wait 5", 6, "expected a duration like 5ms or 2s, found '5'"},
    {"expect", 7,
     "expected text, binary, ping, pong, close, fail, open, end, eof, rst, quiet, http or frame, found the "
     "end of the "
     "line"},
    {"expect text", 12, "expected octets or any, found the end of the line"},
    {"expect close", 13, "expected codes like 1000 | 3000..3999, any, or none, found the end of the line"},
    {"expect http none", 13, "expected codes like 400 | 500..599, or any, found 'none'"},
    {"expect http 99", 13, "expected an integer in 100..999, found 99"},
    {"expect fail 5..3", 13, "this range has a low end, 5, above its high end, 3"},
    {"expect open -> nice", 16, "expected ok, non-strict, info, skip or fail, found 'nice'"},
    {"expect open wthin 5ms", 13, "expected a comma, within, ->, or the end of the line, found 'wthin'"},
    {"expect open -> info end", 21, "expected the end of the line, found 'end'"},
    {"expect frame text \"a\" cut=3", 23, "cut cannot be expected, only sent"},
    {"open colour \"red\"", 6,
     "expected line, path, set, add, del, ext, proto, early, unended, gap, alpn, sni or plain, found "
     "'colour'"},
    {"open gap \"x\"", 10, "expected a duration like 5ms or 2s, found \"x\""},
    {"open set \"Host\"", 16,
     "expected octets (\"..\", x\"..\", $name or a function like rep), found the end of the line"},
    {"open del Host", 10, "expected a name (\"..\", x\"..\" or $name), found 'Host'"},
    {"reading", 8, "expected off or on, found the end of the line"},
    {"reading of", 9, "expected off or on, found 'of'"},
    {"memory 64", 8, "expected a size from 1KiB to 1048576MiB, like 64MiB, found '64'"},
    {"memory 0MiB", 8, "expected a size from 1KiB to 1048576MiB, like 64MiB, found '0MiB'"},
    {"memory 1048577MiB", 8, "expected a size from 1KiB to 1048576MiB, like 64MiB, found '1048577MiB'"},
    {"memory 64MB", 8, "expected a size from 1KiB to 1048576MiB, like 64MiB, found '64MB'"},
    {"memory MiB", 8, "expected a size from 1KiB to 1048576MiB, like 64MiB, found 'MiB'"},
    {"memory 1MiB 2MiB", 13, "expected the end of the line, found '2MiB'"},
    {"open plain \"x\"", 12,
     "expected line, path, set, add, del, ext, proto, early, unended, gap, alpn, sni or plain, found \"x\""},
    {"send text \"a\" @", 15, "no statement has this character outside a string or comment"},
    {"send \xc0 text", 6, "an octet that is not UTF-8 stands here"},
    {"send \\ text", 6, "a backslash outside a string must be the last character of its line"},
    {"drop # \xff", 6, "this comment is not UTF-8"},
    {"send text \"\u03ba\u03cc\u03c3\u03bc\u03b5\" nope", 19, "expected the end of the line, found 'nope'"},
};

START_TEST(one_line_is_wrong)
{
    char text[400];
    snprintf(text, sizeof text, "case a \"A\"\n%s\n", wrong_lines[_i].line);
    struct case_text parsed = case_text_parse(text, strlen(text));
    ck_assert_ptr_nonnull(parsed.diagnostics);
    ck_assert_str_eq(parsed.diagnostics->message, wrong_lines[_i].message);
    ck_assert_uint_eq(parsed.diagnostics->place.column, wrong_lines[_i].column);
    bool of_case = strstr(wrong_lines[_i].message, "this family") != NULL;
    ck_assert_uint_eq(parsed.diagnostics->place.line, of_case ? 1 : 2);
    ck_assert_msg(parsed.diagnostics->next == NULL, "a second error: %s", parsed.diagnostics->next->message);
    ck_assert_ptr_nonnull(parsed.file);
    case_text_free(&parsed);
}
END_TEST

/* ---- What is wrong with a file ---- */

static const struct {
    const char *text;
    const char *printed;
} wrong_files[] = {
    {"send text \"a\"\nexpect open\ncase a \"A\"\n  drop\n",
     "x.case:1:1: error: expected suite or case, found 'send'\n    send text \"a\"\n    ^\n"},
    {"case a \"A\"\n  send txt\n  expect\n  or fail any\n\ncase b\ncase a \"B\"\n  wait\n",
     "x.case:2:8: error: expected text, binary, cont, ping, pong, close or op=N, found 'txt'\n"
     "      send txt\n           ^\n"
     "x.case:3:9: error: expected text, binary, ping, pong, close, fail, open, end, eof, rst, quiet, http or "
     "frame, "
     "found the end of the line\n      expect\n            ^\n"
     "x.case:6:7: error: expected a title in quotes, found the end of the line\n    case b\n          ^\n"
     "x.case:7:1: error: the case a already stands in line 1\n    case a \"B\"\n    ^\n"
     "x.case:8:7: error: expected a duration like 5ms or 2s, found the end of the line\n      wait\n         "
     " ^\n"},
    {"case a/b \"A\"\n", "x.case:1:6: error: the id of the case begins with a letter and holds no slash\n"
                         "    case a/b \"A\"\n         ^\n"},
    {"case a \"costs $x\"\n", "x.case:1:8: error: a title has no parameters; write $$ for a dollar sign\n"
                              "    case a \"costs $x\"\n           ^\n"},
    {"case a \"A\"\n  with n = nothing\n  send text $n len=$n\n",
     "x.case:2:12: error: expected an integer, a range or octets, found 'nothing'\n"
     "      with n = nothing\n               ^\n"},
    {"case a \"A\"\n  with n = 1, \"x\"\n  send text $n len=$n\n",
     "x.case:3:20: error: expected an integer, but $n has items that are octets\n"
     "      send text $n len=$n\n                       ^\n"},
    {"case a \"A\"\n  with n = 3..9\n  expect close 5..$n\n",
     "x.case:3:16: error: this range has a low end, 5, above its high end, 3\n"
     "      expect close 5..$n\n                   ^\n"},
    {"case a \"A\"\n  drop\n  req R-1\n  repeat 2\n",
     "x.case:3:3: error: `req` stands before the first step of its case\n      req R-1\n      ^\n"
     "x.case:4:3: error: `repeat` stands before the first step of its case\n      repeat 2\n      ^\n"},
    {"case a \"A\"\n  level MUST\n  level MUST\n  drop\n  open\n",
     "x.case:3:3: error: `level` stands twice in this case\n      level MUST\n      ^\n"
     "x.case:5:3: error: `open` can only be the first step: a case has one connection\n      open\n      "
     "^\n"},
    {"case a \"A\"\n  with n = 1, 2\n  with n = 3\n",
     "x.case:3:8: error: `with n` already stands in line 2\n      with n = 3\n           ^\n"},
    {"case a \"A\"\n  send text \\\n    \"a\" \\\n    nope\n",
     "x.case:4:5: error: expected the end of the line, found 'nope'\n        nope\n        ^\n"},
    {"case a \"A\"\r\n  send text \"a\" \"b\r\n  drop\r\n",
     "x.case:2:17: error: this string has no closing quote on its line\n      send text \"a\" \"b\n          "
     "          ^\n"},
};

START_TEST(several_errors_are_told_at_once)
{
    struct case_text parsed = case_text_parse(wrong_files[_i].text, strlen(wrong_files[_i].text));
    struct text_buffer printed = {.cap = CASE_TEXT_PRINTED};
    for (const struct case_diagnostic *at = parsed.diagnostics; at != NULL; at = at->next)
        case_diagnostic_print(&printed, at);
    ck_assert_ptr_nonnull(printed.text);
    ck_assert_str_eq(printed.text, wrong_files[_i].printed);
    text_free(&printed);
    case_text_free(&parsed);
}
END_TEST

START_TEST(an_error_far_along_a_line_is_shown_in_a_window)
{
    char text[800] = "case a \"A\"\n";
    size_t at = strlen(text);
    memset(text + at, ' ', 700);
    memcpy(text + at + 700, "nope\x1b[2J\n", 10);
    struct case_text parsed = case_text_parse(text, at + 709);
    struct text_buffer printed = {.cap = CASE_TEXT_PRINTED};
    case_diagnostic_print(&printed, parsed.diagnostics);
    ck_assert_uint_eq(parsed.diagnostics->place.column, 701);
    const char *line = strchr(printed.text, '\n') + 1;
    const char *caret = strchr(line, '\n') + 1;
    ck_assert_uint_lt((size_t)(caret - line), 120);
    ck_assert_int_eq(line[strcspn(caret, "^")], 'n'); /* the caret is under the word */
    ck_assert_ptr_null(strchr(printed.text, '\x1b'));
    text_free(&printed);
    case_text_free(&parsed);
}
END_TEST

/* ---- The tree ---- */

static const char whole[] = "suite demo \"Demo\"\n"
                            "case full \"Everything\"\n"
                            "  level SHOULD\n"
                            "  req R-1 R-2\n"
                            "  req R-3\n"
                            "  basis derived\n"
                            "  role client\n"
                            "  needs echo pong\n"
                            "  tag slow big\n"
                            "  was older\n"
                            "  after other\n"
                            "  severity resource\n"
                            "  with n = 1..3, 0x7\n"
                            "  with t = \"a\", x\"00ff\", 5\n"
                            "  delivery whole octet 2ms\n"
                            "  repeat 7\n"
                            "  origin fuzz seed=0x5eed target=\"example 1.2\"\n"
                            "  open set \"A\" \"b$n\" del $t line \"GET\" early x\"81\"\n"
                            "  send text \"$$x\\x41$t.\" rep($n, \"z\") fin=0 rsv1 rsv3 mask=37fa213d len=$n "
                            "lenform=64 gap=2s frag=3 join\n"
                            "  send op=$n rsv=$n\n"
                            "  send close $n \"bye\" cut=4 chop=2 mask=flip\n"
                            "  raw u16($n) rand(4, 9)\n"
                            "  expect pong \"a\", binary any within 3s -> non-strict\n"
                            "  or close 1000 | $n..3000, end\n"
                            "  or http 101 has \"X\" value \"Y\" \"z\" ext \"e\" \"p\" 8..15 noext -> skip\n"
                            "  or frame op=3 fin=0 lenform=16\n"
                            "  wait 5ms\n"
                            "  half-close\n"
                            "  reset\n";

static const struct case_step *step_number(const struct case_definition *definition, size_t number)
{
    const struct case_step *step = definition->steps;
    while (number-- > 0 && step != NULL)
        step = step->next;
    ck_assert_ptr_nonnull(step);
    return step;
}

START_TEST(the_tree_says_what_the_text_says)
{
    struct case_text parsed = case_text_right(whole);
    const struct case_definition *definition = parsed.file->cases;
    ck_assert_str_eq(parsed.file->suite, "demo");
    ck_assert_str_eq(definition->id, "full");
    ck_assert_str_eq(definition->title, "Everything");
    ck_assert_str_eq(definition->requirements->next->next->text, "R-3");
    ck_assert_uint_eq(definition->requirements->next->place.line, 4);
    ck_assert_uint_eq(definition->requirements->next->place.column, 11);
    ck_assert_int_eq(definition->level, LEVEL_SHOULD);
    ck_assert(definition->derived);
    ck_assert_uint_eq(definition->roles, CASE_TESTS_CLIENT);
    ck_assert_uint_eq(definition->needs, NEEDS_ECHO | NEEDS_PONG);
    ck_assert_int_eq(definition->severity, SEVERITY_RESOURCE);
    ck_assert_uint_eq(definition->delivery, DELIVERY_WHOLE | DELIVERY_OCTET);
    ck_assert_uint_eq(definition->delivery_gap_ms, 2);
    ck_assert_uint_eq(definition->rounds, 7);
    ck_assert_str_eq(definition->origin_fields->next->value, "example 1.2");
    ck_assert_uint_eq(definition->parameters->items->high, 3);
    ck_assert_uint_eq(definition->parameters->items->next->low, 7);
    ck_assert_uint_eq(definition->step_count, 9);

    const struct open_edit *edit = step_number(definition, 0)->edits;
    ck_assert_int_eq(edit->kind, EDIT_SET);
    ck_assert_int_eq(edit->next->kind, EDIT_DELETE);
    ck_assert_str_eq(edit->next->name->parameter, "t");

    const struct frame_spec *frame = &step_number(definition, 1)->frame;
    ck_assert_uint_eq(frame->opcode, WS_TEXT);
    ck_assert(!frame->fin && frame->join && frame->has_gap && frame->has_fragment && !frame->has_cut);
    ck_assert_uint_eq(frame->rsv, 5);
    ck_assert_mem_eq(frame->masking_key, "\x37\xfa\x21\x3d", 4);
    ck_assert_int_eq(frame->length_form, WS_LENGTH_64);
    ck_assert_str_eq(frame->length.parameter, "n");
    ck_assert_uint_eq(frame->gap_ms, 2000);
    const struct octets_atom *atom = frame->payload;
    ck_assert_mem_eq(atom->literal.at, "$xA", 3);
    ck_assert(atom->next->joined_to_previous && atom->next->kind == OCTETS_PARAMETER);
    ck_assert(atom->next->next->joined_to_previous && !atom->next->next->next->joined_to_previous);

    ck_assert(step_number(definition, 2)->frame.opcode_given && step_number(definition, 2)->frame.rsv_given);
    ck_assert(step_number(definition, 3)->frame.has_code);
    const struct alternative *alternative = step_number(definition, 5)->alternatives;
    ck_assert_uint_eq(alternative->within_ms, 3000);
    ck_assert_int_eq(alternative->grade, GRADE_NON_STRICT);
    ck_assert(alternative->outcomes->next->any_octets);
    ck_assert_uint_eq(alternative->outcomes->next->opcode, WS_BINARY);
    alternative = alternative->next;
    ck_assert_str_eq(alternative->outcomes->codes.ranges->next->low.parameter, "n");
    ck_assert_int_eq(alternative->grade, GRADE_OK);
    const struct http_condition *condition = alternative->next->outcomes->conditions;
    ck_assert_int_eq(condition->next->kind, HTTP_VALUE);
    ck_assert_uint_eq(condition->next->next->codes.ranges->high.value, 15);
    ck_assert_int_eq(condition->next->next->next->kind, HTTP_NO_EXTENSION);
    ck_assert(!alternative->next->next->outcomes->frame.fin);
    ck_assert_int_eq(step_number(definition, 8)->kind, STEP_RESET);
    case_text_free(&parsed);
}
END_TEST

START_TEST(a_file_without_suite_is_called_after_itself)
{
    struct arena arena = {.cap = CASE_TEXT_MEMORY};
    struct case_diagnostic *diagnostics;
    struct case_file *file =
        case_parse(&arena, "some/dir/my tests.v2.case", "case a \"A\"", 10, &diagnostics);
    ck_assert_ptr_null(diagnostics);
    ck_assert_str_eq(file->suite, "my-tests");
    ck_assert_str_eq(file->cases->suite, "my-tests");
    arena_free(&arena);
}
END_TEST

/* ---- Limits ---- */

/* Parses `before`, `count` times `piece`, `after`; the number of errors. */
static size_t errors_of(const char *before, const char *piece, size_t count, const char *after)
{
    struct text_buffer text = {.cap = CASE_TEXT_PRINTED};
    text_print(&text, "%s", before);
    for (size_t i = 0; i < count; i++)
        text_append(&text, piece, strlen(piece));
    text_print(&text, "%s", after);
    ck_assert(!text.failed);
    struct case_text parsed = case_text_parse(text.text, text.size);
    ck_assert_ptr_nonnull(parsed.file);
    size_t errors = 0;
    for (const struct case_diagnostic *at = parsed.diagnostics; at != NULL; at = at->next)
        errors++;
    case_text_free(&parsed);
    text_free(&text);
    return errors;
}

START_TEST(limits_are_met_and_not_passed)
{
    ck_assert_uint_eq(errors_of("case a \"A\"\n", "drop\n", CASE_STEPS_MAX, ""), 0);
    ck_assert_uint_eq(errors_of("case a \"A\"\n", "drop\n", CASE_STEPS_MAX + 1, ""), 1);
    ck_assert_uint_eq(errors_of("case a \"A\"\nexpect open\n", "or open\n", CASE_ALTERNATIVES_MAX - 1, ""),
                      0);
    ck_assert_uint_eq(errors_of("case a \"A\"\nexpect open\n", "or open\n", CASE_ALTERNATIVES_MAX, ""), 1);
    ck_assert_uint_eq(errors_of("case a \"A\"\nraw ", "lower(", 16, "\"\"))))))))))))))))\n"), 0);
    ck_assert_uint_eq(errors_of("case a \"A\"\nraw ", "lower(", 17, "\"\")))))))))))))))))\n"), 1);
    ck_assert_uint_eq(errors_of("case a \"A\"\nraw ", "lower(", 10000, "\n"), 1);
    ck_assert_uint_eq(errors_of("case a \"A\"\nraw \"", "x", CASE_LINE_MAX - 5, "\"\n"), 0);
    ck_assert_uint_eq(errors_of("case a \"A\"\nraw \"", "x", CASE_LINE_MAX - 4, "\"\n"), 1);
    ck_assert_uint_eq(errors_of("case a \"A\"\nraw", " \\\n", CASE_LINE_MAX, "x\"00\"\n"), 0);
    ck_assert_uint_eq(errors_of("#", "x", CASE_LINE_MAX - 1, "\n"), 0);
    ck_assert_uint_eq(errors_of("#", "x", CASE_LINE_MAX, "\n"), 1);
    ck_assert_uint_eq(errors_of("#\n", " ", CASE_FILE_MAX - 2, ""), 0);
    ck_assert_uint_eq(errors_of("#\n", " ", CASE_FILE_MAX - 1, ""), 1);
    ck_assert_uint_eq(errors_of("case a \"A\"\n", "nope\n", 3000, ""), 1001);
    const char eight[] = "with a=1\nwith b=1\nwith c=1\nwith d=1\nwith e=1\nwith f=1\nwith g=1\nwith h=1\n";
    ck_assert_uint_eq(errors_of("case a \"A\"\n", eight, 1, ""), 0);
    ck_assert_uint_eq(errors_of("case a \"A\"\n", eight, 1, "with i=1\n"), 1);
    ck_assert_uint_eq(errors_of("case a \"A\"\nwith a=0..255\nwith b=0..255\n", "", 0, ""), 0);
    ck_assert_uint_eq(errors_of("case a \"A\"\nwith a=0..255\nwith b=0..256\n", "", 0, ""), 1);
    ck_assert_uint_eq(
        errors_of("case a \"A\"\nwith n=1..2\nraw seq(33554432) rep($n, seq(16777216))\n", "", 0, ""), 0);
    ck_assert_uint_eq(
        errors_of("case a \"A\"\nwith n=1..3\nraw seq(33554432) rep($n, seq(16777216))\n", "", 0, ""), 1);
}
END_TEST

/* ---- Any text ---- */

START_TEST(a_text_may_end_anywhere)
{
    for (size_t size = 0; size < sizeof whole; size++) {
        struct case_text parsed = case_text_parse(whole, size);
        ck_assert_ptr_nonnull(parsed.file);
        case_text_free(&parsed);
    }
}
END_TEST

/* Every octet replaced, and every octet left out: the diagnostics stay in order and within the file. */
START_TEST(a_text_may_hold_anything_anywhere)
{
    static const char octets[] = {0,   '\n', '\r', '"',    '\\',   '$', '#', '(',
                                  '0', 'x',  '.',  '\xff', '\xc3', ' ', -1};
    char text[sizeof whole];
    size_t size = sizeof whole - 1;
    for (size_t at = 0; at < size; at++) {
        for (size_t i = 0; i < sizeof octets; i++) {
            memcpy(text, whole, size);
            text[at] = octets[i];
            bool leave_out = i == sizeof octets - 1;
            if (leave_out)
                memmove(text + at, text + at + 1, size - at - 1);
            struct case_text parsed = case_text_parse(text, size - leave_out);
            ck_assert_ptr_nonnull(parsed.file);
            unsigned line = 1;
            for (const struct case_diagnostic *d = parsed.diagnostics; d != NULL; d = d->next) {
                ck_assert_uint_ge(d->place.line, line);
                line = d->place.line;
            }
            ck_assert_uint_le(line, 32);
            case_text_free(&parsed);
        }
    }
}
END_TEST

START_TEST(memory_may_run_out_anywhere)
{
    size_t parsed = 0;
    for (size_t cap = 0; parsed == 0; cap += 16) {
        struct arena arena = {.cap = cap};
        struct case_diagnostic *diagnostics;
        if (case_parse(&arena, "x.case", whole, sizeof whole - 1, &diagnostics) != NULL)
            parsed = cap;
        arena_free(&arena);
    }
    ck_assert_uint_gt(parsed, 1000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("case_parse");
    TCase *tests = tcase_create("case_parse");
    tcase_add_loop_test(tests, one_line_is_wrong, 0, sizeof wrong_lines / sizeof wrong_lines[0]);
    tcase_add_loop_test(tests, several_errors_are_told_at_once, 0,
                        sizeof wrong_files / sizeof wrong_files[0]);
    tcase_add_test(tests, an_error_far_along_a_line_is_shown_in_a_window);
    tcase_add_test(tests, the_tree_says_what_the_text_says);
    tcase_add_test(tests, a_file_without_suite_is_called_after_itself);
    tcase_add_test(tests, limits_are_met_and_not_passed);
    tcase_add_test(tests, a_text_may_end_anywhere);
    tcase_add_test(tests, a_text_may_hold_anything_anywhere);
    tcase_add_test(tests, memory_may_run_out_anywhere);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
