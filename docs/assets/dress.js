// How parts look that only some readers open: fetched with the first of them, and kept when a link
// is followed, which a style element would not be.
const there = new Map(); // by name: a promise

/** Fetch style sheets once. Gives whether they are there; if not, the next call tries again. */
export function dressed(...files) {
  const name = files.join();
  if (!there.has(name)) there.set(name, dress(files));
  return there.get(name).then(() => true, () => (there.delete(name), false));
}

async function dress(files) {
  const sheet = new CSSStyleSheet();
  const texts = files.map(async (file) => (await fetch(new URL(file, import.meta.url))).text());
  await sheet.replace((await Promise.all(texts)).join(""));
  document.adoptedStyleSheets.push(sheet);
}
