// Slack's mrkdwn to elements: <links>, *bold*, _italic_, ~strike~, `code`, ``` blocks, > quotes, :emoji:.
import { h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { formatDate } from "./dates.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

function plain(text) {
  return withEmoji(text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]));
}

// All marks in one expression, so that a long text is read once; what stands inside a mark is read again.
const TOKEN = new RegExp([
  /`(?<code>[^`\n]+)`/,
  /<(?<angle>[^<>]*)>/,
  /(?<![\w*])\*(?=\S)(?<bold>[^*\n]*?\S)\*(?![\w*])/,
  /(?<!\w)_(?=\S)(?<italic>[^_\n]*?\S)_(?!\w)/,
  /(?<![\w~])~(?=\S)(?<strike>[^~\n]*?\S)~(?![\w~])/,
  /(?<bare>https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)])/,
].map((form) => form.source).join("|"), "g");

function inline(text, ctx) {
  const done = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [kind, inner] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    done.push(...lines(plain(text.slice(end, match.index))), made(kind, inner, ctx));
    end = match.index + match[0].length;
  }
  return [...done, ...lines(plain(text.slice(end)))];
}

function made(kind, inner, ctx) {
  switch (kind) {
    case "code": return h("code", {}, plain(inner));
    case "bold": return h("strong", {}, inline(inner, ctx));
    case "italic": return h("em", {}, inline(inner, ctx));
    case "strike": return h("s", {}, inline(inner, ctx));
    case "bare": return link(plain(inner), plain(inner));
    default: return angle(inner, ctx);
  }
}

export function mention(text) {
  return h("span", { class: "mention" }, text);
}

function angle(inner, ctx) {
  const [target, label] = inner.split(/\|(.*)/s);
  if (target.startsWith("@")) return mention(`@${ctx.personName(target.slice(1))}`);
  if (target.startsWith("#")) return mention(`#${ctx.channelName(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    const shown = formatDate(format ?? "", Number(seconds), ctx.zone);
    const time = h("time", { title: label ?? "" }, shown);
    return url ? link(plain(url), time) : time;
  }
  if (target.startsWith("!")) return mention(`@${(label ?? target.slice(1)).replace(/^@/, "")}`);
  return link(plain(target), plain(label ?? target));
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line])).filter((part) => part !== "");
}

function quoted(chunk, ctx) {
  const groups = [];
  for (const line of chunk.split("\n")) {
    const isQuote = /^(&gt;|>)/.test(line);
    const last = groups.at(-1);
    if (last && last.isQuote === isQuote) last.lines.push(line);
    else groups.push({ isQuote, lines: [line] });
  }
  return groups.map(({ isQuote, lines: own }) =>
    isQuote
      ? h("blockquote", { dir: "auto" }, inline(own.map((line) => line.replace(/^(&gt;|>) ?/, "")).join("\n"), ctx))
      : h("span", { dir: "auto", class: "run" }, inline(own.join("\n"), ctx)),
  );
}

export function mrkdwn(text, ctx) {
  return text.split(/```/).map((chunk, index, all) => {
    const closed = index < all.length - 1 || all.length % 2 === 1;
    if (index % 2 === 1 && closed) return h("pre", {}, plain(chunk.replace(/^\n|\n$/g, "")));
    const after = index && index % 2 === 0 ? chunk.replace(/^\n/, "") : chunk; // a block ends its line
    return quoted(index % 2 === 1 ? `\`\`\`${chunk}` : after, ctx);
  });
}

export function textObject(object, ctx) {
  if (!object) return null;
  if (object.type === "mrkdwn") return mrkdwn(object.text, ctx);
  const shown = object.emoji === false ? object.text : withEmoji(object.text);
  return lines(shown);
}
