// Runs queries with the client of a built site, with files from the disk: `node queries.mjs PUBLIC < QUERIES`.
//
// QUERIES has a query as a line of JSON, {q, …}. For each, a line comes back: {total, looked, paths of all results that
// are shown (at most ten), including, milliseconds, error, and bytes and requests: until the title of a result is there
// (title), until the client shows ten (first), and at the end}. They count the files of the index and the pages that are looked at; the entry is among them, as if
// every query were the first. Pages count as compressed by gzip, as hosts send them.

import { readFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const site = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "recto-search-"));
// A copy, so that node reads it as a module.
writeFileSync(join(folder, "search.mjs"), readFileSync(join(site, "search.js")));
const { Engine } = await import(pathToFileURL(join(folder, "search.mjs")));

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", shy: "\u00ad" };
const BLOCK = /<\/?(?:p|li|h[1-6]|t[dhr]|dt|dd|pre|caption|figcaption|div|section|article|header|ul|ol|table|blockquote|figure|br)\b[^>]*>/gi;

/** The text that a page shows in its main part, as a browser would read it. */
function textOf(html) {
  const main = /<main\b[^>]*>([\s\S]*?)<\/main>/i.exec(html)?.[1] ?? "";
  return main
    .replace(/<(script|style|template)\b[\s\S]*?<\/\1>/gi, "")
    .replace(/\s+/g, " ")
    .replace(BLOCK, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, number, name) =>
      hex || number ? String.fromCodePoint(hex ? parseInt(hex, 16) : +number) : (ENTITIES[name] ?? all));
}

const pages = new Map();
let title;
let counts = { bytes: 0, requests: 0 };
const fetchFile = async (path) => {
  const name = join(site, "search", path.replace(/\?.*/, ""));
  try {
    const bytes = new Uint8Array(readFileSync(name));
    counts.bytes += bytes.length;
    counts.requests += 1;
    if (path.startsWith("d/")) title ??= { ...counts };
    return bytes;
  } catch {
    return null;
  }
};
const fetchText = async (address) => {
  if (!pages.has(address)) {
    const path = decodeURI(new URL(address, "https://site.example").pathname);
    const html = readFileSync(join(site, path.endsWith("/") ? `${path}index.html` : path), "utf8");
    pages.set(address, { text: textOf(html), size: gzipSync(html).length });
  }
  const { text, size } = pages.get(address);
  counts.bytes += size;
  counts.requests += 1;
  return text;
};

for await (const line of createInterface({ input: process.stdin })) {
  const { q } = JSON.parse(line);
  counts = { bytes: 0, requests: 0 };
  let first;
  title = undefined;
  const began = performance.now();
  const answer = await new Engine("/search/", fetchFile, fetchText)
    .search(q, { size: 10 }, ({ total }) => total && (first ??= { ...counts }))
    .catch((error) => ({ error: String(error) }));
  const ms = performance.now() - began;
  const paths = answer.hits?.map(({ address }) => decodeURI(address).replace(/^\/|\/(index\.html)?$/g, ""));
  const { total, looked, including, suggestions, error } = answer;
  console.log(JSON.stringify({ total, looked, paths, including, suggestions, title: title ?? first, first, ...counts, ms, error }));
}
