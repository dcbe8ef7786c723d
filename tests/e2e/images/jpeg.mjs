// Baseline JPEG files (ITU-T T.81) with one, three or four components, written by hand so that odd ones can be made: grey, CMYK, turned.

const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
const QUANTUM = 1; // the finest step for every frequency: these files are to look like their picture, not to be small

// Huffman tables of our own: every symbol has a code of eight bits (DC: 12 symbols; AC: zero runs by sizes), which T.81 allows.
const DC_SYMBOLS = Array.from({ length: 12 }, (_, size) => size);
const AC_SYMBOLS = [0x00, 0xf0, ...Array.from({ length: 160 }, (_, i) => (Math.floor(i / 10) << 4) | (1 + (i % 10)))];

const COSINES = Array.from({ length: 8 }, (_, u) => Array.from({ length: 8 }, (_, x) => (u ? 0.5 : Math.SQRT1_2 / 2) * Math.cos(((2 * x + 1) * u * Math.PI) / 16)));

/** The 64 quantised coefficients of a block of samples, in zigzag order. */
function coefficients(block) {
  const half = new Float64Array(64);
  for (let y = 0; y < 8; y += 1) for (let u = 0; u < 8; u += 1) for (let x = 0; x < 8; x += 1) half[y * 8 + u] += block[y * 8 + x] * COSINES[u][x];
  const full = new Float64Array(64);
  for (let v = 0; v < 8; v += 1) for (let u = 0; u < 8; u += 1) for (let y = 0; y < 8; y += 1) full[v * 8 + u] += half[y * 8 + u] * COSINES[v][y];
  return ZIGZAG.map((at) => Math.round(full[at] / QUANTUM));
}

class Bits {
  bytes = [];
  value = 0;
  count = 0;

  put(value, length) {
    for (let bit = length - 1; bit >= 0; bit -= 1) {
      this.value = (this.value << 1) | ((value >> bit) & 1);
      this.count += 1;
      if (this.count === 8) {
        this.bytes.push(this.value);
        if (this.value === 0xff) this.bytes.push(0); // a stuffed byte: 0xff alone would be a marker
        this.value = 0;
        this.count = 0;
      }
    }
  }

  finish() {
    while (this.count) this.put(1, 1);
    return Buffer.from(this.bytes);
  }
}

const sizeOf = (value) => (value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1);
const number = (bits, value) => {
  const size = sizeOf(value);
  if (size) bits.put(value > 0 ? value : value + (1 << size) - 1, size);
};

function scan(width, height, components, sample) {
  const bits = new Bits();
  const before = new Array(components).fill(0);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let component = 0; component < components; component += 1) {
        const block = Array.from({ length: 64 }, (_, i) => sample(Math.min(left + (i % 8), width - 1), Math.min(top + (i >> 3), height - 1), component) - 128);
        const values = coefficients(block);
        const difference = values[0] - before[component];
        before[component] = values[0];
        bits.put(DC_SYMBOLS.indexOf(sizeOf(difference)), 8);
        number(bits, difference);
        let run = 0;
        for (const value of values.slice(1)) {
          if (value === 0) {
            run += 1;
            continue;
          }
          for (; run > 15; run -= 16) bits.put(AC_SYMBOLS.indexOf(0xf0), 8);
          bits.put(AC_SYMBOLS.indexOf((run << 4) | sizeOf(value)), 8);
          number(bits, value);
          run = 0;
        }
        if (run) bits.put(AC_SYMBOLS.indexOf(0x00), 8);
      }
    }
  }
  return bits.finish();
}

const word = (value) => [value >> 8, value & 255];
const segment = (marker, data) => Buffer.from([0xff, marker, ...word(data.length + 2), ...data]);
const huffman = (id, symbols) => segment(0xc4, [id, 0, 0, 0, 0, 0, 0, 0, symbols.length, 0, 0, 0, 0, 0, 0, 0, 0, ...symbols]);

/** An EXIF segment that holds the orientation alone. */
const exif = (orientation) => segment(0xe1, [
  ...Buffer.from('Exif\0\0', 'latin1'),
  ...Buffer.from('MM\0*', 'latin1'), 0, 0, 0, 8, // big-endian TIFF, first directory at 8
  0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, ...word(orientation), 0, 0, 0, 0, 0, 0,
]);

/** The scan of an image whose every sample is a block of 8 × 8 pixels; with `halved`, the colours have half the resolution (4:2:0). */
function blockScan(width, height, components, sample, halved) {
  const bits = new Bits();
  const before = new Array(components).fill(0);
  const put = (x, y, component) => {
    const value = 8 * (sample(Math.min(x, width - 1), Math.min(y, height - 1), component) - 128);
    const difference = value - before[component];
    before[component] = value;
    bits.put(DC_SYMBOLS.indexOf(sizeOf(difference)), 8);
    number(bits, difference);
    bits.put(AC_SYMBOLS.indexOf(0x00), 8); // nothing else in this block
  };
  const step = halved ? 2 : 1;
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      for (let component = 0; component < components; component += 1) {
        put(x, y, component);
        if (halved && component === 0) for (const [right, down] of [[1, 0], [0, 1], [1, 1]]) put(x + right, y + down, 0);
      }
    }
  }
  return bits.finish();
}

/** A JPEG file around a scan. */
function framed(width, height, components, scanned, { segments = [], halved = false } = {}) {
  const ids = Array.from({ length: components }, (_, i) => i + 1);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...segments,
    segment(0xdb, [0, ...new Array(64).fill(QUANTUM)]),
    segment(0xc0, [8, ...word(height), ...word(width), components, ...ids.flatMap((id) => [id, halved && id === 1 ? 0x22 : 0x11, 0])]),
    huffman(0x00, DC_SYMBOLS),
    huffman(0x10, AC_SYMBOLS),
    segment(0xda, [components, ...ids.flatMap((id) => [id, 0x00]), 0, 63, 0]),
    scanned,
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** Writes a JPEG whose component samples (0–255) come from `sample(x, y, component)`. */
const encode = (width, height, components, sample, segments = []) => framed(width, height, components, scan(width, height, components, sample), { segments });

const at = (image, x, y) => image.pixels.subarray((y * image.width + x) * 4);
const clamp = (value) => Math.max(0, Math.min(255, Math.round(value)));

/** Luma and the two colour differences. */
const ycc = (image) => (x, y, component) => {
  const [r, g, b] = at(image, x, y);
  if (component === 0) return clamp(0.299 * r + 0.587 * g + 0.114 * b);
  if (component === 1) return clamp(128 - 0.168736 * r - 0.331264 * g + 0.5 * b);
  return clamp(128 + 0.5 * r - 0.418688 * g - 0.081312 * b);
};

/** What `largeJpeg` keeps of a picture whose colours it halves: each 2 × 2 pixels have the colour of the first of them, and light of their own. */
export function coloursHalved(image) {
  const sample = ycc(image);
  const pixels = Buffer.alloc(image.pixels.length, 255);
  for (let y = 0; y < image.height; y += 1) {
    for (let x = 0; x < image.width; x += 1) {
      const luma = sample(x, y, 0);
      const [blue, red] = [1, 2].map((component) => sample(x & ~1, y & ~1, component) - 128);
      pixels.set([luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue].map(clamp), (y * image.width + x) * 4);
    }
  }
  return { width: image.width, height: image.height, pixels };
}

/** Inks, inverted, as Adobe's programs write them. */
const inks = (image) => (x, y, component) => {
  const colour = at(image, x, y);
  const light = Math.max(...colour.subarray(0, 3)); // 255 - K
  if (component === 3) return light;
  return light === 0 ? 255 : clamp((colour[component] / light) * 255);
};
/** Adobe's marker, which says "no colour transform". */
const ADOBE = segment(0xee, [...Buffer.from('Adobe', 'latin1'), 0, 100, 0, 0, 0, 0, 0]);

/** A colour JPEG, 4:4:4; `orientation` 1–8 is written as EXIF and leaves the pixels alone. */
export const jpeg = (image, { orientation } = {}) => encode(image.width, image.height, 3, ycc(image), orientation ? [exif(orientation)] : []);

/**
 * A large JPEG that is made quickly: each pixel of `image` becomes 8 × 8 of the file's. `orientation` as above; `halved`: 4:2:0, as cameras
 * write it; `cmyk`: four inks.
 */
export function largeJpeg(image, { orientation, halved = false, cmyk = false } = {}) {
  const { width, height } = image;
  const segments = [...(orientation ? [exif(orientation)] : []), ...(cmyk ? [ADOBE] : [])];
  const components = cmyk ? 4 : 3;
  const scanned = blockScan(width, height, components, (cmyk ? inks : ycc)(image), halved);
  return framed(width * 8, height * 8, components, scanned, { segments, halved });
}

/** A JPEG with one component. */
export const greyJpeg = (image) => encode(image.width, image.height, 1, (x, y) => at(image, x, y)[0]);

/** A CMYK JPEG as Adobe's programs write it. */
export const cmykJpeg = (image) => encode(image.width, image.height, 4, inks(image), [ADOBE]);
