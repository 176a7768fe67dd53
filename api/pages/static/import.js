// While a file is read and compared: say so, count the seconds, send it only once.
const form = document.querySelector("form[enctype]");
form?.addEventListener("submit", () => {
  const said = form.querySelector("[data-going-on]");
  const began = Date.now();
  form.querySelector("button").disabled = true;
  said.hidden = false;
  setInterval(() => {
    said.querySelector("span").textContent = `${Math.round((Date.now() - began) / 1000)} s`;
  }, 1000);
});
// Shown again from the browser's memory: the form can be used.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
