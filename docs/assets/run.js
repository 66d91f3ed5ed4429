// Runs the programs of a page, and lets readers change them. `adjoint.js`, whose `all`, `make`,
// `overflow`, `recall`, `remember` and `spoken` are used here, loads this with the first click.
// Experiments are left to `experiment.js`.
import { dressed } from "./dress.js";
import { submit, withdraw } from "./python.js";

const SESSION = ">>>"; // what Run stands for in a console session
const CELL = "%%"; // and in a lab, where all cells above are run first
const jobs = new Map(); // by button
const editors = new Map(); // by block: what edit.js gives, and the original
const figures = new WeakMap(); // by block: the figure that was there when the page came
const failed = globalThis.Highlight && new Highlight();
if (failed) CSS.highlights.set("failed", failed);

const speak = (news) => (spoken.textContent = news);
const round = (seconds) => `${Number(seconds.toPrecision(2))} s`;
const codeOf = (block) => block.querySelector(".highlight code");
const textOf = (block) => codeOf(block).textContent.trimEnd();
const runOf = (block) => block.querySelector("[data-run]");
const figureOf = (block) => block.closest("figure + details")?.previousElementSibling;
const changed = (block) => {
  const { text, original } = editors.get(block) ?? {};
  return text?.() === original ? undefined : text();
};

/** A click on Run, Stop, Edit or Reset. */
export function press(button) {
  const block = button.closest(".example");
  if (block.matches(".experiment")) experiment(button);
  else if (!button.dataset.run) edit(block, button);
  else if (jobs.has(button)) stop(jobs.get(button));
  else run(button, block);
}

function experiment(button) {
  import("./experiment.js").then(({ press }) => press(button), () => (button.textContent = "Offline"));
}

function run(button, block) {
  failed?.clear();
  for (const old of all(".own", block)) old.remove();
  if (figures.has(block)) figureOf(block).replaceChildren(figures.get(block));
  let output = block.querySelector(".output");
  if (!output) {
    output = make("div", { className: "output own" });
    output.append(make("p"));
    all(":scope > :is(.highlight, .prism-code-editor)", block).at(-1).after(output);
  }
  const [call, blocks] = asked(button, block);
  const isYours = blocks.some((one) => changed(one) !== undefined);
  const job = {
    block,
    button,
    call,
    blocks,
    codes: blocks.map(textOf),
    label: output.querySelector("p"),
    captured: output.querySelector("pre"),
    isYours,
    whose: isYours ? "Output of your version" : "Output",
    pre: make("pre", { className: "own", hidden: true, role: "log" }),
    tell: (state) => (job.label.textContent = job.captured ? `${caption(block)}. ${state}` : state),
    print: (printed) => print(job, printed),
    end: (answer, seconds) => {
      const [failure, figure] = call[0] === "cells" ? answer : [answer];
      if ((job.figure = figure)) draw(job, figure);
      (failure ? fail : succeed)(job, seconds, failure);
    },
    fail: (reason) => fail(job, undefined, undefined, reason),
  };
  output.append(job.pre);
  overflow.observe(job.pre); // it gets the focus if it scrolls
  if (job.captured) job.captured.hidden = false;
  button.textContent = "Stop";
  button.classList.add("stop");
  jobs.set(button, job);
  speak("Started");
  submit(job);
}

/** What Python is to do for a button, and which blocks of the page take part in it. */
function asked(button, block) {
  const name = button.dataset.run;
  if (name === SESSION) return [["session", codeOf(block).textContent], [block]];
  const blocks = all(`.md-content [data-run="${name}"]`).map((one) => one.closest(".example"));
  if (name === CELL) {
    blocks.length = blocks.indexOf(block) + 1;
    return [["cells", blocks.map(textOf)], blocks];
  }
  const shown = blocks.map((one) => [runOf(one).dataset.sections.match(/\S+/g) ?? [], changed(one)]);
  return [["run", name, shown], blocks];
}

const caption = (block) =>
  changed(block) === undefined ? "Output, captured at build" : "Output of the original, captured at build";

function print(job, text) {
  if (job.pre.hidden) {
    if (job.captured) {
      job.pre.style.minHeight = `${job.captured.offsetHeight}px`; // what is below stays where it is
      job.captured.hidden = true;
    }
    job.pre.hidden = false;
    job.label.textContent = `${job.whose}, running in your browser`;
  }
  job.pre.append(text);
}

/** Show a figure in the place of the captured one, or below the output. */
function draw({ block, pre, isYours }, figure) {
  const captured = figureOf(block);
  const place = captured ?? make("figure", { className: "own" });
  if (!captured) pre.after(place);
  else if (!figures.has(block)) figures.set(block, captured.firstChild);
  place.replaceChildren(isYours ? picture(figure) : inline(figure));
}

const inline = (figure) =>
  document.adoptNode(new DOMParser().parseFromString(figure, "image/svg+xml").documentElement);

/** What a reader's program has made is shown as a picture, which can hold nothing that acts. */
const picture = (figure) =>
  make("img", { src: `data:image/svg+xml,${encodeURIComponent(figure)}`, alt: "Figure of your version" });

function succeed(job, seconds) {
  const silent = job.pre.hidden;
  if (silent && job.captured) job.captured.hidden = true;
  const time = round(seconds);
  job.label.textContent = silent
    ? `Run in your browser, ${time}: it ${job.figure ? "drew its figure" : "printed nothing"}`
    : `${job.whose}, run in your browser, ${time}`;
  finish(job, `Finished after ${time}`);
}

/** Say below the captured output, which is shown again, why there is no other. */
function fail(job, seconds, failure, reason = `Stopped by an error, run in your browser, ${round(seconds)}`) {
  if (failure) {
    const [before, marked, after, number, line] = failure;
    job.pre.append(before, make("mark", { textContent: marked }), after);
    job.pre.hidden = false;
    const block = job.blocks[number]; // which may have been changed since
    if (block && textOf(block) === job.codes[number]) point(block, line);
  }
  if (job.captured) {
    job.captured.hidden = false;
    job.label.textContent = caption(job.block);
    job.pre.before(make("p", { className: "own", textContent: reason }));
  } else {
    job.label.textContent = reason;
  }
  finish(job, reason);
}

function finish(job, news) {
  job.pre.style.minHeight = "";
  job.button.textContent = "Run";
  job.button.classList.remove("stop");
  jobs.delete(job.button);
  speak(news);
}

function stop(job) {
  const seconds = withdraw(job);
  job.fail(seconds ? `Stopped after ${round(seconds)}` : "Stopped");
}

/** Mark a line of a block, from 0, in its code or its editor. */
function point(block, line) {
  if (!failed) return; // the traceback names it too
  const range = editors.get(block)?.line(line) ?? lineOf(codeOf(block), line);
  if (range) failed.add(range);
}

function lineOf(code, line) {
  const range = document.createRange();
  const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let begun = line === 0;
  if (begun) range.setStart(code, 0);
  while (texts.nextNode()) {
    const { data } = texts.currentNode;
    for (let at = data.indexOf("\n"); at >= 0; at = data.indexOf("\n", at + 1)) {
      if (begun) return range.setEnd(texts.currentNode, at), range;
      if (--line === 0) range.setStart(texts.currentNode, at + 1), (begun = true);
    }
  }
}

// What a reader has changed is kept for the visit, by page and place on it. The code below the
// editor follows it, so that Copy copies it.
const keyOf = (block) => `${location.pathname} ${all(".md-content .example").indexOf(block)}`;

async function edit(block, button, text) {
  const opened = editors.get(block);
  if (opened) {
    if (changed(block) !== undefined) opened.set(opened.original);
    return opened.focus();
  }
  const { open } = await import("./edit.js").catch(() => ({}));
  const looks = open && (await dressed("prism-code-editor/layout.css", "edit.css"));
  if (!looks) return (button.textContent = "Offline");
  const runs = runOf(block);
  const code = textOf(block);
  const original = runs.dataset.run === SESSION ? program(code) : code;
  const editor = await open(block.querySelector(".highlight"), original, text, {
    label: `${block.querySelector(".bar").firstChild.textContent}, to be changed. Escape leaves it`,
    changed: () => note(block, button),
    run: () => jobs.has(runs) || run(runs, block),
    leave: () => runs.focus(),
  });
  if (!editor) return; // another click came first
  editors.set(block, { ...editor, original });
  button.textContent = "Edit"; // it may have been offline before
  note(block, button);
  if (text === undefined) editor.focus();
}

/** Without prompts, and what was printed. */
const program = (session) =>
  session.split("\n").filter((line) => /^(>>>|\.\.\.)/.test(line)).map((line) => line.slice(4)).join("\n");

/** Keep what is in an editor, and say whose it is. */
function note(block, button) {
  failed?.clear();
  const text = changed(block);
  const kept = new Map(recall("edits"));
  kept.delete(keyOf(block));
  if (text !== undefined) kept.set(keyOf(block), text);
  remember("edits", [...kept]);
  codeOf(block).textContent = editors.get(block).text();
  const yours = block.querySelector(".yours");
  if ((text === undefined) === !yours) return;
  button.textContent = yours ? "Edit" : "Reset";
  if (yours) yours.remove();
  else block.querySelector(".bar").firstChild.after(make("b", { className: "yours", textContent: "yours" }));
  speak(yours ? "As it was" : "Changed: this version is yours");
  const output = block.querySelector(".output:not(:has(.own))");
  if (output) output.querySelector("p").textContent = caption(block);
}

document$.subscribe(() => {
  // What runs on a page that has been left would run unseen. A worker that still loads goes on.
  for (const job of jobs.values()) {
    if (job.button.isConnected) continue;
    withdraw(job);
    jobs.delete(job.button);
  }
  for (const block of editors.keys()) if (!block.isConnected) editors.delete(block);
  const kept = new Map(recall("edits"));
  for (const block of all(".md-content .example:has(.edit)")) {
    if (kept.has(keyOf(block))) edit(block, block.querySelector(".edit"), kept.get(keyOf(block)));
  }
});
