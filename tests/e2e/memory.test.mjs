// Photos, however large, leave the engine's memory as it was. What training leaves is looked at in steps.test.mjs.
import assert from 'node:assert/strict';
import { Engine } from './harness/engine.mjs';
import { holds, PROBE } from './harness/probe.mjs';
import { test } from './harness/registry.mjs';
import { largeJpeg } from './images/jpeg.mjs';
import { picture } from './images/picture.mjs';

/** Photos of 12 megapixels: until everything is there that is needed, and after that. */
const PHOTOS = { first: 3, more: 6 };

test('large photos leave the engine’s memory as it was', { seconds: 180 }, async (scene) => {
  const files = { __photo: largeJpeg(picture(512, 384), { halved: true }) }; // 4096 × 3072 pixels of the file
  const engine = await Engine.start(scene, { site: scene.site({ files, engine: PROBE }) });
  await engine.open('cpu');
  const { file, sha256 } = scene.backbones.find(({ name }) => name === scene.quick);
  await engine.ask({ command: 'load-backbone', file, sha256 }, 'backbone-ready', { data: `models/${file}` });
  let photo = 0;
  const classify = async (count) => {
    for (const end = photo + count; photo < end; photo += 1) {
      await engine.ask({ command: 'classify', photo, name: 'large.jpg', top: 5 }, 'predicted', { blob: '__photo' });
    }
    return (await holds(engine.tab)).wasm;
  };
  const before = await classify(PHOTOS.first);
  const after = await classify(PHOTOS.more);
  // Its pixels alone are 36 MiB; memory of WebAssembly is never given back, so that the most it ever needed is seen.
  assert.equal(after - before, 0, `${before} bytes after ${PHOTOS.first} photos, ${after} after ${PHOTOS.more} more`);
});
