// Python, in a worker of its own: the page stays alive whatever a program does, and can end it.
// The first message brings what `run.json` holds; each later one names a function of in_page.py, and
// gives it what follows. Answers: { loaded, total }, { ready }, { text }, and at its end
// { seconds, answer }, { exhausted } or { broken }.
const MEMORY = 1 << 30; // bytes; what asks for more gets a MemoryError

const { prototype } = WebAssembly.Memory;
const { grow } = prototype;
prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65_536 > MEMORY) throw new RangeError("too much memory");
  return grow.call(this, pages);
};

// Python fetches its files itself; they are counted on their way.
const get = fetch;
let loaded = 0, total = 0;
self.fetch = async (...request) => {
  const response = await get(...request);
  if (!response.ok) throw new Error(`${response.url} is not there`);
  const count = new WritableStream({ write: ({ length }) => progress(length) });
  response.clone().body.pipeTo(count).catch(() => {});
  return response;
};

function progress(bytes) {
  loaded += bytes;
  postMessage({ loaded, total });
}

async function start({ folder, files, modules, runner, data }) {
  const base = new URL(`../${folder}`, import.meta.url).href;
  const wheel = Object.keys(files).find((name) => name.endsWith(".whl"));
  const [, abi_version] = wheel.match(/_(\d+_\d+)_wasm32/);
  for (const name in files) if (!name.endsWith(".mjs")) total += files[name]; // these are imported
  const numpy = fetch(base + wheel).then((response) => response.arrayBuffer());
  numpy.catch(() => {}); // it is waited for below
  const { loadPyodide } = await import(`${base}pyodide.mjs`);
  const python = await loadPyodide({
    indexURL: base,
    packageBaseUrl: base,
    lockFileContents: { info: { abi_version }, packages: {} }, // nothing else is installed
  });
  const streams = [new TextDecoder(), new TextDecoder()];
  const say = (text) => text && postMessage({ text });
  const write = (decoder) => (bytes) => {
    say(decoder.decode(bytes, { stream: true }));
    return bytes.length;
  };
  python.setStdout({ write: write(streams[0]) });
  python.setStderr({ write: write(streams[1]) });
  python.setStdin({ stdin: () => null }); // nobody can answer: its end comes at once
  const extractDir = python.runPython("import site; site.getsitepackages()[0]");
  python.unpackArchive(await numpy, "wheel", { extractDir });
  python.FS.mkdir("snippets");
  for (const [name, text] of Object.entries(modules)) python.FS.writeFile(`snippets/${name}`, text);
  for (const [name, text] of Object.entries(runner)) {
    if (name.includes("/")) python.FS.mkdirTree(name.slice(0, name.lastIndexOf("/")));
    python.FS.writeFile(name, text);
  }
  python.FS.mkdirTree("docs/labs/data");
  for (const [name, packed] of Object.entries(data)) {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt());
    python.FS.writeFile(`docs/labs/data/${name}`, bytes);
  }
  // Bytecode would hide that a text was changed within a second.
  python.runPython("import sys; sys.path[:0] = ['', 'scripts']; sys.dont_write_bytecode = True");
  const functions = python.pyimport("zettelkasten.in_page");
  return ([name, ...given]) => {
    const answer = functions[name](...given.map((one) => python.toPy(one)))?.toJs();
    for (const decoder of streams) say(decoder.decode()); // half a character is not left to the next
    return answer;
  };
}

let call;

onmessage = async ({ data }) => {
  try {
    if (!call) {
      call = await start(data);
      postMessage({ ready: true });
      return;
    }
    const began = performance.now();
    const answer = call(data);
    postMessage({ seconds: (performance.now() - began) / 1000, answer });
  } catch (error) {
    postMessage(error.type === "MemoryError" ? { exhausted: true } : { broken: String(error) });
  }
};
