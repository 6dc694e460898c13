import { byId } from "./dom";

/** What the api's own picture needs to be a part of the page. */
const RULES = `
svg { display: block; width: 100%; height: auto; max-height: 84vh; }
g[data-source], g[data-node] { cursor: pointer; }
.hit { fill: none; stroke: transparent; stroke-width: 12; pointer-events: stroke; }
g[data-source]:hover path:not(.hit) { stroke-width: 5; opacity: 1; }
g[data-node]:hover circle { stroke-width: 4; }
text { pointer-events: none; }
`;

/** The api's picture of the graph, made to answer. */
export class GraphView {
  private readonly host = byId("graph");
  private readonly root = this.host.attachShadow({ mode: "open" });
  private readonly rules = new CSSStyleSheet();
  private readonly own = new CSSStyleSheet();

  constructor(private readonly open: (source: string, destination: string) => void, private readonly findNode: (name: string) => void) {
    this.rules.replaceSync(RULES);
    // A shadow tree has style sheets of its own: the picture's classes mean nothing to the page, and no style is inline.
    this.root.adoptedStyleSheets = [this.own, this.rules];
    this.root.addEventListener("click", (event) => this.click(event));
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

    this.root.replaceChildren(document.importNode(picture, true));
  }

  private click(event: Event): void {
    const target = event.target as Element;
    const link = target.closest<SVGGElement>("g[data-source]");
    if (link) return this.open(link.dataset.source!, link.dataset.destination!);
    const node = target.closest<SVGGElement>("g[data-node]");
    if (node) this.findNode(node.dataset.node!);
  }
}
