/* SPDX-License-Identifier: MIT */
/* queue: trainings, each a command line of this program that writes one JSON file; side by side on this machine, or by an
 * engine that the user names.  Results are files in the state folder, so what was done is not done again, and a run that was
 * lost is seen by its missing file.  Inside the room choose. */
#ifndef QUEUE_H
#define QUEUE_H

#include "base/base.h"

struct queue {
    struct arena *mem;
    struct diag *d;
    const char *state; /* the folder */
    const char *
        runner; /* CMD: `CMD FILE` does the commands in FILE, one a line, and returns when all have ended; NULL: here */
    int jobs;   /* so many at once, here */
    double deadline;  /* no run begins behind it: seconds of the clock that queue_now reads; 0: none */
    bool bar;         /* progress is shown */
    int done, total;  /* of all that this call of the program will do, about */
    int made;         /* of these, not found in the state folder */
    bool delivered;   /* some run gave its result: here, or the engine works */
    double seconds;   /* that they took */
    const char *best; /* what leads, for the progress; or NULL */
};

struct job {
    const char *command; /* a line of sh; "> result" is added to it */
    const char *result;  /* the file that is there when it is done; queue_result says its name */
    const char *json;    /* what is in it; NULL: the run was not made, because of the deadline or too many failures */
    int tries;
};

/* The name of the file that a command's result is kept in. */
char *queue_result(const struct queue *r, const char *command);

/* Does them all, in any order; what is in the state folder already is read.  False after a message where a run failed three
 * times, or was lost much more often. */
bool queue_do(struct queue *r, struct job *run, int count);

/* Seconds of a clock that only goes forward. */
double queue_now(void);

/* True once no run will begin any more. */
bool queue_late(const struct queue *r);

/* 'a word' of sh */
char *shell_word(struct arena *mem, const char *text);

#endif
