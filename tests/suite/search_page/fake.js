// Stands for the engine until there is one: it reads all pages.
const fold = (text) => text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "");
const cut = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
const startsSearch = (query) => [...query.trim()].length >= (/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u.test(query) ? 2 : 3);
class Engine {
  constructor(root) { this.root = root; this.pages = new Map(); }
  async get(path, signal) {
    const answer = await fetch(path, { signal }).catch((error) => { throw signal?.aborted ? error : Object.assign(error, { code: "offline" }); });
    if (!answer.ok) throw Object.assign(new Error(path), { code: "damaged" });
    return answer;
  }
  page(address) {
    if (!this.pages.has(address)) this.pages.set(address, this.get(address).then((a) => a.text()).then((t) => new DOMParser().parseFromString(t, "text/html")));
    return this.pages.get(address);
  }
  async search(query, { facets, from, to, sort, size, signal }) {
    this.list ??= await this.get(this.root + "entry.bin", signal).then((a) => a.json());
    const words = fold(query).split(/\s+/).filter((w) => w);
    let hits = [];
    for (const address of this.list) {
      const page = await this.page(address);
      signal.throwIfAborted();
      const has = new Set();
      for (const a of page.querySelectorAll("article header a")) {
        const [, kind, ...id] = decodeURIComponent(new URL(a.href, location).pathname).replace(/\/$/, "").split("/");
        if (kind === "sources") has.add("src:" + id.join("/"));
        if (kind === "translators") has.add("tr:" + id.join("/"));
        if (kind === "sections") id.forEach((_, at) => has.add("sec:" + id.slice(0, at + 1).join("/")));
      }
      has.add("kind:" + page.querySelectorAll("[data-c=m]")[2].textContent.toLowerCase());
      const date = page.querySelector("[data-c=t]").getAttribute("datetime");
      const text = fold([...page.querySelectorAll("h1, .oh, .sum, .body")].map((e) => e.textContent).join(" "));
      if (!words.every((w) => text.includes(w)) || !facets.every((f) => has.has(f))) continue;
      if ((from && date < from) || (to && date > to)) continue;
      hits.push({ address, date, title: page.querySelector("h1").textContent });
    }
    if (sort) hits.sort((a, b) => (a.date < b.date ? 1 : -1));
    return { total: hits.length, looked: hits.length, hits: hits.slice(0, size), including: [], suggestions: [], marks: words };
  }
}
