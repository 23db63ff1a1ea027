// Tells an element as a path of tags, ids and classes, without its number among its like: the same mistake on two pages has
// one name.
globalThis.describe = (element) => {
  const name = (e) => {
    const id = e.id && !/\d/.test(e.id) ? `#${e.id}` : "";
    const classes = [...e.classList].map((c) => `.${c}`).join("");
    return `${e.localName}${id}${classes}`;
  };
  const path = [];
  for (let e = element; e && e !== document.body && e !== document.documentElement; e = e.parentElement) {
    path.unshift(name(e));
    // An id or a class above the element itself says enough.
    if (path.length > 2 && path[0] !== e.localName) break;
  }
  return path.join(" > ") || element?.localName || "nothing";
};
