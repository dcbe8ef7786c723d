// Every stage of every network against the reference, and every kernel against its twin, in the browsers themselves.
import assert from 'node:assert/strict';
import path from 'node:path';
import { Engine } from './harness/engine.mjs';
import { goldenNames } from './harness/golden.mjs';
import { need, ROOT, shared, test } from './harness/registry.mjs';

// Largest error allowed, as a share of the tensor's largest value.
const LIMIT = { cpu: 1e-4, gpu: 1e-3 };
// What is compared in absolute numbers: the probabilities of all units, and how far apart those of two classes are that changed places.
const ABSOLUTE = { probabilities: 0.005, ranks: 1e-4 };
const ANSWERS = ['embedding', 'logits', ...Object.keys(ABSOLUTE)];
// Name → how many stages its reference file holds.
const BACKBONES = {
  'mobilenet-v2': 19, 'mobilenet-v1-1.0': 0, 'mobilenet-v1-0.75': 0, 'mobilenet-v1-0.5': 0, 'mobilenet-v1-0.25': 14, 'mobilenet-v2-birds': 0, 'mobilenet-v2-insects': 0,
};

function assertClose(compared, device) {
  assert.equal(compared.device, device);
  const within = ({ name, error, scale }) => scale > 0 && error <= (ABSOLUTE[name] ?? LIMIT[device] * scale);
  const off = compared.comparisons.filter((comparison) => !within(comparison));
  assert.deepEqual(off, [], `errors above ${LIMIT[device]} of the largest value, or above ${JSON.stringify(ABSOLUTE)}`);
}

/** As many tensors of stages as there must be, and all the answers. */
function assertWhole({ comparisons }, stages) {
  const names = comparisons.map(({ name }) => name);
  const ofStages = names.filter((name) => /^(stage|channel_sums|pixel_sums)\.(stem|blocks\.\d+|last)$/.test(name));
  assert.equal(new Set(ofStages).size, stages, `stages among ${names}`);
  assert.deepEqual(names.slice(stages), ANSWERS, 'and nothing besides the answers');
}

for (const device of ['cpu', 'gpu']) {
  test(`every kernel agrees with its reference on the ${device}`, { seconds: 180 }, async (scene) => {
    const engine = await Engine.start(scene);
    await engine.open(device);
    const compared = await engine.ask({ command: 'compare-kernels' }, 'compared', { seconds: 170 });
    assertClose(compared, device);
    // As natively: at least 55 of the pretrained networks' kernels, and 90 of the operations from scratch.
    assert.ok(compared.comparisons.length >= 145, `${compared.comparisons.length} comparisons`);
  });

  // These need nothing but the project: their figures were computed by tests/golden/graft_small.py.
  for (const [what, weights, figures, stages] of [
    ['the committed network', 'models/graft-small.safetensors', 'graft-small.safetensors', 14],
    ['a MobileNetV2 of random weights', 'tests/golden/random-v2-weights.safetensors', 'random-v2.safetensors', 19],
  ]) {
    test(`${what} agrees with figures in float64 on the ${device}`, { seconds: 120 }, async (scene) => {
      const files = { __weights: path.join(ROOT, weights), __golden: path.join(ROOT, 'tests/golden', figures) };
      const engine = await Engine.start(scene, { site: scene.site({ files }) });
      await engine.open(device);
      await engine.ask({ command: 'load-backbone', file: path.basename(weights), sha256: null }, 'backbone-ready', { data: '__weights' });
      const compared = await engine.ask({ command: 'compare-golden' }, 'compared', { data: '__golden', seconds: 100 });
      assertClose(compared, device);
      assertWhole(compared, 2 * stages); // each channel's sum and each pixel's
    });
  }

  for (const [name, stages] of Object.entries(BACKBONES)) {
    test(`${name} agrees with the reference on the ${device}`, { seconds: 240 }, async (scene) => {
      const golden = goldenNames()[name];
      assert.ok(golden, `${name} is in models/registry.toml`);
      const file = need(shared('golden', `${golden}.safetensors`));
      const card = scene.published(name);
      const engine = await Engine.start(scene, { site: scene.site({ files: { __golden: file } }) });
      await engine.open(device);
      const ready = await engine.ask({ command: 'load-backbone', file: card.file, sha256: card.sha256 }, 'backbone-ready', { data: `models/${card.file}` });
      assert.equal(ready.card.name, name);
      const compared = await engine.ask({ command: 'compare-golden' }, 'compared', { data: '__golden', seconds: 200 });
      assertClose(compared, device);
      assertWhole(compared, stages);
    });
  }
}
