// Every test, one after another, and one line that counts them: formatting and architecture, the native tests, the page in both
// browsers. Exit status 0 only if nothing failed.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const total = { passed: 0, failed: 0, skipped: 0 };
const started = Date.now();
/** What failed and what was not run, said again at the very end: a long log may be read from there. */
const again = { failed: [], skipped: [] };

/** Runs a program, shows what it prints as it comes, and gives its lines and exit status. */
function run(program, args) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data) => {
      process.stdout.write(data);
      text += data;
    });
    child.on('error', (error) => done({ lines: [String(error)], status: 127 }));
    child.on('close', (status) => done({ lines: text.split('\n'), status: status ?? 1 }));
  });
}

/** One step: `count` reads its lines into counts. A step that fails without a failed test (it did not compile, say) counts as one. */
async function step(name, program, args, count) {
  console.log(`\n== ${name}`);
  const from = Date.now();
  const { lines, status } = await run(program, args);
  const counts = { passed: 0, failed: 0, skipped: 0, ...count(lines) };
  if (status !== 0 && counts.failed === 0) {
    counts.failed = 1;
    again.failed.push(`${name}: exit status ${status}`);
  }
  for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(`== ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${Math.round((Date.now() - from) / 1000)} s)`);
  return status === 0;
}

const sum = (lines, pattern) => lines.reduce((counts, line) => {
  const found = pattern.exec(line);
  return found ? counts.map((count, i) => count + Number(found[i + 1])) : counts;
}, [0, 0, 0]);

function checks(lines) {
  const results = lines.filter((line) => /^check: .* \.\.\. /.test(line));
  const failed = results.filter((line) => line.endsWith('FAILED'));
  again.failed.push(...failed);
  return { passed: results.length - failed.length, failed: failed.length };
}

// A native test that misses something outside the project prints a line "NOT RUN: what: why" and returns, which cargo calls passed.
function native(lines) {
  const [passed, failed, ignored] = sum(lines, /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/);
  const missed = new Map(); // test → why
  let test;
  for (const line of lines) {
    test = /^---- (.+) stdout ----$/.exec(line)?.[1] ?? test;
    if (line.startsWith('NOT RUN')) missed.set(test, line);
    if (/^test .+ \.\.\. FAILED$/.test(line)) again.failed.push(line);
  }
  again.skipped.push(...[...missed].map(([name, why]) => `${why} (${name})`));
  return { passed: passed - missed.size, failed, skipped: ignored + missed.size };
}

function browsers(lines) {
  again.failed.push(...lines.filter((line) => line.startsWith('FAILED: ')));
  again.skipped.push(...lines.filter((line) => line.startsWith('NOT RUN: ')));
  const [passed, failed, skipped] = sum(lines, /^(\d+) passed, (\d+) failed, (\d+) skipped$/);
  return { passed, failed, skipped };
}

await step('format and architecture', 'tools/check.sh', ['quick'], checks);
await step('native tests', 'cargo', ['test', '--release', '--locked', '--no-fail-fast', '--', '--show-output'], native);
if (await step('build', 'tools/build.sh', [], () => ({}))) {
  await step('the page in Chromium and Firefox', process.execPath, ['tests/e2e/run.mjs', ...process.argv.slice(2)], browsers);
}

for (const line of [...again.skipped, ...again.failed]) console.log(line);
console.log(`\nall tests: ${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
