// Drives the engine directly, as the page does, from a blank page of the same site: one command at a time.
//
// On the wire a message is `{"name": {…}}`, or `"name"` where it says nothing more. Here it is flat: `{ command: 'name', … }` and
// `{ event: 'name', … }`; those about a person's own classes have a second name in `teach`.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

/** The engine's file in the built site. */
export function engineFile(dist) {
  const names = readdirSync(dist).filter((name) => /^engine[^/]*\.js$/.test(name));
  assert.equal(names.length, 1, `one engine*.js in dist, found ${names}`);
  return names[0];
}

export class Engine {
  /** Opens a blank page of a site and starts the engine in it; waits for its first word. */
  static async start(scene, { site = scene.site(), seconds = 60 } = {}) {
    const tab = await scene.open('', { site, path: '__blank' });
    const engine = new Engine(tab);
    await tab.page.evaluate((file) => {
      const named = (name, { ...rest }) => (Object.keys(rest).length ? { [name]: rest } : name);
      const wire = ({ command, teach, ...rest }) => JSON.stringify(command === 'teach' ? { teach: named(teach, rest) } : named(command, rest));
      const parts = (message) => (typeof message === 'string' ? [message, {}] : Object.entries(message)[0]);
      const flat = (text) => {
        const [event, rest] = parts(JSON.parse(text));
        if (event !== 'teach') return { event, ...rest };
        const [teach, fields] = parts(rest);
        return { event, teach, ...fields };
      };
      const heard = [];
      const waiting = [];
      const hear = (message) => {
        if (message.event === 'alive') return; // comes when it comes: no test waits for it
        if (waiting.length) waiting.shift()(message);
        else heard.push(message);
      };
      const worker = new Worker(file);
      worker.onmessage = ({ data }) => data.text && hear(flat(data.text)); // without text: progress of its download
      worker.onerror = (event) => hear({ event: 'worker-error', message: event.message });
      globalThis.engine = {
        worker,
        next: () => (heard.length ? Promise.resolve(heard.shift()) : new Promise((done) => waiting.push(done))),
        send: async (command, address) => {
          const data = address && (await (await fetch(address)).arrayBuffer());
          worker.postMessage({ text: wire(command), data }, data ? [data] : []);
        },
        // `Classify` takes a Blob.
        sendBlob: async (command, address) => {
          worker.postMessage({ text: wire(command), data: await (await fetch(address)).blob() });
        },
      };
    }, engineFile(scene.dist));
    await engine.expect('started', seconds);
    return engine;
  }

  constructor(tab) {
    this.tab = tab;
  }

  /** Sends a command, with the file at an address of the site beside it. */
  send(command, blob) {
    return this.tab.page.evaluate((c, address) => globalThis.engine[address ? 'sendBlob' : 'send'](c, address), command, blob);
  }

  /** Waits for the next event, which must be of this kind, or one of these; gives it. */
  async expect(kind, seconds = 60) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`waited ${seconds} s for the engine's event ${kind}`)), seconds * 1000);
    });
    const event = await Promise.race([this.tab.page.evaluate(() => globalThis.engine.next()), late]);
    clearTimeout(timer);
    assert.ok([kind].flat().includes(event.event), `the engine's event, ${kind}: ${JSON.stringify(event).slice(0, 600)}`);
    return event;
  }

  /** Sends a command, with the bytes at an address of the site beside it, and waits for its answer. */
  async ask(command, answer, { data, blob, seconds } = {}) {
    if (blob) await this.tab.page.evaluate((c, address) => globalThis.engine.sendBlob(c, address), command, blob);
    else await this.tab.page.evaluate((c, address) => globalThis.engine.send(c, address), command, data);
    return this.expect(answer, seconds);
  }

  /** Opens a device and asserts that it is the one asked for. */
  async open(device) {
    const { report } = await this.ask({ command: 'open-device', device }, 'device-ready');
    assert.equal(report.kind, device, `the device asked for; instead: ${JSON.stringify(report)}`);
    return report;
  }
}
