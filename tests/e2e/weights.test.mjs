// Weight files: fetched once, verified, and refused with a message when they are not what they should be.
import assert from 'node:assert/strict';
import { test } from './harness/registry.mjs';
import { assertTop } from './harness/tab.mjs';
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
    assert.ok(text.includes(first.file) || text.includes(first.title) || text.includes(first.name), `the message names the file: ${text}`);
  });
}

test('the weight file of another network is refused', { seconds: 60 }, async (scene) => {
  const found = scene.backbones;
  const other = scene.weights(found.at(-1));
  const tab = await scene.open(`device=cpu&backbone=${found[0].name}`, { site: scene.site({ weights: (bytes, name) => (name === found[0].file ? other : bytes) }) });
  assert.ok(await tab.message('weight-file', 40));
});

test('a backbone that fails to load leaves the one before in use', { seconds: 90 }, async (scene) => {
  const found = scene.backbones;
  const [good, bad] = found;
  const tab = await scene.open(`device=cpu&backbone=${good.name}`, { site: scene.site({ weights: (bytes, name) => (name === bad.file ? bytes.subarray(0, 1000) : bytes) }) });
  assertTop(await tab.classify(scene.write('before.png', png(picture()))));
  await tab.page.select('[data-testid="backbone"]', bad.name);
  assert.ok(await tab.message('weight-file', 30));
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

test('the weights are fetched once and kept', { seconds: 90 }, async (scene) => {
  const site = scene.site();
  const first = await scene.open('device=cpu', { site });
  assertTop(await first.classify(scene.write('first.png', png(picture()))));
  const fetched = () => site.asked.filter((file) => file.endsWith('.safetensors')).length;
  assert.equal(fetched(), 1, `weight files asked for: ${site.asked}`);
  await first.page.close();
  const second = await scene.open('device=cpu', { site, context: first.context });
  assertTop(await second.classify(scene.write('second.png', png(picture()))));
  assert.equal(fetched(), 1, 'not again on the second visit');
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
  assert.match(await tab.message('weight-file', 30), /broken\.safetensors/);
  // Dropped among photos it is taken for what it is.
  await tab.give(scene.write('no weights.safetensors', Buffer.from('nothing')), scene.write('another.png', png(picture(100, 90))));
  (await tab.photos(2)).forEach(assertTop);
  await tab.until('a message about it', async () => (await tab.message('weight-file', 30)).includes('no weights.safetensors'), 30);
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
