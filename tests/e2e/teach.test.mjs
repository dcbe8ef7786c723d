// A person's own classes, from the first photo to a head that names new ones, and back after a reload.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { assertIs, classes, classesZip, drawn, dropFolder, embedded, give, press, saved, shown, teach, train, tryPhoto } from './harness/classroom.mjs';
import { lostWhileTraining, OF_A_LOST_GPU } from './harness/faults.mjs';
import { need, ROOT, test } from './harness/registry.mjs';
import { catchSaves, saved as savedFile } from './harness/tuning.mjs';
import { zip } from './images/zip.mjs';

/** Gives a zip of a folder of classes and waits until every photo was embedded. */
async function taught(scene, { count = 10, kinds = ['balls', 'stripes'], query, options } = {}) {
  const tab = await teach(scene, query, options);
  await give(tab, 'zip-input', scene.write('things.zip', classesZip(count, kinds)));
  await embedded(tab, count * kinds.length, 120);
  return tab;
}

test('a folder of classes becomes a head that names new photos, and is still there after a reload', { seconds: 150 }, async (scene) => {
  const tab = await taught(scene);
  assert.deepEqual((await shown(tab)).classes, { balls: 10, stripes: 10 });
  const epoch = await train(tab);
  for (const name of ['trainAccuracy', 'valAccuracy']) assert.ok(epoch[name] >= 0.7 && epoch[name] <= 1, `${name} is ${epoch[name]}`);
  for (const name of ['trainLoss', 'valLoss']) assert.ok(epoch[name] > 0 && epoch[name] < 1, `${name} is ${epoch[name]}`);
  const curves = await tab.page.evaluate(() => ['accuracy-curve', 'loss-curve'].map((name) => document.querySelector(`[data-testid="${name}"]`)?.querySelectorAll('path, polyline').length));
  assert.ok(curves.every((lines) => lines >= 2), `both curves have both lines: ${curves}`);
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77))), 'balls');

  await saved(tab);
  await tab.page.reload({ waitUntil: 'domcontentloaded' });
  await embedded(tab, 20);
  const again = await tab.until('the curve of before', async () => (await shown(tab)).epoch);
  assert.equal(again.epoch, epoch.epoch);
  assert.ok(Math.abs(again.valLoss - epoch.valLoss) < 1e-6, 'the same curve');
  assertIs(await tryPhoto(tab, scene.write('new stripes.jpg', drawn('stripes', 78))), 'stripes');
});

test('a folder is dropped, trained, and names a new photo', { seconds: 90 }, async (scene) => {
  const tab = await teach(scene);
  await dropFolder(tab, { ...classes(6), 'things/balls/deeper/another.jpg': drawn('balls', 40), 'things/notes.txt': Buffer.from('not a photo') });
  await embedded(tab, 13, 60);
  assert.deepEqual((await shown(tab)).classes, { balls: 7, stripes: 6 });
  const skipped = await tab.until('the list of what was left out', () => tab.page.evaluate(() => document.querySelector('[data-testid="intake-skipped"]')?.textContent));
  assert.match(skipped, /notes\.txt/);
  assert.ok((await train(tab)).epoch > 0);
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77))), 'balls');
});

test('a folder without photos is said to have none, and nothing is lost', { seconds: 60 }, async (scene) => {
  const tab = await teach(scene);
  await dropFolder(tab, { 'papers/one.txt': Buffer.from('one'), 'papers/two.pdf': Buffer.from('two') });
  const said = await tab.until('what is said', () => tab.page.evaluate(() => [...document.querySelectorAll('[data-testid="message"]')].map((element) => element.textContent).find((text) => /photo/i.test(text))));
  assert.match(said, /papers|no photo|none/i);
  assert.deepEqual((await shown(tab)).classes, {});
});

test('a folder is picked', { seconds: 90, browsers: ['chromium'] }, async (scene) => {
  const tab = await teach(scene);
  for (const [path, bytes] of Object.entries({ ...classes(6), 'things/notes.txt': Buffer.from('not a photo') })) {
    const parts = path.split('/');
    scene.write(parts.pop(), bytes, parts.join('/'));
  }
  await give(tab, 'project-input', `${scene.folder}/things`);
  await embedded(tab, 12, 60);
  assert.deepEqual((await shown(tab)).classes, { balls: 6, stripes: 6 });
  const skipped = await tab.until('the list of what was left out', () => tab.page.evaluate(() => document.querySelector('[data-testid="intake-skipped"]')?.textContent));
  assert.match(skipped, /notes\.txt/);
});

test('the example of our own is there in one press and can be trained', { seconds: 150 }, async (scene) => {
  const tab = await teach(scene);
  await press(tab, 'example-project');
  await embedded(tab, 120, 120);
  const epoch = await train(tab);
  assert.ok(epoch.valAccuracy > 0.8, `validation accuracy ${epoch.valAccuracy}`);
});

test('training on the GPU ends where the CPU ends', { seconds: 240 }, async (scene) => {
  const ends = [];
  for (const device of ['cpu', 'gpu']) {
    const tab = await taught(scene, { count: 5, query: `device=${device}` });
    assert.match(await tab.device(), device === 'gpu' ? /WebGPU/ : /CPU/);
    ends.push(await train(tab, 120));
    await tab.page.close();
  }
  const [cpu, gpu] = ends;
  assert.equal(cpu.epoch, gpu.epoch);
  assert.ok(Math.abs(cpu.trainLoss - gpu.trainLoss) < 1e-2 && Math.abs(cpu.valLoss - gpu.valLoss) < 1e-2, JSON.stringify(ends));
});

test('a saved project opens on another machine and goes on', { seconds: 180 }, async (scene) => {
  const tab = await taught(scene);
  await train(tab);
  const before = await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77)));
  await catchSaves(tab);
  await press(tab, 'save');
  const { name, bytes } = await savedFile(tab);
  assert.match(name, /\.graft$/);

  const other = await teach(scene);
  await give(other, 'open', scene.write('opened.graft', bytes));
  await embedded(other, 20);
  assert.deepEqual((await shown(other)).classes, { balls: 10, stripes: 10 });
  const after = await tryPhoto(other, scene.write('new ball.jpg', drawn('balls', 77), 'again'));
  assertIs(after, 'balls');
  assert.ok(Math.abs(after[0].probability - before[0].probability) < 1e-3, 'the same head');
  await train(other);

  // A damaged one changes nothing.
  await give(other, 'open', scene.write('cut short.graft', bytes.subarray(0, bytes.length / 2)));
  assert.match(await other.message('archive'), /cut short\.graft/);
  assert.deepEqual((await shown(other)).classes, { balls: 10, stripes: 10 });
});

test('zip files that are hostile or foreign are refused by name, and nothing is lost', { seconds: 150 }, async (scene) => {
  const tab = await taught(scene, { count: 3 });
  const climbing = classesZip(1, ['checks'], { '../outside.jpg': drawn('balls', 1), '/etc/passwd.jpg': drawn('balls', 2), '__MACOSX/._x.jpg': Buffer.from('x') });
  await give(tab, 'zip-input', scene.write('climbing.zip', climbing));
  await embedded(tab, 7);
  assert.deepEqual((await shown(tab)).classes, { balls: 3, stripes: 3, checks: 1 });
  const skipped = await tab.until('the list of what was left out', () => tab.page.evaluate(() => document.querySelector('[data-testid="intake-skipped"]')?.textContent));
  assert.match(skipped, /outside\.jpg/);
  await give(tab, 'zip-input', scene.write('no zip.zip', Buffer.from('this is text')));
  assert.match(await tab.message('archive'), /no zip\.zip/);
  assert.deepEqual((await shown(tab)).classes, { balls: 3, stripes: 3, checks: 1 });
});

test('what stands in the way of training is said, and nothing is lost', { seconds: 120 }, async (scene) => {
  const tab = await teach(scene);
  await press(tab, 'train');
  assert.match(await tab.message('no-class'), /class/i);
  await give(tab, 'zip-input', scene.write('one.zip', classesZip(3, ['balls'])));
  await embedded(tab, 3);
  await press(tab, 'train');
  assert.match(await tab.message('one-class'), /only class/);
  assert.deepEqual((await shown(tab)).classes, { balls: 3 });
});

test('a private window keeps nothing and says so; everything else works', { seconds: 120 }, async (scene) => {
  const before = () => {
    Object.defineProperty(globalThis, 'indexedDB', { get() { throw new DOMException('denied', 'SecurityError'); } });
    LockManager.prototype.request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
  };
  const tab = await teach(scene, 'device=cpu', { before });
  assert.match(await tab.message('io'), /keeps nothing here/);
  assert.doesNotMatch(await tab.page.evaluate(() => document.body.textContent), /[Aa]nother tab/);
  await give(tab, 'zip-input', scene.write('things.zip', classesZip(5)));
  await embedded(tab, 10);
  const epoch = await train(tab);
  assert.ok(epoch.epoch > 0);
});

test('a tab that is closed while training comes back with everything but that run', { seconds: 150 }, async (scene) => {
  const tab = await taught(scene);
  await saved(tab);
  await press(tab, 'train');
  await tab.page.reload({ waitUntil: 'domcontentloaded' });
  await embedded(tab, 20);
  assert.deepEqual((await shown(tab)).classes, { balls: 10, stripes: 10 });
  const epoch = await train(tab);
  assert.ok(epoch.epoch > 0);
});

test('two hundred classes are as usable as two', { seconds: 240, browsers: ['chromium'] }, async (scene) => {
  const files = {};
  for (let i = 0; i < 200; i += 1) for (let j = 0; j < 2; j += 1) files[`many/class ${String(i).padStart(3, '0')}/${i}-${j}.jpg`] = drawn(['balls', 'stripes', 'checks'][i % 3], i * 2 + j);
  const tab = await teach(scene);
  await give(tab, 'zip-input', scene.write('many.zip', zip(files)));
  await tab.until('400 photos to be embedded', async () => {
    const { intake } = await shown(tab);
    return intake?.done >= 400 && intake.done >= intake.total;
  }, 120);
  const epoch = await train(tab, 90);
  assert.ok(epoch.epoch > 0);
});

test('the terminal trains to the same numbers, and the page opens what it wrote', { seconds: 180 }, async (scene) => {
  const graft = path.join(process.env.GRAFT_TARGET ?? process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target'), 'release/graft');
  need(graft);
  const backbone = 'graft-small'; // the terminal knows it wherever it runs
  const files = classes(10, ['balls', 'checks', 'stripes'], '');
  for (const [name, bytes] of Object.entries(files)) scene.write(path.basename(name), bytes, path.dirname(name));
  const data = path.dirname(path.dirname(scene.write('last', Buffer.alloc(0), 'balls')));
  rmSync(path.join(data, 'balls/last'));
  const written = path.join(scene.folder, '..', `${path.basename(scene.folder)}.graft`);
  const told = execFileSync(graft, ['train', '--data', data, '--backbone', backbone, '--json', '--out', written], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const last = told.trim().split('\n').map((line) => JSON.parse(line)).filter(({ epoch }) => epoch).at(-1);

  const tab = await teach(scene, `device=cpu&backbone=${backbone}`);
  await give(tab, 'zip-input', scene.write('same.zip', zip(files)));
  await embedded(tab, 30, 120);
  const epoch = await train(tab);
  assert.equal(epoch.epoch, last.epoch);
  for (const [here, there] of [['trainLoss', 'train_loss'], ['valLoss', 'val_loss'], ['trainAccuracy', 'train_accuracy'], ['valAccuracy', 'val_accuracy']]) {
    assert.ok(Math.abs(epoch[here] - last[there]) < 1e-3, `${there}: ${epoch[here]} in the page, ${last[there]} in the terminal`);
  }

  const other = await teach(scene);
  await give(other, 'open', written);
  await embedded(other, 30, 60);
  assertIs(await tryPhoto(other, scene.write('new stripes.jpg', drawn('stripes', 77), 'new')), 'stripes');
});

test('WebGPU that goes away while training: the CPU trains the same lesson', { seconds: 150, mayFail: OF_A_LOST_GPU }, async (scene) => {
  const site = scene.site({ engine: lostWhileTraining });
  const tab = await taught(scene, { count: 4, query: 'device=gpu', options: { site } });
  const epoch = await train(tab, 90);
  assert.ok(site.reports.some((report) => /^lost-[1-9]/.test(report)), `a device was lost: ${site.reports}`);
  assert.equal(await tab.device(), 'CPU');
  assert.match(await tab.message('device', 10), /GPU/);
  assert.ok(epoch.epoch > 0);
});
