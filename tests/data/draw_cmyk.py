"""Draws the four-component JPEGs of this folder; Python with Pillow 13.0.0 and numpy 2.4.6. Run in this folder: python3 draw_cmyk.py

Each is 32 x 32 pixels: red, green, blue and white quarters, as printers' inks.
"""

import io

import numpy as np
from PIL import Image

RED, GREEN, BLUE, WHITE = (0, 255, 255, 0), (255, 0, 255, 0), (255, 255, 0, 0), (0, 0, 0, 0)
inks = np.zeros((32, 32, 4), np.uint8)  # cyan, magenta, yellow, black; 255 is full ink
inks[:16, :16], inks[:16, 16:], inks[16:, :16], inks[16:, 16:] = RED, GREEN, BLUE, WHITE


def jpeg(components, adobe_transform):
    """Four components as a JPEG. Pillow stores 255 - value, and an Adobe marker with transform 0; None takes the marker out."""
    out = io.BytesIO()
    Image.fromarray(components, "CMYK").save(out, "JPEG", quality=95)
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\xee\x00\x0eAdobe")
    if adobe_transform is None:
        del data[at : at + 16]
    else:
        data[at + 15] = adobe_transform
    return bytes(data)


def ycc(rgb):
    """JFIF's RGB to YCbCr."""
    r, g, b = np.moveaxis(rgb.astype(np.float64), -1, 0)
    y = 0.299 * r + 0.587 * g + 0.114 * b
    return np.clip(np.stack([y, (b - y) / 1.772 + 128, (r - y) / 1.402 + 128], -1).round(), 0, 255).astype(np.uint8)


# Adobe's way: the components are stored as 255 - ink, which Pillow does.
open("cmyk_adobe.jpg", "wb").write(jpeg(inks, 0))
# Adobe's way with a colour transform: the stored values are YCbCr of 255 - (255 - ink), and the black as before.
stored = np.concatenate([ycc(inks[..., :3]), 255 - inks[..., 3:]], -1)
open("ycck_adobe.jpg", "wb").write(jpeg(255 - stored, 2))
