// One message as a row: who, when, what, its thread, and the tools beside it.
import { h, icon, picture } from "./dom.js";
import { blocks } from "./blocks.js";
import { menu } from "./elements.js";
import { ago, clock } from "./dates.js";
import { mrkdwn } from "./mrkdwn.js";

export function dayRow(name) {
  return h("div", { class: "day", role: "separator", "aria-label": name }, h("span", {}, name));
}

function author(message, tools) {
  if (message.bot_id) return { name: "Dateline", mark: "D", kind: "bot" };
  if (message.user === "USLACKBOT") return { name: "Playground", mark: "P", kind: "system" };
  const known = tools.person(message.user);
  const name = known?.real_name ?? message.user;
  return { name, mark: name.split(" ").map((part) => part[0]).join("").slice(0, 2), kind: `person p${message.user.charCodeAt(2) % 4}` };
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
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h("button", { type: "button", class: "thread-line", onclick: tools.openThread },
    h("strong", {}, words), h("span", { class: "quiet" }, ` Last reply ${ago(Number(message.latest_reply))}`));
}

export function messageRow(message, tools, follows) {
  const who = author(message, tools);
  const seconds = Number(message.ts);
  const time = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: new Date(seconds * 1000).toLocaleString() }, clock(seconds, tools.zone));
  return h("article", { class: `message ${follows ? "follows" : ""} ${message.is_ephemeral ? "ephemeral" : ""}`, tabindex: "-1", "aria-label": `${who.name}, ${clock(seconds, tools.zone)}` },
    follows ? h("span", { class: "gutter" }, time) : h("span", { class: `avatar ${who.kind}`, "aria-hidden": "true" }, who.mark),
    h("div", { class: "message-body" },
      message.is_ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
      !follows && h("p", { class: "message-head" }, h("strong", { class: "author" }, who.name), who.kind === "bot" && h("span", { class: "tag" }, "APP"), time),
      content(message, tools),
      previews(message, tools),
      files(message),
      message.edited && h("span", { class: "quiet edited", title: `Edited ${ago(Number(message.edited.ts))}` }, "(edited)"),
      threadLine(message, tools),
      message.is_ephemeral && h("button", { type: "button", class: "link-like", onclick: tools.dismiss }, "Dismiss message")),
    h("div", { class: "tools" },
      tools.openThread && h("button", { type: "button", class: "button icon-only", "aria-label": "Reply in thread", title: "Reply in thread", onclick: tools.openThread }, icon("thread")),
      tools.inspect && h("button", { type: "button", class: "button icon-only", "aria-label": "What is behind this message", title: "What is behind this message", onclick: tools.inspect }, icon("code")),
      tools.shortcuts.length ? menu("Message shortcuts", tools.shortcuts.map((one) => ({ text: { text: one.name }, shortcut: one })), (row) => tools.useShortcut(row.shortcut)) : null));
}
