// Drives the built page in Chromium and Firefox: node tests/e2e/run.mjs [WORDS…] [--browser=chromium|firefox] [--dist=FOLDER] [--made] [--list]
// WORDS choose the tests whose file or name holds one of them. `--made`: with networks of random weights, as where no public ones can be
// had. Prints one line a test and, last, the counts.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { find, launch } from './harness/browsers.mjs';
import { madeModels } from './harness/made.mjs';
import { NotRun, ROOT, tests } from './harness/registry.mjs';
import { startServer } from './harness/server.mjs';
import { ending, Scene } from './harness/scene.mjs';

const args = process.argv.slice(2);
const option = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const words = args.filter((arg) => !arg.startsWith('--')).map((word) => word.toLowerCase());
const kinds = option('browser')?.split(',') ?? ['chromium', 'firefox'];
const dist = path.resolve(option('dist') ?? path.join(ROOT, 'dist'));

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
for (const file of readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort()) {
  const before = tests.length;
  await import(path.join(here, file));
  for (const test of tests.slice(before)) test.file = file.replace('.test.mjs', '');
}
const chosen = tests.filter(({ file, name }) => !words.length || words.some((word) => `${file}: ${name}`.toLowerCase().includes(word)));
if (args.includes('--list')) {
  for (const { file, name, browsers } of chosen) console.log(`${file}: ${name} (${browsers.join(', ')})`);
  process.exit(0);
}
if (!existsSync(path.join(dist, 'index.html'))) {
  console.error(`${path.relative(process.cwd(), dist)}/index.html is missing: build the page first (make build)`);
  process.exit(2);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const missing = new Map(); // reason → how many
const failures = [];
const index = path.join(dist, 'models/index.json');
const cards = existsSync(index) ? JSON.parse(readFileSync(index)) : [];
// The project's own small network is always there; the tests ask for more than one.
const isPublic = ({ name }) => name !== 'graft-small';
const asMade = args.includes('--made');
const made = asMade || !cards.some(isPublic);
if (made) console.log('without public weights: the page is tested with networks of random weights, and with the project\'s own small one');
const models = made ? madeModels(cards.filter((card) => !isPublic(card))) : {};
const server = await startServer(dist, models);
const folder = mkdtempSync(path.join(os.tmpdir(), 'graft-e2e-'));

function line(word, kind, test, from, more = '') {
  console.log(`${word.padEnd(7)} ${kind.padEnd(8)} ${test.file}: ${test.name} (${((Date.now() - from) / 1000).toFixed(1)} s)${more && `\n${more.replace(/^/gm, '        ')}`}`);
}

async function runOne(kind, test, scene) {
  const from = Date.now();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${test.seconds} s`)), test.seconds * 1000);
  });
  try {
    await Promise.race([test.body(scene), late]);
    scene.check(test);
    counts.passed += 1;
    line('ok', kind, test, from);
  } catch (error) {
    if (error instanceof NotRun) {
      counts.skipped += 1;
      missing.set(error.message, (missing.get(error.message) ?? 0) + 1);
      line('NOT RUN', kind, test, from, error.message);
    } else {
      counts.failed += 1;
      failures.push(`${kind} ${test.file}: ${test.name}`);
      line('FAIL', kind, test, from, `${error.stack ?? error}\n${await scene.account()}`);
    }
  } finally {
    clearTimeout(timer);
    await scene.end();
  }
}

/** A browser, at the second try if need be: on a busy machine one may not answer within the driver's half minute. */
async function launched(kind) {
  try {
    return await launch(kind);
  } catch (error) {
    console.log(`        ${kind} did not start, once more: ${error.message}`);
    return launch(kind);
  }
}

// What a driver's own code lets fall must not end the run without its counts.
process.on('unhandledRejection', (error) => {
  counts.failed += 1;
  failures.push(`a rejected promise that nobody awaited: ${error?.stack ?? error}`);
});

for (const kind of kinds) {
  if (!find(kind)) {
    const here = chosen.filter(({ browsers }) => browsers.includes(kind)).length;
    counts.failed += here;
    failures.push(`${kind} is not installed: ${here} tests could not run`);
    continue;
  }
  let browser = null;
  for (const test of chosen.filter(({ browsers }) => browsers.includes(kind))) {
    // A test may have killed the browser; the next one gets another.
    try {
      if (!browser?.connected) browser = await launched(kind);
    } catch (error) {
      counts.failed += 1;
      failures.push(`${kind} ${test.file}: ${test.name}`);
      line('FAIL', kind, test, Date.now(), `the browser did not start: ${error.stack ?? error}`);
      continue;
    }
    await runOne(kind, test, new Scene({ kind, browser, server, folder, dist, models, asMade }));
  }
  await ending('the browser', () => browser?.close());
}
server.close();
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

console.log('');
for (const [reason, count] of missing) console.log(`NOT RUN: ${count} tests, because ${reason}`);
for (const failure of failures) console.log(`FAILED: ${failure}`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
