/* SPDX-License-Identifier: MIT */
#define WNOHANG             1
#define WIFEXITED(status)   1
#define WEXITSTATUS(status) (status)
#define WIFSIGNALED(status) ((void)(status), 0)
#define WTERMSIG(status)    0
pid_t waitpid(pid_t process, int *status, int options);
pid_t wait(int *status);
