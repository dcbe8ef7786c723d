// Starts the page's program and, at the same time, the engine. The only file that knows where things are: later the same
// program can run from a single file, whose `graftAssets` names blob: or data: addresses instead.

const folder = new URL(".", document.baseURI);
const assets = {
  "app.js": "app.js",
  "app.wasm": "app_bg.wasm",
  "engine.js": "engine.js",
  "worker.js": "worker.js",
  "worker.wasm": "worker_bg.wasm",
  "models/": "models/",
  "samples/": "samples/",
  ...globalThis.graftAssets,
};

// The address of a name such as `app.wasm`, or of a file in a named folder such as `models/index.json`.
function url(name) {
  const parent = name.slice(0, name.indexOf("/") + 1);
  const path = assets[name] ?? (parent in assets ? assets[parent] + name.slice(parent.length) : name);
  return new URL(path, folder).href;
}

// The worker begins as a blob: address, because such a worker obeys this page's Content-Security-Policy; one that begins at an
// address of the server obeys only what the server's headers say, and a static host says nothing.
let bootstrap;
function startEngine() {
  if (!bootstrap) {
    const names = Object.fromEntries(["engine.js", "worker.js", "worker.wasm"].map((name) => [name, url(name)]));
    const source = `self.graftAssets = ${JSON.stringify(names)}; importScripts(self.graftAssets["engine.js"]);`;
    bootstrap = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  }
  const worker = new Worker(bootstrap, { name: "engine" });
  // What it says before the page's program listens.
  worker.early = [];
  worker.onmessage = (event) => worker.early.push(event);
  worker.onerror = (event) => worker.early.push(event);
  return worker;
}

let first = startEngine();
globalThis.graft = {
  url,
  // A fresh engine; the first time the one that was started along with the page.
  engine() {
    const worker = first ?? startEngine();
    first = undefined;
    return worker;
  },
};

try {
  const { default: start } = await import(url("app.js"));
  await start({ module_or_path: url("app.wasm") });
} catch (error) {
  const message = document.getElementById("boot-message");
  if (message) {
    message.hidden = false;
    message.querySelector("span").textContent = String(error?.message ?? error);
  }
  throw error;
}
