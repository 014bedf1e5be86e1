// The page: what is open, what stands in it, and how it stays up to date.
import { get, h, icon, post, say } from "./dom.js";
import { Modals } from "./modal.js";
import { Inspector } from "./inspector.js";
import { blocks } from "./blocks.js";
import { confirmation } from "./elements.js";
import { messageRow, dayRow } from "./messages.js";
import { dayName } from "./dates.js";
import { AgentPane, conversationRows, isReply, promptRow } from "./agent.js";

const byId = (id) => document.getElementById(id);
const page = {
  user: sessionStorage.getItem("user") ?? "", place: location.hash.slice(1), tab: "home",
  state: null, messages: [], home: null, thread: null, unread: new Map(), values: new Map(),
  acted: 0, before: "", // when the person last did something, and the newest message then
};

const person = (id) => page.state.people.find((one) => one.id === id);
const channelOf = (id) => page.state.channels.find((one) => one.id === id);
const isApp = () => channelOf(page.place)?.kind === "im";
const direct = () => page.state.channels.find((one) => one.kind === "im")?.id;
const isAgent = () => isApp() && page.state.agent; // its messages are shown as conversations
const zone = () => person(page.user)?.zone ?? "UTC";

function toast(words, answer = null) {
  const reasons = {
    operation_timeout: say("no_answer"),
    dispatch_failed: answer?.status ? say("answered_status", answer) : say("unreachable"),
  };
  const row = h("div", { class: "toast" }, words, " ", answer ? reasons[answer.problem] ?? answer.problem : null,
    answer?.request ? h("button", { type: "button", class: "button", onclick: () => inspector.showRecord(answer.request) }, say("look")) : null,
    h("button", { type: "button", class: "button icon-only", "aria-label": say("dismiss"), onclick: () => row.remove() }, icon("close")));
  byId("toasts").append(row);
  setTimeout(() => row.remove(), 12000);
}

const FOLLOWS = 30000; // so long after a deed, what comes is taken for its answer and brought into view

async function act(name, deed) {
  page.acted = Date.now();
  page.before = page.messages.at(-1)?.ts ?? "";
  const answer = await post(name, { user: page.user, ...deed });
  if (answer.problem && name !== "say") toast(say("failed"), answer);
  return answer;
}

// What blocks need to know of their surroundings. `values` holds what was chosen, as Slack's state does.
function makeContext({ key, values, errors, view, message, place = page.place }) {
  const where = view ? { view, state: values } : { channel: place, ts: message?.ts, state: values };
  return {
    key, errors, zone: zone(), channel: channelOf(place)?.kind === "im" ? undefined : place,
    people: page.state.people.filter((one) => !one.bot), channels: page.state.channels,
    personName: (id) => person(id)?.real_name ?? id,
    channelName: (id) => channelOf(id)?.name,
    value: (block, action) => values[block]?.[action],
    set: (block, action, value) => { (values[block] ??= {})[action] = value; },
    send: (action) => act("act", { ...where, action }),
    confirm: (object) => confirmation(object, makeContext({ key, values, errors, view, message, place })),
    options: async (place, value) => {
      const container = view ? { type: "view", view_id: view } : { type: "message", message_ts: message.ts, channel_id: place };
      return (await act("options", { where: { ...place, container }, value })).options ?? [];
    },
  };
}

function valuesOf(key) {
  if (!page.values.has(key)) page.values.set(key, {});
  return page.values.get(key);
}

const modals = new Modals(makeContext, () => page.user, toast);
const inspector = new Inspector(byId("pane"), () => zone(), closePane);
const agent = new AgentPane(byId("pane"), {
  user: () => page.user, direct, fill, compose: composing, close: closePane, say: ask,
  rows: (messages, sessions) => conversations(messages, sessions, direct()),
});

// --- the list of channels ---

function drawSide() {
  const row = (channel, name, mark) => {
    const count = page.unread.get(channel.id);
    return h("li", {}, h("a", { href: `#${channel.id}`, class: count ? "unread" : undefined, "aria-current": channel.id === page.place ? "page" : undefined },
      h("span", { class: "mark", "aria-hidden": "true" }, mark), h("span", { class: "name" }, name),
      channel.kind === "private" && h("span", { class: "hidden" }, say("private")),
      channel.archived && h("span", { class: "tag" }, say("archived")),
      count ? h("span", { class: "count", "aria-label": say("unread", { count }) }, String(count)) : null));
  };
  byId("channels").replaceChildren(...page.state.channels.filter((one) => one.kind !== "im")
    .map((one) => row(one, one.name, one.kind === "private" ? icon("lock") : "#")));
  byId("apps").replaceChildren(...page.state.channels.filter((one) => one.kind === "im").map((one) => row(one, "Dateline", "D")));
  byId("user").replaceChildren(...page.state.people.filter((one) => !one.bot)
    .map((one) => h("option", { value: one.id, selected: one.id === page.user }, one.real_name)));
  byId("zone").replaceChildren(zone());
}

function drawHead() {
  const channel = channelOf(page.place);
  const app = isApp();
  byId("channel-name").replaceChildren(app ? "Dateline" : `${channel.kind === "private" ? "🔒 " : "# "}${channel.name}`);
  byId("channel-topic").replaceChildren([app ? say("app") : say("members", { count: channel.members }), channel.topic].filter(Boolean).join(" · "));
  const tab = (id, words) => h("button", { type: "button", role: "tab", class: "tab", "aria-selected": String(page.tab === id),
    onclick: () => { page.tab = id; openPlace(); } }, words);
  byId("tabs").replaceChildren(...(app ? [tab("home", say("home")), tab("messages", say("messages"))] : []),
    ...(!app && !channel.with_bot && !channel.archived ? [h("button", { type: "button", class: "button primary",
      onclick: () => act("invite", { channel: channel.id }) }, say("invite"))] : []));
  const home = app && page.tab === "home";
  byId("home").hidden = !home;
  byId("messages").hidden = home;
  byId("below").hidden = home;
  const closed = channel.archived;
  byId("ask").hidden = app || !page.state.agent;
  byId("composer").hidden = closed;
  byId("box").placeholder = app ? say("message_app") : say("message_channel", channel);
  byId("suggestions").classList.toggle("prompts", isAgent());
  byId("suggestions").replaceChildren(...(isAgent() ? promptRow(agent.shown, ask).filter(Boolean) : closed ? [h("p", { class: "quiet" }, say("channel_archived"))]
    : page.state.suggestions.map((text) => h("button", { type: "button", class: "chip", onclick: () => suggest(text) }, text))));
  const global = page.state.shortcuts.filter((one) => one.kind === "global");
  byId("shortcuts").replaceChildren(...global.map((one) => h("button", { type: "button", class: "button icon-only", "aria-label": one.name, title: one.name,
    onclick: () => act("shortcut", { callback_id: one.callback_id }) }, icon("bolt"))));
  document.title = `${app ? "Dateline" : `#${channel.name}`} · ${say("title")}`;
}

// --- messages ---

function tools(message, inThread, place) {
  const own = page.state.shortcuts.filter((one) => one.kind === "message");
  return {
    context: makeContext({ key: message.ts, values: valuesOf(message.ts), message, place }),
    person, bot: page.state.bot, zone: zone(), inThread,
    openThread: message.is_ephemeral || inThread || place !== page.place ? null : () => openThread(message.thread_ts ?? message.ts),
    inspect: message.call ? () => { page.thread = null; inspector.showRecord(message.call, message); } : null,
    dismiss: message.is_ephemeral ? () => act("dismiss", { channel: place, ts: message.ts }) : null,
    shortcuts: message.is_ephemeral ? [] : own,
    useShortcut: (shortcut) => act("shortcut", { callback_id: shortcut.callback_id, channel: place, ts: message.ts }),
  };
}

// Rows that did not change stay as they are: focus, open menus and choices in them live on.
function fill(root, rows) {
  const old = new Map([...root.children].map((node) => [node.dataset.key, node]));
  const nodes = rows.map(({ key, content, make }) => {
    const known = old.get(key);
    if (known && known.dataset.content === content) return known;
    const node = make();
    node.dataset.key = key;
    node.dataset.content = content;
    return node;
  });
  const kept = new Set(nodes);
  for (const node of [...root.children]) if (!kept.has(node)) node.remove();
  nodes.forEach((node, index) => { if (root.children[index] !== node) root.insertBefore(node, root.children[index] ?? null); });
}

function conversations(messages, sessions, place) {
  return conversationRows(messages, { sessions, bot: page.state.bot, zone: zone(), rowsOf: (list, inThread) => rowsOf(list, inThread, place, false) });
}

function rowsOf(list, inThread, place = page.place, days = !inThread) {
  const rows = [];
  let day = null;
  let before = null;
  for (const message of list) {
    const today = dayName(Number(message.ts), zone());
    if (today !== day && days) {
      rows.push({ key: `day-${today}`, content: today, make: () => dayRow(today) });
      before = null;
    }
    day = today;
    const follows = Boolean(before && before.user === message.user && !message.is_ephemeral && !before.is_ephemeral
      && !before.reply_count && Number(message.ts) - Number(before.ts) < 300);
    rows.push({ key: `${inThread ? "t" : ""}${message.ts}`, content: fingerprint({ message, follows, zone: zone() }),
      make: () => messageRow(message, tools(message, inThread, place), follows) });
    before = message;
  }
  return rows;
}

function fingerprint(value) {
  let hash = 0;
  for (const letter of JSON.stringify(value)) hash = (hash * 31 + letter.charCodeAt(0)) | 0;
  return String(hash);
}

function drawMessages() {
  const root = byId("messages");
  const atEnd = root.scrollHeight - root.scrollTop - root.clientHeight < 80;
  const top = isAgent() ? page.messages : page.messages.filter((message) => !isReply(message) || message.is_ephemeral);
  const newest = top.at(-1)?.ts ?? "";
  const rows = isAgent() ? conversations(top, agent.shown.sessions, page.place) : rowsOf(top, false);
  fill(root, rows.length ? rows : [{ key: "none", content: page.place, make: empty }]);
  const answers = Date.now() - page.acted < FOLLOWS;
  if (page.fresh) {
    page.before = newest; // whoever wrote before this place had loaded waits for what comes now
    showFrom(newest);
  } else if (newest > page.newest && answers) showFrom(top.find((message) => message.ts > page.before)?.ts ?? newest);
  else if (newest >= page.newest && atEnd) showFrom(newest, root.scrollTop);
  else if (newest > page.newest) byId("newer").hidden = false;
  page.newest = newest;
  page.fresh = false;
  if (page.thread) drawThread();
}

// Bring messages into view from this one on: the end, or their beginning where they are taller than the window.
// Whoever is further down already, at least `least`, stays there: a message may grow while it is read.
function showFrom(ts, least = 0) {
  const root = byId("messages");
  const row = root.querySelector(`:is([data-key="${CSS.escape(ts)}"], [data-key="t${CSS.escape(ts)}"])`);
  const first = row?.previousElementSibling?.matches(".day") ? row.previousElementSibling : row;
  const place = first ? first.offsetTop - root.offsetTop - 12 : Infinity;
  root.scrollTop = Math.max(least, Math.min(place, root.scrollHeight));
  byId("newer").hidden = true;
}

function empty() {
  return h("div", { class: "empty" }, h("p", {}, say("empty")),
    h("p", { class: "quiet" }, say(isApp() ? "empty_app" : "empty_channel")));
}

async function loadMessages() {
  const place = page.place;
  if (!place) return;
  const { messages } = await get(`/page/messages?user=${page.user}&channel=${place}`);
  if (place !== page.place) return;
  page.messages = messages;
  drawMessages();
}

async function loadViews() {
  const { home, modals: open } = await get(`/page/views?user=${page.user}`);
  modals.show(open);
  if (home?.hash === page.home?.hash && byId("home").children.length) return;
  page.home = home;
  const ctx = home && makeContext({ key: home.id, values: valuesOf(home.id), view: home.id });
  byId("home").replaceChildren(home ? h("div", { class: "home-blocks" }, blocks(home.blocks, ctx))
    : h("div", { class: "empty" }, h("p", {}, say("no_home"))));
}

// --- the pane at the side: a thread, or what is behind a message ---

function openThread(ts) {
  page.thread = ts;
  const pane = byId("pane");
  pane.setAttribute("aria-label", say("thread"));
  const box = h("textarea", { rows: "1", "aria-label": say("reply"), placeholder: say("reply_hint") });
  const form = h("form", { class: "composer" }, box,
    h("button", { type: "submit", class: "button icon-only send", "aria-label": say("send_reply") }, icon("send")));
  composing(form, box, async (text) => {
    if (text.startsWith("/")) return toast(say("no_slash_in_threads"));
    return act("say", { channel: page.place, text, thread: ts });
  });
  pane.replaceChildren(
    h("header", { class: "pane-head" }, h("h2", {}, say("thread")),
      h("button", { type: "button", class: "button icon-only", "aria-label": say("close_thread"), onclick: closePane }, icon("close"))),
    h("div", { class: "thread-messages", role: "log", "aria-label": say("thread") }),
    h("div", { class: "below" }, form));
  pane.hidden = false;
  drawThread();
  const root = pane.querySelector(".thread-messages");
  const replies = root.querySelector(".replies-line");
  if (replies && root.scrollHeight > root.clientHeight) root.scrollTop = replies.offsetTop - root.offsetTop;
  box.focus({ preventScroll: true });
}

function drawThread() {
  const root = byId("pane").querySelector(".thread-messages");
  if (!root) return;
  const list = page.messages.filter((message) => message.ts === page.thread || (message.thread_ts === page.thread && isReply(message)));
  const rows = rowsOf(list, true);
  const words = say("replies", { count: list.length - 1 });
  if (list.length > 1) rows.splice(1, 0, { key: "count", content: words, make: () => h("div", { class: "replies-line" }, words) });
  fill(root, rows);
}

function closePane() {
  page.thread = null;
  inspector.shut();
  agent.shut();
  byId("ask").setAttribute("aria-expanded", "false");
  byId("pane").hidden = true;
  byId("pane").replaceChildren();
}

// --- the agent pane, and the messages tab, which shows the same ---

function openAgent() {
  closePane();
  byId("ask").setAttribute("aria-expanded", "true");
  act("home", { tab: "messages", in_view: page.place });
  agent.show();
}

function ask(text) {
  return act("say", { channel: direct(), text, in_view: isApp() ? "" : page.place });
}

async function loadAgent() {
  await agent.load();
  if (!isAgent()) return;
  drawHead();
  drawMessages();
}

// --- writing ---

function composing(form, box, send) {
  const fit = () => { box.style.height = "auto"; box.style.height = `${Math.min(box.scrollHeight, 160)}px`; };
  const sent = [];
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    sent.push(text);
    box.value = "";
    fit();
    await send(text);
  });
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    if (event.key === "ArrowUp" && !box.value && sent.length) { event.preventDefault(); box.value = sent.at(-1); fit(); }
  });
}

// As Slack does: what the command is for and what it takes, for as long as it is being typed.
function showSlash() {
  const typed = byId("box").value;
  const found = typed.startsWith("/") ? page.state.commands.filter(({ command }) => command.startsWith(typed.split(" ")[0]) || typed.startsWith(`${command} `)) : [];
  byId("slash").hidden = !found.length;
  byId("slash").replaceChildren(...found.flatMap(({ command, hint, description }) => [h("strong", {}, command), h("code", {}, hint), h("span", { class: "quiet" }, description)]));
}

function suggest(text) {
  const box = byId("box");
  if (text.endsWith("…")) {
    box.value = text.slice(0, -1);
    box.focus();
    showSlash();
    return;
  }
  act("say", { channel: page.place, text });
}

// --- moving about ---

function openPlace() {
  const wanted = location.hash.slice(1);
  const before = page.place;
  page.place = channelOf(wanted) ? wanted : page.state.channels[0].id;
  page.unread.delete(page.place);
  page.fresh = true;
  page.acted = 0;
  byId("newer").hidden = true;
  if (!agent.open || isApp()) closePane();
  else if (before !== page.place) act("look", { channel: page.place });
  byId("side").classList.remove("open");
  byId("menu").setAttribute("aria-expanded", "false");
  byId("messages").replaceChildren();
  drawSide();
  drawHead();
  loadMessages();
  if (isApp()) act("home", { tab: page.tab });
  if (!(isApp() && page.tab === "home") && matchMedia("(hover: hover)").matches && !agent.open) byId("box").focus();
}

async function loadState() {
  page.state = await get(`/page/state?user=${page.user}`);
  page.user = page.state.user;
}

async function begin() {
  byId("menu").append(icon("menu"));
  byId("ask").addEventListener("click", () => (agent.open ? closePane() : openAgent()));
  byId("traffic").append(icon("pulse"), h("span", { class: "top-more" }, " ", say("requests")));
  document.querySelector("#composer .send").append(icon("send"));
  composing(byId("composer"), byId("box"), (text) => act("say", { channel: page.place, text }));
  byId("menu").addEventListener("click", () => byId("menu").setAttribute("aria-expanded", String(byId("side").classList.toggle("open"))));
  byId("traffic").addEventListener("click", () => { page.thread = null; inspector.showTraffic(); });
  byId("user").addEventListener("change", async (event) => {
    page.user = event.target.value;
    sessionStorage.setItem("user", page.user);
    page.home = null;
    byId("home").replaceChildren();
    closePane();
    await loadState();
    openPlace();
    loadViews();
  });
  byId("box").addEventListener("input", showSlash);
  byId("composer").addEventListener("submit", () => queueMicrotask(showSlash));
  byId("newer").addEventListener("click", () => showFrom(page.newest));
  byId("messages").addEventListener("scroll", ({ target }) => {
    if (target.scrollHeight - target.scrollTop - target.clientHeight < 80) byId("newer").hidden = true;
  });
  addEventListener("hashchange", openPlace);
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !byId("pane").hidden && !document.querySelector("dialog[open]")) closePane(); });
  await loadState();
  if (page.state.agent) await agent.load();
  openPlace();
  await loadViews();
  listen();
}

// Each change names what it touches; many at once are fetched once.
function listen() {
  const wanted = new Map();
  const soon = (name, task) => {
    if (wanted.has(name)) return;
    wanted.set(name, setTimeout(() => { wanted.delete(name); task(); }, 30));
  };
  const source = new EventSource("/page/events");
  source.onopen = () => {
    byId("link-state").replaceChildren();
    soon("messages", loadMessages);
    soon("views", loadViews);
    if (page.state.agent) soon("agent", loadAgent);
  };
  source.onerror = () => byId("link-state").replaceChildren(say("not_connected"));
  source.onmessage = ({ data }) => {
    const change = JSON.parse(data);
    if (change.type === "agent" && change.channel === direct()) soon("agent", loadAgent);
    else if (change.type === "message" && agent.open && change.channel === direct()) soon("agent", loadAgent);
    else if (change.type === "message" && change.channel === page.place) soon("messages", loadMessages);
    else if (change.type === "message" && channelOf(change.channel)) {
      page.unread.set(change.channel, (page.unread.get(change.channel) ?? 0) + 1);
      soon("side", drawSide);
    } else if (change.type === "home" || change.type === "modal") soon("views", loadViews);
    else if (change.type === "channel") soon("state", async () => { await loadState(); drawSide(); drawHead(); });
    else if (change.type === "call" || change.type === "request") soon("traffic", () => inspector.refresh());
  };
}

begin();
