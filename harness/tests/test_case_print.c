/* SPDX-License-Identifier: MIT */
/* test_case_print.c: the canonical form: what lines become, comments where they stood, and that printing what
 * was parsed of what was printed changes nothing. */
#include "harness/tests/case_text.h"

/* ---- Lines ---- */

static const struct {
    const char *line;
    const char *canonical; /* NULL: the same */
} lines[] = {
    {"  send     text \"a\"", NULL},
    {"send text   \"a\"  fin=0", "  send     text \"a\" fin=0"},
    {"\tsend text \"a\" join mask=flip len=0x10 lenform=16 rsv3 rsv1 fin=0 gap=1000ms split=3 cut=7 frag=2",
     "  send     text \"a\" fin=0 rsv1 rsv3 mask=flip lenform=16 len=16 frag=2 cut=7 split=3 gap=1s join"},
    {"  send     text \"a\" chop=3 gap=1500ms", NULL},
    {"  send     op=3 rsv=7 mask=00c0ffee", NULL},
    {"  send     ping", NULL},
    {"  send     ping \"\"", NULL},
    {"  send     close", NULL},
    {"  send     close 1000", NULL},
    {"  send     close $n \"bye\"", NULL},
    {"  send     text \"\" len=4294967295", NULL},
    {"  send     text \"\" len=0x100000000", NULL},
    {"send text \"\" len=4294967296", "  send     text \"\" len=0x100000000"},
    {"send text \"\" len=0xFF", "  send     text \"\" len=255"},
    {"raw \"\\x41\\x00\\xff\\n\\r\\t\\\"\\\\$$\"", "  raw      \"A\\x00\\xff\\n\\r\\t\\\"\\\\$$\""},
    {"raw \"\\xce\\xba\\xce\"", "  raw      \"\u03ba\\xce\""},
    {"raw x\"00FF  0a\"", "  raw      x\"00 ff 0a\""},
    {"  raw      x\"\" \"\"", NULL},
    {"raw \"$n\"", "  raw      $n"},
    {"  raw      \"$n$n\"", NULL},
    {"  raw      $n $n", NULL},
    {"  raw      \"a$n.b\" \"c\" $n \"$n \"", NULL},
    {"raw rep($n,\"a\" x\"00\")fill( 3 , $key )", "  raw      rep($n, \"a\" x\"00\") fill(3, $key)"},
    {"  raw      rand($n, 5) seq(9) u16($n) accept($key) lower(accept(\"ABC\"))", NULL},
    {"  raw      swapcase($subprotocol \"a\") $scheme \"://$host$target\"", NULL},
    {"expect http 101 interim any once \"A\" lists \"B\" \"c\" \"d\"",
     "  expect   http 101 interim any once \"A\" lists \"B\" \"c\" \"d\""},
    {"  expect   http any interim 100 | 102..199, http 101 interim none", NULL},
    {"  raw      file(\"a.json\") piece($n, 2, \"ab\") piece(3, $round, \"ab\")", NULL},
    {"raw deflate( \"a\" ) deflate(\"a\" \"b\",$n) flushed(\"a\", 8) fixed(\"a\") final(\"a\") stored(\"a\")",
     "  raw      deflate(\"a\") deflate(\"a\" \"b\", $n) flushed(\"a\", 8) fixed(\"a\") final(\"a\") "
     "stored(\"a\")"},
    {"send text \"a\" frag=3 compressed fin=0", "  send     text \"a\" fin=0 compressed frag=3"},
    {"  expect   text any, binary \"a\", ping any, pong \"p\" within 2s -> info", NULL},
    {"  expect   open -> ok", NULL},
    {"expect close 1000|3000..3999|5..5, end", "  expect   close 1000 | 3000..3999 | 5, end"},
    {"expect fail $n..$n", "  expect   fail $n"},
    {"  expect   fail any, eof, rst, quiet 20ms, close none", NULL},
    {"  expect   http 101 has \"A\" no \"B\" value \"C\" \"d\" \"e\" ext \"f\" ext \"g\" \"h\" ext \"i\" "
     "\"j\" $n..12 noext",
     NULL},
    {"expect http any ext \"i\" \"j\" any", "  expect   http any ext \"i\" \"j\""},
    {"  expect   http 400..499 ext \"i\" \"j\" none", NULL},
    {"  expect   frame op=3 \"x\" fin=0 rsv2 mask=flip lenform=64", NULL},
    {"  wait     5ms", NULL},
    {"half-close", "  half-close"},
    {"  reset", NULL},
    {"  drop", NULL},
    {"  truncate", NULL},
    {"  close-notify", NULL},
    {"reading off", "  reading  off"},
    {"  reading  on", NULL},
    {"  memory   64MiB\n  drop", NULL},
    {"  memory   1KiB\n  drop", NULL},
    {"memory 2048KiB\ndrop", "  memory   2MiB\n  drop"},
    {"  open     plain", NULL},
    {"  open     plain alpn \"h2,http/1.1\" sni \"\" unended gap 50ms", NULL},
    {"  expect   http 101 alpn \"\" alpn \"http/1.1\" no \"X\"", NULL},
};

/* Wraps a line into a case with a parameter. */
static void make_case(char *out, size_t size, const char *line)
{
    snprintf(out, size, "case a \"A\"\n  with     n = 8..10\n%s\n", line);
}

START_TEST(a_line_becomes_canonical)
{
    char text[400], wanted[400];
    make_case(text, sizeof text, lines[_i].line);
    make_case(wanted, sizeof wanted, lines[_i].canonical == NULL ? lines[_i].line : lines[_i].canonical);
    struct case_text parsed = case_text_right(text);
    struct text_buffer out = {.cap = CASE_TEXT_PRINTED};
    case_print_definition(&out, parsed.file->cases);
    ck_assert_str_eq(out.text, wanted);
    text_free(&out);
    case_print_file(&out, parsed.file, text, strlen(text));
    ck_assert_str_eq(out.text, wanted);
    text_free(&out);
    case_text_free(&parsed);
}
END_TEST

START_TEST(parts_are_printed_alone)
{
    struct case_text parsed = case_text_right(
        "case a \"A\"\n open del \"X\"\n send text \"a\"\n expect open, end\n or fail 1002 -> info\n drop");
    const struct case_step *step = parsed.file->cases->steps;
    struct text_buffer out = {.cap = CASE_TEXT_PRINTED};
    for (; step != NULL; step = step->next) {
        case_print_step(&out, step);
        text_print(&out, ";");
    }
    step = parsed.file->cases->steps->next->next;
    case_print_alternative(&out, step->alternatives->next);
    text_print(&out, ";");
    case_print_outcome(&out, step->alternatives->next->outcomes);
    text_print(&out, ";");
    case_print_octets(&out, parsed.file->cases->steps->next->frame.payload);
    ck_assert_str_eq(out.text, "open del \"X\";send text \"a\";expect open, end\nor fail 1002 -> info;drop;"
                               "fail 1002 -> info;fail 1002;\"a\"");
    text_free(&out);
    case_text_free(&parsed);
}
END_TEST

/* ---- Files ---- */

static const struct {
    const char *text;
    const char *canonical;
} files[] = {
    {"", ""},
    {"\n\n", ""},
    {"# only a comment", "# only a comment\n"},
    {"\n#a \n\n\n  #b\n", "#a\n\n  #b\n"},
    {"suite s \"S\"", "suite s \"S\"\n"},
    {"suite s \"S\"  #why\ncase a \"A\" # c\ncase b \"B\"\r\n drop\r\n",
     "suite s \"S\"                              #why\n\ncase a \"A\"                               # c\n\n"
     "case b \"B\"\n  drop\n"},
    /* Properties come into their order and take their comments along; several lines of a list stay. */
    {"# license\n\n# about s\nsuite s \"S\"\n# about a\ncase a \"A\"\n"
     "  with n=1..2 # with\n\n  # the level\n  level MAY # it may\n  req R-1 # one\n  # two:\n  req R-2 R-3\n"
     "  needs echo # e\n  needs pong # p\n  send ping\n\n\n  # then\n\n  expect pong any#yes\n  or open\n"
     "# belongs to a\n\n# about b\n\ncase b \"B\"\n  drop\n# end\n",
     "# license\n\n# about s\nsuite s \"S\"\n\n# about a\ncase a \"A\"\n"
     "  req      R-1                           # one\n  # two:\n  req      R-2 R-3\n"
     "  # the level\n  level    MAY                           # it may\n"
     "  # p\n  needs    echo pong                     # e\n"
     "  with     n = 1..2                      # with\n"
     "  send     ping\n\n  # then\n\n  expect   pong any                      #yes\n  or       open\n"
     "# belongs to a\n\n# about b\n\ncase b \"B\"\n  drop\n# end\n"},
    /* What is too wide is cut between words, but not inside octets or a call. */
    {"case a \"A\"\n  wstest 1.1.1 1.1.2 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 "
     "1.1.13 1.1.14 "
     "1.1.15 1.1.16 1.1.17 1.1.18 1.1.19 1.1.20\n"
     "  with n = 1000..1003, 1007, 2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010, 2011, "
     "2012, 3999, "
     "4000 # all\n"
     "  raw \"0123456789 0123456789 0123456789\" rep(3, \"0123456789 0123456789\" \"0123456789 0123456789\") "
     "\\\n"
     "    x\"00 01 02 03 04 05 06\" # octets\n",
     "case a \"A\"\n  wstest   1.1.1 1.1.2 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8 1.1.9 1.1.10 1.1.11 1.1.12 "
     "1.1.13 1.1.14 "
     "1.1.15 1.1.16\n"
     "  wstest   1.1.17 1.1.18 1.1.19 1.1.20\n"
     "  with     n = 1000..1003, 1007, 2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010, "
     "2011, 2012, 3999, \\\n"
     "           4000                          # all\n"
     "  raw      \"0123456789 0123456789 0123456789\" rep(3, \"0123456789 0123456789\" \"0123456789 "
     "0123456789\") \\\n"
     "           x\"00 01 02 03 04 05 06\"       # octets\n"},
};

START_TEST(a_file_becomes_canonical)
{
    struct text_buffer text = {.cap = CASE_TEXT_PRINTED};
    text_print(&text, "%s", files[_i].text);
    for (int pass = 0; pass < 2; pass++) {
        struct case_text parsed = case_text_right(text.text);
        struct text_buffer out = {.cap = CASE_TEXT_PRINTED};
        case_print_file(&out, parsed.file, text.text, text.size);
        ck_assert_str_eq(out.text == NULL ? "" : out.text, files[_i].canonical);
        text_free(&text);
        text = (struct text_buffer){.cap = CASE_TEXT_PRINTED};
        text_print(&text, "%s", files[_i].canonical);
        text_free(&out);
        case_text_free(&parsed);
    }
    text_free(&text);
}
END_TEST

/* ---- Fixed point ---- */

/* A text without errors: printed, parsed and printed again it is the same, as a file and as cases. */
static void check_fixed_point(const char *text, size_t size, const struct case_text *parsed)
{
    struct text_buffer first = {.cap = CASE_TEXT_PRINTED}, second = {.cap = CASE_TEXT_PRINTED};
    case_print_file(&first, parsed->file, text, size);
    struct case_text again = case_text_right(first.text == NULL ? "" : first.text);
    case_print_file(&second, again.file, first.text == NULL ? "" : first.text, first.size);
    ck_assert(!first.failed && !second.failed);
    ck_assert_msg(
        first.size == second.size && (first.size == 0 || memcmp(first.text, second.text, first.size) == 0),
        "of:\n%.*s\n1:\n%.1500s\n2:\n%.1500s", size < 1500 ? (int)size : 1500, text, first.text, second.text);
    text_free(&first);
    text_free(&second);
    const struct case_definition *b = again.file->cases;
    for (const struct case_definition *a = parsed->file->cases; a != NULL; a = a->next, b = b->next) {
        ck_assert_ptr_nonnull(b);
        case_print_definition(&first, a);
        case_print_definition(&second, b);
        ck_assert_str_eq(first.text, second.text);
        struct case_text alone = case_text_right(first.text);
        text_free(&second);
        case_print_definition(&second, alone.file->cases);
        ck_assert_str_eq(first.text, second.text);
        case_text_free(&alone);
        text_free(&first);
        text_free(&second);
    }
    case_text_free(&again);
}

static const char everything[] =
    "# first\nsuite demo \"D\"\n"
    "case full \"E $$ \\\" \\x07\" # t\n  level SHOULD\n  req R-1 R-2\n  basis derived\n  role client\n  "
    "needs pong echo\n"
    "  tag a b\n  was c\n  after d\n  severity resource\n  with n = 1..3, 7\n  with t = \"a\", x\"00ff\", 5, "
    "rep(2, $key)\n"
    "  delivery whole octet 2ms\n  repeat 7\n  origin fuzz seed=0x5 t=\"e \\\" 2\"\n\n"
    "  open set \"A\" \"b$n\" del $t early x\"81\"\n # c\n"
    "  send text \"$$x\\x41$t.\" rep($n, \"z\") fin=0 rsv1 mask=37fa213d len=$n lenform=64 gap=2s frag=3 "
    "join\n"
    "  send op=$n rsv=$n\n  send close $n \"by\" cut=4 chop=2\n  raw u16($n) \\\n rand(4, 9)\n"
    "  expect pong \"a\", binary any within 3s -> non-strict #x\n  or close 7 | $n..30, end\n"
    "  or http 101 has \"X\" value \"Y\" \"z\" ext \"e\" \"p\" 8..15 noext -> skip\n  or frame op=3 fin=0 "
    "lenform=16\n"
    "  wait 5ms\n  half-close\n  reset\ncase b \"B\"\n  drop\n# last";

/* Small changes that leave many of the texts right. */
START_TEST(print_of_parse_is_a_fixed_point)
{
    static const char *const pieces[] = {"",      " ",        "\n",   "#",        "\"",    "$",    "0",
                                         "9",     "x",        "a",    ",",        "..",    "\\\n", "$n",
                                         "\"a\"", " \"$n\" ", "\n\n", "\xc3\xa9", "\\x00", "# c\n"};
    enum { PIECES = sizeof pieces / sizeof pieces[0] };
    size_t right = 0, size = sizeof everything - 1;
    for (size_t at = 0; at <= size; at++) {
        for (size_t i = 0; i < PIECES * 2; i++) {
            char text[sizeof everything + 8];
            const char *piece = pieces[i / 2];
            size_t skip = i % 2 != 0 && at < size ? 1 : 0, length = strlen(piece);
            memcpy(text, everything, at);
            memcpy(text + at, piece, length);
            memcpy(text + at + length, everything + at + skip, size - at - skip);
            size_t total = size - skip + length;
            struct case_text parsed = case_text_parse(text, total);
            if (parsed.diagnostics == NULL) {
                check_fixed_point(text, total, &parsed);
                right++;
            }
            case_text_free(&parsed);
        }
    }
    ck_assert_uint_gt(right, 5000);
}
END_TEST

START_TEST(the_longest_statement_still_parses_when_printed)
{
    static const char *const heads[] = {"raw x\"", "raw \"", "with n=0", "wstest 1"};
    static const char *const pieces[] = {"ff", "\\xff", ",99999999999", " 1"};
    static const char *const tails[] = {"\"\n", "\"\n", "\n", "\n"};
    for (size_t i = 0; i < 4; i++) {
        struct text_buffer text = {.cap = CASE_TEXT_PRINTED};
        text_print(&text, "case a \"A\"\n%s", heads[i]);
        size_t most = (CASE_LINE_MAX - 64) / (i < 2 ? strlen(pieces[i]) : 21);
        for (size_t k = 0; k < most; k++) {
            if (i == 2) /* all different */
                text_print(&text, ",%zu", 10000000000 + k);
            else
                text_print(&text, "%s", pieces[i]);
        }
        if (i == 3) /* members enough for the numbers */
            text_print(&text, "\nwith n=0..60000");
        text_print(&text, "%s", tails[i]);
        struct case_text parsed = case_text_right(text.text);
        check_fixed_point(text.text, text.size, &parsed);
        case_text_free(&parsed);
        text_free(&text);
    }
}
END_TEST

START_TEST(a_cap_that_is_reached_is_told)
{
    struct case_text parsed = case_text_right(everything);
    struct text_buffer whole = {.cap = CASE_TEXT_PRINTED};
    case_print_file(&whole, parsed.file, everything, sizeof everything - 1);
    for (size_t cap = 0; cap < whole.size; cap++) {
        struct text_buffer out = {.cap = cap};
        case_print_file(&out, parsed.file, everything, sizeof everything - 1);
        ck_assert(out.failed);
        text_free(&out);
    }
    text_free(&whole);
    case_text_free(&parsed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("case_print");
    TCase *tests = tcase_create("case_print");
    tcase_add_loop_test(tests, a_line_becomes_canonical, 0, sizeof lines / sizeof lines[0]);
    tcase_add_test(tests, parts_are_printed_alone);
    tcase_add_loop_test(tests, a_file_becomes_canonical, 0, sizeof files / sizeof files[0]);
    tcase_add_test(tests, print_of_parse_is_a_fixed_point);
    tcase_add_test(tests, the_longest_statement_still_parses_when_printed);
    tcase_add_test(tests, a_cap_that_is_reached_is_told);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
