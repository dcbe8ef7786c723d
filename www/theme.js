// Runs before the page is painted, so that a chosen theme does not flash.
try {
  const theme = localStorage.getItem("graft.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage, no choice: the system's theme it is.
}
