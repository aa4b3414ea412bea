% -- SPDX-License-Identifier: 0BSD
% -- Classes to come, in the header.

/* Classes: $(first_classes) are in use at first, and $(spare) more are to come. A class that is not in use has the score -FLT_MAX, no
 * probability and no gradient, and its label is E_ARG. Labels never move. */
% for _, call in ipairs { "classes", "class_used", "class_new", "class_forget", streamed and "finish_show" or "class_show" } do
#define $(name)_$(call) $(name)_$(call)_$(plan)
% end

/* How many are in use. Returns them, or E_ARG. */
int $(name)_classes(const $(name)_net *net);

/* Whether a label is in use: 1, else 0. */
int $(name)_class_used(const $(name)_net *net, int label);

/* Takes the smallest label that is not in use: its scores begin at 0. Returns the label, E_ARG or E_FULL. */
int $(name)_class_new($(name)_net *net);

/* Forgets a class, with all that was learnt of it, and gives its label back. Returns OK or E_ARG. */
int $(name)_class_forget($(name)_net *net, int label);

/* Shows a sample of a class: its row becomes the mean of what the last layer reads of the samples shown so far, as long as the rows
 * that were trained, so that the nearest mean wins. The first one replaces what was there; train goes on from it.
 * Needs no more of the scratch than predict. Returns OK, E_ARG or E_NONFINITE: nothing changed. */
% if streamed then
/* It is the sample whose rows have come, after begin with learn = 0, and it is then finished. Returns E_ROWS, too: rows are wanting, or it was begun with learn = 1. */
int $(name)_finish_show($(name)_net *net, $(name)_scratch *s, int label);
% else
int $(name)_class_show($(name)_net *net, $(name)_scratch *s, const $(input_type) *input, int label);
% end
