/** A link as the api writes it. */
export interface Link {
  source: string;
  destination: string;
  state: "up" | "down" | "unknown";
  quality: string;
  throughputBitsPerSecond?: number;
  rttSeconds?: number;
  lossRatio?: number;
  jitterSeconds?: number;
  oneWayDelaySeconds?: number;
  retransmits?: number;
  ageSeconds?: number;
  widestPathBitsPerSecond?: number;
}

export interface Matrix {
  measuredAt: string;
  metric: string;
  unit: string;
  of: "nodes" | "groups";
  caption: string;
  ticks: string[];
  light: string[];
  dark: string[];
  nodes: { name: string; group?: string; members?: number }[];
  kinds: string;
  steps: string;
  values: (number | null)[];
  before?: (number | null)[];
}

export interface Cause {
  kind: string;
  node?: string;
  group?: string;
  source?: string;
  destination?: string;
}

export interface Suspect extends Cause {
  nodes?: string[];
  observedBitsPerSecond?: number;
  expectedBitsPerSecond?: number;
  pairs: number;
  confidence: number;
  ambiguousWith: Cause[];
}

export interface Suspects {
  measuredAt: string;
  group: string;
  nodes: number;
  measuredLinks: number;
  failedLinks: number;
  suspects: Suspect[];
}

export interface Plan {
  hasHistory: boolean;
  coverageRatio?: number;
  oldestPairAgeSeconds?: number;
  cycleDurationSeconds?: number;
  cycleIntervalSeconds?: number;
  planSlots?: number;
  lowerBoundSlots?: number;
  budgetBytes?: number;
  budgetWaitSeconds?: number;
  dayBytes?: number;
  dayCost?: number;
  daySucceededTests?: number;
  dayFailedTests?: number;
  daySkippedTests?: number;
  dayFailures?: { source: string; reason: string; tests: number }[];
}

export interface HistoryPoint extends Omit<Link, "source" | "destination" | "state" | "quality"> {
  at: string;
  state?: "up" | "down";
  quality?: string;
  failure?: string;
}

export interface History {
  from: string;
  to: string;
  stepSeconds: number;
  points: HistoryPoint[];
}

export interface WidestPath {
  nodes: string[];
  throughputBitsPerSecond: number;
  directThroughputBitsPerSecond?: number;
  bottleneck: { source: string; destination: string; throughputBitsPerSecond: number };
  diagnosis?: string;
}

export interface Change {
  source: string;
  destination: string;
  change: "appeared" | "vanished" | "worse" | "better";
  [value: string]: string | number;
}

/** Why the api gave no answer, in a sentence for people. */
export class Problem extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** An answer, and what the api said of its age. */
export interface Answer<T> {
  value: T;
  /** How old it is when its source is away, in seconds. */
  staleSeconds: number | null;
  reason: string | null;
}

const PATIENCE_MS = 60_000;

async function ask(path: string, query: URLSearchParams, stop: AbortSignal): Promise<Response> {
  const text = query.toString();
  let response: Response;
  try {
    response = await fetch(text ? `${path}?${text}` : path, { signal: AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]) });
  } catch (error) {
    if (stop.aborted) throw error;
    throw new Problem(0, error instanceof DOMException && error.name === "TimeoutError" ? `The api did not answer within ${PATIENCE_MS / 1000} s.` : "The api cannot be reached: is it running, and is the network between you and it well?");
  }

  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new Problem(response.status, problem.detail ?? `The api answered HTTP ${response.status}.`);
}

function aged<T>(response: Response, value: T): Answer<T> {
  const failure = response.headers.get("netgraph-source-failure");
  return { value, staleSeconds: failure === null ? null : Number(response.headers.get("age") ?? 0), reason: failure };
}

export async function askJson<T>(path: string, query: URLSearchParams, stop: AbortSignal): Promise<Answer<T>> {
  const response = await ask(path, query, stop);
  return aged(response, (await response.json()) as T);
}

export async function askText(path: string, query: URLSearchParams, stop: AbortSignal): Promise<Answer<string>> {
  const response = await ask(path, query, stop);
  return aged(response, await response.text());
}
