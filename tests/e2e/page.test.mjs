// The page itself: sub-path, cards, queue, table, clearing, themes, projector, small screens, and what stays without a network.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { busyAtPhoto } from './harness/faults.mjs';
import { test } from './harness/registry.mjs';
import { assertMessage, assertTop } from './harness/tab.mjs';
import { picture } from './images/picture.mjs';
import { png } from './images/png.mjs';

const drawing = (i = 0) => png(picture(160 + i, 120));

test('works at a sub-path and asks for nothing that is not there', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  assertTop(await tab.classify(scene.write('drawn.png', drawing())));
  assert.deepEqual(tab.site.log.filter(({ status }) => status >= 400).map(({ path }) => path), [], 'addresses that were not found');
});

test('no element sticks out sideways, from phone to projector', { seconds: 90 }, async (scene) => {
  const tab = await scene.open('device=cpu', { viewport: { width: 320, height: 640 } });
  await tab.give(scene.write('a photo with a name that is as long as some cameras and some people make it, and then longer.png', drawing()), scene.write('broken.jpg', Buffer.from('x')));
  await tab.photos(2);
  await tab.page.$eval('[data-testid="networks"]', (details) => { details.open = true; });
  for (const width of [320, 390, 768, 1280, 2560]) {
    await tab.page.setViewport({ width, height: 800 });
    const [inner, scroll] = await tab.page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    assert.ok(scroll <= inner, `at ${width} px the page is ${scroll} px wide`);
  }
});

test('images have a text, the page a language, a heading and live regions', {}, async (scene) => {
  const tab = await scene.open('device=cpu');
  await tab.classify(scene.write('drawn.png', drawing()));
  const found = await tab.page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    silent: [...document.querySelectorAll('img')].filter((image) => !image.hasAttribute('alt')).length,
    live: document.querySelectorAll('[aria-live], [role="status"], [role="alert"]').length,
    unnamed: [...document.querySelectorAll('button, select, input, a')].filter((element) => !(element.getAttribute('aria-label') || element.textContent.trim() || element.labels?.length || element.title)).length,
  }));
  assert.ok(found.lang && found.title);
  assert.equal(found.headings, 1);
  assert.equal(found.silent, 0, 'images without alt');
  assert.ok(found.live > 0, 'a live region');
  assert.equal(found.unnamed, 0, 'controls without a name');
});

/** Gives a file to the page by an event, as the browser does when a person drops or pastes. */
const handOver = (tab, how, name, bytes) => tab.page.evaluate((kind, fileName, base64) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], fileName, { type: 'image/png' }));
  const zone = document.querySelector('[data-testid="drop-zone"]');
  const event = kind === 'paste'
    ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
  if (kind === 'paste') Object.defineProperty(event, 'clipboardData', { value: data }); // Firefox takes none from a script
  if (kind === 'drop') zone.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
  return !(kind === 'paste' ? document.body : zone).dispatchEvent(event); // true: the page took it
}, how, name, Buffer.from(bytes).toString('base64'));

test('photos can be dropped and pasted', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  await tab.until('the drop zone', () => tab.find('photo-input'));
  assert.ok(await handOver(tab, 'drop', 'dropped.png', drawing()), 'the page took the drop');
  const [dropped] = await tab.photos(1);
  assert.equal(dropped.photo, 'dropped.png');
  await handOver(tab, 'paste', 'pasted.png', drawing(7));
  (await tab.photos(2)).forEach(assertTop);
});

test('our own example photos are one click away', { seconds: 90 }, async (scene) => {
  const listed = JSON.parse(readFileSync(path.join(scene.dist, 'samples/samples.json')));
  const tab = await scene.open('device=cpu');
  await tab.until('the examples', async () => (await tab.page.$$('[data-testid="sample"]')).length === listed.length, 30);
  const broken = await tab.page.evaluate(() => [...document.images].filter((image) => image.complete && image.naturalWidth === 0).length);
  assert.equal(broken, 0, 'images that did not load');
  // Each of them: a press on the first takes the others off the page, so that all are pressed at once.
  await tab.page.$$eval('[data-testid="sample"]', (buttons) => buttons.forEach((button) => button.click()));
  const cards = await tab.photos(listed.length);
  assert.deepEqual(cards.map(({ photo }) => photo).sort(), listed.map(({ file }) => file).sort());
  cards.forEach(assertTop);
});

test('an example photo is what it is called', { seconds: 60 }, async (scene) => {
  const tab = await scene.open(`device=cpu&backbone=${scene.published('mobilenet-v2').name}`);
  const daisy = await tab.until('the examples', () => tab.page.$('[data-testid="sample"][title^="A daisy"]'), 30);
  await daisy.click();
  const [card] = await tab.photos(1);
  assert.equal(card.photo, 'daisy.jpg');
  assert.equal(card.top[0].label, 'daisy');
});

test('a card shows in letters and bars what was found', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  const card = await tab.classify(scene.write('drawn.png', drawing()));
  assertTop(card);
  const seen = await tab.page.$$eval('[data-testid="top-item"]', (items) => items.map((item) => {
    const [fill, ground] = ['.bar-fill', '.bar-ground'].map((name) => item.querySelector(name).getBoundingClientRect());
    const text = (name) => item.querySelector(name)?.textContent.replace(/\s/g, ' ') ?? null;
    return { name: text('.top-name'), id: text('.top-id'), share: text('.top-share'), bar: fill.width / ground.width, height: fill.height };
  }));
  assert.equal(seen.length, 5);
  seen.forEach(({ name, id, share, bar, height }, place) => {
    const { id: number, label, probability } = card.top[place];
    const [first] = label.split(', ');
    assert.equal(name, first[0].toUpperCase() + first.slice(1), 'the first of its names');
    assert.equal(id, number, 'its number in WordNet, where it has one');
    assert.equal(share, probability > 0 && probability < 0.0005 ? '< 0.1 %' : `${(probability * 100).toFixed(1)} %`);
    assert.ok(Math.abs(bar - probability) < 0.01 && height > 1, `${name}: a bar of ${bar} for ${probability}`);
  });
});

test('the table: as CSV, and for the clipboard', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  const names = ['plain.png', 'with, comma and "quotes".png', '=1+2.png', 'Grüße 日本.png'];
  await tab.give(...names.map((name, i) => scene.write(name, drawing(i))), scene.write('broken.png', Buffer.from('x')));
  const cards = await tab.photos(5);
  // What the page hands to the browser to save or to copy.
  await tab.page.evaluate(() => {
    globalThis.saved = [];
    const click = HTMLAnchorElement.prototype.click;
    const blobs = new Map();
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob) => { const address = create.call(URL, blob); blobs.set(address, blob); return address; };
    HTMLAnchorElement.prototype.click = function () {
      if (!blobs.has(this.href)) return click.call(this);
      const { download, href } = this;
      return void blobs.get(href).arrayBuffer().then((buffer) => {
        const bytes = [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        globalThis.saved.push({ name: download, type: blobs.get(href).type, text: new TextDecoder().decode(buffer), bytes }); // without the mark
      });
    };
    Object.defineProperty(navigator.clipboard, 'writeText', { value: async (text) => { globalThis.saved.push({ name: 'clipboard', text }); } });
  });
  const saved = async (name) => {
    await (await tab.find(name)).evaluate((button) => button.click());
    return tab.until(name, () => tab.page.evaluate(() => globalThis.saved.pop()), 10);
  };

  const csv = await saved('download-csv');
  assert.match(csv.name, /\.csv$/);
  assert.ok(csv.bytes.startsWith('efbbbf'), 'it begins with the mark by which Excel knows UTF-8');
  const lines = csv.text.trimEnd().split('\r\n').map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g).slice(0, 9).map((field) => field.replace(/,$/, '').replace(/^"(.*)"$/s, '$1').replaceAll('""', '"')));
  assert.deepEqual(lines[0].slice(0, 6), ['photo', 'rank', 'index', 'id', 'label', 'probability']);
  assert.equal(lines.length, 1 + 4 * 5, 'five lines a photo, none for the broken one');
  for (const name of names) {
    const own = lines.filter(([photo]) => photo.replace(/^'/, '') === name);
    assert.equal(own.length, 5, `five lines for ${name}`);
    const card = cards.find(({ photo }) => photo === name);
    own.forEach((line, rank) => {
      assert.equal(Number(line[1]), rank + 1);
      assert.equal(line[4], card.top[rank].label);
      assert.ok(Math.abs(Number(line[5]) - card.top[rank].probability) < 1e-5, `${line[5]} for ${card.top[rank].probability}`);
    });
  }
  assert.ok(!/(^|[\r\n,"])=/.test(csv.text), 'no cell begins like a formula');

  const table = await saved('copy-table');
  assert.equal(table.name, 'clipboard');
  assert.equal(table.text.trimEnd().split('\n').length, 1 + 4 * 5);
  assert.ok(table.text.split('\n')[1].split('\t').length >= 6);
});

test('clearing can be undone, and one photo removed by key', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  await tab.give(...[0, 1, 2].map((i) => scene.write(`photo ${i}.png`, drawing(i))));
  const before = await tab.photos(3);
  const count = async () => (await tab.state()).photos.length;
  await (await tab.find('clear')).evaluate((button) => button.click());
  await tab.until('an empty page', async () => (await count()) === 0);
  assert.ok(await tab.message('removed', 10));
  await tab.page.$eval('[data-testid="message"][data-kind="removed"] button', (button) => button.click());
  await tab.until('the photos again', async () => (await count()) === 3);
  assert.deepEqual((await tab.state()).photos, before, 'as they were');

  await tab.page.bringToFront();
  await tab.page.focus('[data-testid="prediction"]');
  await tab.page.keyboard.press('ArrowRight');
  await tab.page.keyboard.press('Delete');
  await tab.until('one photo less', async () => (await count()) === 2);
  assert.deepEqual((await tab.state()).photos.map(({ photo }) => photo), ['photo 0.png', 'photo 2.png']);
});

/** From now on `globalThis.longest` is the longest time in which the page's thread let nothing else in, milliseconds. */
const watchTurns = (tab) => tab.page.evaluate(() => {
  let last = performance.now();
  globalThis.longest = 0;
  const look = () => {
    const now = performance.now();
    globalThis.longest = Math.max(globalThis.longest, now - last);
    last = now;
    setTimeout(look, 10);
  };
  look();
});
const longestTurn = (tab) => tab.page.evaluate(() => globalThis.longest);

// Not a measure of speed: other programs may hold a page up, too. What the engine does takes longer.
const STILL_MS = 2000;

test('an engine that is busy for eight seconds holds up nothing of the page', { seconds: 90 }, async (scene) => {
  const BUSY_MS = 8000;
  const site = scene.site({ engine: busyAtPhoto(2, BUSY_MS) });
  const tab = await scene.open(`device=cpu&backbone=${scene.quick}`, { site });
  assertTop(await tab.classify(scene.write('before.png', drawing())));
  await tab.page.bringToFront();
  await watchTurns(tab);
  await tab.give(scene.write('meanwhile.png', drawing(1)));
  await tab.until('the engine to be busy', () => site.reports.includes('busy'), 20);
  const theme = () => tab.page.evaluate(() => document.documentElement.dataset.theme ?? 'auto');
  const before = await theme();
  const from = Date.now();
  await (await tab.find('theme')).evaluate((button) => button.click());
  await tab.until('another theme', async () => (await theme()) !== before, 5);
  const answered = Date.now() - from;
  assert.ok(!site.reports.includes('busy-no-more'), 'the engine was still busy when the page had answered');
  assert.ok(answered < STILL_MS, `the page answered a press after ${answered} ms`);
  (await tab.photos(2)).forEach(assertTop);
  assert.ok(site.reports.includes('busy-no-more'), 'and did its work then');
  const longest = await longestTurn(tab);
  assert.ok(longest < STILL_MS, `the page stood still for ${longest} ms`);
});

test('the queue says how many, how fast and how long, and the page never blocks meanwhile', { seconds: 180 }, async (scene) => {
  // Drawn first: meanwhile this process answers no page.
  const files = Array.from({ length: 60 }, (_, i) => scene.write(`photo ${i}.png`, png(picture(600 + i, 400))));
  const tab = await scene.open(`device=cpu&backbone=${scene.quick}`);
  await tab.device();
  await tab.page.bringToFront();
  await watchTurns(tab);
  await tab.give(...files);
  const queue = () => tab.page.$eval('[data-testid="queue"]', (element) => element.querySelector('p').textContent.replace(/\s+/g, ' '));
  await tab.until('count, rate and time left', async () => (await tab.find('queue')) && /^\d+ of 60 photos · [\d.]+ photos\/s · .*\d+ s left$/.test(await queue()), 60);
  await tab.photos(60, 90);
  assert.match(await queue(), /^60 photos done · [\d.]+ photos\/s · .*\d+ s$/);
  const longest = await longestTurn(tab);
  console.log(`        ${scene.kind}: the longest gap between two turns of the page while 60 photos ran was ${longest.toFixed(0)} ms`);
  assert.ok(longest < STILL_MS, `the page stood still for ${longest} ms`);
});

test('stopping a long queue keeps what is done, and it can go on', { seconds: 240 }, async (scene) => {
  // Drawn first: meanwhile this process answers no page.
  const files = Array.from({ length: 60 }, (_, i) => scene.write(`photo ${i}.png`, png(picture(900 + i, 700))));
  const tab = await scene.open(`device=cpu&backbone=${scene.quick}`);
  await tab.give(...files);
  await tab.photos(2);
  await (await tab.find('stop')).evaluate((button) => button.click());
  const ended = async () => (await tab.state()).photos.filter(({ state }) => state === 'done').length;
  // Those that were with the engine come to their end.
  await tab.until('no photo at work', async () => (await tab.state()).photos.every(({ state }) => state !== 'working'));
  const stopped = await ended();
  assert.ok(stopped >= 2 && stopped < 60, `${stopped} were done when it stopped`);
  await new Promise((done) => setTimeout(done, 1500));
  assert.equal(await ended(), stopped, 'and no more after that');
  await (await tab.find('stop')).evaluate((button) => button.click());
  await tab.photos(60, 90);
});

test('light and dark: as the system has it, or as chosen, and kept', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  const button = await tab.until('the switch', () => tab.find('theme'));
  const look = () => tab.page.evaluate(() => ({ chosen: document.documentElement.dataset.theme ?? 'auto', ground: getComputedStyle(document.body).backgroundColor }));
  const seen = {};
  for (let i = 0; i < 3; i += 1) {
    const { chosen, ground } = await look();
    seen[chosen] = ground;
    await button.evaluate((element) => element.click());
    await tab.until('another theme', async () => (await look()).chosen !== chosen, 5);
  }
  assert.deepEqual(Object.keys(seen).sort(), ['auto', 'dark', 'light']);
  assert.notEqual(seen.dark, seen.light);
  while ((await look()).chosen !== 'dark') {
    await button.evaluate((element) => element.click());
    await new Promise((done) => setTimeout(done, 200));
  }
  const again = await scene.open('device=cpu', { site: tab.site, context: tab.context });
  assert.equal(await again.page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'kept for the next visit');
});

test('projector mode: letters and lines half as large again, nothing around, kept', { seconds: 90 }, async (scene) => {
  const viewport = { width: 1280, height: 720 };
  const tab = await scene.open('device=cpu', { viewport });
  assertTop(await tab.classify(scene.write('drawn.png', drawing())));
  const look = () => tab.page.evaluate(() => {
    const size = (selector) => Number.parseFloat(getComputedStyle(document.querySelector(selector)).fontSize);
    const isShown = (selector) => document.querySelector(selector).getClientRects().length > 0;
    return {
      name: size('.top-first .top-name'), share: size('.top-share'), id: size('.photo-foot'), button: size('.drop-zone .button'),
      line: Number.parseFloat(getComputedStyle(document.querySelector('.photo')).borderTopWidth),
      chrome: ['.brand', '.places', '.footer', '.compare', '[data-testid="theme"]'].filter(isShown), sideways: document.documentElement.scrollWidth - innerWidth,
      pressed: document.querySelector('[data-testid="projector"]').getAttribute('aria-pressed'), kept: localStorage.getItem('graft.projector'),
    };
  });
  const usual = await look();
  assert.deepEqual([usual.pressed, usual.chrome.length], ['false', 5]);
  await (await tab.find('projector')).evaluate((button) => button.click());
  const projected = await tab.until('projector mode', async () => { const now = await look(); return now.pressed === 'true' && now; }, 5);
  for (const part of ['name', 'share', 'id', 'button']) assert.equal(projected[part] / usual[part], 1.5, `letters of ${part}`);
  assert.ok(projected.line >= usual.line, 'lines are no thinner'); // a screen of one pixel a unit rounds 1.5 to 1
  assert.deepEqual(projected.chrome, [], 'nothing around the place');
  assert.ok(projected.sideways <= 0, `${projected.sideways} px stick out`);

  // Kept for the next visit, Teach too; and a key turns it off, wherever the focus is.
  const again = await scene.open('device=cpu#teach', { site: tab.site, context: tab.context, viewport });
  await again.until('Teach', () => again.page.$('.teach'), 40);
  const [size, sideways] = await again.page.evaluate(() => [getComputedStyle(document.documentElement).fontSize, document.documentElement.scrollWidth - innerWidth]);
  assert.equal(size, '24px');
  assert.ok(sideways <= 0, `${sideways} px stick out in Teach`);
  await tab.page.bringToFront();
  await tab.page.keyboard.press('F8');
  await tab.until('the usual page', async () => (await look()).pressed === 'false', 5);
  assert.deepEqual(await look(), { ...usual, kept: '' });
});

test('the chooser shows each network, and what a photo takes here once it was measured', { seconds: 120 }, async (scene) => {
  const tab = await scene.open(`device=cpu&backbone=${scene.quick}`);
  assertTop(await tab.classify(scene.write('drawn.png', drawing())));
  const rows = () => tab.page.$$eval('[data-testid="networks"] tbody tr', (all) => all.map((row) => ({ name: row.dataset.backbone, cells: Object.fromEntries([...row.querySelectorAll('td')].map((cell) => [cell.dataset.label, cell.textContent])) })));
  // The panel tells the same of the network that is chosen.
  const facts = () => tab.page.$$eval('.chooser .fact', (all) => Object.fromEntries(all.map((fact) => [fact.querySelector('dt').textContent, fact.querySelector('dd').textContent])));
  const chosen = scene.backbones.find(({ name }) => name === scene.quick);
  const told = await facts();
  for (const name of ['Size', 'Parameters', 'Depth', 'Input', ...(chosen.top1 ? ['Top-1', 'Top-5'] : [])]) assert.ok(told[name], `the chooser tells ${name}: ${JSON.stringify(told)}`);
  assert.equal(told.Depth, String(chosen.depth));
  assert.ok(await tab.page.$$eval('.chooser .fact', (all) => all.every((fact) => fact.getClientRects().length > 0)), 'also beside photos');
  const before = await rows();
  assert.deepEqual(before.map(({ name }) => name), scene.backbones.map(({ name }) => name));
  for (const { name, cells } of before) {
    const card = scene.backbones.find((each) => each.name === name);
    assert.equal(cells.Depth, String(card.depth));
    assert.ok(cells.Input.startsWith(String(card.input)), cells.Input);
    if (card.top1) assert.ok(cells['Top-1'].includes((card.top1 * 100).toFixed(1)), cells['Top-1']);
  }
  await (await tab.find('measure')).evaluate((button) => button.click());
  const measured = await tab.until('both times', async () => {
    const { cells } = (await rows()).find(({ name }) => name === scene.quick);
    return Number(cells['CPU, ms']) > 0 && Number(cells['GPU, ms']) > 0 && cells;
  }, 90);
  assert.ok(Number(measured['CPU, ms']) < 5000);
  const then = await facts();
  for (const name of ['CPU, ms', 'GPU, ms']) assert.equal(then[name], measured[name], `${name} in the chooser`);
});

test('a page still open works on when the network is gone', { seconds: 150, mayFail: true }, async (scene) => {
  const [first, second] = scene.backbones;
  const tab = await scene.open(`device=cpu&backbone=${first.name}`);
  assertTop(await tab.classify(scene.write('before.png', drawing())));
  tab.site.stop();
  await tab.give(scene.write('after.png', drawing(1)));
  (await tab.photos(2)).forEach(assertTop);
  // What would need the network says so, and leaves what is there.
  await tab.page.select('[data-testid="backbone"]', second.name);
  assertMessage(await tab.message('network', 30), { names: second.file, expected: 'an answer', cure: /connection/ });
  await tab.give(scene.write('and after that.png', drawing(2)));
  (await tab.photos(3)).forEach(assertTop);

  // The places whose program has not been fetched, likewise: each says so, and Look stays with all that is in it.
  const before = (await tab.state()).photos;
  const press = (place) => tab.page.$eval(`[data-testid="place-${place}"]`, (link) => link.click());
  for (const place of ['teach', 'lab']) {
    await press(place);
    const said = async () => (await tab.state()).messages.find(({ text }) => text.includes('Teach and Lab') && text.includes('expected'))?.text;
    assertMessage(await tab.until(`what ${place} misses`, said, 30), { names: 'The program of Teach and Lab', expected: 'an answer', cure: /connection/ });
    assert.equal(await tab.page.evaluate(() => location.hash), '#look', 'the address says where the page is');
    assert.deepEqual((await tab.state()).photos, before, 'the results stay');
    await tab.page.$$eval('[data-testid="message"] [aria-label="Close this message"]', (buttons) => buttons.forEach((button) => button.click()));
    await tab.until('no message', async () => !(await said()), 5);
  }
  await tab.give(scene.write('and the engine, too.png', drawing(3)));
  (await tab.photos(4)).forEach(assertTop);
  tab.site.start();
  await press('teach');
  await tab.until('Teach', () => tab.page.$('.teach'), 60);
  await press('look');
  const after = await tab.photos(4, 60);
  const names = (cards) => cards.map(({ photo, top }) => [photo, top[0].label]);
  assert.deepEqual(names(after.slice(0, 3)), names(before), 'with the photos');
});

test('opened at Teach or at the Lab, the page asks for the whole program alone', { seconds: 90 }, async (scene) => {
  for (const place of ['teach', 'lab']) {
    const tab = await scene.open(`device=cpu&backbone=${scene.quick}#${place}`);
    await tab.until(`the place ${place}`, () => tab.page.$(`[data-testid="place-${place}"][aria-current="page"]`), 40);
    const programs = ['app.js', 'app_bg.wasm', 'teach.js', 'teach_bg.wasm'].filter((file) => tab.site.asked.includes(file));
    assert.deepEqual(programs, ['teach.js', 'teach_bg.wasm'], `asked for at #${place}`);
  }
});

// Until the page keeps itself for offline use, a second visit without a network lives on what the host let the browser keep:
// many static hosts send ten minutes. The weights, sent with no-store here as all that a test may change, the page keeps itself.
// A browser of its own, as private windows keep no large files.
test('opened again from the cache, when the network is gone, it works on', { seconds: 90, mayFail: true }, async (scene) => {
  const context = (await scene.launch()).defaultBrowserContext();
  const site = scene.site({ maxAge: 600, weights: (bytes) => bytes });
  const first = await scene.open('device=cpu', { site, context });
  assertTop(await first.classify(scene.write('before.png', drawing())));
  await first.page.close();
  site.stop();
  const second = await scene.open('device=cpu', { site, context });
  assertTop(await second.classify(scene.write('after.png', drawing(1)), 40));
});
