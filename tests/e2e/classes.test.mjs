// What a person does with classes: names, undo, wrong labels, groups, storage; and every way in which that can go wrong.
import assert from 'node:assert/strict';
import { classes, classesZip, drawn, embedded, give, press, saved, shown, teach, train } from './harness/classroom.mjs';
import { zip } from './images/zip.mjs';
import { test } from './harness/registry.mjs';

/** Types a name into the field of the class that has this one. */
async function rename(tab, from, to) {
  await tab.page.evaluate((name) => {
    document.querySelector(`[data-testid="class"][data-name="${name}"] [data-testid="class-name"]`).click();
  }, from);
  const field = await tab.until('the field of the name', () => tab.find('class-name-input'));
  await field.evaluate((input) => input.select());
  await field.type(to);
  await field.press('Enter');
}

const names = async (tab) => Object.keys((await shown(tab)).classes);

test('classes are added, named, and brought back by undo; two of one name are refused', { seconds: 90 }, async (scene) => {
  const tab = await teach(scene);
  await give(tab, 'zip-input', scene.write('things.zip', classesZip(3)));
  await embedded(tab, 6);
  await rename(tab, 'balls', 'stripes');
  assert.match(await tab.message('project'), /stripes/);
  assert.deepEqual((await names(tab)).sort(), ['balls', 'stripes']);
  await tab.page.keyboard.press('Escape');
  await rename(tab, 'balls', 'Bälle & more');
  await tab.until('the new name', async () => (await names(tab)).includes('Bälle & more'));
  await press(tab, 'undo');
  await tab.until('the old name', async () => (await names(tab)).includes('balls'));
  await press(tab, 'undo'); // the photos' arrival
  await tab.until('nothing', async () => (await names(tab)).length === 0);
  await press(tab, 'redo');
  await press(tab, 'redo');
  await tab.until('all of it', async () => {
    const { classes: found } = await shown(tab);
    return found['Bälle & more'] === 3 && found.stripes === 3;
  });
  // What was brought back can be trained at once: its embeddings were kept.
  await embedded(tab, 6);
  assert.ok((await train(tab)).epoch > 0);
});

test('a photo in the wrong class is found', { seconds: 120 }, async (scene) => {
  const files = classes(12);
  files['things/balls/really stripes.jpg'] = drawn('stripes', 99);
  const tab = await teach(scene);
  await give(tab, 'zip-input', scene.write('things.zip', zip(files)));
  await embedded(tab, 25);
  await train(tab);
  await tab.page.evaluate(() => [...document.querySelectorAll('[role="tab"], button')].find((tab) => /wrong labels/i.test(tab.textContent))?.click());
  await press(tab, 'find-suspects');
  const first = await tab.until('the first suspect', () => tab.page.evaluate(() => document.querySelector('[data-testid="suspect"]')?.textContent));
  assert.match(first, /really stripes\.jpg/);
});

test('photos without classes are grouped, and a group becomes a class', { seconds: 120 }, async (scene) => {
  const tab = await teach(scene);
  const files = Object.entries(classes(8, ['balls', 'stripes'], '')).map(([path, bytes]) => scene.write(path.split('/').pop(), bytes));
  await give(tab, 'unsorted-input', ...files);
  await tab.until('16 photos to be embedded', async () => {
    const { intake } = await shown(tab);
    return intake?.done >= 16 && intake.done >= intake.total;
  }, 60);
  await press(tab, 'suggest-groups');
  const wanted = await tab.find('groups-wanted');
  if (wanted) await wanted.evaluate((input) => { input.value = '2'; input.dispatchEvent(new Event('input', { bubbles: true })); input.dispatchEvent(new Event('change', { bubbles: true })); });
  if (await tab.find('groups-find')) await press(tab, 'groups-find');
  const groups = await tab.until('the groups', () => tab.page.evaluate(() => document.querySelectorAll('[data-testid="group"]').length), 60);
  assert.ok(groups >= 2, `${groups} groups`);
});

test('a zip bomb is refused before it is unpacked', { seconds: 90 }, async (scene) => {
  const tab = await teach(scene);
  const bomb = zip({ 'bombs/big/zeros.jpg': Buffer.alloc(300 * 1024 * 1024), 'bombs/small/ball.jpg': drawn('balls', 1) }, { deflate: true });
  assert.ok(bomb.length < 2e6);
  await give(tab, 'zip-input', scene.write('bomb.zip', bomb));
  const said = await tab.until('what is said of it', () => tab.page.evaluate(() => [...document.querySelectorAll('[data-testid="message"], [data-testid="intake-skipped"]')].map((element) => element.textContent).find((text) => /zeros\.jpg|bomb\.zip/.test(text))));
  assert.match(said, /MB|GB|large|times/);
});

test('full storage is said, and nothing on the page is lost', { seconds: 90 }, async (scene) => {
  const before = () => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function full(value, ...rest) {
      if (this.name === 'photos') throw new DOMException('no room', 'QuotaExceededError');
      return put.call(this, value, ...rest);
    };
  };
  const tab = await teach(scene, 'device=cpu', { before });
  await give(tab, 'zip-input', scene.write('things.zip', classesZip(4)));
  await embedded(tab, 8);
  await tab.until('the page to say that it is not kept', async () => (await shown(tab)).saved === 'failed');
  assert.match(await tab.message('io'), /room|full|storage/i);
  assert.ok((await train(tab)).epoch > 0);
});

test('delete everything, and it is gone', { seconds: 90 }, async (scene) => {
  const tab = await teach(scene);
  await give(tab, 'zip-input', scene.write('things.zip', classesZip(3)));
  await embedded(tab, 6);
  await saved(tab);
  await press(tab, 'delete-all');
  await press(tab, 'answer-yes');
  await tab.until('an empty place', async () => (await names(tab)).length === 0);
  await saved(tab); // until then it says that it is deleting
  await tab.page.reload({ waitUntil: 'domcontentloaded' });
  await tab.device();
  assert.deepEqual(await names(tab), []);
  const left = await tab.page.evaluate(async () => {
    const databases = (await indexedDB.databases?.()) ?? [];
    const counts = await Promise.all(databases.map(({ name }) => new Promise((done) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => {
        const database = opening.result;
        const stores = [...database.objectStoreNames];
        if (!stores.length) return done(0);
        const transaction = database.transaction(stores);
        let sum = 0;
        for (const store of stores.filter((store) => store !== 'project')) transaction.objectStore(store).count().onsuccess = ({ target }) => { sum += target.result; };
        transaction.oncomplete = () => { database.close(); done(sum); };
        return undefined;
      };
      opening.onerror = () => done(0);
    })));
    return counts.reduce((sum, count) => sum + count, 0);
  });
  assert.equal(left, 0, 'photos, thumbnails and embeddings in the browser');
});

test('a project in the browser and one on the page stay apart until a person decides', { seconds: 180 }, async (scene) => {
  const tab = await teach(scene);
  const switchedOff = async () => {
    await tab.page.evaluate(() => localStorage.setItem('graft.keep', 'off'));
    await tab.page.reload({ waitUntil: 'domcontentloaded' });
    await tab.device();
    assert.deepEqual(await names(tab), []);
  };
  const wantedKept = async () => {
    await press(tab, 'keep-switch');
    await tab.until('the page to say that there are two', () => tab.page.evaluate(() => /another project/.test(document.querySelector('[data-testid="saved"]')?.textContent)));
  };
  await give(tab, 'zip-input', scene.write('kept.zip', classesZip(3)));
  await embedded(tab, 6);
  await saved(tab);

  await switchedOff();
  await give(tab, 'zip-input', scene.write('new.zip', classesZip(2, ['checks', 'stripes'])));
  await embedded(tab, 4);
  await wantedKept();
  assert.deepEqual((await shown(tab)).classes, { checks: 2, stripes: 2 });
  await press(tab, 'use-other');
  await press(tab, 'answer-yes');
  await embedded(tab, 6);
  assert.deepEqual((await shown(tab)).classes, { balls: 3, stripes: 3 });
  assert.ok((await train(tab)).epoch > 0);
  await saved(tab);

  await switchedOff();
  await give(tab, 'zip-input', scene.write('new.zip', classesZip(2, ['checks', 'stripes'])));
  await embedded(tab, 4);
  await wantedKept();
  await press(tab, 'keep-this');
  await press(tab, 'answer-yes');
  await saved(tab);
  await tab.page.reload({ waitUntil: 'domcontentloaded' });
  await embedded(tab, 4);
  assert.deepEqual((await shown(tab)).classes, { checks: 2, stripes: 2 });
});

test('Look hands its photos over when Teach is opened, and back and forth works', { seconds: 90 }, async (scene) => {
  const tab = await scene.open(`device=cpu&backbone=${scene.quick}`);
  await tab.give(scene.write('ball.jpg', drawn('balls', 1)), scene.write('stripes.jpg', drawn('stripes', 1)));
  await tab.photos(2);
  await tab.page.evaluate(() => document.querySelector('[data-testid="place-teach"]').click());
  await tab.until('Teach', () => tab.find('class-add'));
  await tab.page.evaluate(() => document.querySelector('[data-testid="place-look"]').click());
  const cards = await tab.photos(2);
  assert.deepEqual(cards.map(({ photo }) => photo).sort(), ['ball.jpg', 'stripes.jpg']);
  await tab.page.goBack();
  await tab.until('Teach again', () => tab.find('class-add'));
});

test('a damaged photo in a folder is named, and the rest goes on', { seconds: 90 }, async (scene) => {
  const files = classes(3);
  files['things/balls/cut.jpg'] = drawn('balls', 50).subarray(0, 700);
  files['things/balls/empty.jpg'] = Buffer.alloc(0);
  files['things/stripes/same again.jpg'] = files['things/stripes/stripes-0.jpg'];
  const tab = await teach(scene);
  await give(tab, 'zip-input', scene.write('things.zip', zip(files)));
  const failures = await tab.until('the list of failures', () => tab.page.evaluate(() => {
    const list = document.querySelector('[data-testid="intake-failures"]');
    return list && Number(list.dataset.count) >= 1 && list.textContent;
  }), 60);
  assert.match(failures, /cut\.jpg/);
  const duplicates = await tab.until('the list of duplicates', () => tab.page.evaluate(() => document.querySelector('[data-testid="intake-duplicates"]')?.textContent));
  assert.match(duplicates, /same again\.jpg/);
  await tab.until('Train to be possible', async () => !(await shown(tab)).train?.disabled);
  assert.ok((await train(tab)).epoch > 0);
});

test('an empty class is named before training, and one photo in a class is trained on with a warning', { seconds: 90 }, async (scene) => {
  const tab = await teach(scene);
  await give(tab, 'zip-input', scene.write('things.zip', zip({ ...classes(4, ['balls']), ...classes(1, ['stripes']) })));
  await embedded(tab, 5);
  await press(tab, 'class-add');
  const field = await tab.until('the field of the name', () => tab.find('class-name-input'));
  await field.type('Nothing yet');
  await field.press('Enter');
  await tab.until('the class', async () => (await names(tab)).includes('Nothing yet'));
  await press(tab, 'train');
  assert.match(await tab.message('empty-class'), /Nothing yet/);
  assert.deepEqual((await shown(tab)).classes, { balls: 4, stripes: 1, 'Nothing yet': 0 });
  await press(tab, 'undo'); // its name
  await press(tab, 'undo');
  await tab.until('two classes', async () => (await names(tab)).length === 2);
  assert.ok((await train(tab)).epoch > 0);
  assert.match(await tab.message('one-photo'), /stripes/);
});
