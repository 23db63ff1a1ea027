// Keeps a page as it stands in the files: the server says when the page, or something that it shows, has changed.
(() => {
  "use strict";

  const CSS = `
    :host { position: fixed; inset: 0; z-index: 2147483647; overflow: auto; padding: 1.5rem; box-sizing: border-box;
      font: 1rem/1.5 system-ui, sans-serif; color: #f4f1ec; background: rgb(20 20 22 / 94%); color-scheme: dark; direction: ltr;
      text-align: left; }
    div { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; max-inline-size: 70rem; }
    h1 { margin: 0; font-size: 1.2rem; }
    p { margin-block: 0.3rem 1rem; }
    pre { max-inline-size: 70rem; overflow-x: auto; margin: 0 0 1rem; padding: 1rem; background: #2a2a2e;
      border-inline-start: 4px solid #f2b8b5; font: 0.9rem/1.45 ui-monospace, monospace; }
    button { font: inherit; padding: 0.2rem 0.8rem; }
    @media print { :host { display: none; } }
  `;

  // Which state of the page this is: the server wrote it into a header of the page.
  const navigation = performance.getEntriesByType("navigation")[0];
  const timing = (navigation?.serverTiming ?? []).find((entry) => entry.name === "recto");
  let seen = timing?.description ?? "";
  let source = null;
  let overlay = null;
  // Style sheets that are still loading, and will take the place of another.
  const coming = new WeakSet();

  const place = "recto-scroll:" + location.pathname;
  const kept = sessionStorage.getItem(place);
  if (kept) {
    sessionStorage.removeItem(place);
    const [x, y] = kept.split(",").map(Number);
    scrollTo(x, y);
    addEventListener("load", () => scrollTo(x, y), { once: true });
  }

  function reload() {
    sessionStorage.setItem(place, scrollX + "," + scrollY);
    close();
    location.reload();
  }

  // A file that is no page: a style sheet is put in place of the one before, what else was loaded reloads the page.
  function file(path) {
    const at = (url) => {
      try {
        return new URL(url, document.baseURI).pathname;
      } catch {
        return "";
      }
    };
    const links = [...document.querySelectorAll('link[rel~="stylesheet"]')].filter((link) => at(link.href) === path);
    for (const link of links) {
      if (coming.has(link)) {
        // It is out of date before it has come.
        link.remove();
        continue;
      }
      const url = new URL(link.href);
      url.searchParams.set("recto", seen);
      const next = link.cloneNode();
      next.href = url.href;
      const come = () => {
        coming.delete(next);
        if (next.isConnected) link.remove();
      };
      next.addEventListener("load", come, { once: true });
      next.addEventListener("error", come, { once: true });
      coming.add(next);
      link.after(next);
    }
    if (links.length === 0 && performance.getEntriesByType("resource").some((entry) => at(entry.name) === path)) {
      reload();
    }
  }

  function show(texts) {
    overlay?.remove();
    overlay = null;
    if (texts.length === 0) return;
    overlay = document.createElement("recto-problems");
    overlay.setAttribute("role", "alert");
    overlay.lang = "en";
    const root = overlay.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    const head = document.createElement("div");
    const title = document.createElement("h1");
    title.textContent = texts.length === 1 ? "1 error" : texts.length + " errors";
    const button = document.createElement("button");
    button.textContent = "Show the page";
    button.addEventListener("click", () => overlay?.remove());
    head.append(title, button);
    const note = document.createElement("p");
    note.textContent = "The site is shown without the parts that have errors. This message disappears when you fix them.";
    root.append(head, note);
    for (const text of texts) {
      const pre = document.createElement("pre");
      pre.textContent = text;
      root.append(pre);
    }
    document.body.append(overlay);
  }

  function on(kind, act) {
    source.addEventListener(kind, (event) => {
      seen = event.lastEventId || seen;
      act(event.data);
    });
  }

  // A browser has six connections for a host: a tab that nobody sees keeps none.
  function open() {
    if (source !== null || document.hidden) return;
    const query = new URLSearchParams({ page: location.pathname, seen });
    source = new EventSource("/__recto/events?" + query.toString().replaceAll("+", "%20"));
    on("reload", reload);
    on("file", file);
    on("problems", (data) => show(JSON.parse(data)));
    on("same", () => {});
  }

  function close() {
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") overlay?.remove();
  });
  open();
})();
