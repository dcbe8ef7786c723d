// Without a mouse, and without seeing: keyboard, focus, live regions, names.
import assert from 'node:assert/strict';
import { test } from './harness/registry.mjs';
import { assertTop } from './harness/tab.mjs';
import { picture } from './images/picture.mjs';
import { png } from './images/png.mjs';

const drawing = (i = 0) => png(picture(160 + i, 120));

/** The page with `count` photos that are done. */
async function withPhotos(scene, count, query = 'device=cpu') {
  const tab = await scene.open(query);
  await tab.give(...Array.from({ length: count }, (_, i) => scene.write(`photo ${i}.png`, drawing(i))));
  await tab.photos(count);
  await tab.page.bringToFront(); // a window in the background shows no focus
  return tab;
}

/** What has the focus: a photo by its name, a button by its words, anything else by its test id. */
const focus = (tab) => tab.page.evaluate(() => {
  const { activeElement: element } = document;
  if (!element || element === document.body) return null;
  return element.dataset.photo ?? (element.textContent.trim() || element.getAttribute('aria-label') || element.dataset.testid || element.id);
});
const focused = (tab, what) => tab.until(`the focus on ${what}`, async () => (await focus(tab)) === what, 5);

test('everything that can be used can be reached with the keyboard, and shows where it is', { seconds: 90 }, async (scene) => {
  const tab = await withPhotos(scene, 1);
  // Numbered, so that what was reached can be compared with what is there.
  const there = await tab.page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
    const usable = all.filter((element) => !element.disabled && element.tabIndex >= 0 && element.checkVisibility({ checkVisibilityCSS: true }));
    usable.forEach((element, place) => { element.reachedAs = place; });
    return usable.map((element) => element.dataset.testid ?? (element.textContent.trim() || element.className));
  });
  assert.ok(there.length > 10, `there are ${there}`);
  const reached = new Set();
  let pressed = null;
  for (let i = 0; i < 2 * there.length + 20 && reached.size < there.length; i += 1) {
    await tab.page.keyboard.press('Tab');
    const found = await tab.page.evaluate(() => {
      const element = document.activeElement;
      // After the last element the focus goes to the browser's own window, and then round.
      if (!element || element === document.body || !document.hasFocus()) return null;
      const style = getComputedStyle(element);
      const label = element.labels?.[0];
      const shown = [element, label].filter(Boolean).some((each) => {
        const css = getComputedStyle(each);
        return css.outlineStyle !== 'none' || css.boxShadow !== 'none';
      });
      return {
        place: element.reachedAs,
        id: element.closest('[data-testid]')?.dataset.testid ?? element.tagName,
        name: (element.getAttribute('aria-label') ?? (element.textContent || label?.textContent || element.title || element.placeholder || '')).trim(),
        hidden: style.visibility === 'hidden' || style.display === 'none',
        shown,
      };
    });
    if (!found) continue;
    assert.ok(!found.hidden, `${found.id} has the focus but cannot be seen`);
    assert.ok(found.name, `${found.id} has a name that a screen reader can say`);
    assert.ok(found.shown, `${found.id} ('${found.name}') shows that it has the focus`);
    if (found.place !== undefined) reached.add(found.place);
    if (found.id === 'theme' && !pressed) {
      await tab.page.keyboard.press('Enter');
      pressed = await tab.until('another theme', () => tab.page.evaluate(() => document.documentElement.dataset.theme), 5);
    }
  }
  const missed = there.filter((_, place) => !reached.has(place));
  assert.deepEqual(missed, [], 'what no press of Tab reaches');
  assert.equal(pressed, 'light', 'Enter pressed the button that had the focus');
});

test('many photos are one stop of the Tab key; arrow keys go from one to the next', { seconds: 90 }, async (scene) => {
  const tab = await withPhotos(scene, 12, `device=cpu&backbone=${scene.quick}`);
  const stops = () => tab.page.$$eval('[data-testid="prediction"]', (cards) => cards.filter((card) => card.tabIndex === 0 || card.querySelector('button').tabIndex === 0).map((card) => card.dataset.photo));
  assert.deepEqual(await stops(), ['photo 0.png']);
  await tab.page.focus('[data-testid="prediction"]');
  for (const key of ['ArrowRight', 'ArrowRight']) await tab.page.keyboard.press(key);
  await focused(tab, 'photo 2.png');
  assert.deepEqual(await stops(), ['photo 2.png'], 'it comes back to where it was');
  await tab.page.keyboard.press('Tab'); // its button
  await focused(tab, 'Remove photo 2.png');
  await tab.page.keyboard.press('Tab'); // and on, past all others
  assert.doesNotMatch((await focus(tab)) ?? '', /photo/);
  await tab.page.focus('[data-photo="photo 2.png"]');
  await tab.page.keyboard.press('End');
  await focused(tab, 'photo 11.png');
  await tab.page.keyboard.press('Home');
  await focused(tab, 'photo 0.png');
});

test('the focus is never lost: removing, clearing, Undo, closing a message', { seconds: 90 }, async (scene) => {
  const tab = await withPhotos(scene, 3);
  const press = async (selector) => {
    await tab.page.focus(selector);
    await tab.page.keyboard.press('Enter');
  };
  await press('[data-photo="photo 1.png"] .remove');
  await focused(tab, 'photo 2.png');
  await tab.page.keyboard.press('Delete');
  await focused(tab, 'photo 0.png');
  await press('[data-testid="clear"]');
  await focused(tab, 'Undo');
  await tab.page.keyboard.press('Enter');
  await focused(tab, 'photo 0.png');
  await press('[data-testid="clear"]');
  await focused(tab, 'Undo');
  await press('[data-kind="removed"] .button-bare');
  await tab.until('the focus on the place', () => tab.page.evaluate(() => document.activeElement.id === 'place'), 5);
});

test('a screen reader is told what was found, and which photo was refused', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  await tab.until('the drop zone', () => tab.find('photo-input'));
  // The regions are there before anything is in them: only then is heard what comes.
  const regions = await tab.page.$$eval('.messages, .toasts, [data-testid="heard"]', (all) => all.map((region) => ({ role: region.getAttribute('role'), live: region.getAttribute('aria-live'), shown: getComputedStyle(region).display !== 'none', text: region.textContent })));
  assert.deepEqual(regions, Array.from({ length: 3 }, () => ({ role: 'status', live: 'polite', shown: true, text: '' })));
  const heard = () => tab.page.$eval('[data-testid="heard"]', (region) => region.textContent.replace(/\s+/g, ' '));
  const card = await tab.classify(scene.write('alone.png', drawing()));
  assertTop(card);
  const [first] = card.top[0].label.split(', ');
  await tab.until('what was found', async () => (await heard()).startsWith(`alone.png: ${first[0].toUpperCase()}${first.slice(1)}, `), 5);
  await tab.give(scene.write('broken.jpg', Buffer.from('no photo')));
  await tab.until('why it was refused', async () => /^broken\.jpg: expected .*, found a text\. /.test(await heard()), 10);
  await tab.give(scene.write('good.png', drawing(2)), scene.write('bad.jpg', Buffer.from('no photo either')));
  await tab.until('how many, and which not', async () => (await heard()) === '2 photos done. Not classified: bad.jpg', 20);
});

test('panels are dialogs with names, and the words of the networks are explained without a pointer', { seconds: 60 }, async (scene) => {
  const tab = await scene.open('device=cpu');
  await tab.device();
  for (const [button, name] of [['device-panel', 'Where the work is done'], ['sent-panel', '0 bytes of your photos were sent']]) {
    const panel = () => tab.page.$eval(`#${button}`, (element) => ({ role: element.getAttribute('role'), name: document.getElementById(element.getAttribute('aria-labelledby'))?.textContent, shown: element.getClientRects().length > 0 }));
    assert.equal((await panel()).shown, false);
    await tab.page.focus(`[popovertarget="${button}"]`);
    await tab.page.keyboard.press('Enter');
    assert.deepEqual(await tab.until('the panel', async () => { const now = await panel(); return now.shown && now; }, 5), { role: 'dialog', name, shown: true });
    await tab.page.keyboard.press('Escape');
    await tab.until('no panel', async () => !(await panel()).shown, 5);
  }
  await tab.page.$eval('[data-testid="networks"]', (details) => { details.open = true; });
  await tab.page.focus('[data-testid="terms"] summary');
  await tab.page.keyboard.press('Enter');
  const words = await tab.page.$$eval('[data-testid="terms"] dt', (all) => all.filter((word) => word.checkVisibility()).map((word) => word.textContent));
  for (const word of ['Parameters', 'Depth', 'Top-5']) assert.ok(words.includes(word), `${word} among ${words}`);
});
