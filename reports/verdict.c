/* SPDX-License-Identifier: MIT */
/* verdict.c: the words and sentences of verdicts and closings. */
#include "reports/journal.h"

const char *verdict_word(enum verdict verdict)
{
    switch (verdict) {
#define VERDICT_WORD(name, word, sentence) \
    case VERDICT_##name:                   \
        return word;
        VERDICTS(VERDICT_WORD)
#undef VERDICT_WORD
    }
    return "?";
}

const char *verdict_sentence(enum verdict verdict)
{
    switch (verdict) {
#define VERDICT_SENTENCE(name, word, sentence) \
    case VERDICT_##name:                       \
        return sentence;
        VERDICTS(VERDICT_SENTENCE)
#undef VERDICT_SENTENCE
    }
    return "?";
}

const char *closing_word(enum closing closing)
{
    switch (closing) {
#define CLOSING_WORD(name, word, sentence) \
    case CLOSING_##name:                   \
        return word;
        CLOSINGS(CLOSING_WORD)
#undef CLOSING_WORD
    }
    return "?";
}

const char *closing_sentence(enum closing closing)
{
    switch (closing) {
#define CLOSING_SENTENCE(name, word, sentence) \
    case CLOSING_##name:                       \
        return sentence;
        CLOSINGS(CLOSING_SENTENCE)
#undef CLOSING_SENTENCE
    }
    return "?";
}
