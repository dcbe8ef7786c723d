// What the engine holds, asked from outside of it.

/** Put before the engine's own code: answers `{ probe: true }` with the bytes of its memory, and how many bytes of GPU buffers it holds. */
export const PROBE = `(() => {
  let memory;
  const instantiated = (result) => {
    memory ??= (result.instance ?? result).exports.memory;
    return result;
  };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const instantiate = WebAssembly[name];
    WebAssembly[name] = (...args) => instantiate.apply(WebAssembly, args).then(instantiated);
  }
  let held = 0;
  if (globalThis.GPUDevice) {
    const sizes = new WeakMap();
    const gone = new FinalizationRegistry((size) => { held -= size; });
    const [create, destroy] = [GPUDevice.prototype.createBuffer, GPUBuffer.prototype.destroy];
    GPUDevice.prototype.createBuffer = function (descriptor) {
      const buffer = create.call(this, descriptor);
      held += descriptor.size;
      sizes.set(buffer, descriptor.size);
      gone.register(buffer, descriptor.size, buffer);
      return buffer;
    };
    GPUBuffer.prototype.destroy = function () {
      if (sizes.has(this)) held -= sizes.get(this);
      sizes.delete(this);
      gone.unregister(this);
      return destroy.call(this);
    };
  }
  addEventListener('message', (message) => {
    if (!message.data?.probe) return;
    message.stopImmediatePropagation();
    globalThis.gc?.(); // Chromium has it by a flag; what it finds is told a task later
    setTimeout(() => postMessage({ holds: { wasm: memory.buffer.byteLength, gpu: held } }));
  });
})();`;

/** Bytes that the engine of a tab holds, in WebAssembly and in GPU buffers; may be asked at any time. */
export const holds = (tab) => tab.page.evaluate(() => new Promise((done) => {
  const { worker } = globalThis.engine;
  const hear = ({ data }) => {
    if (!data.holds) return;
    worker.removeEventListener('message', hear);
    done(data.holds);
  };
  worker.addEventListener('message', hear);
  worker.postMessage({ probe: true });
}));
