// A reader who changes the language keeps the paragraph: pages know it by its id in the original, where they show one.
for (const nav of document.querySelectorAll(".credit nav")) {
  nav.addEventListener("click", ({ target }) => {
    const link = target.closest("a"), marked = document.querySelector(":target:not(main)");
    if (!link || !marked) return;
    const cell = marked.closest(".r")?.querySelector(".o");
    const id = cell?.id || cell?.querySelector("[id]")?.id;
    if (nav.dataset.original === "") link.hash = "o-" + marked.id;
    else if (!id) link.hash = marked.id;
    else link.hash = cell.lang === link.hreflang ? id.slice(2) : id;
  });
}
