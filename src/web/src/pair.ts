import { askJson, Problem, type History, type HistoryPoint, type Link, type Plan, type WidestPath } from "./api";
import { byId, button, el, fill, name, type Child } from "./dom";
import { numbers, table } from "./lists";
import { age, clock, count, duration, rate, share, zone } from "./units";
import { parameters, patternOf, SPANS, type View } from "./view";

const MOST_RESULTS = 12;
/** Of a larger mesh the api does not keep everything of every link at hand: one pair is then asked for by itself. */
const KEPT_WHOLE_UP_TO = 150;
/** Back from the moment that is shown, for the newest values of a pair. */
const NEWEST_MS = 900_000;

/** What is known of one pair: now, over time, over others, and how to ask for more. */
export class PairView {
  private readonly host = byId("pair");
  private stop = new AbortController();
  private removePlots: () => void = () => {};
  private shown = "";
  private back: () => void = () => {};
  private refreshed: (() => void) | null = null;
  /** Where the pair has no room beside the rest, it lies over it. */
  private readonly covers = matchMedia("(max-width: 1199px)");

  constructor(private readonly close: () => void, private readonly open: (source: string, destination: string) => void, private readonly plan: () => Plan | null, private readonly nodes: () => number) {
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.host.hidden && !event.defaultPrevented) this.close();
    });
    this.covers.addEventListener("change", () => this.yieldOrNot());
  }

  /** Shows the pair that the view names, or nothing. */
  update(view: View): void {
    this.stop.abort();
    this.removePlots();
    this.removePlots = () => {};
    if (!view.source) {
      const wasOpen = !this.host.hidden;
      this.host.hidden = true;
      this.shown = "";
      this.refreshed = null;
      this.yieldOrNot();
      document.body.removeAttribute("data-pair");
      if (wasOpen) this.back();
      return;
    }

    this.stop = new AbortController();
    const isOther = this.shown !== `${view.source}\n${view.destination}`;
    this.shown = `${view.source}\n${view.destination}`;
    if (this.host.hidden) this.back = wayBack(document.activeElement as HTMLElement | null);
    this.host.hidden = false;
    document.body.setAttribute("data-pair", "");
    const title = el("h2", { id: "pair-title", tabindex: "-1" }, name(view.source), " → ", name(view.destination));
    const parts = { now: part("Now"), path: part("Widest path"), plots: part(`History of ${spanName(view.span)}`), results: part("Last results"), reasons: part("Why tests failed"), promql: part("PromQL") };
    fill(
      this.host,
      el("div", { class: "pair-head" }, title,
        button("⇄ Other direction", () => this.open(view.destination, view.source)),
        button("Close", this.close, { "aria-keyshortcuts": "Escape" })),
      ...Object.values(parts).map(({ section }) => section),
    );
    this.yieldOrNot();
    if (isOther) {
      title.focus({ preventScroll: true });
      this.host.scrollTop = 0;
    }

    const stop = this.stop.signal;
    const run = (target: Part, work: () => Promise<void>, isAgain = false): void => {
      if (!isAgain) fill(target.body, el("p", { class: "muted" }, "Loading…"));
      work().catch((error: unknown) => {
        // What was seen stays when it cannot be read anew: the sentence above all says why.
        if (stop.aborted || isAgain) return;
        fill(target.body, el("p", { class: "problem" }, error instanceof Problem ? error.message : `This cannot be shown: ${String(error)}`));
      });
    };
    run(parts.now, () => this.showNow(parts.now.body, view, stop));
    run(parts.path, () => this.showPath(parts.path.body, view, stop));
    run(parts.plots, () => this.showHistory(parts.plots.body, parts.results.body, view, stop));
    run(parts.promql, () => this.showExpressions(parts.promql.body, view, stop));
    this.showReasons(parts.reasons.body, view);
    this.refreshed = () => {
      run(parts.now, () => this.showNow(parts.now.body, view, stop), true);
      run(parts.path, () => this.showPath(parts.path.body, view, stop), true);
      this.showReasons(parts.reasons.body, view);
    };
  }

  /** Reads anew what is of the present; plots stay as they are under the reader's eyes. */
  refresh(): void {
    this.refreshed?.();
  }

  /** What lies under the pair is out of reach of the keyboard too. */
  private yieldOrNot(): void {
    const isCovered = !this.host.hidden && this.covers.matches;
    for (const element of document.querySelectorAll("body > header, body > form, body > main, body > .skip")) element.toggleAttribute("inert", isCovered);
    if (isCovered) this.host.setAttribute("aria-modal", "true");
    else this.host.removeAttribute("aria-modal");
  }

  private async showNow(host: HTMLElement, view: View, stop: AbortSignal): Promise<void> {
    const isLarge = this.nodes() > KEPT_WHOLE_UP_TO && this.plan()?.hasHistory === true;
    const [there, back] = isLarge
      ? await Promise.all([this.readNewest(view, view.source, view.destination, stop), this.readNewest(view, view.destination, view.source, stop)])
      : await this.readBoth(view, stop);
    const cells = (link: Newest | undefined): string[] => [
      link === undefined ? "unknown" : link.state === "down" ? "failed" : rate(link.throughputBitsPerSecond),
      duration(link?.rttSeconds), share(link?.lossRatio), duration(link?.jitterSeconds), duration(link?.oneWayDelaySeconds),
      link?.retransmits === undefined ? "unknown" : `${count(link.retransmits)} segments`,
      link?.throughputBitsPerSecond === undefined ? "unknown" : (link.quality ?? "unknown"),
      link?.ageSeconds === undefined ? "unknown" : `${age(link.ageSeconds)} ago`,
    ];
    const titles = ["Throughput", "Round-trip time", "Loss", "Jitter", "One-way delay", "Sent again", "Quality", "Measured"];
    const [a, b] = [cells(there), cells(back)];
    fill(host, table(["Quantity", "#This direction", "#Other direction"], titles.map((title, i) => numbers(title, { number: a[i]! }, { number: b[i]! }))));
  }

  private async readBoth(view: View, stop: AbortSignal): Promise<[Newest | undefined, Newest | undefined]> {
    const query = parameters(view, "protocol", "at");
    query.set("node", patternOf([view.source, view.destination]));
    const { value } = await askJson<{ links: Link[] }>("graph.json", query, stop);
    const find = (source: string, destination: string): Link | undefined => value.links.find((link) => link.source === source && link.destination === destination);
    return [find(view.source, view.destination), find(view.destination, view.source)];
  }

  private async readNewest(view: View, source: string, destination: string, stop: AbortSignal): Promise<Newest | undefined> {
    const query = parameters({ ...view, source, destination }, "protocol", "source", "destination");
    query.set("from", new Date((view.at ? Date.parse(view.at) : Date.now()) - NEWEST_MS).toISOString());
    if (view.at) query.set("to", view.at);
    return (await askJson<History>("api/v1/history", query, stop)).value.points.at(-1);
  }

  private async showPath(host: HTMLElement, view: View, stop: AbortSignal): Promise<void> {
    const query = parameters(view, "protocol", "at", "group", "source", "destination");
    const { value } = await askJson<WidestPath>("api/v1/paths/widest", query, stop);
    const path: Child[] = value.nodes.flatMap((node, i) => [i > 0 ? " → " : "", name(node)]);
    fill(
      host,
      el("p", {}, ...path, ` carries ${rate(value.throughputBitsPerSecond)}`, value.nodes.length > 2 ? `; the direct way ${value.directThroughputBitsPerSecond === undefined ? "was not measured" : rate(value.directThroughputBitsPerSecond)}.` : ": no way over others is wider."),
      el("p", {}, "Bottleneck: ", button([name(value.bottleneck.source), " → ", name(value.bottleneck.destination)], () => this.open(value.bottleneck.source, value.bottleneck.destination), { class: "link" }), ` ${rate(value.bottleneck.throughputBitsPerSecond)}`),
      value.diagnosis !== undefined && el("p", { class: "diagnosis" }, value.diagnosis),
    );
  }

  private async showHistory(host: HTMLElement, results: HTMLElement, view: View, stop: AbortSignal): Promise<void> {
    const query = parameters(view, "protocol", "source", "destination");
    const to = view.at ? Date.parse(view.at) : Date.now();
    query.set("from", new Date(to - SPANS[view.span]! * 1000).toISOString());
    if (view.at) query.set("to", view.at);
    let history: History;
    try {
      history = (await askJson<History>("api/v1/history", query, stop)).value;
    } catch (error) {
      fill(results, el("p", { class: "muted" }, "See above."));
      throw error;
    }

    const { plot } = await import("./plot");
    if (stop.aborted) return;
    fill(host);
    this.removePlots = plot(host, history);
    const all = resultsOf(history.points);
    // The newest, and of the older ones those that failed: they are what one looks for.
    const rows = [...all.slice(0, MOST_RESULTS), ...all.slice(MOST_RESULTS).filter((point) => point.state === "down").slice(0, MOST_RESULTS)];
    fill(results, rows.length === 0 ? el("p", { class: "muted" }, "None in this time.") : table([`Until (${zone(new Date(to))})`, "#Throughput", "Quality, reason", "#Round trip", "#Loss", "#Sent again"], rows.map((point) => numbers(
      clock(new Date(point.at)),
      { number: point.state === "down" ? "failed" : rate(point.throughputBitsPerSecond) },
      point.state === "down" ? (point.failure ?? "unknown").replaceAll("_", " ") : point.quality ?? "unknown",
      { number: duration(point.rttSeconds) },
      { number: share(point.lossRatio) },
      { number: point.retransmits === undefined ? "unknown" : count(point.retransmits) },
    ))));
    // What is wider than its room is moved with the arrow keys, once it has the focus.
    if (results.scrollWidth > results.clientWidth) for (const [key, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Last results"]] as const) results.setAttribute(key, value);
  }

  private showReasons(host: HTMLElement, view: View): void {
    const plan = this.plan();
    const own = plan?.dayFailures?.filter((failure) => failure.source === view.source) ?? [];
    fill(
      host,
      plan?.dayFailures === undefined
        ? el("p", { class: "muted" }, "Not known here: the api reads no Prometheus, or has not answered yet.")
        : own.length === 0
          ? el("p", { class: "muted" }, "No test that ", name(view.source), " sent failed in the last 24 h.")
          : el("div", {},
            table(["Reason", "#Tests in the last 24 h"], own.map((failure) => numbers(failure.reason, { number: count(Math.max(1, failure.tests)) }))),
            el("p", { class: "muted" }, "Of all tests that ", name(view.source), " sent, to any node; those of this pair stand above.")),
    );
  }

  private async showExpressions(host: HTMLElement, view: View, stop: AbortSignal): Promise<void> {
    const query = parameters(view, "protocol", "source", "destination");
    const { value } = await askJson<{ expressions: { title: string; expression: string }[] }>("api/v1/promql", query, stop);
    if (value.expressions.length === 0) return fill(host, el("p", { class: "muted" }, "None: the api does not read Prometheus."));
    fill(host, ...value.expressions.map(({ title, expression }) => {
      const code = el("code", { tabindex: "0", role: "group", "aria-label": `PromQL: ${title}` }, expression);
      const copy = button("Copy", () => void copyText(expression, code).then((isDone) => (copy.textContent = isDone ? "Copied" : "Select and copy")), { class: "small", "aria-label": `Copy the PromQL for: ${title}` });
      return el("div", { class: "promql" }, el("div", {}, el("span", {}, title), copy), code);
    }));
  }
}

/** Leads to where the focus is now; inside the graph, whose picture is drawn anew meanwhile, to its stop of the Tab key. */
function wayBack(from: HTMLElement | null): () => void {
  return () => (from?.shadowRoot?.querySelector<HTMLElement>('[tabindex="0"]') ?? from)?.focus({ preventScroll: true });
}

/** What is known of one direction; a point of a history knows no age. */
type Newest = Partial<Omit<Link, "source" | "destination">>;

interface Part {
  section: HTMLElement;
  body: HTMLElement;
}

function part(title: string): Part {
  const body = el("div", { class: "scroll" });
  return { section: el("section", {}, el("h3", {}, title), body), body };
}

const spanName = (span: string): string => ({ "6h": "6 hours", "24h": "24 hours", "7d": "7 days", "30d": "30 days" })[span] ?? span;

/** Tests are rarer than the points of a history: what repeats is the same result. The newest first. */
function resultsOf(points: readonly HistoryPoint[]): HistoryPoint[] {
  const results: HistoryPoint[] = [];
  for (const point of points) {
    const last = results[0];
    const isSame = last !== undefined && last.state === point.state && last.throughputBitsPerSecond === point.throughputBitsPerSecond && last.retransmits === point.retransmits && last.quality === point.quality;
    if (isSame) results[0] = point;
    else results.unshift(point);
  }

  return results;
}

/** Copies a text; without the right to, as on plain HTTP, selects it. */
async function copyText(text: string, shown: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(shown);
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
    return document.execCommand("copy");
  }
}
