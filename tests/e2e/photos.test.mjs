// Every format, and everything odd, damaged or huge that a person may drop: a message for that file, and the rest goes on.
import assert from 'node:assert/strict';
import { cmykJpeg, greyJpeg, jpeg } from './images/jpeg.mjs';
import { bmp, gif, WEB_SAFE, webp } from './images/others.mjs';
import { grey, mapped, picture, turned } from './images/picture.mjs';
import { bomb, GREY, png, png16, pngOfRows } from './images/png.mjs';
import { test } from './harness/registry.mjs';
import { assertFailed, assertSame, assertTop } from './harness/tab.mjs';

/** Gives files (name → bytes) to a page on the CPU and gives their cards by name. */
async function look(scene, files, seconds = 60) {
  const tab = await scene.open('device=cpu');
  await tab.give(...Object.entries(files).map(([name, bytes]) => scene.write(name, bytes)));
  const cards = await tab.photos(Object.keys(files).length, seconds);
  return { tab, cards: Object.fromEntries(cards.map((card) => [card.photo, card])) };
}

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
  const upright = await tab.page.evaluate(() => [...document.querySelectorAll('[data-testid="prediction"]')].map((card) => {
    const image = card.querySelector('img, canvas');
    return image && (image.naturalHeight ?? image.height) > (image.naturalWidth ?? image.width);
  }));
  const names = await tab.page.evaluate(() => [...document.querySelectorAll('[data-testid="prediction"]')].map((card) => card.dataset.photo));
  assert.deepEqual(Object.fromEntries(names.map((name, i) => [name, upright[i]])), { 'turned by its camera.jpg': true, 'turned.jpg': true, 'as the sensor lay.jpg': false });
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
  assertFailed(cards['letter.jpg'], 'not-an-image');
  assertFailed(cards['page.png'], 'not-an-image');
  assertFailed(cards['empty.jpg'], 'not-an-image');
  for (const name of ['cut short.jpg', 'cut short.png', 'only a head.jpg', 'noise.webp']) assertFailed(cards[name], 'damaged-image');
  for (const name of ['letter.jpg', 'empty.jpg', 'cut short.jpg']) {
    const text = cards[name].messages[0].text;
    assert.match(text, /expected .*found |.{30}/i, `${name}: says what was expected and found`);
  }
  assertTop(cards['one pixel.png']);
  assertTop(cards['one line.png']);
  assertTop(cards['a narrow strip.jpg']);
  assertTop(cards['good.jpg']);
});

test('a decompression bomb is refused before it is decoded, with the limit named', { seconds: 90 }, async (scene) => {
  const from = Date.now();
  const { cards } = await look(scene, { 'bomb.png': bomb(), 'good.png': png(picture()) }, 45);
  assertFailed(cards['bomb.png'], 'too-large');
  const text = cards['bomb.png'].messages[0].text;
  assert.match(text, /20.?000/, 'its size is named');
  assert.match(text, /120/, 'the limit is named');
  assertTop(cards['good.png']);
  assert.ok(Date.now() - from < 45_000);
});

test('121 megapixels are refused and 50 are not', { seconds: 120 }, async (scene) => {
  const blank = (width, height) => pngOfRows(width, height, 1, GREY, (y) => Buffer.alloc(Math.ceil(width / 8), y % 64 < 32 ? 0xff : 0));
  const { cards } = await look(scene, { 'large.png': blank(8660, 5774), 'too large.png': blank(11_000, 11_000) }, 90);
  assertTop(cards['large.png']);
  assertFailed(cards['too large.png'], 'too-large');
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
  assert.ok(await tab.message('duplicate', 10));
  const cards = await tab.photos(2);
  assert.equal(cards.length, 2);
  cards.forEach(assertTop);
});
