/* SPDX-License-Identifier: MIT */
/* What POSIX has and Windows has not, in front of every file (CMakeLists.txt), so that the generator knows nothing of it.
 * Files, folders and time are there; other processes, maps and sockets are not: their calls fail with ENOSYS. */
#ifndef WINDOWS_POSIX_H
#define WINDOWS_POSIX_H

#include <dirent.h>
#include <direct.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <limits.h>
#include <process.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* ---- files ---- */

#define O_CLOEXEC  (_O_NOINHERIT | _O_BINARY)
#define O_NONBLOCK 0
#ifndef S_ISLNK
#define S_ISLNK(mode) 0
#endif

struct windows_stat { /* Windows' own has no number of the file */
    uint64_t st_dev, st_ino;
    unsigned st_mode, st_nlink;
    int st_uid, st_gid;
    int64_t st_size;
    struct timespec st_mtim;
};
#define dev_t uint64_t
#define ino_t uint64_t
#undef stat
#undef fstat
#define stat  windows_stat
#define lstat windows_stat
#define fstat windows_fstat
int windows_stat(const char *path, struct windows_stat *s);
int windows_fstat(int file, struct windows_stat *s);

#define rename windows_rename
int windows_rename(const char *from, const char *to);
#define mkdir(path, mode) _mkdir(path)
ssize_t readlink(const char *path, char *to, size_t size);
int fchown(int file, int user, int group);
int fchmod(int file, unsigned mode);
char *mkdtemp(char *pattern);
FILE *open_memstream(char **text, size_t *size);
char *strndup(const char *text, size_t most);
char *strsignal(int number);

/* ---- signals and time ---- */

#define SIGKILL      9
#define SIGHUP       1
#define SIGPROF      27
#define SIGXFSZ      25
#define SA_RESETHAND 0
#define SA_RESTART   0
struct sigaction {
    void (*sa_handler)(int);
    int sa_flags, sa_mask;
};
int sigaction(int number, const struct sigaction *how, struct sigaction *before);
#define sigemptyset(set) (*(set) = 0)
#define ITIMER_PROF      2
struct itimerval {
    struct timeval it_interval, it_value;
};
int setitimer(int which, const struct itimerval *at, struct itimerval *before);
#define _SC_NPROCESSORS_ONLN 1
long sysconf(int name);

/* ---- processes ---- */

#define F_SETFD    2
#define F_DUPFD    0
#define FD_CLOEXEC 1
#define system     windows_system
int windows_system(const char *command);
int fcntl(int file, int command, ...);
int pipe(int end[2]);
pid_t fork(void);
pid_t setsid(void);
pid_t getppid(void);
int kill(pid_t process, int number);

/* Backslashes in names that the command line gives become slashes (posix.c). */
#define main generator_main
int generator_main(int argc, char **argv);

#endif
