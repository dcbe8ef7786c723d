// GIF (89a), BMP and lossless WebP files, written by hand: the simplest form each format allows.

const word = (value) => [value & 255, value >> 8];

/** Colours that a 6×6×6 palette holds: what a GIF of a picture shows. */
export const WEB_SAFE = (value) => Math.round(value / 51) * 51;
const paletteIndex = ([r, g, b]) => Math.round(r / 51) * 36 + Math.round(g / 51) * 6 + Math.round(b / 51);

/** An animated GIF of one or more pictures of the same size. LZW without compression: a clear code before the table would grow. */
export function gif(images) {
  const { width, height } = images[0];
  const palette = Array.from({ length: 256 }, (_, i) => (i < 216 ? [Math.floor(i / 36) * 51, (Math.floor(i / 6) % 6) * 51, (i % 6) * 51] : [0, 0, 0])).flat();
  const frame = ({ pixels }) => {
    const bytes = [];
    let value = 0;
    let bits = 0;
    const put = (code) => {
      value |= code << bits;
      for (bits += 9; bits >= 8; bits -= 8, value >>>= 8) bytes.push(value & 255);
    };
    for (let i = 0; i < width * height; i += 1) {
      if (i % 250 === 0) put(256); // clear: codes stay nine bits wide
      put(paletteIndex(pixels.subarray(i * 4)));
    }
    put(257); // end
    if (bits) bytes.push(value & 255);
    const blocks = [];
    for (let from = 0; from < bytes.length; from += 255) blocks.push(Math.min(255, bytes.length - from), ...bytes.slice(from, from + 255));
    return [0x21, 0xf9, 4, 0, ...word(20), 0, 0, 0x2c, ...word(0), ...word(0), ...word(width), ...word(height), 0, 8, ...blocks, 0];
  };
  const repeat = [0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0', 'latin1'), 3, 1, 0, 0, 0];
  return Buffer.from([...Buffer.from('GIF89a', 'latin1'), ...word(width), ...word(height), 0xf7, 0, 0, ...palette, ...repeat, ...images.flatMap(frame), 0x3b]);
}

/** A 24-bit BMP. */
export function bmp({ width, height, pixels }) {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + stride * height);
  file.write('BM', 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22); // positive: the last row comes first
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [r, g, b] = pixels.subarray((y * width + x) * 4);
      file.set([b, g, r], 54 + (height - 1 - y) * stride + x * 3);
    }
  }
  return file;
}

/** A lossless WebP (RFC 9649): no transform, no cache, and codes of eight bits for each of red, green and blue. */
export function webp({ width, height, pixels }) {
  const bytes = [];
  let value = 0;
  let count = 0;
  const put = (number, length) => {
    for (let bit = 0; bit < length; bit += 1) {
      value |= ((number >> bit) & 1) << count;
      count += 1;
      if (count === 8) {
        bytes.push(value);
        value = 0;
        count = 0;
      }
    }
  };
  const reversed = (byte) => Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2);
  put(0x2f, 8);
  put(width - 1, 14);
  put(height - 1, 14);
  put(0, 1); // no alpha
  put(0, 3); // version
  put(0, 1); // no transform
  put(0, 1); // no colour cache
  put(0, 1); // no meta prefix codes
  // Code lengths are written with a code that knows two lengths, 0 ('0') and 8 ('1'); the order is 17 18 0 1 2 3 4 5 16 6 7 8.
  const eightBits = (unused) => {
    put(0, 1); // a normal code
    put(12 - 4, 4);
    for (const symbol of [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8]) put(symbol === 0 || symbol === 8 ? 1 : 0, 3);
    put(0, 1); // lengths for the whole alphabet follow
    for (let i = 0; i < 256; i += 1) put(1, 1);
    for (let i = 0; i < unused; i += 1) put(0, 1);
  };
  eightBits(24); // green, and 24 lengths of back references
  eightBits(0); // red
  eightBits(0); // blue
  put(0b101, 3); // alpha: a simple code with one symbol of eight bits,
  put(255, 8); // 255
  put(0b001, 3); // distance: a simple code with one symbol of one bit,
  put(0, 1); // 0
  for (let at = 0; at < width * height * 4; at += 4) for (const channel of [1, 0, 2]) put(reversed(pixels[at + channel]), 8);
  if (count) bytes.push(value);
  const data = Buffer.from(bytes.length % 2 ? [...bytes, 0] : bytes);
  const head = Buffer.alloc(20);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(12 + data.length, 4);
  head.write('WEBPVP8L', 8, 'latin1');
  head.writeUInt32LE(bytes.length, 16);
  return Buffer.concat([head, data]);
}

/** The beginning of a HEIC file (ISO/IEC 23008-12): brand and size, and no picture. */
export function heicHeader(width = 400, height = 300) {
  const number = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes; };
  const box = (kind, ...parts) => { const data = Buffer.concat(parts); return Buffer.concat([number(data.length + 8), Buffer.from(kind, 'latin1'), data]); };
  const size = box('ispe', number(0), number(width), number(height));
  return Buffer.concat([box('ftyp', Buffer.from('heic', 'latin1'), number(0)), box('meta', number(0), box('iprp', box('ipco', size)))]);
}
