// Training by the engine itself, without a page: photos that are drawn here, settings as they are, every epoch's exact numbers.
import assert from 'node:assert/strict';
import { drawn } from './classroom.mjs';
import { Engine } from './engine.mjs';
import { holds, PROBE } from './probe.mjs';

export class Lesson {
  /** Starts an engine on a device with a network, and lets it embed `count` drawn photos of each kind. `fault`: put before its code. */
  static async start(scene, device, { kinds = ['balls', 'stripes'], count = 4, backbone = scene.quick, fault = '' } = {}) {
    const files = {};
    const labels = [];
    for (let number = 0; number < count; number += 1) {
      kinds.forEach((kind, label) => {
        files[`__photo/${labels.length}`] = drawn(kind, number);
        labels.push(label);
      });
    }
    const site = scene.site({ files, engine: PROBE + fault });
    const engine = await Engine.start(scene, { site });
    await engine.open(device);
    const card = scene.backbones.find(({ name }) => name === backbone);
    await engine.ask({ command: 'load-backbone', file: card.file, sha256: card.sha256 }, 'backbone-ready', { data: `models/${card.file}` });
    const samples = labels.map((_, at) => at + 1);
    for (const sample of samples) {
      const { teach } = await engine.ask({ command: 'teach', teach: 'embed', sample, name: `photo ${sample}` }, 'teach', { blob: `__photo/${sample - 1}` });
      assert.equal(teach, 'embedded');
    }
    return new Lesson(engine, { classes: kinds, samples, labels });
  }

  constructor(engine, data) {
    Object.assign(this, { engine, data, runs: 0 });
  }

  /**
   * Trains; gives every epoch's row and the summary, or the error where it was refused or ended; and the epoch from which it `resumed`, if a GPU was
   * lost: those after it come again. `heard(row)` is called with each epoch.
   */
  async train(settings, { seconds = 120, heard = () => {} } = {}) {
    const run = (this.runs += 1);
    const rows = [];
    let resumed;
    await this.send({ command: 'teach', teach: 'train', run, data: this.data, settings, go_on: false });
    for (;;) {
      const event = await this.engine.expect(['teach', 'device-lost', 'device-ready'], seconds);
      if (event.teach === 'tune' && event.resumed) resumed = event.resumed.epoch;
      else if (event.teach === 'tune' && event.wanted) {
        for (const sample of event.wanted.samples) await this.send({ command: 'teach', teach: 'tune', supply: { run, sample } }, `__photo/${sample - 1}`);
      } else if (event.teach === 'epochs') {
        rows.push(...event.rows);
        for (const row of event.rows) await heard(row);
      } else if (event.teach === 'training-failed') return { rows, resumed, error: event.error };
      else if (event.teach === 'trained') return { rows, resumed, summary: event.summary, error: event.summary.failed ?? undefined };
    }
  }

  /** Bytes that the engine holds, in WebAssembly and in GPU buffers; may be asked at any time. */
  holds() {
    return holds(this.engine.tab);
  }

  send(command, blob) {
    return this.engine.send(command, blob);
  }
}
