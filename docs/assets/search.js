// Stands between Material's search box and MiniSearch. Both the library and the index are fetched
// when the box is used. How a text becomes words is said in the index, so that a question is cut as
// the pages were. Material's messages:
const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3;
const SHOWN = 20;

let engine; // promise of a function from a question to its results
let wanted; // the newest question

async function start() {
  importScripts("minisearch.js");
  const response = await fetch("../search/search_index.json");
  if (!response.ok) throw new Error(`search index: ${response.status} ${response.statusText}`);
  return searcher(await response.json());
}

function searcher({ stems, stop, signs, same, fields, kinds, pages, index }) {
  const options = {
    tokenize: (word) => [word],
    processTerm: (word) => word,
    boost: fields,
    boostDocument: (page) => kinds[pages[page][3]][0],
    bm25: { k: 0.8, b: 0.6, d: 0.5 },
    weights: { prefix: 0.5, fuzzy: 0.5 },
  };
  const library = MiniSearch.loadJSON(index, { fields: Object.keys(fields) });
  const find = (word, more) => library.search({ queries: [word] }, { ...options, ...more });

  const endings = stems.map(([end, rest]) => [new RegExp(end), rest]);
  const stem = (word) =>
    word.length < 4 ? word : endings.reduce((left, [end, rest]) => left.replace(end, rest), word);
  const fold = (text) =>
    [...text.replace(/(?<=[^\x00-\x7f])['’]/g, "′").toLowerCase().normalize("NFD")]
      .map((letter) => signs[letter] ?? letter)
      .join("")
      .replace(/\p{M}/gu, "");
  const split = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = (words) => {
    const found = words.filter((word) => !stop.includes(word));
    return found.length ? found : words;
  };

  // A word tells the more, the fewer pages have it.
  const weight = (word) => Math.log(1 + pages.length / (1 + find(word).length));

  // The words of the index that are nearest to one that it does not hold, the common ones first.
  function nearest(word) {
    for (let slips = 1; slips <= word.length / 3; slips++) {
      const found = new Set(find(word, { fuzzy: slips }).flatMap(({ terms }) => terms));
      if (found.size) return [...found].sort((one, other) => weight(one) - weight(other));
    }
    return [];
  }

  const mark = (text, terms) =>
    text.replace(/[\p{L}\p{N}]+/gu, (word) =>
      terms.includes(stem(fold(word))) ? `<mark>${word}</mark>` : word,
    );
  const spelt = (term) =>
    pages.flatMap(([, title, claim]) => `${title} ${claim}`.match(/[\p{L}\p{N}]+/gu))
      .find((word) => stem(fold(word)) === term) ?? term;

  return (text) => {
    const typed = telling(split(text));
    const asked = typed.map(stem);
    const corrected = [];
    const queries = asked.flatMap((word, place) => {
      const last = place === asked.length - 1 && word.length > 2; // perhaps not yet all of it
      const query = (term, times, more) =>
        ({ queries: [term], boostTerm: () => times * weight(term), ...more });
      const others = same[word] ?? [];
      const near = others.length || find(word, { prefix: last }).length ? [] : nearest(word);
      if (near.length) corrected.push([typed[place], near]);
      const names = asked
        .map((_, end) => asked.slice(place, end + 1).join(" "))
        .filter((name, more) => (more || asked.length === 1) && find(name).length);
      return [
        query(word, 1, { prefix: last }),
        ...near.map((term) => query(term, 0.8)),
        ...others.map((term) => query(term, 0.4)),
        ...names.map((name) => query(name, 1, { fields: ["names"] })),
      ];
    });
    const found = library.search({ queries }, options).slice(0, SHOWN);
    return found.map(({ id, score, terms }, rank) => {
      const [location, title, claim, kind] = pages[id];
      const slips = corrected.flatMap(([word, near]) => {
        const term = rank ? 0 : near.find((one) => terms.includes(one));
        if (!term) return [];
        return `<p>No page has “${word}”; this is for <b>${spelt(term).toLowerCase()}</b>.</p>`;
      });
      const name = kinds[kind][1] && `<b>${kinds[kind][1]}.</b> `;
      return [
        {
          location,
          title: mark(title, terms),
          text: `${slips.join("")}<p>${name}${mark(claim, terms)}</p>`,
          score,
          terms: {},
        },
      ];
    });
  };
}

onmessage = async ({ data }) => {
  if (data.type !== QUERY) return;
  wanted = data.data;
  try {
    const items = wanted.trim() ? (await (engine ??= start()))(data.data) : [];
    if (data.data === wanted) postMessage({ type: RESULT, data: { items } });
  } catch (error) {
    engine = undefined; // the next question tries again
    console.warn(error);
  }
};

postMessage({ type: READY });
