// The agent pane: questions to click, the conversations so far and a box to write in, beside any channel.
import { get, h, icon, say } from "./dom.js";
import { dayRow } from "./messages.js";
import { dayName } from "./dates.js";

export const isReply = (message) => Boolean(message.thread_ts && message.thread_ts !== message.ts);

// Messages as Slack shows them to an agent's people: below each question its answers, and who works.
// `rowsOf` makes the rows of messages.
export function conversationRows(messages, { sessions, bot, zone, rowsOf }) {
  const rows = [];
  let day = null;
  for (const root of messages.filter((message) => !isReply(message) || message.is_ephemeral)) {
    const today = dayName(Number(root.ts), zone);
    if (today !== day) rows.push({ key: `day-${today}`, content: today, make: () => dayRow(today) });
    day = today;
    const isQuestion = root.user !== bot && !root.is_ephemeral;
    const answers = isQuestion ? messages.filter((message) => isReply(message) && message.thread_ts === root.ts) : [];
    rows.push(...rowsOf([root, ...answers], isQuestion));
    if (sessions[root.ts]?.status === "processing") rows.push({ key: `working-${root.ts}`, content: "", make: workingRow });
  }
  return rows;
}

function workingRow() {
  return h("p", { class: "working", role: "status" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), say("working"));
}

// The questions that Dateline suggests; `ask` sends one.
export function promptRow({ title, prompts }, ask) {
  return [title && h("p", { class: "prompts-title" }, title),
    ...prompts.map((prompt) => h("button", { type: "button", class: "chip prompt", onclick: () => ask(prompt.message) }, prompt.title))];
}

export class AgentPane {
  // `host` has user(), direct(), fill(root, rows), rows(messages, sessions), say(text), compose(form, box, send), close()
  constructor(pane, host) {
    Object.assign(this, { pane, host, open: false, shown: { title: "", prompts: [], sessions: {} } });
  }

  show() {
    this.open = true;
    const box = h("textarea", { rows: "1", "aria-label": say("message_app"), placeholder: say("ask_hint"), autocomplete: "off" });
    const form = h("form", { class: "composer" }, box,
      h("button", { type: "submit", class: "button icon-only send", "aria-label": say("send_app") }, icon("send")));
    this.host.compose(form, box, (text) => this.host.say(text));
    this.log = h("div", { class: "thread-messages", role: "log", "aria-label": say("conversations"), tabindex: "0" });
    this.prompts = h("div", { class: "prompts", role: "group", "aria-label": say("questions") });
    this.pane.setAttribute("aria-label", "Dateline");
    this.pane.replaceChildren(
      h("header", { class: "pane-head" }, h("span", { class: "avatar bot", "aria-hidden": "true" }, "D"), h("h2", {}, "Dateline"),
        h("button", { type: "button", class: "button icon-only", "aria-label": say("close_app"), onclick: this.host.close }, icon("close"))),
      this.log, h("div", { class: "below" }, this.prompts, form));
    this.pane.hidden = false;
    this.last = "";
    box.focus({ preventScroll: true });
    return this.load();
  }

  shut() {
    this.open = false;
  }

  // Fetch what is suggested and who works; draw it where the pane is open.
  async load() {
    this.shown = await get(`/page/agent?user=${this.host.user()}`);
    if (!this.open) return;
    const { messages } = await get(`/page/messages?user=${this.host.user()}&channel=${this.host.direct()}`);
    if (this.open) this.draw(messages);
  }

  draw(messages) {
    this.prompts.classList.toggle("compact", messages.length > 0);
    this.prompts.replaceChildren(...promptRow(this.shown, (text) => this.host.say(text)).filter(Boolean));
    this.host.fill(this.log, messages.length ? this.host.rows(messages, this.shown.sessions)
      : [{ key: "none", content: "", make: () => h("div", { class: "empty" }, h("p", {}, say("empty_agent")),
        h("p", { class: "quiet" }, say("verbatim"))) }]);
    const last = messages.at(-1)?.ts ?? "";
    if (last !== this.last) this.bringIntoView(messages);
    this.last = last;
  }

  // The newest question stays in view: its answer may be taller than the pane.
  bringIntoView(messages) {
    const root = messages.findLast((message) => !isReply(message) || message.is_ephemeral);
    const row = root && this.log.querySelector(`[data-key$="${CSS.escape(root.ts)}"]`);
    if (row) this.log.scrollTop = row.offsetTop - this.log.offsetTop - 8;
  }
}
