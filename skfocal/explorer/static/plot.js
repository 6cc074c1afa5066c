/** Plots in SVG with linear axes, a title and a description. */

import { h, rich, s, uniqueId } from "./dom.js";
import { formatShort } from "./format.js";

const MARGIN = { left: 54, right: 14, top: 10, bottom: 40 };

/** Return a path through points [x, y] in the units of the drawing. */
export function linePath(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
}

/**
 * A figure with one plot.
 *
 * `begin` clears it and draws the axes. Then `line`, `dot` and `text` draw in the units of the
 * axes. Text keeps its size at any width of the page.
 */
export class Plot {
  #descriptionId = uniqueId();
  #titleId = uniqueId();

  constructor({ title, height = 0.62 }) {
    this.height = height;
    this.titleElement = s("title", { id: this.#titleId }, title);
    this.description = s("desc", { id: this.#descriptionId });
    this.layer = s("g");
    this.svg = s(
      "svg",
      {
        role: "img",
        "aria-labelledby": this.#titleId,
        "aria-describedby": this.#descriptionId,
      },
      this.titleElement,
      this.description,
      this.layer,
    );
    this.figure = h("figure", {}, h("figcaption", {}, ...rich(title)), this.svg);
  }

  describe(text) {
    this.description.textContent = text;
  }

  /** Clear the plot and draw axes { domain, ticks, label, format }. */
  begin({ x, y }) {
    const fontSize = Number.parseFloat(getComputedStyle(this.svg).fontSize) || 16;
    const width = Math.max(this.figure.clientWidth / (fontSize / 16), 200);
    const height = Math.max(width * this.height, 150);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.box = {
      left: MARGIN.left,
      right: width - MARGIN.right,
      top: MARGIN.top,
      bottom: height - MARGIN.bottom,
    };
    this.xDomain = x.domain;
    this.yDomain = y.domain;
    this.layer.replaceChildren();
    this.#axes(x, y);
  }

  x(value) {
    const [low, high] = this.xDomain;
    return this.box.left + ((value - low) / (high - low)) * (this.box.right - this.box.left);
  }

  y(value) {
    const [low, high] = this.yDomain;
    return this.box.bottom - ((value - low) / (high - low)) * (this.box.bottom - this.box.top);
  }

  /** Return the position of a pointer event in the units of the axes. */
  position(event) {
    const bounds = this.svg.getBoundingClientRect();
    const scale = this.svg.viewBox.baseVal.width / bounds.width;
    const { left, right, top, bottom } = this.box;
    const u = ((event.clientX - bounds.left) * scale - left) / (right - left);
    const v = (bottom - (event.clientY - bounds.top) * scale) / (bottom - top);
    const at = ([low, high], t) => low + t * (high - low);
    return [at(this.xDomain, u), at(this.yDomain, v)];
  }

  /** Draw the line on which both axes are equal. */
  diagonal() {
    const [low, high] = this.xDomain;
    this.line(
      [low, high].map((value) => [value, value]),
      "diagonal",
    );
  }

  line(points, style) {
    const drawn = points.map(([x, y]) => [this.x(x), this.y(y)]);
    this.add("path", { d: linePath(drawn), class: `line ${style}` });
  }

  dot([x, y], style, radius = 4) {
    this.add("circle", { cx: this.x(x), cy: this.y(y), r: radius, class: style });
  }

  square([x, y], style, radius = 4) {
    const side = 2 * radius;
    const [left, top] = [this.x(x) - radius, this.y(y) - radius];
    this.add("rect", { x: left, y: top, width: side, height: side, class: style });
  }

  text([x, y], text, { anchor = "start", dx = 0, dy = 0, style = "" } = {}) {
    const at = { x: this.x(x) + dx, y: this.y(y) + dy, "text-anchor": anchor, class: style };
    this.layer.append(s("text", at, text));
  }

  add(tag, attributes) {
    this.layer.append(s(tag, attributes));
  }

  #axes(x, y) {
    const { left, right, top, bottom } = this.box;
    for (const tick of x.ticks) {
      this.add("line", { class: "grid", x1: this.x(tick), x2: this.x(tick), y1: top, y2: bottom });
      const at = [tick, this.yDomain[0]];
      const text = (x.format ?? formatShort)(tick);
      this.text(at, text, { anchor: "middle", dy: 15, style: "tick" });
    }
    for (const tick of y.ticks) {
      this.add("line", { class: "grid", x1: left, x2: right, y1: this.y(tick), y2: this.y(tick) });
      const at = [this.xDomain[0], tick];
      this.text(at, formatShort(tick), { anchor: "end", dx: -6, dy: 4, style: "tick" });
    }
    const middle = (top + bottom) / 2;
    const centre = { x: (left + right) / 2, y: bottom + 33, "text-anchor": "middle" };
    this.layer.append(
      s("text", centre, x.label),
      s(
        "text",
        { transform: `translate(12 ${middle}) rotate(-90)`, "text-anchor": "middle" },
        y.label,
      ),
    );
  }
}
