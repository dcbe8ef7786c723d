// The engine without a GPU, with a bad one, losing it, and crashing: each ends with a message and with classes.
import assert from 'node:assert/strict';
import { press, shown } from './harness/classroom.mjs';
import * as faults from './harness/faults.mjs';
import { test } from './harness/registry.mjs';
import { assertTop } from './harness/tab.mjs';
import { choose, set, taught } from './harness/tuning.mjs';
import { picture } from './images/picture.mjs';
import { png } from './images/png.mjs';

/** Opens the page with a fault in the engine and gives it `count` photos. */
async function withFault(scene, engine, { query = 'device=gpu', count = 1, seconds = 90, times } = {}) {
  const site = scene.site({ engine, times });
  const tab = await scene.open(query, { site });
  await tab.give(...Array.from({ length: count }, (_, i) => scene.write(`photo ${i}.png`, png(picture(200 + i, 150)))));
  const cards = await tab.photos(count, seconds);
  assert.ok(site.reports.includes('engine-patched'), 'the fault was put into the engine');
  return { tab, site, cards };
}

for (const [name, fault, happened] of [
  ['kernels that compute wrongly', faults.wrongKernel(), 'replaced'],
  ['a shader that is invalid', faults.invalidKernel, 'replaced'],
  ['a browser without WebGPU', faults.noWebGpu, 'gpu-false'],
  ['no adapter', faults.noAdapter, 'asked'],
]) {
  for (const query of ['device=gpu', '']) {
    test(`${name} gives way to the CPU, with a message${query ? '' : ', also when nobody asked for the GPU'}`, { seconds: 120, mayFail: name.includes('invalid') && faults.OF_A_BAD_SHADER }, async (scene) => {
      const { tab, site, cards } = await withFault(scene, fault, { query });
      assert.ok(site.reports.includes(happened), `the fault happened: ${site.reports}`);
      cards.forEach(assertTop);
      assert.equal(await tab.device(), 'CPU');
      const text = await tab.message('device', 10);
      assert.match(text, /GPU/, 'the message speaks of the GPU');
    });
  }
}

// Every kernel that a photo goes through, wrong by itself: none may be left out of the test at the start. `holds` is in its text and in no other's.
for (const [name, fault, found] of [
  ['1×1 convolution', { holds: 'residual[at]' }, 'pointwise'],
  ['depthwise convolution', { holds: 'values[t * STRIDE + 2u]' }, 'depthwise'],
  ['stem', { holds: 'let depth = sizes[3];' }, 'stem'],
  ['global average', { holds: 'sum / f32(pixels)', from: 'f32(pixels)', to: 'f32(pixels + 1u)' }, 'global average'],
]) {
  test(`a wrong kernel of the ${name} alone gives way to the CPU, with a message`, { seconds: 120 }, async (scene) => {
    const { tab, site, cards } = await withFault(scene, faults.wrongKernel(fault));
    assert.ok(site.reports.includes('replaced'), `the fault happened: ${site.reports}`);
    cards.forEach(assertTop);
    assert.equal(await tab.device(), 'CPU');
    assert.match(await tab.message('device', 10), new RegExp(`GPU.*found results that are off by \\d.* \\(kernel: ${found} `, 's'), 'the message names the kernel');
  });
}

test('an adapter with no optional feature computes, or gives way to the CPU with a message', { seconds: 120 }, async (scene) => {
  const { tab, site, cards } = await withFault(scene, faults.poorAdapter);
  assert.ok(site.reports.includes('asked'), `the fault happened: ${site.reports}`);
  cards.forEach(assertTop);
  if ((await tab.device()) === 'CPU') assert.match(await tab.message('device', 10), /GPU/);
});

test('a page opened over plain http has no WebGPU, and says what cures that', { seconds: 90 }, async (scene) => {
  const { browser } = await scene.behindProxy('plain.test');
  const tab = await scene.open('', { browser, origin: 'http://plain.test' });
  tab.mayReach = true; // plain.test is this server under another name
  assertTop(await tab.classify(scene.write('drawn.png', png(picture()))));
  assert.equal(await tab.page.evaluate(() => isSecureContext), false);
  assert.equal(await tab.device(), 'CPU');
  assert.match(await tab.message('device', 10), /https/);
});

test('WebGPU that goes away in the middle: the rest is done on the CPU', { seconds: 180, mayFail: faults.OF_A_LOST_GPU }, async (scene) => {
  const { tab, site, cards } = await withFault(scene, faults.lostAtPhoto(2), { count: 5, seconds: 150 });
  assert.ok(site.reports.some((report) => /^lost-[1-9]/.test(report)), `a device was lost: ${site.reports}`);
  assert.equal(cards.length, 5);
  cards.forEach(assertTop);
  assert.equal(await tab.device(), 'CPU');
  assert.match(await tab.message('device', 10), /GPU/);
});

test('the GPU process dies: the rest is done all the same', { seconds: 240, browsers: ['chromium'], mayFail: faults.OF_A_LOST_GPU }, async (scene) => {
  const tab = await scene.open('device=gpu');
  assert.equal(await tab.device(), 'WebGPU');
  await tab.give(...Array.from({ length: 4 }, (_, i) => scene.write(`photo ${i}.png`, png(picture(200 + i, 150)))));
  await tab.photos(1, 60);
  const session = await scene.browser.target().createCDPSession();
  await session.send('Browser.crashGpuProcess').catch(() => {}); // its own answer may be lost with it
  const cards = await tab.photos(4, 150); // a loss that nobody noticed takes the page's minute
  assert.equal(cards.length, 4);
  cards.forEach(assertTop);
});

for (const [name, fault, happened, mayFail, seconds = 60] of [
  ['throws', faults.throwsAtPhoto(2), 'thrown', faults.THROWN],
  ['rejects', faults.rejectsAtPhoto(2), 'rejected', faults.TRAPPED],
  ['traps', faults.trapsAtPhoto(2), 'trapped', faults.TRAPPED],
  ['falls silent', faults.closesAtPhoto(2), 'closed', false, 180], // the page gives it a minute
]) {
  test(`an engine that ${name} in the middle is started again and says so`, { seconds: 220, mayFail }, async (scene) => {
    const { tab, site, cards } = await withFault(scene, fault, { query: 'device=cpu', count: 4, seconds, times: 1 });
    assert.ok(site.reports.includes(happened), `the fault happened: ${site.reports}`);
    assert.equal(cards.length, 4);
    assert.ok(await tab.message('engine', 20), 'the page says that the engine was started again');
    // One photo may be given up as the cause; every other one is done, and so is the next.
    assert.ok(cards.filter(({ state }) => state === 'done').length >= 3, `done: ${cards.map(({ state }) => state)}`);
  });
}

test('an engine that cannot start is not started for ever, and the page says so', { seconds: 60, mayFail: faults.THROWN }, async (scene) => {
  const site = scene.site({ engine: "throw new Error('a defect put in by a test');" });
  const tab = await scene.open('device=cpu', { site });
  assert.ok(await tab.message('engine', 30));
  await new Promise((done) => setTimeout(done, 5000));
  const starts = site.reports.filter((report) => report === 'engine-patched').length;
  assert.ok(starts <= 10, `it was started ${starts} times`);
  assert.ok((await tab.state()).messages.length <= 10, 'and the page is not flooded with messages');
});

test('the page paints before the engine has arrived', { seconds: 90 }, async (scene) => {
  const site = scene.site({ engine: faults.waitsAtGate });
  scene.later(() => site.release());
  const tab = await scene.open('device=cpu', { site });
  await tab.until('the drop zone', () => tab.find('drop-zone'));
  await tab.until('the photo input', () => tab.find('photo-input'));
  await tab.until('the engine at the gate', () => site.reports.includes('gate'));
  await tab.page.evaluate(() => new Promise((painted) => { requestAnimationFrame(() => painted()); }));
  assert.doesNotMatch((await tab.state()).device ?? '', /WebGPU|CPU/, 'the engine is not there yet');
  await tab.give(scene.write('early.png', png(picture())));
  site.release();
  const [card] = await tab.photos(1, 40);
  assertTop(card);
});

test('an engine that falls silent while it trains is started again and says so, and training ends', { seconds: 300, mayFail: true }, async (scene) => {
  const site = scene.site({ engine: faults.closesAtEpoch(2), times: 1 });
  const tab = await taught(scene, { count: 4, options: { site } });
  await choose(tab, 'last-blocks');
  // Enough that no machine has told of the last one when it tells of the second.
  const epochs = 400;
  await set(tab, { 'head-first': 0, epochs, 'batch-size': 4 });
  await press(tab, 'train');
  await tab.until('the engine to fall silent', () => site.reports.includes('closed'), 60);
  assert.match(await tab.message('engine', 100), /no sign for a minute.*started again/); // the page gives it a minute
  await tab.until('training to end', async () => {
    const { epoch, train } = await shown(tab);
    return epoch?.epoch === epochs && !(await tab.find('stop')) && !train.disabled;
  }, 120);
});
