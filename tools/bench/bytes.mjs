// What a visitor downloads: gzip -9 bytes of the built page's parts.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const DEFAULT = 'mobilenet-v2';

/** One line a part of the site in `dist`: the shell (what paints), the engine, and the default network's weights. */
export function bytesOf(dist) {
  const files = readdirSync(dist).filter((name) => /\.(html|css|js|wasm|svg|webmanifest)$/.test(name));
  // wasm-bindgen names the engine's files after its program, the worker.
  const engine = files.filter((name) => /^(engine|worker)/.test(name));
  // What Teach opens in place of the program that only looks.
  const teach = files.filter((name) => /^teach(\.js|_bg\.wasm|[-a-z]*\.css)$/.test(name));
  const parts = { shell: files.filter((name) => !engine.includes(name) && !teach.includes(name)), engine, teach };
  const cards = JSON.parse(readFileSync(path.join(dist, 'models/index.json'), 'utf8'));
  const card = cards.find(({ name }) => name === DEFAULT);
  if (card) parts.weights = [`models/${card.file}`];
  return Object.entries(parts).map(([part, names]) => {
    const contents = names.map((name) => readFileSync(path.join(dist, name)));
    const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);
    return {
      case: 'F.bytes', what: `graft ${part}`, raw: sum(contents.map(({ length }) => length)),
      gzip: sum(contents.map((content) => gzipSync(content, { level: 9 }).length)), files: names,
    };
  });
}
