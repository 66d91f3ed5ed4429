// Stands between the page and Material's search worker, so that the index, by far the largest file
// of the site, is fetched with the first query and not with every page. Material's messages:
const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3;

let stock; // promise of Material's worker, set up with the index
let wanted; // the newest query
let busy = false;

const reply = (worker) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = reject;
});

async function start() {
  const response = await fetch(new URL("../search/search_index.json", location));
  if (!response.ok) throw new Error(`search index: ${response.status} ${response.statusText}`);
  const { config, docs } = await response.json();
  const worker = new Worker(new URL(new URLSearchParams(location.search).get("worker"), location));
  worker.postMessage({ type: SETUP, data: { config, docs, options: { suggest: false } } });
  await reply(worker);
  return worker;
}

onmessage = async ({ data }) => {
  if (data.type !== QUERY) return;
  wanted = data.data;
  if (!wanted.trim()) return postMessage({ type: RESULT, data: { items: [] } });
  if (busy) return; // the loop below sees `wanted`
  busy = true;
  try {
    stock ??= start();
    const worker = await stock;
    for (let asked; asked !== wanted;) {
      asked = wanted;
      worker.postMessage({ type: QUERY, data: asked });
      const result = await reply(worker);
      if (asked === wanted) postMessage(result);
    }
  } catch (error) {
    stock = undefined; // the next query tries again
    console.warn(error);
  } finally {
    busy = false;
  }
};

postMessage({ type: READY });
