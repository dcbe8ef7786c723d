"""Computes graft-small.safetensors: what the committed network, models/graft-small.safetensors, says of a drawn picture.

Python 3.11.7 with numpy 2.4.6, nothing else; run in this folder: python3 graft_small.py

A second way to the same numbers: the weight file is read here by hand, everything is float64, and a convolution is written as its definition says,
one shifted product a tap. Nothing is taken from the program that is tested.
"""

import json
from pathlib import Path

import numpy as np

WEIGHTS = Path(__file__).parent / "../../models/graft-small.safetensors"
OUT = Path(__file__).parent / "graft-small.safetensors"
# Howard et al. 2017, table 1: the strides of the thirteen depthwise convolutions; the last is 1, as in every published network.
STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
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


def network(tensors, pixels):
    """MobileNetV1 (Howard et al. 2017) with batch norm folded in: every stage's output [H, W, C], embedding [E], logits [K]."""
    weight, bias = layer(tensors, "stem")  # [O, 3, 3, 3]
    x = relu6(sum(seen @ weight[:, i, j].T for i, j, seen in taps(pixels / 127.5 - 1, 2)) + bias)
    stages = {"stem": x}
    for block, stride in enumerate(STRIDES):
        weight, bias = layer(tensors, f"blocks.{block}.depthwise")  # [1, 3, 3, C]
        x = relu6(sum(seen * weight[0, i, j] for i, j, seen in taps(x, stride)) + bias)
        weight, bias = layer(tensors, f"blocks.{block}.pointwise")  # [O, 1, 1, C]
        x = relu6(x @ weight[:, 0, 0].T + bias)
        stages[f"blocks.{block}"] = x
    embedding = x.mean((0, 1))
    weight, bias = layer(tensors, "head")  # [K, E]
    return stages, embedding, weight @ embedding + bias


meta, tensors = read(WEIGHTS)
pixels = picture(int(meta["input"]))
stages, embedding, logits = network(tensors, pixels)
exponentials = np.exp(logits - logits.max())
probabilities = exponentials / exponentials.sum()
top = np.argsort(-probabilities)[:5]

golden = {"pixels": pixels[None], "embedding": embedding[None], "logits": logits[None]}
golden |= {f"channel_sums.{name}": x.sum((0, 1)) for name, x in stages.items()}
golden |= {f"pixel_sums.{name}": x.sum(-1) for name, x in stages.items()}
golden["top.probabilities"] = probabilities[top]
golden = {name: tensor if tensor.dtype == np.uint8 else tensor.astype(np.float32) for name, tensor in golden.items()}
golden["top.units"] = top.astype(np.int32)
write(OUT, {"network": meta["name"], "made_by": f"graft_small.py, float64, numpy {np.__version__}"}, golden)

labels = json.loads(meta["labels"])
print(f"{OUT.name}: {OUT.stat().st_size} bytes, {len(stages)} stages")
for unit in top:
    print(f"{probabilities[unit]:.4f}  {unit}  {labels[unit][1]}")
