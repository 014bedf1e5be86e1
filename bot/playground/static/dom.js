// Elements from names and words. Text becomes text nodes, never markup: articles may be hostile.

const CATALOG = JSON.parse(document.getElementById("catalog").textContent);

// A message of the catalog with its fields filled in; one that counts has a form for one and a form for several.
export function say(key, fields = {}) {
  const entry = CATALOG[key];
  const text = Array.isArray(entry) ? entry[fields.count === 1 ? 0 : 1] : entry;
  return text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Links lead out of the page, and only to places that a link may lead to.
export function link(url, ...children) {
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, ...children);
}

// Pictures from elsewhere are not fetched: nothing leaves this machine.
export function picture(url, alt, small) {
  const own = url && new URL(url, location.href).origin === location.origin;
  if (own) return h("img", { src: url, alt, title: alt, class: small ? "picture small" : "picture" });
  if (small) return h("span", { class: "picture small", role: "img", "aria-label": alt, title: alt }, "▦");
  return h("span", { class: "picture away", role: "img", "aria-label": alt },
    h("span", { class: "quiet" }, say("picture_away"), " "), alt, url ? [" ", link(url, say("open"))] : null);
}

const PATHS = {
  thread: "M4 4h16v11H9l-5 4z",
  code: "M9 6l-6 6 6 6M15 6l6 6-6 6",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  menu: "M4 6h16M4 12h16M4 18h16",
  send: "M4 12l16-8-6 16-3-6z",
  lock: "M7 11V8a5 5 0 0110 0v3M5 11h14v9H5z",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7zM12 9.5a2.5 2.5 0 110 5 2.5 2.5 0 010-5z",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2.5 3L13 9h6a2 2 0 012 2.5l-2 7a2 2 0 01-2 1.5H7",
  down: "M17 13V4h3v9zM17 13l-4 8c-2 0-3-1-2.5-3l.500-3H5a2 2 0 01-2-2.5l2-7A2 2 0 017 4h10",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  pulse: "M3 12h4l3-8 4 16 3-8h4",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name === "more" ? "icon heavy" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

export async function post(name, deed) {
  const response = await fetch(`/page/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(deed),
  });
  return response.json();
}
