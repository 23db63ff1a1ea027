// Cases for the client of the search: node search_client.mjs SEARCH_JS FOLDER CASES. The folder has an index below
// `search/`, and `expected.json`: the texts of all pages, and the list of each term. `search_client.rs` makes both.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [script, folder, cases] = process.argv.slice(2);
/** `RECTO_CLIENT=all` damages every file of a large index, in more ways, and makes more queries. */
const all = process.env.RECTO_CLIENT === "all";
const module = path.join(folder, `${cases}.mjs`);
fs.writeFileSync(module, fs.readFileSync(script, "utf8") + "\nexport { open, readList, readPiece };\n");
const client = await import(pathToFileURL(module));
const expected = JSON.parse(fs.readFileSync(path.join(folder, "expected.json"), "utf8"));

/** All files of the index. */
const files = new Map();
for (const file of fs.readdirSync(path.join(folder, "search"), { recursive: true })) {
  const full = path.join(folder, "search", file);
  if (fs.statSync(full).isFile()) files.set(file.replaceAll("\\", "/"), new Uint8Array(fs.readFileSync(full)));
}

const pageOf = new Map(expected.pages.flatMap((page) => (page ? [[page.address, page]] : [])));
const textOf = async (address) => Object.values(pageOf.get(address)).join("\n");

/** An engine over these files, which records its requests. */
function engineOf(files, requests = [], waits) {
  const fetchFile = async (path, signal) => {
    const request = { path, signal };
    requests.push(request);
    if (waits) await waits(request);
    return files.get(path.split("?")[0]) ?? null;
  };
  return new client.Engine("", fetchFile, textOf);
}

/** The numbers of the pages with all of these terms. */
const having = (...terms) => {
  const sets = terms.map((term) => new Set((expected.terms[term] ?? []).map(([number]) => number)));
  return [...(sets[0] ?? [])].filter((number) => sets.every((set) => set.has(number))).sort((a, b) => a - b);
};

const numbersOf = ({ hits }) => hits.filter((hit) => hit.complete).map((hit) => hit.number).sort((a, b) => a - b);
const everything = { size: 10_000 };

/** Every list of every piece is what the program had in mind. */
async function reading() {
  const engine = engineOf(files);
  const entry = await client.Engine.prototype.search.call(engine, "fog").then(() => engine.entry);
  assert.equal(entry.count, expected.pages.length);
  const found = {};
  const collect = (start, piece) => piece.terms.forEach((bytes, at) => {
    const term = Buffer.from(bytes, "latin1").toString();
    const { items, strengths, texts } = client.readList(piece, at);
    items.forEach((item, i) => (found[term] ??= []).push([item + start, strengths[i], texts[i] - 1]));
  });
  for (const tier of entry.tiers) {
    if (tier.fresh) collect(tier.start, tier.fresh);
    else for (const key of tier.keys) {
      const file = `${tier.folder}/${Buffer.from(key, "latin1").toString("hex")}.bin`;
      collect(tier.start, await client.readPiece(await client.open(engine, file)));
    }
  }
  assert.deepEqual(new Set(Object.keys(found)), new Set(Object.keys(expected.terms)));
  for (const [term, list] of Object.entries(expected.terms)) assert.deepEqual(found[term], list, term);
  const all = await engine.search("lang:en", everything);
  assert.equal(all.total, pageOf.size);
  for (const { number, address, title, language } of all.hits) {
    assert.deepEqual({ address, title, language }, { address: expected.pages[number].address, title: expected.pages[number].title, language: "en" });
  }
}

async function finding() {
  const engine = engineOf(files);
  const find = (query, options) => engine.search(query, { ...everything, ...options });
  // Exactly these pages.
  const rows = [
    ["source:asahi", ["\x01src:asahi"]],
    ["source:“asahi”", ["\x01src:asahi"]],
    ["source：asahi", ["\x01src:asahi"]],
    ["source:yomiuri", ["\x01src:yomiuri-shimbun"]],
    ['source:"Yomiuri Shimbun"', ["\x01src:yomiuri-shimbun"]],
    ['source:"the asahi shimbun"', ["\x01src:asahi"]],
    ["source:「朝日新聞」", ["\x01src:asahi"]],
    ["section:world/east-asia", ["\x01sec:world/east-asia"]],
    ['section:"World > East Asia"', ["\x01sec:world/east-asia"]],
    ["section:east-asia", ["\x01sec:world/east-asia"]],
    ["tag:t1 source:asahi", ["\x01tag:t1", "\x01src:asahi"]],
    ["tag:t1 tag:t2", ["\x01tag:t1", "\x01tag:t2"]],
    ["tag:none", ["none"]],
    ["on:2016", ["\x01y:2016"]],
    ["on:２０１６", ["\x01y:2016"]],
    ["on:2016-03", ["\x01m:2016-03"]],
    ["東京電力", ["東京", "電力"]],
    ["𠮷野家", ["𠮷野", "野家"]],
    ["﨑山", ["﨑山"]],
    ["대한민국", ["대한", "민국"]],
    ["ประเทศ", ["ปร", "ระ", "เท", "ทศ"]],
    ["12,345 ", ["12345"]],
    ["12 345 ", ["#1.2345e4"]],
    ["3.2 trillion", ["#3.2e12"]],
    ["3兆2千億円", ["#3.2e12"]],
    ["3,2 Billionen", ["#3.2e12"]],
    ["3,2 трлн", ["#3.2e12"]],
    ["source:asahi on:2016 fog ", ["\x01src:asahi", "\x01y:2016", "fog"]],
  ];
  for (const [query, terms] of rows) assert.deepEqual(numbersOf(await find(query)), having(...terms), query);
  // At least these pages; a stem, a variant or a name in another language finds more.
  const more = [
    ["harbours ", ["harbour"]],
    ["CAFÉ owners", ["cafe", "owners"]],
    ["naive ", ["naive"]],
    ["election ", ["elections"]],
    ["elect", ["electorate"]],
    ["électorat", ["electorate"]],
    ["Президента ", ["президент"]],
    ["حكومة ", ["حكوم"]],
    ["harbor election", ["harbour", "election"]],
    ["fukushma nuclear", ["fukushima"]],
    ["Shinbun yomiuri", ["shimbun"]],
    ["otani spoke", ["ohtani"]],
    ["Kim Jongun", ["jong", "un"]],
    ["Kim Jong-un", ["jong", "un"]],
    ["Kiev ", ["kyiv"]],
    ["首相", ["prime", "minister"]],
    ["朝日新聞", ["\x01src:asahi"]],
  ];
  for (const [query, terms] of more) {
    const found = new Set(numbersOf(await find(query)));
    assert.ok(having(...terms).length > 0 && having(...terms).every((number) => found.has(number)), query);
  }
  // A word in Arabic letters is found at each letter, though the letters typed so far may look like endings.
  for (const word of ["الحكومات", "والحكومة", "الحكوميين"]) {
    for (let end = word.indexOf("حك") + 3; end <= word.length; end++) {
      const found = new Set(numbersOf(await find(word.slice(0, end))));
      assert.ok(having("حكوم").every((number) => found.has(number)), word.slice(0, end));
    }
  }
  // A page that has the words as they were typed comes before those with other forms of them.
  const [best] = (await find("harbourmasters elected")).hits;
  assert.ok(having("harbourmasters", "elected").includes(best.number));
  await dates(find);
  await otherFilters(find);
}

/** Every range of dates, against the days of the pages. */
async function dates(find) {
  const days = Object.entries(expected.terms).flatMap(([term, list]) => (term.startsWith("\x01d:") ? list.map(([number]) => [number, term.slice(3)]) : []));
  const within = (isInside) => days.filter(([, day]) => isInside(day)).map(([number]) => number).sort((a, b) => a - b);
  const ends = ["2015", "2016-04", "2018-03-14", "2019-12-31", "2021", "2030", "1999-01"];
  for (const end of ends) {
    assert.deepEqual(numbersOf(await find(`on:${end}`)), within((day) => day.startsWith(end)), `on:${end}`);
    assert.deepEqual(numbersOf(await find(`after:${end}`)), within((day) => day >= end), `after:${end}`);
    assert.deepEqual(numbersOf(await find(`before:${end}`)), within((day) => day < end), `before:${end}`);
    for (const to of ends) {
      const inside = within((day) => day >= end && day <= to + "~");
      assert.deepEqual(numbersOf(await find("", { from: end, to })), inside, `${end} to ${to}`);
    }
  }
}

async function otherFilters(find) {
  const without = (numbers, others) => numbers.filter((number) => !others.includes(number));
  assert.deepEqual(numbersOf(await find("source:asahi -fog")), without(having("\x01src:asahi"), having("fog")));
  assert.deepEqual(numbersOf(await find("on:2016 -source:asahi")), without(having("\x01y:2016"), having("\x01src:asahi")));
  assert.equal((await find("source:asahi source:mainichi")).total, 0);
  assert.deepEqual(numbersOf(await find("", { facets: ["src:asahi", "y:2016"] })), having("\x01src:asahi", "\x01y:2016"));
  // Which text a word is in.
  assert.equal((await find("in:translation 東京")).total, 0);
  assert.deepEqual(numbersOf(await find("in:original 東京")), having("東京"));
  assert.ok((await find("東京")).hits.every((hit) => hit.texts === 2));
  assert.ok((await find("nuclear ")).hits.every((hit) => hit.texts === 1));
  // Newest first.
  const numbers = (await find("source:asahi", { sort: "date" })).hits.map((hit) => hit.number);
  assert.deepEqual(numbers, having("\x01src:asahi").reverse());
  // Phrases come first, and it is said how many pages were looked at.
  const { hits, looked, total } = await find('"plant at Fukushima"', { size: 3 });
  assert.ok(hits.length > 0 && (await textOf(hits[0].address)).includes("plant at Fukushima") && looked <= total);
  assert.equal(client.phrasesIn("Ein Café, am Hafen: 東京電力の発表。", [["cafe", "am"], ["京電力"], ["hafen", "東京"], ["hafen", "電力"]]).length, 3);
  // What is unknown is said to be unknown.
  const unknown = await find("xylophonic");
  assert.deepEqual([unknown.total, unknown.hits, unknown.including], [0, [], []]);
  assert.deepEqual((await find("fukusimha")).including, ["fukushima"]);
  assert.ok((await find("fugusimha xylophonic")).suggestions.every((query) => query.endsWith("xylophonic")));
}

/** What an engine answers to some queries, or the error. */
async function answers(files, requests = []) {
  const engine = engineOf(files, requests);
  const told = [];
  for (const query of ["fog ", "東京電力", "source:asahi on:2016", "Kiev"]) {
    try {
      const { total, hits } = await engine.search(query, everything);
      told.push(JSON.stringify([total, hits]));
    } catch (error) {
      assert.equal(error.code, "damaged", error.stack);
      assert.ok(error.message.includes(error.file) && (files.has(error.file) || /\.bin$/.test(error.file)), error.message);
      told.push(error);
    }
  }
  return told;
}

/** The files to damage: all of a small index; of a large one a few of those that the queries read, and of the others. */
async function damaged() {
  if (all || expected.pages.length <= 100) return [...files];
  const requests = [];
  await answers(files, requests);
  const read = new Set(requests.map(({ path }) => path.split("?")[0]));
  const of = { true: 0, false: 0 };
  return [...files].filter(([file]) => !file.includes("/") || of[read.has(file)]++ % (read.has(file) ? 3 : 16) === 0);
}

/** A damaged index gives an error or the right answer, and never another one. */
async function damage() {
  const right = await answers(files);
  assert.ok(right.every((answer) => typeof answer === "string"));
  const changed = async (file, bytes) => {
    const other = new Map(files);
    if (bytes) other.set(file, bytes);
    else other.delete(file);
    const told = await answers(other);
    told.forEach((answer, i) => assert.ok(answer instanceof Error ? answer.file === file : answer === right[i], `${file}: ${answer}`));
    return told.filter((answer) => answer instanceof Error).length;
  };
  let noticed = 0;
  for (const [file, bytes] of await damaged()) {
    noticed += (await changed(file, null)) > 0;
    const step = Math.ceil(bytes.length / 4);
    for (let at = 0; at < bytes.length; at += at < 13 ? 4 : step) {
      await changed(file, bytes.slice(0, at));
      await changed(file, bytes.map((byte, i) => (i === at ? byte ^ (1 << at % 8) : byte)));
    }
    await changed(file, Uint8Array.of(...bytes, 0));
    const others = [...files].filter(([name]) => name !== file && (name[0] === file[0] || name === "entry.bin"));
    for (const [, other] of others.slice(-3)) await changed(file, other);
  }
  assert.ok(noticed > 0);
  const step = expected.pages.length > 100 ? 97 : all ? 1 : 7;
  for (let at = 0; at < files.get("entry.bin").length; at += step) {
    assert.equal(await changed("entry.bin", files.get("entry.bin").slice(0, at)), right.length, `the entry, cut at ${at}`);
  }
  await hostile(right);
}

/** Files whose heads are right, and whose bodies are not. */
async function hostile(right) {
  const sum = (body) => {
    let [hash, total] = [0x811c9dc5, 0];
    for (const byte of body) {
      hash = Math.imul(hash ^ byte, 0x1000193);
      total += hash >>> 24;
    }
    return Buffer.from([hash, hash >> 8, hash >> 16, hash >> 24, total].map((byte) => byte & 255));
  };
  const entry = Buffer.from(files.get("entry.bin"));
  let seed = 1;
  const below = (end) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 1) % end;
  for (let round = 0; round < (all ? 200 : 60); round++) {
    const body = Buffer.from(entry.subarray(13));
    for (let i = 0; i <= round % 3; i++) body[below(body.length)] = below(256);
    const bad = Buffer.concat([entry.subarray(0, 4), sum(body), entry.subarray(9, 13), body]);
    const started = performance.now();
    const engine = engineOf(new Map(files).set("entry.bin", new Uint8Array(bad)));
    for (const query of ["fog", "東京電力", "on:2016"]) {
      const error = await engine.search(query).then(() => null, (error) => error);
      assert.ok(!error || error.code === "damaged", error?.stack);
    }
    assert.ok(performance.now() - started < 5000, "a damaged file takes long");
  }
  assert.deepEqual(await answers(files), right);
}

async function requests() {
  const requests = [];
  const engine = engineOf(files, requests);
  for (const query of ["fog", "fogs", "fog harbour", "東京電力", "東京電力 fog"]) await engine.search(query);
  const paths = requests.map((request) => request.path);
  assert.equal(new Set(paths).size, paths.length, "each file is requested once");
  assert.equal(paths[0], "entry.bin");
  assert.ok(paths.slice(1).every((path) => /^([bmd]\/\w+|words)\.bin\?v=[0-9a-f]{10}$/.test(path)), String(paths));
  if (expected.pages.length > 100) await aborting();
  await anotherBuild();
}

/** Requests end if, and only if, nobody waits for them any more. */
async function aborting() {
  const requests = [];
  const waits = ({ path, signal }) => path !== "entry.bin" && new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 60);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)));
  });
  const engine = engineOf(files, requests, waits);
  await engine.search("");
  const [first, second] = [new AbortController(), new AbortController()];
  const one = engine.search("fog kyoto", { signal: first.signal });
  const two = engine.search("fog", { signal: second.signal });
  setTimeout(() => first.abort(), 20);
  await assert.rejects(one, { name: "AbortError" });
  assert.ok((await two).total > 0);
  const given = requests.filter((request) => request.signal?.aborted);
  assert.ok(given.length > 0 && given.length < requests.length - 1, "only what the second search does not need is given up");
  assert.ok((await engine.search("fog kyoto")).total > 0, "a file that was given up can be had again");
  const aborted = AbortSignal.abort();
  await assert.rejects(engine.search("harbour", { signal: aborted }), { name: "AbortError" });
}

/** A client with the entry of the last build meets the files of the next. */
async function anotherBuild() {
  const old = engineOf(files);
  await old.search("fog");
  const [answer, requests] = [JSON.stringify(await engineOf(files).search("東京電力")), []];
  const stale = new Map(files);
  // The old entry names pieces that are gone, or that have changed.
  const other = new Uint8Array(files.get("entry.bin"));
  let entry = other;
  const engine = engineOf(stale, requests, async ({ path }) => stale.set("entry.bin", path === "entry.bin" && requests.length > 1 ? files.get("entry.bin") : entry));
  const piece = [...files.keys()].find((file) => /^[bm]\//.test(file));
  if (piece) {
    const sum = Buffer.from(files.get(piece).subarray(4, 9));
    const at = Buffer.from(other).indexOf(sum);
    assert.ok(at > 0, "the entry names the piece");
    const body = Buffer.from(other);
    body[at] ^= 1;
    entry = resummed(body);
  }
  assert.equal(JSON.stringify(await engine.search("東京電力")), answer);
  assert.ok(requests.filter(({ path }) => path === "entry.bin").length <= 2);
  const offline = new client.Engine("", async () => {
    throw new TypeError("Failed to fetch");
  });
  await assert.rejects(offline.search("fog"), { code: "offline", file: "entry.bin" });
}

/** A file with the right sum in its head. */
function resummed(file) {
  let [hash, total] = [0x811c9dc5, 0];
  for (const byte of file.subarray(13)) {
    hash = Math.imul(hash ^ byte, 0x1000193);
    total += hash >>> 24;
  }
  file.set([hash, hash >> 8, hash >> 16, hash >> 24, total].map((byte) => byte & 255), 4);
  return new Uint8Array(file);
}

/** Any text is a query. */
async function queries() {
  const engine = engineOf(files);
  const parts = ["fog", "harbour", "東京", "首相", "Ｆｏｇ", '"', "“", "」", "-", "−", ":", "：", " ", "\u3000", "source", "on:", "in:", "2021", "-13", "99", "~", "\\", "*", ".", ",", "(", "[", "$", "{{", "<script>", "\0", "\x01", "src:", "\ud800", "\udfff", "\u202e", "é", "e\u0301", "ﾊﾞ", "한", "ا", "ไ", "😀", "1e999", "trillion", "兆", "\n", "\t", "constructor:", "__proto__:x", "toString:1"];
  let seed = 18;
  const below = (end) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 1) % end;
  const started = performance.now();
  for (let round = 0; round < (all ? 10_000 : 3_000); round++) {
    const text = Array.from({ length: below(9) }, () => parts[below(parts.length)]).join(below(2) ? " " : "");
    client.startsSearch(text);
    // The index is asked for some of them, so that the test is quick.
    if (round % 8) client.readQuery(text);
    else await engine.search(text).catch((error) => assert.fail(`${JSON.stringify(text)}: ${error.stack}`));
  }
  for (const long of ["fog ".repeat(10_000), "東京電力".repeat(5_000), '"'.repeat(9_999), "-".repeat(9_999), "a:".repeat(9_999), "1,".repeat(9_999)]) await engine.search(long);
  assert.ok(performance.now() - started < 120_000);
  // A query that is half typed has no other meaning than its words.
  const words = (query) => client.readQuery(query).words.map((word) => word.text).join("|");
  assert.equal(words('Prime "Minister'), "prime|minister");
  assert.equal(words("https://example.org before:soon in:space -"), "https|example|org|before|soon|in|space");
  assert.equal(words("-fog"), "fog");
  assert.equal(words("「首相」が"), "首相|が");
  assert.deepEqual(client.readQuery("“Prime Minister” x").phrases, [["prime", "minister"]]);
  // Of numbers with spaces, each part may also stand for the whole.
  const ways = (query) => client.readQuery(query).words.at(-1).ways.flat().flatMap(({ term, terms = [term] }) => terms);
  assert.deepEqual(ways("3 200"), ["200", "#3.2e3", "3200"]);
  assert.deepEqual(ways("3\u202f200"), ways("3 200"));
  assert.deepEqual(ways("12\u00a0345 678"), ["678", "#1.2345678e7"]);
  assert.deepEqual(ways("3 200 milliards"), ["milliards", "#3.2e12"]);
  assert.deepEqual(["2021 300", "3 20", "3.5 200", "fog 200"].map((query) => ways(query).length), [1, 1, 1, 1]);
  assert.deepEqual([client.startsSearch("fo"), client.startsSearch("fog"), client.startsSearch("霧"), client.startsSearch(" ")], [false, true, true, false]);
  assert.deepEqual(["kyiv", "kyvi", "kiv", "kyyiv", "abcd"].map((word) => client.isNear("kyiv", word, 1)), [true, true, true, true, false]);
}

await { reading, finding, damage, requests, queries }[cases]();
