/** What an element may hold. Text is always text: names of nodes never become markup. */
export type Child = Node | string | number | null | undefined | false;

/** Makes an element. `on` are listeners, everything else attributes; `true` is an attribute without a value, `false` and `undefined` none. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | boolean | undefined> & { on?: never } = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }

  fill(element, ...children);
  return element;
}

/** Replaces what an element holds. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string | number => child !== null && child !== undefined && child !== false).map((child) => (typeof child === "number" ? String(child) : child)));
}

/** Finds an element that the page has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element '${id}'.`);
  return element as T;
}

/** A name of a node or group: isolated, so that its writing direction moves nothing around it. */
export function name(text: string): HTMLElement {
  return el("bdi", { class: "name" }, text);
}

/** A button that says what it does. */
export function button(label: Child | Child[], action: () => void, attributes: Record<string, string | boolean | undefined> = {}): HTMLButtonElement {
  const element = el("button", { type: "button", ...attributes }, ...(Array.isArray(label) ? label : [label]));
  element.addEventListener("click", action);
  return element;
}

/** Shows or hides the problem of a panel. */
export function setProblem(panel: string, text: string | null): void {
  const line = byId(panel).querySelector<HTMLElement>(".problem");
  if (!line) return;
  line.hidden = text === null;
  line.textContent = text ?? "";
  byId(panel).toggleAttribute("data-stale", text !== null);
}
