/* SPDX-License-Identifier: MIT */
/* web_pages.h: the pages of the web port. */
#ifndef HARNESS_WEB_PAGES_H
#define HARNESS_WEB_PAGES_H

#define WEB_PAGE_MAX (8 * 1024)

extern const char web_page_index[];

/* A format: the scheme of the fuzzing server, and its port. */
extern const char web_page_browser[];

#endif
