// What a page can do without: Copy buttons, keyboard focus for areas that scroll, what the symbols
// of a formula mean, graphs step by step, the trail of a visit, a search that is ready, and the
// keyboard for the header's two buttons.
// `document$` is Material's: it fires on load and after each instant navigation.
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const all = (selector, part = document) => [...part.querySelectorAll(selector)];

const overflow = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
    else if (target !== document.activeElement && !symbolsOf(target).length) {
      target.removeAttribute("tabindex");
    }
  }
});

// The meaning of a symbol stands in the list below its formula. It is shown at the symbol as well
// when that is pointed at, touched, or reached with the arrow keys.
const tip = make("div", { id: "symbol", className: "md-typeset", role: "tooltip" });
const spoken = make("span", { className: "hear", role: "status" });
let shown, leaving;

const symbolsOf = (area) => all(".md-content .formula [data-symbol]", area);

function hide() {
  clearTimeout(leaving);
  tip.hidden = true;
  if (!shown) return;
  const formula = shown.closest(".formula");
  for (const symbol of symbolsOf(formula)) symbol.classList.remove("same", "shown");
  formula.removeAttribute("aria-describedby");
  spoken.textContent = "";
  shown = undefined;
}

function show(symbol) {
  clearTimeout(leaving);
  if (symbol === shown) return;
  hide();
  shown = symbol;
  const formula = symbol.closest(".formula");
  const number = symbol.dataset.symbol;
  for (const other of symbolsOf(formula)) {
    other.classList.toggle("same", other.dataset.symbol === number);
  }
  symbol.classList.add("shown");
  const entry = (tag) => all(tag, formula.nextElementSibling)[number].innerHTML;
  tip.innerHTML = `${entry("dt")}: ${entry("dd")}`;
  tip.hidden = false;
  spoken.textContent = tip.textContent;
  formula.setAttribute("aria-describedby", tip.id);
  // Above or below the fraction, row or the like that holds it, so that it hides little of that.
  const [at, part] = [symbol, symbol.closest("mtr, math > *")].map((box) => box.getBoundingClientRect());
  const { offsetWidth: width, offsetHeight: height } = tip;
  const up = at.top + at.bottom < part.top + part.bottom || part.bottom + height + 8 > innerHeight;
  const x = Math.min((at.left + at.right - width) / 2, document.body.clientWidth - width - 8);
  const y = up && part.top > height + 64 ? part.top - height - 4 : part.bottom + 4;
  tip.style.translate = `${Math.max(x, 8) + scrollX}px ${y + scrollY}px`;
}

document.addEventListener("pointerover", ({ target, pointerType }) => {
  if (pointerType === "touch") return; // perhaps to scroll; if not, a click follows
  clearTimeout(leaving);
  const symbol = target.closest?.(".md-content .formula [data-symbol]");
  if (symbol) show(symbol);
  else if (shown && !tip.contains(target) && !shown.closest(":focus-visible")) leaving = setTimeout(hide, 200);
});

// Letters are small: a touch beside one means the nearest.
document.addEventListener("click", ({ target, clientX, clientY }) => {
  if (target.dataset.go) go(target, +target.dataset.go);
  if (target.matches(".copy")) copy(target);
  if (target.matches("[data-run], .edit")) import("./run.js").then(({ press }) => press(target), () => (target.textContent = "Offline"));
  if (tip.contains(target)) return;
  const distance = (symbol) => {
    const { left, right, top, bottom } = symbol.getBoundingClientRect();
    return Math.max(left - clientX, clientX - right, top - clientY, clientY - bottom);
  };
  const symbols = symbolsOf(target.closest(".formula") ?? tip);
  const [nearest] = symbols.sort((one, other) => distance(one) - distance(other));
  if (nearest && distance(nearest) < 24) show(nearest);
  else hide();
});

document.addEventListener("keydown", (event) => {
  const { key, target, altKey, ctrlKey, metaKey } = event;
  if (key === "Escape") hide();
  if (altKey || ctrlKey || metaKey) return; // the browser's own
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  const graph = step && target.matches(".graph > div");
  const symbols = step && target.matches(".formula") ? symbolsOf(target) : [];
  // A label answers the pointer without any script, but not these keys.
  const label = /^(Enter| )$/.test(key) && target.matches("label [role=button]");
  if (!graph && !symbols.length && !label) return;
  event.preventDefault();
  if (graph) return go(target, step);
  if (label) return target.click();
  const place = symbols.indexOf(shown);
  const next = place < 0 && step < 0 ? symbols.length - 1 : place + step;
  const symbol = symbols[next] ?? shown; // at an end it stays
  symbol.scrollIntoView({ block: "nearest", inline: "nearest" });
  show(symbol);
});

// A graph is complete as it stands. Stepping hides what is not yet known: values, then adjoints.
function go(target, by) {
  const graph = target.closest("[data-graph]");
  const steps = all("ol > li", graph);
  const last = steps.length;
  const now = graph.now ?? last;
  const next = (graph.now = by ? ((now + by + last - 1) % last) + 1 : last);
  for (const part of all("[data-step]", graph)) {
    const early = part.dataset.step - next;
    part.style.visibility = early > 0 ? "hidden" : "";
    if (!early) part.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  graph.querySelector("[role=status]").innerHTML = steps[next - 1].innerHTML;
}

document.addEventListener("focusout", hide);

// The last five pages of a visit, in order. Going back to one forgets those that came after it.
const recall = (key) => {
  try {
    return JSON.parse(sessionStorage[key]);
  } catch {
    return []; // nothing yet, or the browser keeps nothing
  }
};

const remember = (key, value) => {
  try {
    sessionStorage[key] = JSON.stringify(value);
  } catch {}
};

function follow(nav) {
  const here = location.pathname;
  const visited = recall("trail");
  const before = visited.findIndex(([path]) => path === here);
  if (before >= 0) visited.length = before;
  const title = nav.querySelector("b");
  const trail = [...visited, [here, title.textContent]].slice(-5);
  remember("trail", trail);
  if (trail.length < 2) return;
  nav.className = "trail own";
  nav.replaceChildren(...trail.slice(0, -1).flatMap(([path, text]) => {
    const arrow = make("span", { ariaHidden: true, textContent: "→" });
    return [make("a", { href: path, textContent: text }), arrow];
  }), title);
  nav.scrollLeft = nav.scrollWidth;
}

// What search.js needs is there with the first word if it is fetched when the box is reached.
const { src } = document.currentScript;
document.querySelector(".md-search__input").addEventListener("focus", () => {
  for (const file of ["minisearch.js", "../search/search_index.json"]) fetch(new URL(file, src));
}, { once: true });

document$.subscribe(() => {
  all(".trail").forEach(follow);
  if (/\/paths\/[^/]+\/$/.test(location.pathname)) remember("path", location.pathname);
  // Of the paths on which a note is a step, the reader's own is shown.
  const bars = all(".path");
  const own = bars.find((bar) => bar.querySelector("a").pathname === recall("path")) ?? bars[0];
  for (const bar of bars) bar.hidden = bar !== own;
  const notes = all("h1 ~ .leads-to a");
  const { href } = notes[Math.floor(Math.random() * notes.length)] ?? {};
  for (const text of all("#random")) text.replaceChildren(make("a", { href, textContent: text.textContent }));
  if (recall("edits")[0]) import("./run.js"); // programs that the reader has changed
  hide();
  all("main")[0].append(tip, spoken);
  for (const formula of all(".md-content .formula:has([data-symbol])")) {
    formula.ariaDescription = "Left and right arrow keys explain its symbols";
  }
  overflow.disconnect();
  for (const area of all(".md-content :is(pre, .formula, .trail, table, math)")) overflow.observe(area);
  if (!navigator.clipboard) return; // pages that are not served over https
  for (const button of all(".copy")) button.hidden = false;
});

function copy(button) {
  const say = (news) => (button.textContent = spoken.textContent = news);
  const [code] = all(".highlight code", button.closest(".example"));
  navigator.clipboard.writeText(code.textContent).then(() => say("Copied"), () => say("Not copied"));
  setTimeout(say, 2000, "Copy");
}
