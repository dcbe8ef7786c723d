// The program that this address needs: `app` only looks, `teach` is the whole page. boot.js asks here, too.
globalThis.graftProgramHere = () => (["#teach", "#lab"].includes(location.hash) ? "teach" : "app");

// It is asked for before the page has been read to its end; not what `graftAssets` names, which is here or which its page sees to.
{
  const program = globalThis.graftProgramHere();
  for (const [rel, name, file] of [["modulepreload", `${program}.js`, `${program}.js`], ["preload", `${program}.wasm`, `${program}_bg.wasm`]]) {
    if (globalThis.graftAssets?.[name]) continue;
    const link = Object.assign(document.createElement("link"), { rel, href: file });
    if (rel === "preload") Object.assign(link, { as: "fetch", type: "application/wasm", crossOrigin: "anonymous" });
    document.head.append(link);
  }
}

// Runs before the page is painted, so that a chosen theme does not flash and a projector's letters do not jump.
try {
  const theme = localStorage.getItem("graft.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (localStorage.getItem("graft.projector") === "on") document.documentElement.dataset.projector = "";
} catch {
  // No storage, no choice: the system's theme it is.
}
