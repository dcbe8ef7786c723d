"""Draws the AVIF of this folder; Python with Pillow 13.0.0 and numpy 2.4.6. Run in this folder: python3 draw_avif.py

The still life of tests/e2e/images/picture.mjs, 240 x 160 pixels, by the same arithmetic: the page is to say the same of both.
"""

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 240, 160
u, v = np.meshgrid(np.arange(WIDTH) / WIDTH, np.arange(HEIGHT) / HEIGHT)


def colour(*channels):
    """One colour a pixel, [HEIGHT, WIDTH, 3]."""
    return np.stack([np.broadcast_to(channel, u.shape) for channel in channels], -1)


above = colour(90 + 90 * u, 140 + 60 * v, 200 - 40 * u)
below = colour(150 - 60 * v, 110 + 30 * u, 60)
pixels = np.where((v < 0.6)[..., None], above, below)
parts = [
    ((u - 0.3) ** 2 * 2.25 + (v - 0.5) ** 2 < 0.06, colour(220, 150 - 100 * v, 30)),  # an orange ball at the left
    ((u > 0.62) & (u < 0.82) & (v > 0.2) & (v < 0.85), colour(30, 60 + 60 * (u - 0.62), 50)),  # a dark box at the right
    ((u > 0.66) & (u < 0.78) & (v > 0.3) & (v < 0.45), colour(235, 235, 225)),  # with a pale window
]
for where, paint in parts:
    pixels = np.where(where[..., None], paint, pixels)
Image.fromarray(pixels.round().astype(np.uint8)).save("still_life.avif", quality=85, subsampling="4:4:4")
