/* SPDX-License-Identifier: MIT */
/* test_html.c: escaping, fields of frames, families, and whole pages: of a realistic journal and of one whose
 * every string is hostile. `test_html sample DIR [TARGETS]` writes the realistic one with its page, to look
 * at. */
#include "reports/html.h"

#include <check.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/tests/html_checker.h"
#include "reports/tests/sample_journal.h"

static char directory[256], error[1024];
static char *printed;
static size_t printed_size;
static FILE *out;

static void make_directory(void)
{
    const char *temporary = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/wringer-html-XXXXXX", temporary == NULL ? "/tmp" : temporary);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    error[0] = '\0';
    out = open_memstream(&printed, &printed_size);
    ck_assert_ptr_nonnull(out);
}

static int remove_one(const char *name, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(name);
}

static void remove_directory(void)
{
    fclose(out);
    free(printed);
    nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* What was printed since the last call; valid until the next print. */
static const char *taken(void)
{
    static size_t before;
    fflush(out);
    const char *text = printed + before;
    before = printed_size;
    return text;
}

static char *in_directory(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

/* The whole text of a file; the caller frees it. */
static char *text_of(const char *path)
{
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    ck_assert_uint_eq(fread(text, 1, (size_t)size, file), (size_t)size);
    text[size] = '\0';
    fclose(file);
    return text;
}

/* Renders the journal of the directory and checks the page; the caller frees it. */
static char *page_of_directory(void)
{
    const char *journals[] = {in_directory("results.jsonl")};
    char journal[512];
    snprintf(journal, sizeof journal, "%s", journals[0]);
    journals[0] = journal;
    ck_assert_msg(report_write_html(journals, 1, directory, error, sizeof error), "%s", error);
    char *page = text_of(in_directory("index.html"));
    struct html_checker checker;
    ck_assert_msg(html_check(&checker, page), "%s", checker.problem);
    ck_assert_uint_eq(checker.scripts, 1);
    return page;
}

/* ---- Escaping ---- */

static const struct {
    const char *text, *in_text, *in_attribute;
} escape_rows[] = {
    {NULL, "", ""},
    {"plain", "plain", "plain"},
    {"<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;", "&lt;b&gt;&amp;&quot;&#39;"},
    {"κόσμε \xF0\x9F\x92\xA9", "κόσμε \xF0\x9F\x92\xA9", "κόσμε \xF0\x9F\x92\xA9"},
    {"a\x1bz", "a<span class=ctl title=\"U+001B\">&#x241B;</span>z", "a[&#x241B;]z"},
    {"\n", "<span class=ctl title=\"U+000A\">&#x240A;</span>", "[&#x240A;]"},
    {"\x7f", "<span class=ctl title=\"U+007F\">&#x2421;</span>", "[&#x2421;]"},
    {"\xC2\x85", "<span class=ctl title=\"U+0085\">U+0085</span>", "[U+0085]"},
    {"a\u202Ez", "a<span class=ctl title=\"U+202E\">U+202E</span>z", "a[U+202E]z"}, /* turns text around */
    {"\u2066", "<span class=ctl title=\"U+2066\">U+2066</span>", "[U+2066]"},
    {"\u200B", "<span class=ctl title=\"U+200B\">U+200B</span>", "[U+200B]"},
    {"\uFEFF", "<span class=ctl title=\"U+FEFF\">U+FEFF</span>", "[U+FEFF]"},
    {"\U000E0041", "<span class=ctl title=\"U+E0041\">U+E0041</span>", "[U+E0041]"}, /* an invisible tag */
};

START_TEST(text_is_escaped)
{
    html_text(out, escape_rows[_i].text);
    ck_assert_str_eq(taken(), escape_rows[_i].in_text);
    html_attribute(out, escape_rows[_i].text);
    ck_assert_str_eq(taken(), escape_rows[_i].in_attribute);
}
END_TEST

START_TEST(blocks_keep_their_lines)
{
    html_block(out, "a\n<b>\r");
    ck_assert_str_eq(taken(), "a\n&lt;b&gt;<span class=ctl title=\"U+000D\">&#x240D;</span>");
}
END_TEST

START_TEST(anchors_have_no_markup)
{
    html_anchor(out, "close/code-1.2_x");
    ck_assert_str_eq(taken(), "close/code-1.2_x");
    html_anchor(out, "a b\"><~κ");
    ck_assert_str_eq(taken(), "a~20b~22~3e~3c~7e~ce~ba");
}
END_TEST

START_TEST(commands_are_quoted_as_for_a_shell)
{
    static const char *const words[] = {"wringer", "", "a b", "it's", "$(x)<y>", "ws://h:1/?q"};
    html_command(out, words, 6);
    ck_assert_str_eq(
        taken(), "wringer &#39;&#39; &#39;a b&#39; &#39;it&#39;\\&#39;&#39;s&#39; &#39;$(x)&lt;y&gt;&#39; "
                 "&#39;ws://h:1/?q&#39;");
    /* longer than the pieces it is quoted in */
    char word[1024] = " ", expected[2048];
    for (size_t i = 0; i < 300; i++)
        memcpy(word + 1 + 2 * i, "κ", 3);
    snprintf(expected, sizeof expected, "&#39;%s&#39;", word);
    const char *const long_words[] = {word};
    html_command(out, long_words, 1);
    ck_assert_str_eq(taken(), expected);
}
END_TEST

START_TEST(figures_are_readable)
{
    static const struct {
        uint64_t microseconds;
        const char *shown;
    } rows[] = {
        {0, "0.00 ms"}, {415, "0.41 ms"}, {12400, "12 ms"}, {3812345, "3.8 s"}, {125000000, "2 min 5 s"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        html_duration(out, rows[i].microseconds);
        ck_assert_str_eq(taken(), rows[i].shown);
    }
    html_number(out, 9999);
    ck_assert_str_eq(taken(), "9999");
    html_number(out, UINT64_MAX);
    ck_assert_str_eq(taken(), "18&#8239;446&#8239;744&#8239;073&#8239;709&#8239;551&#8239;615");
}
END_TEST

/* ---- Frames ---- */

/* The octets at the very end of a page of memory, so that reading on is seen. */
static const uint8_t *at_page_end(const uint8_t *octets, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    ck_assert_int_eq(mprotect(memory + page, page, PROT_NONE), 0);
    memcpy(memory + page - size, octets, size);
    return memory + page - size;
}

static const char *transcript_of(const uint8_t *octets, size_t count, uint64_t size,
                                 const struct journal_frame *frame)
{
    struct journal_line line = {.direction = "recv",
                                .text = "",
                                .octets = octets,
                                .octet_count = count,
                                .size = size,
                                .frame = frame};
    struct journal_result result = {.lines = &line, .line_count = 1};
    html_transcript(out, &result);
    return taken();
}

START_TEST(every_octet_of_a_frame_has_its_field)
{
    static const uint8_t masked_close[] = {0x88, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x34, 0x12, 0x43, 0x44, 0x44};
    struct journal_frame frame = {.fin = true,
                                  .opcode = 8,
                                  .masked = true,
                                  .masking_key = {0x37, 0xfa, 0x21, 0x3d},
                                  .length_bits = 7,
                                  .length = 5,
                                  .header_size = 6};
    const char *html = transcript_of(masked_close, sizeof masked_close, sizeof masked_close, &frame);
    ck_assert_ptr_nonnull(
        strstr(html, "<code class=o><i class=a title=\"FIN 1 · RSV 000 · opcode 8 close\">88</i> "
                     "<i class=b title=\"MASK 1 · length 5\">85</i> "
                     "<i class=k title=\"masking key\">37 fa 21 3d</i> "
                     "<i class=c title=\"close code 1000, masked\">34 12</i> "
                     "<i class=p title=\"close reason, of a payload of 5 octets, masked\">43 44 44"
                     "</i></code>"));
    static const uint8_t extended[] = {0x5b, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x61};
    frame = (struct journal_frame){
        .rsv = 5, .opcode = 11, .length_bits = 64, .length = 0x8000000000000000, .header_size = 10};
    html = transcript_of(extended, sizeof extended, 70000, &frame);
    ck_assert_ptr_nonnull(strstr(html, "title=\"FIN 0 · RSV 101 · opcode B reserved\">5b</i>"));
    ck_assert_ptr_nonnull(strstr(html, "title=\"MASK 0 · length 127, the next 8 octets tell\">7f</i>"));
    ck_assert_ptr_nonnull(
        strstr(html, "title=\"extended length 9223372036854775808\">80 00 00 00 00 00 00 00</i>"));
    ck_assert_ptr_nonnull(strstr(html, "and 69&#8239;989 octets more"));
}
END_TEST

START_TEST(frames_that_are_cut_are_not_read_beyond)
{
    static const uint8_t octets[] = {0x88, 0xff, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7};
    const struct journal_frame frame = {
        .fin = true, .opcode = 8, .masked = true, .length_bits = 64, .length = 2, .header_size = 14};
    for (size_t count = 0; count <= sizeof octets; count++) {
        const char *html = transcript_of(at_page_end(octets, count), count, count, &frame);
        size_t shown = 0;
        for (const char *at = strstr(html, "<code class=o>"); at != NULL && *at != '\0'; at++) {
            if (*at == '>') /* octets stand right behind a tag, with blanks between them */
                shown += strcspn(at + 1, "<") >= 2 ? (strcspn(at + 1, "<") + 1) / 3 : 0;
        }
        ck_assert_msg(shown == count, "%zu of %zu octets are shown in %s", shown, count, html);
    }
}
END_TEST

START_TEST(heads_are_text_and_garbage_is_octets)
{
    ck_assert_ptr_nonnull(
        strstr(transcript_of((const uint8_t *)"GET <x>\r\nA\rB", 12, 12, NULL),
               "<pre>GET &lt;x&gt;\nA<span class=ctl title=\"U+000D\">&#x240D;</span>B</pre>"));
    ck_assert_ptr_nonnull(
        strstr(transcript_of((const uint8_t *)"\xff<", 2, 2, NULL), "<code class=o>ff 3c</code>"));
}
END_TEST

START_TEST(the_line_that_is_wrong_is_marked)
{
    const struct journal_line lines[] = {{.direction = "note", .text = "a"},
                                         {.direction = "recv", .text = "b"},
                                         {.direction = "recv", .text = "c", .mark = "expected <fail> 1002"}};
    const struct journal_violation violation = {"name", "R1", "it must not", 1};
    struct journal_result result = {
        .lines = lines, .line_count = 3, .violations = &violation, .violation_count = 1};
    html_transcript(out, &result);
    const char *html = taken();
    ck_assert_ptr_nonnull(strstr(html, "<li class=\"not\">"));
    ck_assert_ptr_nonnull(strstr(html, "<li class=\"rcv bad\">"));
    ck_assert_ptr_nonnull(
        strstr(html, "b</code><span class=mk>it must not (<a class=rid href=\"#req-R1\">R1</a>)</span>"));
    ck_assert_ptr_nonnull(strstr(html, "c</code><span class=mk>expected &lt;fail&gt; 1002</span>"));
}
END_TEST

START_TEST(what_is_wrong_in_a_long_transcript_is_shown)
{
    struct journal_line lines[90];
    for (size_t i = 0; i < 90; i++)
        lines[i] = (struct journal_line){.direction = "recv", .text = "fine"};
    for (size_t i = 50; i < 70; i++)
        lines[i].mark = "this one";
    struct journal_result result = {.verdict = VERDICT_FAILED, .lines = lines, .line_count = 90};
    html_transcript(out, &result);
    const char *html = taken();
    size_t marks = 0;
    for (const char *at = html; (at = strstr(at, "this one")) != NULL; at++)
        marks++;
    ck_assert_uint_eq(marks, 8);
    ck_assert_ptr_nonnull(strstr(html, "<div>26 lines are only in the journal</div>"));
    ck_assert_ptr_nonnull(strstr(html, "<div>20 lines are only in the journal</div>"));
}
END_TEST

/* ---- Families ---- */

/* Values, 'w' or 'o' for the delivery, and the verdict of each member: "1000wK". */
static const struct {
    const char *members[12];
    const char *shown;
} family_rows[] = {
    {{"wK"}, ""},
    {{"wK", "oK"}, "all 2"},
    {{"1wF", "2wF"}, "none of 2"},
    {{"1wK", "2wF", "3wF", "4wF", "5wK"}, "2 of 5 OK; FAILED: 2..4"},
    {{"1wK", "2wF", "3wF", "5wF"}, "1 of 4 OK; FAILED: 2, 3, 5"},
    {{"1wK", "1oF", "2wF", "2oF", "3wF", "3oF", "4wF", "4oF"}, "1 of 8 OK; FAILED: 1 octet, 2..4"},
    {{"wK", "oF"}, "1 of 2 OK; FAILED: octet"},
    {{"1,textwK", "1,<b>wF"}, "1 of 2 OK; FAILED: 1,&lt;b&gt;"},
    {{"1wF", "2wN"}, "none of 2 OK; FAILED: 1"},
    {{"1wC", "2wF", "3wK"}, "1 of 3 OK; CRASH: 1"},
    {{"1wS", "2wK"}, "all 1 tried, 1 skipped"},
    {{"1wS", "2wS"}, "none of 2 tried"},
    {{"007wF", "008wF", "9wK"}, "1 of 3 OK; FAILED: 007, 008"},
};

START_TEST(families_say_what_failed)
{
    struct journal_result results[12];
    const struct journal_result *members[12];
    char values[12][16];
    size_t count = 0;
    for (; count < 12 && family_rows[_i].members[count] != NULL; count++) {
        const char *member = family_rows[_i].members[count];
        size_t size = strlen(member);
        snprintf(values[count], sizeof values[count], "%.*s", (int)size - 2, member);
        results[count] = (struct journal_result){.value = values[count],
                                                 .delivery = member[size - 2] == 'w' ? "whole" : "octet"};
        while (verdict_letter(results[count].verdict) != member[size - 1])
            results[count].verdict++;
        members[count] = &results[count];
    }
    unsigned char marks[12];
    struct page page = {.out = out, .marks = marks};
    html_family(&page, &(struct report_group){.results = members, .count = count});
    ck_assert_str_eq(taken(), family_rows[_i].shown);
}
END_TEST

/* ---- Pages ---- */

START_TEST(a_realistic_page_is_whole_and_small)
{
    ck_assert_msg(sample_write(directory, 3, error, sizeof error), "%s", error);
    char *page = page_of_directory();
    ck_assert_uint_lt(strlen(page), 3 * 1024 * 1024);
    ck_assert_ptr_nonnull(strstr(page, "<title>Wringer: reference A+, node-ws A, homegrown F</title>"));
    ck_assert_ptr_nonnull(strstr(page, "<section id=matrix>"));
    ck_assert_ptr_nonnull(strstr(page, "<section id=seen>"));
    ck_assert_ptr_nonnull(strstr(page, "<a href=\"#case-lengths/absurd-t2\">"));
    ck_assert_ptr_nonnull(strstr(page, "id=\"case-lengths/absurd-t2\""));
    ck_assert_ptr_nonnull(strstr(page, "unstable: first CRASH"));
    ck_assert_ptr_nonnull(strstr(page, "reported upstream"));
    ck_assert_ptr_nonnull(strstr(page, "<dt><b>B</b></dt><dd>up to 5&nbsp;% of"));
    free(page);
}
END_TEST

static const struct {
    struct journal_requirement requirement;
    const char *shown;
} quote_rows[] = {
    {{.rfc = "RFC6455", .section = "5.1", .quote = ""}, ""},
    {{.rfc = "RFC6455", .section = "5.1", .quote = "A \"frame\" [...] MUST."},
     "<blockquote>“A &quot;frame&quot; [...] MUST.” <span class=sec><a "
     "href=\"https://www.rfc-editor.org/rfc/rfc6455#section-5.1\">RFC&nbsp;6455 "
     "§5.1</a></span></blockquote>"},
    {{.rfc = "RFC6455 erratum", .section = "3912", .quote = "q"},
     "<blockquote>“q” <span class=sec>RFC&nbsp;6455 erratum §3912</span></blockquote>"},
    {{.rfc = "RFC6455\"><i>", .section = "5.1", .quote = "<b>"},
     "<blockquote>“&lt;b&gt;” <span class=sec>RFC&nbsp;6455&quot;&gt;&lt;i&gt; §5.1</span></blockquote>"},
    {{.rfc = "RFC6455", .section = "5.1/../x", .quote = "q"},
     "<blockquote>“q” <span class=sec>RFC&nbsp;6455 §5.1/../x</span></blockquote>"},
    {{.rfc = "", .section = "", .quote = "q"}, "<blockquote>“q” <span class=sec> </span></blockquote>"},
};

START_TEST(a_quote_links_to_its_section)
{
    html_quote(out, &quote_rows[_i].requirement);
    ck_assert_str_eq(taken(), quote_rows[_i].shown);
}
END_TEST

/* In the case that failed, among what failed first, and at the requirement; not where all passed. */
START_TEST(failures_show_the_sentence_of_the_rfc)
{
    ck_assert_msg(sample_write(directory, 3, error, sizeof error), "%s", error);
    char *page = page_of_directory();
    const char *first = strstr(page, "<section id=first>"), *seen = strstr(page, "<section id=cases>");
    const char *sentence = strstr(first, "The server MUST close the connection upon receiving");
    ck_assert_ptr_nonnull(sentence);
    ck_assert(sentence < seen);
    ck_assert_ptr_nonnull(strstr(seen, "The server MUST close the connection upon receiving"));
    ck_assert_ptr_nonnull(strstr(page, "href=\"https://www.rfc-editor.org/rfc/rfc6455#section-5.1\""));
    free(page);
    ck_assert_msg(sample_write(directory, 1, error, sizeof error), "%s", error);
    page = page_of_directory();
    const char *cases = strstr(page, "<section id=cases>"), *quote = strstr(cases, "<blockquote>");
    ck_assert_ptr_nonnull(quote);
    ck_assert(quote > strstr(cases, "<section id=requirements>"));
    free(page);
}
END_TEST

/* Why a requirement was not tested stands beside it. */
START_TEST(the_untested_have_reasons)
{
    ck_assert_msg(sample_write(directory, 3, error, sizeof error), "%s", error);
    char *page = page_of_directory();
    const char *section = strstr(page, "<section id=requirements>");
    const char *uncited = strstr(section, "id=\"req-R6455-7.1.7-03\"");
    const char *untestable = strstr(section, "id=\"req-R6455-7.1.7-04\"");
    ck_assert(uncited != NULL && untestable != NULL && uncited < untestable);
    const char *why = strstr(uncited, "untested</span><span class=why>nothing in this run showed it</span>");
    ck_assert(why != NULL && why < untestable);
    why = strstr(untestable, "<span class=by>No case can show it: A log is not on the wire.</span>");
    ck_assert(why != NULL && why < strstr(untestable, "</tr>"));
    ck_assert(strstr(untestable, "untestable</span></td>") < strstr(untestable, "</tr>"));
    ck_assert_ptr_nonnull(strstr(section, "2 requirements, 1 untested, 1 untestable</span>"));
    const char *silent = strstr(section, "<b>Nothing was tested of 1 section</b>");
    ck_assert(silent != NULL && silent < uncited);
    free(page);
}
END_TEST

START_TEST(every_link_leads_somewhere)
{
    ck_assert_msg(sample_write(directory, 2, error, sizeof error), "%s", error);
    char *page = page_of_directory();
    for (const char *at = page; (at = strstr(at, "href=\"#")) != NULL;) {
        char anchor[256], quoted[300], plain[300];
        at += strlen("href=\"#");
        snprintf(anchor, sizeof anchor, "%.*s", (int)strcspn(at, "\""), at);
        snprintf(quoted, sizeof quoted, "id=\"%s\"", anchor);
        snprintf(plain, sizeof plain, "id=%s", anchor);
        ck_assert_msg(strstr(page, quoted) != NULL || strstr(page, plain) != NULL, "#%s leads nowhere",
                      anchor);
    }
    free(page);
}
END_TEST

static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" onmouseover=\"alert(1)\" x=\"",
    "</pre></code></style></script></title><svg onload=alert(1)>",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "\x1b[31m\r\n\t\b\x7f\u202e\u2066\ufeff",
    "\xff\xfe\xc0\xaf\xed\xa0\x80",
    "javascript:alert(1)",
    "%00%0a#?v=F&q=<script>",
    "",
};

/* Every string of the journal is `string`. */
static void write_hostile(const char *string)
{
    static const uint8_t octets[] = "<script>alert(1)</script>\"'>";
    const char *const strings[] = {string, string};
    const struct journal_violation violation = {string, string, string, 0};
    const struct journal_frame frame = {.length_bits = 7, .header_size = 2, .opcode = 3};
    const struct journal_line lines[] = {{.direction = string,
                                          .text = string,
                                          .octets = octets,
                                          .octet_count = sizeof octets,
                                          .mark = string,
                                          .size = sizeof octets},
                                         {.direction = "recv",
                                          .text = string,
                                          .octets = octets,
                                          .octet_count = sizeof octets,
                                          .frame = &frame,
                                          .size = sizeof octets}};
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert_msg(journal != NULL, "%s", error);
    bool written = journal_write_run(journal, &(struct journal_run){.version = string,
                                                                    .started = string,
                                                                    .command = strings,
                                                                    .command_count = 2,
                                                                    .cases = string,
                                                                    .selection = strings,
                                                                    .selection_count = 2}) &&
                   journal_write_requirement(
                       journal, &(struct journal_requirement){string, string, string, string, string, string,
                                                              string, string, string}) &&
                   journal_write_case(journal, &(struct journal_case){.id = string,
                                                                      .title = string,
                                                                      .file = string,
                                                                      .requirements = strings,
                                                                      .requirement_count = 2,
                                                                      .level = string,
                                                                      .severity = string,
                                                                      .text = string});
    for (unsigned target = 0; target < 2; target++) {
        written = written && journal_write_target(journal, &(struct journal_target){.name = string,
                                                                                    .url = string,
                                                                                    .exec = string,
                                                                                    .agent = string,
                                                                                    .role = string,
                                                                                    .response = string,
                                                                                    .subprotocol = string,
                                                                                    .extensions = string});
        for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
            written = written &&
                      journal_write_result(journal, &(struct journal_result){.target = target,
                                                                             .id = string,
                                                                             .case_id = string,
                                                                             .value = string,
                                                                             .delivery = string,
                                                                             .wstest = string,
                                                                             .verdict = (enum verdict)verdict,
                                                                             .reason = string,
                                                                             .closing = CLOSING_UNCLEAN,
                                                                             .closing_reason = string,
                                                                             .expected = string,
                                                                             .observed = string,
                                                                             .unstable = true,
                                                                             .known = string,
                                                                             .violations = &violation,
                                                                             .violation_count = 1,
                                                                             .passed_requirements = strings,
                                                                             .passed_requirement_count = 2,
                                                                             .lines = lines,
                                                                             .line_count = 2,
                                                                             .rerun = string});
    }
    written = written && journal_write_end(journal, &(struct journal_end){.finished = string});
    ck_assert_msg(written, "%s", journal_error(journal));
    journal_close(journal);
}

START_TEST(nothing_from_a_target_becomes_markup)
{
    write_hostile(hostile[_i]);
    char *page = page_of_directory();
    static const char *const never[] = {"<script>alert", "<img",   "<svg", "\u202e",
                                        "\u2066",        "\ufeff", "\x1b", NULL};
    for (size_t i = 0; never[i] != NULL; i++)
        ck_assert_msg(strstr(page, never[i]) == NULL, "%s got through", never[i]);
    free(page);
}
END_TEST

START_TEST(an_empty_run_has_a_page)
{
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert(journal_write_run(journal, &(struct journal_run){.version = "0.1", .started = ""}));
    journal_close(journal);
    char *page = page_of_directory();
    ck_assert_ptr_nonnull(strstr(page, "did not come to its end"));
    free(page);
}
END_TEST

/* Writes a server's journal or a client's. */
static void write_target_of(const char *role)
{
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert(journal_write_run(journal, &(struct journal_run){.version = "0.1", .started = "", .jobs = 7}));
    ck_assert(journal_write_target(journal, &(struct journal_target){.name = "a name",
                                                                     .url = "ws://127.0.0.1:9001",
                                                                     .agent = "Agent/1.0",
                                                                     .role = role,
                                                                     .response = "its head\r\n\r\n",
                                                                     .echoes = true}));
    journal_close(journal);
}

START_TEST(words_fit_the_role)
{
    static const char *const words[2][6] = {
        {"Server: <bdi>Agent/1.0", "Its handshake response:", "Round trip", "7 at a time",
         "This run did not come to its end", "How it was started, what it can do"},
        {"User-Agent: <bdi>Agent/1.0", "Its handshake request, the first one:",
         "client of <code>ws://127.0.0.1:9001", "Clients may still come", "How it began", "How it began"}};
    for (size_t client = 0; client < 2; client++) {
        write_target_of(client == 1 ? "client" : "server");
        char *page = page_of_directory();
        for (size_t i = 0; i < 6; i++) {
            ck_assert_msg(strstr(page, words[client][i]) != NULL, "missing: %s", words[client][i]);
            ck_assert_msg(strstr(page, words[1 - client][i]) == NULL, "there: %s", words[1 - client][i]);
        }
        free(page);
    }
}
END_TEST

START_TEST(a_cut_journal_is_told)
{
    ck_assert_msg(sample_write(directory, 1, error, sizeof error), "%s", error);
    struct stat status;
    ck_assert_int_eq(stat(in_directory("results.jsonl"), &status), 0);
    ck_assert_int_eq(truncate(in_directory("results.jsonl"), status.st_size / 2), 0);
    char *page = page_of_directory();
    ck_assert_ptr_nonnull(strstr(page, "the last of the journal, was cut and is left out"));
    ck_assert_ptr_nonnull(strstr(page, "did not come to its end"));
    free(page);
}
END_TEST

START_TEST(bad_lines_are_told_and_the_rest_is_there)
{
    ck_assert_msg(sample_write(directory, 1, error, sizeof error), "%s", error);
    char *journal = text_of(in_directory("results.jsonl"));
    char *second = strchr(journal, '\n') + 1;
    journal[0] = '<'; /* the run itself */
    FILE *file = fopen(in_directory("results.jsonl"), "w");
    fwrite(journal, 1, (size_t)(second - journal), file);
    for (int i = 0; i < 20; i++)
        fputs("{\"type\":\"<b>\"}\n", file);
    fputs(second, file);
    fclose(file);
    free(journal);
    char *page = page_of_directory();
    ck_assert_ptr_nonnull(strstr(page, "21 lines of this journal cannot be read."));
    ck_assert_ptr_nonnull(strstr(page, "results.jsonl:1</code>: not JSON"));
    ck_assert_ptr_nonnull(strstr(page, "results.jsonl:2</code>: unknown type &quot;&lt;b&gt;&quot;</li>"));
    ck_assert_ptr_nonnull(strstr(page, "<li>and 5 more</li>"));
    ck_assert_ptr_nonnull(
        strstr(page, "<p>A run of which the journal does not tell how and when it was started"));
    ck_assert_ptr_nonnull(strstr(page, "<title>Wringer: reference A+</title>"));
    free(page);
}
END_TEST

START_TEST(a_long_response_is_cut_between_characters)
{
    char response[6001];
    for (size_t i = 0; i < 6000; i += 3)
        memcpy(response + i, "\xE2\x82\xAC", 3);
    response[6000] = '\0';
    memset(response, 'x', 3 + (size_t)_i); /* moves the cut within a character */
    memmove(response + 3 + _i, response + 6, 6001 - 6);
    struct journal *journal = journal_open(directory, error, sizeof error);
    ck_assert(journal_write_run(journal, &(struct journal_run){.version = "", .started = ""}));
    ck_assert(journal_write_target(journal,
                                   &(struct journal_target){.name = "t", .url = "u", .response = response}));
    journal_close(journal);
    char *page = page_of_directory();
    ck_assert_ptr_nonnull(strstr(page, "\u20AC</pre><p>The rest of it is in the journal.</p>"));
    free(page);
}
END_TEST

START_TEST(several_journals_stand_side_by_side)
{
    char other[300], first[400], second[400];
    snprintf(other, sizeof other, "%s/other", directory);
    ck_assert_msg(sample_write(directory, 2, error, sizeof error), "%s", error);
    ck_assert_msg(sample_write(other, 1, error, sizeof error), "%s", error);
    snprintf(first, sizeof first, "%s/results.jsonl", directory);
    snprintf(second, sizeof second, "%s/results.jsonl", other);
    const char *const journals[] = {first, second};
    ck_assert_msg(report_write_html(journals, 2, directory, error, sizeof error), "%s", error);
    char *page = text_of(in_directory("index.html"));
    struct html_checker checker;
    ck_assert_msg(html_check(&checker, page), "%s", checker.problem);
    ck_assert_ptr_nonnull(strstr(page, "<title>Wringer: reference A+, node-ws A, reference (2) A+</title>"));
    free(page);
}
END_TEST

START_TEST(a_bad_journal_is_an_error_with_its_place)
{
    FILE *file = fopen(in_directory("results.jsonl"), "w");
    fputs("{\"type\":\"end\"}\n", file);
    fclose(file);
    char journal[512], expected[600];
    snprintf(journal, sizeof journal, "%s", in_directory("results.jsonl"));
    snprintf(expected, sizeof expected,
             "%s:1: the first line of a journal is of type \"run\"; this is \"end\"", journal);
    const char *const journals[] = {journal};
    ck_assert(!report_write_html(journals, 1, directory, error, sizeof error));
    ck_assert_str_eq(error, expected);
    ck_assert_int_ne(access(in_directory("index.html"), F_OK), 0);
}
END_TEST

START_TEST(a_full_disk_leaves_the_old_page)
{
    ck_assert_msg(sample_write(directory, 1, error, sizeof error), "%s", error);
    char *before = page_of_directory();
    char journal[512];
    snprintf(journal, sizeof journal, "%s", in_directory("results.jsonl"));
    const char *const journals[] = {journal};
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {20000, RLIM_INFINITY};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(!report_write_html(journals, 1, directory, error, sizeof error));
    limit.rlim_cur = RLIM_INFINITY;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_ptr_nonnull(strstr(error, "/index.html: cannot write: File too large"));
    ck_assert_int_ne(access(in_directory("index.html.part"), F_OK), 0);
    char *after = text_of(in_directory("index.html"));
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
}
END_TEST

static int write_sample(const char *where, const char *targets)
{
    char path[512];
    const char *const journals[] = {path};
    snprintf(path, sizeof path, "%s/results.jsonl", where);
    if (!sample_write(where,
                      targets[0] == '1'   ? 1
                      : targets[0] == '2' ? 2
                                          : 3,
                      error, sizeof error) ||
        !report_write_html(journals, 1, where, error, sizeof error)) {
        fprintf(stderr, "test_html: %s\n", error);
        return 1;
    }
    printf("%s/index.html\n", where);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "sample") == 0)
        return write_sample(argv[2], argc > 3 ? argv[3] : "3");
    Suite *suite = suite_create("html");
    TCase *tests = tcase_create("html");
    tcase_add_checked_fixture(tests, make_directory, remove_directory);
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, text_is_escaped, 0, (int)(sizeof escape_rows / sizeof escape_rows[0]));
    tcase_add_test(tests, blocks_keep_their_lines);
    tcase_add_test(tests, anchors_have_no_markup);
    tcase_add_test(tests, commands_are_quoted_as_for_a_shell);
    tcase_add_test(tests, figures_are_readable);
    tcase_add_test(tests, every_octet_of_a_frame_has_its_field);
    tcase_add_test(tests, frames_that_are_cut_are_not_read_beyond);
    tcase_add_test(tests, heads_are_text_and_garbage_is_octets);
    tcase_add_test(tests, the_line_that_is_wrong_is_marked);
    tcase_add_test(tests, what_is_wrong_in_a_long_transcript_is_shown);
    tcase_add_loop_test(tests, families_say_what_failed, 0,
                        (int)(sizeof family_rows / sizeof family_rows[0]));
    tcase_add_test(tests, a_realistic_page_is_whole_and_small);
    tcase_add_loop_test(tests, a_quote_links_to_its_section, 0,
                        (int)(sizeof quote_rows / sizeof quote_rows[0]));
    tcase_add_test(tests, failures_show_the_sentence_of_the_rfc);
    tcase_add_test(tests, the_untested_have_reasons);
    tcase_add_test(tests, every_link_leads_somewhere);
    tcase_add_loop_test(tests, nothing_from_a_target_becomes_markup, 0,
                        (int)(sizeof hostile / sizeof hostile[0]));
    tcase_add_test(tests, an_empty_run_has_a_page);
    tcase_add_test(tests, words_fit_the_role);
    tcase_add_test(tests, a_cut_journal_is_told);
    tcase_add_test(tests, bad_lines_are_told_and_the_rest_is_there);
    tcase_add_loop_test(tests, a_long_response_is_cut_between_characters, 0, 3);
    tcase_add_test(tests, several_journals_stand_side_by_side);
    tcase_add_test(tests, a_bad_journal_is_an_error_with_its_place);
    tcase_add_test(tests, a_full_disk_leaves_the_old_page);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
