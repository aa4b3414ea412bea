% -- SPDX-License-Identifier: 0BSD

#define $(name)_adopt $(name)_adopt_$(plan)

/* Takes over a save of the same base and other tensors, as of another `update` or other classes: values of tensors that agree by name,
 * type and shape; of more or fewer classes those that are there. All else gets factory values; batch and moments begin empty; the
 * learning rate stays the net's. *kept (unless NULL) counts the tensors taken. Returns OK, or, the net untouched, E_ARG,
 * E_FORMAT, E_CHECKSUM or E_BASE. */
int $(name)_adopt($(name)_net *net, const uint8_t *save, size_t size, int *kept);
% if stores then
#define $(name)_adopt_kept $(name)_adopt_kept_$(plan)

/* The same of what was kept last in flash, by any firmware of this base. Returns OK, or, the net untouched, E_ARG, E_BASE or E_STORE:
 * nothing is kept, or, with factory values, what was proved cannot be read again. */
int $(name)_adopt_kept($(name)_net *net, const $(name)_flash *flash, int *kept);
% end
