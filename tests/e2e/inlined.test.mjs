// The loader names every file itself, and a page may name others in `graftAssets`: so the same program can run from a single file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from './harness/registry.mjs';
import { assertTop } from './harness/tab.mjs';
import { picture } from './images/picture.mjs';
import { png } from './images/png.mjs';

/** The loader's name of each part that looking takes → its file in the built site. */
const PARTS = {
  'app.js': 'app.js', 'app.wasm': 'app_bg.wasm', 'engine.js': 'engine.js', 'compile.js': 'compile.js', 'worker.js': 'worker.js', 'worker.wasm': 'worker_bg.wasm',
};
const NONCE = 'inlined';

/** The page with all that looking takes within it: programs and weights become blob: addresses, the list of networks a data: one. */
function inlined(text, parts, list) {
  const policy = { "script-src 'self'": `script-src 'self' 'nonce-${NONCE}' blob:`, "connect-src 'self'": "connect-src 'self' blob: data:" };
  for (const [from, to] of Object.entries(policy)) {
    assert.ok(text.includes(from), `${from} in the policy of index.html`);
    text = text.replace(from, () => to);
  }
  const script = `<script nonce="${NONCE}">{
    const parts = ${JSON.stringify(parts)};
    const address = ({ type, base64 }) => URL.createObjectURL(new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type }));
    globalThis.graftAssets = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, address(part)]));
    globalThis.graftAssets["models/index.json"] = ${JSON.stringify(`data:application/json;base64,${list.toString('base64')}`)};
  }</script>`;
  const before = /<script[^>]+theme\.js/;
  assert.match(text, before);
  return text.replace(before, (theme) => script + theme);
}

test('a page that holds its own programs and weights says what is in a photo', { seconds: 120, browsers: ['chromium'] }, async (scene) => {
  const card = scene.backbones.find(({ name }) => name === scene.quick);
  const part = (type, bytes) => ({ type, base64: bytes.toString('base64') });
  const parts = Object.fromEntries(Object.entries(PARTS).map(([name, file]) => [name, part(name.endsWith('.js') ? 'text/javascript' : 'application/wasm', readFileSync(path.join(scene.dist, file)))]));
  parts[`models/${card.file}`] = part('application/octet-stream', scene.weights(card));
  const site = scene.site({ html: (text) => inlined(text, parts, Buffer.from(JSON.stringify([card]))) });
  const tab = await scene.open(`device=cpu&backbone=${card.name}`, { site });
  assertTop(await tab.classify(scene.write('drawn.png', png(picture())), 90));
  assert.deepEqual((await tab.state()).messages, []);
  const fetched = site.asked.filter((file) => /\.(js|wasm|safetensors|json)$/.test(file) && !file.startsWith('samples/'));
  assert.deepEqual(fetched.sort(), ['boot.js', 'theme.js'], 'only the loader itself is asked for');
});
