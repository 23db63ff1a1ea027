// Shows the texts that the address (`?view=`) or the reader's last choice names, unless the address leads to a text that this hides.
{
  const view = document.currentScript.previousElementSibling;
  let chosen = new URLSearchParams(location.search).get("view");
  try {
    chosen ||= localStorage.getItem("recto-view");
  } catch {}
  const hidden = { translation: /^#(o-|original$)/, original: /^#(?!o-|original$)/ }[chosen];
  for (const input of view.elements) if (input.value === chosen && !hidden?.test(location.hash)) input.checked = true;
  // The link to the original leads to more than one row.
  addEventListener("hashchange", () => {
    const [both, translation] = view.elements;
    if (location.hash === "#original" && translation.checked) both.checked = true;
  });
  view.addEventListener("change", ({ target }) => {
    try {
      localStorage.setItem("recto-view", target.value);
    } catch {}
  });
}
