// Measures Graft and, in turns with it, TensorFlow.js: node tools/bench/run.mjs --chromium=PATH --peers=FOLDER [--no-peers=REASON]
// [--rounds=3] [--only=A,F.graft.cpu,…] (a case, or its beginning up to a dot). `make bench` calls it.
//
// One JSON object a measurement goes to stdout and to target/bench/latest.jsonl; a run of all cases also writes its table into BENCHMARKS.md.
import { existsSync, mkdirSync, writeFileSync, appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesOf } from './bytes.mjs';
import { Graft } from './graft.mjs';
import { describeMachine } from './machine.mjs';
import { copies, photo } from './photo.mjs';
import { watchOthers, watchPeaks } from './processes.mjs';
import { jsonLines } from './programs.mjs';
import { serve } from './site.mjs';
import { fillTable, tableOf } from './table.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const option = (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
function stop(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}
const rounds = Number(option('rounds') ?? 3);
if (!Number.isInteger(rounds) || rounds < 1) stop(`ROUNDS: expected a whole number from 1, found '${option('rounds')}'`);
const only = option('only')?.split(',');
const chromium = option('chromium');
const peers = path.resolve(root, option('peers') ?? 'target/peers');
const dist = path.join(root, 'dist');
const native = path.join(root, 'target/release/graft');
const folder = path.join(root, 'target/bench');
mkdirSync(folder, { recursive: true });

// ---- The cases: `ours` alone, or in turns with `theirs`, a case of the peers' benchmark, with `options` in place of its own. `once`: in the first
// round only.

/** The first of MobileNetV2's blocks with 160 channels; the first convolution is block 0. */
const FROM_160 = 14;
const ONE_PHOTO = { batch: 1, warmup: 1, reps: 3 };
const ONE_BATCH = { warmup: 0, reps: 1 }; // takes TensorFlow.js minutes on SwiftShader
const cases = [
  { id: 'A.graft.cpu', ours: () => graft.forward('cpu', 15), theirs: 'A.tfjs.wasm1' },
  { id: 'A.graft.webgpu', ours: () => graft.forward('gpu', 10), theirs: 'A.tfjs.webgpu' },
  { id: 'B.graft.cpu', ours: () => graft.embeddings('cpu', 8), theirs: 'B.tfjs.wasm1' },
  { id: 'B.graft.webgpu', ours: () => graft.embeddings('gpu', 2), theirs: 'B.tfjs.webgpu', options: ONE_BATCH, once: true },
  { id: 'C2.graft.cpu', ours: () => graft.head('cpu', 7), theirs: 'C2.tfjs.wasm1' },
  { id: 'C2.graft.webgpu', ours: () => graft.head('gpu', 7), theirs: 'C2.tfjs.webgpu' },
  { id: 'D.graft.cpu', ours: () => graft.finetune('cpu', { from: FROM_160, batch: 16, repeats: 5 }), theirs: 'D.tfjs.wasm1.customgrad' },
  { id: 'E.graft.cpu', ours: () => graft.finetune('cpu', { from: 0, batch: 8, repeats: 5 }), theirs: 'E.tfjs.wasm1.customgrad' },
  { id: 'D.graft.webgpu', ours: () => graft.finetune('gpu', { from: FROM_160, batch: 1, repeats: 3 }), theirs: 'D.tfjs.webgpu', options: ONE_PHOTO },
  { id: 'E.graft.webgpu', ours: () => graft.finetune('gpu', { from: 0, batch: 1, repeats: 3 }), theirs: 'E.tfjs.webgpu', options: ONE_PHOTO },
  { id: 'F.graft.cpu', ours: () => graft.first('cpu'), theirs: 'F.tfjs.wasm1' },
  { id: 'F.graft.webgpu', ours: () => graft.first('gpu'), theirs: 'F.tfjs.webgpu' },
  { id: 'photo.graft.cpu', ours: () => graft.large(copies(large, 5)) },
];
const NATIVE = ['cpu', 'gpu'];
const names = [...cases.flatMap(({ id, theirs }) => [id, ...(theirs ? [theirs] : [])]), ...NATIVE.map((device) => `native.${device}`), 'F.bytes'];
const fits = (id, word) => id === word || id.startsWith(`${word}.`);
const wanted = (id) => !only || only.some((word) => fits(id, word));
for (const word of only ?? []) {
  if (!names.some((id) => fits(id, word))) stop(`ONLY: expected cases, or their beginnings up to a dot, of ${names.join(', ')}; found '${word}'`);
}

const site = await serve(dist);
const small = await photo('small', folder, chromium);
const large = await photo('large', folder, chromium);
const graft = new Graft({ site: site.url, chromium, small });

// ---- Measuring

const results = [];
const missing = new Map(); // what could not be measured → why
const latest = path.join(folder, 'latest.jsonl');
writeFileSync(latest, '');

function note(line) {
  const text = JSON.stringify(line);
  console.log(text);
  appendFileSync(latest, `${text}\n`);
  results.push(line);
}

function notRun(what, reason) {
  if (missing.has(what)) return;
  missing.set(what, reason);
  console.log(`NOT RUN: ${what}: ${reason}`);
}

/** The larger of two `{ renderer, 'gpu-process' }`, either may be null. */
function larger(one, other) {
  if (!one || !other) return one ?? other;
  return Object.fromEntries(Object.keys(one).map((name) => [name, Math.max(one[name] ?? 0, other[name] ?? 0)]));
}

async function measure(id, round, run) {
  const from = performance.now();
  const [others, peaks] = [watchOthers(), watchPeaks()];
  let result;
  try {
    result = await run();
  } catch (error) {
    result = { failed: String(error?.message ?? error).split('\n')[0].slice(0, 400) };
  }
  const { memory, ...figures } = result;
  const atEnd = memory && { renderer: memory.renderer?.peak, 'gpu-process': memory.gpu?.peak };
  const line = { case: id, round, ...figures };
  // `peak_rss_mib`: as the peers read it, at the end; `peak_seen_mib`: the highest at any time.
  if (atEnd) Object.assign(line, { peak_rss_mib: atEnd, peak_seen_mib: larger(atEnd, peaks()) });
  else peaks();
  note({ ...line, wall_s: Number(((performance.now() - from) / 1000).toFixed(1)), others_cores: others() });
}

const PEER_SECONDS = 600;

async function measurePeer(id, round, options) {
  const peaks = watchPeaks();
  try {
    const args = ['run.mjs', `--only=${id}`, `--chromium=${chromium}`, `--timeout=${PEER_SECONDS}`, ...(options ? [`--p=${JSON.stringify(options)}`] : [])];
    const found = await jsonLines(process.execPath, args, { cwd: peers, seconds: PEER_SECONDS + 60 });
    // A name may be the beginning of other cases' names.
    const lines = id.includes('.tfjs.') ? found.filter((line) => line.case === id) : found;
    const seen = peaks();
    for (const line of lines) note({ ...line, ...(round && { round, peak_seen_mib: larger(line.peak_rss_mib, seen) }) });
  } catch (error) {
    peaks();
    notRun(id, error.message);
  }
}

async function measureNative(device, round) {
  const id = `native.${device}`;
  const others = watchOthers();
  try {
    const lines = await jsonLines(native, ['bench', '--json', `--device=${device}`, ...(device === 'gpu' ? ['--case=A,B,C2,F'] : [])], { cwd: root, seconds: 300 });
    const cores = others();
    for (const line of lines) note({ ...line, case: `${id}.${line.case}`, round, others_cores: cores });
  } catch (error) {
    notRun(id, error.message);
  }
}

const noPeers = option('no-peers') ?? (existsSync(path.join(peers, 'run.mjs')) ? undefined : `${path.relative(root, peers)}/run.mjs is missing`);
const noNative = existsSync(native) ? undefined : 'target/release/graft is missing: run make cli';

for (let round = 1; round <= rounds; round += 1) {
  for (const { id, ours, theirs, options, once } of cases) {
    if (once && round > 1) continue;
    const turns = [];
    if (wanted(id)) turns.push(() => measure(id, round, ours));
    if (theirs && wanted(theirs)) turns.push(() => (noPeers ? notRun(theirs, noPeers) : measurePeer(theirs, round, options)));
    // Who goes first changes from round to round: a machine that grows warm or busy wrongs neither side.
    if (round % 2 === 0) turns.reverse();
    for (const turn of turns) await turn();
  }
  for (const device of NATIVE) {
    const id = `native.${device}`;
    if (!wanted(id) || missing.has(id)) continue;
    if (noNative) notRun(id, noNative);
    else await measureNative(device, round);
  }
}
if (wanted('F.bytes')) {
  for (const line of bytesOf(dist)) note(line);
  if (noPeers) notRun('F.bytes of TensorFlow.js', noPeers);
  else await measurePeer('F.bytes');
}
site.close();

// ---- The table

// A peer that fails is a figure that is missing, not a fault of ours.
const failed = results.filter((line) => line.failed && !line.case.includes('.tfjs.')).length;
const table = tableOf({ results, missing, rounds, machine: describeMachine({ chromium, peers: noPeers ? null : peers }) });
console.log(`\n${table}`);
const file = path.join(root, 'BENCHMARKS.md');
if (only) console.log('BENCHMARKS.md stays as it is: only some cases were measured.');
else {
  writeFileSync(file, fillTable(readFileSync(file, 'utf8'), table));
  console.log('The table in BENCHMARKS.md was written anew.');
}
process.exit(failed === 0 ? 0 : 1);
