/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* ---- the program begins ---- */

#undef main
int main(int argc, char **argv)
{
    char folder[MAX_PATH + 8], *c;
    _fmode = _O_BINARY; /* the same bytes as elsewhere */
    for (int i = 0; i < 3; i++)
        _setmode(i, _O_BINARY);
    if (!getenv("TMPDIR") && GetTempPathA(MAX_PATH, folder + 7)) {
        memcpy(folder, "TMPDIR=", 7);
        for (c = folder; *c; c++)
            *c = *c == '\\' ? '/' : *c;
        if (c[-1] == '/')
            c[-1] = 0;
        putenv(strdup(folder));
    }
    for (int i = 1; i < argc; i++)
        for (c = argv[i]; *c; c++)
            *c = *c == '\\' ? '/' : *c;
    return generator_main(argc, argv);
}

/* ---- files ---- */

static int no_such_call(void)
{
    errno = ENOSYS;
    return -1;
}

static void describe(HANDLE handle, struct windows_stat *s)
{
    BY_HANDLE_FILE_INFORMATION told;
    *s = (struct windows_stat){.st_mode = S_IFIFO | 0666, .st_nlink = 1};
    if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &told))
        return;
    uint64_t ticks = (uint64_t)told.ftLastWriteTime.dwHighDateTime << 32 | told.ftLastWriteTime.dwLowDateTime;
    s->st_mode = (told.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY ? S_IFDIR : S_IFREG) | 0666;
    s->st_dev = told.dwVolumeSerialNumber;
    s->st_ino = (uint64_t)told.nFileIndexHigh << 32 | told.nFileIndexLow;
    s->st_nlink = told.nNumberOfLinks;
    s->st_size = (int64_t)((uint64_t)told.nFileSizeHigh << 32 | told.nFileSizeLow);
    s->st_mtim = (struct timespec){.tv_sec = (time_t)(ticks / 10000000), .tv_nsec = (long)(ticks % 10000000) * 100};
}

int windows_stat(const char *path, struct windows_stat *s)
{
    HANDLE handle = CreateFileA(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS /* folders, too */, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        errno = ENOENT;
        return -1;
    }
    describe(handle, s);
    CloseHandle(handle);
    return 0;
}

int windows_fstat(int file, struct windows_stat *s)
{
    HANDLE handle = (HANDLE)_get_osfhandle(file);
    if (handle == INVALID_HANDLE_VALUE)
        return -1;
    describe(handle, s);
    return 0;
}

int windows_rename(const char *from, const char *to)
{
    if (MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING))
        return 0;
    errno = GetLastError() == ERROR_ACCESS_DENIED ? EACCES : ENOENT;
    return -1;
}

ssize_t readlink(const char *path, char *to, size_t size)
{
    (void)path, (void)to, (void)size;
    return no_such_call();
}

int fchown(int file, int user, int group)
{
    (void)file, (void)user, (void)group;
    return 0;
}

int fchmod(int file, unsigned mode)
{
    (void)file, (void)mode;
    return 0;
}

char *mkdtemp(char *pattern)
{
    return _mktemp(pattern) && !_mkdir(pattern) ? pattern : NULL;
}

FILE *open_memstream(char **text, size_t *size)
{
    (void)text, (void)size;
    no_such_call();
    return NULL;
}

char *strndup(const char *text, size_t most)
{
    size_t length = strnlen(text, most);
    char *copy = malloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = 0;
    }
    return copy;
}

char *strsignal(int number)
{
    (void)number;
    return "a signal";
}

/* ---- signals and time ---- */

int sigaction(int number, const struct sigaction *how, struct sigaction *before)
{
    if (number != SIGINT && number != SIGTERM)
        return no_such_call();
    if (before)
        *before = (struct sigaction){.sa_handler = SIG_DFL};
    if (how)
        signal(number, how->sa_handler);
    return 0;
}

int setitimer(int which, const struct itimerval *at, struct itimerval *before)
{
    (void)which, (void)at, (void)before;
    return no_such_call();
}

long sysconf(int name)
{
    (void)name;
    return 1;
}

int ioctl(int file, unsigned long request, struct winsize *size)
{
    (void)file, (void)request, (void)size;
    return no_such_call();
}

/* ---- what is not there ---- */

int windows_system(const char *command)
{
    enum { NO_SUCH_COMMAND = 127 };
    (void)command;
    fputs("tinytl-gen: under Windows nothing is compiled and run: the program for Linux does it in WSL\n", stderr);
    return NO_SUCH_COMMAND;
}

int fcntl(int file, int command, ...)
{
    (void)file, (void)command;
    return no_such_call();
}

int pipe(int end[2])
{
    (void)end;
    return no_such_call();
}

pid_t fork(void)
{
    return no_such_call();
}

pid_t setsid(void)
{
    return no_such_call();
}

pid_t getppid(void)
{
    return 1;
}

int kill(pid_t process, int number)
{
    (void)process, (void)number;
    return no_such_call();
}

pid_t waitpid(pid_t process, int *status, int options)
{
    (void)process, (void)status, (void)options;
    return no_such_call();
}

pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    (void)at, (void)size, (void)protection, (void)flags, (void)file, (void)offset;
    no_such_call();
    return MAP_FAILED;
}

int munmap(void *at, size_t size)
{
    (void)at, (void)size;
    return no_such_call();
}

int socketpair(int domain, int kind, int protocol, int pair[2])
{
    (void)domain, (void)kind, (void)protocol, (void)pair;
    return no_such_call();
}

ssize_t send(int socket, const void *from, size_t bytes, int flags)
{
    (void)socket, (void)from, (void)bytes, (void)flags;
    return no_such_call();
}

int poll(struct pollfd *of, unsigned count, int milliseconds)
{
    (void)of, (void)count, (void)milliseconds;
    return no_such_call();
}

int shutdown(int socket, int how)
{
    (void)socket, (void)how;
    return no_such_call();
}
