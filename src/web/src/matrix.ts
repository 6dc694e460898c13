import type { Matrix, Suspect } from "./api";
import { byId, el, fill } from "./dom";
import { digits, metricValue } from "./units";

/** Cells never get larger than this, in pixels. */
const LARGEST_CELL = 84;
const SMALLEST_CELL = 3;
/** A finger needs cells at least so large; the matrix scrolls where they have no room. */
const SMALLEST_TOUCHED_CELL = 12;
/** Below this size of cells the names have no room. */
const NAMED_CELL = 11;
/** From this size on a cell has room for its number. */
const NUMBERED_CELL = 28;
/** In smaller cells a frame would hide what it frames. */
const FRAMED_CELL = 6;
const MOST_PIXELS = 12_000_000;

/** Where the parts of the matrix lie, in pixels. */
interface Grid {
  left: number;
  top: number;
  cell: number;
  text: number;
}

/** The matrix on a canvas: thousands of cells cost nothing, and a finger, a mouse and a keyboard reach each of them. */
export class MatrixView {
  private readonly host = byId("matrix");
  private readonly canvas = this.host.querySelector("canvas")!;
  private readonly tip = byId("tip");
  private readonly announced = byId("cell");
  private matrix: Matrix | null = null;
  private suspects: Suspect[] = [];
  private pair: [number, number] | null = null;
  private cursor: [number, number] | null = null;
  private marked = -1;
  private grid: Grid = { left: 0, top: 0, cell: 0, text: 0 };
  private touched = "";
  private pointer = "mouse";

  constructor(private readonly open: (source: string, destination: string, of: Matrix["of"]) => void) {
    new ResizeObserver(() => this.redraw()).observe(this.host);
    this.canvas.addEventListener("pointerdown", (event) => (this.pointer = event.pointerType));
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => this.leave());
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.host.addEventListener("keydown", (event) => this.key(event));
    this.host.addEventListener("blur", () => this.leave());
    this.host.addEventListener("scroll", () => (this.tip.hidden = true), { passive: true });
  }

  /** How many nodes or groups it shows. */
  get nodes(): number {
    return this.matrix?.nodes.length ?? 0;
  }

  show(matrix: Matrix): void {
    const names = this.cursor && this.matrix ? this.cursor.map((i) => this.matrix!.nodes[i]?.name) : [];
    this.matrix = matrix;
    const [row, column] = names.map((text) => matrix.nodes.findIndex((node) => node.name === text));
    this.cursor = row !== undefined && column !== undefined && row >= 0 && column >= 0 ? [row, column] : null;
    this.redraw();
  }

  setSuspects(suspects: Suspect[]): void {
    this.suspects = suspects;
    this.draw();
  }

  setPair(source: string, destination: string): void {
    const find = (text: string): number => this.matrix?.nodes.findIndex((node) => node.name === text) ?? -1;
    const [row, column] = [find(source), find(destination)];
    this.pair = row >= 0 && column >= 0 ? [row, column] : null;
    this.draw();
  }

  /** Marks a node's row and column. */
  find(text: string): void {
    this.marked = this.matrix?.nodes.findIndex((node) => node.name === text) ?? -1;
    this.draw();
    if (this.marked < 0) return;
    const at = this.marked * this.grid.cell;
    this.host.scrollTo({ left: at - this.host.clientWidth / 2, top: at - this.host.clientHeight / 2 });
    this.host.scrollIntoView({ block: "nearest" });
  }

  /** Draws everything, for another size or other colours. */
  redraw(): void {
    this.draw();
    this.drawScale();
  }

  private draw(): void {
    const matrix = this.matrix;
    if (!matrix) return;
    const count = matrix.nodes.length;
    const style = getComputedStyle(document.documentElement);
    const color = (variable: string): string => style.getPropertyValue(`--${variable}`).trim();
    const font = getComputedStyle(document.body).fontFamily;
    const paint = this.canvas.getContext("2d")!;
    this.grid = this.place(paint, font, count);
    const { left, top, cell } = this.grid;
    const side = count * cell;
    const [width, height] = [Math.ceil(left + side + 2), Math.ceil(top + side + 2)];
    const ratio = Math.min(window.devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / Math.max(1, width * height)));
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    paint.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint.clearRect(0, 0, width, height);

    const steps = isDark() ? matrix.dark : matrix.light;
    const inks = steps.map((step) => (isBright(step) ? "#14181f" : "#ffffff"));
    const gap = cell >= 6 ? 1 : 0;
    const { factor } = commonUnit(matrix);
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++) {
        const at = row * count + column;
        const [x, y] = [left + column * cell, top + row * cell];
        const kind = matrix.kinds[at];
        const step = matrix.steps[at] === "." ? -1 : Number(matrix.steps[at]);
        if (kind === "m" || kind === "d") {
          paint.fillStyle = steps[step]!;
          paint.fillRect(x, y, cell - gap, cell - gap);
          if (kind === "d" && cell >= 7) {
            // A corner is cut off what cannot be trusted in full.
            paint.fillStyle = color("card");
            paint.beginPath();
            paint.moveTo(x + cell - gap, y);
            paint.lineTo(x + cell - gap, y + cell * 0.4);
            paint.lineTo(x + cell * 0.6 - gap, y);
            paint.fill();
          }

          const text = cell >= NUMBERED_CELL ? cellText(matrix, at, factor) : "";
          if (text) {
            paint.fillStyle = inks[step]!;
            paint.font = `${Math.min(12, cell * 0.32)}px ${font}`;
            paint.textAlign = "center";
            paint.textBaseline = "middle";
            paint.fillText(text, x + (cell - gap) / 2, y + (cell - gap) / 2, cell - 4);
          }
        } else if (kind === "x") {
          paint.strokeStyle = color("down");
          paint.lineWidth = cell >= 10 ? 2 : 1;
          const inset = cell * 0.25;
          paint.beginPath();
          paint.moveTo(x + inset, y + inset);
          paint.lineTo(x + cell - inset - gap, y + cell - inset - gap);
          paint.moveTo(x + cell - inset - gap, y + inset);
          paint.lineTo(x + inset, y + cell - inset - gap);
          paint.stroke();
        } else if (kind === "n" || kind === "g") {
          paint.strokeStyle = color("muted");
          paint.lineWidth = 1;
          paint.setLineDash(kind === "n" ? [] : [2, 2]);
          paint.strokeRect(x + cell * 0.2, y + cell * 0.2, cell * 0.6, cell * 0.6);
          paint.setLineDash([]);
        } else if (kind === "?") {
          paint.fillStyle = color("muted");
          const dot = cell >= 8 ? 2 : 1;
          paint.fillRect(x + (cell - dot) / 2, y + (cell - dot) / 2, dot, dot);
        }
      }
    }

    this.drawNames(paint, font, matrix, color);
    this.drawGroups(paint, matrix, side, color("muted"));
    this.drawSuspects(paint, matrix, side, color("suspect"));
    const frame = (row: number, column: number, stroke: string, thickness: number): void => {
      paint.strokeStyle = stroke;
      paint.lineWidth = thickness;
      paint.strokeRect(left + column * cell - 1, top + row * cell - 1, cell + 1, cell + 1);
    };
    if (this.pair) frame(this.pair[0], this.pair[1], color("accent"), 3);
    if (this.cursor) {
      paint.globalAlpha = 0.14;
      paint.fillStyle = color("ink");
      paint.fillRect(0, top + this.cursor[0] * cell, left + side, cell);
      paint.fillRect(left + this.cursor[1] * cell, 0, cell, top + side);
      paint.globalAlpha = 1;
      frame(this.cursor[0], this.cursor[1], color("ink"), 2);
    }

    if (this.marked >= 0) {
      paint.globalAlpha = 0.18;
      paint.fillStyle = color("accent");
      paint.fillRect(0, top + this.marked * cell, left + side, cell);
      paint.fillRect(left + this.marked * cell, 0, cell, top + side);
      paint.globalAlpha = 1;
    }

    // Pixels have no names: who drives the page by a program finds the cells by these.
    Object.assign(this.host.dataset, { nodes: count, left, top, cell });
  }

  private place(paint: CanvasRenderingContext2D, font: string, count: number): Grid {
    const width = Math.max(120, this.host.clientWidth - 4);
    const height = Math.max(320, Math.min(window.innerHeight * 0.82, 860));
    const text = 11;
    paint.font = `600 ${text}px ${font}`;
    const widest = Math.min(width * 0.26, 150, Math.max(0, ...this.matrix!.nodes.map((node) => paint.measureText(node.name).width)) + 10);
    const least = matchMedia("(pointer: coarse)").matches ? SMALLEST_TOUCHED_CELL : SMALLEST_CELL;
    const fit = (margin: number): number => Math.min(LARGEST_CELL, Math.floor(((Math.min(width, height) - margin) / Math.max(1, count)) * 4) / 4);
    const withNames = fit(widest);
    if (withNames >= NAMED_CELL || least >= NAMED_CELL) return { left: widest, top: widest, cell: Math.max(least, withNames), text };
    return { left: 6, top: 6, cell: Math.max(least, fit(8)), text: 0 };
  }

  private drawNames(paint: CanvasRenderingContext2D, font: string, matrix: Matrix, color: (variable: string) => string): void {
    const { left, top, cell, text } = this.grid;
    if (text === 0) return;
    const blamed = new Set(this.suspects.flatMap((suspect) => suspect.nodes ?? (suspect.node === undefined ? [] : [suspect.node])));
    paint.textBaseline = "middle";
    matrix.nodes.forEach((node, i) => {
      const isBlamed = blamed.has(node.name);
      paint.fillStyle = color(isBlamed ? "suspect" : "ink");
      paint.font = `${isBlamed ? "600 " : ""}${Math.min(text, cell)}px ${font}`;
      const shown = shorten(paint, node.name, left - 8);
      paint.textAlign = "right";
      paint.fillText(shown, left - 5, top + (i + 0.5) * cell);
      paint.save();
      paint.translate(left + (i + 0.5) * cell, top - 5);
      paint.rotate(-Math.PI / 2);
      paint.textAlign = "left";
      paint.fillText(shown, 0, 0);
      paint.restore();
    });
  }

  private drawGroups(paint: CanvasRenderingContext2D, matrix: Matrix, side: number, stroke: string): void {
    const { left, top, cell } = this.grid;
    paint.strokeStyle = stroke;
    paint.lineWidth = this.grid.cell >= FRAMED_CELL ? 1 : 0.5;
    matrix.nodes.forEach((node, i) => {
      if (i === 0 || node.group === matrix.nodes[i - 1]!.group) return;
      const at = Math.round(i * cell) - 0.5;
      paint.beginPath();
      paint.moveTo(left, top + at);
      paint.lineTo(left + side, top + at);
      paint.moveTo(left + at, top);
      paint.lineTo(left + at, top + side);
      paint.stroke();
    });
  }

  /** A frame around what a suspect sends (rows), receives (columns), or both. */
  private drawSuspects(paint: CanvasRenderingContext2D, matrix: Matrix, side: number, stroke: string): void {
    const { left, top, cell } = this.grid;
    paint.strokeStyle = paint.fillStyle = stroke;
    paint.lineWidth = 2.5;
    const row = (i: number): void => (cell >= FRAMED_CELL ? paint.strokeRect(left, top + i * cell, side, cell) : paint.fillRect(0, top + i * cell - 1, left - 1, cell + 2));
    const column = (i: number): void => (cell >= FRAMED_CELL ? paint.strokeRect(left + i * cell, top, cell, side) : paint.fillRect(left + i * cell - 1, 0, cell + 2, top - 1));
    for (const suspect of this.suspects) {
      const isOf = (node: { name: string; group?: string }): boolean =>
        suspect.nodes ? suspect.nodes.includes(node.name) : suspect.node !== undefined ? node.name === suspect.node : suspect.group !== undefined && node.name === suspect.group;
      matrix.nodes.forEach((node, i) => {
        if (!isOf(node)) return;
        if (!suspect.kind.endsWith("ingress")) row(i);
        if (!suspect.kind.endsWith("egress")) column(i);
      });
      if (suspect.source === undefined || suspect.destination === undefined) continue;
      const find = (text: string): number => matrix.nodes.findIndex((node) => node.name === text);
      const [source, destination] = suspect.kind === "one_way" ? [find(suspect.destination), find(suspect.source)] : [find(suspect.source), find(suspect.destination)];
      if (source >= 0 && destination >= 0) paint.strokeRect(left + destination * cell, top + source * cell, cell, cell);
    }
  }

  private drawScale(): void {
    const matrix = this.matrix;
    if (!matrix) return;
    const steps = isDark() ? matrix.dark : matrix.light;
    const unit = this.grid.cell < NUMBERED_CELL ? "" : matrix.before ? "numbers: change in % · " : `numbers in ${commonUnit(matrix).name} · `;
    const bar = el("div", { class: "bar" }, ...steps.map((step) => {
      const box = el("i");
      box.style.background = step;
      return box;
    }));
    fill(
      byId("scale"),
      el("span", { class: "muted" }, matrix.caption),
      bar,
      el("div", { class: "ticks" }, ...matrix.ticks.map((tick) => el("span", {}, tick))),
      el("span", { class: "muted" }, unit + (matrix.before ? "× failed · dot: unknown · frame: new, dashed: vanished" : "× failed · dot: unknown · cut corner: doubtful")),
    );
  }

  private cellUnder(event: { clientX: number; clientY: number }): [number, number] | null {
    if (!this.matrix) return null;
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - this.grid.left) / this.grid.cell);
    const row = Math.floor((event.clientY - box.top - this.grid.top) / this.grid.cell);
    const count = this.matrix.nodes.length;
    return row >= 0 && column >= 0 && row < count && column < count ? [row, column] : null;
  }

  private hover(event: PointerEvent): void {
    if (event.pointerType === "touch") return;
    const cell = this.cellUnder(event);
    this.canvas.style.cursor = cell && this.isPair(cell) ? "pointer" : "default";
    if (cell?.[0] === this.cursor?.[0] && cell?.[1] === this.cursor?.[1]) return;
    this.cursor = cell;
    this.draw();
    this.showTip(cell, event.clientX, event.clientY);
  }

  private leave(): void {
    this.cursor = null;
    this.tip.hidden = true;
    this.draw();
  }

  private click(event: MouseEvent): void {
    const cell = this.cellUnder(event);
    this.marked = -1;
    if (!cell || !this.isPair(cell)) return this.draw();
    // Small cells are hard to hit with a finger: the first touch says which one it is, the second opens it.
    const key = cell.join();
    if (this.pointer === "touch" && this.grid.cell < NUMBERED_CELL && this.touched !== key) {
      this.touched = key;
      this.cursor = cell;
      this.draw();
      this.showTip(cell, event.clientX, event.clientY, " Touch it again to open it.");
      return;
    }

    this.openCell(cell);
  }

  private key(event: KeyboardEvent): void {
    const count = this.matrix?.nodes.length ?? 0;
    if (count === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = this.cursor ?? [0, -1];
    const moves: Record<string, [number, number]> = {
      ArrowUp: [row - 1, Math.max(0, column)], ArrowDown: [row + (this.cursor ? 1 : 0), Math.max(0, column)], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [row, 0], End: [row, count - 1], PageUp: [0, Math.max(0, column)], PageDown: [count - 1, Math.max(0, column)],
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      const limit = (i: number): number => Math.min(count - 1, Math.max(0, i));
      this.cursor = [limit(move[0]), limit(move[1])];
      this.draw();
      const box = this.canvas.getBoundingClientRect();
      const { left, top, cell } = this.grid;
      this.showTip(this.cursor, box.left + left + (this.cursor[1] + 1) * cell, box.top + top + (this.cursor[0] + 1) * cell);
      this.announced.textContent = this.describe(this.cursor);
    } else if ((event.key === "Enter" || event.key === " ") && this.cursor && this.isPair(this.cursor)) {
      event.preventDefault();
      this.openCell(this.cursor);
    } else if (event.key === "Escape") {
      this.leave();
    }
  }

  private openCell([row, column]: [number, number]): void {
    this.tip.hidden = true;
    this.touched = "";
    this.open(this.matrix!.nodes[row]!.name, this.matrix!.nodes[column]!.name, this.matrix!.of);
  }

  private isPair([row, column]: [number, number]): boolean {
    return row !== column || this.matrix?.of === "groups";
  }

  private showTip(cell: [number, number] | null, x: number, y: number, more = ""): void {
    this.tip.hidden = cell === null;
    if (!cell) return;
    this.tip.textContent = this.describe(cell) + more;
    const width = Math.min(360, window.innerWidth - 24);
    this.tip.style.left = `${Math.max(8, Math.min(x + 14, window.innerWidth - width - 8))}px`;
    this.tip.style.top = `${y + 16 + 60 > window.innerHeight ? y - 56 : y + 16}px`;
  }

  private describe([row, column]: [number, number]): string {
    const matrix = this.matrix!;
    const [source, destination] = [matrix.nodes[row]!, matrix.nodes[column]!];
    const at = row * matrix.nodes.length + column;
    const kind = matrix.kinds[at];
    if (kind === "-") return `${source.name}: a node is not tested with itself.`;
    const full = (node: { name: string; group?: string }): string => (node.group === undefined || matrix.of === "groups" ? node.name : `${node.name} (${node.group})`);
    const pair = row === column ? `within ${source.name}` : `${full(source)} → ${full(destination)}`;
    const value = metricValue(matrix.values[at], matrix.unit);
    if (matrix.before) return `${pair}: ${kind === "x" ? "failed" : value}, before ${metricValue(matrix.before[at], matrix.unit)}.`;
    return `${pair}: ${kind === "x" ? "the last test failed" : value}${kind === "d" ? ", doubtful" : ""}.`;
  }
}

export const isDark = (): boolean => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

/** Whether black is easier to read on a colour than white (relative luminance as in WCAG 2.2). */
function isBright(color: string): boolean {
  const channel = (at: number): number => {
    const c = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) > 0.18;
}

/** One unit for all cells, so that they can be compared at a glance. */
function commonUnit(matrix: Matrix): { factor: number; name: string } {
  if (matrix.unit === "ratio") return { factor: 100, name: "%" };
  if (matrix.unit !== "bit/s" && matrix.unit !== "s") return { factor: 1, name: matrix.unit };
  const known = matrix.values.filter((value): value is number => value !== null && value > 0).sort((a, b) => a - b);
  const names: readonly (readonly [number, string])[] = matrix.unit === "s" ? [[1, "s"], [1e-3, "ms"], [1e-6, "us"]] : [[1e9, "Gbit/s"], [1e6, "Mbit/s"], [1e3, "kbit/s"], [1, "bit/s"]];
  const example = known[Math.floor(known.length / 2)] ?? 1;
  const [size, name] = names.find(([least]) => example >= least) ?? names.at(-1)!;
  return { factor: 1 / size, name };
}

function cellText(matrix: Matrix, at: number, factor: number): string {
  const value = matrix.values[at];
  if (value === null || value === undefined) return "";
  const before = matrix.before?.[at];
  if (matrix.before) {
    if (before === null || before === undefined || before === 0) return "";
    const percent = ((value - before) / before) * 100;
    return Math.abs(percent) < 0.5 ? "0" : `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(0)}`;
  }

  return digits(value * factor);
}

function shorten(paint: CanvasRenderingContext2D, text: string, room: number): string {
  if (paint.measureText(text).width <= room) return text;
  let length = text.length;
  // The ends of names differ more often than their beginnings.
  while (length > 1 && paint.measureText(`…${text.slice(-length)}`).width > room) length--;
  return `…${text.slice(-length)}`;
}
