// The training panel beyond its defaults: ways, settings, the network's picture; and what the page saves.
import assert from 'node:assert/strict';
import { classesZip, embedded, give, press, shown, teach } from './classroom.mjs';

/** Opens Teach with `count` drawn photos of each kind and waits until all were embedded. */
export async function taught(scene, { count = 10, kinds = ['balls', 'stripes'], device = 'cpu', options } = {}) {
  const tab = await teach(scene, `device=${device}`, options);
  assert.match(await tab.device(), device === 'gpu' ? /WebGPU/ : /CPU/);
  await give(tab, 'zip-input', scene.write('things.zip', classesZip(count, kinds)));
  await embedded(tab, count * kinds.length, 180);
  return tab;
}

/** Chooses what is trained: `frozen`, `last-blocks`, `everything` or `scratch`. */
export async function choose(tab, way) {
  await press(tab, `way-${way}`);
  await tab.until(`the way ${way}`, async () => (await panel(tab)).way === way);
}

/** Fills in settings by the second half of their ids: `{ epochs: 3, 'head-first': 2 }`. A field may come with the one before it. */
export async function set(tab, settings) {
  for (const [name, value] of Object.entries(settings)) {
    await tab.until(`the setting ${name}`, () => tab.page.evaluate((id, text) => {
      const field = document.getElementById(id);
      if (!field) return false;
      field.value = text;
      field.dispatchEvent(new Event('change', { bubbles: true }));
      return true;
    }, `setting-${name}`, String(value)));
  }
}

/** The value of a setting's field, a text. */
export const setting = (tab, name) => tab.page.$eval(`#setting-${name}`, (field) => field.value);

/** Presses a block of the network's picture; `first`: the button that says what a press does. */
export async function pressBlock(tab, name, first) {
  await press(tab, first);
  await tab.until(`the block ${name}`, () => tab.page.evaluate((wanted) => {
    const block = document.querySelector(`[data-testid="network-block"][data-name="${wanted}"]`);
    return block?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  }, name));
}

/** What the panel shows, in plain data. */
export function panel(tab) {
  return tab.page.evaluate(() => {
    const id = (name) => document.querySelector(`[data-testid="${name}"]`);
    const data = (name) => id(name) && { ...id(name).dataset };
    const all = (name) => [...document.querySelectorAll(`[data-testid="${name}"]`)];
    return {
      way: id('way')?.dataset.way,
      advice: id('advice') && { ...id('advice').dataset, text: id('advice').textContent },
      parameters: data('trainable-parameters') && { trained: Number(id('trainable-parameters').dataset.trainable), all: Number(id('trainable-parameters').dataset.parameters) },
      blocks: all('network-block').map(({ dataset }) => ({ name: dataset.name, state: dataset.state })),
      bytes: Number(id('memory-estimate')?.dataset.bytes),
      messages: all('message').filter((element) => !element.closest('[hidden]')).map((element) => ({ kind: element.dataset.kind, text: element.textContent.replace(/\s+/g, ' ').trim() })),
      running: Boolean(id('stop')),
      outcome: document.querySelector('p.control-progress')?.textContent,
    };
  });
}

/** Waits for a message of this kind; gives its text. */
export async function message(tab, kind, seconds = 30) {
  const { text } = await tab.until(`a message of kind ${kind}`, async () => (await panel(tab)).messages.find((each) => each.kind === kind), seconds);
  return text;
}

/** Begins to train and waits for an epoch from `least` on; gives what it shows. */
export async function epoch(tab, least = 1, seconds = 60) {
  return tab.until(`epoch ${least}`, async () => {
    const { epoch: now } = await shown(tab);
    return now?.epoch >= least && now;
  }, seconds);
}

/** From now on keeps what the page saves: what it saves it gives to a link that it presses, and a browser would put it where no test can look. */
export function catchSaves(tab) {
  return tab.page.evaluate(() => {
    globalThis.saves = [];
    const [press, make] = [HTMLAnchorElement.prototype.click, URL.createObjectURL];
    const blobs = new Map();
    URL.createObjectURL = (blob) => {
      const address = make.call(URL, blob);
      blobs.set(address, blob);
      return address;
    };
    HTMLAnchorElement.prototype.click = function click() {
      if (!this.download) return press.call(this);
      globalThis.saves.push({ name: this.download, blob: blobs.get(this.href) });
      return undefined;
    };
  });
}

/** Waits for the next file that the page saves; gives its name and bytes. */
export async function saved(tab, seconds = 30) {
  const { name, base64 } = await tab.until('a saved file', () => tab.page.evaluate(async () => {
    const file = globalThis.saves.shift();
    if (!file) return undefined;
    const bytes = new Uint8Array(await file.blob.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
    return { name: file.name, base64: btoa(text) };
  }), seconds);
  return { name, bytes: Buffer.from(base64, 'base64') };
}
