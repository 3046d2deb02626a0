// Extras only: every page works without this file.

// For browsers that know autofocus on fields only.
const errors = document.querySelector(".p-error-summary");
if (errors && !("autofocus" in errors)) errors.focus();

// The number of characters left under a textarea.
for (const counter of document.querySelectorAll("[data-counter]")) {
  const field = document.getElementById(counter.getAttribute("data-counter"));
  const most = Number(counter.getAttribute("data-most"));
  const show = () => {
    // The server counts what is kept: whole characters, without space around the text.
    const left = most - [...field.value.trim()].length;
    const text = counter.getAttribute(left < 0 ? "data-over" : "data-left");
    counter.textContent = text.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    counter.classList.toggle("p-counter--over", left < 0);
  };
  field.addEventListener("input", show);
  show();
}

// Suggestions for the last word of a line with commas; without script they work for one word.
for (const field of document.querySelectorAll("[data-words]")) {
  const options = [...field.list.options];
  const words = options.map((option) => option.value);
  field.addEventListener("input", () => {
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
    options.forEach((option, number) => {
      option.value = before ? `${before} ${words[number]}` : words[number];
    });
  });
}

// Proposals that resemble the title while it is typed; the last step shows them without script.
for (const place of document.querySelectorAll("[data-similar]")) {
  const field = document.getElementById(place.getAttribute("data-of"));
  let waiting = 0;
  field.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(async () => {
      const asked = field.value;
      const address = `${place.getAttribute("data-similar")}?titel=${encodeURIComponent(asked)}`;
      const answer = await fetch(address).catch(() => null);
      if (answer?.ok && !answer.redirected && field.value === asked) {
        place.innerHTML = await answer.text();
      }
    }, 500);
  });
}

// A map and all it needs come when somebody asks for it, and not before.
for (const opener of document.querySelectorAll("[data-map-open]")) {
  const map = document.querySelector("[data-map]");
  opener.hidden = false;
  opener.querySelector("button").addEventListener("click", () => {
    opener.hidden = true;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = map.getAttribute("data-style");
    const script = document.createElement("script");
    script.src = map.getAttribute("data-script");
    const away = () => {
      document.querySelector("[data-map-down]").hidden = false;
    };
    script.addEventListener("error", away);
    style.addEventListener("load", () => document.head.appendChild(script));
    style.addEventListener("error", away);
    document.head.appendChild(style);
  });
}

// A button that prints is useless without script, so it is hidden until now.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A double click sends once. The server does once what comes twice all the same.
const PAUSE = 3000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.hasAttribute("data-sent")) return event.preventDefault();
  form.setAttribute("data-sent", "");
  window.setTimeout(() => form.removeAttribute("data-sent"), PAUSE);
});

// At a kiosk the screen asks whether somebody is there, and clears itself when nobody is.
const idle = document.querySelector("[data-idle]");
if (idle) {
  const warns = Number(idle.getAttribute("data-warns")) * 1000;
  const gone = Number(idle.getAttribute("data-gone")) * 1000;
  let timers = [];
  const touched = () => {
    timers.forEach((timer) => window.clearTimeout(timer));
    idle.hidden = true;
    timers = [
      window.setTimeout(() => {
        idle.hidden = false;
        idle.querySelector("button[type=button]").focus();
      }, warns),
      window.setTimeout(() => idle.querySelector("form").submit(), gone),
    ];
  };
  ["pointerdown", "keydown", "input", "scroll"].forEach((kind) => document.addEventListener(kind, touched));
  touched();
}

// Says in time that the session ends; one press on the button and it goes on.
const TWO_MINUTES = 120000;
const session = document.querySelector("[data-session]");
if (session && "fetch" in window) {
  const soon = session.querySelector("[data-soon]");
  const over = session.querySelector("[data-over]");
  let ends = 0;
  const look = () => {
    const left = ends - Date.now();
    session.hidden = left > TWO_MINUTES;
    soon.hidden = left <= 0;
    over.hidden = left > 0;
    if (left > 0) window.setTimeout(look, left > TWO_MINUTES ? left - TWO_MINUTES : left);
  };
  const begin = () => {
    ends = Date.now() + 1000 * Number(session.getAttribute("data-session"));
    look();
  };
  const end = () => {
    ends = 0;
    look();
  };
  soon.querySelector("button").addEventListener("click", () => {
    window.fetch(session.getAttribute("data-stay"), { credentials: "same-origin", redirect: "error" })
      .then((answer) => (answer.ok ? begin() : end()), end);
  });
  begin();
}
