// Names the paragraph to which the address leads in the references: its address, and "para. 3" (MLA: "par. 3").
{
  const page = document.querySelector("link[rel=canonical]")?.href;
  const places = document.querySelectorAll(".cite dd");
  const references = Array.from(places, (place) => place.innerHTML);
  const name = () => {
    const [hash, number] = /^#(?:o-)?p(\d+[a-z]?)$/.exec(location.hash) ?? [];
    places.forEach((place, i) => {
      const named = references[i].replace(page, page + hash) + ` (${i === 2 ? "par." : "para."} ${number})`;
      place.innerHTML = number ? named : references[i];
    });
  };
  addEventListener("hashchange", name);
  name();
}
