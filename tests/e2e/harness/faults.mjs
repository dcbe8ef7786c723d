// JavaScript that the test server puts before the engine's own, so that a test can break what the engine stands on. Product code holds
// no hook for it. Each reports by asking for an address (`__REPORT__…`), so that a test knows that the fault really happened.

// Waits for the answer: an engine that is stopped at once would take an unsent request with it.
const report = `const report = (what) => {
  const request = new XMLHttpRequest();
  request.open('GET', '__REPORT__' + what, false);
  try { request.send(); } catch {}
};`;
const wrap = (body) => `(() => { 'use strict'; ${report} ${body} })();`;

/** Counts the photos that the engine is asked to classify, and runs `then` at the `photo`-th. */
const atPhoto = (photo, then) => `
  let photos = 0;
  addEventListener('message', ({ data }) => {
    if (!String(data?.text).includes('{"classify":')) return;
    photos += 1;
    if (photos === ${photo}) { ${then} }
  });`;

/** The engine's thread does nothing else for so many milliseconds when the `photo`-th photo comes. */
export const busyAtPhoto = (photo, milliseconds) => wrap(atPhoto(photo, `
  report('busy');
  for (const end = performance.now() + ${milliseconds}; performance.now() < end;);
  report('busy-no-more');`));

/** The engine does not begin before the test lets it: its thread waits for an answer (`Site.release`). */
export const waitsAtGate = wrap(`report('gate');`);

/**
 * WGSL kernels compute something else. `holds`: only those whose text holds this (all by default); `from`, `to`: what of the text is
 * replaced by what, by default ReLU6's limit, so that it is ReLU5.
 */
export const wrongKernel = ({ holds = '', from = '6.0', to = '5.0' } = {}) => wrap(`
  const create = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const [holds, from, to] = ${JSON.stringify([holds, from, to])};
    const code = descriptor.code.includes(holds) ? descriptor.code.replaceAll(from, to) : descriptor.code;
    if (code !== descriptor.code) report('replaced');
    return create.call(this, { ...descriptor, code });
  };`);

/** The same, of the kernels that are made once the engine was asked for something: `asked` is what its message holds. */
export const wrongKernelOnceAsked = (asked) => wrap(`
  let wrong = false;
  addEventListener('message', ({ data }) => { if (String(data?.text).includes(${JSON.stringify(asked)})) wrong = true; }, { capture: true });
  const create = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const code = wrong ? descriptor.code.replaceAll(/\\b6\\.0\\b/g, '5.0') : descriptor.code;
    if (code !== descriptor.code) report('replaced');
    return create.call(this, { ...descriptor, code });
  };`);

/** A WGSL kernel is no WGSL. */
export const invalidKernel = wrap(`
  const create = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    if (!descriptor.code.includes('@compute')) return create.call(this, descriptor);
    report('replaced');
    return create.call(this, { ...descriptor, code: descriptor.code + '\\nthis is no WGSL;' });
  };`);

/** A browser without WebGPU. */
export const noWebGpu = wrap(`
  const where = 'gpu' in Object.getPrototypeOf(navigator) ? Object.getPrototypeOf(navigator) : navigator;
  delete where.gpu;
  report('gpu-' + ('gpu' in navigator));`);

/** A browser with WebGPU that finds no adapter. */
export const noAdapter = wrap(`
  GPU.prototype.requestAdapter = async () => { report('asked'); return null; };`);

/** An adapter without time stamps and the other extras, at the limits that every WebGPU has. */
export const poorAdapter = wrap(`
  Object.defineProperty(GPUAdapter.prototype, 'features', { get() { report('asked'); return new Set(['core-features-and-limits']); } });
  const open = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = function (descriptor) {
    for (const feature of descriptor?.requiredFeatures ?? []) {
      if (feature !== 'core-features-and-limits') return Promise.reject(new TypeError('this adapter has no ' + feature));
    }
    return open.call(this, descriptor);
  };`);

/** WebGPU goes away, as after a driver's crash, when the code that `when` makes of it says so. */
const lost = (when) => wrap(`
  const devices = [];
  const open = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await open.call(this, descriptor);
    devices.push(device);
    return device;
  };
  // destroy() says 'destroyed', a crash says 'unknown'.
  const { get } = Object.getOwnPropertyDescriptor(GPUDevice.prototype, 'lost');
  Object.defineProperty(GPUDevice.prototype, 'lost', { get() { return get.call(this).then(() => ({ reason: 'unknown', message: 'the driver stopped' })); } });
  const lose = (after) => {
    const gone = devices.length;
    GPU.prototype.requestAdapter = async () => null; // and it does not come back
    setTimeout(() => { devices.forEach((device) => device.destroy()); report('lost-' + gone); }, after);
  };
  ${when}`);

/** WebGPU goes away at the `photo`-th photo. */
export const lostAtPhoto = (photo) => lost(atPhoto(photo, 'lose(5);'));

/** WebGPU goes away soon after training begins. */
export const lostWhileTraining = lost(`
  addEventListener('message', ({ data }) => { if (String(data?.text).includes('{"train":')) lose(5); }, { capture: true });`);

/** Does `then` once, when the engine says something of which `when`, code of the `text`, is true. */
const onceSaid = (when, then) => `
  let done = false;
  const post = globalThis.postMessage;
  globalThis.postMessage = function (message, ...rest) {
    const text = String(message?.text);
    if (!done && ${when}) {
      done = true;
      ${then}
    }
    return post.call(this, message, ...rest);
  };`;

/** Does `then` once, when the engine tells of epoch `least` or a later one. */
const atEpoch = (least, then) =>
  onceSaid(`text.includes('{"epochs":') && [...text.matchAll(/"epoch":(\\d+)/g)].some(([, epoch]) => Number(epoch) >= ${least})`, then);

/** WebGPU goes away once the engine has told of epoch `least` or a later one. */
export const lostAtEpoch = (least) => lost(atEpoch(least, 'lose(5);'));

/** The worker is gone without a word when it was to tell of epoch `least` or a later one. */
export const closesAtEpoch = (least) => wrap(atEpoch(least, `report('closed'); close();`));

/** WebGPU goes away once the engine has told of `least` learning rates that it tried. */
export const lostAtRate = (least) => lost(onceSaid(`text.includes('{"rates":') && text.split('],[').length >= ${least}`, 'lose(5);'));

/**
 * What the browsers report of a device that went away, whoever listens: reads and submissions that were under way are given up.
 * Anything else that is uncaught is a defect.
 */
export const OF_A_LOST_GPU = /\b(device|instance|GPU\w*|mapAsync|buffer)\b.*\b(lost|destroyed|dropped|unmapped|aborted|no longer exists)\b|AbortError/i;

/** What a browser may report of a shader that it refuses. */
export const OF_A_BAD_SHADER = /WGSL|shader|pipeline/i;

/** What the faults below throw. */
export const THROWN = /a defect put in by a test/;
export const TRAPPED = /unreachable/;

/** The worker throws at the `photo`-th photo. */
export const throwsAtPhoto = (photo) => wrap(atPhoto(photo, `report('thrown'); setTimeout(() => { throw new Error('a defect put in by a test'); });`));

/** A rejected promise that nobody handles: what a trap inside an async task becomes. */
export const rejectsAtPhoto = (photo) => wrap(atPhoto(photo, `report('rejected'); Promise.reject(new WebAssembly.RuntimeError('unreachable'));`));

/** The worker is gone at the `photo`-th photo without a word: what a browser does that has no memory left. */
export const closesAtPhoto = (photo) => wrap(atPhoto(photo, `report('closed'); close();`));

/** WebAssembly traps from the `photo`-th photo on: every call into the program fails, as after a panic. */
export const trapsAtPhoto = (photo) => wrap(`
  let trapped = false;
  const guarded = (exports) => Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, typeof value !== 'function' ? value : (...args) => {
    if (trapped) throw new WebAssembly.RuntimeError('unreachable');
    return value(...args);
  }]));
  const exports = Object.getOwnPropertyDescriptor(WebAssembly.Instance.prototype, 'exports');
  const made = new WeakMap();
  Object.defineProperty(WebAssembly.Instance.prototype, 'exports', { get() {
    if (!made.has(this)) made.set(this, guarded(exports.get.call(this)));
    return made.get(this);
  } });
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const instantiate = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await instantiate(...args);
      report('guarded');
      return result;
    };
  }
  ${atPhoto(photo, `trapped = true; report('trapped');`)}`);

/** The engine asks something of another origin, in each way a worker has. */
export const foreignRequests = (address) => wrap(`
  const foreign = ${JSON.stringify(address)};
  fetch(foreign + 'fetch', { mode: 'no-cors' }).then(() => report('fetch-reached'), () => report('fetch-refused'));
  try {
    const socket = new WebSocket(foreign.replace('http', 'ws') + 'socket');
    socket.onerror = () => report('socket-refused');
  } catch { report('socket-refused'); }
  try { importScripts(foreign + 'script'); report('script-reached'); } catch { report('script-refused'); }`);
