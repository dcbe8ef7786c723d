// One open page and how a test drives it, by the names that INTERFACE gives.
import assert from 'node:assert/strict';

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const FIREFOX_REMARKS = /^(Content-Security-Policy: |Image corrupt or truncated|Firefox can.t establish a connection)/;

export class Tab {
  constructor(page, site, context) {
    Object.assign(this, { page, site, context, console: [], errors: [], foreign: [], violations: [], mayReach: false });
  }

  /** Collects what the page says, asks for and is refused. */
  async watch() {
    this.page.on('console', (message) => {
      const text = message.text();
      this.console.push(`${message.type()}: ${text}`);
      if (text.startsWith('graft-policy: ')) this.violations.push(text.slice('graft-policy: '.length));
    });
    this.page.on('pageerror', (error) => {
      const text = String(error?.message ?? error);
      // Firefox reports more than uncaught errors this way.
      if (/^Content-Security-Policy: .*blocked/.test(text)) this.violations.push(text);
      else if (!FIREFOX_REMARKS.test(text)) this.errors.push(text);
    });
    this.page.on('request', (request) => {
      const address = request.url();
      if (/^(https?|wss?):/.test(address) && new URL(address).host !== new URL(this.site.url).host) this.foreign.push(address);
    });
    await this.page.evaluateOnNewDocument(() => {
      document.addEventListener('securitypolicyviolation', (event) => console.warn(`graft-policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
  }

  async go(address) {
    await this.page.goto(address, { waitUntil: 'domcontentloaded' });
  }

  /** Waits until `read` (run here, it may be async) gives something true, and gives that. */
  async until(what, read, seconds = 30) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const value = await read();
      if (value) return value;
      if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
      await sleep(100);
    }
  }

  /** The page's state in plain data. */
  state() {
    return this.page.evaluate(() => {
      const all = (selector, from = document) => [...from.querySelectorAll(selector)];
      const id = (name) => `[data-testid="${name}"]`;
      const text = (element) => element?.textContent.replace(/\s+/g, ' ').trim();
      // Its words, without those on its buttons.
      const message = (element) => ({ kind: element.dataset.kind, text: text(element.querySelector('.message-words') ?? element) });
      return {
        device: text(document.querySelector(id('device'))),
        photos: all(id('prediction')).map((card) => ({
          photo: card.dataset.photo,
          state: card.dataset.state,
          top: all(id('top-item'), card).map((item) => ({ id: item.dataset.id || null, label: item.dataset.label, probability: Number(item.dataset.probability) })),
          messages: all(id('message'), card).map(message),
        })),
        messages: all(id('message')).filter((element) => !element.closest(id('prediction')) && !element.closest('[hidden]')).map(message),
      };
    });
  }

  find(name) {
    return this.page.$(`[data-testid="${name}"]`);
  }

  /** Waits until the device is known, and gives what the page calls it. */
  async device(seconds = 60) {
    return this.until('the device', async () => /WebGPU|CPU/.exec((await this.state()).device ?? '')?.[0], seconds);
  }

  /** Gives files to the photo input, as a person who picks them. */
  async give(...files) {
    const input = await this.until('the photo input', () => this.find('photo-input'));
    await input.uploadFile(...files);
  }

  /** Waits until `count` photos are done or have failed, and gives all cards. */
  async photos(count, seconds = 60) {
    let last = [];
    const ended = async () => {
      last = (await this.state()).photos;
      return last.filter(({ state }) => state === 'done' || state === 'failed').length >= count && last;
    };
    return this.until(`${count} photos to be done (at the end: ${last.length})`, ended, seconds);
  }

  /** Waits for a message of this kind anywhere on the page, and gives its text. */
  async message(kind, seconds = 60) {
    return this.until(`a message of kind ${kind}`, async () => {
      const { photos, messages } = await this.state();
      return [...messages, ...photos.flatMap((photo) => photo.messages)].find((message) => message.kind === kind)?.text;
    }, seconds);
  }

  /** Gives one file and its card when it has ended. */
  async classify(file, seconds) {
    await this.give(file);
    return (await this.photos(1, seconds))[0];
  }
}

/** Asserts that a card holds five classes in falling order. */
export function assertTop(card) {
  assert.equal(card.state, 'done', `${card.photo}: ${card.messages.map(({ text }) => text).join(' ')}`);
  assert.equal(card.top.length, 5, `${card.photo}: five classes`);
  const probabilities = card.top.map(({ probability }) => probability);
  assert.ok(probabilities.every((value) => value >= 0 && value <= 1), `${card.photo}: probabilities are fractions, found ${probabilities}`);
  assert.deepEqual(probabilities, [...probabilities].sort((a, b) => b - a), `${card.photo}: the most probable first`);
}

/** What it concerns, what was expected, what was found, and a sentence that says what to do. */
const FOUR_PARTS = /^(?:(?:Note|Warning|Error): )?(?<names>.+?): expected (?<expected>.+?), found (?<found>.+?)\. (?<cure>\p{Lu}.{9,}\.)$/su;

/**
 * Asserts that a message says all four things, and gives them. Each of the wishes (a text or a pattern) must be in the part of its name;
 * `names` may be several.
 */
export function assertMessage(text, { names = [], ...wishes }) {
  const parts = FOUR_PARTS.exec(text ?? '')?.groups;
  assert.ok(parts, `the message says what it concerns, "expected …, found …", and a cure: ${text}`);
  const holds = (part, wish) => assert.ok(wish instanceof RegExp ? wish.test(parts[part]) : parts[part].includes(wish), `${wish} in what is said under "${part}": ${text}`);
  for (const name of [names].flat()) holds('names', name);
  for (const [part, wish] of Object.entries(wishes)) holds(part, wish);
  return parts;
}

/** Asserts that a card failed with this kind of message, which names the file and says what was expected, what was found, and the cure. */
export function assertFailed(card, kind, wishes = {}) {
  assert.equal(card.state, 'failed', `${card.photo}: state`);
  const [message] = card.messages;
  assert.ok(message, `${card.photo}: a message in the card`);
  assert.equal(message.kind, kind, `${card.photo}: ${message.text}`);
  assertMessage(message.text, { names: card.photo, ...wishes });
}

/** Asserts that two cards say the same, as far as another decoder or resizer allows. */
export function assertSame(card, reference, tolerance = 0.03) {
  assertTop(card);
  assertTop(reference);
  const [first, second] = reference.top;
  const found = card.top.find(({ label }) => label === first.label);
  // Two classes that are as probable as one another may change places.
  if (first.probability - second.probability > 2 * tolerance) assert.equal(card.top[0].label, first.label, `${card.photo} beside ${reference.photo}: top class`);
  assert.ok(found, `${card.photo} beside ${reference.photo}: ${first.label} is among the five`);
  const difference = Math.abs(found.probability - first.probability);
  assert.ok(difference <= tolerance, `${card.photo} beside ${reference.photo}: probabilities differ by ${difference}, at most ${tolerance} expected`);
}
