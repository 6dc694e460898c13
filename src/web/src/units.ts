const UNKNOWN = "unknown";

/** Three digits of a number, in the unit that leaves at most three before the point. */
function scaled(value: number | null | undefined, steps: readonly (readonly [number, string])[]): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const last = steps.length - 1;
  let at = steps.findIndex(([factor]) => Math.abs(value) >= factor);
  if (at < 0) at = last;
  // 999.7 becomes 1000: that is 1.00 of the next unit.
  if (at > 0 && Math.abs(value / steps[at]![0]) >= 999.5) at--;
  const [factor, unit] = steps[at]!;
  return `${digits(value / factor)} ${unit}`;
}

/** Three significant digits, without an exponent. */
export function digits(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

export const rate = (bitsPerSecond: number | null | undefined): string =>
  scaled(bitsPerSecond, [[1e12, "Tbit/s"], [1e9, "Gbit/s"], [1e6, "Mbit/s"], [1e3, "kbit/s"], [1, "bit/s"]]);

export const duration = (seconds: number | null | undefined): string => scaled(seconds, [[1, "s"], [1e-3, "ms"], [1e-6, "us"]]);

export const bytes = (count: number | null | undefined): string => scaled(count, [[1e15, "PB"], [1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]]);

export const share = (ratio: number | null | undefined): string =>
  ratio === null || ratio === undefined || !Number.isFinite(ratio) ? UNKNOWN : ratio === 0 ? "0 %" : ratio < 0.0001 ? "< 0.01 %" : `${digits(ratio * 100)} %`;

export const count = (value: number): string => Math.round(value).toLocaleString("en-US");

export const plural = (value: number, one: string, many = one + "s"): string => `${count(value)} ${Math.round(value) === 1 ? one : many}`;

/** A long time in words, such as "3 min" or "2.5 h". */
export function age(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return UNKNOWN;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${digits(seconds / 3600)} h`;
  return `${digits(seconds / 86_400)} d`;
}

/** A value of a metric by the unit that the api gives it. */
export function metricValue(value: number | null | undefined, unit: string): string {
  switch (unit) {
    case "bit/s": return rate(value);
    case "s": return duration(value);
    case "ratio": return share(value);
    default: return value === null || value === undefined ? UNKNOWN : `${count(value)} ${unit}`;
  }
}

const two = (value: number): string => String(value).padStart(2, "0");

/** The reader's own time zone at a time, such as "UTC+1". */
export function zone(time: Date): string {
  const offset = -time.getTimezoneOffset();
  const minutes = Math.abs(offset) % 60;
  return offset === 0 ? "UTC" : `UTC${offset < 0 ? "−" : "+"}${Math.floor(Math.abs(offset) / 60)}${minutes === 0 ? "" : `:${two(minutes)}`}`;
}

/** A time as the reader's clock shows it, with the day where that is not today; the zone must stand beside it. */
export function clock(time: Date): string {
  const isToday = time.toDateString() === new Date().toDateString();
  return `${isToday ? "" : `${two(time.getMonth() + 1)}-${two(time.getDate())} `}${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** A moment in the reader's own time zone, which is named. */
export function moment(time: Date): string {
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} ${zone(time)}`;
}
