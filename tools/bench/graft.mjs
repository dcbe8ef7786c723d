// Measures the real page: what a visitor opens, its engine in its worker, its network, its photos. One function a case.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withPage } from './browser.mjs';
import { memory, taken } from './processes.mjs';

/** The network that every figure is of; the page may have chosen another where its weights are missing. */
const NETWORK = 'mobilenet-v2';

const round = (value) => Number(value.toPrecision(4));

/**
 * Runs in the page before anything of its own. Listens to what the engine says, gives the photo to the file input as soon as the page has
 * one, and notes when things happen, in milliseconds since navigation began. `globalThis.bench`:
 * `shown`: a promise of the marks, once the first prediction is on the page;
 * `teach(task, repeats)`: trains a head on random embeddings, and gives steps a second and milliseconds of each run;
 * `predictions`: what the engine found so far; `measure(device, batch, repeats)`: asks the page's own engine, and gives its answer;
 * `tune(from, classes, batch, repeats)`: the same for training steps of the blocks from the `from`-th on.
 */
function watch({ base64, name }) {
  const marks = {};
  const mark = (what) => (marks[what] ??= performance.now());
  const bench = { predictions: [] };
  globalThis.bench = bench;

  let engine;
  let fail;
  let answer;
  let taught;
  const failed = new Promise((_, reject) => (fail = (reason) => reject(new Error(reason))));
  failed.catch(() => {}); // it is raced below
  const FAILURES = ['crashed', 'backbone-failed', 'photo-failed', 'command-failed', 'device-lost'];
  const hear = (message) => {
    const text = message.data?.text && JSON.parse(message.data.text);
    if (!text) return;
    // `{"name": {…}}`, or `"name"` where there is nothing more to say.
    const [event, fields] = typeof text === 'string' ? [text, {}] : Object.entries(text)[0];
    const said = { event, ...fields };
    if (FAILURES.includes(said.event)) fail(`${said.event}: ${said.message ?? JSON.stringify(said.error)}`);
    if (said.event === 'measured' && answer) {
      message.stopImmediatePropagation(); // the page did not ask
      answer(said);
    }
    if (said.event === 'teach' && (taught || answer)) {
      message.stopImmediatePropagation(); // likewise
      const [about, rest] = Object.entries(text.teach)[0];
      if (['training-failed', 'failed'].includes(about)) fail(`${about}: ${JSON.stringify(rest.error)}`);
      if (about === 'trained' && rest.summary.failed) fail(`trained: ${JSON.stringify(rest.summary.failed)}`);
      if (about === 'trained') taught(rest.summary);
    }
    if (said.event === 'device-ready') bench.device = said.report;
    if (said.event === 'backbone-ready') bench.backbone = said.card.name;
    if (said.event === 'predicted') bench.predictions.push(said.prediction);
    mark(said.event);
  };
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      engine = this;
      this.addEventListener('message', hear); // before the page's own handler, which is set later
    }
  };
  const measured = (command) => {
    const told = new Promise((done) => (answer = done));
    engine.postMessage({ text: JSON.stringify(command) });
    return Promise.race([told, failed]);
  };
  bench.measure = (device, batch, repeats) => measured({ measure: { device, batch, repeats } });
  bench.tune = (from, classes, batch, repeats) => measured({ teach: { tune: { measure: { trained_from: from, classes, batch, repeats } } } });

  bench.teach = async ({ samples, width, classes, settings }, repeats) => {
    const tell = (command, data) => engine.postMessage({ text: JSON.stringify({ teach: command }), data }, data ? [data] : []);
    let state = 1;
    const noise = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8) / 2 ** 24;
    const numbers = Array.from({ length: samples }, (_, i) => i + 1);
    tell({ 'set-embeddings': { samples: numbers } }, Float32Array.from({ length: samples * width }, noise).buffer);
    const data = { classes: Array.from({ length: classes }, (_, c) => `class ${c}`), samples: numbers, labels: numbers.map((i) => i % classes) };
    const runs = [];
    for (let run = 0; run < repeats; run += 1) {
      const done = new Promise((told) => (taught = told));
      const from = performance.now();
      tell({ train: { run, data, settings, go_on: false } });
      const { steps_per_second: rate } = await Promise.race([done, failed]);
      runs.push({ rate, whole_ms: performance.now() - from });
    }
    taught = undefined;
    tell({ forget: { samples: [] } });
    tell('drop-head');
    return runs;
  };

  const give = (input) => {
    const files = new DataTransfer();
    files.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type: 'image/jpeg' }));
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const find = (selector) => document.querySelector(selector);
  const shown = new Promise((done) => {
    const look = () => {
      const input = marks.input ? null : find('[data-testid="photo-input"]');
      if (input) {
        mark('input');
        give(input);
      }
      if (!marks.predicted || !find('[data-testid="prediction"] [data-testid="top-item"]')) return;
      watcher.disconnect();
      // The frame that shows it is the next one.
      requestAnimationFrame(() => {
        mark('first');
        done(marks);
      });
    };
    const watcher = new MutationObserver(look);
    watcher.observe(document, { childList: true, subtree: true });
  });
  bench.shown = Promise.race([shown, failed]);
  bench.shown.catch(() => {}); // asked for later
}

/** Runs in the page: the WebGPU adapter's maker and architecture, such as "google swiftshader"; browsers keep its full name to themselves. */
async function adapter() {
  const { vendor, architecture, description } = (await navigator.gpu.requestAdapter()).info;
  return [vendor, architecture, description].filter(Boolean).join(' ') || 'without a name';
}

function assertNetwork(name) {
  if (name !== NETWORK) throw new Error(`the page's network is ${name}, not ${NETWORK}`);
}

/** What every case needs: `site` (its address), `chromium` (a path), `small` and `large` (photos). */
export class Graft {
  constructor(environment) {
    Object.assign(this, environment);
  }

  /** Opens the page on a device, lets it say what is in one small photo, then runs `use(page, marks)`; `memory` is what all that took. */
  open(device, seconds, use = () => ({})) {
    const given = { base64: readFileSync(this.small).toString('base64'), name: path.basename(this.small) };
    return withPage(this.chromium, seconds, async (page) => {
      await page.addInitScript(watch, given);
      await page.goto(`${this.site}?device=${device}`, { waitUntil: 'commit' });
      const marks = await page.evaluate(() => globalThis.bench.shown);
      const { device: report, backbone } = await page.evaluate(() => ({ device: globalThis.bench.device, backbone: globalThis.bench.backbone }));
      if (report.kind !== device) throw new Error(`the page computes on the ${report.kind}: ${report.fallback?.found ?? 'for an unknown reason'}`);
      assertNetwork(backbone);
      const result = await use(page, marks);
      const ended = { ...result, memory: memory() };
      return { ...ended, device: device === 'gpu' ? await page.evaluate(adapter) : report.name };
    });
  }

  /** F: from navigation to the first prediction shown, milliseconds. */
  first(device) {
    return this.open(device, 120, (_, marks) => ({
      unit: 'ms',
      median: round(marks.first),
      n: 1,
      marks: Object.fromEntries(Object.entries(marks).map(([what, at]) => [what, round(at)])),
    }));
  }

  /** A: one photo through the network, embedding and logits read back, milliseconds. After one classified photo and one warm-up. */
  forward(device, repeats) {
    return this.open(device, 300, async (page) => {
      const { median_ms: median, min_ms: min } = await page.evaluate((args) => globalThis.bench.measure(...args), [device, 1, repeats]);
      return { unit: 'ms', median: round(median), min: round(min), n: repeats };
    });
  }

  /** B: photos a second, in batches of 16. */
  embeddings(device, repeats) {
    const BATCH = 16;
    return this.open(device, 600, async (page) => {
      const { median_ms: median, min_ms: min } = await page.evaluate((args) => globalThis.bench.measure(...args), [device, BATCH, repeats]);
      return { unit: 'photos/s', median: round((BATCH * 1000) / median), best: round((BATCH * 1000) / min), n: repeats };
    });
  }

  /** C2: training steps a second of a head of 10 classes on 500 embeddings, batches of 32, Adam, three epochs; the first two runs warm up. */
  head(device, repeats) {
    const settings = { optimizer: 'adam', learning_rate: 1e-3, batch: 32, epochs: 3, validation: 0, split: 'random', weight_decay: 0 };
    const task = { samples: 500, width: 1280, classes: 10, settings };
    return this.open(device, 300, async (page) => {
      const runs = (await page.evaluate((args) => globalThis.bench.teach(...args), [task, repeats + 2])).slice(2);
      const sorted = (name) => runs.map((run) => run[name]).sort((a, b) => a - b);
      const [rates, whole] = [sorted('rate'), sorted('whole_ms')];
      return { unit: 'steps/s', median: round(rates[rates.length >> 1]), best: round(rates.at(-1)), n: repeats, whole_ms: round(whole[whole.length >> 1]) };
    });
  }

  /**
   * D, E: a fine-tuning step of MobileNetV2 with a head of 10 classes, seconds: frozen blocks, forward, backward and Adam's update, the loss and
   * the head read back. After one warm-up step. `cpu_s`: CPU seconds of a step, warm-up included, of all the browser's processes. `from`: the first block that is trained; 0 is the first convolution.
   */
  finetune(device, { from, batch, repeats }) {
    return this.open(device, 600, async (page) => {
      const before = taken();
      const { median_ms: median, min_ms: min, backbone } = await page.evaluate((args) => globalThis.bench.tune(...args), [from, 10, batch, repeats]);
      const cpu = before === null ? null : round((taken() - before) / (repeats + 1));
      assertNetwork(backbone);
      return { unit: 's/step', median: round(median / 1000), min: round(min / 1000), n: repeats, batch, cpu_s: cpu };
    });
  }

  /** photo: a 12-megapixel JPEG from file to pixels ready for the network, milliseconds, and whether the memory comes back. */
  large(files) {
    const REST_MS = 5000;
    return this.open('cpu', 120, async (page) => {
      const before = memory();
      for (const [i, file] of files.entries()) {
        await page.setInputFiles('[data-testid="photo-input"]', file);
        while ((await page.evaluate(() => globalThis.bench.predictions.length)) < i + 2) await page.waitForTimeout(50);
      }
      await page.waitForTimeout(REST_MS);
      const after = memory();
      const predictions = await page.evaluate(() => globalThis.bench.predictions);
      const times = predictions.slice(1).map(({ decode_ms: ms }) => ms).sort((a, b) => a - b);
      return {
        unit: 'ms', median: round(times[times.length >> 1]), min: round(times[0]), max: round(times.at(-1)), n: times.length,
        size: predictions.at(-1).size, renderer_mib: before && { before: before.renderer.now, after: after.renderer.now },
      };
    });
  }
}
