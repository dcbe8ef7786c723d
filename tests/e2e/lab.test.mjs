// The Lab: runs side by side, and how many blocks to train.
import assert from 'node:assert/strict';
import { assertIs, drawn, embedded, go, press, saved as kept, teach, train, tryPhoto } from './harness/classroom.mjs';
import { notRun, test } from './harness/registry.mjs';
import { choose as chooseWay, catchSaves, saved, set, taught } from './harness/tuning.mjs';

/** What the Lab shows, in plain data. */
const lab = (tab) => tab.page.evaluate(() => {
  const all = (name) => [...document.querySelectorAll(`[data-testid="${name}"]`)];
  return {
    entries: all('lab-entry').map(({ dataset }) => `${dataset.name}, seed ${dataset.seed}: ${dataset.state}`),
    rows: all('lab-row').map(({ dataset }) => ({ ...dataset })),
    lines: document.querySelector('[data-testid="lab-accuracy-curve"]')?.querySelectorAll('path, polyline').length ?? 0,
    problem: document.querySelector('[data-kind="lab"], [data-kind="lab-run"]')?.textContent,
    on: !document.querySelector('[data-testid="lab-stop"]')?.disabled,
  };
});

const choose = (tab, name, value) => tab.page.select(`[data-testid="${name}"]`, value);

/** Types into a field of the Lab. */
async function type(tab, name, text) {
  await tab.page.$eval(`[data-testid="${name}"]`, (element, value) => {
    element.value = value;
    element.dispatchEvent(new Event('input', { bubbles: true }));
  }, text);
}

/** Waits until all runs of the list are over, none with a problem; gives what the Lab shows then. */
const allOver = (tab, what, seconds) => tab.until(what, async () => {
  const now = await lab(tab);
  assert.equal(now.problem, undefined);
  return now.entries.every((entry) => entry.endsWith('done')) && now;
}, seconds);

test('runs go one after another into one table, and the head in use stays', { seconds: 240 }, async (scene) => {
  const tab = await taught(scene);
  await train(tab);
  await go(tab, 'lab');
  assert.match(await tab.page.$eval('[data-testid="lab-data"]', (line) => line.textContent), /^20\sphotos: balls 10, stripes 10/);
  await choose(tab, 'lab-way', 'frozen');
  await choose(tab, 'lab-seeds', '2');
  await press(tab, 'lab-add');
  await choose(tab, 'lab-way', 'last-blocks');
  await choose(tab, 'lab-seeds', '1');
  await type(tab, 'lab-last', '1');
  await type(tab, 'lab-epochs', '2');
  await press(tab, 'lab-add');
  assert.deepEqual((await lab(tab)).entries, ['Frozen, seed 0: waiting', 'Frozen, seed 1: waiting', 'Last block, seed 0: waiting']);
  await press(tab, 'lab-run');
  const over = await allOver(tab, 'all runs', 180);
  assert.deepEqual(over.rows.map(({ name, meanOf }) => `${name}${meanOf ? `, mean of ${meanOf}` : ''}`), ['Frozen', 'Frozen', 'Frozen, mean of 2', 'Last block']);
  for (const { bestAccuracy, lastAccuracy, bestEpoch } of over.rows) {
    assert.ok(Number(bestAccuracy) >= Number(lastAccuracy) - 1e-6 && Number(bestAccuracy) <= 1 && Number(bestEpoch) >= 1, JSON.stringify(over.rows));
  }
  assert.ok(over.lines >= 2, 'a line for each name');
  assert.equal(over.on, false);
  await go(tab, 'teach');
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77))), 'balls');

  await go(tab, 'lab');
  await catchSaves(tab);
  const files = {};
  for (const kind of ['csv', 'markdown', 'svg']) {
    await press(tab, `lab-save-${kind}`);
    const { name, bytes } = await saved(tab);
    files[name] = bytes.toString();
  }
  assert.deepEqual(Object.keys(files), ['graft-lab.csv', 'graft-lab.md', 'graft-lab.svg']);
  assert.equal(files['graft-lab.csv'][0], '\ufeff', 'without it Excel reads UTF-8 as something else');
  const rows = files['graft-lab.csv'].trim().split('\r\n').map((line) => line.split(','));
  assert.equal(rows.length, 5, files['graft-lab.csv']);
  const best = rows[0].findIndex((key) => /best.*accuracy/.test(key) && !/deviation/.test(key));
  rows.slice(1).forEach((row, place) => {
    assert.ok(Math.abs(Number(row[best]) - Number(over.rows[place].bestAccuracy)) < 1e-3, `${row}`);
    assert.equal(row.length, rows[0].length);
  });
  const lines = files['graft-lab.md'].trim().split('\n');
  assert.equal(lines.length, 6, files['graft-lab.md']);
  assert.ok(lines.every((line) => line.startsWith('| ') && line.split(' | ').length === lines[0].split(' | ').length), files['graft-lab.md']);
  assert.match(lines[0], /parameters.*depth.*MB/);
  const drawing = await tab.page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    return { wrong: parsed.querySelector('parsererror')?.textContent, root: parsed.documentElement.nodeName, lines: parsed.querySelectorAll('path, polyline').length };
  }, files['graft-lab.svg']);
  assert.equal(drawing.wrong, undefined);
  assert.ok(drawing.root === 'svg' && drawing.lines >= 4, JSON.stringify(drawing));

  await go(tab, 'teach');
  await kept(tab);
  await tab.page.reload({ waitUntil: 'domcontentloaded' });
  await embedded(tab, 20);
  await go(tab, 'lab');
  await tab.until('the table of before', async () => (await lab(tab)).rows.length === 4);
});

test('a run that goes wrong keeps what it has and says why, and the next one is run', { seconds: 240 }, async (scene) => {
  const tab = await taught(scene);
  // Weight decay multiplies every weight by 1 - 10 · 1 at each step: beyond all numbers within a few epochs.
  await chooseWay(tab, 'last-blocks');
  await set(tab, { optimizer: 'sgd', 'learning-rate': 10, 'weight-decay': 1, schedule: 'constant', 'warm-up': 0, 'head-first': 1, epochs: 100, 'batch-size': 2 });
  await go(tab, 'lab');
  await choose(tab, 'lab-seeds', '1');
  for (const way of ['as-set', 'frozen']) {
    await choose(tab, 'lab-way', way);
    await press(tab, 'lab-add');
  }
  await press(tab, 'lab-run');
  const over = await tab.until('both runs', async () => {
    const now = await lab(tab);
    return now.entries.every((entry) => entry.endsWith('done')) && now;
  }, 180);
  assert.match(over.problem, /learning rate of 10\b/);
  assert.ok(over.rows.length === 2 && over.rows.every(({ bestAccuracy }) => Number(bestAccuracy) > 0), JSON.stringify(over.rows));
});

test('another pretrained network comes into use for its runs, and the one before is back', { seconds: 240 }, async (scene) => {
  const others = scene.backbones.filter(({ name }) => name !== scene.quick).sort((a, b) => a.bytes - b.bytes);
  const other = others[0] ?? notRun('only one network is here');
  const tab = await taught(scene);
  const inUse = () => tab.page.$eval('[data-testid="backbone"]', (select) => select.value);
  assert.equal(await inUse(), scene.quick);
  await train(tab);
  await go(tab, 'lab');
  for (const network of [other.name, '']) {
    await choose(tab, 'lab-network', network);
    await press(tab, 'lab-add');
  }
  await press(tab, 'lab-run');
  const over = await allOver(tab, 'both runs', 150);
  const models = await tab.page.$$eval('[data-testid="lab-row"] [data-label="model"]', (cells) => cells.map((cell) => cell.textContent));
  assert.equal(over.rows.length, 2);
  assert.ok(models.includes(other.title) && new Set(models).size === 2, `${models}`);
  for (const { bestAccuracy } of over.rows) assert.ok(Number(bestAccuracy) >= 0.5, JSON.stringify(over.rows));
  await go(tab, 'teach');
  await tab.until('the network of before', async () => (await inUse()) === scene.quick);
  await embedded(tab, 20, 120);
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77))), 'balls');
});

test('few photos a class are trained on, all others held out', { seconds: 120 }, async (scene) => {
  const tab = await taught(scene);
  await go(tab, 'lab');
  await type(tab, 'lab-shots', '3');
  await press(tab, 'lab-add');
  await press(tab, 'lab-run');
  const over = await allOver(tab, 'the run', 90);
  assert.deepEqual(over.entries, ['Frozen, 3 a class, seed 0: done']);
  const [{ bestAccuracy, keptEpoch, keptAccuracy, bestEpoch }] = over.rows;
  assert.ok(Number(bestAccuracy) >= Number(keptAccuracy) && Number(keptEpoch) >= 1 && Number(bestEpoch) >= 1, JSON.stringify(over.rows));
  await catchSaves(tab);
  await press(tab, 'lab-save-csv');
  const [keys, row] = (await saved(tab)).bytes.toString().replace('\ufeff', '').trim().split('\r\n').map((line) => line.replace('"Frozen, 3 a class"', 'Frozen').split(','));
  const value = (key) => Number(row[keys.indexOf(key)]);
  // Near-duplicates of what is trained on are on neither side.
  assert.equal(value('train_samples'), 6);
  assert.ok(value('val_samples') >= 1 && value('val_samples') <= 14, `${row}`);
  // A class has ten.
  await type(tab, 'lab-shots', '10');
  await press(tab, 'lab-add');
  assert.match((await lab(tab)).problem, /Photos a class/);
  assert.equal((await lab(tab)).entries.length, 1);
});

test('how many blocks to train is tried, and stops by itself', { seconds: 300 }, async (scene) => {
  const tab = await taught(scene);
  await go(tab, 'lab');
  await press(tab, 'lab-blocks');
  const found = await tab.until('the search to end', async () => {
    const now = await lab(tab);
    assert.equal(now.problem, undefined);
    return now.rows.length >= 2 && !now.on && now;
  }, 240);
  const accuracy = found.rows.map(({ bestAccuracy }) => Number(bestAccuracy));
  const tried = found.rows.map(({ name }) => Number.parseInt(name, 10));
  assert.deepEqual(tried, [0, 1, 2, 4, 8, 13].slice(0, tried.length), 'numbers of blocks');
  // Each but the last was better than all before it; the last was not, or there are no more blocks.
  accuracy.slice(1, -1).forEach((value, place) => assert.ok(value > Math.max(...accuracy.slice(0, place + 1)), `${accuracy}`));
  assert.ok(accuracy.at(-1) <= Math.max(...accuracy.slice(0, -1)) || tried.length === 6, `${accuracy}`);
  const curve = await tab.page.$eval('[data-testid="lab-blocks-curve"]', ({ dataset }) => ({ ...dataset }));
  assert.deepEqual([Number(curve.tried), Number(curve.best)], [tried.length, tried[accuracy.indexOf(Math.max(...accuracy))]]);
});

test('the Lab is stopped, and what waits stays', { seconds: 180 }, async (scene) => {
  const tab = await taught(scene);
  await go(tab, 'lab');
  await choose(tab, 'lab-way', 'everything');
  await choose(tab, 'lab-seeds', '3');
  await type(tab, 'lab-epochs', '500');
  await press(tab, 'lab-add');
  await press(tab, 'lab-run');
  await tab.until('a first epoch', () => tab.page.evaluate(() => /epoch \d/.test(document.querySelector('[data-testid="lab-progress"]')?.textContent)));
  await press(tab, 'lab-stop');
  const stopped = await tab.until('that it has stopped', async () => {
    const now = await lab(tab);
    return !now.on && now;
  });
  assert.equal(stopped.entries.filter((entry) => entry.endsWith('waiting')).length, 2, stopped.entries.join('\n'));
});

test('the Lab without photos says where they come from', { seconds: 60 }, async (scene) => {
  const tab = await teach(scene);
  await go(tab, 'lab');
  const data = await tab.page.$eval('[data-testid="lab-data"]', (box) => ({ words: box.textContent, link: box.querySelector('a').getAttribute('href') }));
  assert.match(data.words, /classes of Teach/);
  assert.equal(data.link, '#teach');
  await press(tab, 'lab-add');
  const off = await tab.page.evaluate(() => ['lab-run', 'lab-blocks'].map((name) => document.querySelector(`[data-testid="${name}"]`).disabled));
  assert.deepEqual(off, [true, true]);
});
