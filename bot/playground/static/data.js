// Charts and tables of data, as Slack draws them: data_visualization and data_table.
import { h, say } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640, HEIGHT = 260, LEFT = 36, BOTTOM = 40, TOP = 10;

function s(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// --- charts: bars side by side, lines, or areas; the figures stand in a table for screen readers ---

export function chart(block) {
  const { type, series, axis_config: axes } = block.chart;
  const values = series.flatMap((each) => each.data.map((point) => point.value));
  const top = niceTop(Math.max(1, ...values));
  const x = (index) => LEFT + ((index + 0.5) * (WIDTH - LEFT)) / axes.categories.length;
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const draw = type === "bar" ? bars : lines;
  return h("figure", { class: "b-chart" },
    h("figcaption", { dir: "auto" }, block.title),
    s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": block.title },
      ...grid(top, y), ...labels(axes.categories, x), ...series.flatMap((each, index) => draw(each, index, series.length, { x, y, type, step: (WIDTH - LEFT) / axes.categories.length }))),
    h("ul", { class: "legend" }, series.map((each, index) => h("li", { dir: "auto" }, h("span", { class: `key c${index}` }), each.name))),
    (axes.x_label || axes.y_label) && h("p", { class: "quiet" }, [axes.y_label, axes.x_label].filter(Boolean).join(" · ")),
    // A table itself would keep its height, and leave empty space below.
    h("div", { class: "hidden" }, h("table", {}, h("tr", {}, h("th"), axes.categories.map((name) => h("th", {}, name))),
      series.map((each) => h("tr", {}, h("th", {}, each.name), each.data.map((point) => h("td", {}, String(point.value))))))));
}

function niceTop(highest) {
  const step = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 4, 5, 10].map((times) => times * step).find((top) => top >= highest);
}

function grid(top, y) {
  const steps = top < 4 ? top : 4;
  return Array.from({ length: steps + 1 }, (_, index) => (top * index) / steps).flatMap((value) => [
    s("line", { x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value), class: "grid" }),
    s("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, String(Number(value.toFixed(2)))),
  ]);
}

function labels(categories, x) {
  const every = Math.ceil(categories.length / 8);
  return categories.flatMap((name, index) => (index % every ? [] : [s("text", { x: x(index), y: HEIGHT - BOTTOM + 20, "text-anchor": "middle" }, name)]));
}

function bars(each, index, count, { x, y, step }) {
  const width = (step * 0.7) / count;
  return each.data.map((point, at) => {
    const left = x(at) - (width * count) / 2 + index * width;
    const bar = s("rect", { x: left, y: y(point.value), width: Math.max(1, width - 1), height: Math.max(0, y(0) - y(point.value)), rx: 2, class: `c${index}` });
    bar.append(s("title", {}, `${each.name}, ${point.label}: ${point.value}`));
    return bar;
  });
}

function lines(each, index, _count, { x, y, type }) {
  const points = each.data.map((point, at) => `${x(at)},${y(point.value)}`);
  const shape = type === "area" ? s("polygon", { points: [`${x(0)},${y(0)}`, ...points, `${x(points.length - 1)},${y(0)}`].join(" "), class: `c${index} area` })
    : s("polyline", { points: points.join(" "), class: `c${index} line` });
  return [shape, ...each.data.map((point, at) => {
    const dot = s("circle", { cx: x(at), cy: y(point.value), r: 3, class: `c${index}` });
    dot.append(s("title", {}, `${each.name}, ${point.label}: ${point.value}`));
    return dot;
  })];
}

// --- tables: sorted by a click on a header, a page at a time ---

export function dataTable(block, show) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? 5;
  const named = block.row_header_column_index ?? 0;
  let order = rows, sorted = -1, rising = true, page = 0;
  const body = h("tbody");
  const place = h("span", { class: "quiet", role: "status" });
  const back = h("button", { type: "button", class: "button", onclick: () => turn(-1) }, say("previous"));
  const on = h("button", { type: "button", class: "button", onclick: () => turn(1) }, say("next"));
  const pages = Math.ceil(rows.length / size);
  const headers = head.map((cell, column) => h("th", { scope: "col" },
    h("button", { type: "button", class: "sort", onclick: () => sort(column) }, cell.text)));

  function draw() {
    body.replaceChildren(...order.slice(page * size, (page + 1) * size).map((row) => h("tr", {}, row.map((cell, column) =>
      h(column === named ? "th" : "td", { class: cell.type === "raw_number" ? "to-right" : undefined, scope: column === named ? "row" : undefined, dir: "auto", "data-label": head[column].text }, show(cell))))));
    place.textContent = say("rows", { first: page * size + 1, last: Math.min(rows.length, (page + 1) * size), all: rows.length });
    back.disabled = page === 0;
    on.disabled = page === pages - 1;
  }
  function turn(by) {
    page += by;
    draw();
  }
  function sort(column) {
    rising = column === sorted ? !rising : true;
    sorted = column;
    order = [...rows].sort((a, b) => compare(a[column], b[column]) * (rising ? 1 : -1));
    headers.forEach((header, index) => (index === column ? header.setAttribute("aria-sort", rising ? "ascending" : "descending") : header.removeAttribute("aria-sort")));
    page = 0;
    draw();
  }
  draw();
  return h("div", { class: "b-table data" },
    h("table", {}, h("caption", { dir: "auto" }, block.caption), h("thead", {}, h("tr", {}, headers)), body),
    pages > 1 && h("div", { class: "pages" }, back, place, on));
}

function compare(a, b) {
  if (a.type === "raw_number" && b.type === "raw_number") return a.value - b.value;
  return words(a).localeCompare(words(b));
}

function words(node) {
  if (Array.isArray(node)) return node.map(words).join("");
  if (node.timestamp) return String(node.timestamp);
  return node.text ?? words(node.elements ?? []);
}
