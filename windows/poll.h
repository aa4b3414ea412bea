/* SPDX-License-Identifier: MIT */
#define POLLIN 1
struct pollfd {
    int fd;
    short events, revents;
};
int poll(struct pollfd *of, unsigned count, int milliseconds);
