% -- SPDX-License-Identifier: 0BSD
/* ---- keeping: slots of flash, written in turn ---- */

/*
 * A slot holds a save, and in its last units of writing a mark: a number that counts what was kept, and its checksum.
 * The mark comes last: until it is whole, the slot does not count. A slot is proved, its save's checksums and all, before
 * anything is done on its account: one that is half erased, half written or worn is never taken for one that counts.
 *
 *     | save | nothing | mark |
 *
 * A page whose erasing was cut may read as it was, as erased, or as anything, each time anew. So a slot that does not count is
 * emptied before another one is relied on: the page of its mark is erased, and a mark that says "empty", which shows that this came
 * to its end. What does not count once never counts again.
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

enum mark { MARK_NONE, MARK_COUNTS, MARK_EMPTY };

KERNEL enum mark slot_mark(const $(name)_flash *f, uint32_t from, uint32_t *number)
{
    uint32_t piece[$(store.mark_bytes // 4)];
    const uint8_t *const bytes = (const uint8_t *)piece;
    if (f->read(f->user, from + STORE_MARK, piece, STORE_MARK_BYTES))
        return MARK_NONE;
    *number = get_word(bytes);
    const uint32_t other = get_word(bytes + 4) ^ mark_sum(bytes);
    return other == 0 ? MARK_COUNTS : other == UINT32_MAX ? MARK_EMPTY : MARK_NONE;
}

struct store {
    int newest, before;   /* slots of this base and layout, or -1 */
    int next;             /* the one to write: one that does not count, else the oldest, and never the newest */
    int why;              /* there is no newest */
    int next_counts;
    uint8_t loose[STORE_SLOTS]; /* does not count now, and is not known to be empty */
    int of_base;          /* the newest of this base, whatever its layout, or -1 */
    uint32_t newest_number, before_number, next_number, of_base_number;
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

/* Reads all slots; one that is not whole three times, for reading may fail. */
static void look(const $(name)_flash *f, struct store *s)
{
    int marks = 0;
    memset(s, 0, sizeof *s);
    s->newest = s->before = s->next = s->of_base = -1;
    s->why = $(NAME)_E_STORE;
    for (int slot = 0; slot < STORE_SLOTS; slot++) {
        const uint32_t from = (uint32_t)slot * STORE_SLOT;
        uint32_t number = 0;
        int status = $(NAME)_E_STORE;
        enum mark mark = MARK_NONE;
        for (int tries = 0; tries < 3 && status == $(NAME)_E_STORE && mark != MARK_EMPTY; tries++) {
            mark = slot_mark(f, from, &number);
            if (mark != MARK_COUNTS)
                continue;
            status = slot_contents(f, from);
            if (!marks++ || is_later(number, s->last))
                s->last = number;
        }
        s->loose[slot] = status == $(NAME)_E_STORE && mark != MARK_EMPTY;
        if ((status == $(NAME)_OK || status == $(NAME)_E_MISMATCH) && (s->of_base < 0 || is_later(number, s->of_base_number))) {
            s->of_base = slot;
            s->of_base_number = number;
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

/* Where the mark's page was erased. True if it fails. */
KERNEL int slot_finish(const $(name)_flash *f, uint32_t from, uint32_t number, enum mark mark)
{
    uint32_t piece[$(store.mark_bytes // 4)], found;
    uint8_t *const bytes = (uint8_t *)piece;
    memset(piece, 0, sizeof piece);
    put_word(bytes, number);
    put_word(bytes + 4, mark == MARK_EMPTY ? ~mark_sum(bytes) : mark_sum(bytes));
    return f->write(f->user, from + STORE_MARK, piece, STORE_MARK_BYTES) || slot_mark(f, from, &found) != mark || found != number;
}

/* True if it fails. */
static int slot_empty(const $(name)_flash *f, uint32_t from)
{
    return f->erase(f->user, from + STORE_SLOT - STORE_ERASE) || slot_finish(f, from, 0, MARK_EMPTY);
}

/* Once a slot was proved: flash that cannot be read at all is left alone. One that cannot be emptied is in nobody's way. */
static void empty_loose(const $(name)_flash *f, const struct store *s)
{
    for (int slot = 0; slot < STORE_SLOTS; slot++)
        if (s->loose[slot])
            slot_empty(f, (uint32_t)slot * STORE_SLOT);
}

int $(name)_keep(const $(name)_net *net, const $(name)_flash *f)
{
    struct store s;
    if (!net || !usable(f))
        return $(NAME)_E_ARG;
    look(f, &s);
    s.loose[s.next] = 0;
    const uint32_t from = (uint32_t)s.next * STORE_SLOT;
    if (slot_erase(f, from) || slot_write(net, f, from) || slot_contents(f, from) != $(NAME)_OK)
        return $(NAME)_E_STORE;
    empty_loose(f, &s);
    return slot_finish(f, from, s.last + 1, MARK_COUNTS) ? $(NAME)_E_STORE : $(NAME)_OK;
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
        if (s.newest >= 0)
            empty_loose(f, &s);
        const int slot = back ? s.before : s.newest;
        if (slot < 0)
            break;
        if (!slot_take(net, f, (uint32_t)slot * STORE_SLOT))
            return back && slot_empty(f, (uint32_t)s.newest * STORE_SLOT) ? $(NAME)_E_STORE : $(NAME)_OK;
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
