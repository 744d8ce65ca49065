/* SPDX-License-Identifier: MIT */
/* case_words.c: the tables of words of the case language. */
#include "harness/case_words.h"

#include <string.h>

#include "harness/case.h"

const struct case_keyword case_metas[] = {
    {"req", META_REQ},       {"level", META_LEVEL},   {"basis", META_BASIS},   {"role", META_ROLE},
    {"needs", META_NEEDS},   {"wstest", META_WSTEST}, {"after", META_AFTER},   {"severity", META_SEVERITY},
    {"tag", META_TAG},       {"was", META_WAS},       {"with", META_WITH},     {"delivery", META_DELIVERY},
    {"repeat", META_REPEAT}, {"memory", META_MEMORY}, {"origin", META_ORIGIN}, {NULL, 0}};

const struct case_keyword case_steps[] = {{"open", STEP_OPEN},         {"send", STEP_SEND},
                                          {"raw", STEP_RAW},           {"expect", STEP_EXPECT},
                                          {"wait", STEP_WAIT},         {"half-close", STEP_HALF_CLOSE},
                                          {"reset", STEP_RESET},       {"drop", STEP_DROP},
                                          {"truncate", STEP_TRUNCATE}, {"close-notify", STEP_CLOSE_NOTIFY},
                                          {"reading", STEP_READING},   {NULL, 0}};

const struct case_keyword case_switches[] = {{"off", 0}, {"on", 1}, {NULL, 0}};

const struct case_keyword case_levels[] = {
    {"MUST", LEVEL_MUST}, {"SHOULD", LEVEL_SHOULD}, {"MAY", LEVEL_MAY}, {"INFO", LEVEL_INFO}, {NULL, 0}};

const struct case_keyword case_bases[] = {{"explicit", 0}, {"derived", 1}, {NULL, 0}};

const struct case_keyword case_roles[] = {{"server", CASE_TESTS_SERVER},
                                          {"client", CASE_TESTS_CLIENT},
                                          {"both", CASE_TESTS_SERVER | CASE_TESTS_CLIENT},
                                          {NULL, 0}};

const struct case_keyword case_severities[] = {{"security", SEVERITY_SECURITY},
                                               {"resource", SEVERITY_RESOURCE},
                                               {"interop", SEVERITY_INTEROP},
                                               {"cosmetic", SEVERITY_COSMETIC},
                                               {NULL, 0}};

const struct case_keyword case_needs_words[] = {
#define CASE_NEEDS_ROW(name, word, bit, why) {word, bit},
    CASE_NEEDS(CASE_NEEDS_ROW)
#undef CASE_NEEDS_ROW
        {NULL, 0}};

const struct case_keyword case_deliveries[] = {
    {"each", DELIVERY_EACH}, {"whole", DELIVERY_WHOLE}, {"octet", DELIVERY_OCTET}, {NULL, 0}};

const struct case_keyword case_edits[] = {{"line", EDIT_LINE},         {"path", EDIT_PATH},
                                          {"set", EDIT_SET},           {"add", EDIT_ADD},
                                          {"del", EDIT_DELETE},        {"ext", EDIT_EXTENSION},
                                          {"proto", EDIT_SUBPROTOCOL}, {"early", EDIT_EARLY},
                                          {"unended", EDIT_UNENDED},   {"gap", EDIT_GAP},
                                          {"alpn", EDIT_ALPN},         {"sni", EDIT_SNI},
                                          {"plain", EDIT_PLAIN},       {NULL, 0}};

const struct case_keyword case_frame_kinds[] = {
    {"text", WS_TEXT}, {"binary", WS_BINARY}, {"cont", WS_CONTINUATION},
    {"ping", WS_PING}, {"pong", WS_PONG},     {"close", WS_CLOSE},
    {NULL, 0}};

const struct case_keyword case_attributes[] = {{"fin", ATTRIBUTE_FIN},
                                               {"rsv1", ATTRIBUTE_RSV1},
                                               {"rsv2", ATTRIBUTE_RSV2},
                                               {"rsv3", ATTRIBUTE_RSV3},
                                               {"rsv", ATTRIBUTE_RSV},
                                               {"mask", ATTRIBUTE_MASK},
                                               {"lenform", ATTRIBUTE_LENGTH_FORM},
                                               {"compressed", ATTRIBUTE_COMPRESSED},
                                               {"len", ATTRIBUTE_LENGTH},
                                               {"frag", ATTRIBUTE_FRAGMENT},
                                               {"cut", ATTRIBUTE_CUT},
                                               {"chop", ATTRIBUTE_CHOP},
                                               {"split", ATTRIBUTE_SPLIT},
                                               {"gap", ATTRIBUTE_GAP},
                                               {"join", ATTRIBUTE_JOIN},
                                               {NULL, 0}};

const struct case_keyword case_outcomes[] = {{"text", OUTCOME_MESSAGE}, {"binary", OUTCOME_MESSAGE},
                                             {"ping", OUTCOME_PING},    {"pong", OUTCOME_PONG},
                                             {"close", OUTCOME_CLOSE},  {"fail", OUTCOME_FAIL},
                                             {"open", OUTCOME_OPEN},    {"end", OUTCOME_END},
                                             {"eof", OUTCOME_EOF},      {"rst", OUTCOME_RESET},
                                             {"quiet", OUTCOME_QUIET},  {"http", OUTCOME_HTTP},
                                             {"frame", OUTCOME_FRAME},  {NULL, 0}};

const struct case_keyword case_conditions[] = {{"has", HTTP_HAS},
                                               {"no", HTTP_HAS_NOT},
                                               {"once", HTTP_ONCE},
                                               {"value", HTTP_VALUE},
                                               {"lists", HTTP_LISTS},
                                               {"ext", HTTP_EXTENSION},
                                               {"without", HTTP_EXTENSION_WITHOUT},
                                               {"noext", HTTP_NO_EXTENSION},
                                               {"interim", HTTP_INTERIM},
                                               {"alpn", HTTP_ALPN},
                                               {NULL, 0}};

const struct case_keyword case_grades[] = {{"ok", GRADE_OK},
                                           {"non-strict", GRADE_NON_STRICT},
                                           {"info", GRADE_INFORMATIONAL},
                                           {"skip", GRADE_SKIP},
                                           {"fail", GRADE_FAIL},
                                           {NULL, 0}};

const struct case_keyword case_functions[] = {{"rep", OCTETS_REP},         {"fill", OCTETS_FILL},
                                              {"rand", OCTETS_RAND},       {"seq", OCTETS_SEQ},
                                              {"u16", OCTETS_U16},         {"accept", OCTETS_ACCEPT},
                                              {"lower", OCTETS_LOWER},     {"swapcase", OCTETS_SWAPCASE},
                                              {"file", OCTETS_FILE},       {"piece", OCTETS_PIECE},
                                              {"deflate", OCTETS_DEFLATE}, {"flushed", OCTETS_FLUSHED},
                                              {"fixed", OCTETS_FIXED},     {"final", OCTETS_FINAL},
                                              {"stored", OCTETS_STORED},   {NULL, 0}};

const struct case_keyword case_length_forms[] = {
    {"7", WS_LENGTH_7}, {"16", WS_LENGTH_16}, {"64", WS_LENGTH_64}, {NULL, 0}};

const struct case_known case_known[] = {
#define CASE_KNOWN_ROW(name, word, fewest, most) {word, fewest, most},
    CASE_KNOWN_OCTETS(CASE_KNOWN_ROW)
#undef CASE_KNOWN_ROW
        {NULL, 0, 0}};

const struct case_known *case_known_find(const char *name)
{
    const struct case_known *known = case_known;
    while (known->name != NULL && strcmp(known->name, name) != 0)
        known++;
    return known->name == NULL ? NULL : known;
}

const char *case_word_of(const struct case_keyword *table, unsigned value)
{
    for (; table->word != NULL; table++) {
        if (table->value == value)
            return table->word;
    }
    return "";
}

const struct case_keyword *case_word_find(const struct case_keyword *table, const char *word, size_t size)
{
    for (; table->word != NULL; table++) {
        if (strlen(table->word) == size && memcmp(table->word, word, size) == 0)
            return table;
    }
    return NULL;
}
