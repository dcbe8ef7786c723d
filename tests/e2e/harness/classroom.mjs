// The place Teach, driven by the names that INTERFACE gives, and small photos to teach it with.
import assert from 'node:assert/strict';
import path from 'node:path';
import { jpeg } from '../images/jpeg.mjs';
import { zip } from '../images/zip.mjs';

/** Numbers 0–1 that are the same on every run. */
function random(seed) {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 12)) >>> 0) / 2 ** 32;
  };
}

const SIDE = 96;

/** A small JPEG, drawn by arithmetic. `kind`: balls, stripes or checks; `number` decides place, size and colours. */
export function drawn(kind, number) {
  const next = random(number * 7 + kind.length);
  const [x0, y0, size, angle] = [0.3 + 0.4 * next(), 0.3 + 0.4 * next(), 0.15 + 0.15 * next(), Math.PI * next()];
  const colour = () => [60 + 180 * next(), 60 + 180 * next(), 60 + 180 * next()];
  const [front, back] = [colour(), colour().map((value) => value / 3)];
  const pixels = Buffer.alloc(SIDE * SIDE * 4, 255);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const [u, v] = [x / SIDE, y / SIDE];
      const along = u * Math.cos(angle) + v * Math.sin(angle);
      const inside = {
        balls: (u - x0) ** 2 + (v - y0) ** 2 < size ** 2,
        stripes: Math.floor(along * (6 + 40 * size)) % 2 === 0,
        checks: (Math.floor(u / size) + Math.floor(v / size)) % 2 === 0,
      }[kind];
      const shade = inside ? front.map((value) => value * (1 - 0.4 * Math.hypot(u - x0, v - y0))) : back;
      shade.forEach((value, channel) => { pixels[(y * SIDE + x) * 4 + channel] = Math.max(0, Math.min(255, Math.round(value))); });
    }
  }
  return jpeg({ width: SIDE, height: SIDE, pixels });
}

/** Path → bytes of a folder of classes: `count` photos of each of `kinds`, below a top folder. */
export function classes(count, kinds = ['balls', 'stripes'], top = 'things/') {
  const files = {};
  for (const kind of kinds) for (let i = 0; i < count; i += 1) files[`${top}${kind}/${kind}-${i}.jpg`] = drawn(kind, i);
  return files;
}

/** A zip file of such a folder; further entries may be given. */
export const classesZip = (count, kinds, more = {}) => zip({ ...classes(count, kinds), ...more });

/** Opens the page at Teach, on the smallest network unless the query names one, and waits until the engine is there. */
export async function teach(scene, query = 'device=cpu', options = {}) {
  const backbone = query.includes('backbone=') ? '' : `&backbone=${scene.quick}`;
  const tab = await scene.open(`${query}${backbone}#teach`, options);
  tab.page.on('dialog', (dialog) => dialog.accept().catch(() => {}));
  await tab.device();
  return tab;
}

/** Goes to another place (`look`, `teach`, `lab`) by its link in the bar. */
export async function go(tab, place) {
  await press(tab, `place-${place}`);
  await tab.until(`the place ${place}`, () => tab.page.evaluate((to) => document.querySelector('[aria-current="page"]')?.dataset.testid === `place-${to}`, place));
}

/** What the place shows, in plain data. */
export function shown(tab) {
  return tab.page.evaluate(() => {
    const id = (name) => document.querySelector(`[data-testid="${name}"]`);
    const all = (name) => [...document.querySelectorAll(`[data-testid="${name}"]`)];
    const numbers = (element) => element && Object.fromEntries(Object.entries(element.dataset).filter(([key]) => key !== 'testid').map(([key, value]) => [key, Number(value)]));
    return {
      classes: Object.fromEntries(all('class').map(({ dataset }) => [dataset.name, Number(dataset.count)])),
      intake: numbers(id('intake-progress')),
      epoch: numbers(id('epoch')),
      saved: id('saved')?.dataset.state,
      train: id('train') && { text: id('train').textContent.trim(), disabled: id('train').disabled },
      tried: document.querySelector('.judge-caption')?.textContent,
      own: all('own-item').map(({ dataset }) => ({ label: dataset.label, probability: Number(dataset.probability) })),
    };
  });
}

/** Gives a file to the input of this name. */
export async function give(tab, name, ...files) {
  const input = await tab.until(`the input ${name}`, () => tab.find(name));
  await input.uploadFile(...files);
}

/** Presses the button of this name as soon as it can be pressed. */
export async function press(tab, name, seconds = 30) {
  await tab.until(`the button ${name}`, () => tab.page.evaluate((testid) => {
    const button = document.querySelector(`[data-testid="${testid}"]`);
    if (!button || button.disabled) return false;
    button.click();
    return true;
  }, name), seconds);
}

/** Waits until `count` photos are in classes and all were embedded. */
export async function embedded(tab, count, seconds = 60) {
  await tab.until(`${count} photos to be embedded`, async () => {
    const { classes: found, intake } = await shown(tab);
    const sum = Object.values(found).reduce((total, value) => total + value, 0);
    return sum === count && intake && intake.done >= intake.total;
  }, seconds);
}

/** Trains, waits for the end, and gives what the newest epoch shows. */
export async function train(tab, seconds = 60) {
  await press(tab, 'train');
  return tab.until('training to end', async () => {
    const { epoch, train: button } = await shown(tab);
    const busy = await tab.find('stop');
    return epoch?.epoch > 0 && !busy && button && !button.disabled && epoch;
  }, seconds);
}

/** Tries a photo; gives the own classes, the most probable first. What is said of the photo before stays until this one has come. */
export async function tryPhoto(tab, file, seconds = 30) {
  await give(tab, 'try-input', file);
  const named = path.basename(file);
  return tab.until('what the head says', async () => {
    const { own, tried } = await shown(tab);
    return tried === named && own.length > 0 && own;
  }, seconds);
}

/** Waits until the project is kept in the browser. */
export async function saved(tab, seconds = 30) {
  await tab.until('the project to be kept', async () => (await shown(tab)).saved === 'saved', seconds);
}

/** Asserts that a photo is of a class. */
export function assertIs(own, label) {
  assert.equal(own[0]?.label, label, JSON.stringify(own));
  const sum = own.reduce((total, { probability }) => total + probability, 0);
  assert.ok(sum > 0.99 && sum < 1.01, `probabilities of all classes sum to 1, found ${sum}`);
}

/**
 * Lets a folder go over the page: `files` is path → bytes. No driver can drop a folder in Firefox, and none gives real entries to a page, so
 * the entries are stand-ins with the methods that the File and Directory Entries API has; a reader gives two entries at a time.
 */
export function dropFolder(tab, files) {
  const plain = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]));
  return tab.page.evaluate((contents) => {
    const fileAt = (fullPath, base64) => {
      const name = fullPath.split('/').at(-1);
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      return { isFile: true, isDirectory: false, name, fullPath, file: (done) => done(new File([bytes], name, { type: 'image/jpeg' })) };
    };
    const folderAt = (fullPath) => {
      const inside = new Map();
      for (const [path, base64] of Object.entries(contents)) {
        if (!`/${path}`.startsWith(`${fullPath}/`)) continue;
        const [name, ...deeper] = `/${path}`.slice(fullPath.length + 1).split('/');
        inside.set(name, deeper.length ? folderAt(`${fullPath}/${name}`) : fileAt(`${fullPath}/${name}`, base64));
      }
      const createReader = () => {
        const left = [...inside.values()];
        return { readEntries: (done) => setTimeout(() => done(left.splice(0, 2))) };
      };
      return { isFile: false, isDirectory: true, name: fullPath.split('/').at(-1), fullPath, createReader };
    };
    const tops = [...new Set(Object.keys(contents).map((path) => path.split('/')[0]))];
    const items = tops.map((top) => ({ kind: 'file', webkitGetAsEntry: () => folderAt(`/${top}`) }));
    for (const kind of ['dragover', 'drop']) {
      const event = new Event(kind, { bubbles: true, cancelable: true });
      Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items, files: [] } });
      document.querySelector('main').dispatchEvent(event);
    }
  }, plain);
}
