// Reads references with Zotero's importers and formats them with citeproc. Takes a list of { ris, bib, csl } as JSON on
// standard input, and prints a list of { ris, bib, csl, chicago, apa, mla }: an item of Zotero for each format, and the
// entry of a bibliography in each style.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { run } from "./zotero.mjs";

const CSL = createRequire(import.meta.url)("citeproc");

const FOLDER = "/usr/share/citation-style-language";
// The second is the name since the 18th edition of the manual.
const STYLES = {
  chicago: ["chicago-note-bibliography", "chicago-note-bibliography-17th-edition"],
  apa: ["apa"],
  mla: ["modern-language-association"],
};

const MONTHS = "January February March April May June July August September October November December".split(" ");

/// Zotero writes `March 24, 2021` for a date, or leaves it in the order of ISO.
function isoDate(date) {
  const [, month, day, year] = /^(\p{L}+) (\d+), (\d+)$/u.exec(date) ?? [];
  if (!month) return date;
  return `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}-${day.padStart(2, "0")}`;
}

async function imported(label, text) {
  const [item, note] = await run(label, { text });
  return { ...item, date: isoDate(item.date), note: note?.note.replace(/<\/?p>/g, "") };
}

function entry(styles, item) {
  const style = styles.map((name) => `${FOLDER}/styles/${name}.csl`).find(existsSync);
  const system = {
    retrieveLocale: (language) => readFileSync(`${FOLDER}/locales/locales-${language}.xml`, "utf8"),
    retrieveItem: () => item,
  };
  const engine = new CSL.Engine(system, readFileSync(style, "utf8"), "en-US", true);
  engine.setOutputFormat("text");
  engine.updateItems([item.id]);
  return engine.makeBibliography()[1][0].trim();
}

const results = [];
for (const { ris, bib, csl } of JSON.parse(readFileSync(0, "utf8"))) {
  const result = {
    ris: await imported("RIS", ris),
    bib: await imported("BibTeX", bib),
    csl: await imported("CSL JSON", csl),
  };
  for (const [name, style] of Object.entries(STYLES)) result[name] = entry(style, JSON.parse(csl)[0]);
  results.push(result);
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));
