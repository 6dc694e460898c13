import type { Change, Link, Plan } from "./api";
import { button, el, fill, name, type Child } from "./dom";
import { age, bytes, count, duration, metricValue, plural, rate, share } from "./units";

function row(...cells: (Child | { number: string })[]): HTMLTableRowElement {
  return el("tr", {}, ...cells.map((cell) => (cell !== null && typeof cell === "object" && "number" in cell ? el("td", { class: "number" }, cell.number) : el("td", {}, cell as Child))));
}

export function table(headings: readonly string[], rows: readonly HTMLTableRowElement[]): HTMLTableElement {
  return el("table", {}, el("thead", {}, el("tr", {}, ...headings.map((text) => el("th", { scope: "col", class: text.startsWith("#") ? "number" : undefined }, text.replace("#", ""))))), el("tbody", {}, ...rows));
}

export const numbers = row;

export function showWorst(host: HTMLElement, links: Link[], open: (source: string, destination: string) => void): void {
  if (links.length === 0) return fill(host, el("p", { class: "muted" }, "No link was measured."));
  fill(host, table(["Pair", "#Throughput", "#Widest path", "#Round trip", "#Loss", "Quality", "#Measured"], links.map((link) => row(
    button([name(link.source), " → ", name(link.destination)], () => open(link.source, link.destination), { class: "link" }),
    { number: link.state === "down" ? "failed" : rate(link.throughputBitsPerSecond) },
    { number: rate(link.widestPathBitsPerSecond) },
    { number: duration(link.rttSeconds) },
    { number: share(link.lossRatio) },
    link.quality,
    { number: link.ageSeconds === undefined ? "unknown" : `${age(link.ageSeconds)} ago` },
  ))));
}

export function showChanges(host: HTMLElement, changes: Change[], unchanged: number, unit: string, open: (source: string, destination: string) => void): void {
  const suffix = unit === "bit/s" ? "BitsPerSecond" : unit === "s" ? "Seconds" : unit === "ratio" ? "Ratio" : "Segments";
  const order = ["worse", "vanished", "appeared", "better"];
  const factor = (change: Change): number => {
    const [before, after] = [change["before" + suffix], change["after" + suffix]];
    return typeof before === "number" && typeof after === "number" ? Math.abs(Math.log(Math.max(before, 1e-9) / Math.max(after, 1e-9))) : Number.POSITIVE_INFINITY;
  };
  const sorted = [...changes].sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change) || factor(b) - factor(a) || 0).slice(0, 12);
  if (sorted.length === 0) return fill(host, el("p", { class: "muted" }, `Nothing changed beyond noise in ${plural(unchanged, "link")}.`));
  const value = (change: Change, when: string): string => metricValue(change[when + suffix] as number | undefined, unit);
  fill(
    host,
    table(["Pair", "Change", "#Before", "#Then"], sorted.map((change) => row(
      button([name(change.source), " → ", name(change.destination)], () => open(change.source, change.destination), { class: "link" }),
      change.change,
      { number: value(change, "before") },
      { number: value(change, "after") },
    ))),
    changes.length > sorted.length && el("p", { class: "muted" }, `And ${count(changes.length - sorted.length)} more; ${plural(unchanged, "link")} did not change beyond noise.`),
  );
}

export function showPlan(host: HTMLElement, plan: Plan): void {
  const facts: [string, Child][] = [];
  const add = (title: string, value: number | undefined, text: (value: number) => Child): void => {
    if (value !== undefined) facts.push([title, text(value)]);
  };
  add("Coverage", plan.coverageRatio, (value) => [share(value), " of all pairs", plan.oldestPairAgeSeconds === undefined ? "" : `; the oldest result is ${age(plan.oldestPairAgeSeconds)} old`].join(""));
  add("A cycle starts every", plan.cycleIntervalSeconds, (value) => `${age(value)}${plan.cycleDurationSeconds === undefined ? "" : `; the last took ${age(plan.cycleDurationSeconds)}`}`);
  add("Slots of a cycle", plan.planSlots, (value) => `${count(value)}${plan.lowerBoundSlots === undefined ? "" : `; no plan of these tests does with fewer than ${count(plan.lowerBoundSlots)}`}`);
  add("Next cycle", plan.budgetWaitSeconds, (value) => (value > 0 ? `waits ${age(value)} for its budget` : "waits for no budget"));
  add("Tests of the last 24 h", plan.daySucceededTests, (value) => `${count(value)} succeeded, ${count(plan.dayFailedTests ?? 0)} failed, ${count(plan.daySkippedTests ?? 0)} skipped`);
  add("Moved in the last 24 h", plan.dayBytes, (value) => `${bytes(value)}${plan.budgetBytes === undefined ? "" : ` of ${bytes(plan.budgetBytes)} allowed`}`);
  add("Cost of the last 24 h", plan.dayCost, (value) => `${value.toFixed(2)} in the currency of the price`);
  const failures = plan.dayFailures ?? [];
  fill(
    host,
    facts.length === 0
      ? el("p", { class: "muted" }, plan.hasHistory ? "The collector publishes nothing that Prometheus has: is it scraped?" : "Only known where the api reads Prometheus: start it with --prometheus URL.")
      : el("dl", {}, ...facts.flatMap(([title, text]) => [el("dt", {}, title), el("dd", {}, text)])),
    failures.length > 0 && el("h3", {}, "Why tests failed in the last 24 h"),
    failures.length > 0 && table(["Sent by", "Reason", "#Tests"], failures.slice(0, 8).map((failure) => row(name(failure.source), failure.reason, { number: count(Math.max(1, failure.tests)) }))),
    failures.length > 8 && el("p", { class: "muted" }, `And ${failures.length - 8} more.`),
  );
}
