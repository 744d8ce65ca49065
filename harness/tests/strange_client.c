/* SPDX-License-Identifier: MIT */
/* strange_client.c: clients for `wringer serve --exec`, each strange in its own way: strange_client MODE URL.
 * URL is ws://127.0.0.1:PORT, or http://127.0.0.1:PORT/ as a browser gets it. They ask for their cases by
 * number, one after the other, or all at once. */
#include "harness/tests/asking.h"

enum { CASES_MAX = 64 };

static unsigned port;
static char text[ASKING_MAX];

static int begin_case(unsigned long number)
{
    char target[128];
    snprintf(target, sizeof target, "/runCase?case=%lu&agent=strange", number);
    int fd = asking_connect(AF_INET, port);
    return fd >= 0 && asking_request(fd, target) ? fd : -1;
}

static void run_case(unsigned long number, const char *poison)
{
    int fd = begin_case(number);
    if (fd >= 0 && asking_status(fd) == 101)
        asking_echo(fd, text, poison);
}

static void run_all_at_once(unsigned long count, const char *poison)
{
    int fds[CASES_MAX];
    for (unsigned long i = 0; i < count && i < CASES_MAX; i++)
        fds[i] = begin_case(i + 1);
    for (unsigned long i = 0; i < count && i < CASES_MAX; i++) {
        if (fds[i] >= 0 && asking_status(fds[i]) == 101)
            asking_echo(fds[i], text, poison);
    }
}

int main(int argc, char **argv)
{
    const char *colon = argc == 3 ? strrchr(argv[2], ':') : NULL;
    if (colon == NULL)
        return 2;
    const char *mode = argv[1];
    port = (unsigned)strtoul(colon + 1, NULL, 10);
    if (strcmp(mode, "absent") == 0)
        return 0;
    if (strcmp(mode, "waits") == 0)
        return pause();
    asking(AF_INET, port, "/getCaseCount", text);
    unsigned long count = strtoul(text, NULL, 10), last = strcmp(mode, "leaves") == 0 ? 2 : count;
    const char *poison = strncmp(mode, "dies", 4) == 0 ? "poison" : NULL;
    if (strcmp(mode, "dies-among-many") == 0) {
        run_all_at_once(count, poison);
    } else {
        for (unsigned long number = 1; number <= last && number <= count; number++) {
            run_case(number, poison);
            if (strcmp(mode, "hangs") == 0 && strcmp(text, "poison") == 0)
                return pause();
        }
    }
    bool stays = strcmp(mode, "stays") == 0; /* as a browser does */
    asking(AF_INET, port,
           stays ? "/updateReports?agent=strange&shutdownOnComplete=true" : "/updateReports?agent=strange",
           text);
    return stays ? pause() : 0;
}
