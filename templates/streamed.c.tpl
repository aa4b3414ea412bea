% -- SPDX-License-Identifier: 0BSD
% -- A network whose image comes row by row: functions of templates, for net.c.tpl. Each program has a sweep that takes the
% -- rows, and others behind it; what follows of a training program is cut at its loss.
% local truth = loss == "mse" and "target" or "label"
% local unused = spare > 0 and " || !net->classes[label]" or ""
% local copied = spare > 0 and "give_scores(net, made, scores)" or "memcpy(scores, made, sizeof(float) * " .. NAME .. "_CLASSES)"
% local truth_parameter = loss == "mse" and "const float *target" or "int label"
% local cut = latent_bytes > 0 -- rows are taken by what makes that which is remembered
% local net_type, scratch_type = name .. "_net", name .. "_scratch"
%
% -- The sweep that takes them: it stops where it wants the next one, and goes on from there.
% function stream_take(sweep)
%   local runs, given, made, count = {}, "", {}, 0
%   for i, part in ipairs(sweep.turns) do runs[i] = ("{%d, %d}"):format(part.length, part.times) end
%   for _, case in ipairs(sweep.cases) do
%     if case.rows then
%       made[case] = ("made[%d]"):format(count)
%       count = count + 1
%     end
%     if case.given then given = sweep.numbers and case.letter or "'" .. case.letter .. "'" end
%   end
KERNEL void $(sweep.fn)($(parameters(sweep)))
{
%   if sweep.numbers then
    static const int16_t order[] = {
%     for i, part in ipairs(sweep.turns) do
%       local line = "       "
%       for number in part.letters:gmatch("%d+") do
%         if #line > 110 then
$(line)
%           line = "       "
%         end
%         line = line .. " " .. number .. ","
%       end
$(line)$(part.times > 1 and " /* " .. part.times .. " times */" or "")
%     end
    };
%   else
    static const char order[] =
%     for i, part in ipairs(sweep.turns) do
%       for from = 1, #part.letters, 80 do
%         local to = math.min(from + 79, #part.letters)
        "$(part.letters:sub(from, to))"$(i == #sweep.turns and to == #part.letters and ";" or "")$(part.times > 1 and to == #part.letters and " /* " .. part.times .. " times */" or "")
%       end
%     end
%   end
    static const struct run runs[] = {
%   for i = 1, #runs, 12 do
        $(table.concat(runs, ", ", i, math.min(i + 11, #runs))),
%   end
    };
%   if count > 0 then
    int32_t *const made = s->stream.made;
%   end
    int taken = 0;

    while (s->stream.run < $(#runs)) {
        const struct run *const run = runs + s->stream.run;
        const int turn = order[s->stream.turn + s->stream.at % run->turns];
        if (turn == $(given) && taken++)
            return; /* it wants the next row */
        switch (turn) {
%   for _, case in ipairs(sweep.cases) do
%     local l = made[case] and "(int)" .. made[case]
%     local last = l and l .. " + " .. case.strip
%     if l and case.strip > 1 and case.height % case.strip > 0 then last = ("%s < %d ? %s : %d"):format(last, case.height, last, case.height) end
        case $(sweep.numbers and case.letter or "'" .. case.letter .. "'"): $(case.fn)($(arguments(case))$(l and ", " .. l .. ", " .. last or ""));$(l and " " .. made[case] .. (case.strip == 1 and "++" or " += " .. case.strip) .. ";" or "") break;
%   end
        }
        if (++s->stream.at == run->turns * run->times) {
            s->stream.at = 0;
            s->stream.turn += run->turns;
            s->stream.run++;
        }
    }
}

% end
%
% -- The sweeps of a program from..to; poison: what is dead behind the one before them.
% local function sweeps_of(program, from, to)
%   local list = {}
%   for i = from, to do list[#list + 1] = program.sweeps[i] end
%   return { sweeps = list }
% end
%
% local function loss_of_train()
%   for i, sweep in ipairs(train.sweeps) do
%     local step = sweep.steps and sweep.steps[1]
%     if step and step.kind == "loss" then return i, step end
%   end
% end
%
% local function reads_net(sweeps)
%   for _, sweep in ipairs(sweeps) do
%     if sweep.fn and sweep.net then return true end
%     for _, step in ipairs(sweep.steps or {}) do
%       if step.net or (step.text or ""):find("net->", 1, true) then return true end
%     end
%   end
%   return false
% end
%
% local function rest_function(fn, program, last)
%   local rest = sweeps_of(program, 2, last)
%   local dead = program.sweeps[1].dead
/* What is left to do for the scores when all rows have come. */
KERNEL void $(fn)($(reads_net(rest.sweeps) and "const " .. net_type .. " *net, " or "")$(scratch_type) *s)
{
%   if #rest.sweeps == 0 and #dead == 0 then
    (void)s;
%   end
%   for _, hole in ipairs(dead) do
    memset((uint8_t *)s + $(stream_bytes + hole.offset), 0xff, $(hole.bytes)); /* poison: nobody reads this any more */
%   end
% body(rest, true)
}

%   return fn .. (reads_net(rest.sweeps) and "(net, s)" or "(s)")
% end
%
% function stream_predict()
%   local loss_at, step = nil, nil
%   if trains then loss_at, step = loss_of_train() end
%   local first = cut and head or predict
%   local take, rest = first.sweeps[1], rest_function(cut and "rest_of_latent" or "rest_of_predict", first, #first.sweeps)
%   local train_rest = trains and not cut and rest_function("rest_of_train", train, loss_at - 1)
/* In a scratch of this plan whose sample is not yet finished. */
#define BEGUN 0x$(plan:match("%x+$"))u

int $(name)_begin(const $(net_type) *net, $(scratch_type) *s, int learn)
{
    if (!net || !s$(trains and "" or " || learn"))
        return $(NAME)_E_ARG;
    memset(&s->stream, 0, sizeof s->stream);
    s->stream.begun = BEGUN;
    s->stream.learn = learn != 0;
    return $(NAME)_OK;
}

int $(name)_rows(const $(net_type) *net, $(scratch_type) *s, const $(input_type) *input, int count)
{
    if (!net || !s || !input || count < 0)
        return $(NAME)_E_ARG;
    if (s->stream.begun != BEGUN || count > $(input_h) - s->stream.rows)
        return $(NAME)_E_ROWS;
    for (; count > 0; count--, input += $(input_w * input_c), s->stream.rows++)
%   if train_rest then
        if (s->stream.learn)
            $(train.sweeps[1].fn)($(arguments(train.sweeps[1])));
        else
            $(take.fn)($(arguments(take)));
%   else
        $(take.fn)($(arguments(take)));
%   end
    return $(NAME)_OK;
}

%   if cut then
/* What is remembered of the sample, behind all that learns from it or predicts; NULL if rows are wanting. */
static const $(latent_type) *remembered($(scratch_type) *s)
{
    $(latent_type) *const to = s->stream.learn ? $(latent_real and "F32" or "I8")(AT_replay_$(latent_at_train > latent_at_predict and "train" or "predict")) : $(latent_real and "F32" or "I8")(AT_replay_predict);
    if (s->stream.begun != BEGUN || s->stream.rows < $(input_h))
        return NULL;
    if (!s->stream.scored) {
        $(rest);
        memmove(to, U8($(head.scores)), $(latent_real and 4 * latent_elements or latent_elements));
    }
    s->stream.scored = 1;
    return to;
}

%   end
/* The scores; NULL if rows are wanting. */
static const float *finished(const $(net_type) *net, $(scratch_type) *s)
{
%   if cut then
    const $(latent_type) *const latent = remembered(s);
    if (!latent)
        return NULL;
    forward_latent(net, s, latent);
    return F32($(predict.scores));
}

%   else
    (void)net;
    if (s->stream.begun != BEGUN || s->stream.rows < $(input_h))
        return NULL;
%   if trains then
    if (!s->stream.scored && s->stream.learn)
        $(train_rest);
    else if (!s->stream.scored)
        $(rest);
%   else
    if (!s->stream.scored)
        $(rest);
%   end
    s->stream.scored = 1;
%   if trains then
    return s->stream.learn ? $(step.scores) : F32($(predict.scores));
%   else
    return F32($(predict.scores));
%   end
}

%   end
$(classes_source)
%   if spare > 0 then
/* ---- prediction and training ---- */

%   end
int $(name)_finish_predict(const $(net_type) *net, $(scratch_type) *s, float *scores)
{
    if (!net || !s || !scores)
        return $(NAME)_E_ARG;
    const float *const made = finished(net, s);
    if (!made)
        return $(NAME)_E_ROWS;
    $(copied);
    return $(NAME)_OK;
}

% end
%
% local refused = loss == "mse" and "!target" or "label < 0 || label >= " .. NAME .. "_CLASSES" .. unused
%
% function stream_train()
%   local loss_at, step = loss_of_train()
int $(name)_finish_train($(net_type) *net, $(scratch_type) *s, $(truth_parameter), float *loss)
{
% if cut then
    if (!net || !s || $(refused))
        return $(NAME)_E_ARG;
    const $(latent_type) *const latent = s->stream.learn ? remembered(s) : NULL;
    if (!latent)
        return $(NAME)_E_ROWS;
    s->stream.begun = 0;
    return step_latent(net, s, latent, label, loss);
% else
    int kept = 0; /* a tensor kept its values: its gradient was not finite */
    float value;
    if (!net || !s || $(refused))
        return $(NAME)_E_ARG;
    if (!s->stream.learn || !finished(net, s))
        return $(NAME)_E_ROWS;
    s->stream.begun = 0;
% body(sweeps_of(train, loss_at, #train.sweeps))
% end_of_train()
% end
}

int $(name)_finish_loss(const $(net_type) *net, $(scratch_type) *s, $(truth_parameter), float *loss, float *scores)
{
    float value;
    if (!net || !s || $(refused))
        return $(NAME)_E_ARG;
    const float *const made = finished(net, s);
    if (!made)
        return $(NAME)_E_ROWS;
    if (scores)
        $(copied);
    value = loss_of($(spare > 0 and "net, " or "")made, $(truth), $(cut and "F32(" .. predict.scores .. ")" or "s->stream.learn ? " .. step.gradient .. " : F32(" .. stream_gradient .. ")"));
    if (loss)
        *loss = value;
    return is_finite(value) ? $(NAME)_OK : $(NAME)_E_NONFINITE;
}

% end
%
% -- Of the API: type, name, parameters, arguments; the last first.
% function stream_calls()
%   local own = ("const %s *net, %s *s"):format(net_type, scratch_type)
%   local calls = {
%     { "int", "finish_predict", own .. ", float *scores", "net, s, scores" },
%     { "int", "rows", ("%s, const %s *rows, int count"):format(own, input_type), "net, s, rows, count" },
%     { "int", "begin", own .. ", int learn", "net, s, learn" },
%   }
%   if trains then
%     table.insert(calls, 1, { "int", "finish_train", ("%s *net, %s *s, %s, float *loss"):format(net_type, scratch_type, truth_parameter),
%       "net, s, " .. truth .. ", loss" })
%     table.insert(calls, 1, { "int", "finish_loss", ("%s, %s, float *loss, float *scores"):format(own, truth_parameter),
%       "net, s, " .. truth .. ", loss, scores" })
%   end
%   if spare > 0 then
%     table.insert(calls, 1, { "int", "finish_show", ("%s *net, %s *s, int label"):format(net_type, scratch_type), "net, s, label" })
%   end
%   return calls
% end
