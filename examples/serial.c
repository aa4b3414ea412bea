/* SPDX-License-Identifier: 0BSD */
/* A network that is taught over a serial line, one command a line; every answer is one line, too:
 *
 *     hear          listens to one second         ok
 *     ask           what was it?                  3 0.91         the label, and how sure it is
 *     learn 3       it was 3                      1.274          the loss before it learnt
 *     rate 0.005    the learning rate             ok
 *     forget        back to factory values        ok
 *
 *     tinytl-gen specs/ds-cnn.lua -D scheme=last -o .
 *     cc serial.c ds_cnn.c board.c -lm                                                                     */
#include "board.h"
#include "ds_cnn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEATURES = 10, FRAMES = DS_CNN_INPUT_BYTES / (int)sizeof(float) / FEATURES };

static ds_cnn_net net;
static ds_cnn_scratch scratch;
static float heard[FEATURES * FRAMES];

static void answer(const char *text)
{
    for (; *text; text++)
        board_put(*text);
    board_put('\n');
}

/* A line without its end; what is too long is cut.  False: the line is closed. */
static int read_line(char *line, size_t size)
{
    size_t n = 0;
    int c;
    while ((c = board_get()) >= 0 && c != '\n')
        if (c != '\r' && n + 1 < size)
            line[n++] = (char)c;
    line[n] = 0;
    return c >= 0;
}

static void ask(void)
{
    float scores[DS_CNN_CLASSES], sum = 0;
    char text[40];
    int best = 0;
    ds_cnn_predict(&net, &scratch, heard, scores);
    for (int i = 1; i < DS_CNN_CLASSES; i++)
        best = scores[i] > scores[best] ? i : best;
    for (int i = 0; i < DS_CNN_CLASSES; i++)
        sum += expf(scores[i] - scores[best]);
    snprintf(text, sizeof text, "%d %.2f", best, (double)(1 / sum));
    answer(text);
}

static void learn(const char *number)
{
    char *end, text[40];
    long label = strtol(number, &end, 10);
    float loss;
    if (end == number || *end || label < 0 || label >= DS_CNN_CLASSES) {
        answer("error: no such label");
        return;
    }
    if (ds_cnn_train(&net, &scratch, heard, (int)label, &loss) != DS_CNN_OK) {
        answer("error: not finite, try a smaller rate");
        return;
    }
    snprintf(text, sizeof text, "%.3f", (double)loss);
    answer(text);
}

int main(void)
{
    char line[40];
    ds_cnn_init(&net);
    while (read_line(line, sizeof line)) {
        if (!strcmp(line, "hear")) {
            for (int i = 0; i < FRAMES; i++)
                board_sound(heard + FEATURES * i);
            answer("ok");
        } else if (!strcmp(line, "ask")) {
            ask();
        } else if (!strncmp(line, "learn ", 6)) {
            learn(line + 6);
        } else if (!strncmp(line, "rate ", 5)) {
            answer(ds_cnn_set_rate(&net, (float)atof(line + 5)) == DS_CNN_OK ? "ok" : "error: no such rate");
        } else if (!strcmp(line, "forget")) {
            ds_cnn_init(&net);
            answer("ok");
        } else {
            answer("error: hear, ask, learn N, rate X or forget");
        }
    }
    return 0;
}
