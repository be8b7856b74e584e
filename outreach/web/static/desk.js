// Only what is nicer live; every act works without it.
"use strict";

// In a list with data-keys: j and k go from row to row, Enter opens as on any link. Only while the focus is in the list, so that
// nobody who dictates or types elsewhere meets them (WCAG 2.1.4).
document.addEventListener("keydown", (event) => {
  const list = event.target instanceof Element ? event.target.closest("table[data-keys]") : null;
  const step = { j: 1, k: -1 }[event.key];
  if (!list || !step || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input[type=text], textarea")) return;
  const rows = [...list.querySelectorAll("tbody tr")];
  const here = rows.indexOf(event.target.closest("tr"));
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  next?.querySelector("th a")?.focus();
  event.preventDefault();
});
