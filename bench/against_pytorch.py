# SPDX-License-Identifier: MIT
"""The same training step in PyTorch and in an emitted network, in turn in one process: step.sh calls this.

    against_pytorch.py FOLDER SCHEME      FOLDER has mcunet_5fps.h and network.so

One thread each, the least CPU time of a step counts, with batches of 1 and 8 a sample's. Debian's python3-torch needs
libopenblas0-serial: with the reference BLAS that it brings along PyTorch is three times as slow.
"""
import ctypes
import re
import sys
import time

try:
    import numpy
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError:
    print("no PyTorch here: no ratio")
    sys.exit(0)

ROUNDS = 30
# output channels, kernel, stride, hidden channels
BLOCKS = [(8, 3, 1, 16), (16, 3, 2, 32), (16, 3, 1, 48), (24, 7, 2, 48), (24, 3, 1, 120), (40, 3, 2, 120), (40, 7, 1, 160),
          (48, 5, 1, 160), (48, 3, 1, 144), (48, 3, 1, 192), (96, 7, 2, 240), (96, 5, 1, 384), (96, 5, 1, 384), (160, 3, 1, 576)]


class Block(nn.Module):
    def __init__(self, channels, side, shape, lite):
        super().__init__()
        out, kernel, stride, hidden = shape
        self.pointwise1 = nn.Conv2d(channels, hidden, 1) if hidden != channels else None
        self.depthwise = nn.Conv2d(hidden, hidden, kernel, stride, kernel // 2, groups=hidden)
        self.pointwise2 = nn.Conv2d(hidden, out, 1)
        self.residual = stride == 1 and channels == out
        self.lite = None
        if lite:
            pooled = side // 2
            k = max(1, min(5, pooled if pooled % 2 else pooled - 1))
            self.lite = nn.ModuleList([nn.Conv2d(channels, channels, k, stride, k // 2, groups=2, bias=False),
                                       nn.Conv2d(channels, out, 1, bias=False)])

    def forward(self, x):
        y = functional.relu6(self.pointwise1(x), inplace=True) if self.pointwise1 else x
        y = self.pointwise2(functional.relu6(self.depthwise(y), inplace=True))
        if self.residual:
            y = y + x
        if self.lite:
            z = self.lite[1](functional.relu(self.lite[0](functional.avg_pool2d(x, 2))))
            y = y + functional.interpolate(z, size=y.shape[2:], mode="bilinear", align_corners=False)
        return y


class Network(nn.Module):
    def __init__(self, lite):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, 2, 1)
        self.blocks = nn.ModuleList()
        channels, side = 16, 64
        for i, shape in enumerate(BLOCKS):
            self.blocks.append(Block(channels, side, shape, lite and i > 0))
            channels, side = shape[0], side // shape[2]
        self.classifier = nn.Linear(channels, 10)

    def forward(self, x):
        x = functional.relu6(self.first(x), inplace=True)
        for block in self.blocks:
            x = block(x)
        return self.classifier(x.mean((2, 3)))


def learns(scheme, name):
    return (scheme == "full" or name.startswith("classifier") or ("bias" in scheme and name.endswith("bias"))
            or ("lite" in scheme and ".lite." in name))


def torch_step(scheme, batch):
    net = Network("lite" in scheme)
    for name, value in net.named_parameters():
        value.requires_grad = learns(scheme, name)
    optimizer = torch.optim.SGD([v for v in net.parameters() if v.requires_grad], lr=1e-4)
    x, label = torch.randn(batch, 3, 128, 128), torch.randint(0, 10, (batch,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(net(x), label).backward()
        optimizer.step()

    return step


def our_step(folder):
    library = ctypes.CDLL(folder + "/network.so")
    header = open(folder + "/mcunet_5fps.h").read()
    image = numpy.random.RandomState(0).randint(0, 256, 49152).astype(numpy.uint8)

    def room(what):
        size = int(re.search(r"#define MCUNET_5FPS_%s_BYTES (\d+)" % what, header).group(1))
        memory = numpy.zeros(size + 64, numpy.uint8)
        return memory, ctypes.c_void_p((memory.ctypes.data + 63) // 64 * 64)

    memory, net = room("NET")
    more, scratch = room("SCRATCH")
    loss = ctypes.c_float()
    library.mcunet_5fps_init(net)
    library.mcunet_5fps_set_rate(net, ctypes.c_float(1e-4))

    def step(kept=(memory, more, image)):
        assert library.mcunet_5fps_train(net, scratch, ctypes.c_void_p(kept[2].ctypes.data), 3, ctypes.byref(loss)) == 0

    return step


def main(folder, scheme):
    torch.set_num_threads(1)
    steps = {"ours": (our_step(folder), 1, 10), "b1": (torch_step(scheme, 1), 1, 2), "b8": (torch_step(scheme, 8), 8, 1)}
    best = {name: float("inf") for name in steps}
    for _ in range(ROUNDS):
        for name, (step, batch, times) in steps.items():
            for _ in range(times):
                start = time.process_time()
                step()
                best[name] = min(best[name], (time.process_time() - start) / batch * 1e3)
    print("against PyTorch: %.2f times as fast as batch 1, %.2f times as batch 8 (%.3f, %.3f and %.3f ms a sample)"
          % (best["b1"] / best["ours"], best["b8"] / best["ours"], best["ours"], best["b1"], best["b8"]))


main(sys.argv[1], sys.argv[2])
