// Training all of a network in the page: from the pretrained weights, and from random ones with batch norm; and what a bare checkout can.
import assert from 'node:assert/strict';
import { assertIs, classesZip, drawn, embedded, give, saved as kept, shown, teach, train, tryPhoto } from './harness/classroom.mjs';
import { test } from './harness/registry.mjs';
import { choose, panel, set, taught } from './harness/tuning.mjs';

for (const [device, side, epochs] of [['cpu', 96, 12], ['gpu', 64, 2]]) {
  test(`a MobileNet learns from random weights on the ${device}, with batch norm, and comes back folded`, { seconds: 600 }, async (scene) => {
    const tab = await taught(scene, { device });
    await choose(tab, 'scratch');
    await set(tab, { architecture: 'mobilenet-v1', width: 0.25, input: side, epochs, optimizer: 'adam', 'learning-rate': 0.002, 'batch-size': 8 });
    const { parameters } = await tab.until('a network of that size', async () => {
      const now = await panel(tab);
      return now.parameters?.all > 200_000 && now.parameters.all < 250_000 && now;
    });
    const table = await tab.page.$eval('[data-testid="network-summary"]', ({ textContent }) => textContent);
    const total = Number(/^Parameters: ([\d,]+)/m.exec(table)?.[1].replaceAll(',', ''));
    // While it is trained each of the 2,736 channels has two numbers of batch norm, which are folded into one bias.
    assert.equal(total + 2736, parameters.all, 'the table adds up to what the picture says');
    assert.match(table, new RegExp(`input ${side} × ${side} `));
    const last = await train(tab, 480);
    assert.equal(last.epoch, epochs);
    assert.ok(Number.isFinite(last.trainLoss) && Number.isFinite(last.valLoss), JSON.stringify(last));
    if (device === 'cpu') assert.ok(last.trainLoss < 0.5, `it learns: chance is a loss of 0.69, found ${JSON.stringify(last)}`);

    // What it says stays the same when it is read back with batch norm folded into weights and biases.
    const said = async (folder) => (await tryPhoto(tab, scene.write('a ball.jpg', drawn('balls', 77), folder), 60)).find(({ label }) => label === 'balls').probability;
    const before = await said('before');
    await kept(tab);
    await tab.page.reload({ waitUntil: 'domcontentloaded' });
    await embedded(tab, 20, 120);
    assert.equal((await tab.until('the curve of before', async () => (await shown(tab)).epoch)).epoch, epochs);
    const after = await said('after');
    assert.ok(Math.abs(after - before) < 1e-3, `${before} before the reload, ${after} after it`);
  });
}

test('everything is trained from the pretrained weights, and names a new photo', { seconds: 240 }, async (scene) => {
  const tab = await taught(scene);
  await choose(tab, 'everything');
  await set(tab, { 'head-first': 3, epochs: 2, optimizer: 'adam', 'learning-rate': 0.001, 'batch-size': 4 });
  const { parameters, blocks } = await tab.until('all to be trained', async () => {
    const now = await panel(tab);
    return now.parameters?.trained === now.parameters?.all && now;
  });
  assert.ok(blocks.every(({ state }) => state === 'trainable'), JSON.stringify(blocks));
  assert.ok(parameters.all > 2e5);
  const last = await train(tab, 200);
  assert.equal(last.epoch, 5);
  assert.ok(last.trainAccuracy >= 0.9 && last.valAccuracy >= 0.7, JSON.stringify(last));
  assertIs(await tryPhoto(tab, scene.write('new stripes.jpg', drawn('stripes', 78)), 60), 'stripes');
});

test('with nothing but the project the page trains a head, and blocks, on its own network', { seconds: 240 }, async (scene) => {
  const own = scene.backbones.filter(({ name }) => name === 'graft-small');
  assert.equal(own.length, 1, 'it is part of the project');
  const site = scene.site({ files: { 'models/index.json': Buffer.from(JSON.stringify(own)) } });
  const tab = await teach(scene, 'device=cpu&backbone=graft-small', { site });
  await give(tab, 'zip-input', scene.write('things.zip', classesZip(10, ['balls', 'stripes'])));
  await embedded(tab, 20, 120);
  const head = await train(tab);
  assert.ok(head.trainAccuracy >= 0.9, JSON.stringify(head));
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77)), 60), 'balls');
  await choose(tab, 'last-blocks');
  await set(tab, { 'head-first': 3, epochs: 2, optimizer: 'adam', 'learning-rate': 0.001, 'batch-size': 4 });
  const deep = await train(tab, 150);
  assert.equal(deep.epoch, 5);
  assertIs(await tryPhoto(tab, scene.write('another ball.jpg', drawn('balls', 80)), 60), 'balls');
  const fetched = site.asked.filter((name) => name.endsWith('.safetensors'));
  assert.deepEqual([...new Set(fetched)], [`models/${own[0].file}`], 'no other weights were asked for');
});
