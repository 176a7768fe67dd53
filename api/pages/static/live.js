// Keeps a page's changing part as it is now: listens to the stream, fetches, morphs.

const part = document.querySelector("#live");
const lost = document.querySelector("#lost");
const said = document.querySelector("#said");
const REFRESH_EVERY_MS = 30000;
const GATHER_MS = 120;

let refreshing = null;
let again = false;

async function fetchPart() {
  const answer = await fetch(location.href, { headers: { "X-Fragment": "live" }, cache: "no-store" });
  if (answer.redirected) {
    location.assign(answer.url);
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const html = await answer.text();
  globalThis.Idiomorph.morph(part, html, {
    morphStyle: "innerHTML",
    ignoreActiveValue: true,
    callbacks: {
      beforeNodeMorphed: (old) =>
        !(old instanceof Element && old.matches("[data-keep]")) && !(old instanceof HTMLSelectElement && old.value),
      beforeAttributeUpdated: (name, node) =>
        !(name === "open" && node.matches("details")) && !(name === "value" && node.matches("textarea, input")),
    },
  });
  part.dispatchEvent(new CustomEvent("renewed"));
}

export async function renew() {
  if (refreshing) {
    again = true;
    return refreshing;
  }
  refreshing = fetchPart().catch(() => {});
  await refreshing;
  refreshing = null;
  if (again) {
    again = false;
    await renew();
  }
}

function concerns(event, thing) {
  const senior = part.querySelector("[data-senior]")?.dataset.senior;
  if (event !== "status" || !senior) return true;
  return thing.senior_id === senior || document.querySelector(".members") !== null;
}

let timer = null;
function soon(event, thing) {
  if (!concerns(event, thing)) return;
  clearTimeout(timer);
  timer = setTimeout(renew, GATHER_MS);
}

let position = part.dataset.since;
let source = null;
function listen() {
  const events = part.dataset.events.split(" ");
  const query = new URLSearchParams({ since: position, events: events.join(",") });
  source = new EventSource(`/v1/stream?${query}`);
  let broken = false;
  source.onopen = () => {
    lost.hidden = true;
    if (broken) renew();
    broken = false;
  };
  source.onerror = () => {
    lost.hidden = false;
    broken = true;
    if (source.readyState === EventSource.CLOSED) setTimeout(reopen, 2000);
  };
  for (const name of events) {
    source.addEventListener(name, (message) => {
      if (message.lastEventId) position = message.lastEventId;
      const thing = JSON.parse(message.data);
      part.dispatchEvent(new CustomEvent("told", { detail: { name, thing } }));
      soon(name, thing);
    });
  }
}

async function reopen() {
  source.close();
  await renew();
  listen();
}

function say(text) {
  said.textContent = "";
  setTimeout(() => { said.textContent = text; }, 50);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-step]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter ?? undefined));
  form.setAttribute("aria-busy", "true");
  let text = part.dataset.done;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.status === 409) text = part.dataset.conflict;
    else if (!answer.ok) throw new Error(String(answer.status));
    form.reset();
    form.closest("details.resolving")?.removeAttribute("open");
  } catch {
    text = part.dataset.failed;
    lost.hidden = navigator.onLine;
  }
  form.removeAttribute("aria-busy");
  say(text);
  await renew();
});

// A new alert rings: it is spoken by the screen reader, shown in the title, and, once a
// person has turned sound on, heard and felt.
const seen = new Set();
const button = document.querySelector("#sound");
let audio = null;

function collect() {
  return [...part.querySelectorAll("[data-alert][data-severity]")];
}

function ring() {
  navigator.vibrate?.([300, 120, 300]);
  if (!audio) return;
  for (const [at, pitch] of [[0, 880], [0.22, 660], [0.44, 880]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.35, audio.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.21);
  }
}

function notice() {
  const waiting = collect();
  const title = document.title.replace(/^\(\d+\) /, "");
  const open = waiting.filter((card) => card.classList.contains("waiting"));
  document.title = open.length ? `(${open.length}) ${title}` : title;
  const fresh = waiting.filter((card) => !seen.has(card.dataset.alert));
  for (const card of fresh) seen.add(card.dataset.alert);
  const loud = fresh.filter((card) => card.dataset.severity !== "info");
  if (loud.length) {
    say(loud.map((card) => card.querySelector(".alert-name, .alert-text").textContent.trim()).join(", "));
    ring();
  }
}

for (const card of collect()) seen.add(card.dataset.alert);
part.addEventListener("renewed", notice);
part.addEventListener("told", ({ detail: { name, thing } }) => {
  if (name === "alert" && thing.status !== "resolved" && thing.timeline.at(-1)?.event === "pressed") ring();
});
button?.addEventListener("click", () => {
  if (audio) {
    audio.close();
    audio = null;
  } else {
    audio = new AudioContext();
    ring();
  }
  button.setAttribute("aria-pressed", audio ? "true" : "false");
  button.querySelector("span").textContent = audio ? button.dataset.on : button.dataset.off;
});

// A link to a folded part opens it.
const folded = location.hash ? document.getElementById(location.hash.slice(1)) : null;
if (folded instanceof HTMLDetailsElement) folded.open = true;

listen();
setInterval(renew, REFRESH_EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) renew();
});
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => {
  if (event.persisted) reopen();
});
