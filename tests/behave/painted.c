/* SPDX-License-Identifier: MIT */
/* The bytes of stack that calls really touch: they run on a stack of their own, painted before. */
#define _XOPEN_SOURCE 700
#include "net.h"

#include <stdio.h>
#include <string.h>
#include <ucontext.h>

enum { STACK = 1 << 16, PAINT = 0xa5 };

static uint8_t stack[STACK] __attribute__((aligned(64)));
static ucontext_t caller, callee;
static net_net net;
static net_scratch scratch;
static uint8_t image[NET_INPUT_BYTES], saved[NET_SAVE_BYTES];
static float scores[NET_CLASSES];
static int what;

static void call(void)
{
    switch (what) {
    case 1:
        net_init(&net);
        break;
    case 2:
        net_predict(&net, &scratch, image, scores);
        break;
    case 3:
        net_train(&net, &scratch, image, 1, NULL);
        net_train(&net, &scratch, image, 1, NULL); /* the end of a batch of two */
        break;
    case 4:
        net_save(&net, saved);
        net_load(&net, saved, sizeof saved);
        break;
    default:
        break;
    }
}

static int touched(int n)
{
    int free = 0;
    what = n;
    memset(stack, PAINT, sizeof stack);
    getcontext(&callee);
    callee.uc_stack.ss_sp = stack;
    callee.uc_stack.ss_size = sizeof stack;
    callee.uc_link = &caller;
    makecontext(&callee, call, 0);
    swapcontext(&caller, &callee);
    while (free < STACK && stack[free] == PAINT)
        free++;
    return STACK - free;
}

int main(void)
{
    static const char *const names[] = {"nothing", "init", "predict", "train", "save and load"};
    int idle = touched(0), most = 0, where = 0;
    for (int i = 1; i < 5; i++) {
        int bytes = touched(i) - idle;
        if (bytes > most) {
            most = bytes;
            where = i;
        }
    }
    printf("%d\t%s\n", most, names[where]);
    return 0;
}
