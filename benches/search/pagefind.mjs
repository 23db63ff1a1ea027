// Runs queries on an index that Pagefind made: `node pagefind.mjs FOLDER [LANGUAGE] < QUERIES`. Answers as
// `tests/search/queries.mjs` does, for `measure.py`. The page of the search is in the language of each query, or always in
// LANGUAGE. Filters are left out of queries, since the index has none.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, fixed] = process.argv.slice(2);
let language = "en";
let counts;
globalThis.document = { currentScript: null, querySelector: () => ({ getAttribute: () => language }) };
globalThis.fetch = async (input) => {
  const name = decodeURIComponent(String(input.url ?? input).replace(/[?#].*/, "")).split("/pagefind/")[1];
  const bytes = readFileSync(join(folder, name));
  // The program itself is not counted, nor what starts it.
  if (!/\.js$/.test(name)) [counts.bytes, counts.requests] = [counts.bytes + bytes.length, counts.requests + 1];
  return new Response(bytes);
};
const module = pathToFileURL(resolve(folder, "pagefind.js"));
let loaded = 0;

for await (const line of createInterface({ input: process.stdin })) {
  const query = JSON.parse(line);
  language = (fixed ?? query.language).toLowerCase();
  counts = { bytes: 0, requests: 0 };
  const pagefind = await import(`${module}?${loaded++}`);
  await pagefind.options({ basePath: "/pagefind/", baseUrl: "/", noWorker: true });
  await pagefind.init();
  let first;
  const paths = [];
  const began = performance.now();
  const found = await pagefind.search(query.q.replace(/\b(?:lang|source|on):\S+\s*/g, ""));
  for (const result of found.results.slice(0, 10)) {
    const data = await result.data();
    first ??= { ...counts };
    paths.push(data.raw_url?.replace(/^\/|\/(index\.html)?$/g, "") ?? data.url);
  }
  console.log(JSON.stringify({ total: found.results.length, paths, title: first, first, ...counts, ms: performance.now() - began }));
  await pagefind.destroy();
}
