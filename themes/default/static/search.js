// The search of the archive: what is typed becomes terms, terms name the files of the index below /search/, and the
// files give results. The format of the files is in Recto's manual, "The search index". Nothing here uses a server.

// text:begin — folding and cutting, as Recto does it (src/content/search/)
// text:end

// engine:begin — reading the index, and ranking
// engine:end

// page:begin — the page: form, results, address
// What it takes from the engine:
//   engine = new Engine(root)          `root` is the address of the index, "/search/". Requests nothing yet.
//   engine.search(query, { facets: ["src:asahi"], from: "2021-03-01", to, sort: "date", size: 10, signal }, show)
//     Calls `show(result)` each time it knows more, and resolves with the last result. Rejects with the signal's
//     reason, or with an error whose `code` is "offline" (a request failed), "damaged" (a file is not what the entry
//     says, twice) or "old" (no DecompressionStream).
//     result = { total, looked, hits: [{ address, title, language }], including: [word], suggestions: [query],
//                marks: [folded form or run that matched] }
//   engine.page(address, signal)       The parsed document of a result, fetched once.
//   startsSearch(query)                Whether it is long enough to be searched for.

// The filters of the form, and the facets that they stand for.
const FILTERS = { section: "sec", source: "src", translator: "tr", kind: "kind", lang: "lang" };
const FIELDS = ["q", ...Object.keys(FILTERS), "from", "to", "sort"];
const PER_PAGE = 10, PAUSE = 150;

if (globalThis.document) {
  const form = document.querySelector("form[data-index]");
  if (form) startSearchPage(form);
}

function startSearchPage(form) {
  const box = form.elements.q, says = form.dataset, title = document.title;
  const status = document.querySelector("main [role=status]"), list = status.nextElementSibling;
  let engine, timer, running, shown = "", size = PER_PAGE;

  // ---- address ----

  const inForm = () => {
    const state = new URLSearchParams();
    for (const name of FIELDS) {
      const value = form.elements[name]?.value.trim();
      if (value) state.set(name, value);
    }
    return state;
  };

  const intoForm = (state) => {
    for (const name of FIELDS) {
      const field = form.elements[name], value = state.get(name) ?? "";
      if (!field) continue;
      // An address may name what the list does not offer.
      if (field.options && ![...field.options].some((option) => option.value === value)) field.add(new Option(value, value));
      field.value = value;
    }
    const details = form.querySelector("details");
    const filtered = [...state.keys()].some((name) => name !== "q");
    if (details) details.open = filtered || matchMedia("(min-width: 60rem)").matches;
  };

  /** Shows the state of the form in the address; in a new entry of the history if `push` and it is another search. */
  const remember = (push) => {
    const state = inForm().toString();
    const address = location.pathname + (state && "?" + state);
    if (push && state !== shown) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    if (push) shown = state;
    document.title = box.value.trim() ? `${box.value.trim()} | ${title}` : title;
  };

  // ---- search ----

  const abort = () => {
    clearTimeout(timer);
    running?.abort();
    running = undefined;
  };

  const search = async () => {
    abort();
    const state = inForm(), query = state.get("q") ?? "";
    const facets = Object.keys(FILTERS).filter((name) => state.has(name)).map((name) => `${FILTERS[name]}:${state.get(name)}`);
    const filtered = facets.length > 0 || state.has("from") || state.has("to");
    if (query ? !startsSearch(query) : !filtered) return clear(query && says.short);
    const { signal } = running = new AbortController();
    // A quick answer needs no announcement that it is coming.
    const waiting = setTimeout(() => say(says.loading), 400);
    const show = (result) => {
      clearTimeout(waiting);
      if (!signal.aborted) showResult(result, query, signal);
    };
    try {
      engine ??= new Engine(says.index);
      const { from, to, sort } = Object.fromEntries(state);
      show(await engine.search(query, { facets, from, to, sort, size, signal }, show));
    } catch (error) {
      if (signal.aborted) return;
      clear(says[error.code] ?? says.damaged);
      if (error.code === "offline") addEventListener("online", () => signal.aborted || search(), { once: true });
    } finally {
      clearTimeout(waiting);
    }
  };

  const soon = () => {
    abort();
    timer = setTimeout(() => {
      size = PER_PAGE;
      remember(false);
      search();
    }, PAUSE);
  };

  const now = (push) => {
    size = PER_PAGE;
    remember(push);
    search();
  };

  // ---- results ----

  /** Sets the status, and reads it to users of screen readers: a text, or a list of texts and elements. */
  const say = (...parts) => {
    if (!parts.every((part, at) => part === status.childNodes[at]?.data) || parts.length !== status.childNodes.length) {
      status.replaceChildren(...parts);
    }
  };

  const clear = (message) => {
    list.replaceChildren();
    say(message || "");
  };

  const number = new Intl.NumberFormat(document.documentElement.lang);

  /** Puts values into a text: numbers, and isolated texts of any direction. */
  const filled = (text, values) =>
    text.split(/\{(\w+)\}/).map((part, at) => {
      const value = values[part];
      return at % 2 === 0 ? part : typeof value === "number" ? number.format(value) : element("bdi", {}, value);
    }).filter((part) => part !== "");

  const showResult = (result, query, signal) => {
    const { total: n, looked, hits } = result;
    const lines = [];
    const line = (text, values) => text && lines.push(element("span", {}, ...filled(text, values)));
    if (n === 0) line(query ? says.none : says.noneAll, { query });
    else line(query ? says.results : says.resultsAll, { query, n });
    if (n > size) line(says.shown, { shown: hits.length, n });
    if (looked < n) line(says.looked, { looked, n });
    if (result.including?.length) line(says.including, { words: result.including.join(says.separator) });
    say(...lines.flatMap((line, at) => (at ? [" · ", line] : [line])));
    const parts = [];
    if (result.suggestions?.length) parts.push(element("p", {}, says.meant, ": ", ...between(result.suggestions.map(suggestion), says.separator)));
    if (n === 0 && says.noneHelp) parts.push(element("p", { className: "empty" }, says.noneHelp));
    if (hits.length > 0) {
      const known = new Map([...list.querySelectorAll("ol > li")].map((item) => [item.hit, item]));
      const key = (hit) => `${hit.address} ${result.marks?.join(" ")}`;
      const cards = hits.map((hit) => known.get(key(hit)) ?? Object.assign(card(hit, result.marks ?? [], signal), { hit: key(hit) }));
      parts.push(element("h2", { className: "vh" }, says.heading ?? ""), element("ol", { className: "cards" }, ...cards));
    }
    if (hits.length < n && hits.length >= size && says.more) parts.push(more());
    const focused = document.activeElement;
    list.replaceChildren(...parts);
    // Replacing a focused result or button takes its focus away.
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  };

  const suggestion = (query) => {
    const state = inForm();
    state.set("q", query);
    const link = element("a", { href: "?" + state }, element("bdi", {}, query));
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      box.value = query;
      now(true);
      box.focus();
    });
    return link;
  };

  const more = () => {
    const button = element("button", { type: "button", className: "more" }, says.more);
    button.addEventListener("click", async () => {
      const first = size;
      size += PER_PAGE;
      await search();
      list.querySelectorAll("ol > li")[first]?.querySelector("a[href]").focus();
    });
    return button;
  };

  const card = (hit, marks, signal) => {
    const link = element("a", { href: hit.address, dir: "auto", lang: hit.language }, hit.title);
    const credits = element("p", { className: "m" }), body = element("div", {}, element("h3", {}, link), credits);
    const item = element("li", {}, element("time"), body);
    engine.page(hit.address, signal).then((page) => {
      const { time, kicker, parts } = creditsOf(page, new URL(hit.address, location));
      item.firstChild.replaceWith(time);
      if (kicker) body.prepend(kicker);
      credits.replaceChildren(...between(parts, " · ").flat());
      const found = sentenceOf(page, marks);
      if (found) credits.before(sentence(found, hit.address));
    }, () => {});
    return item;
  };

  const sentence = ({ parts, id, lang, dir, original }, address) => {
    const marked = parts.map(([text, hit]) => (hit ? element("mark", {}, text) : text));
    const link = element("a", { href: address + (id && "#" + encodeURIComponent(id)), lang, dir }, ...marked);
    return element("p", { className: "x", dir }, ...(original && says.original ? [element("span", { className: "k", lang: document.documentElement.lang, dir: document.documentElement.dir }, says.original), " "] : []), link);
  };

  // ---- events ----

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    now(true);
  });
  form.addEventListener("input", ({ target, isComposing }) => {
    if (target === box && !isComposing) soon();
  });
  box.addEventListener("compositionend", soon);
  form.addEventListener("change", ({ target }) => {
    if (target !== box) now(true);
  });
  addEventListener("popstate", () => {
    const state = new URLSearchParams(location.search);
    shown = state.toString();
    intoForm(state);
    now(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "/" && !event.target.closest?.("input, select, textarea")) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "Escape" && event.target === box && box.value) {
      event.preventDefault();
      box.value = "";
      now(false);
    }
  });
  const state = new URLSearchParams(location.search);
  shown = state.toString();
  intoForm(state);
  if (state.size) now(false);
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

/** Copies text, keeping only the isolation of names. */
const copied = (node) =>
  [...node.childNodes].flatMap((child) => {
    if (child.nodeType === Node.TEXT_NODE) return [child.data.replace(/\s+/g, " ")];
    if (child.nodeType !== Node.ELEMENT_NODE || child.classList.contains("nat")) return [];
    const inside = copied(child);
    return child.localName === "bdi" ? [element("bdi", { lang: child.lang, dir: child.dir }, ...inside)] : inside;
  });

/** What a card shows of an article's page, from the elements that its theme marks with `data-c`. */
function creditsOf(page, base) {
  const marked = (what) => [...page.querySelectorAll(`main [data-c="${what}"]`)];
  const [written] = marked("t"), [trail] = marked("k");
  const time = element("time", { dateTime: written?.getAttribute("datetime") }, written?.textContent ?? "");
  const steps = trail ? [...trail.querySelectorAll("a[href]")] : [];
  const url = steps.length > 0 && new URL(steps.at(-1).getAttribute("href"), base);
  const kicker = url && url.origin === base.origin &&
    element("p", { className: "k" }, element("a", { href: url.href }, steps.map((step) => step.textContent.trim()).join(" › ")));
  return { time, kicker, parts: marked("m").map((part) => element("span", {}, ...copied(part))) };
}

const BLOCKS = "p, li, h2, h3, h4, h5, h6, td, th, dt, dd, pre, caption, figcaption";
const LONGEST = 300;

/** The sentence of a page that matches best, as parts that are marked or not; else the page's description. */
function sentenceOf(page, marks) {
  let best, most = 0;
  for (const block of page.querySelectorAll(`main :is(${BLOCKS})`)) {
    if (block.closest("nav, header, footer, form, .no, [data-c]") || block.querySelector(BLOCKS)) continue;
    const text = read(block), places = marksIn(text, marks);
    if (places.length === 0) continue;
    const id = block.closest("[id]:not(main)")?.id ?? "";
    const original = id.startsWith("o-") || block.closest("#original") !== null;
    // Of two that match alike, the translation is shown.
    const found = new Set(places.map((place) => place.mark)).size + (original ? 0 : 0.5);
    if (found > most) [best, most] = [{ block, text, places, id, original }, found];
  }
  if (best) {
    const lang = best.block.closest("[lang]")?.lang, dir = best.block.closest("[dir]")?.dir;
    return { ...best, parts: cutOut(best.text, best.places, lang), lang, dir };
  }
  const text = page.querySelector("meta[name=description]")?.content;
  return text && { parts: [[text, false]], id: "", lang: page.documentElement.lang, dir: page.documentElement.dir };
}

/** The text of a block without links to notes and readings of ruby. */
function read(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches("[role^=doc-], rt, rp, script, style")) return "";
  return [...node.childNodes].map(read).join("");
}

// Scripts without spaces between words, in which any part of a run can match.
const JOINED = "\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}ーｰ";
const IS_JOINED = new RegExp(`^[${JOINED}]`, "u");
const RUNS = new RegExp(`[${JOINED}][${JOINED}\\p{M}]*|\\p{N}+(?:[.,٫٬]\\p{N}+)+|(?:(?![${JOINED}])[\\p{L}\\p{N}])(?:(?![${JOINED}])[\\p{L}\\p{N}\\p{M}])*`, "gu");

/** The places in a text that match, in order: `{ start, end, mark }`. */
function marksIn(text, marks) {
  const words = new Set(marks), joined = marks.filter((mark) => IS_JOINED.test(mark)), places = [];
  for (const { 0: run, index } of text.matchAll(RUNS)) {
    if (!IS_JOINED.test(run)) {
      const mark = cut(run).find((term) => words.has(term));
      if (mark !== undefined) places.push({ start: index, end: index + run.length, mark });
      continue;
    }
    if (joined.length === 0) continue;
    let folded = "";
    const from = [];
    for (const { 0: letter, index: at } of run.matchAll(/.\p{M}*/gsu)) {
      const made = fold(letter);
      for (let k = 0; k < made.length; k++) from.push(index + at);
      folded += made;
    }
    from.push(index + run.length);
    for (const mark of joined) {
      for (let at = folded.indexOf(mark); at >= 0; at = folded.indexOf(mark, at + 1)) {
        places.push({ start: from[at], end: from[at + mark.length], mark });
      }
    }
  }
  return places.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Cuts the best sentence out of a text, or the surroundings of its first match if it is long. */
function cutOut(text, places, lang) {
  let [start, end] = [0, text.length];
  if (Intl.Segmenter) {
    let most = 0;
    const sentences = new Intl.Segmenter(lang || undefined, { granularity: "sentence" }).segment(text);
    for (const { segment, index } of sentences) {
      const inside = places.filter((place) => place.start >= index && place.start < index + segment.length);
      const found = new Set(inside.map((place) => place.mark)).size;
      if (found > most) [start, end, most] = [index, index + segment.length, found];
    }
  }
  const first = places.find((place) => place.start >= start);
  if (end - start > LONGEST) {
    const room = Math.max(start, first.start - LONGEST / 3);
    // Not in the middle of a word, nor of a letter.
    if (room > start) start = text.indexOf(" ", room) + 1 || room;
    if (start > first.start) start = first.start;
    if (end - start > LONGEST) {
      const last = text.lastIndexOf(" ", start + LONGEST);
      end = Math.max(last > start ? last : start + LONGEST, first.end);
    }
  }
  const parts = [];
  let at = start;
  for (const place of places.filter((place) => place.start >= start && place.end <= end)) {
    if (place.end <= at) continue;
    if (place.start > at) parts.push([text.slice(at, place.start), false]);
    // Places that touch are one.
    if (place.start <= at && parts.at(-1)?.[1]) parts.at(-1)[0] += text.slice(at, place.end);
    else parts.push([text.slice(Math.max(at, place.start), place.end), true]);
    at = place.end;
  }
  parts.push([text.slice(at, end), false]);
  if (start > 0 && end - start >= LONGEST / 2) parts.unshift(["… ", false]);
  if (end < text.length && !/[.!?。！？؟…]\s*$/.test(text.slice(0, end))) parts.push([" …", false]);
  parts[0][0] = parts[0][0].trimStart();
  parts.at(-1)[0] = parts.at(-1)[0].trimEnd();
  return parts.filter(([part]) => part !== "");
}
// page:end
