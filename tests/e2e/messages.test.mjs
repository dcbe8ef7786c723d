// Every message says four things: what it concerns, what was expected, what was found, and what to do. Those of photos and weight files are
// looked at in their own files; here are the rest.
import assert from 'node:assert/strict';
import * as faults from './harness/faults.mjs';
import { test } from './harness/registry.mjs';
import { assertMessage, assertTop } from './harness/tab.mjs';
import { picture } from './images/picture.mjs';
import { png } from './images/png.mjs';

const drawing = (i = 0) => png(picture(160 + i, 120));

for (const [name, fault, wishes] of [
  ['a browser without WebGPU', faults.noWebGpu, { expected: 'a browser with WebGPU', found: 'one without it', cure: /CPU/ }],
  ['no adapter', faults.noAdapter, { expected: /^a graphics adapter$/, found: /^none$/, cure: /CPU/ }],
  ['a kernel that computes wrongly', faults.wrongKernel(), { expected: /^the CPU's results/, found: /^results that are (off by \d+ %|no numbers) \(kernel: /, cure: /CPU/ }],
]) {
  test(`the device: ${name}`, { seconds: 90 }, async (scene) => {
    const tab = await scene.open('device=gpu', { site: scene.site({ engine: fault }) });
    assertTop(await tab.classify(scene.write('drawn.png', drawing()), 60));
    assertMessage(await tab.message('device', 10), { names: /GPU/i, ...wishes });
  });
}

test('the engine: one that stops at a photo', { seconds: 120, mayFail: true }, async (scene) => {
  const site = scene.site({ engine: faults.throwsAtPhoto(2), times: 1 });
  const tab = await scene.open('device=cpu', { site });
  await tab.give(...Array.from({ length: 4 }, (_, i) => scene.write(`photo ${i}.png`, drawing(i))));
  assertMessage(await tab.message('engine', 60), { names: /^photo \d\.png$/, expected: 'gets through', found: 'stopped', cure: /started again/ });
  (await tab.photos(4, 60)).forEach(assertTop);
});

test('a network that no list has, and no list at all', { seconds: 60 }, async (scene) => {
  const unknown = await scene.open('device=cpu&backbone=no-such-network');
  assertMessage(await unknown.message('registry', 30), { expected: scene.backbones[0].name, found: 'no-such-network', cure: /instead/ });
  const none = await scene.open('device=cpu', { site: scene.site({ files: { 'models/index.json': Buffer.from('[]') } }) });
  assertMessage(await none.message('registry', 30), { names: 'models/index.json', found: 'an empty list', cure: /make build/ });
});

/** Lets go a folder over the page, as the browser tells of one: name → bytes; `null` for what cannot be read, be it a file or a folder. */
const dropFolder = (tab, name, files) => tab.page.evaluate((folder, entries) => {
  const denied = () => new DOMException('permission was denied', 'NotReadableError');
  const file = (fullPath, base64) => ({
    isDirectory: false,
    isFile: true,
    fullPath,
    file: (take, fail) => (base64 === null ? fail(denied()) : take(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], fullPath.split('/').pop()))),
  });
  const directory = (fullPath, within) => ({
    isDirectory: true,
    isFile: false,
    fullPath,
    createReader: () => ({ readEntries: (take, fail) => (within === null ? fail(denied()) : take(within.splice(0))) }),
  });
  const within = Object.entries(entries).map(([path, base64]) => (path.endsWith('/') ? directory(`/${folder}/${path.slice(0, -1)}`, base64) : file(`/${folder}/${path}`, base64)));
  const items = [{ webkitGetAsEntry: () => directory(`/${folder}`, within) }];
  const event = new DragEvent('drop', { bubbles: true, cancelable: true });
  Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items, files: [] } });
  document.querySelector('[data-testid="drop-zone"]').dispatchEvent(event);
}, name, Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, bytes && bytes.toString('base64')])));

test('a folder: what in it is no photo, and what cannot be read', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  await tab.until('the drop zone', () => tab.find('photo-input'));
  await dropFolder(tab, 'trip', { 'beach.png': drawing(), 'notes.txt': Buffer.from('notes'), 'secret.jpg': null, 'locked/': null });
  const [card] = await tab.photos(1, 40);
  assert.equal(card.photo, 'beach.png');
  assertTop(card);
  assertMessage(await tab.message('not-an-image', 10), { names: 'trip/notes.txt', expected: 'photos', found: 'another file', cure: /left out; 1 photo / });
  const { names } = assertMessage(await tab.message('io', 10), { expected: 'may read', found: 'permission was denied' });
  assert.deepEqual(names.split(' and ').sort(), ['trip/locked', 'trip/secret.jpg']);

  const empty = await scene.open('device=cpu');
  await empty.until('the drop zone', () => empty.find('photo-input'));
  await dropFolder(empty, 'nothing', {});
  assertMessage(await empty.message('not-an-image', 10), { names: 'The folder', expected: 'photos in it', found: 'no file' });
});
