// The Lab: runs side by side, and how many blocks to train.
import assert from 'node:assert/strict';
import { assertIs, classesZip, drawn, embedded, give, press, teach, train, tryPhoto } from './harness/classroom.mjs';
import { test } from './harness/registry.mjs';

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

/** Teach with two classes of ten photos, embedded. */
async function taught(scene) {
  const tab = await teach(scene);
  await give(tab, 'zip-input', scene.write('things.zip', classesZip(10, ['balls', 'stripes'])));
  await embedded(tab, 20, 120);
  return tab;
}

test('runs go one after another into one table, and the head in use stays', { seconds: 240 }, async (scene) => {
  const tab = await taught(scene);
  await train(tab);
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
  const over = await tab.until('all runs', async () => {
    const now = await lab(tab);
    assert.equal(now.problem, undefined);
    return now.entries.every((entry) => entry.endsWith('done')) && now;
  }, 180);
  assert.deepEqual(over.rows.map(({ name, meanOf }) => `${name}${meanOf ? `, mean of ${meanOf}` : ''}`), ['Frozen', 'Frozen', 'Frozen, mean of 2', 'Last block']);
  for (const { bestAccuracy, lastAccuracy, bestEpoch } of over.rows) {
    assert.ok(Number(bestAccuracy) >= Number(lastAccuracy) - 1e-6 && Number(bestAccuracy) <= 1 && Number(bestEpoch) >= 1, JSON.stringify(over.rows));
  }
  assert.ok(over.lines >= 2, 'a line for each name');
  assert.equal(over.on, false);
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77))), 'balls');
});

test('the Lab is stopped, and what waits stays', { seconds: 180 }, async (scene) => {
  const tab = await taught(scene);
  await choose(tab, 'lab-way', 'everything');
  await choose(tab, 'lab-seeds', '3');
  await type(tab, 'lab-epochs', '500');
  await press(tab, 'lab-add');
  await press(tab, 'lab-run');
  await tab.until('a first epoch', () => tab.page.evaluate(() => /epoch/.test(document.querySelector('[data-testid="lab-progress"]')?.textContent)));
  await press(tab, 'lab-stop');
  const stopped = await tab.until('that it has stopped', async () => {
    const now = await lab(tab);
    return !now.on && now;
  });
  assert.equal(stopped.entries.filter((entry) => entry.endsWith('waiting')).length, 2, stopped.entries.join('\n'));
});
