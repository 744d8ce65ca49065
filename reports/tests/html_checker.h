/* SPDX-License-Identifier: MIT */
/* html_checker.h: reads a page as a browser would as far as its tags go, for tests: every tag and attribute
 * must be one that the report uses itself, every element must be closed where it should. Text of a target
 * that got out of its place shows as a tag, an attribute or a nesting of its own. */
#ifndef REPORTS_TESTS_HTML_CHECKER_H
#define REPORTS_TESTS_HTML_CHECKER_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { HTML_DEPTH = 64 };

struct html_checker {
    const char *at;
    char open[HTML_DEPTH][16];
    size_t depth, scripts;
    char problem[256];
};

static bool html_one_of(const char *word, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(word, *words) == 0)
            return true;
    }
    return false;
}

static bool html_problem(struct html_checker *checker, const char *what, const char *at)
{
    snprintf(checker->problem, sizeof checker->problem, "%s at \"%.80s\"", what, at);
    return false;
}

static bool html_word(struct html_checker *checker, char *word, size_t size)
{
    size_t length = strspn(checker->at, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (length == 0 || length >= size)
        return html_problem(checker, "no name", checker->at);
    memcpy(word, checker->at, length);
    word[length] = '\0';
    checker->at += length;
    return true;
}

/* One attribute, `at` behind the blank before it. */
static bool html_attribute_checked(struct html_checker *checker)
{
    static const char *const known[] = {"lang",       "charset",     "http-equiv",  "content",      "name",
                                        "class",      "id",          "href",        "title",        "open",
                                        "scope",      "colspan",     "tabindex",    "role",         "style",
                                        "type",       "placeholder", "value",       "hidden",       "data-v",
                                        "aria-label", "aria-live",   "aria-hidden", "aria-pressed", NULL};
    char name[32];
    const char *begin = checker->at;
    if (!html_word(checker, name, sizeof name))
        return false;
    if (!html_one_of(name, known))
        return html_problem(checker, "an attribute that is not ours", begin);
    if (*checker->at != '=')
        return true;
    checker->at++;
    if (*checker->at != '"') {
        checker->at += strcspn(checker->at, " >\n");
        return true;
    }
    checker->at++;
    size_t length = strcspn(checker->at, "\"<>");
    if (checker->at[length] != '"')
        return html_problem(checker, "a value with markup in it", begin);
    static const char rfc[] = "https://www.rfc-editor.org/rfc/rfc";
    if (strcmp(name, "href") == 0 && *checker->at != '#' &&
        (strncmp(checker->at, rfc, strlen(rfc)) != 0 ||
         strspn(checker->at + strlen(rfc), "0123456789.#section-") != length - strlen(rfc)))
        return html_problem(checker, "a link that leads away", begin);
    checker->at += length + 1;
    return true;
}

static bool html_tag(struct html_checker *checker)
{
    static const char *const known[] = {
        "html",    "head",    "meta",    "title",  "style",  "body",   "header", "h1",  "h2",         "h3",
        "h4",      "small",   "div",     "span",   "p",      "code",   "pre",    "nav", "a",          "main",
        "section", "article", "i",       "b",      "em",     "ul",     "ol",     "li",  "dl",         "dt",
        "dd",      "details", "summary", "table",  "thead",  "tbody",  "tr",     "th",  "td",         "form",
        "input",   "select",  "option",  "button", "output", "script", "time",   "bdi", "blockquote", NULL};
    static const char *const empty[] = {"meta", "input", NULL};
    const char *begin = checker->at++;
    bool end = *checker->at == '/';
    char name[16];
    checker->at += end;
    if (!html_word(checker, name, sizeof name))
        return false;
    if (!html_one_of(name, known))
        return html_problem(checker, "a tag that is not ours", begin);
    while (*checker->at == ' ' || *checker->at == '\n') {
        checker->at++;
        if (!html_attribute_checked(checker))
            return false;
    }
    if (*checker->at != '>')
        return html_problem(checker, "a tag that does not end", begin);
    checker->at++;
    if (html_one_of(name, empty))
        return true;
    if (end) {
        if (checker->depth == 0 || strcmp(checker->open[checker->depth - 1], name) != 0)
            return html_problem(checker, "an end that does not fit", begin);
        checker->depth--;
        return true;
    }
    if (checker->depth == HTML_DEPTH)
        return html_problem(checker, "too deep", begin);
    memcpy(checker->open[checker->depth++], name, sizeof name);
    if (strcmp(name, "script") == 0 || strcmp(name, "style") == 0) {
        checker->scripts += name[1] == 'c';
        char close[24];
        snprintf(close, sizeof close, "</%s>", name);
        const char *found = strstr(checker->at, close);
        if (found == NULL)
            return html_problem(checker, "no end", begin);
        checker->at = found;
    }
    return true;
}

/* False: `problem` says what and where. */
static bool html_check(struct html_checker *checker, const char *page)
{
    static const char doctype[] = "<!doctype html>";
    *checker = (struct html_checker){.at = page};
    if (strncmp(page, doctype, strlen(doctype)) != 0)
        return html_problem(checker, "no doctype", page);
    checker->at += strlen(doctype);
    while (*checker->at != '\0') {
        if (*checker->at == '<') {
            if (!html_tag(checker))
                return false;
            continue;
        }
        if (*checker->at == '>' || ((unsigned char)*checker->at < 0x20 && *checker->at != '\n'))
            return html_problem(checker, "an octet that should be escaped", checker->at);
        checker->at++;
    }
    return checker->depth == 0 ||
           html_problem(checker, "something is left open", checker->open[checker->depth - 1]);
}

#endif
