// What a visitor downloads.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from './harness/registry.mjs';

const KB = 1000;
const gzip = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

test('the shell is at most 300 kB and the engine at most 3.2 MB, gzip', { browsers: ['chromium'] }, async ({ dist }) => {
  const files = readdirSync(dist).filter((name) => /\.(html|css|js|wasm|svg|webmanifest)$/.test(name));
  // wasm-bindgen names the engine's files after its program, the worker.
  const engine = files.filter((name) => /^(engine|worker)/.test(name));
  // The whole page, which Teach opens in place of the one that only looks.
  const whole = files.filter((name) => /^teach(\.js|_bg\.wasm|[-a-z]*\.css)$/.test(name));
  const shell = files.filter((name) => !engine.includes(name) && !whole.includes(name));
  const total = (names) => names.reduce((sum, name) => sum + gzip(path.join(dist, name)), 0);
  const table = files.map((name) => `${name} ${(gzip(path.join(dist, name)) / KB).toFixed(1)} kB`).join(', ');
  console.log(`        shell ${(total(shell) / KB).toFixed(0)} kB, whole page ${(total(whole) / KB).toFixed(0)} kB, engine ${(total(engine) / KB).toFixed(0)} kB gzip: ${table}`);
  assert.ok(engine.some((name) => name.endsWith('.wasm')), `the engine's program is among ${files}`);
  assert.ok(total(shell) <= 300 * KB, `shell: ${total(shell)} bytes`);
  assert.ok(whole.some((name) => name.endsWith('.wasm')), `the whole page's program is among ${files}`);
  assert.ok(total(engine) <= 3200 * KB, `engine: ${total(engine)} bytes`);
});
