/* SPDX-License-Identifier: MIT */
/* html_page.c: journals to one self-contained index.html. Owns the file: it is written beside its place and
 * then put there, so that what was there before stays until the new page is whole. */
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/directory.h"
#include "reports/html.h"

/* The page runs its own script and nothing else, also if a string of a target should ever get past the
 * escaping: the policy names the script by its SHA-256. */
static void put_policy(FILE *out)
{
    unsigned char digest[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
    unsigned int size;
    if (EVP_Digest(html_script, strlen(html_script), digest, &size, EVP_sha256(), NULL) != 1)
        return;
    EVP_EncodeBlock(text, digest, (int)size);
    fprintf(
        out,
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
        (const char *)text);
}

static void put_title(struct page *page)
{
    FILE *out = page->out;
    fputs("<title>Wringer: ", out);
    for (size_t i = 0; i < page->report->target_count; i++) {
        fputs(i > 0 ? ", " : "", out);
        html_attribute(out, page->report->targets[i].target->name);
        fprintf(out, " %s", grade_word(page->scores[i]->grade));
    }
    fputs("</title>\n", out);
}

static void put_page(struct page *page)
{
    FILE *out = page->out;
    fputs("<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n", out);
    put_policy(out);
    fputs("<meta name=viewport content=\"width=device-width,initial-scale=1\">\n"
          "<meta name=color-scheme content=\"light dark\">\n"
          "<meta name=generator content=wringer>\n",
          out);
    put_title(page);
    fprintf(out, "<style>\n%s</style>\n</head>\n<body>\n", html_css);
    html_header(page);
    fputs("<main>\n", out);
    html_targets(page);
    if (page->report->target_count > 0) {
        html_first_failures(page);
        html_matrix(page);
        html_sections(page);
        html_violations(page);
        html_cases(page);
        html_requirements(page);
        html_legend(page);
    }
    fprintf(out, "</main>\n<script>%s</script>\n</body>\n</html>\n", html_script);
}

/* ---- Making it ---- */

static void free_page(struct page *page)
{
    for (size_t i = 0; page->scores != NULL && i < page->report->target_count; i++)
        score_free(page->scores[i]);
    free(page->scores);
    free(page->marks);
}

static bool prepare_page(struct page *page)
{
    const struct report *report = page->report;
    size_t largest = 0;
    for (size_t i = 0; i < report->case_count * report->target_count; i++)
        largest = report->groups[i].count > largest ? report->groups[i].count : largest;
    page->marks = calloc(largest + 1, 1);
    page->scores = calloc(report->target_count + 1, sizeof(struct score *));
    if (page->marks == NULL || page->scores == NULL)
        return false;
    for (size_t i = 0; i < report->target_count; i++) {
        page->scores[i] = score_new(report, i);
        if (page->scores[i] == NULL)
            return false;
    }
    return true;
}

/* Writes the page to `part` and puts it to `path`. */
static bool write_page(struct page *page, const char *part, const char *path, char *error, size_t error_size)
{
    page->out = fopen(part, "we");
    if (page->out == NULL) {
        snprintf(error, error_size, "%s: cannot open for writing: %s", part, strerror(errno));
        return false;
    }
    put_page(page);
    bool written = fflush(page->out) == 0 && !ferror(page->out);
    int why = page->failed ? ENOMEM : errno;
    written = written && !page->failed;
    if (fclose(page->out) != 0 && written) {
        written = false;
        why = errno;
    }
    if (written && rename(part, path) != 0) {
        written = false;
        why = errno;
    }
    if (written)
        return true;
    snprintf(error, error_size, "%s: cannot write: %s", path, strerror(why));
    unlink(part);
    return false;
}

bool report_write_page(const struct report *report, const char *directory, char *error, size_t error_size)
{
    struct page page = {.report = report};
    size_t size = strlen(directory) + sizeof "/index.html.part";
    char *part = malloc(size), *path = malloc(size);
    bool written = false;
    if (part == NULL || path == NULL || !prepare_page(&page)) {
        snprintf(error, error_size, "%s: out of memory", directory);
    } else if (directory_make(directory, error, error_size)) {
        snprintf(part, size, "%s/index.html.part", directory);
        snprintf(path, size, "%s/index.html", directory);
        written = write_page(&page, part, path, error, error_size);
    }
    free_page(&page);
    free(part);
    free(path);
    return written;
}

bool report_write_html(const char *const *journals, size_t journal_count, const char *directory, char *error,
                       size_t error_size)
{
    bool bad_journal;
    struct report *report = report_read(journals, journal_count, &bad_journal, error, error_size);
    if (report == NULL)
        return false;
    bool written = report_write_page(report, directory, error, error_size);
    report_free(report);
    return written;
}
