// Block Kit to elements, as Slack shows each block.
import { h, link, picture, say } from "./dom.js";
import { emoji } from "./emoji.js";
import { formatDate } from "./dates.js";
import { chart, dataTable } from "./data.js";
import { element } from "./elements.js";
import { mention, mrkdwn, textObject } from "./mrkdwn.js";

export function blocks(list, ctx) {
  return list.map((block) => (BLOCKS[block.type] ?? unknown)(block, ctx));
}

function unknown(block) {
  return h("p", { class: "quiet" }, say("unknown_block", block));
}

const BLOCKS = {
  header: (block, ctx) => h("h3", { class: "b-header", dir: "auto" }, textObject(block.text, ctx)),
  divider: () => h("hr"),
  section: (block, ctx) =>
    h("div", { class: "b-section" },
      h("div", { class: "b-text", dir: "auto" },
        textObject(block.text, ctx),
        block.fields && h("div", { class: "b-fields" }, block.fields.map((field) => h("div", { dir: "auto" }, textObject(field, ctx))))),
      block.accessory && h("div", { class: "b-accessory" },
        block.accessory.type === "image" ? picture(block.accessory.image_url, block.accessory.alt_text) : element(block.accessory, block, ctx))),
  context: (block, ctx) =>
    h("div", { class: "b-context" }, block.elements.map((item) =>
      item.type === "image" ? picture(item.image_url, item.alt_text, true) : h("span", { dir: "auto" }, textObject(item, ctx)))),
  actions: (block, ctx) => h("div", { class: "b-actions" }, block.elements.map((item) => element(item, block, ctx))),
  context_actions: (block, ctx) => h("div", { class: "b-actions" }, block.elements.map((item) => element(item, block, ctx))),
  image: (block, ctx) =>
    h("figure", { class: "b-image" },
      block.title && h("figcaption", {}, textObject(block.title, ctx)),
      picture(block.image_url ?? block.slack_file?.url ?? `/files/${encodeURIComponent(block.slack_file?.id)}`, block.alt_text)),
  rich_text: (block, ctx) => h("div", { class: "b-rich" }, richParts(block.elements, ctx)),
  markdown: (block, ctx) => h("div", { class: "b-text" }, mrkdwn(block.text, ctx)),
  alert: (block, ctx) => h("div", { class: `b-alert ${block.level ?? "default"}`, role: "note" }, textObject(block.text, ctx)),
  table: (block, ctx) => h("div", { class: "b-table" }, h("table", {}, block.rows.map((row, index) =>
    h("tr", {}, row.map((cell, column) => {
      const align = block.column_settings?.[column]?.align;
      return h(index ? "td" : "th", { class: align ? `to-${align}` : undefined },
        cell.type === "rich_text" ? richParts(cell.elements, ctx) : cell.text);
    }))))),
  container: (block, ctx) => {
    const head = [
      block.icon && h("div", { class: "b-icon" }, picture(block.icon.image_url, block.icon.alt_text, true)),
      h("div", { class: "b-text" },
        h("div", { class: "b-title", dir: "auto" }, block.rich_text_title ? richParts(block.rich_text_title.elements, ctx) : textObject(block.title, ctx)),
        block.subtitle && h("div", { class: "quiet", dir: "auto" }, textObject(block.subtitle, ctx))),
    ];
    const inner = h("div", { class: "b-inner" }, blocks(block.child_blocks, ctx));
    const props = { class: `b-container ${block.width ?? "standard"}` };
    if (block.is_collapsible) return h("details", { ...props, open: !block.default_collapsed }, h("summary", {}, head), inner);
    return h("div", props, h("div", { class: block.has_header_divider ? "b-head ruled" : "b-head" }, head), inner);
  },
  data_visualization: (block) => chart(block),
  data_table: (block, ctx) => dataTable(block, (cell) => (cell.type === "rich_text" ? h("div", { class: "b-rich" }, richParts(cell.elements, ctx)) : cell.text)),
  input: (block, ctx) => {
    const id = `input-${ctx.key}-${block.block_id}`;
    const problem = ctx.errors?.[block.block_id];
    return h("div", { class: problem ? "b-input wrong" : "b-input" },
      h("label", { id, for: `${id}-field` }, textObject(block.label, ctx), block.optional && h("span", { class: "quiet" }, " ", say("optional"))),
      element(block.element, block, ctx, { id: `${id}-field`, label: block.label.text }),
      problem && h("p", { class: "problem", role: "alert" }, problem),
      block.hint && h("p", { class: "hint" }, textObject(block.hint, ctx)));
  },
};

// --- rich text ---

function richParts(parts, ctx) {
  const done = [];
  for (let index = 0; index < parts.length; index += 1) {
    if (parts[index].type === "rich_text_list") {
      const run = [];
      while (index < parts.length && parts[index].type === "rich_text_list") run.push(parts[index++]);
      index -= 1;
      done.push(...run.map((part) => list(part, ctx)));
    } else {
      done.push(RICH[parts[index].type](parts[index], ctx));
    }
  }
  return done;
}

function list(part, ctx) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const props = { class: `indent-${Math.min(part.indent ?? 0, 8)}${part.border ? " bordered" : ""}` };
  if (part.style === "ordered" && part.offset) props.start = part.offset + 1;
  return h(tag, props, part.elements.map((item) => h("li", { dir: "auto" }, runs(item.elements, ctx))));
}

const RICH = {
  rich_text_section: (part, ctx) => h("div", { class: "rich-section", dir: "auto" }, runs(part.elements, ctx)),
  rich_text_quote: (part, ctx) => h("blockquote", { dir: "auto" }, runs(part.elements, ctx)),
  rich_text_preformatted: (part, ctx) => h("pre", {}, runs(part.elements, ctx)),
};

function runs(items, ctx) {
  return items.map((item) => styled(RUNS[item.type]?.(item, ctx) ?? `[${item.type}]`, item.style));
}

function styled(node, style) {
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
  return Object.entries(tags).reduce((inner, [name, tag]) => (style?.[name] ? h(tag, {}, inner) : inner), node);
}

const RUNS = {
  text: (item) => item.text, // literal: rich text has no markup in it; line breaks are kept by CSS
  link: (item) => link(item.url, item.text ?? item.url),
  emoji: (item) => emoji(item.name) ?? (item.unicode ? String.fromCodePoint(...item.unicode.split("-").map((code) => parseInt(code, 16))) : `:${item.name}:`),
  user: (item, ctx) => mention(`@${ctx.personName(item.user_id)}`),
  channel: (item, ctx) => mention(`#${ctx.channelName(item.channel_id) ?? item.channel_id}`),
  usergroup: (item) => mention(`@${item.usergroup_id}`),
  broadcast: (item) => mention(`@${item.range}`),
  date: (item, ctx) => {
    const time = h("time", { title: item.fallback ?? "" }, formatDate(item.format, item.timestamp, ctx.zone));
    return item.url ? link(item.url, time) : time;
  },
  color: (item) => item.value,
};
