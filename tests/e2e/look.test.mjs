// Photos in, classes out: the first thing a visitor does.
import assert from 'node:assert/strict';
import { picture } from './images/picture.mjs';
import { png } from './images/png.mjs';
import { jpeg } from './images/jpeg.mjs';
import { goldenPhotos } from './harness/golden.mjs';
import { test } from './harness/registry.mjs';
import { assertSame, assertTop } from './harness/tab.mjs';

// The reference read the same JPEG files with another decoder and another resizer.
const TOLERANCE = 0.03;

function assertReference(card, { name, top }) {
  assertTop(card);
  assert.equal(card.top[0].id, top[0].id, `${name}: the top class is ${top[0].label}, found ${card.top[0].label}`);
  for (const expected of top) {
    const found = card.top.find(({ id }) => id === expected.id);
    // A class at the edge of the five may change places with the sixth.
    if (!found) assert.ok(expected.probability - card.top[4].probability <= TOLERANCE, `${name}: ${expected.label} is among the five`);
    else assert.ok(Math.abs(found.probability - expected.probability) <= TOLERANCE, `${name}: ${expected.label} has ${expected.probability}, found ${found.probability}`);
  }
}

for (const device of ['cpu', 'gpu']) {
  test(`the eight photos' classes on the ${device}`, { seconds: 180 }, async (scene) => {
    const photos = goldenPhotos('mobilenet-v2');
    const tab = await scene.open(`device=${device}&backbone=${scene.published('mobilenet-v2').name}`);
    assert.equal(await tab.device(), device === 'gpu' ? 'WebGPU' : 'CPU');
    await tab.give(...photos.map(({ file }) => file));
    const cards = await tab.photos(photos.length, 150);
    assert.equal(cards.length, photos.length);
    for (const photo of photos) {
      // Two of the files have names of the same form; the cards stand in the order in which the files were given, whatever it is.
      const named = cards.filter((card) => photo.name.endsWith(card.photo));
      const best = named.find((card) => card.top[0]?.id === photo.top[0].id) ?? named[0];
      assert.ok(best, `a card for ${photo.name}`);
      assertReference(best, photo);
    }
  });
}

test('a drawn picture has the same classes on both devices', { seconds: 120 }, async (scene) => {
  const file = scene.write('drawn.jpg', jpeg(picture(320, 240)));
  const cards = [];
  for (const device of ['cpu', 'gpu']) {
    const tab = await scene.open(`device=${device}`);
    assert.equal(await tab.device(), device === 'gpu' ? 'WebGPU' : 'CPU');
    cards.push(await tab.classify(file, 90));
  }
  assertSame(cards[1], cards[0], 0.005);
});

test('photos in two portions, the second while the first is at work', { seconds: 90 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  const files = Array.from({ length: 12 }, (_, i) => scene.write(`photo ${i}.png`, png(picture(80 + i, 60))));
  await tab.give(...files.slice(0, 6));
  await tab.give(...files.slice(6));
  const cards = await tab.photos(12);
  assert.equal(cards.length, 12);
  cards.forEach(assertTop);
});

test('another backbone by its address, and by the chooser', { seconds: 90 }, async (scene) => {
  const [first, second] = scene.backbones;
  const tab = await scene.open(`device=cpu&backbone=${second.name}`);
  const chosen = () => tab.page.$eval('[data-testid="backbone"]', (select) => select.value);
  const fetched = () => tab.site.asked.filter((name) => name.endsWith('.safetensors')).map((name) => name.replace('models/', ''));
  assertTop(await tab.classify(scene.write('drawn.png', png(picture()))));
  assert.equal(await chosen(), second.name);
  assert.deepEqual(fetched(), [second.file], 'only its weights were fetched');
  await tab.page.select('[data-testid="backbone"]', first.name);
  await tab.until('the other weights', () => fetched().length === 2);
  await tab.give(scene.write('again.png', png(picture(200, 100))));
  (await tab.photos(2)).forEach(assertTop);
  assert.deepEqual(fetched(), [second.file, first.file]);
});
