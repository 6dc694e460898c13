import "./style.css";
import { askJson, askText, Problem, type Answer, type Change, type Link, type Matrix, type Plan, type Suspects } from "./api";
import { byId, el, fill, setProblem } from "./dom";
import { GraphView } from "./graph";
import { showChanges, showPlan, showWorst } from "./lists";
import { isDark, MatrixView } from "./matrix";
import { PairView } from "./pair";
import { saidOf, sentence, showSuspects } from "./suspects";
import { age, moment, plural, share } from "./units";
import { addressOf, parameters, patternOf, readView, SPANS, type View } from "./view";

const REFRESH_MS = 15_000;
const SLIDE_MS = 250;
const TYPE_MS = 400;
const MOST_IN_PATTERN = 200;

let view = readView(location.search);
let plan: Plan | null = null;
let stop = new AbortController();
let timer = 0;
let rounds = 0;
let turns = 0;

const form = byId<HTMLFormElement>("filters");
const field = <T extends HTMLElement>(key: string): T => form.elements.namedItem(key) as unknown as T;
const slider = field<HTMLInputElement>("moment");
const shown = field<HTMLOutputElement>("shown");
const matrixView = new MatrixView((source, destination, of) => (of === "groups" ? run(openGroups(source, destination)) : openPair(source, destination)));
const graphView = new GraphView((source, destination) => run(openLink(source, destination)), (node) => matrixView.find(node));
const pairView = new PairView(closePair, openPair, () => plan, () => matrixView.nodes);

/** Says why a step that began with a click led nowhere. */
function run(step: Promise<void>): void {
  step.catch((error: unknown) => setProblem("graph-panel", error instanceof Problem ? error.message : `This cannot be shown: ${String(error)}`));
}

/** Shows another view: all of the page follows it. */
function go(change: Partial<View>, isStep = false): void {
  view = { ...view, ...change };
  const address = addressOf(view);
  if (isStep) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  follow();
}

function follow(): void {
  writeForm();
  pairView.update(view);
  matrixView.setPair(view.source, view.destination);
  void refresh();
}

function openPair(source: string, destination: string): void {
  view = { ...view, source, destination };
  history.pushState(null, "", addressOf(view));
  pairView.update(view);
  matrixView.setPair(source, destination);
  void drawGraph(stop.signal);
}

function closePair(): void {
  view = { ...view, source: "", destination: "" };
  history.pushState(null, "", addressOf(view));
  pairView.update(view);
  matrixView.setPair("", "");
  void drawGraph(stop.signal);
}

/** The picture may show groups where the matrix shows nodes. */
async function openLink(source: string, destination: string): Promise<void> {
  const { nodes } = await readNodes();
  const isNode = (text: string): boolean => nodes.some((node) => node.name === text);
  if (isNode(source) && isNode(destination) && view.view !== "groups") openPair(source, destination);
  else await openGroups(source, destination);
}

/** From groups to their nodes. */
async function openGroups(...groups: string[]): Promise<void> {
  const { nodes, none } = await readNodes();
  const members = nodes.filter((node) => groups.includes(node.group ?? none)).map((node) => node.name);
  if (members.length === 0) return;
  if (members.length > MOST_IN_PATTERN) return setProblem("matrix-panel", `These groups have ${plural(members.length, "node")}: write an expression for at most 300 of them into "Nodes".`);
  go({ node: patternOf(members), view: "" }, true);
}

async function readNodes(): Promise<{ nodes: { name: string; group?: string }[]; none: string }> {
  const { value } = await askJson<{ nodes: { name: string; group?: string }[] }>("api/v1/nodes", parameters(view, "at", "node", "group", "protocol"), stop.signal);
  return { nodes: value.nodes, none: "no group" };
}

/** Reads everything that the page shows, and again after a while. */
async function refresh(): Promise<void> {
  stop.abort();
  stop = new AbortController();
  clearTimeout(timer);
  const signal = stop.signal;
  document.documentElement.dataset.page = "loading";
  await Promise.all([drawSuspects(signal), drawMatrix(signal), drawGraph(signal)]);
  if (signal.aborted) return;
  document.documentElement.dataset.page = "drawn";
  document.documentElement.dataset.rounds = String(++rounds);
  // With the next frame all of it is on the screen.
  requestAnimationFrame(() => performance.mark("netgraph-drawn"));
  await Promise.all([drawWorst(signal), drawPlan(signal)]);
  if (signal.aborted) return;
  document.documentElement.dataset.page = "complete";
  // The past does not change; nobody looks at a hidden page.
  if (!view.at) timer = window.setTimeout(refreshIfSeen, REFRESH_MS);
}

function refreshIfSeen(): void {
  if (document.hidden) return document.addEventListener("visibilitychange", refreshIfSeen, { once: true });
  pairView.refresh();
  void refresh();
}

/** Runs the work of a panel; a failure stands in the panel, and leaves what was seen before. */
async function within(panel: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    if (!signal.aborted) setProblem(panel, null);
  } catch (error) {
    if (!signal.aborted) setProblem(panel, error instanceof Problem ? error.message : `This cannot be shown: ${String(error)}`);
  }
}

async function drawSuspects(signal: AbortSignal): Promise<void> {
  const state = byId("state");
  await within("suspects-panel", signal, async () => {
    try {
      const answer = await askJson<Suspects>("api/v1/suspects", parameters(view, "protocol", "group", "node", "at"), signal);
      const { level, parts } = sentence(answer.value, view.at ? `At ${moment(new Date(view.at))}` : "");
      state.dataset.level = level;
      fill(state, ...parts);
      document.title = `${state.textContent?.slice(0, 80) ?? ""} - NetGraph`;
      const said = saidOf(answer.value);
      matrixView.setSuspects(isOfTests() ? said : []);
      showSuspects(byId("suspects"), answer.value, openPair, (node) => matrixView.find(node));
      showFacts(answer);
    } catch (error) {
      if (!signal.aborted && error instanceof Problem) {
        state.dataset.level = "bad";
        // What was seen last stays below, and is not taken for the present.
        fill(state, error.status === 400 ? `Bad filter: ${error.message}` : `Nothing new is known: ${error.message}`);
        document.title = "No data - NetGraph";
      }

      throw error;
    }
  });
}

/** Suspects are found in throughput: under other colours their marks would point at nothing. */
const isOfTests = (): boolean => view.metric === "bandwidth" || view.metric === "retransmits" || view.metric === "health";

function showFacts(answer: Answer<Suspects>): void {
  const { measuredAt, nodes, measuredLinks, failedLinks } = answer.value;
  const possible = nodes * (nodes - 1);
  fill(
    byId("facts"),
    `${plural(nodes, "node")}, ${plural(measuredLinks, "link")} measured${possible > 0 ? ` of ${possible.toLocaleString("en-US")}` : ""}, ${failedLinks.toLocaleString("en-US")} failed · data of ${moment(new Date(measuredAt))}`,
    plan?.coverageRatio !== undefined && ` · coverage ${share(plan.coverageRatio)}`,
    !view.at && ` · read anew every ${REFRESH_MS / 1000} s`,
  );
  const trouble = byId("trouble");
  trouble.hidden = answer.staleSeconds === null;
  trouble.textContent = answer.staleSeconds === null ? "" : `What you see is ${age(answer.staleSeconds)} old: the source of the measurements is away. ${answer.reason ?? ""}`;
}

const drawMatrix = (signal: AbortSignal): Promise<void> =>
  within("matrix-panel", signal, async () => {
    const query = parameters(view, "metric", "protocol", "group", "node", "compare", "at");
    if (view.view === "groups") query.set("view", "groups");
    const { value } = await askJson<Matrix>("api/v1/matrix", query, signal);
    matrixView.show(value);
    matrixView.setPair(view.source, view.destination);
  });

const drawGraph = (signal: AbortSignal): Promise<void> =>
  within("graph-panel", signal, async () => {
    const query = parameters(view, "metric", "protocol", "group", "node", "view", "compare", "at", "source", "destination");
    const { width, height } = graphView.size();
    query.set("theme", isDark() ? "dark" : "light");
    query.set("width", String(width));
    query.set("height", String(height));
    const turn = ++turns;
    const picture = (await askText("graph.svg", query, signal)).value;
    // A picture that was asked for later is newer, whichever comes first.
    if (turn === turns) graphView.show(picture);
  });

const UNITS: Readonly<Record<string, string>> = { bandwidth: "bit/s", rtt: "s", jitter: "s", delay: "s", loss: "ratio", health: "ratio", retransmits: "segments" };

const drawWorst = (signal: AbortSignal): Promise<void> =>
  within("worst-panel", signal, async () => {
    const host = byId("worst");
    if (view.compare) {
      byId("worst-title").textContent = "What changed";
      const { value } = await askJson<{ diff: { links: Change[]; unchangedLinks: number } }>("api/v1/diff", parameters(view, "metric", "protocol", "group", "node", "compare", "at"), signal);
      return showChanges(host, value.diff.links, value.diff.unchangedLinks, UNITS[view.metric] ?? "", openPair);
    }

    byId("worst-title").textContent = "Links of least throughput";
    const query = parameters(view, "protocol", "group", "node", "at");
    query.set("limit", "12");
    const { value } = await askJson<{ links: Link[] }>("api/v1/bottlenecks", query, signal);
    showWorst(host, value.links, openPair);
  });

const drawPlan = (signal: AbortSignal): Promise<void> =>
  within("plan-panel", signal, async () => {
    const isFirst = plan === null;
    plan = (await askJson<Plan>("api/v1/plan", parameters(view, "at"), signal)).value;
    showPlan(byId("plan"), plan);
    allowHistory(plan.hasHistory);
    if (isFirst) pairView.refresh();
  });

function allowHistory(hasHistory: boolean): void {
  for (const input of [slider, field<HTMLSelectElement>("compare"), field<HTMLSelectElement>("span")]) {
    input.disabled = !hasHistory;
    input.title = hasHistory ? "" : "The past is only known where the api reads Prometheus.";
  }
}

function writeForm(): void {
  for (const key of ["metric", "protocol", "view", "group", "compare", "theme", "span"] as const) field<HTMLSelectElement>(key).value = view[key];
  // What the page does not offer, such as compare=3h, still counts when it stands in the address.
  const compare = field<HTMLSelectElement>("compare");
  if (compare.value !== view.compare) {
    compare.append(new Option(`${view.compare} before`, view.compare));
    compare.value = view.compare;
  }

  const node = field<HTMLInputElement>("node");
  if (document.activeElement !== node) node.value = view.node;
  if (view.theme) document.documentElement.dataset.theme = view.theme;
  else delete document.documentElement.dataset.theme;
  writeTime();
  const query = parameters(view, "metric", "protocol", "group", "node", "at");
  const picture = parameters(view, "metric", "protocol", "group", "node", "at", "view", "compare", "source", "destination");
  const link = (file: string, title: string, search: URLSearchParams): HTMLLIElement => {
    const text = search.toString();
    return el("li", {}, el("a", { href: text ? `${file}?${text}` : file, download: `netgraph-${file}` }, title));
  };
  const data = new URLSearchParams(query);
  data.delete("metric");
  fill(
    byId("downloads").querySelector("ul")!,
    link("graph.svg", "SVG, the graph", picture), link("matrix.svg", "SVG, the matrix", parameters(view, "metric", "protocol", "group", "node", "at", "compare")),
    link("graph.dot", "DOT, for Graphviz", query), link("graph.graphml", "GraphML", data), link("graph.csv", "CSV", data), link("graph.json", "JSON", data),
  );
}

function writeTime(): void {
  const steps = -Number(slider.min);
  const back = view.at ? (Date.now() - Date.parse(view.at)) / 1000 : 0;
  const wanted = Object.entries(SPANS).find(([, seconds]) => seconds >= back)?.[0];
  // A link to last week opens with a slider that reaches it.
  if (back > SPANS[view.span]! && wanted) {
    view.span = wanted;
    field<HTMLSelectElement>("span").value = wanted;
  }

  slider.value = String(Math.round((-back / SPANS[view.span]!) * steps));
  const text = view.at ? moment(new Date(view.at)) : "now";
  shown.textContent = text;
  slider.setAttribute("aria-valuetext", text);
  field<HTMLButtonElement>("now").hidden = !view.at;
}

function later(wait: number, work: () => void): () => void {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(work, wait);
  };
}

function momentOfSlider(): string {
  const back = -Number(slider.value) / -Number(slider.min);
  if (back === 0) return "";
  // Whole minutes: viewers who look at the same time share an answer.
  const time = Date.now() - back * SPANS[view.span]! * 1000;
  return new Date(Math.round(time / 60_000) * 60_000).toISOString().replace(".000", "");
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => {
  const target = event.target as HTMLSelectElement;
  if (target.name === "span") go({ span: target.value, ...(view.at ? { at: momentOfSlider() } : {}) });
  else if (target instanceof HTMLSelectElement) go({ [target.name]: target.value }, target.name !== "theme");
});
const slide = later(SLIDE_MS, () => go({ at: momentOfSlider() }));
slider.addEventListener("input", () => {
  const at = momentOfSlider();
  shown.textContent = at ? moment(new Date(at)) : "now";
  slider.setAttribute("aria-valuetext", shown.textContent);
  slide();
});
field<HTMLButtonElement>("now").addEventListener("click", () => {
  go({ at: "" }, true);
  slider.focus();
});
field<HTMLInputElement>("node").addEventListener("input", later(TYPE_MS, () => go({ node: field<HTMLInputElement>("node").value.trim() })));
addEventListener("popstate", () => {
  view = readView(location.search);
  follow();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  matrixView.redraw();
  void drawGraph(stop.signal);
});
const isNarrow = matchMedia("(max-width: 640px)");
const unfold = (): void => {
  byId<HTMLDetailsElement>("more").open = !isNarrow.matches;
};
isNarrow.addEventListener("change", unfold);
unfold();
let drawnAt = graphView.size();
new ResizeObserver(later(SLIDE_MS, () => {
  const size = graphView.size();
  if (size.width === drawnAt.width && size.height === drawnAt.height) return;
  drawnAt = size;
  void drawGraph(stop.signal);
})).observe(byId("graph"));
addEventListener("keydown", (event) => {
  if (event.key === "/" && !(event.target instanceof HTMLInputElement)) {
    event.preventDefault();
    field<HTMLInputElement>("node").focus();
  }
});

follow();
