// Training more than a head, in the page: the four ways, what goes with them, and what happens when something is wrong.
import assert from 'node:assert/strict';
import { assertIs, drawn, embedded, give, go, press, saved as kept, shown, teach, train, tryPhoto } from './harness/classroom.mjs';
import { lostAtEpoch, lostAtRate, OF_A_LOST_GPU, wrongKernelOnceAsked } from './harness/faults.mjs';
import { test } from './harness/registry.mjs';
import { catchSaves, choose, epoch, message, panel, pressBlock, saved, set, setting, taught } from './harness/tuning.mjs';
import { unzip, zip } from './images/zip.mjs';

/** What the network in use says of photos that are neither: it is sure of few of them, and another network would say something else. */
async function ofNeither(tab, scene, folder) {
  const said = [];
  for (const number of [2, 5, 8]) {
    const own = await tryPhoto(tab, scene.write(`neither ${number}.jpg`, drawn('checks', number), folder), 60);
    said.push(own.find(({ label }) => label === 'balls').probability);
  }
  assert.ok(said.some((probability) => probability > 0.01 && probability < 0.99), `it is unsure of one of ${said}`);
  return said;
}

function assertSame(found, expected, what) {
  assert.ok(found.every((value, place) => Math.abs(value - expected[place]) < 1e-3), `${what}: ${expected} before, ${found} now`);
}

for (const [device, settings] of [
  ['cpu', { 'head-first': 3, epochs: 5, 'learning-rate': 0.001, 'batch-size': 4 }],
  ['gpu', { 'head-first': 2, epochs: 2, 'learning-rate': 0.001, 'batch-size': 8 }],
]) {
  test(`the last blocks are trained on the ${device}, name a new photo, and come back after a reload and from a file`, { seconds: 300 }, async (scene) => {
    const tab = await taught(scene, { device });
    await choose(tab, 'last-blocks');
    await pressBlock(tab, 'blocks.11', 'pick-train-from');
    const { blocks, parameters, bytes } = await tab.until('two blocks to be trained', async () => {
      const now = await panel(tab);
      return now.blocks.filter(({ state }) => state === 'trainable').length === 3 && now;
    });
    assert.deepEqual(blocks.filter(({ state }) => state === 'trainable').map(({ name }) => name), ['blocks.11', 'blocks.12', 'head']);
    assert.ok(parameters.trained > 0 && parameters.trained < parameters.all, JSON.stringify(parameters));
    assert.ok(bytes > 1e6 && bytes < 1e9, `it would take ${bytes} bytes`);
    await set(tab, { optimizer: 'adam', ...settings });
    const last = await train(tab, 200);
    assert.equal(last.epoch, settings['head-first'] + settings.epochs);
    assert.ok(last.trainAccuracy >= 0.9 && last.valAccuracy >= 0.7, JSON.stringify(last));
    assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77)), 60), 'balls');
    const said = await ofNeither(tab, scene, 'first');

    await kept(tab);
    await tab.page.reload({ waitUntil: 'domcontentloaded' });
    await embedded(tab, 20);
    assert.equal((await tab.until('the curve of before', async () => (await shown(tab)).epoch)).epoch, last.epoch);
    assertSame(await ofNeither(tab, scene, 'again'), said, 'after a reload');

    await catchSaves(tab);
    await press(tab, 'save');
    const { name, bytes: file } = await saved(tab, 60);
    assert.match(name, /\.graft$/);
    const other = await teach(scene);
    await give(other, 'open', scene.write('opened.graft', file));
    await embedded(other, 20);
    assertSame(await ofNeither(other, scene, 'elsewhere'), said, 'from the file');
  });
}

test('a head learns on the features of an earlier block', { seconds: 180 }, async (scene) => {
  const tab = await taught(scene);
  await choose(tab, 'frozen');
  await pressBlock(tab, 'blocks.6', 'pick-features-at');
  const { blocks } = await tab.until('the blocks behind to be unused', async () => {
    const now = await panel(tab);
    return now.blocks.some(({ state }) => state === 'unused') && now;
  });
  const states = Object.fromEntries(blocks.map(({ name, state }) => [name, state]));
  assert.deepEqual([states['blocks.6'], states['blocks.7'], states.head], ['frozen', 'unused', 'trainable']);
  // A head obeys a schedule, too.
  await set(tab, { schedule: 'cosine' });
  await tab.until('the course of the rate', () => tab.find('rate-course'));
  const last = await train(tab, 120);
  assert.ok(last.trainAccuracy >= 0.9 && last.valAccuracy >= 0.7, JSON.stringify(last));
  assertIs(await tryPhoto(tab, scene.write('new stripes.jpg', drawn('stripes', 78)), 60), 'stripes');
  await kept(tab);
  await tab.page.reload({ waitUntil: 'domcontentloaded' });
  await embedded(tab, 20);
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77)), 60), 'balls');
});

test('LeNet-5 learns two easy classes from random weights', { seconds: 240 }, async (scene) => {
  const tab = await taught(scene, { count: 30 });
  await choose(tab, 'scratch');
  await set(tab, { architecture: 'lenet-5' });
  await tab.until('a network of few numbers', async () => (await panel(tab)).parameters?.all < 62_000);
  const last = await train(tab, 180);
  assert.ok(last.trainAccuracy >= 0.9 && last.valAccuracy >= 0.7, JSON.stringify(last));
  const told = [];
  for (const number of [101, 102, 103, 104, 105]) {
    for (const kind of ['balls', 'stripes']) {
      const [top] = await tryPhoto(tab, scene.write(`${kind} ${number}.jpg`, drawn(kind, number)), 60);
      told.push(top.label === kind);
    }
  }
  assert.ok(told.filter(Boolean).length >= 8, `${told.filter(Boolean).length} of 10 new photos are named right`);
});

test('a MobileNet of any width and input is offered, and what is out of range is named', { seconds: 120 }, async (scene) => {
  const tab = await taught(scene, { count: 5 });
  await choose(tab, 'scratch');
  await set(tab, { architecture: 'mobilenet-v2', width: '0.1', input: '72' });
  // What the table is of, and how many numbers that has.
  const shownAs = (title) => tab.until(title, async () => {
    const table = await tab.page.evaluate(() => document.querySelector('[data-testid="network-summary"]')?.textContent);
    return table?.startsWith(title) && (await panel(tab)).parameters?.all;
  });
  const narrow = await shownAs('MobileNetV2 0.1, input 72 × 72');
  await set(tab, { width: '0,3' });
  assert.ok(await shownAs('MobileNetV2 0.3, input 72 × 72') > narrow);
  assert.deepEqual([await setting(tab, 'width'), await setting(tab, 'input')], ['0.3', '72'], 'a decimal comma is understood');
  await set(tab, { width: '9' });
  assert.match(await message(tab, 'setting'), /0\.05 to 4/);
  await set(tab, { width: '0.05' });
  await set(tab, { input: '1000000' });
  assert.match(await message(tab, 'setting'), /32 to 1024/);
  await set(tab, { input: '32', epochs: 1 });
  assert.equal((await train(tab, 60)).epoch, 1);
  // The Lab takes them, too.
  const lab = async (name, value) => tab.page.$eval(`[data-testid="${name}"]`, (field, text) => {
    field.value = text;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }, value);
  await go(tab, 'lab');
  await lab('lab-way', 'scratch');
  await tab.until('a field for the network', () => tab.find('lab-architecture'));
  const entries = () => tab.page.$$eval('[data-testid="lab-entry"]', (all) => all.length);
  await lab('lab-architecture', 'mobilenet-v1-9-128');
  await press(tab, 'lab-add');
  assert.match(await message(tab, 'lab'), /0\.05 to 4/);
  assert.equal(await entries(), 0);
  await lab('lab-architecture', 'mobilenet-v1-0.1-40');
  await press(tab, 'lab-add');
  await tab.until('a run in the list', async () => await entries() === 1);
});

test('augmentation is shown on a photo, and trained with', { seconds: 180 }, async (scene) => {
  const tab = await taught(scene, { count: 5 });
  await choose(tab, 'last-blocks');
  await press(tab, 'augment');
  for (const change of ['brightness', 'contrast', 'saturation']) {
    await tab.page.$eval(`#augment-${change}`, (slider) => {
      slider.value = slider.max;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }
  await tab.page.select('[data-testid="augment-fill"]', 'grey');
  // Each preview is of another photo with other changes; a change may happen to be a small one.
  const most = new Map();
  for (let preview = 0, before; preview < 3; preview += 1) {
    await press(tab, 'augmentation-another');
    await tab.until('other tiles', async () => {
      const now = await tab.page.evaluate(() => document.querySelector('[data-testid="augmentation-preview"] image')?.getAttribute('href'));
      const isOther = now && now !== before;
      if (isOther) before = now;
      return isOther;
    }, 60);
    const tiles = await differences(tab);
    assert.equal(tiles.width, tiles.side * tiles.names.length);
    assert.deepEqual(tiles.names.slice(0, 9), ['The photo', 'Mirror', 'Turn', 'Zoom', 'Shift', 'Brightness', 'Contrast', 'Colour', 'All together']);
    const shifted = tiles.grey[tiles.names.indexOf('Shift')] - tiles.grey[0];
    assert.ok(shifted > 0.05, `grey comes in where the photo moved away: ${shifted} of it`);
    assert.ok(tiles.flipped < 5, `the mirrored tile is the photo's mirror image: ${tiles.flipped} of 255 apart`);
    tiles.names.forEach((name, place) => most.set(name, Math.max(most.get(name) ?? 0, tiles.fromPhoto[place])));
  }
  assert.equal(await tab.page.$eval('[data-testid="augment-fill"]', (select) => select.value), 'grey');
  for (const [name, difference] of most) assert.ok(name === 'The photo' ? difference === 0 : difference > 1, `“${name}” changes photos: by ${difference} of 255`);
  await set(tab, { 'head-first': 1, epochs: 2, 'batch-size': 4 });
  assert.equal((await train(tab, 120)).epoch, 3);
});

/**
 * How far each tile of a preview is from the photo, and the mirrored one from the photo's mirror image: means over all pixels, of 255. And the share of
 * each tile that is middle grey.
 */
function differences(tab) {
  return tab.page.evaluate(async () => {
    const shown = [...document.querySelectorAll('[data-testid="augmentation-preview"] li')];
    const picture = new Image();
    picture.src = shown[0].querySelector('image').getAttribute('href');
    await picture.decode();
    const side = picture.naturalHeight;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [side * shown.length, side];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(picture, 0, 0);
    const tile = (place) => context.getImageData(place * side, 0, side, side).data;
    const apart = (one, other, place = (at) => at) => one.reduce((sum, value, at) => sum + Math.abs(value - other[place(at)]), 0) / one.length;
    const mirrored = (at) => {
      const x = Math.floor(at / 4) % side;
      return at + 4 * (side - 1 - 2 * x);
    };
    const names = shown.map((item) => item.textContent.trim());
    const photo = tile(0);
    return {
      width: picture.naturalWidth, side, names,
      fromPhoto: names.map((_, place) => apart(photo, tile(place))),
      grey: names.map((_, place) => {
        const [pixels, near] = [tile(place), (value) => Math.abs(value - 127.5) < 16];
        let grey = 0;
        for (let at = 0; at < pixels.length; at += 4) grey += near(pixels[at]) && near(pixels[at + 1]) && near(pixels[at + 2]);
        return (grey * 4) / pixels.length;
      }),
      flipped: apart(photo, tile(names.indexOf('Mirror')), mirrored),
    };
  });
}

test('the learning-rate finder draws its curve, and its rate is taken', { seconds: 180 }, async (scene) => {
  const tab = await taught(scene);
  await choose(tab, 'last-blocks');
  await set(tab, { 'batch-size': 4 });
  const before = Number(await setting(tab, 'learning-rate'));
  await press(tab, 'find-rate');
  const rate = await tab.until('a rate', () => tab.page.evaluate(() => {
    const search = document.querySelector('[data-testid="rate-search"]');
    return search?.dataset.done === 'true' && Number(search.querySelector('[data-testid="take-rate"]')?.dataset.rate);
  }), 120);
  assert.ok(rate > 1e-7 && rate < 10 && rate !== before, `${rate} instead of ${before}`);
  const curve = await tab.page.$eval('[data-testid="rate-curve"]', (drawing) => ({ suggested: Number(drawing.dataset.suggested), lines: drawing.querySelectorAll('path, polyline').length }));
  assert.ok(curve.suggested === rate && curve.lines >= 1, JSON.stringify(curve));
  await press(tab, 'take-rate');
  await tab.until('the rate to be set', async () => Number(await setting(tab, 'learning-rate')) === rate, 10);
  await set(tab, { 'head-first': 1, epochs: 2 });
  assert.equal((await train(tab, 120)).epoch, 3);
});

for (const [name, fault, happened, mayFail] of [
  ['whose kernels are wrong', wrongKernelOnceAsked('"find-rate":'), /^replaced$/],
  ['that goes away', lostAtRate(5), /^lost-[1-9]/, OF_A_LOST_GPU],
]) {
  test(`a GPU ${name} while a learning rate is looked for: the CPU finds one`, { seconds: 240, mayFail }, async (scene) => {
    const site = scene.site({ engine: fault });
    const tab = await taught(scene, { count: 5, device: 'gpu', options: { site } });
    await choose(tab, 'last-blocks');
    await set(tab, { 'head-first': 3, 'batch-size': 4 });
    await press(tab, 'find-rate');
    await tab.until('the CPU', async () => (await tab.device()) === 'CPU', 150);
    assert.match(await tab.message('device', 10), /GPU/);
    const rate = await tab.until('a rate', () => tab.page.evaluate(() => {
      const search = document.querySelector('[data-testid="rate-search"]');
      return search?.dataset.done === 'true' && Number(search.querySelector('[data-testid="take-rate"]')?.dataset.rate);
    }), 120);
    assert.ok(rate > 1e-7 && rate < 10, `${rate}`);
    assert.ok(site.reports.some((report) => happened.test(report)), `the fault happened: ${site.reports}`);
    // And the next thing that is asked for works.
    await set(tab, { epochs: 1 });
    assert.equal((await train(tab, 120)).epoch, 4);
  });
}

test('“Train on” goes on with the network in use, and keeps it where no epoch is better', { seconds: 240 }, async (scene) => {
  const tab = await taught(scene);
  await choose(tab, 'last-blocks');
  // Not for long: there is much left to learn.
  await set(tab, { optimizer: 'adam', 'learning-rate': 0.0003, schedule: 'constant', 'warm-up': 0, 'head-first': 2, epochs: 1, 'batch-size': 4 });
  await train(tab, 120);
  const before = await ofNeither(tab, scene, 'first');
  const trainOn = async (settings) => {
    await set(tab, settings);
    await press(tab, 'train-on');
    return tab.until('the end', async () => {
      const { running, outcome } = await panel(tab);
      return !running && !(await shown(tab)).train.disabled && outcome?.includes(` of ${settings.epochs} `) && outcome;
    }, 120);
  };
  // A rate under which nothing stays that was learned.
  const harmed = await trainOn({ 'learning-rate': 1, epochs: 2 });
  assert.match(harmed, /^No epoch of 2 was better than the network from before, which stays in use: [\d.]+/);
  assert.equal((await shown(tab)).epoch.epoch, 2, 'the head was not trained alone first');
  assertSame(await ofNeither(tab, scene, 'after harm'), before, 'the network from before');
  await kept(tab);
  await tab.page.reload({ waitUntil: 'domcontentloaded' });
  await embedded(tab, 20);
  assertSame(await ofNeither(tab, scene, 'after a reload'), before, 'the network from before, after a reload');
  const better = await trainOn({ 'learning-rate': 0.001, epochs: 6 });
  assert.match(better, /^Epoch \d of 6 (is in use|was the best; it is the one in use)/);
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77)), 60), 'balls');
});

test('settings that nobody can train with are named, and nothing begins', { seconds: 120 }, async (scene) => {
  const tab = await taught(scene, { count: 5 });
  await choose(tab, 'last-blocks');
  for (const rate of ['0', '1e9', '-1', 'quick']) {
    await set(tab, { 'learning-rate': rate });
    assert.match(await message(tab, 'setting'), /number|from|between|above/i);
    await press(tab, 'train');
    const said = await tab.until('why it does not begin', async () => (await panel(tab)).messages.find(({ text }) => text.startsWith('Learning rate:')));
    assert.match(said.text, /0\.0000001|1e-7|10/, 'the range is said');
    assert.equal((await shown(tab)).epoch, null);
  }
  await set(tab, { 'learning-rate': '0.001', 'batch-size': '4096' });
  assert.match(await message(tab, 'setting'), /4096/);
  await press(tab, 'train');
  assert.match(await message(tab, 'batch'), /4096.*8 photos|4096.*photos/);
  assert.equal((await shown(tab)).epoch, null);
  await tab.page.evaluate(() => document.querySelector('[data-kind="batch"] button').click());
  await tab.until('a batch that fits', async () => Number(await setting(tab, 'batch-size')) <= 8, 10);
  await set(tab, { 'head-first': 1, epochs: 1 });
  assert.equal((await train(tab, 60)).epoch, 2);
});

test('more memory than there is is refused before anything begins, with a cure', { seconds: 120 }, async (scene) => {
  const tab = await taught(scene, { count: 3 });
  await catchSaves(tab);
  await press(tab, 'save');
  const files = unzip((await saved(tab, 60)).bytes);
  // The largest network there is, as a project that somebody wrote by hand.
  const written = JSON.parse(files['graft.json']);
  written.project.settings = { ...written.project.settings, way: { kind: 'scratch', architecture: 'mobilenet-v2-4-1024' }, batch: 4, warm_up: 0 };
  const other = await teach(scene);
  await give(other, 'open', scene.write('huge.graft', zip({ ...files, 'graft.json': Buffer.from(JSON.stringify(written)) })));
  await embedded(other, 6);
  assert.equal((await panel(other)).way, 'scratch');
  assert.deepEqual([await setting(other, 'width'), await setting(other, 'input')], ['4', '1024'], 'what the file says is shown');
  assert.match(await message(other, 'memory'), /[\d.]+\sGB of memory, more than/);
  await press(other, 'train');
  await new Promise((done) => setTimeout(done, 1000));
  const now = await panel(other);
  assert.ok(!now.running && now.messages.some(({ kind }) => kind === 'memory'), JSON.stringify(now.messages));
  assert.equal((await shown(other)).epoch, null);
  await other.page.evaluate(() => document.querySelector('[data-kind="memory"] button').click());
  await other.until('the cure', async () => (await panel(other)).way === 'frozen');
  assert.ok((await train(other)).epoch > 0);
});

test('a rate that training breaks under is named, and the best epoch before is kept', { seconds: 180 }, async (scene) => {
  const tab = await taught(scene);
  await choose(tab, 'last-blocks');
  // Weight decay multiplies every weight by 1 - 10 · 1 at each step: beyond all numbers within a few epochs.
  await set(tab, { optimizer: 'sgd', 'learning-rate': 10, 'weight-decay': 1, schedule: 'constant', 'warm-up': 0, 'head-first': 0, epochs: 100, 'batch-size': 2 });
  await press(tab, 'train');
  const said = await tab.until('why it ended', async () => (await panel(tab)).messages.find(({ text }) => /too high/.test(text)), 120);
  assert.match(said.text, /learning rate of 10\b.*a tenth/);
  await tab.until('the end', async () => !(await panel(tab)).running && !(await shown(tab)).train.disabled, 30);
  const { epoch: last } = await shown(tab);
  assert.ok(last.epoch >= 1 && last.epoch < 100, JSON.stringify(last));
  const own = await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77)), 60);
  assert.ok(own.every(({ probability }) => Number.isFinite(probability)), JSON.stringify(own));
});

test('training is paused, goes on, and is stopped with the best so far', { seconds: 180 }, async (scene) => {
  const tab = await taught(scene);
  await choose(tab, 'last-blocks');
  await set(tab, { 'head-first': 2, epochs: 5000, 'batch-size': 4 });
  await press(tab, 'train');
  await epoch(tab, 4, 60);
  await press(tab, 'pause');
  await new Promise((done) => setTimeout(done, 1500)); // what is under way is finished
  const paused = (await shown(tab)).epoch.epoch;
  await new Promise((done) => setTimeout(done, 2000));
  assert.equal((await shown(tab)).epoch.epoch, paused, 'nothing is trained meanwhile');
  await press(tab, 'pause');
  const on = await epoch(tab, paused + 3, 60);
  await press(tab, 'stop');
  await tab.until('the end', async () => !(await panel(tab)).running && !(await shown(tab)).train.disabled, 60);
  const { epoch: last } = await shown(tab);
  assert.ok(last.epoch >= on.epoch && last.epoch < 5000, JSON.stringify(last));
  const [, best, of] = /^Epoch (\d+) of (\d+) is in use/.exec((await panel(tab)).outcome);
  assert.ok(Number(of) === last.epoch && Number(best) <= last.epoch, `epoch ${best} of ${of}`);
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77)), 60), 'balls');
});

test('WebGPU that goes away while blocks are trained: the CPU goes on from the last epoch', { seconds: 240, mayFail: OF_A_LOST_GPU }, async (scene) => {
  const site = scene.site({ engine: lostAtEpoch(4) });
  const tab = await taught(scene, { count: 5, device: 'gpu', options: { site } });
  await choose(tab, 'last-blocks');
  await set(tab, { 'head-first': 2, epochs: 30, 'batch-size': 4 });
  await press(tab, 'train');
  const last = await tab.until('training to end', async () => {
    const { epoch: now, train: button } = await shown(tab);
    return now?.epoch === 32 && !(await tab.find('stop')) && !button.disabled && now;
  }, 200);
  const resumed = await message(tab, 'resumed', 10); // it stays when training is over
  const from = Number(/epoch (\d+)/.exec(resumed)?.[1]);
  assert.ok(from >= 3 && from < 32, resumed);
  assert.ok(site.reports.some((report) => /^lost-[1-9]/.test(report)), `a device was lost: ${site.reports}`);
  assert.ok(last.trainAccuracy >= 0.8, JSON.stringify(last));
  assert.equal(await tab.device(), 'CPU');
  assert.match(await tab.message('device', 10), /GPU/);
  assertIs(await tryPhoto(tab, scene.write('new ball.jpg', drawn('balls', 77)), 60), 'balls');
});

test('the advice speaks of how many photos there are and how alike they are, and is taken in one press', { seconds: 120 }, async (scene) => {
  const tab = await taught(scene);
  const { advice } = await tab.until('the advice', async () => (await panel(tab)).advice && panel(tab), 30);
  assert.match(advice.case, /^little-/);
  assert.match(advice.text, /10 photos/);
  assert.match(advice.text, /\d\s%/, 'it says what was measured');
  await choose(tab, 'scratch');
  const { advice: against } = await tab.until('that it is not followed', async () => {
    const now = await panel(tab);
    return now.advice?.followed === 'false' && now;
  });
  await press(tab, 'use-advice');
  await tab.until('the advised way', async () => {
    const now = await panel(tab);
    return now.way === against.way && now.advice.followed === 'true';
  });
});

test('negative transfer is named where a random start does better in as many steps', { seconds: 240 }, async (scene) => {
  const tab = await taught(scene, { count: 20 });
  const alike = { epochs: 40, 'batch-size': 10, 'held-out': 50, 'early-stopping': '', schedule: 'constant', 'warm-up': 0 };
  // The pretrained start loses what it knew at the first steps: whatever the photo, ReLU6 lets nothing or everything through.
  await choose(tab, 'last-blocks');
  await set(tab, { ...alike, optimizer: 'sgd', 'learning-rate': 10, 'head-first': 0 });
  const harmed = await train(tab, 150);
  await choose(tab, 'scratch');
  await set(tab, { architecture: 'lenet-5' });
  await set(tab, { ...alike, optimizer: 'adam', 'learning-rate': 0.003 });
  const learned = await train(tab, 60);
  const { advice } = await panel(tab);
  const found = JSON.stringify({ harmed, learned, advice });
  assert.equal(advice.negativeTransfer, 'true', found);
  const [, steps, pretrained, random] = /within the same (\d+) steps the pretrained start reached ([\d.]+)\s%, the random one ([\d.]+)\s%/.exec(advice.text) ?? assert.fail(found);
  assert.ok(Number(steps) > 0 && Number(random) > Number(pretrained), found);
});
