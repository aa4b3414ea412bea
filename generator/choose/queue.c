/* SPDX-License-Identifier: MIT */
#include "choose/queue.h"
#include "base/screen.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A run that fails by itself does so again.  One that was lost did not fail: of an engine whose workers die every other time,
 * 16 attempts lose one run in 65536.  As many attempts that gave nothing at all, at whatever runs, and the engine is dead. */
enum { ATTEMPTS = 3, ATTEMPTS_IF_LOST = 16, RESULT_LIMIT = 16 << 20 };

double queue_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

bool queue_late(const struct queue *r)
{
    return r->deadline > 0 && queue_now() > r->deadline;
}

char *shell_word(struct arena *mem, const char *text)
{
    struct text t = text_new(mem);
    text_put(&t, "'");
    for (; *text; text++)
        text_put(&t, *text == '\'' ? "'\\''" : "%c", *text);
    text_put(&t, "'");
    return t.at;
}

char *queue_result(const struct queue *r, const char *command)
{
    return arena_format(r->mem, "%s/run-%016llx.json", r->state,
                        (unsigned long long)hash_bytes(HASH_START, command, strlen(command)));
}

/* ---- what is there ---- */

/* A result appears whole or not at all, because its command moves it there; one of which a machine that went down left less
 * is none. */
static bool read_result(struct queue *r, struct job *run)
{
    size_t length;
    if (run->json || access(run->result, R_OK))
        return run->json != NULL;
    const char *text = input_read(r->mem, run->result, false, RESULT_LIMIT, &length);
    cJSON *root = text ? cJSON_Parse(text) : NULL;
    run->json = root ? text : NULL;
    cJSON_Delete(root);
    return run->json != NULL;
}

static const char *log_of(const struct queue *r, const struct job *run)
{
    return arena_format(r->mem, "%.*s.log", (int)(strlen(run->result) - strlen(".json")), run->result);
}

static const char said_exit[] = "exit status ";

/* The line of sh that makes the result.  What fails says so in its log; a worker that is lost cannot.  Each attempt writes a
 * file of its own: one that was thought lost may still write. */
static const char *line_of(const struct queue *r, const struct job *run)
{
    const char *part = shell_word(r->mem, arena_format(r->mem, "%s.part%d", run->result, run->tries));
    const char *log = shell_word(r->mem, log_of(r, run));
    return arena_format(r->mem, "(%s > %s 2> %s || (echo \"%s$?\" >> %s; false)) && mv %s %s", run->command, part, log,
                        said_exit, log, part, shell_word(r->mem, run->result));
}

/* The words of a run that was tried and has no result; NULL where it was lost: its machine, its engine or a signal ended it
 * before it could say why. */
static const char *own_failure(const struct queue *r, const struct job *run)
{
    size_t length;
    const char *said = input_read(r->mem, log_of(r, run), false, RESULT_LIMIT, &length), *last = NULL;
    for (const char *at = said; at && (at = strstr(at, said_exit)); at++)
        last = at + strlen(said_exit);
    int code = last ? atoi(last) : 0;
    bool ended_from_outside = code == 128 + SIGKILL || code == 128 + SIGTERM || code == 128 + SIGHUP;
    return last && !ended_from_outside ? said : NULL;
}

static bool given_up(const struct queue *r, const struct job *run)
{
    if (run->tries < ATTEMPTS)
        return false;
    bool dead = !r->delivered && r->made >= ATTEMPTS_IF_LOST;
    return dead || run->tries >= ATTEMPTS_IF_LOST || own_failure(r, run);
}

/* ---- progress ---- */

static void show(const struct queue *r)
{
    if (!r->bar || r->done > r->total)
        return;
    double each = r->made ? r->seconds / r->made : 0, left = each * (r->total - r->done);
    char line[256];
    int length = snprintf(line, sizeof line, "  run %d of about %d", r->done, r->total);
    if (r->made && length > 0)
        length += snprintf(line + length, sizeof line - (size_t)length, ", %.0f min left", left / 60 + 0.5);
    if (r->best && length > 0 && (size_t)length < sizeof line)
        snprintf(line + length, sizeof line - (size_t)length, "; %s", r->best);
    fprintf(stderr, "\r\033[K%.*s", (int)text_fit(line, strlen(line), screen_width(stderr) - 1), line);
    fflush(stderr);
}

/* ---- on this machine ---- */

static pid_t start(const char *line)
{
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    return child;
}

struct running {
    pid_t pid;
    struct job *run;
    double since;
};

/* Waits for one of them; its place is free again.  False if it failed. */
static void reap(struct queue *r, struct running *slot, int *busy)
{
    int status;
    pid_t pid = wait(&status);
    for (int i = 0; i < *busy; i++)
        if (slot[i].pid == pid) {
            bool fine = WIFEXITED(status) && WEXITSTATUS(status) == 0 && read_result(r, slot[i].run);
            r->delivered = r->delivered || fine;
            r->seconds += (queue_now() - slot[i].since) / r->jobs;
            r->made++;
            r->done += fine;
            slot[i] = slot[--*busy];
            show(r);
            return;
        }
}

static void do_here(struct queue *r, struct job *const *run, int count)
{
    struct running *slot = NEW_ARRAY(r->mem, struct running, r->jobs);
    int busy = 0;
    for (int i = 0; i < count || busy; i++) {
        while (busy && (busy == r->jobs || i >= count))
            reap(r, slot, &busy);
        if (i >= count || queue_late(r))
            continue;
        pid_t pid = start(line_of(r, run[i]));
        if (pid > 0)
            slot[busy++] = (struct running){pid, run[i], queue_now()};
    }
}

/* ---- by an engine ---- */

static void do_elsewhere(struct queue *r, struct job *const *run, int count, int attempt)
{
    struct text t = text_new(r->mem);
    for (int i = 0; i < count; i++)
        text_put(&t, "%s\n", line_of(r, run[i]));
    char *path = arena_format(r->mem, "%s/commands-%016llx-%d", r->state,
                              (unsigned long long)hash_bytes(HASH_START, t.at, t.length), attempt);
    double since = queue_now();
    pid_t pid = !file_write(path, &t) ? -1 : start(arena_format(r->mem, "%s %s", r->runner, shell_word(r->mem, path)));
    int status;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    for (int i = 0; i < count; i++) {
        bool there = read_result(r, run[i]);
        r->delivered = r->delivered || there;
        r->done += there;
        r->made++;
    }
    r->seconds += queue_now() - since;
    show(r);
}

/* ---- both ---- */

static void complain(struct queue *r, const struct job *run)
{
    const char *said = own_failure(r, run);
    diag_error(r->d, (struct loc){run->result, 0}, NULL, "the same call goes on where this one ended",
               "a run was tried %d times without a result; it said: %s", run->tries,
               said ? said : "nothing (the machine or the engine lost it)");
}

bool queue_do(struct queue *r, struct job *run, int count)
{
    struct job **left = NEW_ARRAY(r->mem, struct job *, count + 1);
    for (int attempt = 0;; attempt++) {
        int nleft = 0;
        for (int i = 0; i < count; i++) {
            bool there = read_result(r, &run[i]);
            if (!there && !given_up(r, &run[i]))
                left[nleft++] = &run[i];
            r->done += there && attempt == 0;
        }
        if (!nleft || queue_late(r))
            break;
        for (int i = 0; i < nleft; i++)
            left[i]->tries++;
        if (r->runner)
            do_elsewhere(r, left, nleft, attempt);
        else
            do_here(r, left, nleft);
    }
    for (int i = 0; i < count; i++)
        if (!run[i].json && given_up(r, &run[i])) {
            complain(r, &run[i]);
            return false;
        }
    return true;
}
