/* SPDX-License-Identifier: MIT */
/* gen, plan, check: what the pipeline makes, to files, to a report, or to nothing but its messages. */
#include "base/screen.h"
#include "host/host.h"
#include "report/report.h"

static bool write_report(struct diag *d, const struct host_options *o, const struct generate_options *g,
                         struct product *p)
{
    struct output *file = report_open(d, &o->report);
    if (!file)
        return false;
    FILE *out = output_stream(file);
    p->offers = plan_offers(p->candidates, p->plan, report_is(&o->report, "html"));
    if (g->paper_accounting)
        report_paper(p, out);
    else if (report_is(&o->report, "json"))
        report_json(p, out);
    else if (report_is(&o->report, "svg"))
        report_svg(p, out);
    else if (report_is(&o->report, "html"))
        report_plan_page(p, out);
    else
        report_text(p, out, o->report.verbose);
    return report_close(d, &o->report, file);
}

/* A plan that does not fit is the smallest there is: its report shows where the bytes go. */
static bool wants_report(const struct host_options *o, const struct generate_options *g, bool fits)
{
    bool asked = o->report.form || g->what == GENERATE_PLAN || (fits && !g->to.depfile && !g->dumped);
    return o->report.file || (asked && !o->report.quiet && g->what != GENERATE_NOTHING);
}

int host_generate(struct arena *mem, struct diag *d, const struct host_options *o, const struct generate_options *g)
{
    struct variant v = {.any_size = true, .plan_only = g->what != GENERATE_OUTPUT};
    int code;
    struct product *p = generate(mem, d, &o->request, &v, &code);
    if (!p)
        return code;
    bool fits = product_fits(p, &o->request);
    if (fits && (p->emitted || g->to.depfile) && !write_emitted(d, &g->to, p->spec, p->emitted))
        return EXIT_IO;
    if (wants_report(o, g, fits) && !write_report(d, o, g, p))
        return EXIT_IO;
    if (fits && g->what == GENERATE_NOTHING && !o->report.quiet)
        wrap_put(stdout, 4, "%s: nothing wrong", p->spec->path);
    return fits ? EXIT_DONE : EXIT_NO_FIT;
}
