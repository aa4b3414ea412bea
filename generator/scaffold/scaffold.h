/* SPDX-License-Identifier: MIT */
/* scaffold: what stands around the output: a package for another ecosystem, a first project. */
#ifndef SCAFFOLD_H
#define SCAFFOLD_H

#include "host/host.h"

struct package_options {
    const char *as;                     /* the ecosystem: one of package_kinds */
    const char *folder;                 /* is made if it is not there */
    const char *author, *url, *release; /* what metadata say of the package; NULL: placeholders */
    bool force;
};

/* The words of --as, with blanks between them. */
extern const char package_kinds[];

struct project_options {
    const char *name;   /* of the network, and of the folder unless there is one */
    const char *model;  /* ONNX or TFLite, or NULL: a network of our own */
    const char *folder; /* NULL: the name's */
    const char *input;  /* "96x96x1", of a model "1,3,96,96"; NULL: to be asked for */
    int classes;        /* 0: likewise */
};

/* package: the emitted C as a library of that ecosystem, with metadata, licence, README and an example. */
int package_write(struct arena *mem, struct diag *d, const struct host_options *o, const struct package_options *p);

/* new: a spec, a program and a CMakeLists.txt that work.  Never replaces a file. */
int project_write(struct arena *mem, struct diag *d, const struct host_options *o, const struct project_options *p);

#endif
