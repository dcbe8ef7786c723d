// Photos of a camera: the browsers' own make-believe one, which a person allowed or denied.
import assert from 'node:assert/strict';
import { test } from './harness/registry.mjs';
import { assertMessage, assertTop } from './harness/tab.mjs';

/** The page in a browser with a camera, and the button that opens it. */
async function withCamera(scene, camera) {
  const tab = await scene.open('device=cpu', { browser: await scene.launch({ camera }) });
  const button = await tab.until('the camera\'s button', () => tab.find('camera'));
  await button.evaluate((element) => element.click());
  return tab;
}

/** What has the focus, by its test id. */
const focus = (tab) => tab.page.evaluate(() => document.activeElement?.dataset.testid);

test('the camera takes photos, and each is classified', { seconds: 120 }, async (scene) => {
  const tab = await withCamera(scene, 'allowed');
  const button = await tab.until('a picture of the camera', () => tab.page.$('[data-testid="take-photo"]:not(:disabled)'), 30);
  for (const count of [1, 2]) {
    await button.evaluate((element) => element.click());
    (await tab.photos(count, 60)).forEach(assertTop);
  }
  assert.deepEqual((await tab.state()).photos.map(({ photo }) => photo), ['camera 1.jpg', 'camera 2.jpg']);
  const playing = () => tab.page.evaluate(() => document.querySelector('video')?.srcObject?.getTracks().filter(({ readyState }) => readyState === 'live').length ?? 0);
  assert.equal(await playing(), 1);
  await tab.page.evaluate(() => { globalThis.tracks = document.querySelector('video').srcObject.getTracks(); });
  const close = await tab.find('close-camera');
  await close.focus();
  await close.press('Enter');
  await tab.until('no camera', async () => !(await tab.page.$('video')), 10);
  assert.ok(await tab.page.evaluate(() => globalThis.tracks.every(({ readyState }) => readyState === 'ended')), 'the camera is off');
  await tab.until('the focus at the button that opens it', async () => (await focus(tab)) === 'camera', 5);
});

test('a camera that was denied is said so, with the cure', { seconds: 60 }, async (scene) => {
  const tab = await withCamera(scene, 'denied');
  assertMessage(await tab.message('io', 30), { names: 'The camera', found: 'denied', cure: /Allow the camera/ });
  assert.equal(await tab.page.$('video'), null, 'the panel is gone');
});
