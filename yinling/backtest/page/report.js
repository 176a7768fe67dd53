// The report of a backtest: tables and plots of the figures that stand in the page.

const figures = JSON.parse(document.getElementById("figures").textContent);
const SEVERITIES = ["critical", "warning", "info"];
const COLOUR = { critical: "#b3261e", warning: "#b06a00", info: "#1d5c4f" };
const LINES = ["#1d5c4f", "#b06a00", "#2f5aa8", "#7a3b8f", "#b3261e", "#4d7c0f", "#0e7490", "#9d174d"];
const MOST_ROWS = 200;
const DAY_S = 86400;

let language = (navigator.language || "zh-CN").startsWith("zh") ? "zh-CN" : "en";
const say = (word) => figures.words[language][word] ?? word;

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function section(title, note) {
  const made = element("section");
  made.append(element("h2", say(title)));
  if (note) made.append(element("p", say(note), "note"));
  document.getElementById("report").append(made);
  return made;
}

function table(into, heads, rows) {
  const box = element("div", null, "wide");
  const made = element("table");
  const head = made.createTHead().insertRow();
  for (const one of heads) head.append(element("th", one));
  const body = made.createTBody();
  for (const cells of rows) {
    const row = body.insertRow();
    for (const cell of cells) {
      const td = row.insertCell();
      if (cell instanceof Node) td.append(cell);
      else td.textContent = cell;
    }
  }
  box.append(made);
  into.append(box);
}

const number = (value, digits = 3) =>
  value === null || value === undefined ? "–" : value.toLocaleString(language, { maximumFractionDigits: digits });
const share = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : "–");

function span(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function clock(withDate) {
  const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: figures.zone };
  if (withDate) Object.assign(style, { month: "2-digit", day: "2-digit" });
  const format = new Intl.DateTimeFormat(language, style);
  return (time) => format.format(new Date(time * 1000));
}

function plot(into, title, data, options) {
  const box = element("div", null, "plot");
  box.append(element("p", title));
  into.append(box);
  const axis = { stroke: "#5b6661", grid: { stroke: "#eceae4" } };
  const { x = {}, y = {}, series, ...rest } = options;
  return new globalThis.uPlot(
    {
      width: Math.max(box.clientWidth - 16, 280),
      height: 240,
      axes: [{ ...axis, ...x }, { ...axis, size: 56, ...y }],
      series: [{ label: x.name ?? "", value: x.value }, ...series],
      ...rest,
    },
    data,
    box,
  );
}

function cards() {
  const into = element("div", null, "cards");
  for (const severity of SEVERITIES) {
    const card = element("div", null, `card ${severity}`);
    card.append(element("b", number(figures.per_person_day[severity], 4)));
    card.append(element("span", `${say(severity)} · ${say("per_person_day")}`));
    into.append(card);
  }
  document.getElementById("report").append(into);
}

function perDay() {
  const { days, opened } = figures.by_day;
  if (!days.length) return;
  const into = section("per_day");
  const date = (time) => new Date(time * 1000).toISOString().slice(5, 10);
  const bars = globalThis.uPlot.paths.bars({ size: [0.7, 40] });
  // Stacked from the top down, so that the rarest and gravest lies in front.
  const sums = opened[0].map((_, i) => SEVERITIES.map((_, s) => opened.slice(0, s + 1).reduce((sum, one) => sum + one[i], 0)));
  const order = [2, 1, 0];
  plot(into, say("alerts_opened"), [days, ...order.map((s) => sums.map((one) => one[s]))], {
    x: { values: (_, ticks) => ticks.map(date), incrs: [1, 2, 5, 10, 30].map((days) => days * DAY_S), name: say("day"), value: (_, time) => (time === null ? "–" : date(time)) },
    scales: { x: { time: false, range: (_, low, high) => [low - DAY_S / 2, high + DAY_S / 2] }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.1)] } },
    series: order.map((s) => ({
      label: say(SEVERITIES[s]),
      fill: COLOUR[SEVERITIES[s]],
      stroke: COLOUR[SEVERITIES[s]],
      paths: bars,
      points: { show: false },
      value: (_, __, ___, i) => (i === null ? "–" : number(opened[s][i])),
    })),
  });
}

function byKind() {
  const into = section("by_kind");
  const heads = [say("kind"), ...SEVERITIES.flatMap((one) => [say(one), say("a_day")])];
  const row = (name, counts) => [
    say(name),
    ...SEVERITIES.flatMap((one) => [number(counts[one]), number(figures.person_days ? counts[one] / figures.person_days : 0, 4)]),
  ];
  table(into, heads, Object.entries(figures.by_kind).map(([kind, counts]) => row(kind, counts)));
}

function byShift() {
  const shifts = figures.per_shift;
  if (!shifts) return;
  const into = section("per_shift", "per_shift_note");
  const hours = Object.entries(shifts.by_hour);
  table(
    into,
    [say("workers"), say("mean"), "95 %", say("most"), ...hours.map(([hour]) => hour)],
    [[number(shifts.workers), number(shifts.mean), number(shifts.p95), number(shifts.most), ...hours.map(([, mean]) => number(mean))]],
  );
}

function byPlace() {
  if (!figures.by_place.length) return;
  const into = section("by_place", "by_place_note");
  const rows = [...figures.by_place].sort((a, b) => a.place.length - b.place.length || b.told_per_person_day - a.told_per_person_day);
  table(
    into,
    [say("place"), say("seniors"), ...SEVERITIES.map(say), say("told_a_day")],
    rows.slice(0, MOST_ROWS).map((one) => [
      one.place.join(" / "),
      number(one.seniors),
      ...SEVERITIES.map((severity) => number(one[severity])),
      number(one.told_per_person_day, 4),
    ]),
  );
  if (rows.length > MOST_ROWS) into.append(element("p", `${rows.length - MOST_ROWS} ${say("more")}`, "note"));
}

function labels() {
  const found = figures.labels;
  if (!found) return;
  const into = section("labels", "labels_note");
  const kinds = Object.entries(found.by_kind);
  table(
    into,
    [say("kind"), say("events"), say("detected"), say("in_time"), say("median_delay"), "95 %", say("false"), say("false_a_day"), say("beside")],
    [...kinds, [say("critical"), found.critical], [say("all"), found]].map(([name, one]) => [
      say(name),
      number(one.events),
      share(one.detected, one.events),
      share(one.in_time, one.events),
      span(one.median_delay_s),
      span(one.p95_delay_s),
      number(Object.values(one.false).reduce((sum, count) => sum + count, 0)),
      number(one.false_per_person_day, 5),
      number(one.beside),
    ]),
  );
  const plots = element("div", null, "plots");
  into.append(plots);
  delays(plots, kinds);
  sensitivity(plots, kinds);
}

function delays(into, kinds) {
  const known = kinds.filter(([kind]) => figures.delays[kind]?.length);
  if (!known.length) return;
  const data = globalThis.uPlot.join(
    known.map(([kind]) => {
      const sorted = figures.delays[kind];
      return [sorted.map((one) => Math.max(one / 60, 0.01)), sorted.map((_, i) => (100 * (i + 1)) / sorted.length)];
    }),
  );
  plot(into, say("delays"), data, {
    x: { values: (_, ticks) => ticks.map((one) => number(one, 2)), name: say("minutes"), value: (_, one) => number(one, 1) },
    y: { values: (_, ticks) => ticks.map((one) => `${one} %`) },
    scales: { x: { time: false, distr: 3 }, y: { range: [0, 102] } },
    series: known.map(([kind], i) => ({ label: say(kind), stroke: LINES[i % LINES.length], width: 2, spanGaps: true, points: { show: false } })),
  });
}

function sensitivity(into, kinds) {
  const known = kinds.filter(([, one]) => one.events);
  if (!known.length) return;
  const most = Math.max(...known.map(([, one]) => one.false_per_person_day)) || 0.01;
  const data = globalThis.uPlot.join(known.map(([, one]) => [[one.false_per_person_day], [(100 * one.detected) / one.events]]));
  plot(into, say("sensitivity"), data, {
    x: { values: (_, ticks) => ticks.map((one) => number(one, 4)), name: say("false_a_day"), value: (_, one) => number(one, 5) },
    y: { values: (_, ticks) => ticks.map((one) => `${one} %`) },
    scales: { x: { time: false, range: [-0.03 * most, 1.1 * most] }, y: { range: [0, 105] } },
    series: known.map(([kind], i) => ({
      label: say(kind),
      stroke: LINES[i % LINES.length],
      fill: LINES[i % LINES.length],
      paths: () => null,
      points: { show: true, size: 10, fill: LINES[i % LINES.length] },
    })),
  });
}

function changes() {
  const against = figures.against;
  if (!against) return;
  const into = section("against");
  into.append(element("p", `${say("against_rules")} ${against.rule_version}`, "note"));
  for (const by of ["by_kind", "by_place"]) {
    const rows = Object.entries(against[by]).filter(([name]) => name);
    if (rows.length) {
      table(into, [say(by === "by_kind" ? "kind" : "place"), say("added"), say("removed"), say("changed")],
        rows.slice(0, MOST_ROWS).map(([name, one]) => [say(name), number(one.added), number(one.removed), number(one.changed)]));
    }
  }
  const time = clock(true);
  const listed = ["added", "removed", "changed"].flatMap((how) => against[how].map((one) => [how, one]));
  table(into, [say("change"), say("kind"), say("was"), say("becomes"), say("senior"), say("time"), say("readings")],
    listed.slice(0, MOST_ROWS).map(([how, one]) => {
      const link = element("a", say("readings"));
      link.href = figures.api + one.readings;
      return [say(how), say(one.kind), one.was ? say(one.was) : "–", one.becomes ? say(one.becomes) : "–", one.senior, time(Date.parse(one.observed_at) / 1000), link];
    }));
  if (listed.length > MOST_ROWS) into.append(element("p", `${listed.length - MOST_ROWS} ${say("more")}`, "note"));
}

function examples() {
  if (!figures.examples.length) return;
  const into = section("examples", "examples_note");
  const plots = element("div", null, "plots");
  into.append(plots);
  const time = clock(false);
  const whole = clock(true);
  for (const one of figures.examples) {
    if (one.time.length < 2) continue;
    const mark = (u) => {
      const x = u.valToPos(one.opened, "x", true);
      u.ctx.save();
      u.ctx.strokeStyle = COLOUR[one.severity];
      u.ctx.lineWidth = 2;
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      u.ctx.restore();
    };
    plot(plots, `${say(one.kind)} · ${say(one.severity)} · ${whole(one.opened)} · ${one.senior}`, [one.time, one.value], {
      x: { values: (_, ticks) => ticks.map(time), name: say("time"), value: (_, at) => (at === null ? "–" : time(at)) },
      scales: { x: { time: true } },
      series: [{ label: say(one.metric), stroke: "#1d5c4f", width: 1.5, points: { size: 4 } }],
      hooks: { draw: [mark] },
    });
  }
}

function remarks() {
  if (!figures.remarks.length) return;
  const into = section("remarks");
  const list = element("ul");
  for (const one of figures.remarks) list.append(element("li", one));
  into.append(list);
}

function draw() {
  document.documentElement.lang = language;
  document.getElementById("report").textContent = "";
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = say(one.dataset.word);
  document.getElementById("language").textContent = language === "en" ? "中文" : "English";
  document.getElementById("about").textContent =
    `${figures.title} · ${number(figures.person_days, 2)} ${say("person_days")} · ${number(figures.readings, 0)} ${say("readings")} · ${say("rules")} ${figures.rule_version}`;
  for (const part of [cards, perDay, byKind, labels, changes, byShift, byPlace, examples, remarks]) part();
}

document.getElementById("language").addEventListener("click", () => {
  language = language === "en" ? "zh-CN" : "en";
  draw();
});
draw();
