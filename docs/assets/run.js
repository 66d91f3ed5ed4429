// Runs the programs of a page. `adjoint.js` loads this with the first click on a Run button, and
// hands over each. All programs of a visit share one worker, one after the other; it stays when a
// link is followed, and is replaced when a program has to be ended.
const LIMIT = 100_000; // characters that one run may print
const CAPTURED = "Output, captured at build";

let pack; // what run.json holds
let worker;
let ready = false; // whether the worker has loaded Python
let jobs = []; // the first one runs, the others wait

const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const speak = (news) => (document.querySelector("#symbol + [role=status]").textContent = news);
const round = (seconds) => `${Number(seconds.toPrecision(2))} s`;

/** Run the program of a button, or stop it if it runs. */
export function run(button) {
  const running = jobs.find((job) => job.button === button);
  if (running) stop(running);
  else jobs.push(begin(button));
  next();
}

/** A job, with the place for what it prints. */
function begin(button) {
  const block = button.closest(".example");
  for (const old of block.querySelectorAll(".own")) old.remove();
  let output = block.querySelector(".output");
  if (!output) {
    output = make("div", { className: "output own" });
    output.append(make("p"));
    block.querySelector(".highlight").after(output);
  }
  const job = {
    button,
    name: button.dataset.run,
    label: output.querySelector("p"),
    captured: output.querySelector("pre"),
    pre: make("pre", { className: "own", hidden: true }),
    printed: 0,
  };
  output.append(job.pre);
  if (job.captured) job.captured.hidden = false;
  button.textContent = "Stop";
  button.classList.add("stop");
  tell(job, jobs.length ? "Waits for the program that is running" : "Starting Python");
  speak("Started");
  return job;
}

/** Say how far it is, beside what the output below is. */
function tell(job, state) {
  job.label.textContent = job.captured ? `${CAPTURED}. ${state}` : state;
}

/** Start the first job, and Python before it if need be. */
function next() {
  const [job] = jobs;
  if (!job || job.began) return;
  if (!worker) load();
  if (!ready) return;
  job.began = performance.now();
  tell(job, "Running");
  worker.postMessage(job.name);
}

async function load() {
  const own = new Worker(new URL("run-worker.js", import.meta.url), { type: "module" });
  worker = own;
  own.onmessage = ({ data }) => worker === own && hear(data);
  own.onerror = () => worker === own && hear({ broken: "it did not start" });
  try {
    if (!pack) {
      const response = await fetch(new URL("run.json", import.meta.url), { cache: "no-cache" });
      if (!response.ok) throw new Error("run.json is not there");
      pack = await response.json();
    }
    own.postMessage(pack);
  } catch (error) {
    if (worker === own) hear({ broken: String(error) });
  }
}

/** What the worker says. */
function hear({ loaded, total, text, seconds, failure, broken, ready: started }) {
  const [job] = jobs;
  if (started) {
    ready = true;
    next();
  } else if (broken !== undefined) {
    const when = ready ? "Python broke down; the next Run starts it anew" : "Python could not be loaded";
    discard();
    if (job) fail(job, `${when} (${broken})`);
  } else if (!job) {
    // loaded for a page that has been left
  } else if (loaded) {
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    const size = `${megabytes(loaded)} of ${megabytes(total)} MB`;
    tell(job, loaded < total ? `Loading Python, ${size}` : "Starting Python");
  } else if (text !== undefined) {
    print(job, text);
  } else if (!failure) {
    succeed(job, round(seconds));
  } else if (failure.length === 1) {
    discard(); // what it took is not given back
    fail(job, "Stopped: it wanted more than 1 GB of memory");
  } else {
    fail(job, `Stopped by an error, run in your browser, ${round(seconds)}`, failure);
  }
}

function print(job, text) {
  if (!job.printed) {
    if (job.captured) {
      job.pre.style.minHeight = `${job.captured.offsetHeight}px`; // what is below stays where it is
      job.captured.hidden = true;
    }
    job.pre.hidden = false;
    job.label.textContent = "Output, running in your browser";
  }
  job.printed += text.length;
  job.pre.append(text);
  if (job.printed <= LIMIT) return;
  discard();
  fail(job, `Stopped: it printed more than ${LIMIT.toLocaleString("en")} characters`);
}

function succeed(job, time) {
  if (!job.printed && job.captured) job.captured.hidden = true;
  job.label.textContent = job.printed
    ? `Output, run in your browser, ${time}`
    : `Run in your browser, ${time}: it printed nothing`;
  finish(job, `Finished after ${time}`);
}

/** Say below the captured output, which is shown again, why there is no other. */
function fail(job, reason, [before, marked, after] = []) {
  job.pre.hidden = !job.printed && !after;
  if (after) job.pre.append(before, make("mark", { textContent: marked }), after);
  if (job.captured) {
    job.captured.hidden = false;
    job.label.textContent = CAPTURED;
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
  speak(news);
  jobs = jobs.filter((one) => one !== job);
  next();
}

function stop(job) {
  if (job === jobs[0]) discard();
  fail(job, job.began ? `Stopped after ${round((performance.now() - job.began) / 1000)}` : "Stopped");
}

/** End the worker, whatever it does. */
function discard() {
  worker?.terminate();
  worker = undefined;
  ready = false;
}

// What runs on a page that has been left would run unseen. A worker that still loads goes on.
document$.subscribe(() => {
  const [first] = jobs;
  if (first?.began && !first.button.isConnected) discard();
  jobs = jobs.filter((job) => job.button.isConnected);
  next();
});
