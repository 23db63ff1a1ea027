// What runs over the edge of the page: `overflow()`; what is cut off when text is spaced: `spaced()`; what is too small to
// be touched: `small()`. Each tells a list of findings.
(() => {
  const root = document.documentElement;
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const all = () => [...document.body.querySelectorAll("*")].filter(seen);
  const clips = (e) => getComputedStyle(e).overflowX !== "visible";
  const boxed = (e) => {
    for (let at = e.parentElement; at && at !== document.body && at !== root; at = at.parentElement) if (clips(at)) return true;
    return false;
  };
  globalThis.overflow = () => {
    const over = root.scrollWidth - root.clientWidth;
    if (over <= 0) return [];
    const beyond = (e) => {
      const box = e.getBoundingClientRect();
      return Math.max(box.right - root.clientWidth, -box.left);
    };
    const out = all().filter((e) => beyond(e) > 1 && !boxed(e));
    const inner = out.filter((e) => !out.some((other) => other !== e && e.contains(other)));
    const names = new Map(inner.map((e) => [describe(e), Math.round(beyond(e))]));
    if (names.size === 0) return [`something runs over the edge by ${over} px`];
    return [...names].map(([name, by]) => `${name} runs over the edge by ${by} px`);
  };
  // Boxes of a pixel are for those who hear the page.
  const cut = () => all().filter((e) => {
    const { overflowX, overflowY } = getComputedStyle(e);
    const hides = (overflow) => overflow === "hidden" || overflow === "clip";
    if (e.clientWidth <= 1 || e.clientHeight <= 1) return false;
    // An excerpt that is cut after some lines is cut again; its article has the whole text.
    if (getComputedStyle(e).webkitLineClamp !== "none") return false;
    return (hides(overflowX) && e.scrollWidth > e.clientWidth + 1) || (hides(overflowY) && e.scrollHeight > e.clientHeight + 1);
  });
  globalThis.spaced = () => {
    const before = new Set(cut());
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
      p { margin-block-end: 2em !important }`);
    const wide = overflow().length > 0;
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const found = cut().filter((e) => !before.has(e)).map((e) => `${describe(e)} cuts off its spaced text`);
    const over = wide ? [] : overflow().map((what) => `${what} when text is spaced`);
    document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1);
    return [...new Set([...found, ...over])];
  };
  const LEAST = 24;
  const word = /[\p{L}\p{N}]/u;
  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  // A link in a sentence is as high as its line.
  const inSentence = (e) => {
    if (getComputedStyle(e).display !== "inline") return false;
    let block = e.parentElement;
    while (getComputedStyle(block).display === "inline" || getComputedStyle(block).display === "contents") block = block.parentElement;
    const text = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (text.nextNode()) {
      const own = text.currentNode.parentElement;
      if (seen(own) && !own.closest(targets) && word.test(text.currentNode.data)) return true;
    }
    return false;
  };
  globalThis.small = () => {
    const places = all().filter((e) => e.matches(targets)).map((e) => {
      const box = e.getBoundingClientRect();
      const labels = [...(e.labels ?? [])].map((label) => label.getBoundingClientRect());
      const large = [box, ...labels].some((b) => b.width >= LEAST - 0.1 && b.height >= LEAST - 0.1);
      return { e, box, large, x: box.left + box.width / 2, y: box.top + box.height / 2 };
    });
    // Off the page until it is focused.
    const shown = places.filter(({ box }) => box.right > 0 && box.bottom + scrollY > 0 && box.width > 1 && box.height > 1);
    const reach = ({ x, y }, { box }) => {
      const dx = Math.max(box.left - x, 0, x - box.right);
      const dy = Math.max(box.top - y, 0, y - box.bottom);
      return Math.hypot(dx, dy);
    };
    const crowded = (one) => shown.some((other) => {
      if (other === one || other.e.contains(one.e) || one.e.contains(other.e)) return false;
      if (reach(one, other) < LEAST / 2) return true;
      return !other.large && Math.hypot(one.x - other.x, one.y - other.y) < LEAST;
    });
    // What is laid over more than the box, as `::after` is, can be touched there, too.
    const stretched = ({ e }) => {
      e.scrollIntoView({ block: "center", behavior: "instant" });
      const box = e.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const points = [[-11, 0], [11, 0], [0, -11], [0, 11]];
      return points.every(([dx, dy]) => e.contains(document.elementFromPoint(x + dx, y + dy)));
    };
    const bad = shown.filter((one) => !one.large && !inSentence(one.e) && crowded(one)).filter((one) => !stretched(one));
    const size = ({ box }) => `${Math.round(box.width)}×${Math.round(box.height)}`;
    const names = new Map(bad.map((one) => [describe(one.e), size(one)]));
    scrollTo(0, 0);
    return [...names].map(([name]) => `${name} is too small a target`);
  };
  return true;
})()
