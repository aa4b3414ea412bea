/* SPDX-License-Identifier: 0BSD */
/* An emitted network as a program of its own: run_protocol.h says how it is spoken to.  Its argument is a file with the
 * bytes of the network's weights.  Compiled with
 *
 *     -DRun_Name=signs -DRun_Upper=SIGNS -DRun_Header='"signs.h"' -DSIGNS_BIN_LINKED
 *     -DRun_Learns=1     0: it does not; 1: labels; 2: targets
 *     -DRun_Weights=937792
 *     -DRun_Streams=0    else its image comes row by row, so many of them */
#include Run_Header
#include "run_protocol.h"

#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define JOIN(a, b)       JOIN_WORDS(a, b)
#define JOIN_WORDS(a, b) a##b
#define CALL(function)   JOIN(Run_Name, function)
#define SIZE(what)       JOIN(Run_Upper, what)

#if Run_Weights > 0
/* The network declares it const; here it is filled. */
__attribute__((aligned(64), visibility("hidden"))) uint8_t CALL(_bin)[Run_Weights];
#endif

static unsigned char *memory;
static struct run_parts at;

static CALL(_net) * net(void)
{
    return (CALL(_net) *)(void *)(memory + at.net);
}

static CALL(_scratch) * scratch(void)
{
    return (CALL(_scratch) *)(void *)(memory + at.scratch);
}

/* Every input type is read through the pointer that the header asks for. */
#define SAMPLE(n) ((const void *)(memory + at.samples + (uint64_t)(n)*at.sample))

static float *floats(uint64_t part, int n)
{
    return (float *)(void *)(memory + part) + (size_t)n * SIZE(_CLASSES);
}

/* A network whose image comes row by row gets all rows, and is then asked to finish: 0, or what went wrong. */
#if Run_Streams
#define FINISH(what) JOIN(Run_Name, _finish_##what)
#define IMAGE(n)     net(), scratch()
static int give(int n, int learn)
{
    const int status = CALL(_begin)(net(), scratch(), learn);
    return status ? status : CALL(_rows)(net(), scratch(), SAMPLE(n), Run_Streams);
}
#else
#define FINISH(what)   JOIN(Run_Name, _##what)
#define IMAGE(n)       net(), scratch(), SAMPLE(n)
#define give(n, learn) 0
#endif

static int predict(int n)
{
    const int status = give(n, 0);
    return status ? status : FINISH(predict)(IMAGE(n), floats(at.scores, n));
}

static int train(int n)
{
#if Run_Learns
    struct run_step *step = (struct run_step *)(void *)(memory + at.steps) + n;
    if (step->rate >= 0.0f && CALL(_set_rate)(net(), step->rate))
        return SIZE(_E_ARG);
    const int status = give(n, 1);
#if Run_Learns == 2
    return status ? status : FINISH(train)(IMAGE(n), floats(at.targets, n), &step->loss);
#else
    return status ? status : FINISH(train)(IMAGE(n), step->label, &step->loss);
#endif
#else
    (void)n;
    return SIZE(_E_ARG);
#endif
}

static struct run_answer obey(const struct run_command *c)
{
    struct run_answer a = {0, 0, 0};
    const clock_t start = clock();
    if (c->what == RUN_INIT)
        a.status = CALL(_init)(net());
    else if (c->what == RUN_SAVE)
        a.status = CALL(_save)(net(), memory + at.save);
    else if (c->what == RUN_LOAD)
        a.status = CALL(_load)(net(), memory + at.save, SIZE(_SAVE_BYTES));
    else
        for (int n = 0; n < c->count && !a.status; n++, a.done++)
            a.status = c->what == RUN_TRAIN ? train(n) : predict(n);
    a.seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    return a;
}

/* Whole messages; 0 where the other side is gone. */
static int receive(void *to, size_t bytes)
{
    for (size_t n = 0; n < bytes;) {
        const ssize_t more = read(STDIN_FILENO, (char *)to + n, bytes - n);
        if (more <= 0)
            return 0;
        n += (size_t)more;
    }
    return 1;
}

static int send(const void *from, size_t bytes)
{
    return write(STDOUT_FILENO, from, bytes) == (ssize_t)bytes;
}

static int read_weights(const char *path)
{
#if Run_Weights > 0
    FILE *f = fopen(path, "rb");
    const int whole = f && fread(CALL(_bin), 1, Run_Weights, f) == Run_Weights;
    if (f)
        fclose(f);
    return whole;
#else
    return path != NULL;
#endif
}

int main(int argc, char **argv)
{
    const struct run_sizes sizes = {sizeof(CALL(_net)), sizeof(CALL(_scratch)), SIZE(_SAVE_BYTES), SIZE(_CLASSES),
                                    SIZE(_INPUT_BYTES)};
    struct run_command command;
    at = run_parts(&sizes);
    if (argc != 2 || !read_weights(argv[1]) || ftruncate(RUN_FILE, (off_t)at.bytes))
        return 1;
    void *map = mmap(NULL, at.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, RUN_FILE, 0);
    if (map == MAP_FAILED)
        return 1;
    memory = (unsigned char *)map;
    if (!send(&sizes, sizeof sizes))
        return 1;
    while (receive(&command, sizeof command)) {
        const struct run_answer answer = obey(&command);
        if (!send(&answer, sizeof answer))
            return 1;
    }
    return 0;
}
