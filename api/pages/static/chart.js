// The 24-hour chart of one vital sign, drawn by uPlot.

const HOURS = 24;
const BUCKET = "10m";
const GAP_S = 3600;
const HEIGHT = 220;
const COLOURS = ["#1d5c4f", "#b06a00"];

function series(points, metric) {
  const times = [];
  const columns = metric === "blood_pressure" ? [[], []] : [[]];
  let before = null;
  for (const point of points) {
    const time = Date.parse(point.time) / 1000;
    if (before !== null && time - before > GAP_S) {
      times.push(before + 1);
      for (const column of columns) column.push(null);
    }
    times.push(time);
    if (metric === "blood_pressure") {
      columns[0].push(Math.round(point.systolic.mean));
      columns[1].push(Math.round(point.diastolic.mean));
    } else {
      columns[0].push(Math.round(point.mean * 10) / 10);
    }
    before = time;
  }
  return [times, ...columns];
}

function options(box, timeLabel, labels, unit) {
  return {
    width: box.clientWidth,
    height: HEIGHT,
    cursor: { y: false },
    legend: { live: true },
    scales: { x: { time: true, range: () => [Date.now() / 1000 - HOURS * 3600, Date.now() / 1000] } },
    axes: [
      { stroke: "#5b6661", grid: { stroke: "#eceae4" }, values: (_, ticks) => ticks.map(hour) },
      { stroke: "#5b6661", grid: { stroke: "#eceae4" }, size: 44 },
    ],
    series: [
      { label: timeLabel, value: (_, time) => (time === null ? "–" : hour(time)) },
      ...labels.map((label, index) => ({
        label,
        stroke: COLOURS[index],
        width: 2,
        points: { show: false },
        value: (_, value) => (value === null ? "–" : `${value} ${unit}`),
      })),
    ],
  };
}

function hour(time) {
  return new Date(time * 1000).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
}

class Chart {
  constructor(section) {
    this.section = section;
    this.box = section.querySelector(".chart-canvas");
    this.tabs = [...section.querySelectorAll(".tab")];
    this.plot = null;
    for (const tab of this.tabs) tab.addEventListener("click", () => this.choose(tab));
    new ResizeObserver(() => this.plot?.setSize({ width: this.box.clientWidth, height: HEIGHT })).observe(this.box);
    this.choose(this.tabs[0]);
  }

  choose(tab) {
    for (const each of this.tabs) each.setAttribute("aria-pressed", String(each === tab));
    this.tab = tab;
    return this.draw();
  }

  async draw() {
    const { metric, unit } = this.tab.dataset;
    const query = new URLSearchParams({ metric, bucket: BUCKET });
    const answer = await fetch(`/v1/seniors/${this.section.dataset.chart}/readings?${query}`);
    const points = answer.ok ? (await answer.json()).points : [];
    if (this.tab.dataset.metric !== metric) return;
    this.plot?.destroy();
    this.plot = null;
    this.box.textContent = points.length ? "" : this.section.dataset.empty;
    if (!points.length) return;
    const labels = metric === "blood_pressure"
      ? [this.section.dataset.systolic, this.section.dataset.diastolic]
      : [this.tab.textContent];
    this.plot = new globalThis.uPlot(options(this.box, this.section.dataset.time, labels, unit), series(points, metric), this.box);
  }
}

let chart = null;
function begin() {
  const section = document.querySelector("[data-chart]");
  if (section && chart?.section !== section) chart = new Chart(section);
}

begin();
document.querySelector("#live")?.addEventListener("renewed", begin);
setInterval(() => chart?.draw(), 300000);
