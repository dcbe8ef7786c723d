// Weight files: fetched once, verified, and refused with a message when they are not what they should be.
import assert from 'node:assert/strict';
import { test } from './harness/registry.mjs';
import { ofTwoMinds } from './harness/made.mjs';
import { assertMessage, assertTop } from './harness/tab.mjs';
import { picture } from './images/picture.mjs';
import { png } from './images/png.mjs';

for (const [name, change] of [
  ['cut short', (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2))],
  ['with one wrong byte', (bytes) => {
    const wrong = Buffer.from(bytes);
    wrong[Math.floor(wrong.length / 2)] ^= 1;
    return wrong;
  }],
  ['that is empty', () => Buffer.alloc(0)],
  ['that is a page of text', () => Buffer.from('<!doctype html><title>404 not found</title>')],
]) {
  test(`a weight file ${name} is refused, by name and with what was expected`, { seconds: 60 }, async (scene) => {
    const [first] = scene.backbones;
    const tab = await scene.open('device=cpu', { site: scene.site({ weights: change }) });
    const text = await tab.until('a message about the weight file', async () => {
      const { messages } = await tab.state();
      return messages.find(({ kind }) => kind === 'weight-file' || kind === 'network')?.text;
    }, 40);
    assertMessage(text, { names: first.file, cure: /again|connection/ });
  });
}

test('the weight file of another network is refused', { seconds: 60 }, async (scene) => {
  const found = scene.backbones;
  const other = scene.weights(found.at(-1));
  const tab = await scene.open(`device=cpu&backbone=${found[0].name}`, { site: scene.site({ weights: (bytes, name) => (name === found[0].file ? other : bytes) }) });
  assertMessage(await tab.message('weight-file', 40), { names: found[0].file, expected: found[0].sha256, found: found.at(-1).sha256 });
});

test('a backbone that fails to load leaves the one before in use', { seconds: 90 }, async (scene) => {
  const found = scene.backbones;
  const [good, bad] = found;
  const tab = await scene.open(`device=cpu&backbone=${good.name}`, { site: scene.site({ weights: (bytes, name) => (name === bad.file ? bytes.subarray(0, 1000) : bytes) }) });
  assertTop(await tab.classify(scene.write('before.png', png(picture()))));
  await tab.page.select('[data-testid="backbone"]', bad.name);
  assertMessage(await tab.message('weight-file', 30), { names: bad.file });
  await tab.give(scene.write('after.png', png(picture(200, 150))));
  (await tab.photos(2)).forEach(assertTop);
});

test('a network that no address has is reported with the ones that are there', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu&backbone=no-such-network');
  const { messages } = await tab.until('a message or a default', async () => {
    const state = await tab.state();
    return state.messages.length && state;
  }, 30);
  assert.ok(messages.some(({ text }) => text.includes('no-such-network')), `it is named: ${JSON.stringify(messages)}`);
  assertTop(await tab.classify(scene.write('anyway.png', png(picture()))));
});

// Sent with no-store, as everything that is changed on its way: no browser keeps it by itself, so that what is kept the page keeps.
const unchanged = (bytes) => bytes;

test('the weights are fetched once and kept', { seconds: 90 }, async (scene) => {
  const site = scene.site({ weights: unchanged });
  const first = await scene.open('device=cpu', { site });
  assertTop(await first.classify(scene.write('first.png', png(picture()))));
  const fetched = () => site.asked.filter((file) => file.endsWith('.safetensors')).length;
  assert.equal(fetched(), 1, `weight files asked for: ${site.asked}`);
  await first.page.close();
  const second = await scene.open('device=cpu', { site, context: first.context });
  assertTop(await second.classify(scene.write('second.png', png(picture()))));
  assert.equal(fetched(), 1, 'not again on the second visit');
});

test('a kept weight file that was spoilt is fetched anew, and kept', { seconds: 90 }, async (scene) => {
  const [card] = scene.backbones;
  const site = scene.site({ weights: unchanged });
  const first = await scene.open('device=cpu', { site });
  assertTop(await first.classify(scene.write('first.png', png(picture()))));
  /** What the browser keeps under the file's name: its length and checksum. `spoil`: first puts other bytes there. */
  const kept = (tab, spoil) => tab.page.evaluate(async (name, isSpoilt) => {
    for (const key of await caches.keys()) {
      const cache = await caches.open(key);
      const request = (await cache.keys()).find(({ url }) => url.endsWith(`models/${name}`));
      if (!request) continue;
      if (isSpoilt) {
        const bytes = new Uint8Array(await (await cache.match(request)).arrayBuffer());
        bytes[bytes.length >> 1] ^= 1;
        await cache.put(request, new Response(bytes));
      }
      const bytes = await (await cache.match(request)).arrayBuffer();
      const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return { bytes: bytes.byteLength, sha256: Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('') };
    }
    return null;
  }, card.file, spoil);
  const whole = { bytes: card.bytes, sha256: card.sha256 };
  assert.deepEqual(await first.until('a copy that is kept', () => kept(first, false), 10), whole);
  assert.notEqual((await kept(first, true)).sha256, card.sha256);
  await first.page.close();

  const second = await scene.open('device=cpu', { site, context: first.context });
  assertTop(await second.classify(scene.write('second.png', png(picture()))));
  assert.equal(site.asked.filter((file) => file.endsWith(card.file)).length, 2, 'the copy was refused, and the file asked for again');
  assert.deepEqual((await second.state()).messages, [], 'nothing that a person would have to do');
  assert.deepEqual(await second.until('a copy that is kept again', async () => {
    const copy = await kept(second, false);
    return copy?.sha256 === card.sha256 && copy;
  }, 10), whole);
});

test('a person brings a weight file of their own', { seconds: 60 }, async (scene) => {
  const own = scene.backbones.find(({ name }) => name === scene.quick);
  const bytes = scene.weights(own);
  const tab = await scene.open('device=cpu');
  await tab.device();
  const input = await tab.until('the input for weights', () => tab.find('weights-input'));
  await input.uploadFile(scene.write('mine.safetensors', bytes));
  const chosen = () => tab.page.$eval('[data-testid="backbone"]', (select) => select.selectedOptions[0]?.textContent);
  await tab.until('its name in the chooser', async () => (await chosen()).includes('mine.safetensors'), 30);
  assertTop(await tab.classify(scene.write('with mine.png', png(picture()))));

  await (await tab.find('weights-input')).uploadFile(scene.write('broken.safetensors', bytes.subarray(0, 5000)));
  assertMessage(await tab.message('weight-file', 30), { names: 'broken.safetensors', expected: 'weight file', found: /5.?000 bytes/, cure: /again/ });
  // Dropped among photos it is taken for what it is.
  await tab.give(scene.write('no weights.safetensors', Buffer.from('nothing')), scene.write('another.png', png(picture(100, 90))));
  (await tab.photos(2)).forEach(assertTop);
  await tab.until('a message about it', async () => (await tab.message('weight-file', 30)).includes('no weights.safetensors'), 30);
  // One network by its own account, another by its tensors.
  await (await tab.find('weights-input')).uploadFile(scene.write('of two minds.safetensors', ofTwoMinds()));
  const text = await tab.until('a message about it', async () => {
    const said = await tab.message('weight-file', 30);
    return said.includes('of two minds') && said;
  }, 30);
  assertMessage(text, { names: 'of two minds.safetensors', expected: 'tensors of a MobileNetV1', found: 'tensors of a MobileNetV2' });
  assert.ok((await chosen()).includes('mine.safetensors'), 'the one before stays in use');
});

test('a download shows bar, count, rate and time left, can be stopped, and taken up again', { seconds: 90 }, async (scene) => {
  const card = scene.backbones.find(({ name }) => name === scene.quick);
  const site = scene.site({ slow: card.bytes / 30 }); // half a minute
  const tab = await scene.open(`device=cpu&backbone=${card.name}`, { site });
  const progress = () => tab.page.evaluate(() => {
    const bar = document.querySelector('[data-testid="fetching"]');
    const words = bar?.parentElement.textContent.replace(/\s+/g, ' ');
    const fill = bar?.querySelector('.bar-fill').getBoundingClientRect().width / bar?.getBoundingClientRect().width;
    return bar && { role: bar.getAttribute('role'), name: bar.getAttribute('aria-label'), now: Number(bar.getAttribute('aria-valuenow')), words, fill };
  });
  const seen = await tab.until('a download with its rate', async () => {
    const found = await progress();
    return found && /left/.test(found.words) && found.now > 0 && found;
  }, 40);
  assert.equal(seen.role, 'progressbar');
  assert.ok(seen.name.includes(card.file), seen.name);
  assert.match(seen.words, /[\d.]+ [kM]?B of [\d.]+ [kM]?B · [\d.]+ [kM]?B\/s · .*\d+ s left/);
  assert.ok(Math.abs(seen.fill - seen.now / 100) < 0.1, `the bar is ${seen.fill} of its room at ${seen.now} percent`);

  await (await tab.find('stop-fetching')).evaluate((button) => button.click());
  assert.match(await tab.message('stopped', 10), new RegExp(card.file.replaceAll('.', '\\.')));
  await tab.until('no progress', async () => !(await progress()), 5);
  site.faults.slow = undefined;
  await (await tab.find('fetch')).evaluate((button) => button.click());
  assertTop(await tab.classify(scene.write('after all.png', png(picture())), 60));
});

test('with nothing but the project the page classifies with its own network', { seconds: 60 }, async (scene) => {
  const own = scene.backbones.filter(({ name }) => name === 'graft-small');
  assert.equal(own.length, 1, 'it is part of the project');
  const tab = await scene.open('device=cpu', { site: scene.site({ files: { 'models/index.json': Buffer.from(JSON.stringify(own)) } }) });
  assertTop(await tab.classify(scene.write('own.png', png(picture()))));
  assert.deepEqual((await tab.state()).messages, []);
});

test('without any network the page says what is missing and how to get it', { seconds: 40 }, async (scene) => {
  const tab = await scene.open('device=cpu', { site: scene.site({ files: { 'models/index.json': Buffer.from('[]') } }) });
  const text = await tab.until('a message', async () => (await tab.state()).messages[0]?.text, 30);
  assert.match(text, /network|backbone|weight|models/i);
  await tab.until('the drop zone', () => tab.find('drop-zone'));
});
