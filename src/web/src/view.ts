/** What the page shows: all of it stands in the address, so that a link says to a colleague what you see. */
export interface View {
  metric: string;
  protocol: string;
  view: string;
  group: string;
  node: string;
  compare: string;
  theme: string;
  /** How far back the slider and the plots reach. */
  span: string;
  /** The moment that is shown, as RFC 3339; empty for now. */
  at: string;
  source: string;
  destination: string;
}

const USUAL: View = { metric: "bandwidth", protocol: "tcp", view: "", group: "", node: "", compare: "", theme: "", span: "24h", at: "", source: "", destination: "" };

export const SPANS: Readonly<Record<string, number>> = { "6h": 21_600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000 };

/** Reads the view from the address; what is unknown is left out. */
export function readView(search: string): View {
  const view = { ...USUAL };
  const given = new URLSearchParams(search);
  for (const key of Object.keys(USUAL) as (keyof View)[]) view[key] = given.get(key) ?? USUAL[key];
  if (!(view.span in SPANS)) view.span = USUAL.span;
  if (view.theme !== "light" && view.theme !== "dark") view.theme = "";
  const at = view.at === "" ? Number.NaN : /^\d+$/.test(view.at) ? Number(view.at) * (Number(view.at) < 1e11 ? 1000 : 1) : Date.parse(view.at);
  view.at = Number.isFinite(at) ? new Date(at).toISOString().replace(/\.000Z$/, "Z") : "";
  if (!view.source || !view.destination) view.source = view.destination = "";
  return view;
}

/** The address of a view: only what is not as usual. */
export function addressOf(view: View): string {
  const query = new URLSearchParams();
  for (const key of Object.keys(USUAL) as (keyof View)[]) if (view[key] !== USUAL[key]) query.set(key, view[key]);
  const text = query.toString();
  return text ? `?${text}` : location.pathname;
}

/** The view as parameters of the api. */
export function parameters(view: View, ...keys: (keyof View)[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const key of keys) if (view[key] && view[key] !== USUAL[key]) query.set(key, view[key]);
  return query;
}

/** An expression that matches these names and no others. */
export function patternOf(names: readonly string[]): string {
  return names.map((text) => text.replace(/[\\^$.*+?()[\]{}|#\s-]/g, (c) => (c === "-" ? c : `\\${c}`))).join("|");
}
