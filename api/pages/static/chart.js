// The 24-hour chart of one vital sign, drawn by uPlot.

const DAY_S = 24 * 3600;
const LEAST_SPAN_S = 1800;
const BUCKET = "10m";
const FINE_BUCKET = "1m";
const FEW = 12;
const GAP_S = 3600;
const HEIGHT = 220;
const REDRAW_MS = 120000;
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

// The last day, or as much of it as there is.
function range(times) {
  const now = Date.now() / 1000;
  const span = Math.min(DAY_S, Math.max(LEAST_SPAN_S, (now - times[0]) * 1.05));
  return [now - span, now];
}

// A quiet night must not look like a storm: the scale never spans less than this.
const LEAST_HEIGHT = { heart_rate: 30, blood_pressure: 60, spo2: 8, temperature: 2 };

function heightFor(metric) {
  return (_, low, high) => {
    const pad = Math.max((LEAST_HEIGHT[metric] - (high - low)) / 2, (high - low) * 0.08);
    return [Math.floor(low - pad), Math.ceil(high + pad)];
  };
}

function options(box, metric, labels, unit, few) {
  const { time: timeLabel, zone } = box.parentElement.dataset;
  const hour = clock(zone);
  return {
    width: box.clientWidth,
    height: HEIGHT,
    cursor: { y: false },
    legend: { live: true },
    scales: { x: { time: true, range: (plot) => range(plot.data[0]) }, y: { range: heightFor(metric) } },
    tzDate: (time) => globalThis.uPlot.tzDate(new Date(time * 1000), zone),
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
        points: { show: few, size: 6 },
        value: (_, value) => (value === null ? "–" : `${value} ${unit}`),
      })),
    ],
  };
}

function clock(timeZone) {
  const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  const format = new Intl.DateTimeFormat(document.documentElement.lang, style);
  return (time) => format.format(new Date(time * 1000));
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

  async read(metric, bucket) {
    const query = new URLSearchParams({ metric, bucket });
    const answer = await fetch(`/v1/seniors/${this.section.dataset.chart}/readings?${query}`);
    return answer.ok ? (await answer.json()).points : [];
  }

  async draw() {
    const { metric, unit } = this.tab.dataset;
    let points = await this.read(metric, BUCKET);
    if (points.length && points.length < FEW) points = await this.read(metric, FINE_BUCKET);
    if (this.tab.dataset.metric !== metric) return;
    this.plot?.destroy();
    this.plot = null;
    this.box.textContent = points.length ? "" : this.section.dataset.empty;
    if (!points.length) return;
    const labels = metric === "blood_pressure"
      ? [this.section.dataset.systolic, this.section.dataset.diastolic]
      : [this.tab.textContent];
    this.plot = new globalThis.uPlot(options(this.box, metric, labels, unit, points.length < FEW), series(points, metric), this.box);
  }
}

let chart = null;
function begin() {
  const section = document.querySelector("[data-chart]");
  if (section && chart?.section !== section) chart = new Chart(section);
}

begin();
document.querySelector("#live")?.addEventListener("renewed", begin);
setInterval(() => chart?.draw(), REDRAW_MS);
