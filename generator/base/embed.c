/* SPDX-License-Identifier: MIT */
/* Files that are part of the program: templates, the Lua prelude, the run-time sources. */
#include "base/base.h"

#include <string.h>

const char *embedded_text(struct arena *a, const char *folder, const char *name)
{
    if (folder)
        return file_read(a, arena_format(a, "%s/%s", folder, name), NULL);
    for (const struct embedded *e = embedded_files; e->name; e++)
        if (!strcmp(e->name, name))
            return e->text;
    return NULL;
}
