import { byId } from "./dom";

/** What the api's own picture needs to be a part of the page. */
const RULES = `
svg { display: block; width: 100%; height: auto; max-height: 84vh; }
g[data-source], g[data-node] { cursor: pointer; }
.hit { fill: none; stroke: transparent; stroke-width: 12; pointer-events: stroke; }
g[data-source]:hover path:not(.hit) { stroke-width: 5; opacity: 1; }
g[data-node]:hover circle { stroke-width: 4; }
g:focus { outline: none; }
g[data-source]:focus-visible path:not(.hit) { stroke-width: 7; opacity: 1; }
g[data-node]:focus-visible circle { stroke-width: 6; }
text { pointer-events: none; }
`;

/** Where the Tab key stops. */
const STOP = '[tabindex="0"]';

/** The api's picture of the graph, made to answer. */
export class GraphView {
  private readonly host = byId("graph");
  private readonly root = this.host.attachShadow({ mode: "open" });
  private readonly rules = new CSSStyleSheet();
  private readonly own = new CSSStyleSheet();
  /** By node: the node, then the links that leave it. */
  private stops = new Map<string, SVGGElement[]>();

  constructor(private readonly open: (source: string, destination: string) => void, private readonly findNode: (name: string) => void) {
    this.rules.replaceSync(RULES);
    // A shadow tree has style sheets of its own: the picture's classes mean nothing to the page, and no style is inline.
    this.root.adoptedStyleSheets = [this.own, this.rules];
    this.root.addEventListener("click", (event) => this.act(event.target as Element));
    // What has the focus, by the keyboard or by a click, is where the Tab key stops from now on.
    this.root.addEventListener("focusin", (event) => {
      this.root.querySelector(STOP)?.setAttribute("tabindex", "-1");
      (event.target as Element).setAttribute("tabindex", "0");
    });
    this.root.addEventListener("keydown", (event) => this.key(event as KeyboardEvent));
  }

  /** The room for a picture, in steps, so that many viewers share one. */
  size(): { width: number; height: number } {
    const width = Math.max(320, Math.round(this.host.clientWidth / 40) * 40);
    const height = Math.max(360, Math.min(Math.round((window.innerHeight * 0.8) / 40) * 40, Math.round((width * 1.05) / 40) * 40));
    return { width, height: width < 600 ? Math.max(height, width + 120) : height };
  }

  show(svg: string): void {
    // Before it is parsed: a style that was a part of the page for a moment is one that the security policy forbids. Names are escaped, so nothing else looks like one.
    const styles: string[] = [];
    const bare = svg.replace(/<style>([^<]*)<\/style>/g, (_, rules: string) => {
      styles.push(rules);
      return "";
    });
    const picture = new DOMParser().parseFromString(bare, "image/svg+xml").documentElement;
    if (picture.localName !== "svg") throw new Error("The api's picture cannot be read.");
    this.own.replaceSync(styles.join("\n"));
    picture.removeAttribute("width");
    picture.removeAttribute("height");
    for (const link of picture.querySelectorAll("g[data-source] > path:first-of-type")) {
      const hit = link.cloneNode() as Element;
      hit.setAttribute("class", "hit");
      hit.removeAttribute("stroke-width");
      hit.removeAttribute("opacity");
      link.parentNode!.append(hit);
    }

    const hadFocus = this.root.activeElement !== null;
    const held = this.root.querySelector<SVGGElement>(STOP);
    const shown = document.importNode(picture, true);
    this.root.replaceChildren(shown);
    this.prepare(shown, held);
    if (hadFocus) this.root.querySelector<SVGGElement>(STOP)?.focus({ preventScroll: true });
  }

  /** Lets the keyboard in: one stop of the Tab key, whose arrows walk from node to node and through the links that leave one. */
  private prepare(picture: Element, held: SVGGElement | null): void {
    picture.setAttribute("role", "group");
    picture.setAttribute("aria-label", "Graph: left and right walk from node to node, up and down through the links that leave it, Enter opens");
    // As people count, not as they are drawn: what stands out is drawn last.
    const sorted = (selector: string, name: (element: SVGGElement) => string): SVGGElement[] =>
      [...picture.querySelectorAll<SVGGElement>(selector)].sort((a, b) => name(a).localeCompare(name(b), "en", { numeric: true }));
    this.stops = new Map(sorted("g[data-node]", (node) => node.dataset.node!).map((node) => [node.dataset.node!, [node]]));
    for (const link of sorted("g[data-source]", (link) => link.dataset.destination!)) this.stops.get(link.dataset.source!)?.push(link);
    const all = [...this.stops.values()].flat();
    for (const stop of all) {
      stop.setAttribute("tabindex", "-1");
      stop.setAttribute("role", "button");
      stop.setAttribute("aria-label", stop.querySelector("title")?.textContent ?? "");
    }

    const again = held && all.find((stop) => stop.dataset.node === held.dataset.node && stop.dataset.source === held.dataset.source && stop.dataset.destination === held.dataset.destination);
    (again ?? all[0])?.setAttribute("tabindex", "0");
  }

  private key(event: KeyboardEvent): void {
    const at = (event.target as Element).closest<SVGGElement>("g[data-node], g[data-source]");
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = this.next(at, event.key);
    if (next) next.focus();
    else if (event.key === "Enter" || event.key === " ") this.act(at);
    else return;
    event.preventDefault();
  }

  private next(at: SVGGElement, key: string): SVGGElement | undefined {
    const names = [...this.stops.keys()];
    const name = at.dataset.node ?? at.dataset.source!;
    const own = this.stops.get(name) ?? [];
    const node = names.indexOf(name);
    const ofNode = (i: number): SVGGElement | undefined => this.stops.get(names[(i + names.length) % names.length]!)?.[0];
    switch (key) {
      case "ArrowRight": return ofNode(node + 1);
      case "ArrowLeft": return ofNode(node - 1);
      case "ArrowDown": return own[(own.indexOf(at) + 1) % own.length];
      case "ArrowUp": return own[(own.indexOf(at) - 1 + own.length) % own.length];
      case "Home": return ofNode(0);
      case "End": return ofNode(-1);
      default: return undefined;
    }
  }

  private act(target: Element): void {
    const link = target.closest<SVGGElement>("g[data-source]");
    if (link) return this.open(link.dataset.source!, link.dataset.destination!);
    const node = target.closest<SVGGElement>("g[data-node]");
    if (node) this.findNode(node.dataset.node!);
  }
}
