// Experiments: a reader moves a number, Python runs the function again, and figure and numbers
// follow. `run.js` loads this with the first click on "Run with other numbers". It uses `all`,
// `make` and `spoken` of adjoint.js. What is shown comes from our own Python, and is never HTML.
import { dressed } from "./dress.js";
import { submit, withdraw } from "./python.js";

const RESTS = 600; // milliseconds without a move, after which the main numbers are spoken
const SOON = 150; // milliseconds that nobody needs to be told about
const experiments = new Map(); // by place

/** A click: the first one lets the numbers move, later ones put the worked example back. */
export async function press(button) {
  const place = button.closest("[data-experiment]");
  if (experiments.has(place)) return reset(experiments.get(place));
  if (!(await dressed("experiment.css"))) return (button.textContent = "Offline");
  if (experiments.has(place)) return; // another click came first
  const one = {
    place,
    label: place.querySelector(".bar span"), // says how far things are
    block: place.querySelector(".sliders"),
    sliders: all("input", place),
    cells: all("[data-n]", place),
    svg: place.querySelector("figure svg"),
  };
  one.start = { at: where(one), svg: one.svg, label: [...one.label.childNodes] };
  one.start.texts = one.cells.map((cell) => cell.textContent);
  one.shown = one.start.at;
  experiments.set(place, one);
  one.block.hidden = false;
  button.textContent = "Worked example";
  button.classList.add("back");
  for (const slider of one.sliders) slider.addEventListener("input", () => (write(one), ask(one)));
  one.sliders[0].focus();
  ask(one);
}

const where = (one) => one.sliders.map((slider) => +slider.value);
const same = (here, there) => here.every((value, i) => value === there[i]);

/** Put the sliders somewhere. */
function put(one, at) {
  one.sliders.forEach((slider, i) => (slider.value = at[i]));
  write(one);
}

/** Say beside each slider where it is. */
function write({ sliders }) {
  for (const slider of sliders) {
    const text = slider.dataset.texts.split(" ")[slider.value];
    slider.ariaValueText = slider.nextElementSibling.textContent = text;
  }
}

/** Run the function for where the sliders are: what waits takes the newest place when it starts. */
function ask(one) {
  if (one.job) return;
  const [module, name] = one.place.dataset.experiment.split(":");
  const own = (told) => (...news) => one.job === job && told(...news);
  const job = {
    get call() {
      one.asked = where(one);
      const number = ({ dataset, value }) => [dataset.name, +dataset.values.split(" ")[value]];
      return ["experiment", module, name, Object.fromEntries(one.sliders.map(number))];
    },
    tell: own((state) => {
      one.state = state;
      one.telling ??= setTimeout(tell, SOON, one);
    }),
    print: () => {},
    fail: own((reason) => fail(one, reason)),
    end: own(([failure, ...found], seconds) => {
      if (failure) return fail(one, "Stopped by an error", failure);
      done(one);
      show(one, ...found);
      one.shown = one.asked;
      one.label.textContent = `Run in your browser, ${Number(seconds.toPrecision(1))} s`;
      if (!same(where(one), one.asked)) ask(one);
    }),
  };
  one.job = job;
  submit(job);
}

function tell(one) {
  one.telling = undefined;
  one.label.textContent = one.state;
}

function done(one) {
  one.job = undefined;
  one.telling = clearTimeout(one.telling);
  for (const old of all(".own", one.block)) old.remove();
}

function show(one, svg, texts, words) {
  const { documentElement } = new DOMParser().parseFromString(svg, "image/svg+xml");
  draw(one, document.adoptNode(documentElement), texts);
  clearTimeout(one.resting);
  one.resting = setTimeout(() => one.place.isConnected && (spoken.textContent = words), RESTS);
}

function draw(one, svg, texts) {
  one.svg.replaceWith(svg);
  one.svg = svg;
  one.cells.forEach((cell, i) => (cell.textContent = texts[i]));
  const graph = one.place.querySelector("[data-graph]");
  if (!graph) return;
  graph.now = undefined; // all of its steps are shown
  graph.querySelector("[role=status]").textContent = "";
}

/** Say why, and go back to what is shown. */
function fail(one, reason, traceback) {
  done(one);
  put(one, one.shown);
  one.label.textContent = "Not run";
  one.block.append(make("p", { className: "own", textContent: reason }));
  if (traceback) one.block.append(make("pre", { className: "own", textContent: traceback }));
  spoken.textContent = reason;
}

function reset(one) {
  if (one.job && !one.job.began) withdraw(one.job); // what has begun ends soon, and is not shown
  done(one);
  clearTimeout(one.resting);
  put(one, one.start.at);
  draw(one, one.start.svg, one.start.texts);
  one.shown = one.start.at;
  one.label.replaceChildren(...one.start.label);
  spoken.textContent = "As it was";
  one.sliders[0].focus();
}

document$.subscribe(() => {
  for (const [place, one] of experiments) {
    if (place.isConnected) continue;
    if (one.job && !one.job.began) withdraw(one.job);
    done(one);
    experiments.delete(place);
  }
});
