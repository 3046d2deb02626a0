// Extras only: every page works without this file.

// The number of characters left under a textarea.
for (const counter of document.querySelectorAll("[data-counter]")) {
  const field = document.getElementById(counter.getAttribute("data-counter"));
  const most = Number(counter.getAttribute("data-most"));
  if (!field || !most) continue;
  const show = () => {
    // A line break travels as two characters, and the server counts what travels.
    const left = most - field.value.replace(/\r?\n/g, "\r\n").length;
    const text = counter.getAttribute(left < 0 ? "data-over" : "data-left");
    counter.textContent = text.replace("{n}", String(Math.abs(left)));
    counter.classList.toggle("p-counter--over", left < 0);
  };
  field.addEventListener("input", show);
  show();
}

// Buttons that print are useless without script, so they are hidden until now.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A second click on the same button sends nothing twice. The server refuses it too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    return;
  }
  form.setAttribute("data-sent", "");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
});
