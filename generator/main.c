/* SPDX-License-Identifier: MIT */
/* tinytl-gen: spec.lua -> one C file that trains the network on a device.  Read this first, then pipeline/pipeline.c:
 *
 *     cli       the command line                          cli/
 *     pipeline  a spec -> the output, stage by stage      pipeline/
 *     report    the plan for people and tools             report/
 *     host      the commands on a spec and its output     host/
 *     learn     training and measuring on data            learn/
 *     import    a model of another program -> a spec      import/
 *     saves     what devices have learnt                  saves/
 *     pack      the packer of offsets alone               pack/
 *     scaffold  packages and first projects               scaffold/                               */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run(struct arena *mem, struct diag *d, const struct cli *c)
{
    switch (c->command) {
    case COMMAND_NONE:
        return EXIT_DONE;
    case COMMAND_GEN:
    case COMMAND_PLAN:
        return host_generate(mem, d, &c->host, &c->generate);
    case COMMAND_CHECK:
        return is_model(c->file[0]) ? import_check(mem, d, &c->import) : host_generate(mem, d, &c->host, &c->generate);
    case COMMAND_WHAT_FITS:
        return what_fits(mem, d, &c->host);
    case COMMAND_CHOOSE:
        return choose(mem, d, &c->host, &c->train, &c->choose);
    case COMMAND_VERIFY:
        return host_verify(mem, d, &c->host, &c->verify);
    case COMMAND_TRAIN:
        return learn_train(mem, d, &c->host, &c->train);
    case COMMAND_QUANTIZE:
        return host_quantize(mem, d, &c->host, &c->quantize);
    case COMMAND_CALIBRATE:
        return host_calibrate(mem, d, &c->host, &c->calibrate);
    case COMMAND_PACK:
        return pack_csv(mem, d, c->file[0], c->capacity, c->host.report.verbose, stdout);
    case COMMAND_IMPORT:
        return import_write(mem, d, &c->import);
    case COMMAND_PACKAGE:
        return package_write(mem, d, &c->host, &c->package);
    case COMMAND_NEW:
        return project_write(mem, d, &c->host, &c->project);
    case COMMAND_SAVED:
        return saved(mem, d, &c->host, &c->saved);
    }
    return EXIT_USAGE;
}

/* Files must not get the numbers of standard streams that are closed. */
static void open_standard_streams(void)
{
    for (int fd; (fd = open("/dev/null", O_RDONLY)) >= 0;)
        if (fd > STDERR_FILENO) {
            close(fd);
            break;
        }
}

static bool wants_color(const struct cli *c)
{
    return !strcmp(c->color, "always") || (!strcmp(c->color, "auto") && isatty(STDERR_FILENO) && !getenv("NO_COLOR"));
}

int main(int argc, char **argv)
{
    open_standard_streams();
    struct arena *mem = arena_new();
    int code = EXIT_DONE;
    const struct cli *cli = cli_parse(mem, argc, argv, &code);
    if (cli) {
        struct diag d = {.mem = mem, .out = stderr, .color = wants_color(cli)};
        code = run(mem, &d, cli);
    }
    errno = 0;
    if ((fflush(stdout) || ferror(stdout)) && code == EXIT_DONE) {
        fprintf(stderr, "tinytl-gen: cannot write to the standard output%s%s\n", errno ? ": " : "",
                errno ? strerror(errno) : "");
        code = EXIT_IO;
    }
    outputs_abandon_all();
    arena_free(mem);
    return code;
}
