// The engine's worker: starts the program that another worker compiled (`graftShared`: it comes as a message, or why there is none), or
// compiles it itself. Messages that come before the program listens are kept for it.
"use strict";

(() => {
  const beside = (name) => new URL(name, self.location.href).href;
  const assets = self.graftAssets
    ?? { "compile.js": beside("compile.js"), "worker.js": beside("worker.js"), "worker.wasm": beside("worker_bg.wasm") };

  const early = [];
  let take;
  let refuse;
  const shared = new Promise((resolve, reject) => ([take, refuse] = [resolve, reject]));
  const keep = (event) => {
    if (event.data.program) take(event.data.program);
    else if (event.data.failed) refuse(new Error(event.data.failed));
    else early.push(event);
  };
  self.onmessage = keep;
  self.onmessageerror = () => refuse(new Error("the program cannot be handed over")); // only a program can fail to arrive

  const crashed = (error) => {
    const message = String(error?.message ?? error);
    self.postMessage({ text: JSON.stringify({ crashed: { message } }) });
  };
  // A panic in asynchronous code ends here and not in the page's onerror.
  self.addEventListener("unhandledrejection", (event) => crashed(event.reason));

  // Alone, or where the other one could not: a browser may not hand programs over.
  const compiled = () => {
    importScripts(assets["compile.js"]);
    return self.graftCompile(assets["worker.wasm"], (message) => self.postMessage(message));
  };

  const start = async () => {
    const coming = self.graftShared ? shared.catch(compiled) : compiled();
    coming.catch(() => {}); // reported below, where it is awaited
    importScripts(assets["worker.js"]);
    const program = await coming;
    // eslint-disable-next-line no-undef -- worker.js declares it
    await wasm_bindgen({ module_or_path: program });
    if (self.onmessage === keep) throw new Error("the engine's program does not listen");
    for (const event of early) self.onmessage(event);
    early.length = 0;
  };
  start().catch(crashed);
})();
