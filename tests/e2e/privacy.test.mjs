// Nothing leaves the page: the whole browser goes through a proxy that sees every request, and the same test fails when one is added.
import assert from 'node:assert/strict';
import { foreignRequests } from './harness/faults.mjs';
import { test } from './harness/registry.mjs';
import { assertTop } from './harness/tab.mjs';
import { jpeg } from './images/jpeg.mjs';
import { picture } from './images/picture.mjs';

/** Uses the page as a visitor does, seen by the proxy; gives both, and what was asked of anyone else. */
async function visit(scene, site) {
  const { proxy, browser } = await scene.behindProxy();
  const tab = await scene.open('device=cpu', { site, browser });
  assertTop(await tab.classify(scene.write('private.jpg', jpeg(picture())), 60));
  await new Promise((done) => setTimeout(done, 1000)); // for what comes late
  assert.ok(proxy.passed > 3, 'the browser went through the proxy');
  return { tab, proxy, foreign: [...new Set([...proxy.foreign, ...tab.foreign])] };
}

/** The assertion itself, for the page as it is and for the page with a leak. */
const assertNothingLeft = (foreign) => assert.deepEqual(foreign, [], 'requests to another origin');

test('a visit asks nothing of another origin and sends no photo', { seconds: 120 }, async (scene) => {
  const site = scene.site();
  const { foreign } = await visit(scene, site);
  assertNothingLeft(foreign);
  assert.deepEqual(site.log.filter(({ method, length }) => !['GET', 'HEAD'].includes(method) || length > 0), [], 'requests with something in them');
});

const LEAKS = {
  fetch: "fetch('http://foreign.test/fetch', { mode: 'no-cors' }).catch(() => {});",
  image: "new Image().src = 'http://foreign.test/image.png';",
  WebSocket: "try { new WebSocket('ws://foreign.test/socket'); } catch {}",
  beacon: "navigator.sendBeacon('http://foreign.test/beacon', 'x');",
  // Once the photo was looked at, as the page goes away with it; in Chromium, as what a driven Firefox makes of it reaches no proxy.
  form: `const timer = setInterval(() => {
    if (!document.querySelector('[data-testid="prediction"][data-state="done"]')) return;
    clearInterval(timer);
    setTimeout(() => {
      const form = Object.assign(document.createElement('form'), { action: 'http://foreign.test/form', method: 'post' });
      document.body.append(form);
      form.submit();
    }, 500);
  }, 50);`,
};

for (const [name, leak] of Object.entries(LEAKS)) {
  const browsers = name === 'form' ? ['chromium'] : ['chromium', 'firefox'];
  test(`the test above fails when a foreign ${name} is added and the policy taken away`, { seconds: 120, browsers }, async (scene) => {
    const site = scene.site({ stripPolicy: true, html: (text) => text.replace('</head>', `<script>${leak}</script></head>`) });
    const { tab, foreign } = await visit(scene, site);
    tab.mayReach = true;
    assert.ok(site.reports.includes('policy-stripped'), 'the page had a policy, and it was taken away');
    assert.throws(() => assertNothingLeft(foreign), assert.AssertionError);
    assert.ok(foreign.some((request) => request.includes('foreign.test')), `seen: ${foreign}`);
  });
}

test('with the policy in place the page reaches no other origin', { seconds: 120 }, async (scene) => {
  const site = scene.site();
  const { tab, proxy } = await visit(scene, site);
  tab.mayReach = true; // it tries, and is refused
  tab.foreign.length = 0;
  const outcome = await tab.page.evaluate(async () => {
    const refused = []; // as "directive address"; of an address that is not http the browsers tell the scheme only
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => refused.push(`${violatedDirective.replace('-elem', '')} ${blockedURI}`));
    const reached = [];
    await fetch('http://foreign.test/fetch', { mode: 'no-cors' }).then(() => reached.push('fetch'), () => {});
    await new Promise((done) => {
      const image = new Image();
      image.onload = () => { reached.push('image'); done(); };
      image.onerror = done;
      image.src = 'http://foreign.test/image.png';
    });
    try { new WebSocket('ws://foreign.test/socket'); } catch { /* refused at once */ }
    const script = document.createElement('script');
    script.textContent = 'globalThis.inlineScriptRan = true;';
    document.head.append(script);
    // Last, and in this very page: if it were let through, this would have no answer.
    const form = Object.assign(document.createElement('form'), { action: 'http://foreign.test/form', method: 'post' });
    document.body.append(form);
    try { form.submit(); } catch { /* Firefox throws */ }
    await new Promise((done) => setTimeout(done, 1000));
    return { reached, refused, inline: globalThis.inlineScriptRan === true };
  });
  assert.deepEqual(outcome.reached, []);
  assert.equal(outcome.inline, false, 'no inline script runs');
  for (const [attempt, refusal] of Object.entries({
    fetch: /^connect-src http:\/\/foreign\.test\/fetch$/,
    image: /^img-src http:\/\/foreign\.test\/image\.png$/,
    WebSocket: /^connect-src (ws|(ws|http):\/\/foreign\.test(\/socket)?)$/,
    script: /^script-src inline$/,
    form: /^form-action http:\/\/foreign\.test(\/form)?$/,
  })) assert.ok(outcome.refused.some((text) => refusal.test(text)), `the policy refused the ${attempt}: ${JSON.stringify(outcome.refused)}`);
  assert.deepEqual(proxy.foreign, [], 'requests that left the browser');
});

test('with the policy in place the engine reaches no other origin', { seconds: 120 }, async (scene) => {
  const { proxy, browser } = await scene.behindProxy();
  const site = scene.site({ engine: foreignRequests('http://foreign.test/') });
  const tab = await scene.open('device=cpu', { site, browser });
  tab.mayReach = true;
  await tab.until('the engine\'s attempts', () => site.reports.filter((report) => /^(fetch|script)-/.test(report)).length >= 2, 40);
  assert.deepEqual(proxy.foreign, [], 'requests that left the browser');
  assert.ok(site.reports.includes('fetch-refused') && site.reports.includes('script-refused'), `${site.reports}`);
});

test('the policy forbids inline scripts and allows WebAssembly', {}, async (scene) => {
  const tab = await scene.open();
  const policy = await tab.page.$eval('meta[http-equiv="Content-Security-Policy" i]', (meta) => meta.content);
  const directives = Object.fromEntries(policy.split(';').map((part) => part.trim().split(/\s+/)).filter(([name]) => name).map(([name, ...values]) => [name, values]));
  const scripts = directives['script-src'] ?? directives['default-src'];
  assert.ok(!scripts.includes("'unsafe-inline'") && !scripts.includes("'unsafe-eval'"), policy);
  assert.ok(scripts.includes("'wasm-unsafe-eval'"), policy);
  assert.deepEqual(directives['form-action'], ["'none'"], policy); // default-src says nothing of forms
  const reach = /^('self'|'none'|'wasm-unsafe-eval'|'unsafe-inline'|'sha(256|384|512)-.*'|'nonce-.*'|blob:|data:)$/;
  for (const [name, values] of Object.entries(directives)) for (const value of values) assert.match(value, reach, `${name} allows only the page's own origin`);
  assert.deepEqual(directives['connect-src'], ["'self'"].concat(directives['connect-src'].filter((value) => value === 'blob:' || value === 'data:')), policy);
});
