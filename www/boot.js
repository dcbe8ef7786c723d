// Starts the page's program and, at the same time, the engine. The only file that knows where things are: later the same
// program can run from a single file, whose `graftAssets` names blob: or data: addresses instead.

const folder = new URL(".", document.baseURI);
const assets = {
  "app.js": "app.js",
  "app.wasm": "app_bg.wasm",
  "teach.js": "teach.js",
  "teach.wasm": "teach_bg.wasm",
  "engine.js": "engine.js",
  "compile.js": "compile.js",
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

// A worker begins as a blob: address, because such a worker obeys this page's Content-Security-Policy; one that begins at an
// address of the server obeys only what the server's headers say, and a static host says nothing.
const names = Object.fromEntries(["engine.js", "compile.js", "worker.js", "worker.wasm"].map((name) => [name, url(name)]));
const begins = {};
function startWorker(script, name, settings) {
  const source = `Object.assign(self, ${JSON.stringify({ graftAssets: names, ...settings })}); importScripts(${JSON.stringify(names[script])});`;
  begins[script] ??= URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return new Worker(begins[script], { name });
}

// The engine's program, compiled in a worker of its own that ends when it is done: what fetching and compiling leave behind, twice the program's
// size, goes with it. In the engine's worker it would stay until the browser next collects garbage.
let program; // a promise, also while it is being made
let compiling; // the one at work, if any: `heard`, when it last said something, and `giveUp`
const waiting = new Set(); // engines
let settle;
const settled = new Promise((resolve) => (settle = resolve));
const SILENT_MS = 20_000; // it says how far it is ten times a second while it fetches; compiling itself takes seconds

function compile() {
  const worker = startWorker("compile.js", "compile", { graftProgram: names["worker.wasm"] });
  const mine = { heard: performance.now() };
  compiling = mine;
  const compiled = new Promise((resolve, reject) => {
    mine.giveUp = reject;
    worker.onmessage = ({ data }) => {
      mine.heard = performance.now();
      if (data.program) resolve(data.program);
      else if (data.failed) reject(new Error(data.failed));
      else for (const engine of waiting) engine.dispatchEvent(new MessageEvent("message", { data })); // how far it is
    };
    worker.onerror = (event) => reject(new Error(event.message || "its code could not be fetched"));
    worker.onmessageerror = () => reject(new Error("its code cannot be handed over"));
  });
  return compiled.finally(() => {
    worker.terminate();
    if (compiling === mine) compiling = undefined;
  });
}

// The program that is there or being made; a new try where the last one failed, or has not been heard of for long.
function compiledProgram() {
  if (compiling && performance.now() - compiling.heard > SILENT_MS) {
    compiling.giveUp(new Error("nothing was heard of it"));
    program = undefined;
  }
  if (!program) {
    const mine = compile();
    program = mine;
    mine.catch(() => {
      if (program === mine) program = undefined;
    });
  }
  return program;
}

function startEngine(name) {
  const coming = compiledProgram();
  const worker = startWorker("engine.js", name, { graftShared: true });
  // What it says before the page's program listens.
  worker.early = [];
  worker.onmessage = (event) => worker.early.push(event);
  worker.onerror = (event) => worker.early.push(event);
  waiting.add(worker);
  const fail = (error) => worker.postMessage({ failed: String(error?.message ?? error) });
  coming
    .then((compiled) => worker.postMessage({ program: compiled }))
    .catch(fail) // also where a browser does not hand programs over
    .finally(() => {
      waiting.delete(worker);
      settle();
    });
  return worker;
}

let first = startEngine("engine");
let handed = [];
globalThis.graft = {
  url,
  // Settled when there is a program, or none could be had.
  compiled: () => settled,
  // A fresh engine; the first time the one that was started along with the page.
  engine() {
    const worker = first ?? startEngine("engine");
    first = undefined;
    return worker;
  },
  // Fetches the whole program; once this is resolved it can be opened. Where it is rejected, with what was found instead, the page stays as it is,
  // and the address says so.
  async fetchWhole() {
    try {
      await Promise.all([fetched("teach"), ...looks("teach")]);
    } catch (error) {
      if (globalThis.graftProgramHere() === "teach") history.replaceState(null, "", "#look");
      throw error;
    }
  },
  // Opens the whole program, which was fetched, in place of the one that runs, and hands it these files.
  whole(files) {
    handed = files;
    document.getElementById("app").replaceWith(skeleton.cloneNode(true));
    open("teach");
  },
  handed: () => handed,
  // An engine beside it, that only embeds.
  embedder() {
    return startEngine("embedder");
  },
};

// Two programs: `app` only looks, `teach` is the whole page and three times as large. Each draws itself into #app.
const skeleton = document.getElementById("app").cloneNode(true);

// The whole page's looks come with its program.
const styles = { teach: ["teach.css", "teach-training.css", "teach-lab.css", "teach-judge.css", "teach-classes.css", "teach-intake.css"] };

function styled(name) {
  return new Promise((done, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: url(name) });
    link.onload = done;
    link.onerror = () => {
      link.remove();
      reject(lost());
    };
    document.head.append(link);
  });
}

// What was found in place of an answer, as it stands after "found" in a message.
const lost = (thrown) => new Error(`no answer${thrown?.message ? ` (${thrown.message})` : ""}`);

async function codeOf(name) {
  let response;
  try {
    response = await fetch(url(name));
  } catch (thrown) {
    throw lost(thrown);
  }
  if (!response.ok) throw new Error(`the answer ${response.status} ${response.statusText}`.trim());
  // Some hosts serve another type, which no browser would compile on the way.
  const isNamed = response.headers.get("Content-Type")?.startsWith("application/wasm");
  return isNamed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

// A browser may remember that it could not have a module, and not ask for that address again.
const refused = {}; // name → how often
async function moduleOf(name) {
  const address = url(name);
  const anew = refused[name] && /^https?:/.test(address) ? `?again=${refused[name]}` : "";
  try {
    return await import(address + anew);
  } catch (thrown) {
    refused[name] = (refused[name] ?? 0) + 1;
    throw thrown instanceof SyntaxError ? thrown : lost(thrown);
  }
}

// A program's parts, which are asked for once, and again where they could not be had: name → promise.
const parts = {};
function part(name, get) {
  parts[name] ??= get(name).catch((error) => {
    delete parts[name];
    throw error;
  });
  return parts[name];
}

// A program that is here, but has not begun; gives what begins it.
async function fetched(name) {
  const [{ default: start }, code] = await Promise.all([part(`${name}.js`, moduleOf), part(`${name}.wasm`, codeOf)]);
  return () => start({ module_or_path: code });
}

const looks = (name) => (styles[name] ?? []).map((style) => part(style, styled));

// A browser from before 2024 opens no popover; a press on its button does it here, and Escape or a press elsewhere closes it.
if (!("popover" in HTMLElement.prototype)) {
  const toggle = (event) => {
    const button = event.target.closest?.("[popovertarget]");
    for (const panel of document.querySelectorAll(".popover")) {
      const isMeant = panel.id === button?.getAttribute("popovertarget");
      if (!panel.contains(event.target)) panel.toggleAttribute("data-open", isMeant && !panel.hasAttribute("data-open"));
    }
  };
  document.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const panel of document.querySelectorAll(".popover[data-open]")) panel.removeAttribute("data-open");
  });
}

async function open(name) {
  try {
    const here = Promise.allSettled(looks(name)); // without its looks the page still works
    const start = await fetched(name);
    await here;
    await start();
  } catch (error) {
    const message = document.getElementById("boot-message");
    if (message) {
      message.hidden = false;
      message.querySelector("span").textContent = String(error?.message ?? error);
    }
    throw error;
  }
}

await open(globalThis.graftProgramHere());
