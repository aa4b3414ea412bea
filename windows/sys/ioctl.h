/* SPDX-License-Identifier: MIT */
#define TIOCGWINSZ 0
struct winsize {
    unsigned short ws_row, ws_col;
};
int ioctl(int file, unsigned long request, struct winsize *size);
