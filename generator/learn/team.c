/* SPDX-License-Identifier: MIT */
#include "learn/team.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long start(struct diag *d, int i, bool (*work)(void *context, int i), void *context)
{
    fflush(NULL);
    long process = (long)fork();
    if (process == 0) {
        bool well = work(context, i);
        fflush(NULL);
        _exit(well ? 0 : 1); /* what the parent leaves behind is the parent's */
    }
    if (process < 0)
        diag_error(d, (struct loc){"--jobs", 0}, NULL, NULL, "cannot start another process: %s", strerror(errno));
    return process;
}

/* Takes one that has ended; false if there is none now. */
static bool take(struct diag *d, long *process, int count, bool *well)
{
    int status;
    long ended = (long)waitpid(-1, &status, WNOHANG);
    if (ended <= 0)
        return false;
    for (int i = 0; i < count; i++) {
        if (process[i] != ended)
            continue;
        process[i] = 0;
        well[i] = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (WIFSIGNALED(status))
            diag_error(d, (struct loc){arena_format(d->mem, "run %d", i + 1), 0}, NULL, NULL,
                       "its process was ended: signal %d, %s", WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    return true;
}

void team_work(struct diag *d, int count, int jobs, bool (*work)(void *context, int i), void (*watch)(void *context),
               void *context, bool *well)
{
    const struct timespec moment = {.tv_nsec = 20000000};
    long *process = NEW_ARRAY(d->mem, long, count);
    int started = 0, busy = 0;
    memset(well, 0, sizeof *well * (size_t)count);
    while (started < count || busy > 0) {
        for (; started < count && busy < jobs; started++) {
            process[started] = start(d, started, work, context);
            busy += process[started] > 0;
        }
        if (take(d, process, count, well))
            busy--;
        else
            nanosleep(&moment, NULL);
        watch(context);
    }
}

/* ---- runs ---- */

struct squad {
    struct diag *d;
    const struct learn_run *run;
    struct run_result *const *result;
    void (*watch)(void *context);
    void *context;
};

static bool do_run(void *squad, int i)
{
    const struct squad *s = squad;
    return run_do(s->d->mem, s->d, &s->run[i], s->result[i]);
}

static void watch_squad(void *squad)
{
    const struct squad *s = squad;
    if (s->watch)
        s->watch(s->context);
}

void runs_do(struct diag *d, const struct learn_run *run, struct run_result *const *result, bool *well, int count,
             int jobs, void (*watch)(void *context), void *context)
{
    struct squad s = {d, run, result, watch, context};
    team_work(d, count, jobs, do_run, watch_squad, &s, well);
}
