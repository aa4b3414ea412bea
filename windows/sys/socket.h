/* SPDX-License-Identifier: MIT */
#define AF_UNIX      1
#define SOCK_STREAM  1
#define MSG_NOSIGNAL 0
#define SHUT_RDWR    2
int socketpair(int domain, int kind, int protocol, int pair[2]);
ssize_t send(int socket, const void *from, size_t bytes, int flags);
int shutdown(int socket, int how);
