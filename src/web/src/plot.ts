import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { History, HistoryPoint } from "./api";
import { duration, moment, rate, share } from "./units";

interface Series {
  title: string;
  value: (point: HistoryPoint) => number | undefined;
  format: (value: number) => string;
  ink: string;
  /** The axis never ends below this. */
  least: number;
}

const SERIES: readonly Series[] = [
  { title: "Throughput", value: (point) => point.throughputBitsPerSecond, format: rate, ink: "--plot-throughput", least: 1e6 },
  { title: "Round-trip time", value: (point) => point.rttSeconds, format: duration, ink: "--plot-rtt", least: 1e-4 },
  { title: "Loss", value: (point) => point.lossRatio, format: share, ink: "--plot-loss", least: 0.01 },
];

const HEIGHT = 130;

/** How the axis writes times, by the least step that each row is for: step, text, and what is added where the year, month or day begins. */
const TIMES: (string | number | null)[][] = [
  [86_400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
  [3600, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
];

/** Draws what was known of a pair over time, three plots with one cursor; returns what removes them. */
export function plot(host: HTMLElement, history: History): () => void {
  const style = getComputedStyle(document.documentElement);
  const color = (variable: string): string => style.getPropertyValue(variable).trim();
  const [from, to] = [Date.parse(history.from) / 1000, Date.parse(history.to) / 1000];
  const known = new Map(history.points.map((point) => [Math.round(Date.parse(point.at) / 1000), point]));
  // A time of which nothing is known is a gap, not a line across it.
  const times: number[] = [];
  for (let at = from; at <= to + 0.5; at += history.stepSeconds) times.push(Math.round(at));
  const plots = SERIES.map((series) => {
    const values = times.map((at) => {
      const point = known.get(at);
      return point === undefined ? null : (series.value(point) ?? null);
    });
    const measured = values.filter((value): value is number => value !== null);
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    const middle = [...measured].sort((a, b) => a - b)[Math.floor(measured.length / 2)];
    const summary = measured.length === 0 ? "nothing was measured" : `${series.format(Math.min(...measured))} to ${series.format(Math.max(...measured))}, median ${series.format(middle!)}`;
    caption.textContent = `${series.title}: ${summary}`;
    figure.append(caption);
    host.append(figure);
    if (measured.length === 0) return null;
    const axis = { stroke: color("--muted"), grid: { stroke: color("--rule"), width: 1 }, ticks: { stroke: color("--rule"), width: 1 }, font: "11px system-ui, sans-serif" };
    const options: uPlot.Options = {
      width: Math.max(240, figure.clientWidth),
      height: HEIGHT,
      cursor: { sync: { key: "pair" }, drag: { x: false, y: false } },
      legend: { show: false },
      scales: { x: { time: true, range: [from, to] }, y: { range: (_, __, most) => [0, Math.max(series.least, (most ?? 0) * 1.1)] } },
      axes: [{ ...axis, values: TIMES }, { ...axis, size: 76, space: 26, values: (_, splits) => splits.map((value) => (value === 0 ? "0" : series.format(value))) }],
      series: [{}, { stroke: color(series.ink), width: 2, spanGaps: false, points: { show: measured.length < 40, size: 5 } }],
      hooks: {
        setCursor: [(self) => {
          const at = self.cursor.idx;
          const value = at === null || at === undefined ? null : values[at];
          caption.textContent = at === null || at === undefined || value === null || value === undefined
            ? `${series.title}: ${summary}`
            : `${series.title}: ${series.format(value)} at ${moment(new Date(times[at]! * 1000))}`;
        }],
      },
    };
    return { plot: new uPlot(options, [times, values], figure), figure };
  });
  const sizes = new ResizeObserver(() => {
    for (const item of plots) item?.plot.setSize({ width: Math.max(240, item.figure.clientWidth), height: HEIGHT });
  });
  sizes.observe(host);
  return () => {
    sizes.disconnect();
    for (const item of plots) item?.plot.destroy();
  };
}
