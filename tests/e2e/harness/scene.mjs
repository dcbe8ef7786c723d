// What a test has in its hands: a browser, copies of the site, files to give, and everything that was said meanwhile.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { launch } from './browsers.mjs';
import { publicFiles } from './golden.mjs';
import { startProxy } from './proxy.mjs';
import { notRun, shared } from './registry.mjs';
import { Tab } from './tab.mjs';

let folders = 0;

const ENDING_MS = 10_000;

/** Waits for the end of something that a test started, not for ever; what fails or hangs is said and held against no test. */
export async function ending(what, end) {
  let timer;
  const late = new Promise((done) => {
    timer = setTimeout(done, ENDING_MS, `not ended after ${ENDING_MS / 1000} s`);
  });
  const trouble = await Promise.race([late, (async () => end())().then(() => undefined, (error) => String(error?.message ?? error))]);
  clearTimeout(timer);
  if (trouble) console.log(`        ${what}: ${trouble}`);
}

export class Scene {
  /** `models`: the networks of random weights that are laid over the site, if any; `asMade`: they were asked for, whatever else there is. */
  constructor({ kind, browser, server, folder, dist, models, asMade = false }) {
    Object.assign(this, { kind, browser, server, dist, models, asMade });
    this.folder = path.join(folder, String((folders += 1)));
    this.contexts = [];
    this.tabs = [];
    this.closers = [];
  }

  /** A fresh copy of the site; see `Site` for the faults it can have. */
  site(faults) {
    return this.server.site(faults);
  }

  /** The cards of the networks that the page is offered, the default one first. */
  get backbones() {
    return JSON.parse(this.models['models/index.json'] ?? readFileSync(path.join(this.dist, 'models/index.json')));
  }

  /** The bytes of a card's weight file. */
  weights({ file }) {
    return this.models[`models/${file}`] ?? readFileSync(path.join(this.dist, 'models', file));
  }

  /**
   * The card of a public network; where its weights cannot be had the test ends as not run. Where they lie beside the project and the built page
   * has no such network, the build dropped it, and the test fails.
   */
  published(name) {
    const card = this.backbones.find((each) => each.name === name);
    if (card) return card;
    const files = publicFiles(name);
    const isThere = files.every((file) => existsSync(shared('models', file)));
    assert.ok(this.asMade || !isThere, `${name} is missing in dist/models/index.json, though ${files.join(' and ')} ${files.length > 1 ? 'lie' : 'lies'} in ../shared/models: what did tools/build.sh say of it?`);
    return notRun(`the weights of ${name} could not be had`);
  }

  /** The name of the smallest network, for tests with many photos. */
  get quick() {
    return this.backbones.reduce((least, card) => (card.bytes < least.bytes ? card : least)).name;
  }

  /**
   * Opens the page of a site (a fresh one by default). `query`: what stands after `?`. `path`: another page of the site. `context`: that
   * of an earlier tab, to share its cache. `viewport`: CSS pixels. `before`: a function that the page runs before anything of its own. `browser`: another one. `origin`: another name of the server.
   */
  async open(query = '', { site = this.site(), context, viewport, browser = this.browser, path: name = '', origin = this.server.origin, before } = {}) {
    if (!context) {
      context = await browser.createBrowserContext();
      this.contexts.push(context);
    }
    const tab = new Tab(await context.newPage(), site, context);
    this.tabs.push(tab);
    await tab.watch();
    if (before) await tab.page.evaluateOnNewDocument(before);
    if (viewport) await tab.page.setViewport(viewport);
    await tab.go(`${origin}${site.mount}${name}${query && `?${query}`}`);
    return tab;
  }

  /** Starts another browser, which ends with the test; see `launch` for the options. */
  async launch(options) {
    const browser = await launch(this.kind, options);
    this.later(() => browser.close());
    return browser;
  }

  /** Starts a proxy, which ends with the test, and a browser that sends everything through it. */
  async behindProxy(alias) {
    const proxy = await startProxy(this.server.origin, alias);
    this.later(() => proxy.close());
    return { proxy, browser: await this.launch({ proxy: proxy.port }) };
  }

  /** Writes a file that can then be given to the page; gives its path. Names may repeat in different `folder`s. */
  write(name, bytes, folder = '') {
    const file = path.join(this.folder, folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return file;
  }

  /** Runs `close` when the test ends, however it ends. */
  later(close) {
    this.closers.push(close);
  }

  /** What holds at the end of every test: no uncaught error, no breach of the policy, nothing asked of anyone else. */
  check({ mayFail = false }) {
    const isExpected = (text) => mayFail === true || (mayFail && mayFail.test(text));
    for (const tab of this.tabs) {
      assert.deepEqual(tab.errors.filter((text) => !isExpected(text)), [], `uncaught errors in the page${mayFail ? ` that are none of ${mayFail}` : ''}`);
      if (!tab.mayReach) {
        assert.deepEqual(tab.foreign, [], 'requests to another origin');
        assert.deepEqual(tab.violations, [], 'breaches of the Content-Security-Policy');
      }
      assert.deepEqual(tab.site.errors, [], 'errors of the test server');
    }
  }

  /** The state of the pages, for a failed test's message. */
  async account() {
    const accounts = [];
    for (const tab of this.tabs) {
      const state = await Promise.race([tab.state().catch((error) => `(no answer: ${error.message})`), new Promise((done) => setTimeout(done, 3000, '(no answer)'))]);
      accounts.push(`page: ${JSON.stringify(state).slice(0, 1500)}`, `reports: ${JSON.stringify(tab.site.reports)}`, ...tab.errors.map((text) => `uncaught: ${text}`), ...tab.console.slice(-12).map((text) => `console: ${text}`));
    }
    return accounts.join('\n');
  }

  async end() {
    for (const close of this.closers) await ending('what the test started', close);
    for (const context of this.contexts) await ending('a profile', () => context.browser().connected && context.close());
  }
}
