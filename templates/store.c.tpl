% -- SPDX-License-Identifier: 0BSD
/* ---- keeping: slots of flash, written in turn ---- */

/*
 * A slot holds a save, and in its last units of writing a mark: a number that counts what was kept, and its checksum.
 * The mark comes last: until it is whole, the slot does not count. A slot is proved, its save's checksums and all, before
 * anything is done on its account: one that is half erased, half written or worn is never taken for one that counts.
 *
 *     | save | nothing | mark |
 */
#define STORE_SLOTS $(store.slots)
#define STORE_SLOT (uint32_t)$(store.slot)
#define STORE_ERASE (uint32_t)$(store.erase)
#define STORE_WRITE (uint32_t)$(store.write)
#define STORE_MARK_BYTES (uint32_t)$(store.mark_bytes)
#define STORE_MARK (STORE_SLOT - STORE_MARK_BYTES)

/* Flash is read and written in pieces: whole units, and words for whoever wants its pointers aligned. What has a piece is not
 * inlined: on the stack they would add up. */
#define PIECE_BYTES (uint32_t)256
#define PIECE_WORDS 64

static uint32_t piece_length(uint32_t at, uint32_t end)
{
    return end - at < PIECE_BYTES ? end - at : PIECE_BYTES;
}

static int usable(const $(name)_flash *f)
{
    return f && f->read && f->erase && f->write;
}

/* What the save in a slot is to this network: OK, E_BASE or E_MISMATCH; E_STORE: it is not whole. */
KERNEL int slot_contents(const $(name)_flash *f, uint32_t from)
{
    uint32_t piece[PIECE_WORDS], length = SAVE_HEAD, sum = 0, wanted = 0;
    const uint8_t *const bytes = (const uint8_t *)piece;
    int status = $(NAME)_E_STORE;
    for (uint32_t at = 0, n; at < length; at += n) {
        uint32_t first = 0;
        n = piece_length(at, STORE_MARK);
        if (f->read(f->user, from + at, piece, n))
            return $(NAME)_E_STORE;
        if (at == 0) {
            status = head_status(bytes);
            length = get_word(bytes + 8);
            wanted = get_word(bytes + 32);
            first = SAVE_HEAD;
            if (status == $(NAME)_E_FORMAT || status == $(NAME)_E_CHECKSUM || length < SAVE_HEAD || length > STORE_MARK ||
                (status == $(NAME)_OK && length != $(NAME)_SAVE_BYTES))
                return $(NAME)_E_STORE;
        }
        if (at + first < length)
            sum = crc32(sum, bytes + first, (size_t)((n < length - at ? n : length - at) - first));
    }
    return sum == wanted ? status : $(NAME)_E_STORE;
}

/* Begins with another value than 0, so that neither erased flash nor zeros are a mark. */
static uint32_t mark_sum(const uint8_t *number)
{
    return crc32(SAVE_MAGIC, number, 4);
}

/* True if the slot has a mark. */
KERNEL int slot_mark(const $(name)_flash *f, uint32_t from, uint32_t *number)
{
    uint32_t piece[$(store.mark_bytes // 4)];
    const uint8_t *const bytes = (const uint8_t *)piece;
    if (f->read(f->user, from + STORE_MARK, piece, STORE_MARK_BYTES))
        return 0;
    *number = get_word(bytes);
    return get_word(bytes + 4) == mark_sum(bytes);
}

struct store {
    int newest, before;   /* slots of this base and layout, or -1 */
    int next;             /* the one to write: one that does not count, else the oldest, and never the newest */
    int why;              /* there is no newest */
    int next_counts;
    uint32_t newest_number, before_number, next_number;
    uint32_t last; /* of all numbers */
};

/* Numbers go round. */
static int is_later(uint32_t a, uint32_t b)
{
    return a != b && a - b < 0x80000000u;
}

/* A slot that is not the newest may be the one to write. */
static void may_be_next(struct store *s, int slot, uint32_t number, int counts)
{
    if (slot < 0 || (s->next >= 0 && !(counts ? s->next_counts && is_later(s->next_number, number) : s->next_counts)))
        return;
    s->next = slot;
    s->next_number = number;
    s->next_counts = counts;
}

/* One slot of this base and layout among those before it. */
static void rank(struct store *s, int slot, uint32_t number)
{
    if (s->newest < 0 || is_later(number, s->newest_number)) {
        may_be_next(s, s->newest, s->newest_number, 1);
        s->before = s->newest;
        s->before_number = s->newest_number;
        s->newest = slot;
        s->newest_number = number;
        return;
    }
    may_be_next(s, slot, number, 1);
    if (s->before < 0 || is_later(number, s->before_number)) {
        s->before = slot;
        s->before_number = number;
    }
}

/* Reads all slots. */
static void look(const $(name)_flash *f, struct store *s)
{
    int marks = 0;
    memset(s, 0, sizeof *s);
    s->newest = s->before = s->next = -1;
    s->why = $(NAME)_E_STORE;
    for (int slot = 0; slot < STORE_SLOTS; slot++) {
        const uint32_t from = (uint32_t)slot * STORE_SLOT;
        uint32_t number = 0;
        int status = $(NAME)_E_STORE;
        if (slot_mark(f, from, &number)) {
            status = slot_contents(f, from);
            if (!marks++ || is_later(number, s->last))
                s->last = number;
        }
        if (status == $(NAME)_OK)
            rank(s, slot, number);
        else
            may_be_next(s, slot, number, status != $(NAME)_E_STORE);
        if (status == $(NAME)_E_MISMATCH || (status == $(NAME)_E_BASE && s->why == $(NAME)_E_STORE))
            s->why = status;
    }
}

/* True if it fails. From the end on: the mark goes first. */
static int slot_erase(const $(name)_flash *f, uint32_t from)
{
    for (uint32_t at = STORE_SLOT; at > 0; at -= STORE_ERASE)
        if (f->erase(f->user, from + at - STORE_ERASE))
            return 1;
    return 0;
}

/* True if it fails. */
KERNEL int slot_write(const $(name)_net *net, const $(name)_flash *f, uint32_t from)
{
    const uint32_t end = ($(NAME)_SAVE_BYTES + STORE_WRITE - 1) / STORE_WRITE * STORE_WRITE;
    uint32_t head[SAVE_HEAD / 4], piece[PIECE_WORDS];
    make_head(net, head);
    for (uint32_t at = 0, n; at < end; at += n) {
        n = piece_length(at, end);
        for (uint32_t i = 0; i < n; i += 4)
            put_word((uint8_t *)piece + i, at + i < $(NAME)_SAVE_BYTES ? save_word(net, head, (size_t)(at + i)) : 0);
        if (f->write(f->user, from + at, piece, n))
            return 1;
    }
    return 0;
}

/* True if it fails. */
KERNEL int slot_finish(const $(name)_flash *f, uint32_t from, uint32_t number)
{
    uint32_t piece[$(store.mark_bytes // 4)], found;
    uint8_t *const bytes = (uint8_t *)piece;
    memset(piece, 0, sizeof piece);
    put_word(bytes, number);
    put_word(bytes + 4, mark_sum(bytes));
    return f->write(f->user, from + STORE_MARK, piece, STORE_MARK_BYTES) || !slot_mark(f, from, &found) || found != number;
}

int $(name)_keep(const $(name)_net *net, const $(name)_flash *f)
{
    struct store s;
    if (!net || !usable(f))
        return $(NAME)_E_ARG;
    look(f, &s);
    const uint32_t from = (uint32_t)s.next * STORE_SLOT;
    if (slot_erase(f, from) || slot_write(net, f, from) || slot_contents(f, from) != $(NAME)_OK || slot_finish(f, from, s.last + 1))
        return $(NAME)_E_STORE;
    return $(NAME)_OK;
}

/* A slot that was proved, read once more. True if it reads differently now, or not at all: then the net is spoilt. */
KERNEL int slot_take($(name)_net *net, const $(name)_flash *f, uint32_t from)
{
    uint32_t piece[PIECE_WORDS], sum = 0, wanted = 0;
    const uint8_t *const bytes = (const uint8_t *)piece;
    for (uint32_t at = 0, n; at < $(NAME)_SAVE_BYTES; at += n) {
        uint32_t i = 0;
        n = piece_length(at, STORE_MARK);
        if (f->read(f->user, from + at, piece, n))
            return 1;
        if (at == 0) {
            if (head_status(bytes) != $(NAME)_OK)
                return 1;
            wanted = get_word(bytes + 32);
            load_head(net, bytes);
            i = SAVE_HEAD;
        }
        for (; i < n && at + i < $(NAME)_SAVE_BYTES; i += 4) {
            sum = crc32(sum, bytes + i, 4);
            if (at + i >= SAVE_VALUES)
                load_word(net, (size_t)(at + i), get_word(bytes + i));
        }
    }
    return sum != wanted;
}

/* The newest, or the one before, which makes that the newest. */
static int take_kept($(name)_net *net, const $(name)_flash *f, int back)
{
    struct store s;
    int spoilt = 0;
    if (!net || !usable(f))
        return $(NAME)_E_ARG;
    /* What was proved and then reads differently is proved again, and no longer counts. */
    for (int tries = 0; tries < STORE_SLOTS; tries++) {
        look(f, &s);
        const int slot = back ? s.before : s.newest;
        if (slot < 0)
            break;
        if (!slot_take(net, f, (uint32_t)slot * STORE_SLOT))
            return back && f->erase(f->user, (uint32_t)(s.newest + 1) * STORE_SLOT - STORE_ERASE) ? $(NAME)_E_STORE : $(NAME)_OK;
        spoilt = 1;
    }
    if (spoilt)
        $(name)_init(net);
    return spoilt || s.newest >= 0 ? $(NAME)_E_STORE : s.why;
}

int $(name)_restore($(name)_net *net, const $(name)_flash *f)
{
    return take_kept(net, f, 0);
}

int $(name)_back($(name)_net *net, const $(name)_flash *f)
{
    return take_kept(net, f, 1);
}
