"""Computes graft-small.safetensors: what the committed network, models/graft-small.safetensors, says of a drawn picture; and random-v2.safetensors,
the same of a MobileNetV2 of random weights, random-v2-weights.safetensors, which it draws too.

Python 3.11.7 with numpy 2.4.6, nothing else; run in this folder: python3 graft_small.py

A second way to the same numbers: the weight file is read here by hand, everything is float64, and a convolution is written as its definition says,
one shifted product a tap. Nothing is taken from the program that is tested.
"""

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
# Howard et al. 2017, table 1: the strides of the thirteen depthwise convolutions; the last is 1, as in every published network.
V1_STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
# Sandler et al. 2018, table 2: expansion factor t, channels c, repeats n, stride s of the first of them.
V2_ROWS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
V2_BLOCKS = [(t, c, s if i == 0 else 1) for t, c, n, s in V2_ROWS for i in range(n)]
# Of the random network: as small as its file format has it, with residuals of 8 and of 16 channels (one in the first block, too, at this width).
WIDTH, INPUT, UNITS = 0.1, 96, 20
TYPES = {"U8": np.uint8, "I8": np.int8, "I32": np.int32, "F32": np.float32}


def read(path):
    """A safetensors file's metadata, and its tensors by name: the header's length in eight bytes, the header as JSON, the numbers."""
    data = path.read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:begin])
    meta = header.pop("__metadata__", {})

    def tensor(entry):
        first, last = entry["data_offsets"]
        return np.frombuffer(data[begin + first : begin + last], TYPES[entry["dtype"]]).reshape(entry["shape"])

    return meta, {name: tensor(entry) for name, entry in header.items()}


def write(path, meta, tensors):
    """The reverse of `read`."""
    names = {np.dtype(numpy): name for name, numpy in TYPES.items()}
    header, data = {"__metadata__": meta}, b""
    for name, tensor in tensors.items():
        stored = np.ascontiguousarray(tensor).tobytes()
        header[name] = {"dtype": names[tensor.dtype], "shape": tensor.shape, "data_offsets": [len(data), len(data) + len(stored)]}
        data += stored
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def picture(side):
    """u8 [side, side, 3]: an eight-sided sign before a grained sky; whole numbers only, so that any language draws the same."""
    y, x = np.mgrid[:side, :side]
    grain = x * y % 13
    sky = np.stack([130 + grain, 170 + y // 4, 220 - y // 2], -1)
    sign = np.stack([200 + grain, 20 + x // 8, 30 + y // 8], -1)
    across, down = abs(x - 64), abs(y - 56)
    inside = (across < 40) & (down < 40) & (across + down < 52)
    return np.where(inside[..., None], sign, sky).astype(np.uint8)


def layer(tensors, name):
    """Weight and bias of a layer, dequantised: scale * (q - zero point), per output channel; bias: scale * q."""
    scale = tensors[f"{name}.weight.scale"].astype(np.float64)
    zero_point = tensors[f"{name}.weight.zero_point"].astype(np.float64)
    weight = tensors[f"{name}.weight"].astype(np.float64)
    # The output channels are the last axis of a depthwise weight [1, 3, 3, C], the first one of all others.
    along = (-1,) if name.endswith("depthwise") else (-1,) + (1,) * (weight.ndim - 1)
    bias = tensors[f"{name}.bias"].astype(np.float64) * tensors[f"{name}.bias.scale"].astype(np.float64)
    return (weight - zero_point.reshape(along)) * scale.reshape(along), bias


def taps(image, stride):
    """For each tap (i, j) of 3x3 windows over [H, W, C], padded with zeros as TensorFlow's SAME: the pixels it sees, [H', W', C]."""
    height, width, _ = image.shape
    out_height, out_width = -(-height // stride), -(-width // stride)

    def padding(size, out):  # the smaller half first
        total = max((out - 1) * stride + 3 - size, 0)
        return total // 2, total - total // 2

    padded = np.pad(image, [padding(height, out_height), padding(width, out_width), (0, 0)])
    for i in range(3):
        for j in range(3):
            yield i, j, padded[i:, j:][: (out_height - 1) * stride + 1 : stride, : (out_width - 1) * stride + 1 : stride]


def relu6(values):
    return np.clip(values, 0, 6)


def stem(tensors, pixels):
    weight, bias = layer(tensors, "stem")  # [O, 3, 3, 3]
    return relu6(sum(seen @ weight[:, i, j].T for i, j, seen in taps(pixels / 127.5 - 1, 2)) + bias)


def depthwise(tensors, name, x, stride):
    weight, bias = layer(tensors, name)  # [1, 3, 3, C]
    return relu6(sum(seen * weight[0, i, j] for i, j, seen in taps(x, stride)) + bias)


def pointwise(tensors, name, x):
    weight, bias = layer(tensors, name)  # [O, 1, 1, C]
    return x @ weight[:, 0, 0].T + bias


def mobilenet_v1(tensors, pixels):
    """Howard et al. 2017, with batch norm folded in: each stage's output [H, W, C]."""
    x = stem(tensors, pixels)
    yield "stem", x
    for block, stride in enumerate(V1_STRIDES):
        x = depthwise(tensors, f"blocks.{block}.depthwise", x, stride)
        x = relu6(pointwise(tensors, f"blocks.{block}.pointwise", x))
        yield f"blocks.{block}", x


def mobilenet_v2(tensors, pixels):
    """Sandler et al. 2018, with batch norm folded in: each stage's output [H, W, C]."""
    x = stem(tensors, pixels)
    yield "stem", x
    for block, (t, _, stride) in enumerate(V2_BLOCKS):
        wide = x if t == 1 else relu6(pointwise(tensors, f"blocks.{block}.expand", x))
        narrow = pointwise(tensors, f"blocks.{block}.project", depthwise(tensors, f"blocks.{block}.depthwise", wide, stride))
        x = x + narrow if narrow.shape == x.shape else narrow  # linear
        yield f"blocks.{block}", x
    yield "last", relu6(pointwise(tensors, "last", x))


def random_v2():
    """A MobileNetV2 of random weights, as a weight file holds it: metadata, tensors."""
    random = np.random.default_rng(2018)

    def channels(c):  # multiples of 8, no more than a tenth lost: the rule of the papers' own code
        rounded = max(8, int(c * WIDTH + 4) // 8 * 8)
        return rounded + 8 if rounded < 0.9 * c * WIDTH else rounded

    inputs = channels(32)
    shapes = {"stem": [inputs, 3, 3, 3]}
    for block, (t, c, _) in enumerate(V2_BLOCKS):
        if t > 1:
            shapes[f"blocks.{block}.expand"] = [t * inputs, 1, 1, inputs]
        shapes[f"blocks.{block}.depthwise"] = [1, 3, 3, t * inputs]
        shapes[f"blocks.{block}.project"] = [channels(c), 1, 1, t * inputs]
        inputs = channels(c)
    shapes["last"] = [channels(1280), 1, 1, inputs]
    shapes["head"] = [UNITS, channels(1280)]

    numbers, codes = {}, {}
    for name, shape in shapes.items():
        outputs = shape[-1] if name.endswith("depthwise") else shape[0]
        fan_in = np.prod(shape) // outputs
        # Codes spread by 74. Gains as of He et al. 2015, so that activations keep their size; larger where they expand, so that ReLU6 cuts some off at 6;
        # smaller where they are projected, as what they are added to grows: else the network is chaotic, and float32 itself is off by more than is
        # allowed. A scale and a zero point of its own for each channel.
        gain = {"expand": 2.5, "project": 0.5}.get(name.rsplit(".")[-1], 1.4)
        scale = gain / 74 / np.sqrt(fan_in) * random.uniform(0.7, 1.4, outputs)
        numbers[f"{name}.weight.scale"] = scale.astype(np.float32)
        numbers[f"{name}.weight.zero_point"] = random.integers(-9, 10, outputs, dtype=np.int32)
        numbers[f"{name}.bias"] = random.integers(-99, 150, outputs, dtype=np.int32)
        numbers[f"{name}.bias.scale"] = np.array([0.004], np.float32)
        codes[f"{name}.weight"] = random.integers(-128, 128, shape, dtype=np.int8)
    labels = [[None, f"random {unit}"] for unit in range(UNITS)]
    meta = {
        "format": "graft-backbone", "version": "1", "architecture": "mobilenet-v2", "name": "random-v2", "title": "Random MobileNetV2",
        "classes": f"{UNITS} classes that mean nothing", "width": str(WIDTH), "input": str(INPUT), "range": "x / 127.5 - 1",
        "labels": json.dumps(labels), "licence": "CC0-1.0", "source": "random numbers", "top1": "", "top5": "",
    }
    return meta, numbers | codes  # four-byte numbers first: all of them lie at a multiple of four


def compute(network, weights, out):
    """What a network says of the picture, into a file."""
    meta, tensors = read(weights)
    pixels = picture(int(meta["input"]))
    stages = dict(network(tensors, pixels))
    embedding = list(stages.values())[-1].mean((0, 1))
    weight, bias = layer(tensors, "head")  # [K, E]
    logits = weight @ embedding + bias
    exponentials = np.exp(logits - logits.max())
    probabilities = exponentials / exponentials.sum()
    top = np.argsort(-probabilities)[:5]

    golden = {"pixels": pixels[None], "embedding": embedding[None], "logits": logits[None]}
    golden |= {f"channel_sums.{name}": x.sum((0, 1)) for name, x in stages.items()}
    golden |= {f"pixel_sums.{name}": x.sum(-1) for name, x in stages.items()}
    golden["top.probabilities"] = probabilities[top]
    golden = {name: tensor if tensor.dtype == np.uint8 else tensor.astype(np.float32) for name, tensor in golden.items()}
    golden["top.units"] = top.astype(np.int32)
    write(out, {"network": meta["name"], "made_by": f"graft_small.py, float64, numpy {np.__version__}"}, golden)

    labels = json.loads(meta["labels"])
    print(f"{out.name}: {out.stat().st_size} bytes, {len(stages)} stages")
    for unit in top:
        print(f"{probabilities[unit]:.4f}  {unit}  {labels[unit][1]}")


if __name__ == "__main__":
    write(HERE / "random-v2-weights.safetensors", *random_v2())
    compute(mobilenet_v1, HERE / "../../models/graft-small.safetensors", HERE / "graft-small.safetensors")
    compute(mobilenet_v2, HERE / "random-v2-weights.safetensors", HERE / "random-v2.safetensors")
