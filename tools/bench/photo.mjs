// The photos that are measured with, drawn here: by Chromium's canvas, whose JPEG encoder is the one of most cameras' software (libjpeg).
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withPage } from './browser.mjs';

/** Runs in a page: a landscape of light, edges and grain, as JPEG in base64. Deterministic. */
async function draw({ width, height, quality }) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    return state / 2 ** 32;
  };
  const sky = context.createLinearGradient(0, 0, width, height);
  sky.addColorStop(0, '#9fc4e8');
  sky.addColorStop(0.5, '#f2e3c6');
  sky.addColorStop(1, '#41603a');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (let i = 0; i < 900; i += 1) {
    const size = width * 0.12 * random() ** 3 + width / 400;
    context.fillStyle = `hsl(${360 * random()} ${20 + 50 * random()}% ${20 + 60 * random()}% / ${0.4 + 0.6 * random()})`;
    context.beginPath();
    context.ellipse(width * random(), height * random(), size, size * (0.3 + random()), Math.PI * random(), 0, 2 * Math.PI);
    context.fill();
  }
  // A sensor's grain: much the same in all three colours, a little more in the dark.
  const image = context.getImageData(0, 0, width, height);
  const pixels = image.data;
  for (let at = 0; at < pixels.length; at += 4) {
    const amplitude = 24 - pixels[at + 1] / 32;
    const shared = random() + random() - 1;
    for (let colour = 0; colour < 3; colour += 1) pixels[at + colour] += amplitude * (shared + 0.3 * (random() - 0.5));
  }
  context.putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.readAsDataURL(blob);
  });
}

/** A JPEG's frame header: `{ width, height, sampling }`, the sampling factors of its components as "2x2 1x1 1x1" (that is 4:2:0). */
export function frameOf(jpeg) {
  for (let at = 2; at + 4 <= jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg[at + 1];
    if (marker < 0xc0 || marker > 0xc2) continue; // SOF0 to SOF2 (ITU-T T.81, B.2.2)
    const factors = Array.from({ length: jpeg[at + 9] }, (_, i) => jpeg[at + 11 + 3 * i]);
    return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7), sampling: factors.map((f) => `${f >> 4}x${f & 15}`).join(' ') };
  }
  throw new Error('a JPEG without a frame header');
}

const KINDS = {
  small: { width: 640, height: 480, quality: 0.9, bytes: [10e3, 300e3] },
  // 12 megapixels, and about as many bytes as a camera writes for them.
  large: { width: 4000, height: 3000, quality: 0.9, bytes: [3e6, 6e6] },
};

/** Draws a photo, `small` or `large`, into `folder` and gives its path; asserts that it is what it should be. */
export async function photo(kind, folder, chromium) {
  const { width, height, quality, bytes } = KINDS[kind];
  const jpeg = Buffer.from(await withPage(chromium, 60, (page) => page.evaluate(draw, { width, height, quality })), 'base64');
  const [frame, wanted] = [frameOf(jpeg), { height, width, sampling: '2x2 1x1 1x1' }].map((value) => JSON.stringify(value));
  if (frame !== wanted) throw new Error(`the ${kind} photo: expected ${wanted}, found ${frame}`);
  if (jpeg.length < bytes[0] || jpeg.length > bytes[1]) throw new Error(`the ${kind} photo: expected ${bytes.join(' to ')} bytes, found ${jpeg.length}`);
  const file = path.join(folder, `${kind}-${width}x${height}.jpg`);
  writeFileSync(file, jpeg);
  return file;
}

/** Copies of a photo that differ in a comment alone, so that none counts as the same file twice. */
export function copies(file, count) {
  const jpeg = readFileSync(file);
  return Array.from({ length: count }, (_, i) => {
    const name = file.replace(/\.jpg$/, `-${i + 1}.jpg`);
    const comment = Buffer.from([0xff, 0xfe, 0, 3, i]);
    writeFileSync(name, Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]));
    return name;
  });
}
