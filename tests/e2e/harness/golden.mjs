// The reference figures beside the project: which file belongs to which backbone, and what they say of the eight photos.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, need, shared } from './registry.mjs';

/** Backbone name → the reference's name for it: that of its first TFLite file. */
export function goldenNames() {
  const registry = readFileSync(path.join(ROOT, 'models/registry.toml'), 'utf8');
  return Object.fromEntries(registry.split(/^\[\[backbone\]\]$/m).slice(1).map((entry) => [
    /^name = "(.+)"$/m.exec(entry)[1],
    /^file = "(.+)\.tflite"$/m.exec(entry)?.[1], // none for the one that is part of the project
  ]));
}

/** The TFLite files that a network of the registry is made of; none for the one that is part of the project. */
export function publicFiles(backbone) {
  const registry = readFileSync(path.join(ROOT, 'models/registry.toml'), 'utf8');
  const entry = registry.split(/^\[\[(?:backbone|class_list)\]\]$/m).find((text) => /^name = "(.+)"$/m.exec(text)?.[1] === backbone);
  assert.ok(entry, `${backbone} is in models/registry.toml`);
  return [...entry.matchAll(/^file = "(.+\.tflite)"$/gm)].map(([, file]) => file);
}

/** The eight photos with what the reference finds in each: `[{ file, name, top: [{ index, id, probability }] }]`. */
export function goldenPhotos(backbone) {
  const golden = JSON.parse(readFileSync(need(shared('golden/golden.json')), 'utf8'));
  const top5 = golden.top5[goldenNames()[backbone]];
  return golden.images.map((name) => ({
    name,
    file: need(shared('data/caltech101', name)),
    top: top5[name].map(([index, probability, label]) => ({ index, probability, id: /^n\d{8}/.exec(label)?.[0] ?? null, label })),
  }));
}
