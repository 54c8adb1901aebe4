// Improves pages that work without it: passwords can be looked at, what is wrong takes the focus, and a form is sent once.

for (const input of document.querySelectorAll("input[data-show]")) {
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "toggle";
  toggle.setAttribute("aria-controls", input.id);
  const set = (shown) => {
    input.type = shown ? "text" : "password";
    toggle.textContent = shown ? input.dataset.hide : input.dataset.show;
    toggle.setAttribute("aria-label", `${toggle.textContent}: ${input.labels[0].textContent}`);
  };
  set(false);
  toggle.addEventListener("click", () => set(input.type === "password"));
  input.form.addEventListener("submit", () => set(false));
  input.after(toggle);
}

document.getElementById("summary")?.focus();

for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("button:not(.toggle)");
    if (button.ariaBusy === "true") event.preventDefault();
    button.ariaBusy = "true";
  });
}
// A page that comes back from the browser's memory can be sent again.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy]")) button.ariaBusy = null;
});
