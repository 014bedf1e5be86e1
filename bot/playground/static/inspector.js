// What is behind a message: the call that made it, its payload and answer; and all requests and calls.
import { get, h, icon } from "./dom.js";

export class Inspector {
  constructor(pane, zone, close) {
    Object.assign(this, { pane, zone, close, open: false });
  }

  shut() {
    this.open = false;
  }

  frame(name, ...content) {
    this.pane.hidden = false;
    this.pane.setAttribute("aria-label", name);
    this.pane.replaceChildren(
      h("header", { class: "pane-head" }, h("h2", {}, name),
        h("button", { type: "button", class: "button icon-only", "aria-label": "Close", onclick: this.close }, icon("close"))),
      h("div", { class: "pane-body" }, content));
  }

  async showRecord(number, message = null) {
    this.open = false;
    const record = await get(`/page/record/${number}`).catch(() => null);
    if (!record) return this.frame("Behind this message", h("p", { class: "quiet" }, "This was before the last start; its call is no longer kept."), message && fold("Message", message, true));
    const isCall = "method" in record;
    return this.frame(isCall ? "Call from Dateline" : "Request to Dateline",
      h("p", { class: "record-name" }, h("code", {}, isCall ? record.method : record.kind), " ", this.verdict(record, isCall)),
      fold(isCall ? "What Dateline sent" : "What was sent to Dateline", isCall ? record.args : record.payload, true),
      isCall ? fold("What it was answered", record.answer, false) : fold("What Dateline answered", record.body || "(empty)", true),
      message && fold("The message as it stands", message, false),
      h("button", { type: "button", class: "button", onclick: () => this.showTraffic() }, "All requests and calls"));
  }

  verdict(record, isCall) {
    if (isCall) return h("span", { class: record.answer.ok === false ? "bad" : "good" }, record.answer.ok === false ? record.answer.error : "ok");
    const words = record.error ?? `${record.status} in ${Math.round(record.took * 1000)} ms`;
    return h("span", { class: record.error ? "bad" : "good" }, words);
  }

  async showTraffic() {
    this.frame("Requests and calls",
      h("p", { class: "quiet" }, "→ signed requests to Dateline, ← calls that it makes. Newest first."), h("ol", { class: "traffic" }));
    this.open = true;
    await this.refresh();
  }

  async refresh() {
    if (!this.open) return;
    const { rows } = await get("/page/traffic");
    const list = this.pane.querySelector(".traffic");
    if (!list) return;
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: this.zone(), timeStyle: "medium" });
    list.replaceChildren(...rows.map((row) => h("li", {}, h("button", { type: "button", class: "traffic-row", onclick: () => this.showRecord(row.number) },
      h("span", { "aria-label": row.way === "to" ? "to Dateline" : "from Dateline" }, row.way === "to" ? "→" : "←"),
      h("code", {}, row.name), h("span", { class: row.ok ? "quiet" : "bad" }, row.note), h("time", { class: "quiet" }, clock.format(new Date(row.at * 1000)))))));
    if (!rows.length) list.replaceChildren(h("li", { class: "quiet" }, "Nothing yet."));
  }
}

function fold(name, value, open) {
  let content = value;
  if (typeof value === "string") {
    try { content = JSON.parse(value); } catch { /* words, not JSON: shown as they are */ }
  }
  const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  return h("details", { open }, h("summary", {}, name), h("pre", { tabindex: "0" }, text));
}
