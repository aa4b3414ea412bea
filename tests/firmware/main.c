/* SPDX-License-Identifier: MIT */
/* Trains an emitted network for a few steps and prints every bit of what it computes, the same on a host and on
 * a board; and the stack that its calls took, which differs.
 *
 *     cc -DHEADER='"net.h"' -DNET=net -DNET_UPPER=NET main.c host.c net.c -lm
 *
 * with -DIN_SCRATCH where the image lives in the scratch memory. STEPS, PREDICTS: how many calls of each kind. */
#include HEADER
#include "board.h"
#include "picture.h"

#include <string.h>

#ifndef STEPS
#define STEPS 4
#endif
#ifndef PREDICTS
#define PREDICTS 2
#endif

#ifdef WITHOUT_LOSS /* count.sh counts training steps alone */
enum { with_loss = 0 };
#else
enum { with_loss = 1 };
#endif

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define API(name)   JOIN(NET, name)
#define SIZE(name)  JOIN(NET_UPPER, name)

static API(_net) net;
static API(_scratch) scratch;
static uint8_t picture[SIZE(_INPUT_BYTES)], saved[SIZE(_SAVE_BYTES)];
static float scores[SIZE(_CLASSES)], loss, judged;
static const uint8_t *image;
static int label, status;

static void say_hex(uint32_t v)
{
    char text[] = " 00000000";
    for (int i = 8; i > 0; i--, v >>= 4)
        text[i] = "0123456789abcdef"[v & 15];
    say(text);
}

static void say_float(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    say_hex(bits);
}

static void say_number(unsigned v)
{
    char text[12] = "", *at = text + sizeof text - 1;
    do
        *--at = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    *--at = ' ';
    say(at);
}

/* A call may overwrite an image in scratch. */
static void place(void)
{
#ifdef IN_SCRATCH
    memcpy(API(_input)(&scratch), picture, sizeof picture);
    image = API(_input)(&scratch);
#else
    image = picture;
#endif
}

static void draw(void)
{
    label = draw_picture(picture, SIZE(_INPUT_BYTES), SIZE(_CLASSES));
    place();
}

static void nothing(void)
{
}

static void predict(void)
{
    status = API(_predict)(&net, &scratch, image, scores);
}

static void judge(void)
{
    status = with_loss ? API(_loss)(&net, &scratch, image, label, &judged, NULL) : 0;
}

static void train(void)
{
    status = API(_train)(&net, &scratch, image, label, &loss);
}

static void save(void)
{
    status = API(_save)(&net, saved);
}

/* The stack of a call, within the bound. */
static int measured(const char *what, void (*call)(void))
{
    const unsigned idle = stack_of(nothing), bytes = stack_of(call) - idle;
    if (status) {
        say(what);
        say(": failed\n");
        return 1;
    }
    say("stack ");
    say(what);
    say_number(bytes);
    say(" of");
    say_number(SIZE(_STACK_BYTES));
    say("\n");
    return bytes > SIZE(_STACK_BYTES);
}

int main(void)
{
    int failed = 0;
    uint32_t sum = 2166136261u; /* FNV-1a */

    API(_init)(&net);
    for (int i = 0; i < STEPS; i++) {
        draw();
        failed |= measured("loss", judge);
        place();
        failed |= measured("train", train);
        if (with_loss && memcmp(&judged, &loss, sizeof loss)) {
            say("loss: not that of train\n");
            failed = 1;
        }
        say("loss");
        say_float(loss);
        say("\n");
    }
    for (int i = 0; i < PREDICTS; i++) {
        draw();
        failed |= measured("predict", predict);
        say("scores");
        for (int c = 0; c < SIZE(_CLASSES); c++)
            say_float(scores[c]);
        say("\n");
    }
    failed |= measured("save", save);
    for (size_t i = 0; i < sizeof saved; i++)
        sum = (sum ^ saved[i]) * 16777619u;
    say("saved");
    say_hex(sum);
    say("\n");
    return failed;
}
