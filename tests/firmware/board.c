/* SPDX-License-Identifier: MIT */
/* board.h on a bare Cortex-M or RISC-V: start-up code, and semihosting (Arm's "Semihosting for AArch32 and AArch64", and RISC-V's, the same),
 * by which a program under a debugger or an emulator writes text and ends. */
#include "board.h"

#include <stdint.h>

enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };

extern uint32_t data_image[], data_start[], data_end[], bss_start[], bss_end[], stack_bottom[], stack_top[];
int main(void);
void reset(void);

#ifdef __riscv
static __attribute__((noinline, aligned(16))) void semihost(int operation, const void *argument)
{
    register int a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = argument;
    __asm__ volatile(".option push\n .option norvc\n .p2align 4\n slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n "
                     ".option pop" /* what a debugger looks for */
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
}
#else
static void semihost(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}
#endif

static void leave(int status)
{
    const uintptr_t block[2] = {APPLICATION_EXIT, (uintptr_t)status};
    for (;;)
        semihost(SYS_EXIT_EXTENDED, block);
}

void reset(void)
{
#ifdef __ARM_FP
    *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20; /* CPACR: the floating-point unit may be used */
    __asm__ volatile("dsb\n isb" ::: "memory");
#endif
    for (uint32_t *to = data_start, *from = data_image; to < data_end;)
        *to++ = *from++;
    for (uint32_t *to = bss_start; to < bss_end;)
        *to++ = 0;
    leave(main());
}

#ifdef __riscv
__attribute__((section(".vectors"), naked, used)) static void start(void)
{
    __asm__ volatile("la sp, stack_top\n j reset");
}
#else
static void fault(void)
{
    say("fault\n");
    leave(9);
}

/* The first stack pointer, then the handlers of the core's own exceptions. */
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*handler[15])(void);
} vectors = {stack_top, {reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault}};
#endif

void say(const char *text)
{
    semihost(SYS_WRITE0, text);
}

__attribute__((noinline)) unsigned stack_of(void (*call)(void))
{
    enum { PAINT = 0xa5a5a5a5u };
    volatile uint32_t *here, *p;

#ifdef __riscv
    __asm__ volatile("mv %0, sp" : "=r"(here));
#else
    __asm__ volatile("mov %0, sp" : "=r"(here));
#endif
    for (p = stack_bottom; p < here; p++)
        *p = PAINT;
    call();
    for (p = stack_bottom; p < here && *p == PAINT;)
        p++;
    return (unsigned)((uintptr_t)here - (uintptr_t)p);
}
