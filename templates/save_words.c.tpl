% -- SPDX-License-Identifier: 0BSD
% -- A save made and read word by word, for flash as well as for memory.
% local halves = save_halves < net_bytes
/* The word at a place of a save, whose first words are `head`. */
static uint32_t save_word(const $(name)_net *net, const uint32_t *head, size_t at)
{
% if tensors > 0 then
%   if halves then
    uint16_t half[2];
%   end
    uint32_t word;
    if (at < SAVE_HEAD)
        return head[at / 4];
    if (at < SAVE_VALUES)
        return get_word(save_table + (at - SAVE_HEAD));
%   if halves then
    if (IN_NET(at) >= $(save_halves)) {
        memcpy(half, (const uint8_t *)net + IN_NET(at), 4);
        return (uint32_t)half[0] | (uint32_t)half[1] << 16;
    }
%   end
    memcpy(&word, (const uint8_t *)net + IN_NET(at), 4);
    return word;
% else
    (void)net;
    return head[at / 4];
% end
}

% if tensors > 0 then
/* A word of values comes back from its place in a save. */
static void load_word($(name)_net *net, size_t at, uint32_t word)
{
%   if halves then
    const uint16_t half[2] = {(uint16_t)word, (uint16_t)(word >> 16)};
    if (IN_NET(at) >= $(save_halves))
        memcpy((uint8_t *)net + IN_NET(at), half, 4);
    else
        memcpy((uint8_t *)net + IN_NET(at), &word, 4);
%   else
    memcpy((uint8_t *)net + IN_NET(at), &word, 4);
%   end
}

% end
/* The words of a save before its table. */
static void make_head(const $(name)_net *net, uint32_t *head)
{
    uint8_t bytes[4];
    uint32_t sum = 0;
    head[0] = SAVE_MAGIC;
    head[1] = SAVE_FORMAT;
    head[2] = $(NAME)_SAVE_BYTES;
    head[3] = $(NAME)_BASE;
    head[4] = SAVE_LAYOUT;
    head[5] = net->steps;
    head[6] = net->samples;
    head[7] = $(tensors);
    for (size_t at = SAVE_HEAD; at < $(NAME)_SAVE_BYTES; at += 4) {
        put_word(bytes, save_word(net, head, at));
        sum = crc32(sum, bytes, 4);
    }
    head[8] = sum;
    sum = 0;
    for (int i = 0; i < 9; i++) {
        put_word(bytes, head[i]);
        sum = crc32(sum, bytes, 4);
    }
    head[9] = sum;
}

/* Of a save's first SAVE_HEAD bytes: does it belong to this network? */
static int head_status(const uint8_t *head)
{
    if (get_word(head) != SAVE_MAGIC || get_word(head + 4) != SAVE_FORMAT)
        return $(NAME)_E_FORMAT;
    if (get_word(head + 36) != crc32(0, head, 36))
        return $(NAME)_E_CHECKSUM;
    if (get_word(head + 12) != $(NAME)_BASE)
        return $(NAME)_E_BASE;
    return get_word(head + 16) != SAVE_LAYOUT ? $(NAME)_E_MISMATCH : $(NAME)_OK;
}

static void load_head($(name)_net *net, const uint8_t *head)
{
    if (net->ready != SAVE_MAGIC)
        $(name)_init(net);
    net->steps = get_word(head + 20);
    net->samples = get_word(head + 24);
}

int $(name)_save(const $(name)_net *net, uint8_t *out)
{
    uint32_t head[SAVE_HEAD / 4];
    if (!net || !out)
        return $(NAME)_E_ARG;
    make_head(net, head);
    for (size_t at = 0; at < $(NAME)_SAVE_BYTES; at += 4)
        put_word(out + at, save_word(net, head, at));
    return $(NAME)_OK;
}

int $(name)_load($(name)_net *net, const uint8_t *in, size_t size)
{
    if (!net || !in)
        return $(NAME)_E_ARG;
    const int status = size < SAVE_HEAD ? $(NAME)_E_FORMAT : head_status(in);
    if (status != $(NAME)_OK)
        return status;
    if (size < $(NAME)_SAVE_BYTES)
        return $(NAME)_E_FORMAT;
    if (get_word(in + 32) != crc32(0, in + SAVE_HEAD, $(NAME)_SAVE_BYTES - SAVE_HEAD))
        return $(NAME)_E_CHECKSUM;
    load_head(net, in);
% if tensors > 0 then
    for (size_t at = SAVE_VALUES; at < $(NAME)_SAVE_BYTES; at += 4)
        load_word(net, at, get_word(in + at));
% end
    return $(NAME)_OK;
}
