// Stands between Material's search box and MiniSearch. Both the library and the index are fetched
// when the box is used. How a text becomes words is said in the index, so that a question is cut as
// the pages were. Material's messages: 1 says that this is ready, 2 asks, 3 answers.
const WORD = /[\p{L}\p{N}]+/gu;

let engine; // promise of a function from a question to its results
let wanted; // the newest question

async function start() {
  importScripts("minisearch.js");
  const response = await fetch("../search/search_index.json");
  return searcher(await response.json());
}

function searcher({ stems, stop, signs, same, options, kinds, pages, index }) {
  options.boostDocument = (page) => kinds[pages[page][3]][0];
  options.tokenize = (word) => [word];
  options.processTerm = (word) => word;
  const library = MiniSearch.loadJSON(index, { fields: Object.keys(options.boost) });
  const find = (word, more) => library.search({ queries: [word] }, { ...options, ...more });

  const split = (text) =>
    text.replace(/(?<=[^\0-\x7f])['’]/g, "′").toLowerCase().normalize("NFD")
      .replace(/[^\0-\x7f]/g, (letter) => signs[letter] ?? letter)
      .replace(/\p{M}/gu, "").match(WORD) ?? [];
  const stem = (word) =>
    word[3] ? stems.reduce((left, [end, rest]) => left.replace(new RegExp(end), rest), word) : word;

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

  return (text) => {
    const all = split(text);
    const telling = all.filter((word) => !stop.includes(word));
    const typed = telling[0] ? telling : all;
    const asked = typed.map(stem);
    const slips = [];
    const query = (term, times, more) =>
      ({ queries: [term], boostTerm: () => times * weight(term), ...more });
    const queries = asked.flatMap((word, place) => {
      const prefix = place === asked.length - 1 && word.length > 2; // perhaps not yet all of it
      const others = same[word] ?? [];
      const near = others.length || find(word, { prefix }).length ? [] : nearest(word);
      if (near.length) slips.push([typed[place], near]);
      const names = asked
        .map((_, end) => asked.slice(place, end + 1).join(" "))
        .filter((name, end) => (end || !asked[1]) && find(name).length);
      return [
        query(word, 1, { prefix }),
        ...near.map((term) => query(term, 0.8)),
        ...others.map((term) => query(term, 0.4)),
        ...names.map((name) => query(name, 1, { fields: ["names"] })),
      ];
    });
    return library.search({ queries }, options).slice(0, 20).map(({ id, score, terms }, rank) => {
      const [location, title, claim, kind] = pages[id];
      const matches = (word) => terms.includes(stem(split(word)[0]));
      const mark = (text) =>
        text.replace(WORD, (word) => (matches(word) ? `<mark>${word}</mark>` : word));
      const meant = slips.map(([word, near]) => {
        const term = near.find((one) => terms.includes(one));
        if (rank || !term) return "";
        const spelt = pages.join(" ").match(WORD).find((one) => stem(split(one)[0]) === term);
        return `<p>No page has “${word}”; this is for <b>${spelt ?? term}</b>.</p>`;
      });
      const text = `${meant.join("")}<p>${kinds[kind][1]}${mark(claim)}</p>`;
      return [{ location, title: mark(title), text, score, terms: {} }];
    });
  };
}

onmessage = async ({ data: { type, data } }) => {
  if (type !== 2) return;
  wanted = data;
  try {
    const items = data.trim() ? (await (engine ??= start()))(data) : [];
    if (data === wanted) postMessage({ type: 3, data: { items } });
  } catch (error) {
    engine = undefined; // the next question tries again
    console.warn(error);
  }
};

postMessage({ type: 1 });
