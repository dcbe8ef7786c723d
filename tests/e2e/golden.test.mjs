// Every stage of every network against the reference, and every kernel against its twin, in the browsers themselves.
import assert from 'node:assert/strict';
import { Engine } from './harness/engine.mjs';
import { goldenNames } from './harness/golden.mjs';
import { need, shared, test } from './harness/registry.mjs';

// Largest error allowed, as a share of the tensor's largest value.
const LIMIT = { cpu: 1e-4, gpu: 1e-3 };
const BACKBONES = ['mobilenet-v2', 'mobilenet-v1-1.0', 'mobilenet-v1-0.75', 'mobilenet-v1-0.5', 'mobilenet-v1-0.25', 'mobilenet-v2-birds', 'mobilenet-v2-insects'];

function assertClose(compared, device) {
  assert.equal(compared.device, device);
  assert.ok(compared.comparisons.length > 0, 'something was compared');
  const off = compared.comparisons.filter(({ error, scale }) => !(error <= LIMIT[device] * scale) || !(scale > 0));
  assert.deepEqual(off, [], `errors above ${LIMIT[device]} of the largest value`);
}

for (const device of ['cpu', 'gpu']) {
  test(`every kernel agrees with its reference on the ${device}`, { seconds: 180 }, async (scene) => {
    const engine = await Engine.start(scene);
    await engine.open(device);
    assertClose(await engine.ask({ command: 'compare-kernels' }, 'compared', { seconds: 170 }), device);
  });

  for (const name of BACKBONES) {
    test(`${name} agrees with the reference on the ${device}`, { seconds: 240 }, async (scene) => {
      const golden = goldenNames()[name];
      assert.ok(golden, `${name} is in models/registry.toml`);
      const file = need(shared('golden', `${golden}.safetensors`));
      const card = scene.published(name);
      const engine = await Engine.start(scene, { site: scene.site({ files: { '__golden': file } }) });
      await engine.open(device);
      const ready = await engine.ask({ command: 'load-backbone', file: card.file, sha256: card.sha256 }, 'backbone-ready', { data: `models/${card.file}` });
      assert.equal(ready.card.name, name);
      const compared = await engine.ask({ command: 'compare-golden' }, 'compared', { data: '__golden', seconds: 200 });
      assertClose(compared, device);
      const names = compared.comparisons.map((comparison) => comparison.name);
      assert.ok(names.includes('embedding') && names.includes('logits'), `embedding and logits are among ${names}`);
    });
  }
}
