// Training by the engine itself: both devices take the same steps, and five hundred of them leave memory as it was.
import assert from 'node:assert/strict';
import { lostAtEpoch, OF_A_LOST_GPU } from './harness/faults.mjs';
import { Lesson } from './harness/lesson.mjs';
import { test } from './harness/registry.mjs';

const ADAM = { optimizer: 'adam', learning_rate: 1e-3, weight_decay: 0, lr_factor: 3, head_first: 0, patience: null, validation: 0, seed: 7 };

const SCRATCH = (architecture) => ({ way: { kind: 'scratch', architecture }, lr_factor: 1 });

for (const [name, settings, count = 4] of [
  ['the last two blocks', { way: { kind: 'last-blocks', blocks: 2 } }],
  ['LeNet-5 from random weights, of changed photos', { ...SCRATCH('lenet-5'), augmentation: { flip: true, rotation: 10, brightness: 0.1 } }],
  // Sixteen photos and a low rate: what rounding leaves, batch norm over few numbers makes larger from step to step.
  ['MobileNetV1 from random weights, with batch norm', { ...SCRATCH('mobilenet-v1-0.25-64'), optimizer: 'sgd', momentum: 0.9, learning_rate: 2e-6 }, 8],
]) {
  test(`twenty steps of ${name}: the losses of CPU and GPU agree`, { seconds: 240 }, async (scene) => {
    const losses = [];
    for (const device of ['cpu', 'gpu']) {
      const lesson = await Lesson.start(scene, device, { count });
      // All photos are one batch, so that an epoch is a step and its row has the step's loss.
      const { rows, error } = await lesson.train({ ...ADAM, ...settings, batch: 2 * count, epochs: 20 }, { seconds: 200 });
      assert.equal(error, undefined);
      assert.deepEqual(rows.map(({ epoch }) => epoch), Array.from({ length: 20 }, (_, at) => at + 1));
      losses.push(rows.map(({ train_loss: loss }) => loss));
      await lesson.engine.tab.page.close();
    }
    const [cpu, gpu] = losses;
    const apart = cpu.map((loss, step) => Math.abs(loss - gpu[step]));
    assert.ok(Math.max(...apart) < 1e-2, `CPU ${cpu}\nGPU ${gpu}`);
    assert.ok(cpu[19] < cpu[0] - 0.05, `and they fall: ${cpu}`);
  });
}

// Momentum is what the optimizer remembers: begun anew, it takes a tenth of the step for a while, and the losses part.
test('a GPU that goes away in the middle of forty steps: the CPU takes the rest as if nothing had been', { seconds: 240, mayFail: OF_A_LOST_GPU }, async (scene) => {
  const settings = { ...ADAM, way: { kind: 'last-blocks', blocks: 2 }, optimizer: 'sgd', momentum: 0.9, learning_rate: 1e-3, batch: 8, epochs: 40 };
  const whole = await (await Lesson.start(scene, 'cpu')).train(settings);
  const lesson = await Lesson.start(scene, 'gpu', { fault: lostAtEpoch(6) });
  const { rows, error, resumed } = await lesson.train(settings, { seconds: 200 });
  assert.equal(error, undefined);
  assert.ok(resumed >= 6 && resumed < 40, `it went on from epoch ${resumed}`);
  const losses = ({ rows: all }) => Array.from({ length: 40 }, (_, at) => all.findLast(({ epoch }) => epoch === at + 1).train_loss);
  const [expected, found] = [losses(whole), losses({ rows })];
  const apart = expected.map((loss, step) => Math.abs(loss - found[step]));
  assert.ok(Math.max(...apart) < 1e-2, `CPU ${expected}\nlost after epoch ${resumed}: ${found}`);
  assert.ok(expected[39] < expected[0] - 0.1, `and they fall: ${expected}`);
});

test('the engine refuses what does not fit into memory, whoever asks, and trains on', { seconds: 120 }, async (scene) => {
  const lesson = await Lesson.start(scene, 'cpu', { count: 2 });
  const huge = await lesson.train({ ...ADAM, way: { kind: 'scratch', architecture: 'mobilenet-v2-4-1024' }, batch: 2, epochs: 1 });
  assert.equal(huge.rows.length, 0);
  assert.match(`${huge.error.expected} ${huge.error.found}`, /MiB of memory/);
  assert.match(huge.error.cure, /smaller network/);
  const batch = await lesson.train({ ...ADAM, way: { kind: 'last-blocks', blocks: 1 }, batch: 400, epochs: 1 });
  assert.match(batch.error?.subject ?? '', /batch/);
  const { rows } = await lesson.train({ ...ADAM, way: { kind: 'last-blocks', blocks: 1 }, batch: 2, epochs: 2 });
  assert.equal(rows.length, 2);
});

/** Steps, two photos each: of the whole run, between two looks at memory, from which on everything is there that is needed, and of the last look. */
const STEPS = { all: 600, look: 20, settled: 100, last: 500 };
/** The least of so many looks counts: buffers wait for a readback or for the browser's next collection, which come when they come. */
const WINDOW = 5;
/** What may be added between the first and the last looks, bytes. A leak of one small tensor a step is more. */
const SLACK = { cpu: { wasm: 48 << 10, gpu: 0 }, gpu: { wasm: 384 << 10, gpu: 768 << 10 } };

for (const device of ['cpu', 'gpu']) {
  test(`five hundred steps on the ${device} leave memory as it was`, { seconds: 900 }, async (scene) => {
    const lesson = await Lesson.start(scene, device);
    const held = [];
    // Looks end before the run does: at its end the network is copied and judged, beside what is looked at.
    const look = async ({ epoch }) => {
      const steps = epoch * 4; // eight photos, two a step
      if (steps % STEPS.look === 0 && steps >= STEPS.settled && steps <= STEPS.last) held.push({ steps, ...(await lesson.holds()) });
    };
    const settings = { ...ADAM, way: { kind: 'last-blocks', blocks: 2 }, batch: 2, epochs: STEPS.all / 4 };
    const { summary, error } = await lesson.train(settings, { seconds: 300, heard: look });
    assert.equal(error, undefined);
    assert.equal(summary.steps, STEPS.all);
    console.log(`        ${summary.seconds.toFixed(1)} s; bytes after ${held.filter((_, at) => at % WINDOW === 0).map(({ steps, wasm, gpu }) => `${steps} steps: ${wasm} and ${gpu}`).join(', ')}`);
    assert.equal(held.length, (STEPS.last - STEPS.settled) / STEPS.look + 1);
    assert.ok(held[0].wasm > 1e6 && (device === 'cpu' || held[0].gpu > 1e5), JSON.stringify(held[0]));
    for (const where of ['wasm', 'gpu']) {
      const [first, last] = [held.slice(0, WINDOW), held.slice(-WINDOW)].map((looks) => Math.min(...looks.map((each) => each[where])));
      assert.ok(last - first <= SLACK[device][where], `${where}: ${JSON.stringify(held)}`);
    }
  });
}
