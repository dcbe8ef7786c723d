// The engine's worker: fetches, compiles and starts the program, or takes over one that another worker compiled (`graftShared`: it is the
// first message). Messages that come before the program listens are kept for it.
"use strict";

(() => {
  const beside = (name) => new URL(name, self.location.href).href;
  const assets = self.graftAssets ?? { "worker.js": beside("worker.js"), "worker.wasm": beside("worker_bg.wasm") };
  const PROGRESS_MS = 100;

  const early = [];
  let take;
  const shared = new Promise((resolve) => (take = resolve));
  const keep = (event) => (event.data.program ? take(event.data.program) : early.push(event));
  self.onmessage = keep;

  const crashed = (error) => {
    const message = String(error?.message ?? error);
    self.postMessage({ text: JSON.stringify({ crashed: { message } }) });
  };
  // A panic in asynchronous code ends here and not in the page's onerror.
  self.addEventListener("unhandledrejection", (event) => crashed(event.reason));

  // The same response, counting aloud; a slow line is then no silent one.
  const counted = (response) => {
    let received = 0;
    let told = 0;
    const count = new TransformStream({
      transform(chunk, next) {
        received += chunk.byteLength;
        if (performance.now() - told > PROGRESS_MS) {
          told = performance.now();
          self.postMessage({ received });
        }
        next.enqueue(chunk);
      },
    });
    // Some hosts serve another type, which no browser would compile on the way.
    return new Response(response.body.pipeThrough(count), { headers: { "Content-Type": "application/wasm" } });
  };

  const compiled = async (answer) => {
    const response = await answer;
    if (!response.ok) throw new Error(`${response.url} cannot be fetched: HTTP ${response.status}`);
    if (!response.body || typeof TransformStream !== "function") return WebAssembly.compile(await response.arrayBuffer());
    return WebAssembly.compileStreaming(counted(response));
  };

  const start = async () => {
    const coming = self.graftShared ? shared : compiled(fetch(assets["worker.wasm"]));
    coming.catch(() => {}); // reported below, where it is awaited
    importScripts(assets["worker.js"]);
    const program = await coming;
    // eslint-disable-next-line no-undef -- worker.js declares it
    await wasm_bindgen({ module_or_path: program });
    if (!self.graftShared) self.postMessage({ program });
    if (self.onmessage === keep) throw new Error("the engine's program does not listen");
    for (const event of early) self.onmessage(event);
    early.length = 0;
  };
  start().catch(crashed);
})();
