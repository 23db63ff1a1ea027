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
    return [run(/^\d/.test(text) ? "number" : "word", shortened(arabic ? stemOf(text) : text), at, end)];
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
function stemOf(word) {
  const long = (affix) => affix.length > 1;
  const article = PREFIXES.find((prefix) => word.startsWith(prefix) && word.length >= prefix.length + 2 + long(prefix.slice(1)));
  if (article) word = word.slice(article.length);
  if (word.startsWith(AND) && word.length > 3) word = word.slice(1);
  for (let suffix; (suffix = SUFFIXES.find((ending) => word.endsWith(ending) && word.length >= ending.length + 2 + long(ending))); ) {
    word = word.slice(0, -suffix.length);
  }
  return word;
}
// text:end

// engine:begin — reading the index, and ranking
// What it takes from the text section: fold(text), and runsOf(folded), a list of { text, kind, terms } for every word
// ("word"), number ("number": its text is that of its term) or run of a writing that is cut into pairs ("pairs").

// ---- files ----

/** A file that is not as the entry says ("damaged"), cannot be fetched ("offline") or read by this browser ("browser"). */
class SearchError extends Error {
  constructor(file, what, code = "damaged") {
    super(`${file} ${what}`);
    Object.assign(this, { file, code });
  }
}

// Terms are compared as strings of their UTF-8 bytes.
const toBytes = (text) => String.fromCharCode(...new TextEncoder().encode(text));
const ofBytes = (bytes) => new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
const hex = (bytes) => Array.from(bytes, (byte) => (byte.charCodeAt?.() ?? byte).toString(16).padStart(2, "0")).join("");

/** Reads bytes one after the other. */
class Reader {
  constructor(file, bytes) {
    Object.assign(this, { file, bytes, at: 0 });
  }
  check(isRight, what = "is damaged") {
    if (!isRight) throw new SearchError(this.file, what);
  }
  take(count) {
    this.check(count <= this.bytes.length - this.at);
    return this.bytes.subarray(this.at, (this.at += count));
  }
  number() {
    let [value, byte, scale] = [0, 128, 1];
    for (; byte > 127; scale *= 128) {
      [byte] = this.take(1);
      value += (byte & 127) * scale;
      this.check(value < 2 ** 32);
    }
    return value;
  }
  part() {
    return new Reader(this.file, this.take(this.number()));
  }
  rest() {
    return this.take(this.bytes.length - this.at);
  }
  async inflated() {
    const stream = new Blob([this.rest()]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const bytes = await new Response(stream).arrayBuffer().catch(() => this.check());
    return new Reader(this.file, new Uint8Array(bytes));
  }
  lines() {
    return new TextDecoder().decode(this.rest()).split("\n");
  }
  sums(count) {
    return Array.from({ length: count }, () => hex(this.take(5)));
  }
  /** Reads sorted terms, each without what it shares with the one before. */
  terms(count, each = () => {}) {
    const terms = [];
    for (let before = "", term; terms.length < count; before = term) {
      const [shared, more] = [this.number(), this.number()];
      this.check(shared <= before.length && more < 1024);
      term = before.slice(0, shared) + String.fromCharCode(...this.take(more));
      this.check(term > before);
      each(terms.push(term) - 1);
    }
    return terms;
  }
}

/** Reads a list: items in ascending order, how prominent the term is in each (0 to 3), and in which texts (1 the text,
 * 2 the original, 3 both). */
function readList({ reader, size, counts, ends }, at) {
  let [byte, bits, held] = [ends[at], 0, 0];
  const read = (count) => {
    for (; bits < count; bits += 8) {
      reader.check(byte < ends[at + 1]);
      held = ((held << 8) | reader.bytes[byte++]) & 0x3fffffff;
    }
    bits -= count;
    return (held >>> bits) & ((1 << count) - 1);
  };
  // A number below `range`: the lower ones have a bit less.
  const below = (range) => {
    const width = 32 - Math.clz32(range - 1);
    const short = 2 ** width - range;
    const value = width && read(width - 1);
    return value < short ? value : value * 2 + read(1) - short;
  };
  const items = new Uint32Array(counts[at]);
  // The items from `from` to `to` lie from `low` to `high`. The middle one comes first.
  const fill = (from, to, low, high) => {
    if (from === to) return;
    const middle = (from + to) >> 1;
    const least = low + middle - from;
    const range = high - low - to + from + 1;
    items[middle] = least + (range > 1 ? below(range) : 0);
    fill(from, middle, low, items[middle]);
    fill(middle + 1, to, items[middle] + 1, high);
  };
  const mode = read(2);
  fill(0, items.length, 0, size);
  const strengths = Uint8Array.from(items, () => read(1) && 1 + (read(1) && 1 + read(1)));
  const texts = Uint8Array.from(items, () => (mode < 3 ? mode : read(1) && 1 + read(1)) + 1);
  return { items, strengths, texts };
}

/** Reads a piece: terms, links to terms before them with the same stem, and where their lists end. */
async function readPiece(reader) {
  const [count, size] = [reader.number(), reader.number()];
  const dictionary = await reader.part().inflated();
  const piece = { reader, size, links: [], counts: [], ends: [reader.at] };
  piece.terms = dictionary.terms(count, (at) => {
    const link = dictionary.number();
    piece.links.push([link >> 1, link & 1 ? dictionary.number() : 0].filter((back) => back).map((back) => at - back));
    piece.counts.push(dictionary.number());
    piece.ends.push(piece.ends[at] + dictionary.number());
    reader.check(piece.counts[at] <= size && !(piece.links[at].some((other) => other < 0)));
  });
  reader.check(piece.ends[count] === reader.bytes.length && size < 2 ** 24);
  return piece;
}

/** The sum of a file: FNV-1a, and the highest bytes of its steps. */
function sumOf(bytes) {
  let [hash, sum] = [0x811c9dc5, 0];
  for (const byte of bytes) {
    hash = Math.imul(hash ^ byte, 0x1000193);
    sum += hash >>> 24;
  }
  return hex([hash & 255, (hash >> 8) & 255, (hash >> 16) & 255, hash >>> 24, sum & 255]);
}

/** Fetches a file and checks its head: what it is, the sum and the length of what follows. */
async function open(engine, file, kind, sum, signal) {
  const bytes = await engine.fetchFile(sum ? `${file}?v=${sum}` : file, signal, engine.retries).catch((error) => {
    throw signal?.aborted ? error : new SearchError(file, "cannot be fetched", "offline");
  });
  const reader = new Reader(file, bytes ?? []);
  reader.check(bytes, "is missing");
  const head = hex(bytes.subarray(0, 13));
  const length = [3, 2, 1, 0].map((i) => head.slice(18 + 2 * i, 20 + 2 * i)).join("");
  reader.check(head.startsWith(hex(`RS${kind}1`)) && parseInt(length, 16) === bytes.length - 13 && head.slice(8, 18) === sumOf(bytes.subarray(13)));
  reader.check(!sum || head.slice(8, 18) === sum, "is of another build");
  reader.at = 13;
  return reader;
}

/** Reads the entry: what files there are, and the newest items. */
async function readEntry(engine) {
  const reader = await open(engine, "entry.bin", "e");
  const [count, baseEnd, middleEnd] = [reader.number(), reader.number(), reader.number()];
  reader.check(baseEnd <= middleEnd && middleEnd <= count && count < 2 ** 24);
  const language = new TextDecoder().decode(reader.part().bytes);
  const words = reader.number() && reader.sums(1)[0];
  const heavy = new Set(reader.terms(reader.number()));
  const tiers = [];
  for (const [folder, start, end] of [["b", 0, baseEnd], ["m", baseEnd, middleEnd]]) {
    const pieces = reader.number();
    const keys = (await reader.part().inflated()).terms(pieces);
    tiers.push({ folder, start, size: end - start, keys, sums: reader.sums(pieces) });
  }
  const files = reader.sums(reader.number());
  const fresh = await readPiece(reader.part());
  tiers.push({ start: middleEnd, fresh });
  const lines = (await reader.part().inflated()).lines();
  reader.check(files.length === Math.ceil(middleEnd / 256) && (!fresh.terms.length || fresh.size === count - middleEnd));
  return { count, language, words, heavy, tiers, files, middleEnd, lines };
}

/** Loads a file once. A request ends if nobody waits for it any more. */
function load({ engine, signal }, file, kind, digest, read) {
  const key = file + digest;
  let loading = engine.files.get(key);
  if (!loading) {
    const abort = new AbortController();
    loading = { abort, waiting: 0, done: open(engine, file, kind, digest, abort.signal).then(read) };
    loading.done.then((value) => Object.assign(loading, { value }), () => engine.files.delete(key));
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
    if (signal?.aborted) return leave();
    signal?.addEventListener("abort", leave);
    loading.done.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
  });
}

/** The place of the first of sorted terms that is not before `term`. */
function placeOf(terms, term) {
  let [low, high] = [0, terms.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (terms[middle] < term) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Loads the pieces of all tiers that may have terms from `low` to `high`: `most` of a tier. */
async function piecesOf(run, low, high = low, most = 2) {
  const pieces = run.entry.tiers.map(({ fresh, folder, start, size, keys, sums }) => {
    if (fresh) return { start, piece: fresh };
    const first = Math.max(0, placeOf(keys, low + "\0") - 1);
    return keys.slice(first, first + most).filter((key, i) => !i || key <= high).map(async (key, i) => {
      const piece = await load(run, `${folder}/${hex(key)}.bin`, folder, sums[first + i], readPiece);
      piece.reader.check(piece.size === size && piece.terms[0] === key);
      return { start, piece };
    });
  });
  return Promise.all(pieces.flat());
}

/** Loads what the index says of items. */
function itemsOf(run, numbers) {
  const { entry } = run;
  return Promise.all(numbers.map(async (number) => {
    const at = number >> 8;
    const lines = number < entry.middleEnd && await load(run, `d/${at}.bin`, "d", entry.files[at], async (reader) => (await reader.inflated()).lines());
    const line = lines ? lines[number & 255] : entry.lines[number - entry.middleEnd];
    const [address, title, language = entry.language] = (line ?? "").split("\t");
    return { address, title, language };
  }));
}

/** Loads the groups of words that mean the same, each with the facet that means it, too. */
async function groupsOf(run) {
  const read = async (reader) => (await reader.inflated()).lines().filter((line) => line).map((line) => {
    const [facet, ...forms] = line.split("\t");
    return { facet, forms: new Map(forms.map((form) => [keyOf(form), form])) };
  });
  return run.entry.words ? load(run, "words.bin", "w", run.entry.words, read) : [];
}

// ---- the query ----

// What may stand before a colon. A date ends before the first one that is behind it: `~` is behind all digits.
const FACETS = { source: "src", section: "sec", translator: "tr", tag: "tag", kind: "kind", lang: "lang" };
const DATES = { on: (date) => [date, date + "~"], after: (date) => [date, "~"], before: (date) => ["", date] };
const TEXTS = { translation: 1, original: 2 };
const MOST_TERMS = 16;

/** Reads a query. What has no other meaning is words. */
export function readQuery(typed) {
  const text = typed.slice(0, 400).normalize("NFKC").replace(/[“”„‟«»「」『』]/g, '"').replace(/\u2212/g, "-");
  const query = { words: [], without: [], phrases: [], filters: [], texts: 3 };
  let last;
  for (const { 1: minus, 2: key = "", 3: quoted, 4: value = quoted, index } of text.matchAll(/(-?)(?:(\p{L}+):)?(?:"([^"]*)"|([^\s"]+))/gu)) {
    const excluded = minus && !/\S/.test(text[index - 1] ?? "");
    last = undefined;
    if (readFilter(query, key.toLowerCase(), value, excluded)) continue;
    const words = wordsOf(`${key} ${value}`);
    (excluded ? query.without : query.words).push(...words);
    if (quoted && !excluded) query.phrases.push(words.map((word) => word.text));
    last = words.at(-1);
  }
  // Words are left out of something.
  if (!query.words.length && !query.filters.length) query.words = query.without.splice(0);
  // A last word may be unfinished.
  if (last?.kind === "word" && last.text.length > 1 && /[\p{L}\p{M}\p{N}]$/u.test(text)) last.ways[0][0].open = true;
  query.words = withQuantities(query.words);
  return query;
}

/** Takes `key:value` for a filter. Returns whether it is one. */
function readFilter(query, key, value, excluded) {
  if (FACETS[key]) return query.filters.push({ facet: FACETS[key], value, excluded });
  if (key === "in" && TEXTS[value]) return (query.texts = excluded ? 3 - TEXTS[value] : TEXTS[value]);
  return DATES[key] && /^\d{4}(-\d\d){0,2}$/.test(value) && query.filters.push({ dates: DATES[key](value), excluded });
}

/** Cuts words out of a text. A word has ways to be found; a way has units, all of which a page must have. */
const wordsOf = (text) => runsOf(fold(text)).flatMap(({ text, kind, terms }) => {
  // Every second pair of a run covers it.
  const cover = terms.filter((_, i) => i % 2 === 0 || i === terms.length - 1).map((term) => ({ term, open: text === term && text.length < 2 }));
  return kind === "pairs" ? { text, kind, ways: [cover] } : terms.map((term) => ({ text: term, kind, ways: [[{ term, related: kind === "word" }]] }));
});

/** A text as it is compared as a whole. */
const keyOf = (text) => wordsOf(text).map((word) => word.text).join(" ");

/** Makes one word of several, which are its first way. */
const joined = (words) => ({ text: words.map((word) => word.text).join(" "), kind: words[0].kind, ways: [words.flatMap((word) => word.ways[0])] });

// Zeros of the words of large numbers.
const SCALES = [
  [3, /^(thousand|tausend|mil(le|a)?$|тыс|الف|[千천])/],
  [4, /^[万萬만]/],
  [6, /^(mill?i?on|milh|mio$|mln$|милли?о|млн|مليون)/],
  [8, /^[億亿억]/],
  [9, /^(billions?$|bn$|mill?iard|mrd$|mld$|миллиа|млрд|bilh|مليار)/],
  [12, /^(trill?ion|trilh|billion|billon|трилл|трлн|تريليون|[兆조])/],
];

/** Finds numbers with the words of their scale by their value, too: `3.2 trillion`, `3兆2千億円`. */
function withQuantities(words) {
  const result = [];
  for (let at = 0; at < words.length; ) {
    const first = at;
    let [total, part] = [0, Number(words[at++].text)];
    while (part && at < words.length) {
      let rest = words[at].text;
      for (let scale; (scale = SCALES.find(([, word]) => word.test(rest))); part *= 10 ** scale[0]) rest = words[at].kind === "pairs" ? rest.slice(1) : "";
      if (rest === words[at].text) break;
      at++;
      if (rest || words[at]?.kind !== "number" || words[at - 1].kind !== "pairs") break;
      total += part;
      part = Number(words[at++].text);
    }
    const word = at - first > 1 ? joined(words.slice(first, at)) : words[first];
    const value = Number((total + part).toPrecision(12));
    if (value > 9999 || (at - first > 1 && value >= 1000)) word.ways.push([{ term: "#" + value.toExponential().replace("+", "") }]);
    result.push(word);
  }
  return result;
}

// ---- forms of a word ----

// How much a form counts that is not the one that was typed.
const [RELATED, COMPLETED, RESEMBLING] = [0.8, 0.7, 0.6];

/** Whether a piece has a term. */
const has = ({ terms }, term) => terms[placeOf(terms, term)] === term;

/** The terms that begin with `start`, the most frequent first. */
function termsFrom(pieces, start) {
  const found = new Map();
  for (const { terms, counts } of pieces) {
    for (let at = placeOf(terms, start); terms[at]?.startsWith(start); at++) found.set(terms[at], (found.get(terms[at]) ?? 0) + counts[at]);
  }
  return [...found.keys()].sort((a, b) => found.get(b) - found.get(a));
}

/** The forms with the stem of a term: those that it links to, and those near it that link to them. */
function relatives(pieces, term) {
  return pieces.filter((piece) => has(piece, term)).flatMap(({ terms, links }) => {
    const at = placeOf(terms, term);
    const family = new Set([at]);
    for (const member of family) for (const other of links[member]) family.add(other);
    for (let next = at; next < Math.min(terms.length, at + 400); next++) if (links[next].some((other) => family.has(other))) family.add(next);
    return Array.from(family, (member) => terms[member]);
  });
}

/** How many letters are missing, wrong, too many or exchanged with their neighbours; more than `most` is infinite. */
export function distance(a, b, most) {
  let [before, row] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    if (Math.min(...next) > most) return Infinity;
    [before, row] = [row, next];
  }
  return row[b.length] > most ? Infinity : row[b.length];
}

/** The terms with the fewest mistakes, at most `most`. The first two letters are right. */
function nearest(pieces, word, most) {
  const near = [[]];
  for (const term of termsFrom(pieces, toBytes(word.slice(0, 2)))) {
    const form = ofBytes(term);
    if (Math.abs(form.length - word.length) <= most) (near[distance(form, word, most)] ??= []).push(term);
  }
  return near.slice(0, most + 1).find((terms) => terms?.length)?.slice(0, 3) ?? [];
}

/** What a word that occurs nowhere may stand for: a form with the same beginning, else what is spelled nearly so. */
function resembling(pieces, word) {
  for (let same = word.length - 1; same >= Math.max(4, word.length - 3); same--) {
    const form = termsFrom(pieces, toBytes(word.slice(0, same))).find((form) => ofBytes(form).length <= same + 3);
    if (form) return relatives(pieces, form);
  }
  return nearest(pieces, word, word.length < 8 ? 1 : 2);
}

/** A word without what transcriptions write in two ways: Shimbun and Shinbun, Ohtani and Ootani. */
const loose = (word) => word.replace(/m(?=[bpm])/g, "n").replace(/ou|oo|oh(?![aeiou])|uu/g, (vowel) => vowel[0]);

/** The forms of a unit with what they count, and the pieces where they are. */
async function formsOf(run, { term, terms = [term], related, open, variants }) {
  const typed = terms.map(toBytes);
  const keys = variants ? [...typed, loose(term), term.replace(/n(?=[bpm])/g, "m")] : typed;
  const places = (await Promise.all(keys.map((key) => piecesOf(run, key, open ? key + "\xff" : key)))).flat();
  const pieces = [...new Set(places.map(({ piece }) => piece))];
  const known = pieces.some((piece) => has(piece, typed[0]));
  const forms = new Map(typed.map((key) => [key, 1]));
  const add = (more, weight) => more.forEach((form) => forms.has(form) || forms.set(form, weight));
  if (related) add(relatives(pieces, typed[0]), RELATED);
  if (open) add(termsFrom(pieces, typed[0]).slice(0, 40), COMPLETED);
  if (variants) pieces.forEach((piece) => add(piece.terms.filter((form) => loose(form) === loose(term)), RESEMBLING));
  if (related && !known && forms.size < 2 && term.length > 4) add(resembling(pieces, term), RESEMBLING);
  for (const [form, weight] of forms) if (weight === RESEMBLING) run.including.add(ofBytes(form));
  return { forms, places, known };
}

// ---- finding and ranking ----

// For each item: the score, in which texts, and how much was found of what was asked for.
const nothing = (count) => ({ scores: new Float32Array(count), texts: new Uint8Array(count), parts: new Float32Array(count) });

/** Finds the items with a form of a unit; once. */
function findUnit(run, unit) {
  const key = JSON.stringify(unit);
  if (!run.units.has(key)) run.units.set(key, lookUp(run, unit));
  return run.units.get(key);
}

async function lookUp(run, unit) {
  const { forms, places, known } = await formsOf(run, unit);
  const found = { ...nothing(run.entry.count), known };
  const counts = new Map();
  const lists = new Map();
  for (const { start, piece } of places) {
    for (const form of forms.keys()) {
      const at = placeOf(piece.terms, form);
      if (piece.terms[at] !== form || lists.has(form + start)) continue;
      lists.set(form + start, { form, start, ...readList(piece, at) });
      counts.set(form, (counts.get(form) ?? 0) + piece.counts[at]);
    }
  }
  const all = [...counts.values()].reduce((a, b) => a + b, 0);
  const typed = toBytes(unit.term ?? "");
  for (const { form, start, items, strengths, texts } of lists.values()) {
    if (form > "$") run.marks.add(ofBytes(form));
    // A form is not rarer than what was typed, so that it does not win over it.
    const count = unit.open && form !== typed ? all : Math.max(counts.get(form), counts.get(typed) ?? 0);
    const weight = forms.get(form) * Math.log(1 + run.entry.count / count);
    const wanted = form > "\x02" || form.startsWith("\x01lang") ? run.query.texts : 3;
    items.forEach((number, i) => {
      const item = number + start;
      if (!(texts[i] & wanted)) return;
      found.parts[item] = 1;
      found.texts[item] |= texts[i];
      found.scores[item] = Math.max(found.scores[item], weight * [1, 1.4, 1.8, 3][strengths[i]]);
    });
  }
  return found;
}

/** Finds the items with the units of a way; also those with some of them. */
async function findWay(run, units) {
  const all = await Promise.all(units.map((unit) => findUnit(run, unit)));
  if (all.length === 1) return all[0];
  const found = nothing(run.entry.count);
  for (const { scores, texts, parts } of all) {
    parts.forEach((part, item) => {
      if (!part) return;
      found.texts[item] = found.parts[item] ? found.texts[item] & texts[item] : texts[item];
      found.scores[item] += scores[item];
      found.parts[item] += 1;
    });
  }
  found.parts.forEach((part, item) => (found.parts[item] = part / all.length));
  return found;
}

/** Finds the items with a word: the best of its ways counts. */
async function findWord(run, word) {
  const ways = await Promise.all(word.ways.map((way) => findWay(run, way)));
  if (ways.length === 1) return ways[0];
  const best = nothing(run.entry.count);
  for (const { scores, texts, parts } of ways) {
    parts.forEach((part, item) => {
      if (part < best.parts[item] || (part === best.parts[item] && scores[item] <= best.scores[item])) return;
      [best.scores[item], best.texts[item], best.parts[item]] = [scores[item], texts[item], part];
    });
  }
  return best;
}

/** Ranks the items that have the words and pass the filters. Below five, those with half of the words follow. */
async function rank(run, words, byDate) {
  const [filters, found] = await Promise.all([run.filters, Promise.all(words.map((word) => findWord(run, word)))]);
  const hits = [];
  for (let number = 0; number < run.entry.count; number++) {
    if (!filters.every(({ parts, excluded }) => (parts[number] === 1) === !excluded)) continue;
    let [score, parts, whole, texts] = [0, 0, 0, 3];
    for (const word of found) {
      if (!word.parts[number]) continue;
      score += word.scores[number];
      parts += word.parts[number];
      whole += word.parts[number] === 1;
      texts &= word.texts[number];
    }
    const complete = whole === found.length;
    if (complete || parts * 2 >= found.length) hits.push({ number, score, texts, complete, parts: complete ? 0 : parts });
  }
  const total = hits.filter((hit) => hit.complete).length;
  const order = (a, b) => b.complete - a.complete || b.parts - a.parts || (byDate && a.complete ? 0 : b.score - a.score) || b.number - a.number;
  return { total, hits: (total < 5 ? hits : hits.filter((hit) => hit.complete)).sort(order) };
}

/** Finds what the filters and the words after a hyphen let through. Values of one facet are alternatives, except tags. */
function findFilters(run) {
  const { filters, without } = run.query;
  const groups = new Map();
  for (const filter of filters) {
    const key = filter.excluded || filter.dates || filter.facet === "tag" ? filter : filter.facet;
    groups.set(key, [...(groups.get(key) ?? []), filter]);
  }
  const found = Array.from(groups.values(), async (group) => {
    const terms = await Promise.all(group.map((filter) => (filter.dates ? termsOfDates : termsOfFacet)(run, filter)));
    return { ...(await findUnit(run, { terms: terms.flat() })), excluded: group[0].excluded };
  });
  const words = without.map(async ({ ways: [way] }) => ({ ...(await findWay(run, way.map(({ term }) => ({ term })))), excluded: true }));
  return Promise.all([...found, ...words]);
}

/** All terms that begin with `\x01` and this. */
const facetsFrom = async (run, start) => termsFrom((await piecesOf(run, "\x01" + start, `\x01${start}\xff`, Infinity)).map(({ piece }) => piece), "\x01" + start).map(ofBytes);

/** The terms of the years of a range of dates, and of the months and days at its ends. */
async function termsOfDates(run, { dates: [from, to] }) {
  const isInside = (date) => date >= from && date + "~" <= to;
  const terms = (await facetsFrom(run, "y:")).filter((term) => isInside(term.slice(3)));
  for (const end of new Set([from, to])) {
    for (const [facet, length] of [["m:", 4], ["d:", 7]]) {
      const start = end.slice(0, length);
      if (/^\d/.test(start) && start.length === length && !isInside(start)) terms.push(...(await facetsFrom(run, facet + start)).filter((term) => isInside(term.slice(3))));
    }
  }
  return [...new Set(terms)];
}

/** The id that Recto makes of a label. */
const idOf = (label) => label.toLowerCase().normalize("NFC").replace(/['’ʼ]/g, "").replace(/[^\p{L}\p{M}\p{N}_]+/gu, "-").replace(/^-+|-+$/g, "");

/** The terms of a value: of an id, else of the label of a record, else of the ids that begin or end with it. */
async function termsOfFacet(run, { facet, value, exact }) {
  if (exact) return [`\x01${facet}:${value}`];
  const id = value.split(/ *[/>] */).map(idOf).join("/");
  const all = await facetsFrom(run, facet + (/lang|sec/.test(facet) ? ":" : ":" + id));
  const pick = (isRight) => all.filter((term) => isRight(term.slice(facet.length + 2).toLowerCase()));
  const same = pick((other) => other === id);
  if (same.length && facet !== "lang") return same;
  const groups = (await groupsOf(run)).filter((group) => group.facet.startsWith(facet + ":") && group.forms.has(keyOf(value)));
  if (groups.length) return groups.map((group) => "\x01" + group.facet);
  return pick((other) => `${other}-`.startsWith(id + "-") || other.endsWith("/" + id));
}

// ---- what may be meant, too ----

/** Adds to words what means the same. A form may be several words. */
async function withSynonyms(run, words) {
  const groups = await groupsOf(run);
  const result = [];
  for (let at = 0; at < words.length; ) {
    let count = Math.min(6, words.length - at);
    let word, same;
    for (; count > 0; count--) {
      word = joined(words.slice(at, at + count));
      same = groups.filter(({ forms }) => forms.has(word.text));
      if (same.length || count === 1) break;
    }
    at += count;
    if (count === 1) word.ways = [...words[at - 1].ways];
    for (const { facet, forms } of same) {
      if (facet) word.ways.push([{ terms: ["\x01" + facet] }]);
      for (const [key, form] of forms) {
        if (key === word.text) continue;
        word.ways.push(wordsOf(form).flatMap(({ ways: [way] }) => way.map(({ term }) => ({ term }))));
        run.including.add(form);
      }
    }
    result.push({ ...word, ways: word.ways.filter((way) => way.length) });
  }
  return result;
}

/** Adds variants: of transcriptions, and of two words that are written as one, or one as two. */
async function withVariants(run, words) {
  const result = [];
  const isKnown = async (term) => (await findUnit(run, { term })).known;
  const meansToo = (word, units) => {
    word.ways.push(units.map((term) => ({ term })));
    run.including.add(units.join(" "));
  };
  for (const { text, kind, ways } of words) {
    const before = result.at(-1);
    const [unit] = ways[0];
    if (kind === "word" && before?.kind === kind && (await isKnown(before.text + text))) {
      result.push(joined([result.pop(), { text, kind, ways }]));
      meansToo(result.at(-1), [before.text + text]);
      continue;
    }
    const word = { text, kind, ways: ways.map((way) => way.map((unit) => (unit.related ? { ...unit, variants: true } : unit))) };
    result.push(word);
    if (kind !== "word" || (await findUnit(run, unit)).known) continue;
    for (let at = text.length - 2; at > 2; at--) {
      const parts = [text.slice(0, at), text.slice(at)];
      const isNear = (await piecesOf(run, toBytes(text))).some(({ piece }) => has(piece, toBytes(parts[0])));
      if (!isNear || !(await isKnown(parts[1]))) continue;
      meansToo(word, parts);
      break;
    }
  }
  return result;
}

/** Queries with other words for those that occur nowhere. */
async function suggestions(run) {
  const pieces = Array.from(run.engine.files.values(), (file) => file.value).filter((value) => value?.terms);
  const found = new Set();
  for (const { text, kind, ways } of run.query.words) {
    if (kind !== "word" || text.length < 4 || (await findUnit(run, ways[0][0])).known) continue;
    for (const form of nearest([...pieces, run.entry.tiers[2].fresh], text, text.length >> 1).map(ofBytes)) {
      found.add(run.typed.replace(/[^\s"]+/g, (part) => (fold(part) === text ? form : part)));
    }
  }
  return [...found].filter((query) => query !== run.typed);
}

// ---- the search ----

/** How many of these phrases a text has; each is a list of words and runs. */
export function countPhrases(text, phrases) {
  const runs = runsOf(fold(text));
  const isAt = (phrase, at) => phrase.every((part, i) => {
    const { text, kind } = runs[at + i] ?? {};
    const fits = phrase.length === 1 ? "includes" : i === 0 ? "endsWith" : i === phrase.length - 1 ? "startsWith" : "";
    return kind === "pairs" && fits ? text[fits](part) : text === part;
  });
  return phrases.filter((phrase) => runs.some((_, at) => isAt(phrase, at))).length;
}

/** Puts those of the best 60 first whose pages have all phrases. */
async function mended(run, { total, hits }, phrases, size) {
  const { phrases: quoted } = run.query;
  const best = hits.slice(0, 60);
  let [looked, right] = [0, 0];
  while (looked < best.length && right < size) {
    const some = best.slice(looked, (looked += 6));
    const items = await itemsOf(run, some.map((hit) => hit.number));
    await Promise.all(some.map(async (hit, i) => {
      const text = await run.engine.fetchText(items[i].address, run.signal).catch(() => null);
      hit.phrases = countPhrases(text ?? "", phrases);
      right += hit.phrases === phrases.length;
      if (text === null || !hit.complete || countPhrases(text, quoted) === quoted.length) return;
      // A page without what was quoted is no result.
      hit.complete = false;
      total -= 1;
    }));
    run.signal?.throwIfAborted();
  }
  best.sort((a, b) => b.complete - a.complete || (b.phrases ?? 0) - (a.phrases ?? 0));
  const found = [...best, ...hits.slice(60)];
  return { total, hits: quoted.length && total ? found.filter((hit) => hit.complete) : found, looked: Math.min(looked, total) };
}

/** Leaves out words that a quarter of all items have, if others remain and the archive is large; and what is too much. */
function withoutHeavy({ tiers, heavy }, words) {
  const isHeavy = ({ ways: [way] }) => way.every(({ term }) => heavy.has(toBytes(term)));
  const light = words.filter((word) => !tiers[0].size || !isHeavy(word));
  let units = 0;
  return (light.length ? light : words).filter(({ ways: [way] }) => (units += way.length) <= MOST_TERMS || units === way.length);
}

async function searchOnce(run, { sort, size = 10 }, show) {
  const { entry, query } = run;
  const typed = query.words.map((word) => word.text);
  const resultOf = async ({ total, looked = total, hits }) => {
    const shown = hits.slice(0, size);
    const items = await itemsOf(run, shown.map((hit) => hit.number));
    return { total, looked, hits: shown.map((hit, i) => ({ ...hit, ...items[i] })), including: [...run.including], suggestions: [], marks: [...new Set([...typed, ...run.marks])] };
  };
  let words = withoutHeavy(entry, query.words);
  if (!words.length && !query.filters.length) return resultOf({ total: 0, hits: [] });
  let ranking = await rank(run, words, sort === "date");
  if (words.length) {
    if (ranking.total) show(await resultOf(ranking));
    words = await withSynonyms(run, words);
    if (ranking.total < 5) words = await withVariants(run, words);
    ranking = await rank(run, words, sort === "date");
  }
  const phrases = [...query.phrases, ...query.words.filter(({ kind, ways }) => kind === "pairs" && ways[0].length > 1).map((word) => [word.text])];
  if (phrases.length && ranking.hits.length) {
    show(await resultOf(ranking));
    ranking = await mended(run, ranking, phrases, size);
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

/** The search of a site. `root` is the folder of the index. Tests have their own ways to files and to texts of pages. */
export class Engine {
  constructor(root, fetchFile, fetchText) {
    this.files = new Map();
    this.pages = new Map();
    // The entry is always asked for anew; other files have their digest in their address.
    this.fetchFile = fetchFile ?? (async (path, signal, retries) => {
      const response = await fetch(root + path, { signal, cache: retries ? "reload" : path === "entry.bin" ? "no-cache" : "default" });
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
    });
    this.fetchText = fetchText ?? (async (address, signal) => textOf(await this.page(address, signal)));
  }

  /** The document of a result. It is fetched once. */
  page(address, signal) {
    if (!this.pages.has(address)) {
      const page = fetch(address, { signal }).then((response) => response.text()).then((html) => new DOMParser().parseFromString(html, "text/html"));
      page.catch(() => this.pages.delete(address));
      this.pages.set(address, page);
    }
    return this.pages.get(address);
  }

  /** Searches. Passes results to `show` as they become better, and returns the last. If a file is not of the build of
   * the entry, reads the entry again, once. */
  async search(typed, { facets = [], from, to, signal, ...options } = {}, show = () => {}) {
    if (!globalThis.DecompressionStream) throw new SearchError("", "cannot be read", "browser");
    for (const retry of [false, true]) {
      this.entry ??= readEntry(this);
      const query = readQuery(typed);
      for (const facet of facets) query.filters.push({ facet: facet.split(":")[0], value: facet.slice(facet.indexOf(":") + 1), exact: true });
      if (from || to) query.filters.push({ dates: [from ?? "", (to ?? "") + "~"] });
      try {
        const entry = await this.entry;
        const run = { engine: this, entry, signal, typed, query, units: new Map(), including: new Set(), marks: new Set() };
        run.filters = findFilters(run);
        return await searchOnce(run, options, show);
      } catch (error) {
        if (error.code) this.entry = undefined;
        if (retry || error.code !== "damaged") throw error;
        this.retries = true;
      }
    }
  }
}
// engine:end

// page:begin — the page: form, results, address

// The filters of the form, and their facets.
const FILTERS = { section: "sec", source: "src", translator: "tr", kind: "kind", lang: "lang" };
const FIELDS = ["q", ...Object.keys(FILTERS), "from", "to", "sort"];
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
      details.open = /(^|&)[^q]\w*=/.test(current) || matchMedia("(min-width: 60rem)").matches;
    }
    if (current || list.hasChildNodes()) start();
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
    start();
  };

  // ---- search ----

  const stop = () => {
    clearTimeout(timer);
    running?.abort();
  };

  const start = () => {
    size = PER_PAGE;
    return search();
  };

  const search = async () => {
    stop();
    const { q = "", sort, from, to, ...filters } = Object.fromEntries(stateOfForm());
    const facets = Object.entries(filters).map(([name, value]) => `${FILTERS[name]}:${value}`);
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
      if (error.code === "offline") addEventListener("online", () => signal.aborted || search(), { once: true });
    }
  };

  // ---- results ----

  /** Sets the status, which screen readers read if it has changed. */
  const say = (...parts) => {
    const told = element("p", {}, ...parts);
    if (told.textContent !== status.textContent) status.replaceChildren(...told.childNodes);
  };

  const showError = (message) => {
    list.replaceChildren();
    say(message);
  };

  const number = new Intl.NumberFormat(root.lang);

  /** Puts values into a message: numbers, and isolated texts of any direction. */
  const filled = (message = "", values = {}) =>
    message.split(/\{(\w+)\}/).map((part, at) => {
      const value = values[part];
      return at % 2 === 0 ? part : value.toFixed ? number.format(value) : element("bdi", {}, value);
    });

  const showResult = ({ total: n, looked, hits, including, suggestions, marks }, query, signal) => {
    const told = [filled(says[(n ? "results" : "none") + (query ? "" : "All")], { query, n })];
    if (n > size) told.push(filled(says.shown, { shown: hits.length, n }));
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
    if (n) parts.push(element("h2", { className: "vh" }, says.heading), element("ol", { className: "cards" }, ...cards.slice(0, n)));
    if (n < cards.length) parts.push(element("h2", {}, says.some), element("ol", { className: "cards" }, ...cards.slice(n)));
    if (cards.length < n) parts.push(more());
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
      size += PER_PAGE;
      await search();
      list.querySelectorAll("h3 a")[first]?.focus();
    });
    return button;
  };

  /** A result as listings show it. What its page says comes later. */
  const card = ({ address, title, language }, marks, signal) => {
    const link = element("a", { href: address, dir: "auto", lang: language }, title);
    const credits = element("p", { className: "m" });
    const body = element("div", {}, element("h3", {}, link), credits);
    const item = element("li", {}, element("time"), body);
    const fill = (page) => {
      const { time, section, names } = creditsOf(page, link.href);
      item.firstChild.replaceWith(time);
      if (section) body.prepend(section);
      credits.append(...between(names, " · "));
      const found = sentenceOf(page, marks);
      if (!found) return;
      const { id, lang, dir, original, parts } = found;
      const marked = parts.map(([text, isMarked]) => (isMarked ? element("mark", {}, text) : text));
      const said = original ? [element("span", { className: "k", lang: root.lang, dir: root.dir }, says.original), " "] : [];
      const sentence = element("a", { href: address + (id && "#" + encodeURIComponent(id)), lang, dir }, ...marked);
      credits.before(element("p", { className: "x", dir }, ...said, sentence));
    };
    engine.page(address, signal).then(fill).catch(() => {});
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

/** Copies texts. Of elements, only those that isolate names are kept. */
const copyOf = (node) =>
  Array.from(node.childNodes).flatMap((child) => {
    if (child.data) return child.data.replace(/\s+/g, " ");
    if (!child.matches?.(":not(.nat)")) return [];
    return child.matches("bdi") ? element("bdi", { lang: child.lang, dir: child.dir }, ...copyOf(child)) : copyOf(child);
  });

/** What a card shows of a page: what its theme marks with `data-c`. */
function creditsOf(page, address) {
  const marked = (what) => Array.from(page.querySelectorAll(`main [data-c=${what}]`));
  const time = marked("t")[0];
  const steps = marked("k").flatMap((trail) => Array.from(trail.querySelectorAll("a[href]")));
  const url = steps.length && new URL(steps.at(-1).getAttribute("href"), address);
  const label = steps.map((step) => step.textContent.trim()).join(" › ");
  return {
    time: element("time", { dateTime: time?.dateTime }, time?.textContent ?? ""),
    section: url.origin === location.origin && element("p", { className: "k" }, element("a", { href: url.href }, label)),
    names: marked("m").map((part) => element("span", {}, ...copyOf(part))),
  };
}

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
    const [lang, dir] = ["lang", "dir"].map((name) => block.closest(`[${name}]`)?.[name]);
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
      if (kind !== "pairs" && run === mark) add(mark, at, end);
      for (let k = kind === "pairs" ? run.indexOf(mark) : -1; k >= 0; k = run.indexOf(mark, k + 1)) add(mark, at + k, at + k + mark.length);
    }
  }
  return places.sort((a, b) => a.start - b.start);
}

/** The best sentence of a text, in parts that are marked or not. A long one is cut around its first mark. */
function cutOut(text, places, lang) {
  let [start, end, most] = [0, text.length, 0];
  const sentences = globalThis.Intl.Segmenter ? new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text) : [];
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
    const from = text.lastIndexOf(" ", first.start - LONGEST / 4) + 1;
    at = Math.max(start, first.start - LONGEST / 3, from);
    const to = text.lastIndexOf(" ", at + LONGEST);
    end = Math.min(end, Math.max(to > first.end ? to : at + LONGEST, first.end));
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
