// PNG files (ISO/IEC 15948), written by hand so that odd ones can be made.
import { deflateSync } from 'node:zlib';
import { crc32 } from './crc32.mjs';

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  body.copy(result, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
export const GREY = 0;
export const RGB = 2;
export const RGBA = 6;

/** A PNG from its raw rows (each without its filter byte). */
export function pngOfRows(width, height, depth, colour, row) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  const length = row(0).length + 1;
  const raw = Buffer.alloc(length * height);
  for (let y = 0; y < height; y += 1) raw.set(row(y), y * length + 1);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))]);
}

/** An 8-bit PNG; `alpha` keeps the fourth channel. */
export function png({ width, height, pixels }, { alpha = false } = {}) {
  const channels = alpha ? 4 : 3;
  return pngOfRows(width, height, 8, alpha ? RGBA : RGB, (y) => {
    const row = Buffer.alloc(width * channels);
    for (let x = 0; x < width; x += 1) pixels.copy(row, x * channels, (y * width + x) * 4, (y * width + x) * 4 + channels);
    return row;
  });
}

/** A 16-bit RGB PNG. */
export function png16({ width, height, pixels }) {
  return pngOfRows(width, height, 16, RGB, (y) => {
    const row = Buffer.alloc(width * 6);
    for (let i = 0; i < width * 3; i += 1) row.writeUInt16BE(pixels[(y * width + Math.floor(i / 3)) * 4 + (i % 3)] * 257, i * 2);
    return row;
  });
}

/** A small file that claims, and truly unpacks to, a huge picture: one bit a pixel, all black. */
export function bomb(side = 20_000) {
  const row = Buffer.alloc(Math.ceil(side / 8));
  return pngOfRows(side, side, 1, GREY, () => row);
}
