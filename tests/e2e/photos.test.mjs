// Every format, and everything odd, damaged or huge that a person may drop: a message for that file, and the rest goes on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cmykJpeg, coloursHalved, greyJpeg, jpeg, largeJpeg } from './images/jpeg.mjs';
import { bmp, gif, heicHeader, WEB_SAFE, webp } from './images/others.mjs';
import { grey, magnified, mapped, picture, shrunk, turned } from './images/picture.mjs';
import { bomb, GREY, png, png16, pngOfRows } from './images/png.mjs';
import { ROOT, test } from './harness/registry.mjs';
import { assertFailed, assertMessage, assertSame, assertTop } from './harness/tab.mjs';

/** Gives files (name → bytes) to a page on the CPU and gives their cards by name. */
async function look(scene, files, seconds = 60) {
  const tab = await scene.open('device=cpu');
  await tab.give(...Object.entries(files).map(([name, bytes]) => scene.write(name, bytes)));
  const cards = await tab.photos(Object.keys(files).length, seconds);
  return { tab, cards: Object.fromEntries(cards.map((card) => [card.photo, card])) };
}

/** By name, whether a card's picture is higher than wide. */
const upright = async (tab) => Object.fromEntries(await tab.page.evaluate(() => [...document.querySelectorAll('[data-testid="prediction"]')].map((card) => {
  const image = card.querySelector('img, canvas');
  return [card.dataset.photo, image && (image.naturalHeight ?? image.height) > (image.naturalWidth ?? image.width)];
})));

test('every format says the same of the same picture', { seconds: 120 }, async (scene) => {
  const drawn = picture();
  const pale = mapped(drawn, ([r, g, b]) => [WEB_SAFE(r), WEB_SAFE(g), WEB_SAFE(b), 255]);
  const negative = mapped(pale, ([r, g, b]) => [255 - r, 255 - g, 255 - b, 255]);
  const { cards } = await look(scene, {
    'picture.png': png(drawn),
    'sixteen bits.png': png16(drawn),
    'opaque.png': png(drawn, { alpha: true }),
    'picture.jpg': jpeg(drawn),
    'picture.bmp': bmp(drawn),
    'picture.webp': webp(drawn),
    'inks.jpg': cmykJpeg(drawn),
    'palette.png': png(pale),
    'animated.gif': gif([pale, negative]),
    'grey.png': png(grey(drawn)),
    'grey.jpg': greyJpeg(grey(drawn)),
  });
  for (const name of ['sixteen bits.png', 'opaque.png', 'picture.bmp', 'picture.webp']) assertSame(cards[name], cards['picture.png'], 0.001);
  for (const name of ['picture.jpg', 'inks.jpg']) assertSame(cards[name], cards['picture.png']);
  assertSame(cards['animated.gif'], cards['palette.png'], 0.001); // its first frame
  assertSame(cards['grey.jpg'], cards['grey.png']);
});

test('a JPEG that a camera held upright turned is seen as a person sees it', {}, async (scene) => {
  const drawn = picture();
  const { cards, tab } = await look(scene, { 'turned by its camera.jpg': jpeg(drawn, { orientation: 6 }), 'turned.jpg': jpeg(turned(drawn)), 'as the sensor lay.jpg': jpeg(drawn) });
  assertSame(cards['turned by its camera.jpg'], cards['turned.jpg']);
  assert.deepEqual(await upright(tab), { 'turned by its camera.jpg': true, 'turned.jpg': true, 'as the sensor lay.jpg': false });
});

/** The pixels of a card's thumbnail, which the engine cuts from what it decoded: RGBA. */
const thumbnail = async (tab, name) => {
  const { width, height, base64 } = await tab.page.evaluate(async (photo) => {
    const image = [...document.querySelectorAll('[data-testid="prediction"]')].find(({ dataset }) => dataset.photo === photo).querySelector('img');
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let text = '';
    for (let at = 0; at < data.length; at += 4096) text += String.fromCharCode(...data.subarray(at, at + 4096));
    return { width: canvas.width, height: canvas.height, base64: btoa(text) };
  }, name);
  return { width, height, pixels: Buffer.from(base64, 'base64') };
};

// What a thumbnail's own JPEG and its resampling change, of 255: little in the mean, and much only at edges.
const MEAN_CHANGE = 4;
const [LARGE_CHANGE, LARGE_CHANGES] = [64, 0.02];

/** Asserts that a card's photo was decoded to this picture: its thumbnail shows it, the right way up, in its colours, to the last row. */
async function assertShows(tab, name, image) {
  const shown = await thumbnail(tab, name);
  const expected = shrunk(image, shown.width, shown.height);
  assert.ok(Math.abs(shown.width / shown.height / (image.width / image.height) - 1) < 0.01, `${name}: a thumbnail of ${shown.width} × ${shown.height} for ${image.width} × ${image.height}`);
  let [sum, large] = [0, 0];
  for (let at = 0; at < shown.pixels.length; at += 4) {
    const changes = [0, 1, 2].map((channel) => Math.abs(shown.pixels[at + channel] - expected.pixels[at + channel]));
    sum += changes[0] + changes[1] + changes[2];
    large += Math.max(...changes) > LARGE_CHANGE;
  }
  const count = shown.width * shown.height;
  const [mean, share] = [sum / count / 3, large / count];
  assert.ok(mean <= MEAN_CHANGE && share <= LARGE_CHANGES, `${name}: its thumbnail differs from the picture by ${mean.toFixed(2)} of 255 in the mean, at most ${MEAN_CHANGE} expected, and by more than ${LARGE_CHANGE} in ${(share * 100).toFixed(1)} % of its pixels`);
}

// Above four million pixels a JPEG is decoded by the browser, scaled down, and turned by the engine; each pixel of the drawing is a square of eight by
// eight there. What it is compared with has the same edges, the same colours, and few enough pixels that our own decoder takes it.
// Each scales in a way of its own, and of a drawing the network is sure of nothing: a tenth was seen. That it is the same picture is seen by its pixels.
const BROWSERS = 0.15;

test('a large JPEG is seen the same: turned by its camera, of inks, and as it is', { seconds: 120 }, async (scene) => {
  const drawn = picture(300, 226); // 2400 × 1808 pixels of the file
  const whole = largeJpeg(drawn);
  const halved = coloursHalved(drawn);
  const { cards, tab } = await look(scene, {
    'large.jpg': whole,
    'colours halved.jpg': largeJpeg(drawn, { halved: true }),
    'turned by its camera.jpg': largeJpeg(drawn, { orientation: 6 }),
    'turned.jpg': largeJpeg(turned(drawn)),
    'inks.jpg': largeJpeg(drawn, { cmyk: true }),
    'reference.png': png(magnified(drawn, 4)),
    'reference, halved.png': png(magnified(halved, 4)),
    'cut short.jpg': whole.subarray(0, Math.floor(whole.length / 2)),
  }, 90);
  for (const name of ['large.jpg', 'inks.jpg']) {
    await assertShows(tab, name, drawn);
    assertSame(cards[name], cards['reference.png'], BROWSERS);
  }
  await assertShows(tab, 'colours halved.jpg', halved);
  assertSame(cards['colours halved.jpg'], cards['reference, halved.png'], BROWSERS);
  for (const name of ['turned by its camera.jpg', 'turned.jpg']) await assertShows(tab, name, turned(drawn));
  assertSame(cards['turned by its camera.jpg'], cards['turned.jpg']);
  assertFailed(cards['cut short.jpg'], 'damaged-image', { expected: 'a whole JPEG image' });
  const shown = await upright(tab);
  assert.deepEqual([shown['turned by its camera.jpg'], shown['turned.jpg'], shown['large.jpg']], [true, true, false]);
});

test('fifty megapixels of a camera, 4:2:0, are a photo like any other', { seconds: 120 }, async (scene) => {
  const drawn = picture(1024, 768); // 8192 × 6144 pixels of the file
  const halved = coloursHalved(drawn);
  const { cards, tab } = await look(scene, { 'fifty.jpg': largeJpeg(drawn, { halved: true }), 'reference.png': png(halved) }, 90);
  await assertShows(tab, 'fifty.jpg', halved);
  assertSame(cards['fifty.jpg'], cards['reference.png'], BROWSERS);
});

test('what only browsers decode: AVIF says the same as PNG, HEIC says who can read it', { seconds: 60 }, async (scene) => {
  const { cards } = await look(scene, {
    'still life.avif': readFileSync(path.join(ROOT, 'tests/data/still_life.avif')), // drawn by tests/data/draw_avif.py
    'still life.png': png(picture(240, 160)),
    'from a phone.heic': heicHeader(),
  });
  assertSame(cards['still life.avif'], cards['still life.png'], 0.15); // AVIF loses more than JPEG of the other files
  assertFailed(cards['from a phone.heic'], 'not-an-image', { found: 'HEIC', cure: 'Safari' });
});

test('what is transparent is laid on a ground, and still has classes', {}, async (scene) => {
  const drawn = picture();
  const { cards } = await look(scene, {
    'half there.png': png(mapped(drawn, ([r, g, b], x) => [r, g, b, x < 120 ? 255 : 90]), { alpha: true }),
    'nothing there.png': png(mapped(drawn, ([r, g, b]) => [r, g, b, 0]), { alpha: true }),
  });
  assertTop(cards['half there.png']);
  assertTop(cards['nothing there.png']);
});

test('what is no image, or damaged, or empty has a message of its own, and the rest goes on', {}, async (scene) => {
  const drawn = picture();
  const whole = jpeg(drawn);
  const { cards } = await look(scene, {
    'letter.jpg': Buffer.from('Dear reader, this is a letter and not a photo.\n'.repeat(20)),
    'page.png': Buffer.from('<!doctype html><title>404</title>'),
    'empty.jpg': Buffer.alloc(0),
    'cut short.jpg': whole.subarray(0, Math.floor(whole.length / 3)),
    'cut short.png': png(drawn).subarray(0, 2000),
    'only a head.jpg': whole.subarray(0, 20),
    'noise.webp': Buffer.concat([webp(drawn).subarray(0, 30), Buffer.alloc(400, 0xa5)]),
    'one pixel.png': png(picture(1, 1)),
    'one line.png': png(picture(400, 1)),
    'a narrow strip.jpg': jpeg(picture(8, 400)),
    'good.jpg': whole,
  });
  assertFailed(cards['letter.jpg'], 'not-an-image', { expected: 'JPEG, PNG, WebP, GIF or BMP', found: 'a text' });
  assertFailed(cards['page.png'], 'not-an-image', { found: 'an HTML page' });
  assertFailed(cards['empty.jpg'], 'not-an-image', { found: '0 bytes', cure: /again/ });
  for (const name of ['cut short.jpg', 'cut short.png', 'only a head.jpg', 'noise.webp']) assertFailed(cards[name], 'damaged-image', { expected: 'a whole' });
  assertTop(cards['one pixel.png']);
  assertTop(cards['one line.png']);
  assertTop(cards['a narrow strip.jpg']);
  assertTop(cards['good.jpg']);
});

test('a decompression bomb is refused before it is decoded, with the limit named', { seconds: 90 }, async (scene) => {
  const from = Date.now();
  const { cards } = await look(scene, { 'bomb.png': bomb(), 'good.png': png(picture()) }, 45);
  assertFailed(cards['bomb.png'], 'too-large', { expected: '120 million pixels', found: /20.?000/, cure: /Scale it down/ });
  assertTop(cards['good.png']);
  assert.ok(Date.now() - from < 45_000);
});

test('121 megapixels are refused and 50 are not', { seconds: 120 }, async (scene) => {
  const blank = (width, height) => pngOfRows(width, height, 1, GREY, (y) => Buffer.alloc(Math.ceil(width / 8), y % 64 < 32 ? 0xff : 0));
  const { cards } = await look(scene, { 'large.png': blank(8660, 5774), 'too large.png': blank(11_000, 11_000) }, 90);
  assertTop(cards['large.png']);
  assertFailed(cards['too large.png'], 'too-large', { expected: '120 million pixels', found: /11.?000 × 11.?000, which is 121 million/, cure: /Scale it down/ });
});

test('five hundred photos at once', { seconds: 300 }, async (scene) => {
  const tab = await scene.open(`device=cpu&backbone=${scene.quick}`);
  const files = Array.from({ length: 500 }, (_, i) => scene.write(`photo ${i}.png`, i === 250 ? Buffer.from('no photo') : png(picture(40 + (i % 20), 32))));
  await tab.give(...files);
  // The page must answer while it works.
  const from = Date.now();
  await tab.page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => done()); }));
  assert.ok(Date.now() - from < 5000, `the page painted after ${Date.now() - from} ms`);
  const cards = await tab.photos(500, 270);
  assert.equal(cards.length, 500);
  assert.deepEqual(cards.filter(({ state }) => state === 'failed').map(({ photo }) => photo), ['photo 250.png']);
});

test('the same file twice is kept once, and the page says so; another of the same name is another', {}, async (scene) => {
  const tab = await scene.open('device=cpu');
  const file = scene.write('twice.png', png(picture()));
  await tab.give(file);
  await tab.photos(1);
  await tab.give(file, scene.write('twice.png', png(picture(200, 150)), 'another folder'));
  assertMessage(await tab.message('duplicate', 10), { names: 'twice.png', found: 'the same name, size and date', cure: 'kept once' });
  const cards = await tab.photos(2);
  assert.equal(cards.length, 2);
  cards.forEach(assertTop);
});
