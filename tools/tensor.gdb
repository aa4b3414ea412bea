# SPDX-License-Identifier: MIT
# A tensor of an emitted network, by its name, in a frame that has the scratch (`s`, as in all functions of the network):
#
#     (gdb) source tools/tensor.gdb
#     (gdb) rbreak ^signs_train_plan                the call's symbol ends in the plan's hash (docs/api.md)
#     (gdb) tensor train_blocks_1_pointwise1        all of its rows that memory holds; h x w x c
#     (gdb) tensor train_blocks_1_pointwise1 3      the pixels of row 3
#
# Where it lies, its type and its shape stand beside AT_NAME in the C file. Of a ring only the last rows are there.
python
import difflib, gdb, re

SIZES = {"float": 4, "int8": 1, "int16": 2, "int32": 4, "uint8": 1, "bfloat16": 2, "bits": 0.125}

class Tensor(gdb.Command):
    """tensor NAME [ROW]: the values of AT_NAME, a line a pixel."""
    def __init__(self):
        super().__init__("tensor", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        name, *row = argument.split()
        text = open(gdb.selected_frame().find_sal().symtab.fullname()).read()
        found = re.search(r"AT_%s = (\d+),(?: AT_\w+ = \d+,)* /\* (\w+) ([\d x]+?)(?:, ring of (\d+))?, steps" % re.escape(name), text)
        if not found:
            near = difflib.get_close_matches(name, re.findall(r"AT_(\w+) = ", text), 5, 0.5)
            raise gdb.GdbError("no tensor AT_%s in this file%s" % (name, "; near: " + ", ".join(near) if near else ""))
        offset, kind, sides, ring = int(found[1]), found[2], [int(n) for n in found[3].split("x")], found[4]
        h, w, c = sides if len(sides) == 3 else (1, 1, sides[0])
        width = int(-(-w * c * SIZES[kind] // 1))  # bytes of a row
        base = int(gdb.parse_and_eval("(unsigned long)s->at")) + offset
        print("%s: %s %d x %d x %d%s" % (name, kind, h, w, c, ", ring of " + ring if ring else ""))
        for y in [int(row[0])] if row else range(int(ring or h)):
            print("row %d%s" % (y, "" if row or not ring else " of the ring"))
            memory = gdb.selected_inferior().read_memory(base + y % int(ring or h) * width, width)
            if kind in ("bits", "bfloat16"):
                print("  " + bytes(memory).hex(" "))
            else:
                code = {"float": "f", "int8": "b", "int16": "h", "int32": "i", "uint8": "B"}[kind]
                values = memoryview(bytes(memory)).cast(code).tolist()
                for x in range(w):
                    print("  " + " ".join("%g" % v for v in values[x * c:x * c + c]))

Tensor()
end
