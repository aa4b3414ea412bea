% -- SPDX-License-Identifier: 0BSD
/* ---- adopting: what a save of this base has in common with these tensors ---- */

/* Of the table, the entries of values that are learnt; moments and what a batch has gathered begin empty. */
static const $(table_bytes < 65536 and "uint16_t" or "uint32_t") adopted[] = {
% local learnt = {}
% for _, t in ipairs(save_table) do if t.learnt then learnt[#learnt + 1] = t.entry end end
% for from = 1, #learnt, 16 do
    $(table.concat(learnt, ", ", from, math.min(from + 15, #learnt))),
% end
};

/* A save that was proved: in memory$(stores and ", or in flash, of which the piece at `at` was read" or ""). What is not there reads as 0. */
struct source {
    const uint8_t *memory;
    uint32_t length;
% if stores then
    const $(name)_flash *flash;
    uint32_t from, at, piece[PIECE_WORDS];
    int failed;
% end
};

static uint32_t source_word(struct source *s, uint32_t at)
{
    if (at % 4 != 0 || at >= s->length || s->length - at < 4)
        return 0;
% if stores then
    if (!s->memory) {
        const uint32_t piece = at / PIECE_BYTES * PIECE_BYTES;
        if (s->at != piece) {
            s->at = piece;
            s->failed |= s->flash->read(s->flash->user, s->from + piece, s->piece, piece_length(piece, STORE_MARK)) != 0;
        }
        return get_word((const uint8_t *)s->piece + (at - piece));
    }
% end
    return get_word(s->memory + at);
}

/* Of an entry whose second word is `kind`. */
static uint32_t entry_bytes(uint32_t kind)
{
    return 8 + 4 * (kind >> 8 & 255) + ((kind >> 16 & 255) + 3) / 4 * 4;
}

/* True if the entry at `at` has the name, type and shape of ours, whose outputs are the last of its sizes. Those of the classes may
 * be more or fewer. */
static int same_tensor(struct source *s, uint32_t at, const uint8_t *entry, uint32_t *outputs)
{
    const uint32_t kind = get_word(entry + 4), last = 4 + 4 * (kind >> 8 & 255), ours = get_word(entry + last);
    if (source_word(s, at + 4) != kind)
        return 0;
    *outputs = source_word(s, at + last);
    for (uint32_t i = 8; i < entry_bytes(kind); i += 4)
        if (i != last && source_word(s, at + i) != get_word(entry + i))
            return 0;
    return *outputs == ours || ours == $(NAME)_CLASSES;
}

/* Takes the values from `from` on, of so many outputs: those that we have, too. */
static void take_values($(name)_net *net, struct source *s, uint32_t from, const uint8_t *entry, uint32_t outputs)
{
    const uint32_t rank = entry[5], ours = get_word(entry + 4 + 4 * rank), bytes = entry[4] == 1 ? 2 : 4;
    uint8_t *to = (uint8_t *)net + SAVE_FROM + (get_word(entry) - SAVE_HEAD - $(table_bytes));
    uint32_t rows = 1;
    for (uint32_t i = 1; i < rank; i++)
        rows *= get_word(entry + 4 + 4 * i);
    for (uint32_t row = 0; row < rows; row++, to += bytes * ours)
        for (uint32_t i = 0; i < outputs && i < ours; i++) {
            const uint32_t at = from + bytes * (row * outputs + i), word = source_word(s, at / 4 * 4);
            const uint16_t half = (uint16_t)(word >> (at & 2) * 8);
            if (bytes == 2)
                memcpy(to + 2 * i, &half, 2);
            else
                memcpy(to + 4 * i, &word, 4);
        }
}

/* Returns how many tensors were taken. */
static int adopt_from($(name)_net *net, struct source *s)
{
    const float rate = net->rate;
    const int keeps_rate = net->ready == SAVE_MAGIC;
    int taken = 0;
    $(name)_init(net);
    if (keeps_rate)
        net->rate = rate;
    net->steps = source_word(s, 20);
    for (size_t i = 0; i < sizeof adopted / sizeof *adopted; i++) {
        const uint8_t *const entry = save_table + adopted[i];
        uint32_t at = SAVE_HEAD, outputs = 0;
        for (uint32_t left = source_word(s, 28); left > 0 && at < s->length; left--) {
            if (same_tensor(s, at, entry, &outputs)) {
                take_values(net, s, source_word(s, at), entry, outputs);
                taken++;
                break;
            }
            at += entry_bytes(source_word(s, at + 4));
        }
    }
    return taken;
}

int $(name)_adopt($(name)_net *net, const uint8_t *in, size_t size, int *kept)
{
    struct source s;
    if (!net || !in)
        return $(NAME)_E_ARG;
    if (size < SAVE_HEAD || get_word(in) != SAVE_MAGIC || get_word(in + 4) != SAVE_FORMAT)
        return $(NAME)_E_FORMAT;
    if (get_word(in + 36) != crc32(0, in, 36))
        return $(NAME)_E_CHECKSUM;
    if (get_word(in + 12) != $(NAME)_BASE)
        return $(NAME)_E_BASE;
    memset(&s, 0, sizeof s);
    s.memory = in;
    s.length = get_word(in + 8);
    if (s.length < SAVE_HEAD || size < s.length)
        return $(NAME)_E_FORMAT;
    if (get_word(in + 32) != crc32(0, in + SAVE_HEAD, (size_t)(s.length - SAVE_HEAD)))
        return $(NAME)_E_CHECKSUM;
    const int taken = adopt_from(net, &s);
    if (kept)
        *kept = taken;
    return $(NAME)_OK;
}
% if stores then

/* The slot kept last by any firmware of this base, once those that do not count are empty; or -1 and why not. */
KERNEL int newest_of_base(const $(name)_flash *f, int *why)
{
    struct store s;
    look(f, &s);
    *why = s.why;
    if (s.of_base >= 0)
        empty_loose(f, &s);
    return s.of_base;
}

/* True if the slot reads differently now, or not at all: then the net is spoilt. */
KERNEL int adopt_slot($(name)_net *net, const $(name)_flash *f, int slot, int *kept)
{
    struct source s;
    memset(&s, 0, sizeof s);
    s.flash = f;
    s.from = (uint32_t)slot * STORE_SLOT;
    s.length = SAVE_HEAD;
    s.at = UINT32_MAX;
    s.length = source_word(&s, 8);
    const int taken = s.length > STORE_MARK ? 0 : adopt_from(net, &s);
    if (s.failed || s.length > STORE_MARK || slot_contents(f, s.from) == $(NAME)_E_STORE)
        return 1;
    if (kept)
        *kept = taken;
    return 0;
}

int $(name)_adopt_kept($(name)_net *net, const $(name)_flash *f, int *kept)
{
    int why = $(NAME)_E_STORE, spoilt = 0;
    if (!net || !usable(f))
        return $(NAME)_E_ARG;
    /* What was proved and then reads differently is proved again, and no longer counts. */
    for (int tries = 0; tries < STORE_SLOTS; tries++) {
        const int slot = newest_of_base(f, &why);
        if (slot < 0)
            break;
        if (!adopt_slot(net, f, slot, kept))
            return $(NAME)_OK;
        spoilt = 1;
    }
    if (spoilt)
        $(name)_init(net);
    return spoilt ? $(NAME)_E_STORE : why;
}
% end
