/* SPDX-License-Identifier: MIT */
/* report: the plan for people and for tools. */
#ifndef REPORT_H
#define REPORT_H

#include "pipeline/pipeline.h"

void report_text(const struct product *p, FILE *out, bool verbose);

/* The keys are a contract: see docs/report.md. */
void report_json(const struct product *p, FILE *out);

/* The plan as one picture, readable by itself, in light and in dark. */
void report_svg(const struct product *p, FILE *out);

/* The same as a page that a browser opens from disk, alive. */
void report_plan_page(const struct product *p, FILE *out);

/* Training memory as TinyTL counts it (Cai et al., NeurIPS 2020): not what this program needs. */
void report_paper(const struct product *p, FILE *out);

/* MACs of a training step, and how much learns. */
int64_t trained_values(const struct graph *g);

#endif
