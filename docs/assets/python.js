// Python in the page: one worker for all programs of a visit, one after the other. It stays when a
// link is followed, and is replaced when a program has to be ended.
//
// A job is what a caller hands over: `call`, a function of in_page.py and what it is given; and what
// hears of it: tell(how far it is), print(text), end(answer, seconds), fail(reason). The worker
// starts with the first one.
const LIMIT = 100_000; // characters that one job may print

let pack; // what run.json holds
let worker;
let ready = false; // whether the worker has loaded Python
let jobs = []; // the first one runs, the others wait

export function submit(job) {
  jobs.push(job);
  job.tell(jobs.length > 1 ? "Waits for the program that is running" : "Starting Python");
  next();
}

/** End a job of which nothing is wanted any more; others go on. Gives the seconds that it ran. */
export function withdraw(job) {
  if (job === jobs[0] && job.began) discard();
  jobs = jobs.filter((one) => one !== job);
  next();
  return job.began && since(job.began);
}

const since = (began) => (performance.now() - began) / 1000;

/** Start the first job, and Python before it if need be. */
function next() {
  const [job] = jobs;
  if (!job || job.began) return;
  if (!worker) load();
  if (!ready) return;
  job.began = performance.now();
  job.printed = 0;
  job.tell("Running");
  worker.postMessage(job.call);
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
function hear({ loaded, total, text, seconds, answer, exhausted, broken, ready: started }) {
  const [job] = jobs;
  if (started) {
    ready = true;
    next();
  } else if (broken !== undefined) {
    const when = ready ? "Python broke down; the next Run starts it anew" : "Python could not be loaded";
    discard();
    if (job) end(job, () => job.fail(`${when} (${broken})`));
  } else if (!job) {
    // loaded for a page that has been left
  } else if (loaded) {
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    const size = `${megabytes(loaded)} of ${megabytes(total)} MB`;
    job.tell(loaded < total ? `Loading Python, ${size}` : "Starting Python");
  } else if (text !== undefined) {
    job.print(text.slice(0, LIMIT - job.printed));
    job.printed += text.length;
    if (job.printed <= LIMIT) return;
    discard();
    end(job, () => job.fail(`Stopped: it printed more than ${LIMIT.toLocaleString("en")} characters`));
  } else if (exhausted) {
    discard(); // what it took is not given back
    end(job, () => job.fail("Stopped: it wanted more than 1 GB of memory"));
  } else {
    end(job, () => job.end(answer, seconds));
  }
}

function end(job, told) {
  jobs = jobs.filter((one) => one !== job);
  told();
  next();
}

/** End the worker, whatever it does. */
function discard() {
  worker?.terminate();
  worker = undefined;
  ready = false;
}
