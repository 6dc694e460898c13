import type { Cause, Suspect, Suspects } from "./api";
import { button, el, fill, name, type Child } from "./dom";
import { plural, rate, share } from "./units";

/** From this confidence on a suspect is said to be at fault. */
const SAID = 0.5;
const MOST_IN_SENTENCE = 3;

export const saidOf = (answer: Suspects): Suspect[] => answer.suspects.filter((suspect) => suspect.confidence >= SAID).sort((a, b) => b.confidence - a.confidence);

function named(cause: Cause): Child[] {
  switch (cause.kind) {
    case "node_egress": return [name(cause.node ?? ""), " egress"];
    case "node_ingress": return [name(cause.node ?? ""), " ingress"];
    case "group_egress": return [name(cause.group ?? ""), " uplink egress"];
    case "group_ingress": return [name(cause.group ?? ""), " uplink ingress"];
    case "link": return [name(cause.source ?? ""), " → ", name(cause.destination ?? "")];
    case "one_way": return [name(cause.destination ?? ""), " does not reach ", name(cause.source ?? "")];
    case "partition": return [name(cause.group ?? cause.node ?? "")];
    default: return [name(cause.node ?? cause.group ?? "")];
  }
}

function brief(suspect: Suspect): Child[] {
  if (suspect.kind === "one_way") return named(suspect);
  if (suspect.kind === "partition") {
    const others = suspect.group === undefined && suspect.nodes ? suspect.nodes.length - 1 : 0;
    return [...named(suspect), others > 0 ? ` and ${plural(others, "more node")} cut off` : " cut off"];
  }

  const observed = suspect.observedBitsPerSecond ? rate(suspect.observedBitsPerSecond) : "failed";
  return [...named(suspect), ` ${observed}`, suspect.expectedBitsPerSecond ? `, expected ${rate(suspect.expectedBitsPerSecond)}` : ""];
}

/** The state of the mesh in one sentence. */
export function sentence(answer: Suspects, when: string): { level: "good" | "bad" | "warn" | "wait"; parts: Child[] } {
  const said = saidOf(answer);
  const before = when ? `${when}: ` : "";
  if (said.length > 0) {
    const listed = said.slice(0, MOST_IN_SENTENCE).flatMap((suspect, i) => [i > 0 ? "; " : "", ...brief(suspect)]);
    const more = said.length > MOST_IN_SENTENCE ? `; and ${said.length - MOST_IN_SENTENCE} more` : "";
    return { level: "bad", parts: [`${before}${plural(said.length, "suspect")}: `, ...listed, more] };
  }

  if (answer.nodes === 0) return { level: "wait", parts: [`${before}No node is known yet.`] };
  if (answer.failedLinks > 0) return { level: "warn", parts: [`${before}No suspect, but ${plural(answer.failedLinks, "link")} failed.`] };
  if (answer.measuredLinks === 0) return { level: "wait", parts: [`${before}Nothing is measured yet between ${plural(answer.nodes, "node")}.`] };
  return { level: "good", parts: [`${before}No suspect: ${plural(answer.measuredLinks, "link")} between ${plural(answer.nodes, "node")} carry what they should.`] };
}

/** Everything that is known of each suspect. */
export function showSuspects(host: HTMLElement, answer: Suspects, openPair: (source: string, destination: string) => void, findNode: (name: string) => void): void {
  const said = saidOf(answer);
  const doubted = answer.suspects.filter((suspect) => suspect.confidence < SAID);
  if (said.length + doubted.length === 0) {
    fill(host, el("p", { class: "muted" }, answer.measuredLinks === 0 ? "Nothing is measured yet." : `None in ${plural(answer.measuredLinks, "measured link")}.`));
    return;
  }

  const item = (suspect: Suspect): HTMLElement => {
    const { source, destination, node } = suspect;
    return el(
      "li",
      { class: suspect.confidence >= SAID ? "said" : "doubted" },
      el("strong", {}, ...brief(suspect)),
      el("span", { class: "muted" }, ` ${plural(suspect.pairs, "pair")}, confidence ${share(suspect.confidence)}`),
      suspect.ambiguousWith.length > 0 && el("span", { class: "muted" }, "; or else ", ...suspect.ambiguousWith.flatMap((cause, i) => [i > 0 ? ", " : "", ...named(cause)])),
      " ",
      source !== undefined && destination !== undefined && button("Open pair", () => (suspect.kind === "one_way" ? openPair(destination, source) : openPair(source, destination)), { class: "small" }),
      node !== undefined && button("Find in matrix", () => findNode(node), { class: "small" }),
    );
  };

  fill(
    host,
    said.length > 0 ? el("ul", { class: "suspects" }, ...said.map(item)) : el("p", { class: "muted" }, "None that is sure enough to name."),
    doubted.length > 0 && el("details", {}, el("summary", {}, `${plural(doubted.length, "suspicion")} below a confidence of ${share(SAID)}`), el("ul", { class: "suspects" }, ...doubted.slice(0, 20).map(item))),
  );
}
