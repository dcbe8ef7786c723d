// The measurements as Markdown tables, and their place in BENCHMARKS.md.

const BEGIN = '<!-- figures: begin (written by make bench) -->';
const END = '<!-- figures: end -->';

/** The file's text with `table` in place of what stood between the two markers. */
export function fillTable(text, table) {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`BENCHMARKS.md: expected the lines '${BEGIN}' and '${END}'`);
  return `${text.slice(0, from + BEGIN.length)}\n\n${table}\n\n${text.slice(to)}`;
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const kB = (bytes) => `${Math.round(bytes / 1000).toLocaleString('en')} kB`;

/** A Markdown table; nothing where it would have no rows. `align`: one letter a column, l or r. */
function grid(heading, align, rows) {
  if (!rows.length) return '';
  const rule = [...align].map((letter) => (letter === 'r' ? '---:' : '---'));
  return [heading, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

// What is wanted, if anything: `limit`: the largest ratio, `least`: the smallest, `most`: the largest figure itself, `mib`: the renderer's peak.
const SPEED = [
  { what: 'A, CPU: one photo', ours: 'A.graft.cpu', theirs: 'A.tfjs.wasm1', limit: 1, mib: 250 },
  { what: 'A, WebGPU: one photo', ours: 'A.graft.webgpu', theirs: 'A.tfjs.webgpu', limit: 0.7, mib: 250 },
  { what: 'B, CPU: batches of 16', ours: 'B.graft.cpu', theirs: 'B.tfjs.wasm1' },
  { what: 'B, WebGPU: batches of 16', ours: 'B.graft.webgpu', theirs: 'B.tfjs.webgpu' },
  { what: 'C2, CPU: a head of 10 classes', ours: 'C2.graft.cpu', theirs: 'C2.tfjs.wasm1', least: 4 },
  { what: 'C2, WebGPU: a head of 10 classes', ours: 'C2.graft.webgpu', theirs: 'C2.tfjs.webgpu', least: 4 },
  { what: 'D, CPU: a step from the 160-channel blocks on, batch 16', ours: 'D.graft.cpu', theirs: 'D.tfjs.wasm1.customgrad', most: 0.7 },
  { what: 'E, CPU: a step of all layers, batch 8', ours: 'E.graft.cpu', theirs: 'E.tfjs.wasm1.customgrad', most: 1.2, mib: 600 },
  { what: 'D, WebGPU: a step from the 160-channel blocks on, batch 1', ours: 'D.graft.webgpu', theirs: 'D.tfjs.webgpu', limit: 0.5 },
  { what: 'E, WebGPU: a step of all layers, batch 1', ours: 'E.graft.webgpu', theirs: 'E.tfjs.webgpu', limit: 0.5 },
  { what: 'F, CPU: address to first prediction', ours: 'F.graft.cpu', theirs: 'F.tfjs.wasm1' },
  { what: 'F, WebGPU: address to first prediction', ours: 'F.graft.webgpu', theirs: 'F.tfjs.webgpu' },
];
const MEMORY = SPEED.filter(({ what }) => !/^(F|C2)/.test(what));
const BYTES = [
  { what: 'page shell', name: 'graft shell', limit: 300e3 },
  { what: 'engine, both devices', name: 'graft engine', limit: 3.2e6 },
  { what: 'weights', name: 'graft weights' },
  { what: 'TensorFlow.js wasm, core and converter', name: 'tfjs.wasm simd core+converter' },
  { what: 'TensorFlow.js WebGPU, core and converter', name: 'tfjs.webgpu core+converter' },
  { what: 'TensorFlow.js weights, float32', name: 'model weights f32 (same for all)' },
];
const PHOTO_LIMIT_MS = 250;

const verdict = (value, limit, text) => (limit === undefined ? '' : `≤ ${text}: ${value === null ? 'not known' : value <= limit ? 'reached' : '**missed**'}`);

const atLeast = (value, least) => `≥ ${least}: ${value === null ? 'not known' : value >= least ? 'reached' : '**missed**'}`;

/** All lines of a case in one: the median of the rounds' medians, their range, and how many single measurements that is. */
function summary(results, id) {
  const found = results.filter((line) => line.case === id);
  const good = found.filter((line) => !line.failed);
  if (!good.length) return { text: found[0] ? `failed: ${found[0].failed}` : '–', n: '', value: null };
  const values = good.map((line) => line.median ?? line.marks.first); // the peers' F has marks only
  const [value, low, high] = [median(values), Math.min(...values), Math.max(...values)];
  const peak = (name) => Math.max(...good.map((line) => line.peak_seen_mib?.[name] ?? 0)) || null;
  return {
    value, unit: good[0].unit, n: good.reduce((sum, line) => sum + (line.n ?? 1), 0),
    text: `${digits(value)}${values.length > 1 ? ` (${digits(low)}–${digits(high)})` : ''}`,
    renderer: peak('renderer'), gpu: peak('gpu-process'), others: Math.max(...good.map((line) => line.others_cores ?? 0)),
    lines: good,
  };
}

/** The rows of which something was measured, or tried. */
const measured = (rows, results) => rows.filter(({ ours, theirs }) => results.some((line) => line.case === ours || line.case === theirs));

function speed(results) {
  const rows = measured(SPEED, results).map(({ what, ours, theirs, limit, least, most }) => {
    const [we, they] = [summary(results, ours), theirs ? summary(results, theirs) : { text: 'not measured', n: '', value: null }];
    const ratio = we.value !== null && they.value !== null ? we.value / they.value : null;
    const others = Math.max(we.others ?? 0, they.others ?? 0).toFixed(1);
    const wanted = least ? atLeast(ratio, least) : most ? verdict(we.value, most, `${most} ${we.unit ?? ''}`) : verdict(ratio, limit, limit);
    return [what, we.unit ?? they.unit ?? '', we.text, we.n, they.text, they.n, ratio === null ? '–' : ratio.toFixed(2), wanted, others];
  });
  return grid(['', 'unit', 'Graft', 'n', 'TensorFlow.js', 'n', 'Graft / TensorFlow.js', 'wanted', 'others, cores'], 'llrrrrrlr', rows);
}

function memory(results) {
  const cell = ({ renderer, gpu }) => [renderer ?? '–', gpu ?? '–'];
  const rows = measured(MEMORY, results).map(({ what, ours, theirs, mib }) => {
    const [we, they] = [summary(results, ours), theirs ? summary(results, theirs) : {}];
    return [what, ...cell(we), ...cell(they), verdict(we.renderer ?? null, mib, mib)];
  });
  const heading = ['peak memory, MiB', 'Graft: renderer', 'GPU process', 'TensorFlow.js: renderer', 'GPU process', 'wanted (renderer)'];
  return grid(heading, 'lrrrrl', rows);
}

function bytes(results) {
  const rows = BYTES.flatMap(({ what, name, limit }) => {
    const size = results.find((line) => line.case === 'F.bytes' && line.what === name)?.gzip;
    return size === undefined ? [] : [[what, kB(size), verdict(size, limit, limit && kB(limit))]];
  });
  return grid(['download (F.bytes), gzip -9', '', 'wanted'], 'lrl', rows);
}

function photo(results) {
  if (!results.some((line) => line.case === 'photo.graft.cpu')) return '';
  const found = summary(results, 'photo.graft.cpu');
  const row = ['photo: 4000×3000 JPEG, 4:2:0, quality 90, from file to pixels for the network', found.value === null ? found.text : `${found.text} ms`, found.n, verdict(found.value, PHOTO_LIMIT_MS, `${PHOTO_LIMIT_MS} ms`)];
  const memories = (found.lines ?? []).map((line) => line.renderer_mib).filter(Boolean);
  const grown = memories.length ? [`renderer before and 5 s after five of them`, memories.map(({ before, after }) => `${before} → ${after}`).join(', ') + ' MiB', memories.length, ''] : null;
  return grid(['photos in the page', '', 'n', 'wanted'], 'lrrl', grown ? [row, grown] : [row]);
}

function native(results) {
  const ids = [...new Set(results.map((line) => line.case).filter((id) => id.startsWith('native.')))];
  const rows = ids.map((id) => {
    const [, device, name] = id.split('.');
    const found = summary(results, id);
    return [`${name}, ${device}`, found.unit, found.text, found.n];
  });
  return grid(['in a terminal (graft bench)', 'unit', '', 'n'], 'llrr', rows);
}

/** The tables, with a heading that says when, where and how. `missing`: what could not be measured → why. */
export function tableOf({ results, missing, rounds, machine }) {
  const adapter = results.find((line) => line.case === 'A.graft.webgpu' && line.device)?.device;
  const heading = [
    `${machine.date}, \`make bench ROUNDS=${rounds}\`: ${rounds === 1 ? 'one round' : `${rounds} rounds`}, each case in a fresh browser, Graft and TensorFlow.js in turns.`,
    `${machine.computer}; ${machine.browser}${adapter ? `, WebGPU adapter "${adapter}"` : ''}; ${machine.peer ?? 'TensorFlow.js not measured'}.`,
    'Medians over the rounds (smallest–largest round in brackets); n counts single measurements.',
  ].join('\n');
  const notRun = [...missing].map(([what, reason]) => `- NOT RUN: ${what}: ${reason}`).join('\n');
  return [heading, speed(results), memory(results), bytes(results), photo(results), native(results), notRun].filter(Boolean).join('\n\n');
}
