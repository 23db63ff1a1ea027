// What Tab ought to stop at, in the order of the document: `stops`. What the focus is on, and what is wrong with how that
// is seen: `focused()`.
(() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const scrolls = (e) => {
    const { overflowX, overflowY } = getComputedStyle(e);
    const can = (overflow) => overflow === "auto" || overflow === "scroll";
    return (can(overflowX) && e.scrollWidth > e.clientWidth + 1) || (can(overflowY) && e.scrollHeight > e.clientHeight + 1);
  };
  const acts = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const stop = (e) => {
    if (!e.matches(acts) || e.disabled || e.tabIndex < 0 || e.closest("[inert]") || !seen(e)) return false;
    if (e.type !== "radio" || e.checked) return true;
    // One of a group: that which is chosen, else the first.
    const group = [...document.querySelectorAll("input[type=radio]")].filter((o) => o.name === e.name && o.form === e.form);
    return group.every((o) => !o.checked) && group[0] === e;
  };
  const all = [...document.body.querySelectorAll("*")];
  const acting = new Set(all.filter(stop));
  const inside = (e) => [...acting].some((a) => e.contains(a));
  globalThis.stops = all.filter((e) => acting.has(e) || (seen(e) && scrolls(e) && !inside(e)));

  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const colour = (css, over) => {
    context.clearRect(0, 0, 1, 1);
    for (const fill of [over, css]) {
      if (fill) {
        context.fillStyle = fill;
        context.fillRect(0, 0, 1, 1);
      }
    }
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const linear = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  // The canvas below the page.
  const probe = document.createElement("div");
  document.body.append(probe);
  probe.style.backgroundColor = "Canvas";
  const canvas = colour(getComputedStyle(probe).backgroundColor);
  probe.remove();
  const behind = (e) => {
    const css = (colours) => `rgb(${colours.slice(0, 3).join(" ")})`;
    const chain = [];
    for (let at = e; at; at = at.parentElement) {
      chain.unshift(getComputedStyle(at).backgroundColor);
    }
    return chain.reduce((under, over) => colour(over, css(under)), canvas);
  };
  // An outline of two pixels that stands out from what it is drawn on; the browser's own is told by its style.
  const outline = (e, pseudo) => {
    const style = getComputedStyle(e, pseudo);
    if (style.outlineStyle === "none" || (pseudo && style.content === "none")) return null;
    if (style.outlineStyle === "auto") return "";
    if (parseFloat(style.outlineWidth) < 2) return `its outline is ${style.outlineWidth} wide`;
    const ground = behind(parseFloat(style.outlineOffset) < 0 ? e : e.parentElement);
    const ratio = contrast(colour(style.outlineColor, `rgb(${ground.slice(0, 3).join(" ")})`), ground);
    return ratio < 3 ? `its outline has a contrast of ${ratio.toFixed(1)}` : "";
  };
  const indicator = (e) => {
    const places = [e, ...(e.labels ?? []), e.parentElement, e.nextElementSibling].filter(Boolean);
    let weak = null;
    for (const place of places) {
      for (const pseudo of [null, "::before", "::after"]) {
        const why = outline(place, pseudo);
        if (why === "") return "";
        weak ??= why;
      }
    }
    return weak ?? "it has no outline";
  };
  const hit = (e, box) => {
    const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
    const at = document.elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
    return at !== null && (e.contains(at) || at.closest("label")?.control === e);
  };
  globalThis.focused = () => {
    const e = document.activeElement;
    if (e === null || e === document.body || e === document.documentElement) return null;
    const faults = [];
    // A control that is hidden behind its label is where that is.
    const own = [...e.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    const labels = [...(e.labels ?? [])].flatMap((label) => [...label.getClientRects()]);
    const boxes = [...own, ...labels].filter((box) => box.width > 1 && box.height > 1);
    const inView = boxes.filter((b) => b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth);
    const fits = (b) => b.top > -1 && b.left > -1 && b.right < innerWidth + 1 && b.bottom < innerHeight + 1;
    if (boxes.length === 0) {
      faults.push("it has no box");
    } else if (inView.length === 0) {
      faults.push("it is out of view");
    } else if (!inView.some((box) => hit(e, box))) {
      faults.push("it is covered or clipped");
    } else if (!scrolls(e) && !inView.some(fits)) {
      faults.push("no part of it is wholly in view");
    }
    const weak = indicator(e);
    if (weak) {
      faults.push(weak);
    }
    const toggle = e.matches("input[type=checkbox], summary") ? " " : e.matches("input[type=radio]") ? "ArrowDown" : null;
    // A date has a stop for each of its parts.
    return { at: stops.indexOf(e), name: describe(e), faults, toggle, parts: e.type === "date" };
  };
  // What a key changes: of a summary whether it is open, of a box or a choice what is chosen.
  globalThis.state = () => {
    const e = document.activeElement;
    if (e.matches("summary")) return String(e.parentElement.open);
    const group = e.type === "radio" ? [...document.getElementsByName(e.name)] : [e];
    return group.map((o) => o.checked).join();
  };
  return stops.map(describe);
})()
