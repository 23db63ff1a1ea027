// The print button works only with JavaScript, so only JavaScript shows it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => print());
  button.hidden = false;
}
