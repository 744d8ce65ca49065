# SPDX-License-Identifier: MIT
# make help lists the targets. Outputs go to $(B).
CC      ?= gcc
B       ?= build
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wconversion -Wshadow -Wvla -Werror
STD     := -std=c11 -D_GNU_SOURCE -I. -MMD -MP
PKGS    := libuv openssl jansson zlib
PKG_C   := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_L   := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
VERSION := $(shell sed -n 's/^\#\# \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md 2>/dev/null | head -1)
DEFS    := -DWRINGER_VERSION='"$(VERSION)"'

SOURCES := $(wildcard reference/*.c harness/*.c reports/*.c)
MAIN    := harness/main.c
LIB_O   := $(patsubst %.c,$(B)/%.o,$(filter-out $(MAIN),$(SOURCES))) $(B)/embedded.o $(B)/reports/html_assets.o \
           $(B)/harness/serve_page.o
TESTS   := $(wildcard reference/tests/test_*.c harness/tests/test_*.c reports/tests/test_*.c)
TEST_B  := $(patsubst %.c,$(B)/%,$(TESTS)) $(B)/harness/tests/hostile_peer $(B)/harness/tests/strange_client
CASES   := $(wildcard cases/*.case) cases/requirements.tsv $(wildcard cases/data/*.*)

# All cores, unless the caller chose with -j.
JOBS    := $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))

.DELETE_ON_ERROR:
.SECONDARY:

# Make asks pkg-config when it reads this file; after deps it must read it again to see what was just installed.
all: deps ## build build/wringer
	@$(MAKE) --no-print-directory $(JOBS) $(B)/wringer

$(B)/wringer: $(B)/harness/main.o $(B)/libwringer.a
	$(CC) $(CFLAGS) -o $@ $^ $(PKG_L)

$(B)/libwringer.a: $(LIB_O)
	@rm -f $@
	ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(CFLAGS) $(PKG_C) $(DEFS) -c -o $@ $<

# The cases and the requirements are part of the program: .incbin copies them in as they are.
$(B)/embedded.S: $(CASES) Makefile
	@mkdir -p $(@D)
	@{ echo '.section .rodata'; n=0; for f in $(CASES); do \
	    printf '.Ln%d: .asciz "%s"\n.Lb%d: .incbin "%s"\n.Le%d: .byte 0\n' $$n $$f $$n $$f $$n; n=$$((n+1)); done; \
	  echo '.section .data.rel.ro,"aw"'; echo '.balign 8'; echo '.globl embedded_files'; echo 'embedded_files:'; n=0; for f in $(CASES); do \
	    printf '.quad .Ln%d, .Lb%d, .Le%d - .Lb%d\n' $$n $$n $$n $$n; n=$$((n+1)); done; \
	  echo '.quad 0, 0, 0'; echo '.section .note.GNU-stack,"",@progbits'; } > $@

$(B)/embedded.o: $(B)/embedded.S
	$(CC) -c -o $@ $<

$(B)/reports/html_assets.o: reports/html_assets.S reports/page.css reports/page.js
	@mkdir -p $(@D)
	$(CC) -I. -c -o $@ $<

$(B)/harness/serve_page.o: harness/serve_page.S harness/serve_page.html harness/serve_page.css harness/serve_page.js
	@mkdir -p $(@D)
	$(CC) -I. -c -o $@ $<

$(B)/%: $(B)/%.o $(B)/libwringer.a
	$(CC) $(CFLAGS) -o $@ $< $(B)/libwringer.a $(PKG_L) $(shell pkg-config --libs check 2>/dev/null)

deps: ## install the packages that are missing (Debian, Ubuntu)
	@harness/install-deps build

run: all ## test the embedded reference endpoint and write an HTML report
	@harness/run-reference $(B)/wringer

check: deps ## build and run all tests, with ASan and UBSan; prove that every case can fail
	@harness/install-deps check
	@$(MAKE) --no-print-directory $(JOBS) $(B)/wringer
	@$(B)/wringer mutants --brief
	@$(MAKE) --no-print-directory check-built

check-built:
	@$(MAKE) --no-print-directory $(JOBS) B=$(B)/asan CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" tests
	@harness/run-tests $(B)/asan
	@$(B)/asan/wringer lint

tests: $(TEST_B) $(B)/wringer

mutants: all ## prove that the cases can fail: run them against references with seeded faults
	@$(B)/wringer mutants

check-real: all ## test real WebSocket servers and clients, each against its list of known deviations
	@harness/install-deps real
	@harness/check-real $(B)/wringer
	@harness/install-deps picture
	@harness/check-page $(B)/wringer

check-foreign: all ## put faults into real libraries, one at a time: the cases must find and name each
	@harness/install-deps real
	@harness/check-foreign $(B)/wringer

check-stable: all ## ten runs, half of them on a loaded machine, must give the same verdicts
	@harness/install-deps real
	@harness/same-verdicts $(B)/wringer

check-bare: ## prove make run and make check in an empty Debian (as root)
	@harness/install-deps bare
	@harness/tests/bare-debian

check-container: all ## build the image of the Containerfile, or do what it says in an empty Debian, and run it
	@harness/install-deps bare
	@harness/check-container

picture: all ## test three real servers and take the picture of the report that README.md shows
	@harness/install-deps picture
	@harness/install-deps real
	@harness/picture $(B)/wringer reports/report.png

check-clang: deps ## build everything with clang as well
	@harness/install-deps check
	@harness/install-deps lint
	@$(MAKE) --no-print-directory $(JOBS) CC=clang B=$(B)/clang tests

FORMATTED := $(wildcard */*.[ch] */tests/*.[ch] */tests/*/*/*.[ch])
SCRIPTS   := .ci/run $(shell grep -lE '^\#!/bin/(ba)?sh' harness/* harness/tests/* harness/tests/real/*/* 2>/dev/null)

lint: deps ## clang-format, clang-tidy and shellcheck find nothing
	@harness/install-deps check
	@harness/install-deps lint
	@clang-format --dry-run -Werror $(FORMATTED)
	@shellcheck $(SCRIPTS)
	@$(MAKE) --no-print-directory $(JOBS) $(patsubst %.c,$(B)/tidy/%.ok,$(SOURCES))

$(B)/tidy/%.ok: %.c .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(STD) $(PKG_C) $(DEFS) 2>$(@:.ok=.err) || { cat $(@:.ok=.err); exit 1; }
	@$(CC) $(STD) $(PKG_C) $(DEFS) -MM -MF $(@:.ok=.d) -MT $@ $<
	@touch $@

fuzz-smoke: deps ## build the fuzz targets and run each for 15 seconds
	@harness/install-deps fuzz
	@fuzz/smoke $(B)/fuzz 15

bench: all ## print figures: cases in memory, the codec, runs over loopback, Autobahn's cases against npm ws
	@harness/install-deps real
	@mkdir -p $(B)/real/ws $(B)/real/ws-client
	@harness/tests/real/ws/build $(B)/real/ws
	@harness/tests/real/ws-client/build $(B)/real/ws-client
	@$(MAKE) --no-print-directory $(B)/harness/bench/bench
	@$(B)/harness/bench/bench $(B)/wringer $(B)/bench-report $(B)/real/ws/serve $(B)/real/ws-client/connect

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

.PHONY: mutants check-foreign fuzz-smoke bench all deps run check check-built tests check-real check-stable check-bare check-container check-clang picture lint help

-include $(shell find $(B) -name '*.d' 2>/dev/null)
