// The program that this address needs, before the page has been read to its end.
for (const [rel, file] of [["modulepreload", ".js"], ["preload", "_bg.wasm"]]) {
  const link = Object.assign(document.createElement("link"), { rel, href: (location.hash === "#teach" ? "teach" : "app") + file });
  if (rel === "preload") Object.assign(link, { as: "fetch", type: "application/wasm", crossOrigin: "anonymous" });
  document.head.append(link);
}

// Runs before the page is painted, so that a chosen theme does not flash and a projector's letters do not jump.
try {
  const theme = localStorage.getItem("graft.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (localStorage.getItem("graft.projector") === "on") document.documentElement.dataset.projector = "";
} catch {
  // No storage, no choice: the system's theme it is.
}
