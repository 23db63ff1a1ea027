// The search of the archive: what is typed becomes terms, terms name the files of the index below /search/, and the
// files give results. The format of the files is in Recto's manual, "The search index". Nothing here uses a server.

// text:begin — folding and cutting, as Recto does it (src/content/search/)

// table:begin
// Made from src/content/search/char_table.rs by a test.
const DROPPED = "\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}";
const REPLACED = "\u00dfss \u00e6ae \u00f0d \u00f8o \u00feth \u0111d \u0127h \u0131i \u0138k \u0142l \u014bn \u0153oe \u0167t \u02bc' \u03c2\u03c3 \u0491\u0433 \u0629\u0647 \u0649\u064a \u0671\u0627 \u06a9\u0643 \u06be\u0647 \u06c1\u0647 \u06cc\u064a \u06d5\u0647";
const ZEROS = "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0de6\u0e50\u0ed0\u0f20\u1040\u1090\u17e0\u1810\u1946\u19d0\u1a80\u1a90\u1b50\u1bb0\u1c40\u1c50\ua620\ua8d0\ua900\ua9d0\ua9f0\uaa50\uabf0";
const ARABIC = "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u0870-\u0887\u08a0-\u08c9";
const IDEOGRAPHS = "\u3005-\u3007\u3021-\u3029\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{1aff0}-\u{1b16f}\u{20000}-\u{3fffd}";
const HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7a3\ud7b0-\ud7ff";
const UNSPACED = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109d\u1780-\u17d3\u17dc-\u17dd\ua9e0-\ua9fe\uaa60-\uaa7f";
const AND = "\u0648";
const PREFIXES = "\u0648\u0627\u0644 \u0628\u0627\u0644 \u0643\u0627\u0644 \u0641\u0627\u0644 \u0644\u0644 \u0627\u0644".split(" ");
const SUFFIXES = "\u0647\u0627 \u0627\u0646 \u0627\u062a \u0648\u0646 \u064a\u0646 \u064a\u0647 \u0647 \u064a".split(" ");
const LONGEST_TERM = 48;
// table:end

// Letters and digits, with what they stand for.
const LETTERS = Object.fromEntries(REPLACED.split(" ").map((pair) => [pair[0], pair.slice(1)]));
for (const zero of ZEROS) {
  for (let digit = 0; digit < 10; digit++) LETTERS[String.fromCharCode(zero.charCodeAt(0) + digit)] = String(digit);
}
const DROP = new RegExp(`[${DROPPED}]`, "gu");
const REPLACE = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

/** Makes the same what a reader does not distinguish: case, accents, width, variants of letters. */
export function fold(text) {
  const lower = text.normalize("NFKD").toLowerCase().replace(DROP, "");
  return lower.replace(REPLACE, (letter) => LETTERS[letter]).normalize("NFC");
}

// A word in Arabic letters; a run of a writing that is cut into pairs; numbers and separators; any other word.
const PAIRED = [IDEOGRAPHS, HANGUL, UNSPACED];
const RUN = new RegExp(
  `([${ARABIC}]+)|(${PAIRED.map((letters) => `[${letters}]+`).join("|")})|(\\d+(?:[.,]\\d+)+)` +
    `|(?:(?![${ARABIC}${PAIRED.join("")}])[\\p{Alphabetic}\\p{M}\\p{N}])+`,
  "gu",
);

/**
 * The runs of a folded text, each from `at` to `end`: a "word", a "number" (anything that starts with a digit), or
 * "pairs" of neighbouring characters. `terms` are those of the index. The text of a word or number is its term.
 */
export function runsOf(folded) {
  return Array.from(folded.matchAll(RUN)).flatMap(({ 0: text, 1: arabic, 2: paired, 3: chain, index: at }) => {
    const run = (kind, text, at, end, terms = [text]) => ({ kind, text, at, end, terms });
    const end = at + text.length;
    if (paired) {
      const letters = [...text];
      const pairs = letters.slice(1).map((letter, before) => letters[before] + letter);
      return [run("pairs", text, at, end, pairs.length ? pairs : letters)];
    }
    if (chain) {
      const number = numberOf(chain);
      if (number) return [run("number", shortened(number), at, end)];
      return Array.from(chain.matchAll(/\d+/g), ({ 0: part, index }) => run("number", shortened(part), at + index, at + index + part.length));
    }
    return [{ ...run(/^\d/.test(text) ? "number" : "word", shortened(arabic ? stemOf(text) : text), at, end), arabic }];
  });
}

const encoder = new TextEncoder();

/** A term without what is behind its longest length. */
const shortened = (term) => term.slice(0, encoder.encodeInto(term, new Uint8Array(LONGEST_TERM)).read);

/** A number with a decimal point and without separators of thousands; nothing if it is a date or a list of numbers. */
function numberOf(chain) {
  const found = /^([1-9]\d{0,2}(?:(?:,\d{3})+|(?:\.\d{3})+)|\d+)(?:[.,](\d+))?$/.exec(chain);
  return found && found[1].replace(/[.,]/g, "") + (found[2] ? "." + found[2] : "");
}

/** The light stem of a word in Arabic letters: without the article, the conjunction, and endings. */
function stemOf(word, endings = SUFFIXES) {
  const article = PREFIXES.find((prefix) => word.startsWith(prefix) && word.length > prefix.length + 1 + (prefix.length > 2));
  if (article) word = word.slice(article.length);
  if (word.startsWith(AND) && word.length > 3) word = word.slice(1);
  for (let suffix; (suffix = endings.find((ending) => word.endsWith(ending) && word.length > ending.length + 1 + (ending.length > 1))); ) {
    word = word.slice(0, -suffix.length);
  }
  return word;
}
// text:end

// engine:begin — reading the index, and ranking

/** A file is "damaged" or missing; or we are "offline", or the "browser" is too old. */
class SearchError extends Error {
  constructor(file, code) {
    super(`search/${file}: ${code}`);
    Object.assign(this, { file, code });
  }
}

// Terms of the index are strings of UTF-8 bytes, since that is their order.
const toBytes = (text) => String.fromCharCode(...new TextEncoder().encode(text));
const bytesOf = (term) => Uint8Array.from(term, (byte) => byte.charCodeAt());
const ofBytes = (term) => new TextDecoder().decode(bytesOf(term));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Reads the bytes of a file one after the other. */
class Reader {
  constructor(file, bytes) {
    Object.assign(this, { file, bytes, at: 0 });
  }
  check(isRight) {
    if (!isRight) throw new SearchError(this.file, "damaged");
  }
  take(count) {
    this.check(count <= this.bytes.length - this.at);
    return this.bytes.subarray(this.at, (this.at += count));
  }
  number() {
    const [byte] = this.take(1);
    return byte < 128 ? byte : byte - 128 + 128 * this.number();
  }
  part() {
    return new Reader(this.file, this.take(this.number()));
  }
  async inflated() {
    const stream = new Blob([this.bytes.subarray(this.at)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Reader(this.file, new Uint8Array(await new Response(stream).arrayBuffer()));
  }
  sums(count) {
    return Array.from({ length: count }, () => hex(this.take(5)));
  }
  /** Reads sorted terms, each without what it shares with the one before. Their letters may be in a part of their own. */
  terms(count, each = () => {}, letters = this) {
    const terms = [];
    for (let term = ""; terms.length < count; each(terms.length - 1)) {
      const before = term;
      term = before.slice(0, this.number()) + String.fromCharCode(...letters.take(this.number()));
      this.check(term > before);
      terms.push(term);
    }
    return terms;
  }
}

const linesOf = async (reader) => new TextDecoder().decode((await reader.inflated()).bytes).split("\n");

/** Reads a list: items, how prominent the term is in each (0 to 3), and where (1 text, 2 original, 3 both). */
function readList({ reader, size, counts, ends }, at) {
  let [byte, bits, held] = [ends[at], 0, 0];
  const read = (count) => {
    for (; bits < count; bits += 8) held = ((held << 8) | reader.bytes[byte++]) & 0x3fffffff;
    reader.check(byte <= ends[at + 1]);
    bits -= count;
    return (held >>> bits) & ((1 << count) - 1);
  };
  const items = new Uint32Array(counts[at]);
  // The middle item comes first, in as few bits as its range needs.
  const fill = (from, to, low, high) => {
    if (from === to) return;
    const middle = (from + to) >> 1;
    const range = high - low - to + from + 1;
    const width = 32 - Math.clz32(range - 1);
    const short = 2 ** width - range;
    const value = width && read(width - 1);
    items[middle] = low + middle - from + (width && value >= short ? value * 2 + read(1) - short : value);
    fill(from, middle, low, items[middle]);
    fill(middle + 1, to, items[middle] + 1, high);
  };
  const mode = read(2);
  fill(0, items.length, 0, size);
  const strengths = Uint8Array.from(items, () => read(1) && 1 + (read(1) && 1 + read(1)));
  const texts = Uint8Array.from(items, () => 1 + (mode < 3 ? mode : read(1) && 1 + read(1)));
  return { items, strengths, texts };
}

/** Reads a piece: terms, for each those before it with the same stem, and where its list ends. */
async function readPiece(reader) {
  const [count, size] = [reader.number(), reader.number()];
  const [heads, letters, links, frequencies, lengths] = await Promise.all(Array.from({ length: 5 }, () => reader.part()).map((part) => part.inflated()));
  const piece = { reader: await reader.inflated(), size, links: [], counts: [], ends: [0] };
  piece.terms = heads.terms(count, (at) => {
    const link = links.number();
    piece.links.push([link >> 1, link & 1 && links.number()].filter((back) => back).map((back) => at - back));
    piece.counts.push(frequencies.number());
    piece.ends.push(piece.ends[at] + lengths.number());
    reader.check(piece.counts[at] <= size && size < 2 ** 24 && piece.ends[at + 1] <= piece.reader.bytes.length);
  }, letters);
  return piece;
}

/** Fetches a file, and checks its head: its kind, which its path begins with, the sum and the length of what follows. */
async function open(engine, file, sum, signal) {
  const bytes = await engine.fetchFile(sum ? `${file}?v=${sum}` : file, signal, engine.retries).catch((error) => {
    throw signal?.aborted ? error : new SearchError(file, "offline");
  });
  const reader = new Reader(file, bytes ?? []);
  const head = String.fromCharCode(...reader.take(4));
  const [written] = reader.sums(1);
  const [length] = new Uint32Array(reader.take(4).slice().buffer);
  const state = Uint32Array.of(0x811c9dc5, 0);
  for (const byte of bytes.subarray(13)) {
    state[0] = Math.imul(state[0] ^ byte, 0x1000193);
    state[1] += state[0] >>> 24;
  }
  const found = hex(new Uint8Array(state.buffer, 0, 5));
  reader.check(head === `RS${file[0]}1` && length === bytes.length - 13 && found === written && (sum ?? found) === found);
  return reader;
}

/** Reads the entry: what files there are, and the newest items. */
async function readEntry(engine) {
  const reader = await open(engine, "entry.bin");
  const [count, baseEnd, middleEnd] = [reader.number(), reader.number(), reader.number()];
  reader.check(count < 2 ** 24);
  const language = new TextDecoder().decode(reader.part().bytes);
  const [words] = reader.sums(reader.number());
  const heavy = new Set(reader.terms(reader.number()));
  const tiers = [];
  for (const [folder, start, end] of [["b", 0, baseEnd], ["m", baseEnd, middleEnd]]) {
    const pieces = reader.number();
    const keys = (await reader.part().inflated()).terms(pieces);
    tiers.push({ folder, start, size: end - start, keys, sums: reader.sums(pieces) });
  }
  const files = reader.sums(reader.number());
  tiers.push({ start: middleEnd, size: count - middleEnd, fresh: await readPiece(reader.part()) });
  return { count, language, words, heavy, tiers, files, middleEnd, lines: await linesOf(reader.part()) };
}

/** Loads a file once. Its request ends if nobody waits for it any more. */
function load({ engine, signal }, file, sum, read) {
  const key = file + sum;
  let loading = engine.files.get(key);
  if (!loading) {
    const abort = new AbortController();
    loading = { abort, waiting: 0, done: open(engine, file, sum, abort.signal).then(read) };
    loading.done.then((value) => (loading.value = value), () => engine.files.delete(key));
    engine.files.set(key, loading);
  }
  loading.waiting++;
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal.reason);
      if (--loading.waiting || loading.value) return;
      engine.files.delete(key);
      loading.abort.abort();
    };
    loading.done.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
    if (signal?.aborted) leave();
    signal?.addEventListener("abort", leave);
  });
}

/** The place of the first of sorted terms that is not before a term. */
function placeOf(terms, term) {
  let [low, high] = [0, terms.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (terms[middle] < term) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Loads the pieces that may have terms from `low` to `high`, at most `most` of a tier. */
function piecesOf(run, low, high = low, most = 2) {
  return Promise.all(run.entry.tiers.flatMap(({ folder, start, size, fresh, keys, sums }) => {
    if (fresh) return { start, piece: fresh };
    const first = Math.max(0, placeOf(keys, low + "\0") - 1);
    return keys.slice(first, first + most).filter((key, i) => !i || key <= high).map(async (key, i) => {
      const piece = await load(run, `${folder}/${hex(bytesOf(key))}.bin`, sums[first + i], readPiece);
      piece.reader.check(piece.size === size && piece.terms[0] === key);
      return { start, piece };
    });
  }));
}

/** Loads the address, the title and the language of hits. */
function withItems(run, hits) {
  const { files, middleEnd, lines, language } = run.entry;
  return Promise.all(hits.map(async (hit) => {
    const at = hit.number >> 9;
    const [from, near] = hit.number < middleEnd ? [at << 9, await load(run, `d/${at}.bin`, files[at], linesOf)] : [middleEnd, lines];
    const [address, title, other] = near[hit.number - from].split("\t");
    return { ...hit, address, title, language: other ?? language };
  }));
}

/** Loads the groups of words that mean the same. */
const groupsOf = (run) => run.entry.words ? load(run, "words.bin", run.entry.words, async (reader) => (await linesOf(reader)).map((line) => {
  const [facet, ...forms] = line.split("\t");
  return { facet, forms: new Map(forms.map((form) => [keyOf(form), form])) };
})) : [];

// ---- the query ----

const FACETS = { __proto__: null, section: "sec", source: "src", translator: "tr", tag: "tag", kind: "kind", lang: "lang" };
// From which date, and before which; `~` is behind all digits.
const DATES = { __proto__: null, on: (date) => [date, date + "~"], after: (date) => [date, "~"], before: (date) => ["", date] };
const TEXTS = { __proto__: null, translation: 1, original: 2 };

/** Reads a query. What has no other meaning is words. */
export function readQuery(typed) {
  const text = typed.slice(0, 200).normalize("NFKC").replace(/[“”„‟«»「」『』]/g, '"').replace(/\u2212/g, "-");
  const query = { words: [], filters: [], phrases: [], texts: 3 };
  const excluded = [];
  let last;
  for (const { 1: minus, 2: name = "", 3: quoted, 4: value = quoted, index } of text.matchAll(/(-?)(?:(\p{L}+):)?(?:"([^"]*)"|([^\s"]+))/gu)) {
    const without = minus && !/\S/.test(text[index - 1] ?? "");
    const key = name.toLowerCase();
    last = undefined;
    if (FACETS[key] && value) query.filters.push({ facet: FACETS[key], value, without });
    else if (DATES[key] && /^\d{4}(-\d\d){0,2}$/.test(value)) query.filters.push({ dates: DATES[key](value), without });
    else if (key === "in" && TEXTS[value]) query.texts = without ? 3 - TEXTS[value] : TEXTS[value];
    else {
      const words = wordsOf(`${name} ${value}`);
      (without ? excluded : query.words).push(...words);
      if (quoted && !without) query.phrases.push(words.map((word) => word.text));
      last = words.at(-1);
    }
  }
  if (!query.words.length && !query.filters.length) query.words = excluded;
  else query.filters.push(...excluded.map(({ ways: [way] }) => ({ ways: [way.map(({ term }) => ({ term }))], without: true })));
  // The last word may be unfinished.
  if (last?.kind === "word" && last.text.length > 1 && /[\p{L}\p{M}]$/u.test(text)) {
    const { arabic, ways } = last;
    ways[0][0].open = true;
    // In Arabic, its last letters may be no ending, or half of one.
    if (arabic) ways.push([{ term: stemOf(arabic, []), open: true }], [{ term: stemOf(arabic.replace(/[\u0627\u0648]$/, "")) }]);
  }
  addQuantities(query.words);
  return query;
}

/** The words of a text. A word has ways to be found; a way has units, all of which a page must have. */
const wordsOf = (text) => runsOf(fold(text)).map(({ text, kind, terms, arabic }) => {
  // Every second pair of a run covers it.
  const cover = terms.filter((_, i) => i % 2 === 0 || i === terms.length - 1).slice(0, 9);
  return { text, kind, arabic, ways: [cover.map((term) => ({ term, related: kind === "word", open: text.length < 2 && kind === "pairs" }))] };
});

/** A text as it is compared as a whole. */
const keyOf = (text) => wordsOf(text).map((word) => word.text).join(" ");

// Zeros of the words of large numbers; in Arabic, of their stems.
const SCALES = [
  [3, /^(thousand|tausend|mil(le|a)?$|тыс|الف|اف$|[千천])/],
  [4, /^[万萬만]/],
  [6, /^(mill?i?on|mio$|милли?о|млн|ملا?$)/],
  [8, /^[億亿억]/],
  [9, /^(billions?$|mill?iard|mrd$|миллиа|млрд|مليار)/],
  [12, /^(tril|billi?on|трил|трлн|تريل$|[兆조])/],
];

/** Adds the value of numbers with words, as a way to find them: `3.2 trillion`, `3兆2千億円`. */
function addQuantities(words) {
  for (let at = 0; at < words.length; at++) {
    const first = at;
    let [total, part] = [0, Number(words[at].text)];
    // `3 200` is one number, too.
    if (part < 1e3) for (; /^\d{3}$/.test(words[at + 1]?.text); at++) part = Number(part + words[at + 1].text);
    for (let rest = ""; part && !rest && words[at + 1]; ) {
      const { text, kind } = words[at + 1];
      let zeros = 0;
      rest = text;
      for (let scale; (scale = SCALES.find(([, word]) => word.test(rest))); zeros += scale[0]) rest = kind === "pairs" ? rest.slice(1) : "";
      if (zeros) part *= 10 ** zeros;
      else if (kind === "number" && words[at].kind === "pairs") [total, part, rest] = [total + part, Number(text), ""];
      else break;
      at++;
    }
    const value = Number((total + part).toPrecision(12));
    if (value < (at > first ? 1e3 : 1e4)) continue;
    const terms = ["#" + value.toExponential().replace("+", "")];
    if (value < 1e4) terms.push(value + "");
    for (const { ways } of words.slice(first, at + 1)) if (value) ways.push([{ terms }]);
  }
}

// ---- forms of a word ----

const has = ({ terms }, term) => terms[placeOf(terms, term)] === term;

/** The terms that begin with `start`, the most frequent first. */
function termsFrom(pieces, start) {
  const found = new Map();
  for (const { terms, counts } of pieces) {
    for (let at = placeOf(terms, start); terms[at]?.startsWith(start); at++) found.set(terms[at], (found.get(terms[at]) ?? 0) + counts[at]);
  }
  return [...found.keys()].sort((a, b) => found.get(b) - found.get(a));
}

/** The forms with the stem of a term: what it links to, and what links to it. */
const relatives = (pieces, term) => pieces.filter((piece) => has(piece, term)).flatMap(({ terms, links }) => {
  const at = placeOf(terms, term);
  const family = new Set([at]);
  for (const member of family) for (const other of links[member]) family.add(other);
  for (let next = at; next < Math.min(terms.length, at + 400); next++) if (links[next].some((other) => family.has(other))) family.add(next);
  return Array.from(family, (member) => terms[member]);
});

/** Whether two words differ by at most `most` letters that are missing, wrong, or exchanged. */
export function isNear(a, b, most) {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  [a, b] = [a.slice(same), b.slice(same)];
  if (Math.abs(a.length - b.length) > most || !most) return a === b;
  const without = (n, m) => isNear(a.slice(n), b.slice(m), most - 1);
  return without(1, 1) || without(1, 0) || without(0, 1) || (a[0] === b[1] && a[1] === b[0] && without(2, 2));
}

/** The terms with the fewest mistakes. The first two letters are right. */
function nearest(pieces, word, most) {
  const terms = termsFrom(pieces, toBytes(word.slice(0, 2)));
  let found = [];
  for (let mistakes = 1; mistakes <= most && !found.length; mistakes++) found = terms.filter((term) => isNear(ofBytes(term), word, mistakes));
  return found.slice(0, 3);
}

/** What a word that occurs nowhere may stand for: what is spelled nearly so, and what begins like it. */
function resembling(pieces, word) {
  const near = nearest(pieces, word, word.length < 8 ? 1 : 2);
  for (let same = word.length - 1; same > 3 && same > word.length - 4; same--) {
    const form = termsFrom(pieces, toBytes(word.slice(0, same))).find((form) => ofBytes(form).length < same + 4);
    if (form) return [...near, ...relatives(pieces, form)];
  }
  return near;
}

/** Shimbun is Shinbun, and Ohtani is Ootani. */
const loose = (word) => word.replace(/m(?=[bpm])/g, "n").replace(/ou|oo|oh(?![aeiou])|uu/g, (vowel) => vowel[0]);

/** Finds the items with a form of a unit, once. */
function findUnit(run, unit) {
  const key = JSON.stringify(unit);
  if (!run.units.has(key)) run.units.set(key, lookUp(run, unit));
  return run.units.get(key);
}

async function lookUp(run, { term = "", terms = [term], related, open, variants, named }) {
  const [typed] = terms.map(toBytes);
  const keys = variants ? [typed, loose(term), term.replace(/n(?=[bpm])/g, "m")] : terms.map(toBytes);
  const places = (await Promise.all(keys.map((key) => piecesOf(run, key, open ? key + "\xff" : key)))).flat();
  const pieces = [...new Set(places.map(({ piece }) => piece))];
  const known = pieces.some((piece) => has(piece, typed));
  // What a form counts that is not the one that was typed.
  const forms = new Map(terms.map((term) => [toBytes(term), 1]));
  const add = (more, weight) => more.forEach((form) => forms.has(form) || forms.set(form, weight));
  if (related) add(relatives(pieces, typed), 0.8);
  if (open) add(termsFrom(pieces, typed).slice(0, 40), 0.7);
  if (variants) pieces.forEach((piece) => add(piece.terms.filter((form) => loose(form) === loose(term)), 0.6));
  if (related && !known && forms.size < 2 && term.length > 4) add(resembling(pieces, term), 0.6);
  const lists = new Map();
  for (const { start, piece } of places) {
    for (const form of forms.keys()) if (has(piece, form)) lists.set(form + start, { form, start, ...readList(piece, placeOf(piece.terms, form)) });
  }
  const { count } = run.entry;
  const found = { known, scores: new Float32Array(count), texts: new Uint8Array(count) };
  for (const { form, start, items, strengths, texts } of lists.values()) {
    const isFacet = form < "\x02";
    const weight = forms.get(form);
    if (!isFacet) run.marks.add(ofBytes(form));
    if (named || weight === 0.6) run.including.add(ofBytes(form));
    // A form is not rarer than what was typed, so that it does not win over it.
    const alike = [...lists.values()].filter((list) => list.form === form || (form !== typed && (open || list.form === typed)));
    const rarity = Math.log(1 + count / alike.reduce((sum, list) => sum + list.items.length, 0));
    items.forEach((number, i) => {
      const item = number + start;
      if (!isFacet && !(texts[i] & run.query.texts)) return;
      found.texts[item] |= texts[i];
      found.scores[item] = Math.max(found.scores[item], weight * rarity * [1, 1.4, 1.8, 3][strengths[i]]);
    });
  }
  return found;
}

// ---- filters ----

/** All facets that begin with this. */
async function facetsFrom(run, start) {
  const places = await piecesOf(run, "\x01" + start, `\x01${start}\xff`, Infinity);
  return termsFrom(places.map(({ piece }) => piece), "\x01" + start).map((term) => ofBytes(term).slice(1));
}

/** The years of a range of dates, and the months and days at its ends. */
async function facetsOfDates(run, [from, to]) {
  const isInside = (facet) => facet.slice(2) >= from && facet.slice(2) + "~" <= to;
  const found = [await facetsFrom(run, "y:")];
  for (const end of [from, to]) {
    if (end.length > 4 && !isInside("y:" + end.slice(0, 4))) found.push(await facetsFrom(run, "m:" + end.slice(0, 4)));
    if (end.length > 7 && !isInside("m:" + end.slice(0, 7))) found.push(await facetsFrom(run, "d:" + end.slice(0, 7)));
  }
  return found.flat().filter(isInside);
}

/** The facets with this id or label; else those whose ids have its words. */
async function facetsOfValue(run, facet, value) {
  const key = keyOf(value);
  const all = await facetsFrom(run, facet + ":" + (facet === "tag" ? value.slice(0, 1).toLowerCase() : ""));
  const keys = new Map(all.map((facet) => [facet, keyOf(facet.replace(/.*?:/, ""))]));
  const labelled = (await groupsOf(run)).filter((group) => group.facet.startsWith(facet + ":") && group.forms.has(key));
  const exact = [...labelled.map((group) => group.facet), ...all.filter((facet) => keys.get(facet) === key)];
  return exact.length ? exact : all.filter((facet) => ` ${keys.get(facet)} `.includes(` ${key} `));
}

/** Finds the items of a word or a filter. */
async function found(run, { facet, dates, value, ways, ...word }) {
  const facets = dates ? await facetsOfDates(run, dates) : facet ? await facetsOfValue(run, facet, value) : value && [value];
  const all = facets ? [[{ terms: facets.map((facet) => "\x01" + facet) }]] : ways;
  return { ...word, found: await Promise.all(all.map((way) => Promise.all(way.map((unit) => findUnit(run, unit))))) };
}

// ---- ranking ----

/** How much of a word an item has in the best way, from 0 to 1; the score; and in which texts. */
function measure({ found }, item) {
  let best = [0, 0, 3];
  for (const way of found) {
    let [have, score, where] = [0, 0, 3];
    for (const { scores, texts } of way) {
      if (!scores[item]) continue;
      have++;
      score += scores[item];
      where &= texts[item];
    }
    const part = have / way.length;
    if (part > best[0] || (part === best[0] && score > best[1])) best = [part, score, where];
  }
  return best;
}

/** Ranks the items that have all words; if they are few, then those with half of them. */
async function rank(run, words, byDate) {
  const [asked, ...filters] = await Promise.all([Promise.all(words.map((word) => found(run, word))), ...run.query.filters.map((filter) => found(run, filter))]);
  const hits = [];
  for (let number = 0; number < run.entry.count; number++) {
    if (!filters.every((filter) => (measure(filter, number)[0] === 1) === !filter.without)) continue;
    let [score, parts, texts, complete] = [0, 0, 3, true];
    for (const word of asked) {
      const [part, points, where] = measure(word, number);
      score += points;
      parts += part;
      texts &= where;
      complete &&= part === 1;
    }
    if (complete || parts * 2 >= asked.length) hits.push({ number, score, texts, complete, parts: complete ? 0 : parts });
  }
  const whole = hits.filter((hit) => hit.complete);
  const order = (a, b) => b.complete - a.complete || b.parts - a.parts || (!byDate && b.score - a.score) || b.number - a.number;
  return { total: whole.length, hits: (whole.length < 5 ? hits : whole).sort(order) };
}

// ---- what may be meant, too ----

/** Adds what means the same to the words of a form. */
async function addSynonyms(run, words) {
  const groups = await groupsOf(run);
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= words.length && to < from + 7; to++) {
      const key = words.slice(from, to).map((word) => word.text).join(" ");
      for (const { facet, forms } of groups.filter((group) => group.forms.has(key))) {
        const ways = [...forms.keys()].filter((other) => other !== key).map((other) => wordsOf(other).flatMap(({ ways: [way] }) => way.map(({ term }) => ({ term }))));
        if (facet) ways.push([{ terms: ["\x01" + facet] }]);
        for (const word of words.slice(from, to)) word.ways.push(...ways.filter((way) => way.length));
        for (const [other, form] of forms) if (other !== key) run.including.add(form);
      }
    }
  }
}

/** Adds variants of words, two as one, and one as two: Jong-un, Jongun. */
async function addVariants(run, words) {
  for (const [at, { text, kind, ways }] of words.entries()) {
    if (kind !== "word") continue;
    const [[unit]] = ways;
    ways.push([{ ...unit, variants: true }]);
    if (words[at + 1]?.kind === kind) for (const word of words.slice(at, at + 2)) word.ways.push([{ term: text + words[at + 1].text, named: true }]);
    if ((await findUnit(run, unit)).known) continue;
    const pieces = (await piecesOf(run, toBytes(text))).map(({ piece }) => piece);
    for (let end = 3; end < text.length - 1; end++) {
      const parts = [text.slice(0, end), text.slice(end)];
      if (pieces.some((piece) => has(piece, toBytes(parts[0])))) ways.push(parts.map((term) => ({ term, named: true })));
    }
  }
}

/** Queries with other words for those that occur nowhere. */
async function suggestions(run) {
  const pieces = Array.from(run.engine.files.values(), (file) => file.value).filter((value) => value?.terms);
  const found = new Set();
  for (const { text, kind, ways } of run.query.words) {
    if (kind !== "word" || (await findUnit(run, ways[0][0])).known) continue;
    for (const form of nearest([...pieces, run.entry.tiers[2].fresh], text, 3)) {
      found.add(run.typed.replace(/[^\s"]+/g, (part) => (fold(part) === text ? ofBytes(form) : part)));
    }
  }
  return [...found];
}

// ---- the search ----

/** The phrases that a text has; each is a list of words and runs. */
export function phrasesIn(text, phrases) {
  const runs = runsOf(fold(text));
  return phrases.filter((phrase) => runs.some((_, at) => phrase.every((part, i) => {
    const { text = "", kind } = runs[at + i] ?? {};
    if (kind !== "pairs") return text === part;
    // A run may go on before and after the phrase.
    return (i || text.endsWith(part) || (phrase.length === 1 && text.includes(part))) && (i === 0 || text.startsWith(part));
  })));
}

/** Puts those of the best 60 first whose pages have all phrases. A page without what was quoted is no result. */
async function withPhrases(run, { total, hits }, phrases, size) {
  const best = hits.slice(0, 60);
  const quoted = run.query.phrases;
  let [looked, right] = [0, 0];
  while (looked < best.length && right < size) {
    const some = best.slice(looked, (looked += 6));
    await Promise.all((await withItems(run, some)).map(async ({ address }, i) => {
      const found = phrasesIn(await run.engine.fetchText(address, run.signal).catch(() => ""), phrases);
      some[i].phrases = found.length;
      right += found.length === phrases.length;
      if (!some[i].complete || quoted.every((phrase) => found.includes(phrase))) return;
      some[i].complete = false;
      total--;
    }));
    run.signal?.throwIfAborted();
  }
  best.sort((a, b) => b.complete - a.complete || (b.phrases ?? 0) - (a.phrases ?? 0));
  const all = [...best, ...hits.slice(60)];
  return { total, hits: total ? all.filter((hit) => hit.complete || !quoted.length) : all, looked: Math.min(looked, total) };
}

async function searchOnce(run, { sort, size = 10 }, show) {
  const { entry, query } = run;
  const resultOf = async ({ total, looked = total, hits }, most = size) => ({
    total, looked, hits: await withItems(run, hits.slice(0, most)), including: [...run.including], suggestions: [], marks: [...run.marks],
  });
  if (!query.words.length && !query.filters.length) return resultOf({ total: 0, hits: [] });
  // In a large archive, words that a quarter of all items have are left out if others remain.
  const light = query.words.filter(({ ways: [way] }) => !entry.tiers[0].size || !way.every(({ term }) => entry.heavy.has(toBytes(term))));
  const words = (light.length ? light : query.words).slice(0, 12);
  let ranking = await rank(run, words, sort === "date");
  if (ranking.total) {
    // The first result need not wait for the files of all others.
    show(await resultOf(ranking, 1));
    show(await resultOf(ranking));
  }
  await addSynonyms(run, words);
  if (ranking.total < 5) await addVariants(run, words);
  // What was found already is not looked up again.
  ranking = await rank(run, words, sort === "date");
  const phrases = [...query.phrases, ...query.words.filter(({ ways: [way] }) => way.length > 1).map((word) => [word.text])].filter((phrase) => phrase.length);
  if (phrases.length && ranking.hits.length) {
    show(await resultOf(ranking));
    ranking = await withPhrases(run, ranking, phrases, size);
  }
  const result = await resultOf(ranking);
  if (!result.total) result.suggestions = await suggestions(run);
  return result;
}

/** Whether a query is long enough: three letters, or one of a writing without spaces. */
export const startsSearch = (typed) => {
  const { words, filters } = readQuery(typed);
  return filters.length > 0 || words.some(({ kind, text }) => kind !== "word" || text.length > 2);
};

/** The text of a page, a line for each block. */
const textOf = (page) => Array.from(page.querySelectorAll(`main :is(h1, ${BLOCKS})`), read).join("\n");

/** The search below an address. Tests have their own ways to files and to texts of pages. */
export class Engine {
  files = new Map();
  pages = new Map();
  constructor(root, fetchFile, fetchText) {
    // Only the entry changes at its address.
    this.fetchFile = fetchFile ?? (async (path, signal, retries) => {
      const response = await fetch(root + path, { signal, cache: retries ? "reload" : path === "entry.bin" ? "no-cache" : "default" });
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
    });
    this.fetchText = fetchText ?? (async (address, signal) => textOf(await this.page(address, signal)));
  }

  /** Fetches the page of a result, once. */
  page(address, signal) {
    if (!this.pages.has(address)) {
      const page = fetch(address, { signal }).then((response) => response.text()).then((html) => new DOMParser().parseFromString(html, "text/html"));
      page.catch(() => this.pages.delete(address));
      this.pages.set(address, page);
    }
    return this.pages.get(address);
  }

  /** Passes results to `show` as they get better, and returns the last. If a file is not as the entry says, the site
   * was built again: reads the entry again, once. */
  async search(typed, { facets = [], from = "", to = "", signal, ...options } = {}, show = () => {}) {
    if (!globalThis.DecompressionStream) throw new SearchError("", "browser");
    for (const retry of [false, true]) {
      this.retries = retry;
      const query = readQuery(typed);
      query.filters.push(...facets.map((value) => ({ value })));
      if (from || to) query.filters.push({ dates: [from, to + "~"] });
      try {
        const entry = await (this.entry ??= readEntry(this));
        return await searchOnce({ engine: this, entry, signal, typed, query, units: new Map(), including: new Set(), marks: new Set(query.words.map((word) => word.text)) }, options, show);
      } catch (error) {
        signal?.throwIfAborted();
        this.entry = undefined;
        if (retry || error.code === "offline") throw error.file ? error : new SearchError("entry.bin", "damaged");
      }
    }
  }
}
// engine:end

// page:begin — the page: form, results, address

// The fields of the form. There is none for tags.
const FIELDS = ["q", ...Object.keys(FACETS), "from", "to", "sort"];
const PER_PAGE = 10;
const PAUSE = 150;
const LONGEST = 300;

const searchForm = globalThis.document?.querySelector("form[data-index]");
if (searchForm) startSearchPage(searchForm);

function startSearchPage(form) {
  const box = form.elements.q;
  const says = form.dataset;
  const { title, documentElement: root } = document;
  const status = document.querySelector("main [role=status]");
  const list = status.nextElementSibling;
  const engine = new Engine(says.index);
  // Filters may be typed with the names that the form has for them.
  for (const label of form.querySelectorAll("label")) FACETS[label.textContent.trim().split(/\s/)[0].toLowerCase()] ??= FACETS[label.control.name];
  let timer, running, current, draft, size;

  // ---- address ----

  const stateOfForm = () => {
    const state = new URLSearchParams();
    for (const name of FIELDS) {
      const value = form.elements[name]?.value.trim();
      if (value) state.set(name, value);
    }
    return state;
  };

  const readAddress = () => {
    const state = new URLSearchParams(location.search);
    for (const name of FIELDS) {
      const field = form.elements[name];
      const value = state.get(name) ?? "";
      if (!field) continue;
      field.value = value;
      // An address may name what a list does not offer.
      if (field.options && field.value !== value) field.add(new Option(value, value, true, true));
    }
    current = stateOfForm().toString();
    draft = !current;
    for (const details of form.querySelectorAll("details")) {
      details.open = /=.*=/.test(current) || matchMedia("(min-width: 60rem)").matches;
    }
    if (current || list.hasChildNodes()) search();
  };

  // The first letter that is typed begins an entry of the history; more letters and a submit keep it. A chosen filter
  // begins another.
  const remember = (how) => {
    const state = stateOfForm().toString();
    if (state !== current) {
      history[draft && how !== "chosen" ? "replaceState" : "pushState"](null, "", location.pathname + (state && "?" + state));
      current = state;
      draft = how === "typed";
    } else if (how !== "typed" && state) draft = false;
    search();
  };

  // ---- search ----

  const stop = () => {
    clearTimeout(timer);
    running?.abort();
  };

  const search = async (most = PER_PAGE) => {
    size = most;
    stop();
    const { q = "", sort, from, to, ...filters } = Object.fromEntries(stateOfForm());
    const facets = Object.entries(filters).map(([name, value]) => `${FACETS[name]}:${value}`);
    document.title = q ? `${q} | ${title}` : title;
    if (q ? !startsSearch(q) : !facets.length && !from && !to) return showError(q && says.short);
    const { signal } = (running = new AbortController());
    timer = setTimeout(say, 400, says.loading);
    const show = (result) => {
      if (signal.aborted) return;
      clearTimeout(timer);
      showResult(result, q, signal);
    };
    try {
      show(await engine.search(q, { facets, from, to, sort, size, signal }, show));
    } catch (error) {
      if (signal.aborted) return;
      clearTimeout(timer);
      showError(says[error.code] ?? says.damaged);
      if (error.code === "offline") addEventListener("online", () => signal.aborted || search(size), { once: true });
    }
  };

  // ---- results ----

  /** Sets the status, which screen readers read if it has changed. */
  const say = (...parts) => {
    const told = element("p", {}, ...parts);
    if (told.textContent !== status.textContent) status.replaceChildren(...told.childNodes);
  };

  const showError = (message) => {
    say(message);
    list.replaceChildren();
  };

  /** Puts values into a message: numbers, and isolated texts of any direction. */
  const filled = (message = "", values = {}) =>
    message.split(/\{(\w+)\}/).map((part, at) => {
      const value = values[part];
      return at % 2 === 0 ? part : value.toFixed ? value.toLocaleString(root.lang) : element("bdi", {}, value);
    });

  const showResult = ({ total: n, looked, hits, including, suggestions, marks }, query, signal) => {
    const told = [filled(says[(n ? "results" : "none") + (query ? "" : "All")], { query, n })];
    if (hits.length >= size && n > size) told.push(filled(says.shown, { shown: size, n }));
    if (looked < n) told.push(filled(says.looked, { looked, n }));
    if (including.length) told.push(filled(says.including, { words: including.join(says.separator) }));
    say(...between(told, " · ").flat());

    const focused = document.activeElement;
    const known = new Map(Array.from(list.querySelectorAll("li"), (item) => [item.key, item]));
    const cards = hits.map((hit) => {
      const key = hit.address + " " + marks;
      return known.get(key) ?? Object.assign(card(hit, marks, signal), { key });
    });
    const parts = [];
    if (suggestions.length) parts.push(element("p", {}, says.meant, " ", ...between(suggestions.map(suggestion), says.separator)));
    if (!n) parts.push(element("p", { className: "empty" }, says.noneHelp));
    const listed = (className, heading, items) => {
      if (items.length) parts.push(element("h2", { className }, heading), element("ol", { className: "cards" }, ...items));
    };
    listed("vh", says.heading, cards.slice(0, n));
    listed("", says.some, cards.slice(n));
    if (hits.length >= size && n > size) parts.push(more());
    list.replaceChildren(...parts);
    // What is put back has lost the focus.
    if (list.contains(focused)) focused.focus({ preventScroll: true });
  };

  const suggestion = (query) => {
    const state = stateOfForm();
    state.set("q", query);
    return element("a", { href: "?" + state }, element("bdi", {}, query));
  };

  const more = () => {
    const button = element("button", { type: "button", className: "more" }, says.more);
    button.addEventListener("click", async () => {
      const first = size;
      await search(size + PER_PAGE);
      list.querySelectorAll("h3 a")[first]?.focus();
    });
    return button;
  };

  /** A result as listings show it. What its page says comes later. */
  const card = ({ address, title, language }, marks, signal) => {
    const link = element("a", { href: address, dir: "auto", lang: language }, title);
    const [sources, credits] = ["k", "m"].map((className) => element("p", { className }));
    const item = element("li", {}, element("time"), element("div", {}, sources, element("h3", {}, link), credits));
    const fill = (page) => {
      // Themes mark with `data-c` what cards show of a page.
      const [time] = marked(page, "t");
      item.firstChild.replaceWith(element("time", { dateTime: time?.dateTime }, time?.textContent ?? ""));
      const steps = marked(page, "k", " a[href]");
      const last = steps.at(-1);
      const label = steps.map((step) => step.textContent.trim()).join(" › ");
      const copies = (what) => marked(page, what).map((part) => element("span", {}, ...copyOf(part)));
      const facts = copies("m");
      if (last?.origin === location.origin) facts.unshift(element("a", { href: last.href }, label));
      sources.append(...between(copies("s"), " · "));
      credits.append(...between(facts, " · "));
      const found = sentenceOf(page, marks);
      if (!found) return;
      const { id, lang, dir, original, parts } = found;
      const texts = parts.map(([text, isMarked]) => (isMarked ? element("mark", {}, text) : text));
      const said = original ? [element("span", { className: "k", lang: root.lang, dir: root.dir }, says.original), " "] : [];
      const sentence = element("a", { href: address + (id && "#" + encodeURIComponent(id)), lang, dir }, ...texts);
      credits.before(element("p", { className: "x", dir }, ...said, sentence));
    };
    // Another search does not take over what this one has not filled.
    engine.page(address, signal).then(fill).catch(() => (item.key = ""));
    return item;
  };

  // ---- events ----

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    remember("submitted");
  });
  const typed = ({ target, isComposing }) => {
    if (target !== box || isComposing) return;
    stop();
    // The entry may come while more letters are typed.
    engine.search("").catch(() => {});
    timer = setTimeout(remember, PAUSE, "typed");
  };
  form.addEventListener("input", typed);
  form.addEventListener("compositionend", typed);
  form.addEventListener("change", ({ target }) => {
    if (target !== box) remember("chosen");
  });
  addEventListener("popstate", readAddress);
  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (key === "/" && !target.closest("input, select, textarea")) box.select();
    else if (key === "Escape" && target === box && box.value) {
      box.value = "";
      remember("typed");
    } else return;
    event.preventDefault();
  });
  readAddress();
}

/** Makes an element of texts and elements. Nothing is ever parsed as HTML. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) if (value) made[key] = value;
  made.append(...children);
  return made;
}

/** Puts a separator between items. */
const between = (items, separator) => items.flatMap((item, at) => (at ? [separator, item] : [item]));

/** What a theme marks on a page. */
const marked = (page, what, below = "") => Array.from(page.querySelectorAll(`main [data-c=${what}]${below}`));

/** Copies texts. Of elements, only those that isolate names are kept. */
const copyOf = (node) =>
  Array.from(node.childNodes).flatMap((child) => {
    if (child.data) return child.data.replace(/\s+/g, " ");
    if (!child.matches?.(":not(.nat)")) return [];
    return child.matches("bdi") ? element("bdi", { lang: child.lang, dir: child.dir }, ...copyOf(child)) : copyOf(child);
  });

// Blocks of text. What is around the text of an article is none.
const BLOCKS = "p, li, h2, h3, h4, h5, h6, td, th, dt, dd, pre, caption, figcaption";

/** The sentence of a page that matches best, else its description. */
function sentenceOf(page, marks) {
  let best;
  for (const block of page.querySelectorAll(`main :is(${BLOCKS}):not(nav *, header *, footer *, form *, .no, [data-c])`)) {
    if (block.querySelector(BLOCKS)) continue;
    const text = read(block);
    const places = marksIn(text, marks);
    const id = block.closest("[id]:not(main)")?.id ?? "";
    const original = id.startsWith("o-") || block.closest("#original");
    // Of two that match alike, the translation is shown.
    const rate = countMarks(places) - (original ? 0.5 : 0);
    if (rate <= (best?.rate ?? 0)) continue;
    const { lang } = block.closest("[lang]");
    const { dir } = block.closest("[dir]");
    best = { rate, id, original, lang: lang === document.documentElement.lang ? "" : lang, dir, parts: cutOut(text, places, lang) };
  }
  const text = page.querySelector("meta[name=description]")?.content;
  return best ?? (text && { id: "", dir: page.documentElement.dir, parts: [[text]] });
}

/** The text of a block without links to notes and readings of ruby. */
function read(node) {
  if (node.data) return node.data.replace(/\s+/g, " ");
  return node.matches?.(":not([role^=doc-], rt, rp, script, style)") ? Array.from(node.childNodes, read).join("") : "";
}

const countMarks = (places) => new Set(places.map((place) => place.mark)).size;

/** The places in a text that match, in order. */
function marksIn(text, marks) {
  let folded = "";
  const places = [];
  const origins = [];
  for (const { 0: letter, index } of text.matchAll(/.\p{M}*/gsu)) {
    folded += fold(letter);
    while (origins.length < folded.length) origins.push(index);
  }
  origins.push(text.length);
  const add = (mark, from, to) => places.push({ mark, start: origins[from], end: origins[to] });
  for (const { kind, text: run, at, end } of runsOf(folded)) {
    for (const mark of marks) {
      if (run === mark) add(mark, at, end);
      else if (kind === "pairs") for (let k = -1; (k = run.indexOf(mark, k + 1)) >= 0; ) add(mark, at + k, at + k + mark.length);
    }
  }
  return places.sort((a, b) => a.start - b.start);
}

/** The best sentence of a text, in parts that are marked or not. A long one is cut around its first mark. */
function cutOut(text, places, lang) {
  let [start, end, most] = [0, text.length, 0];
  const sentences = Intl.Segmenter ? new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text) : [];
  for (const { segment, index } of sentences) {
    const found = countMarks(places.filter((place) => place.start >= index && place.end <= index + segment.length));
    if (found > most) [start, end, most] = [index, index + segment.length, found];
  }
  const inside = places.filter((place) => place.start >= start && place.end <= end);
  const parts = [];
  let at = start;
  if (end - start > LONGEST) {
    const first = inside[0];
    // Not in the middle of a word, where words have spaces.
    const near = first.start - LONGEST / 3;
    at = Math.max(start, text.lastIndexOf(" ", near + 25) + 1, near);
    const far = text.lastIndexOf(" ", at + LONGEST);
    end = Math.min(end, far > first.end ? far : Math.max(at + LONGEST, first.end));
    if (at > start) parts.push(["…"]);
  }
  for (const place of inside.filter((place) => place.end <= end)) {
    if (place.end <= at) continue;
    if (place.start > at) parts.push([text.slice(at, place.start)]);
    // Those that overlap or touch are one.
    if (place.start <= at && parts.at(-1)?.[1]) parts.at(-1)[0] += text.slice(at, place.end);
    else parts.push([text.slice(Math.max(at, place.start), place.end), true]);
    at = place.end;
  }
  parts.push([text.slice(at, end)]);
  if (end < text.length && end - start > LONGEST) parts.push(["…"]);
  return parts;
}
// page:end
