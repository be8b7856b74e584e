// Selecting words of a text: the browser's selection becomes places in Unicode code points. Without this, words are pasted
// or sentences chosen.
"use strict";
(() => {
  const text = document.querySelector("#selected") && document.querySelector(".desk-coding");
  const search = document.querySelector("#theme-search");

  // A string counts UTF-16 units; spreading it counts code points, as the desk does.
  const codePoints = (words) => [...words].length;

  // Each piece says at which place its words begin. Whatever stands between pieces (numbers of passages) is no part of the text.
  function placeOf(node, offset) {
    let place = Number(text.dataset.partStart);
    for (const piece of text.querySelectorAll("[data-start]")) {
      const range = document.createRange();
      range.selectNodeContents(piece);
      const side = range.comparePoint(node, offset);
      if (side < 0) break;
      if (side === 0) range.setEnd(node, offset);
      place = Number(piece.dataset.start) + codePoints(range.toString());
      if (side === 0) break;
    }
    return place;
  }

  // A boundary inside a surrogate pair would count half a character: it moves to the pair's edge.
  function whole(node, offset, forward) {
    if (node.nodeType !== Node.TEXT_NODE || offset === 0 || offset >= node.data.length) return offset;
    const inside = /[\uD800-\uDBFF]/.test(node.data[offset - 1]) && /[\uDC00-\uDFFF]/.test(node.data[offset]);
    return inside ? offset + (forward ? 1 : -1) : offset;
  }

  function wordsOf(start, end) {
    let words = "";
    for (const piece of text.querySelectorAll("[data-start]")) {
      const from = Number(piece.dataset.start);
      words += [...piece.textContent].slice(Math.max(start - from, 0), Math.max(end - from, 0)).join("");
    }
    return words;
  }

  function take() {
    const selection = document.getSelection();
    if (selection.rangeCount === 0 || selection.isCollapsed) return;
    const range = selection.getRangeAt(0).cloneRange();
    if (!range.intersectsNode(text)) return;
    // Three clicks take in a paragraph up to the beginning of what follows the text: only what is of the text counts.
    if (!text.contains(range.startContainer)) range.setStart(text, 0);
    if (!text.contains(range.endContainer)) range.setEnd(text, text.childNodes.length);
    const start = placeOf(range.startContainer, whole(range.startContainer, range.startOffset, false));
    const end = placeOf(range.endContainer, whole(range.endContainer, range.endOffset, true));
    const words = wordsOf(start, end);
    if (!words.trim()) return;
    const form = document.querySelector("#mark");
    form.elements.start.value = start;
    form.elements.end.value = end;
    form.elements.words.value = words;
    show(words);
  }

  function show(words) {
    const shown = [...words];
    const quote = document.querySelector("#selected blockquote");
    quote.textContent = shown.length > 400 ? shown.slice(0, 200).join("") + " … " + shown.slice(-190).join("") : words;
  }

  // Arrow keys go from word to word, or from line to line; with Shift the selection grows.
  function step(event) {
    const forward = event.key === "ArrowRight" || event.key === "ArrowDown";
    if (!forward && event.key !== "ArrowLeft" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const selection = document.getSelection();
    const unit = event.key === "ArrowUp" || event.key === "ArrowDown" ? "line" : "word";
    if (!selection.rangeCount || !text.contains(selection.anchorNode)) {
      selection.collapse(text.querySelector("[data-start]"), 0);
    } else if (event.shiftKey) {
      selection.modify("extend", forward ? "forward" : "backward", unit);
      return;
    } else if (!forward || unit === "line") {
      selection.collapseToStart();
      selection.modify("move", forward ? "forward" : "backward", unit);
    } else {
      selection.collapseToEnd();
    }
    selection.modify("extend", "forward", "word");
  }

  if (text) {
    document.querySelector("#selected").hidden = false;
    text.tabIndex = 0;
    text.addEventListener("keydown", step);
    document.addEventListener("selectionchange", take);
    const before = document.querySelector("#mark").elements.words.value;
    if (before) show(before);
  }

  if (search) {
    search.hidden = false;
    search.querySelector("input").addEventListener("input", (event) => {
      const wanted = event.target.value.trim().toLowerCase();
      for (const theme of document.querySelectorAll("[data-words]")) {
        theme.hidden = !theme.dataset.words.includes(wanted) && !theme.querySelector("input").checked;
      }
    });
  }
})();
