/* SPDX-License-Identifier: MIT */
/* Counts the instructions that a program runs under QEMU, by function.
 *
 *     cc -shared -fPIC -O2 count_plugin.c -o count.so
 *     qemu-system-arm -plugin count.so,symbols=FILE,out=FILE ...
 *
 * A line of symbols is "address size name kind", in hexadecimal and in order of address.  Instructions of a
 * function of kind "helper" count for the function of kind "owner" that ran last: its caller, when kernels call
 * tiles, memcpy or the compiler's arithmetic.  A line of out: "name instructions". */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Debian packages QEMU's plugins without their header: what is used of version 1 of the interface. */
#define EXPORT __attribute__((visibility("default")))
typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { QEMU_PLUGIN_CB_NO_REGS = 0 };
EXPORT extern int qemu_plugin_version;
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, void (*)(unsigned, void *), int flags, void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*)(qemu_plugin_id_t, void *), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);

int qemu_plugin_version = 1;

struct function {
    uint64_t address, size, instructions;
    char name[120];
    bool owner;
};

/* Instructions that run one after the other, as QEMU translates them. */
struct block {
    struct function *function;
    uint64_t instructions;
};

static struct function *functions, nowhere = {.name = "elsewhere", .owner = true}, *current = &nowhere;
static size_t count;
static const char *out_path;

static struct function *function_at(uint64_t address)
{
    for (size_t i = count; i-- > 0;)
        if (functions[i].address <= address)
            return address < functions[i].address + functions[i].size ? &functions[i] : &nowhere;
    return &nowhere;
}

static void on_run(unsigned cpu, void *data)
{
    const struct block *b = data;
    (void)cpu;
    if (b->function->owner)
        current = b->function;
    current->instructions += b->instructions;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    struct block *b = malloc(sizeof *b);
    (void)id;
    if (!b)
        abort();
    *b = (struct block){function_at(qemu_plugin_tb_vaddr(tb)), qemu_plugin_tb_n_insns(tb)};
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_run, QEMU_PLUGIN_CB_NO_REGS, b);
}

static void on_end(qemu_plugin_id_t id, void *data)
{
    FILE *f = fopen(out_path, "w");
    (void)id;
    (void)data;
    if (!f)
        abort();
    for (size_t i = 0; i < count; i++)
        if (functions[i].instructions)
            fprintf(f, "%s %" PRIu64 "\n", functions[i].name, functions[i].instructions);
    if (nowhere.instructions)
        fprintf(f, "%s %" PRIu64 "\n", nowhere.name, nowhere.instructions);
    fclose(f);
}

static bool read_symbols(const char *path)
{
    struct function s;
    char kind[16];
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    memset(&s, 0, sizeof s);
    while (fscanf(f, "%" SCNx64 " %" SCNx64 " %119s %15s", &s.address, &s.size, s.name, kind) == 4) {
        functions = realloc(functions, (count + 1) * sizeof *functions);
        if (!functions)
            return false;
        s.owner = !strcmp(kind, "owner");
        functions[count++] = s;
    }
    fclose(f);
    return count > 0;
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
    bool read = false;
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "symbols=", 8))
            read = read_symbols(argv[i] + 8);
        if (!strncmp(argv[i], "out=", 4))
            out_path = strdup(argv[i] + 4);
    }
    if (!read || !out_path)
        return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_end, NULL);
    return 0;
}
