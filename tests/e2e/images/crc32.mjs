// CRC-32 (ISO/IEC 15948, annex D), which PNG and zip share; Node has one of its own from 20.15 on.
import * as zlib from 'node:zlib';

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

/** The checksum of `bytes`, an unsigned number. */
export const crc32 = zlib.crc32 ?? ((bytes) => ~bytes.reduce((crc, byte) => TABLE[(crc ^ byte) & 255] ^ (crc >>> 8), ~0) >>> 0);
