// A reader who changes the language keeps the paragraph: pages know it by its id in the original, if they show one.
for (const nav of document.querySelectorAll(".credit nav")) {
  nav.addEventListener("click", ({ target }) => {
    const link = target.closest("a");
    const marked = document.querySelector(":target:not(main)");
    if (!link || !marked) return;
    const own = marked.closest(".r")?.querySelector(".o");
    const there = own?.id || own?.querySelector("[id]")?.id;
    link.hash = !there ? marked.id : own.lang === link.hreflang ? there.slice(2) : there;
  });
}
