// What is behind a message: the call that made it, its payload and answer; and all requests and calls.
import { get, h, icon, say } from "./dom.js";

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
        h("button", { type: "button", class: "button icon-only", "aria-label": say("close"), onclick: this.close }, icon("close"))),
      h("div", { class: "pane-body" }, content));
  }

  async showRecord(number, message = null) {
    this.open = false;
    const record = await get(`/page/record/${number}`).catch(() => null);
    if (!record) return this.frame(say("behind"), h("p", { class: "quiet" }, say("record_gone")), message && fold(say("message"), message, true));
    const isCall = "method" in record;
    return this.frame(say(isCall ? "call" : "request"),
      h("p", { class: "record-name" }, h("code", {}, isCall ? record.method : record.kind), " ", this.verdict(record, isCall)),
      fold(say(isCall ? "sent" : "received"), isCall ? record.args : record.payload, true),
      isCall ? fold(say("call_answer"), record.answer, false) : fold(say("request_answer"), record.body || say("no_body"), true),
      message && fold(say("message_now"), message, false),
      h("button", { type: "button", class: "button", onclick: () => this.showTraffic() }, say("all_traffic")));
  }

  verdict(record, isCall) {
    if (isCall) return h("span", { class: record.answer.ok === false ? "bad" : "good" }, record.answer.ok === false ? record.answer.error : say("ok"));
    const words = record.error ?? say("took", { status: record.status, milliseconds: Math.round(record.took * 1000) });
    return h("span", { class: record.error ? "bad" : "good" }, words);
  }

  async showTraffic() {
    this.frame(say("traffic"),
      h("p", { class: "quiet" }, say("traffic_key")), h("ol", { class: "traffic" }));
    this.open = true;
    await this.refresh();
  }

  async refresh() {
    if (!this.open) return;
    const { rows } = await get("/page/traffic");
    const list = this.pane.querySelector(".traffic");
    if (!list) return;
    const clock = new Intl.DateTimeFormat(say("locale"), { timeZone: this.zone(), timeStyle: "medium" });
    list.replaceChildren(...rows.map((row) => h("li", {}, h("button", { type: "button", class: "traffic-row", onclick: () => this.showRecord(row.number) },
      h("span", { "aria-label": say(row.way === "to" ? "to_app" : "from_app") }, row.way === "to" ? "→" : "←"),
      h("code", {}, row.name), h("span", { class: row.ok ? "quiet" : "bad" }, row.note), h("time", { class: "quiet" }, clock.format(new Date(row.at * 1000)))))));
    if (!rows.length) list.replaceChildren(h("li", { class: "quiet" }, say("no_traffic")));
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
