// One message as a row: who, when, what, its thread, and the tools beside it.
import { h, icon, picture, say } from "./dom.js";
import { blocks } from "./blocks.js";
import { menu } from "./elements.js";
import { ago, clock } from "./dates.js";
import { mrkdwn } from "./mrkdwn.js";

export function dayRow(name) {
  return h("div", { class: "day", role: "separator", "aria-label": name }, h("span", {}, name));
}

function author(message, tools) {
  if (message.bot_id) return { name: "Dateline", mark: "D", kind: "bot" };
  if (message.user === "USLACKBOT") return { name: say("playground"), mark: "P", kind: "system" };
  const known = tools.person(message.user);
  const name = known?.real_name ?? message.user;
  return { name, mark: name.split(" ").map((part) => part[0]).join("").slice(0, 2), kind: `p${message.user.charCodeAt(2) % 4}` };
}

function content(message, tools) {
  if (message.blocks?.length) return blocks(message.blocks, tools.context);
  return h("div", { class: "b-text", dir: "auto" }, mrkdwn(message.text ?? "", tools.context));
}

// What the bot shows below the links of a message.
function previews(message, tools) {
  return (message.attachments ?? []).map((one) => h("div", { class: "preview" }, blocks(one.blocks, tools.context)));
}

function files(message) {
  return (message.files ?? []).map((file) => h("figure", { class: "b-image" }, h("figcaption", {}, file.title),
    /^image\//.test(file.mimetype) ? picture(file.url_private, file.alt_txt || file.title)
      : h("a", { href: file.url_private, download: file.name }, file.name)));
}

function threadLine(message, tools) {
  if (!message.reply_count || tools.inThread || !tools.openThread) return null;
  return h("button", { type: "button", class: "thread-line", onclick: tools.openThread },
    h("strong", {}, say("replies", { count: message.reply_count })), " ", h("span", { class: "quiet" }, say("last_reply", { ago: ago(Number(message.latest_reply)) })));
}

export function messageRow(message, tools, follows) {
  const who = author(message, tools);
  const seconds = Number(message.ts);
  const time = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: new Date(seconds * 1000).toLocaleString(say("locale")) }, clock(seconds, tools.zone));
  return h("article", { class: `message ${follows ? "follows" : ""} ${message.is_ephemeral ? "ephemeral" : ""}`, tabindex: "-1", "aria-label": `${who.name}, ${clock(seconds, tools.zone)}` },
    follows ? h("span", { class: "gutter" }, time) : h("span", { class: `avatar ${who.kind}`, "aria-hidden": "true" }, who.mark),
    h("div", { class: "message-body" },
      message.is_ephemeral && h("p", { class: "only-you" }, icon("eye"), say("only_you")),
      !follows && h("p", { class: "message-head" }, h("strong", { class: "author" }, who.name), who.kind === "bot" && h("span", { class: "tag" }, say("app_tag")), time),
      content(message, tools),
      previews(message, tools),
      files(message),
      message.edited && h("span", { class: "quiet edited", title: say("edited_ago", { ago: ago(Number(message.edited.ts)) }) }, say("edited")),
      threadLine(message, tools),
      message.is_ephemeral && h("button", { type: "button", class: "link-like", onclick: tools.dismiss }, say("dismiss_message"))),
    h("div", { class: "tools" },
      tools.openThread && h("button", { type: "button", class: "button icon-only", "aria-label": say("reply_in_thread"), title: say("reply_in_thread"), onclick: tools.openThread }, icon("thread")),
      tools.inspect && h("button", { type: "button", class: "button icon-only", "aria-label": say("what_behind"), title: say("what_behind"), onclick: tools.inspect }, icon("code")),
      tools.shortcuts.length ? menu(say("message_shortcuts"), tools.shortcuts.map((one) => ({ text: { text: one.name }, shortcut: one })), (row) => tools.useShortcut(row.shortcut)) : null));
}
