/** Elements, controls and tables. */

const SVG = "http://www.w3.org/2000/svg";
let ids = 0;

/** Return an id that no other element has. */
export function uniqueId() {
  ids += 1;
  return `focal-${ids}`;
}

function append(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children);
  return element;
}

/** Return an HTML element. False or null leaves an attribute out, true makes it empty. */
export function h(tag, attributes = {}, ...children) {
  return append(document.createElement(tag), attributes, children);
}

/** Return an SVG element. */
export function s(tag, attributes = {}, ...children) {
  return append(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * Return a labelled slider { root, input, range, set(value, text) }.
 *
 * `set` extends the range to hold the value. The value text is visible, and assistive technology
 * reads it in place of the number.
 */
export function slider({ label, min, max, step, onInput }) {
  const id = uniqueId();
  const range = { min, max };
  const input = h("input", { type: "range", id, min, max, step });
  const output = h("span", { class: "value", "aria-hidden": "true" });
  const root = h(
    "div",
    { class: "control" },
    h("span", { class: "row" }, h("label", { for: id }, ...rich(label)), output),
    input,
  );
  input.addEventListener("input", () => onInput(Number(input.value)));
  const set = (value, text) => {
    input.min = String(Math.min(range.min, value));
    input.max = String(Math.max(range.max, value));
    input.value = String(value);
    input.setAttribute("aria-valuetext", text);
    output.textContent = text;
  };
  return { root, input, range, set };
}

/** Return a labelled text field with its message { root, input, showError(text) }. */
export function textField({ label, hint = "", onInput, ...attributes }) {
  const [id, errorId, hintId] = [uniqueId(), uniqueId(), uniqueId()];
  const input = h("input", {
    type: "text",
    id,
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": hint ? `${hintId} ${errorId}` : errorId,
    ...attributes,
  });
  const error = h("span", { class: "error", id: errorId });
  const root = h(
    "div",
    { class: "control" },
    h("label", { for: id }, label),
    ...(hint ? [h("span", { class: "hint", id: hintId }, hint)] : []),
    input,
    error,
  );
  input.addEventListener("input", () => onInput(input.value));
  const showError = (text) => {
    error.textContent = text;
    input.setAttribute("aria-invalid", String(text !== ""));
  };
  return { root, input, showError };
}

/** Return a labelled check box { root, input }. */
export function checkBox({ label, onInput }) {
  const id = uniqueId();
  const input = h("input", { type: "checkbox", id });
  input.addEventListener("input", () => onInput(input.checked));
  return { root: h("div", { class: "check" }, input, h("label", { for: id }, label)), input };
}

/** Return a labelled selection { root, input } of pairs [value, text]. */
export function select({ label, options }) {
  const id = uniqueId();
  const entries = options.map(([value, text]) => h("option", { value }, text));
  const input = h("select", { id }, ...entries);
  return { root: h("div", { class: "control" }, h("label", { for: id }, label), input), input };
}

/** Return the nodes of a text in which "p_t" has a subscript and "^γ" a superscript. */
export function rich(text) {
  return text.split(/(p_t|\^γ)/).flatMap((part) => {
    if (part === "p_t") {
      return [h("i", {}, "p"), h("sub", {}, "t")];
    }
    return part === "^γ" ? [h("sup", {}, "γ")] : [part];
  });
}

/** Return a button. */
export function button(text, onClick) {
  const element = h("button", { type: "button" }, text);
  element.addEventListener("click", onClick);
  return element;
}

/** Return a table. The first cell of each row is its header. */
export function table(caption, columns, rows) {
  const cells = ([head, ...rest]) => [
    h("th", { scope: "row" }, ...rich(head)),
    ...rest.map((text) => h("td", {}, text)),
  ];
  return h(
    "table",
    {},
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, ...columns.map((text) => h("th", { scope: "col" }, ...rich(text))))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...cells(row)))),
  );
}

/** Return a folded table { root, update() } that is filled while it is open. */
export function foldedTable(summary, makeTable) {
  const label = `${summary}, scrollable`;
  const region = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label });
  const root = h("details", {}, h("summary", {}, summary), region);
  const update = () => {
    if (root.open) {
      region.replaceChildren(makeTable());
    }
  };
  root.addEventListener("toggle", update);
  return { root, update };
}

/** Return a legend of pairs [class of the line, dot or bar, text]. */
export function legend(entries) {
  return h(
    "ul",
    { class: "legend" },
    ...entries.map(([style, text]) => h("li", {}, legendSample(style), text)),
  );
}

function legendSample(style) {
  const shapes = {
    bar: () => s("rect", { x: 9, y: 1, width: 12, height: 8, class: style }),
    square: () => s("rect", { x: 11, y: 1, width: 8, height: 8, class: style }),
    dot: () => s("circle", { cx: 15, cy: 5, r: 4, class: style }),
  };
  const line = () => s("line", { class: style, x1: 1, x2: 29, y1: 5, y2: 5 });
  const shape = (shapes[style.split("-")[0]] ?? line)();
  return s("svg", { class: "sample", viewBox: "0 0 30 10", "aria-hidden": "true" }, shape);
}
