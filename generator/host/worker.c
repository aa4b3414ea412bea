/* SPDX-License-Identifier: MIT */
#include "host/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- how it ends ---- */

/* Why the process ended, which it has, or is made to. */
static const char *end_of(struct worker *w, bool silent)
{
    int status = 0;
    if (silent)
        kill((pid_t)w->process, SIGKILL);
    waitpid((pid_t)w->process, &status, 0);
    if (silent)
        return arena_format(w->mem, "it gave no answer for %g seconds", w->patience);
    if (WIFSIGNALED(status))
        return arena_format(w->mem, "signal %d, %s", WTERMSIG(status), strsignal(WTERMSIG(status)));
    return arena_format(w->mem, "it stopped by itself with code %d", WEXITSTATUS(status));
}

static int ended(struct worker *w, bool silent)
{
    if (!w->why) {
        w->why = end_of(w, silent);
        diag_error(w->d, w->at, NULL, NULL, "the compiled network has ended while it ran here: %s", w->why);
    }
    return WORKER_ENDED;
}

/* ---- messages ---- */

static bool receive(struct worker *w, void *to, size_t bytes)
{
    struct pollfd wait = {.fd = w->socket, .events = POLLIN};
    for (size_t n = 0; n < bytes;) {
        int ready = poll(&wait, 1, (int)(w->patience * 1000));
        if (ready < 0 && errno == EINTR)
            continue;
        ssize_t more = ready > 0 ? read(w->socket, (char *)to + n, bytes - n) : 0;
        if (more <= 0) {
            ended(w, ready == 0);
            return false;
        }
        n += (size_t)more;
    }
    return true;
}

static bool say(struct worker *w, const void *from, size_t bytes)
{
    if (send(w->socket, from, bytes, MSG_NOSIGNAL) == (ssize_t)bytes)
        return true;
    ended(w, false);
    return false;
}

/* ---- starting ---- */

/* A file without a name, for both to map. */
static int nameless_file(struct worker *w)
{
    const char *base = getenv("TMPDIR");
    char *path = arena_format(w->mem, "%s/tinytl-XXXXXX", base && *base ? base : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0) {
        diag_error(w->d, w->at, NULL, "set TMPDIR to a folder that can be written to",
                   "cannot make a temporary file: %s", strerror(errno));
        return -1;
    }
    unlink(path);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* What the child does: nothing but become the program. */
static void become(const struct executable *e, int socket, int file)
{
    char *words[] = {(char *)(uintptr_t)e->program, (char *)(uintptr_t)e->weights, NULL};
    int high = fcntl(file, F_DUPFD, 10), line = fcntl(socket, F_DUPFD, 10); /* out of the way of those to be given */
    if (high >= 0 && line >= 0 && dup2(line, STDIN_FILENO) >= 0 && dup2(line, STDOUT_FILENO) >= 0 &&
        dup2(high, RUN_FILE) >= 0) {
        close(high);
        close(line);
        execv(e->program, words);
    }
    _exit(127);
}

static bool spawn(struct worker *w, const struct executable *e, int file)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
        diag_error(w->d, w->at, NULL, NULL, "cannot speak to another process: %s", strerror(errno));
        return false;
    }
    fcntl(pair[0], F_SETFD, FD_CLOEXEC);
    fcntl(pair[1], F_SETFD, FD_CLOEXEC);
    fflush(NULL);
    w->process = (long)fork();
    if (w->process == 0)
        become(e, pair[1], file);
    close(pair[1]);
    w->socket = pair[0];
    if (w->process > 0)
        return true;
    diag_error(w->d, w->at, NULL, NULL, "cannot start another process: %s", strerror(errno));
    close(pair[0]);
    return false;
}

/* The file that the process has given its size. */
static bool map(struct worker *w, int file)
{
    w->parts = run_parts(&w->sizes);
    void *memory = mmap(NULL, w->parts.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        diag_error(w->d, w->at, NULL, NULL, "cannot map %llu bytes: %s", (unsigned long long)w->parts.bytes,
                   strerror(errno));
        return false;
    }
    w->memory = memory;
    w->net = w->memory + w->parts.net;
    w->scratch = w->memory + w->parts.scratch;
    w->save = w->memory + w->parts.save;
    w->step = (struct run_step *)(void *)(w->memory + w->parts.steps);
    w->scores = (float *)(void *)(w->memory + w->parts.scores);
    w->targets = (float *)(void *)(w->memory + w->parts.targets);
    for (int i = 0; i < RUN_CHUNK; i++)
        w->step[i] = (struct run_step){.rate = -1};
    return true;
}

struct worker *worker_start(struct arena *mem, struct diag *d, const struct executable *e, const struct product *p)
{
    struct worker *w = NEW(mem, struct worker);
    *w = (struct worker){.mem = mem, .d = d, .at = {p->spec->path, 0}, .patience = e->patience};
    int file = nameless_file(w);
    bool runs = file >= 0 && spawn(w, e, file) && receive(w, &w->sizes, sizeof w->sizes);
    bool mapped = runs && map(w, file);
    if (file >= 0)
        close(file);
    if (mapped)
        return w;
    if (runs)
        worker_close(w);
    return NULL;
}

struct worker *worker_of(struct arena *mem, struct diag *d, const struct product *p, struct compiling how)
{
    struct executable *e = executable_new(mem, d, p, how);
    struct worker *w = e ? worker_start(mem, d, e, p) : NULL;
    if (e)
        executable_remove(e);
    return w;
}

bool worker_close(struct worker *w)
{
    int status;
    shutdown(w->socket, SHUT_RDWR); /* also where a child of ours has it, too */
    close(w->socket);
    if (w->memory)
        munmap(w->memory, w->parts.bytes);
    if (w->why)
        return false;
    waitpid((pid_t)w->process, &status, 0);
    return true;
}

/* ---- commands ---- */

void *worker_sample(const struct worker *w, int n)
{
    return w->memory + w->parts.samples + (uint64_t)n * w->parts.sample;
}

int worker_do(struct worker *w, enum run_what what, int count, int *done)
{
    struct run_command command = {(int32_t)what, count};
    struct run_answer answer = {0};
    if (done)
        *done = 0;
    if (w->why || !say(w, &command, sizeof command) || !receive(w, &answer, sizeof answer))
        return WORKER_ENDED;
    w->seconds += answer.seconds;
    if (done)
        *done = answer.done;
    return answer.status;
}

int worker_init(struct worker *w)
{
    return worker_do(w, RUN_INIT, 0, NULL);
}

int worker_predict(struct worker *w, const void *sample, float *scores)
{
    memcpy(worker_sample(w, 0), sample, w->sizes.input);
    int status = worker_do(w, RUN_PREDICT, 1, NULL);
    memcpy(scores, w->scores, sizeof *scores * w->sizes.classes);
    return status;
}

int worker_train(struct worker *w, const void *sample, int label, const float *target, float *loss)
{
    memcpy(worker_sample(w, 0), sample, w->sizes.input);
    if (target)
        memcpy(w->targets, target, sizeof *target * w->sizes.classes);
    w->step[0].label = label; /* its rate stays what was said */
    w->step[0].loss = 0;
    int status = worker_do(w, RUN_TRAIN, 1, NULL);
    *loss = w->step[0].loss;
    return status;
}

const float *worker_left(const struct worker *w, const struct product *p, const struct val *v, const void *image)
{
    const struct program *predict = p->plan->predict;
    if (v == p->graph->input)
        return image;
    for (int i = predict->ncopy - 1; i >= 0; i--)
        if (predict->copy[i]->val == v && predict->copy[i]->buffer)
            return (const float *)(const void *)(w->scratch + p->plan->stream.bytes + predict->copy[i]->buffer->offset);
    abort();
}
