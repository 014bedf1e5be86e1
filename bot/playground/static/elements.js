// Everything in blocks that a person can use: buttons, menus, selects, pickers, inputs.
import { h, icon, say } from "./dom.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { withEmoji } from "./emoji.js";

const TYPED = 400; // a pause in typing that is taken for its end, in milliseconds

export function element(item, block, ctx, field = {}) {
  const make = ELEMENTS[item.type];
  return make ? make(item, block, ctx, field) : h("span", { class: "quiet" }, `[${item.type}]`);
}

const words = (object) => withEmoji(object?.text ?? "");

// What is sent when an element is used: where it stands, and what was chosen.
async function use(item, block, ctx, chosen = {}, control = null) {
  if (item.confirm && !(await ctx.confirm(item.confirm))) return;
  control?.setAttribute("aria-busy", "true");
  const text = item.type === "button" ? { text: item.text, ...(item.value === undefined ? {} : { value: item.value }) } : {};
  try {
    await ctx.send({ type: item.type, action_id: item.action_id, block_id: block.block_id, ...text, ...chosen });
  } finally {
    control?.removeAttribute("aria-busy");
  }
}

function changed(item, block, ctx, value, control) {
  ctx.set(block.block_id, item.action_id, { type: item.type, ...value });
  if (block.type !== "input" || block.dispatch_action) use(item, block, ctx, value, control);
}

function current(item, block, ctx, initial) {
  const kept = ctx.value(block.block_id, item.action_id);
  if (kept) return kept;
  const first = { type: item.type, ...initial };
  ctx.set(block.block_id, item.action_id, first);
  return first;
}

const options = (item) => [...(item.options ?? []), ...(item.option_groups ?? []).flatMap((group) => group.options)];
const same = (a, b) => a && b && a.value === b.value;

const ELEMENTS = {
  button: (item, block, ctx) => {
    const name = item.accessibility_label ?? words(item.text);
    const control = h("button", {
      type: "button", class: `button ${item.style ?? ""}`, "aria-label": name, title: item.url ?? undefined,
      onclick: () => {
        if (/^https?:/i.test(item.url ?? "")) window.open(item.url, "_blank", "noopener,noreferrer");
        use(item, block, ctx, {}, control);
      },
    }, words(item.text), item.url ? h("span", { "aria-hidden": "true" }, " ↗") : null);
    return control;
  },

  overflow: (item, block, ctx) => menu(say("more_actions"), item.options, (option, control) => {
    if (/^https?:/i.test(option.url ?? "")) window.open(option.url, "_blank", "noopener,noreferrer");
    use(item, block, ctx, { selected_option: option }, control);
  }),

  feedback_buttons: (item, block, ctx) => h("span", { class: "feedback", role: "group", "aria-label": say("feedback") },
    ["positive_button", "negative_button"].map((side) => {
      const own = item[side];
      const control = h("button", {
        type: "button", class: "button icon-only", "aria-label": own.accessibility_label ?? words(own.text), title: words(own.text),
        onclick: () => {
          control.parentNode.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", String(other === control)));
          ctx.send({ type: item.type, action_id: item.action_id, block_id: block.block_id, value: own.value, text: own.text });
        },
      }, icon(side === "positive_button" ? "up" : "down"));
      return control;
    })),

  icon_button: (item, block, ctx) => h("button", {
    type: "button", class: "button icon-only", "aria-label": item.accessibility_label ?? words(item.text), title: words(item.text),
    onclick: (event) => use(item, block, ctx, { value: item.value }, event.currentTarget),
  }, icon("trash")),

  static_select: (item, block, ctx, field) => {
    const now = current(item, block, ctx, { selected_option: item.initial_option ?? null });
    return choices(item, field, (group) => group.map((option) =>
      h("option", { value: String(options(item).indexOf(option)), selected: same(option, now.selected_option) }, words(option.text))),
      (value) => ({ selected_option: value === "" ? null : options(item)[Number(value)] }), block, ctx, !now.selected_option);
  },

  users_select: (item, block, ctx, field) => picked(item, block, ctx, field, "selected_user", item.initial_user, ctx.people.map((p) => [p.id, p.real_name])),
  channels_select: (item, block, ctx, field) => picked(item, block, ctx, field, "selected_channel", item.initial_channel, publicOnes(ctx)),
  conversations_select: (item, block, ctx, field) =>
    picked(item, block, ctx, field, "selected_conversation",
      item.initial_conversation ?? (item.default_to_current_conversation ? ctx.channel : undefined), conversations(item, ctx)),

  multi_static_select: (item, block, ctx, field) => {
    const now = current(item, block, ctx, { selected_options: item.initial_options ?? [] });
    return manyOf(item, field, options(item).map((option) => [option, words(option.text)]),
      (option) => now.selected_options.some((other) => same(option, other)), (list) => ({ selected_options: list }), block, ctx);
  },
  multi_users_select: (item, block, ctx, field) => severalIds(item, block, ctx, field, "selected_users", item.initial_users, ctx.people.map((p) => [p.id, p.real_name])),
  multi_channels_select: (item, block, ctx, field) => severalIds(item, block, ctx, field, "selected_channels", item.initial_channels, publicOnes(ctx)),
  multi_conversations_select: (item, block, ctx, field) =>
    severalIds(item, block, ctx, field, "selected_conversations",
      item.initial_conversations ?? (item.default_to_current_conversation && ctx.channel ? [ctx.channel] : []), conversations(item, ctx)),

  external_select: (item, block, ctx, field) => lookup(item, block, ctx, field, false),
  multi_external_select: (item, block, ctx, field) => lookup(item, block, ctx, field, true),

  checkboxes: (item, block, ctx, field) => {
    const now = current(item, block, ctx, { selected_options: item.initial_options ?? [] });
    const list = h("div", { class: "ticks", role: "group", "aria-label": field.label ?? say("choices") }, item.options.map((option) => tick("checkbox", option, item, ctx,
      now.selected_options.some((other) => same(option, other)), () => {
        const on = [...list.querySelectorAll("input")].map((box, index) => (box.checked ? item.options[index] : null)).filter(Boolean);
        changed(item, block, ctx, { selected_options: on }, list);
      })));
    return list;
  },
  radio_buttons: (item, block, ctx, field) => {
    const now = current(item, block, ctx, { selected_option: item.initial_option ?? null });
    return h("div", { class: "ticks", role: "radiogroup", "aria-label": field.label ?? say("choices") }, item.options.map((option) => tick("radio", option, item, ctx,
      same(option, now.selected_option), (control) => changed(item, block, ctx, { selected_option: option }, control), `${ctx.key}-${block.block_id}`)));
  },

  datepicker: (item, block, ctx, field) => typedIn("date", item, block, ctx, field, "selected_date", item.initial_date),
  timepicker: (item, block, ctx, field) => typedIn("time", item, block, ctx, field, "selected_time", item.initial_time),
  datetimepicker: (item, block, ctx, field) => {
    const now = current(item, block, ctx, { selected_date_time: item.initial_date_time ?? null });
    const local = now.selected_date_time ? new Date((now.selected_date_time - new Date().getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16) : "";
    return h("input", { type: "datetime-local", value: local, id: field.id, "aria-label": name(item, field),
      onchange: (event) => changed(item, block, ctx, { selected_date_time: event.target.value ? Math.round(new Date(event.target.value) / 1000) : null }, event.target) });
  },

  plain_text_input: (item, block, ctx, field) => {
    const limits = { minlength: item.min_length ? String(item.min_length) : undefined, maxlength: String(item.max_length ?? 3000) };
    return item.multiline ? area(item, block, ctx, field, limits) : typedIn("text", item, block, ctx, field, "value", item.initial_value, limits);
  },
  email_text_input: (item, block, ctx, field) => typedIn("email", item, block, ctx, field, "value", item.initial_value),
  url_text_input: (item, block, ctx, field) => typedIn("url", item, block, ctx, field, "value", item.initial_value),
  number_input: (item, block, ctx, field) =>
    typedIn("number", item, block, ctx, field, "value", item.initial_value, { min: item.min_value, max: item.max_value, step: item.is_decimal_allowed ? "any" : "1" }),
};

const name = (item, field) => field.label ?? (item.placeholder ? words(item.placeholder) : say("choice"));
const publicOnes = (ctx) => ctx.channels.filter((c) => c.kind === "public").map((c) => [c.id, `#${c.name}`]);

function conversations(item, ctx) {
  const wanted = item.filter?.include;
  return ctx.channels
    .filter((c) => !c.archived && (!wanted || wanted.includes(c.kind)))
    .map((c) => [c.id, c.kind === "im" ? say("direct_messages") : `${c.kind === "private" ? "🔒 " : "#"}${c.name}`]);
}

// --- one of several ---

function choices(item, field, make, read, block, ctx, empty) {
  const groups = item.option_groups
    ? item.option_groups.map((group) => h("optgroup", { label: words(group.label) }, make(group.options)))
    : make(item.options);
  return h("select", { id: field.id, "aria-label": name(item, field),
    onchange: (event) => changed(item, block, ctx, read(event.target.value), event.target) },
    h("option", { value: "", selected: empty }, item.placeholder ? words(item.placeholder) : say("choose")), groups);
}

function picked(item, block, ctx, field, key, initial, rows) {
  const now = current(item, block, ctx, { [key]: initial ?? null });
  return h("select", { id: field.id, "aria-label": name(item, field),
    onchange: (event) => changed(item, block, ctx, { [key]: event.target.value || null }, event.target) },
    h("option", { value: "", selected: !now[key] }, item.placeholder ? words(item.placeholder) : say("choose")),
    rows.map(([id, shown]) => h("option", { value: id, selected: id === now[key] }, shown)));
}

// --- several ---

function severalIds(item, block, ctx, field, key, initial, rows) {
  const now = current(item, block, ctx, { [key]: initial ?? [] });
  return manyOf(item, field, rows, (id) => now[key].includes(id), (list) => ({ [key]: list }), block, ctx);
}

function manyOf(item, field, rows, isOn, read, block, ctx) {
  const most = item.max_selected_items ?? Infinity;
  const summary = h("summary", { "aria-label": name(item, field) });
  const boxes = rows.map(([, shown], index) => h("label", { class: "tick" },
    h("input", { type: "checkbox", checked: isOn(rows[index][0]), onchange: pick }), h("span", {}, shown)));
  const chosen = () => rows.filter((_, index) => boxes[index].firstChild.checked);
  function show() {
    const on = chosen();
    summary.replaceChildren(on.length ? on.map(([, shown]) => shown).join(", ") : words(item.placeholder) || say("choose"));
    boxes.forEach((box) => { box.firstChild.disabled = on.length >= most && !box.firstChild.checked; });
  }
  function pick(event) {
    show();
    changed(item, block, ctx, read(chosen().map(([value]) => value)), event.target);
  }
  show();
  return h("details", { class: "many", id: field.id }, summary, h("div", { class: "ticks" }, boxes));
}

function lookup(item, block, ctx, field, many) {
  const key = many ? "selected_options" : "selected_option";
  const now = current(item, block, ctx, { [key]: many ? item.initial_options ?? [] : item.initial_option ?? null });
  const list = h("div", { class: "found", role: "listbox", hidden: true });
  const shown = h("div", { class: "chosen" });
  let chosen = many ? [...now[key]] : [now[key]].filter(Boolean);
  let asked = 0;
  const box = h("input", { type: "search", id: field.id, autocomplete: "off", role: "combobox", "aria-expanded": "false",
    "aria-label": name(item, field), placeholder: words(item.placeholder) || say("look_up"), oninput: ask, onfocus: ask });
  function show() {
    shown.replaceChildren(...chosen.map((option) => h("button", { type: "button", class: "chip", "aria-label": say("remove", { name: words(option.text) }),
      onclick: () => choose(chosen.filter((other) => !same(other, option))) }, words(option.text), " ×")));
  }
  function choose(next) {
    chosen = next;
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.value = "";
    show();
    changed(item, block, ctx, { [key]: many ? chosen : chosen[0] ?? null }, box);
  }
  async function ask() {
    const turn = ++asked;
    if (box.value.length < (item.min_query_length ?? 3)) return;
    const found = await ctx.options({ block_id: block.block_id, action_id: item.action_id }, box.value);
    if (turn !== asked) return; // a later question was asked meanwhile
    list.replaceChildren(...found.map((option) => h("button", { type: "button", role: "option", class: "menu-item",
      onclick: () => choose(many ? [...chosen, option] : [option]) }, words(option.text))));
    if (!found.length) list.replaceChildren(h("p", { class: "quiet" }, say("no_matches")));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
  }
  show();
  return h("div", { class: "lookup" }, shown, box, list);
}

// --- ticks and typing ---

function tick(kind, option, item, ctx, on, act, group) {
  return h("label", { class: "tick" },
    h("input", { type: kind, checked: on, name: group, onchange: (event) => act(event.target) }),
    h("span", {}, textObject(option.text, ctx), option.description && h("span", { class: "quiet description" }, textObject(option.description, ctx))));
}

function typedIn(kind, item, block, ctx, field, key, initial, limits = {}) {
  const now = current(item, block, ctx, { [key]: initial ?? null });
  let waiting = null;
  const control = h("input", { type: kind, id: field.id, "aria-label": name(item, field), autocomplete: "off",
    placeholder: item.placeholder ? words(item.placeholder) : undefined, ...limits,
    oninput: () => {
      ctx.set(block.block_id, item.action_id, { type: item.type, [key]: control.value || null });
      if (!block.dispatch_action || !item.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered")) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => use(item, block, ctx, { [key]: control.value || null }), TYPED);
    },
    onchange: () => (kind === "date" || kind === "time") && changed(item, block, ctx, { [key]: control.value || null }, control),
    onkeydown: (event) => {
      if (event.key !== "Enter" || kind === "date" || kind === "time") return;
      if (block.type !== "input" || block.dispatch_action) {
        event.preventDefault();
        changed(item, block, ctx, { [key]: control.value || null }, control);
      }
    } });
  control.value = now[key] ?? "";
  return control;
}

function area(item, block, ctx, field, limits) {
  const now = current(item, block, ctx, { value: item.initial_value ?? null });
  const control = h("textarea", { rows: "4", id: field.id, "aria-label": name(item, field), ...limits,
    placeholder: item.placeholder ? words(item.placeholder) : undefined,
    oninput: () => ctx.set(block.block_id, item.action_id, { type: item.type, value: control.value || null }) });
  control.value = now.value ?? "";
  return control;
}

// --- a menu that opens and closes ---

export function menu(label, rows, act, face = icon("more")) {
  const list = h("div", { class: "menu", role: "menu", hidden: true });
  const control = h("button", { type: "button", class: "button icon-only", "aria-label": label, title: label,
    "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => toggle(list.hidden) }, face);
  const root = h("span", { class: "menu-root", onkeydown: keys, onfocusout: left }, control, list);
  list.append(...rows.map((row) => h("button", { type: "button", role: "menuitem", class: "menu-item",
    onclick: () => { toggle(false); control.focus(); act(row, control); } },
    h("span", {}, withEmoji(row.text.text)), row.description && h("span", { class: "quiet description" }, withEmoji(row.description.text)))));
  function toggle(open) {
    list.hidden = !open;
    control.setAttribute("aria-expanded", String(open));
    if (!open) return;
    list.classList.remove("up", "left");
    const place = list.getBoundingClientRect();
    list.classList.toggle("up", place.bottom > innerHeight - 8);
    list.classList.toggle("left", place.right > innerWidth - 8);
    list.firstChild?.focus({ preventScroll: true });
  }
  function left(event) {
    if (!root.contains(event.relatedTarget)) toggle(false);
  }
  function keys(event) {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); toggle(false); control.focus(); }
    if (event.key === "ArrowDown" && !list.hidden) { event.preventDefault(); all[(at + 1) % all.length].focus(); }
    if (event.key === "ArrowUp" && !list.hidden) { event.preventDefault(); all[(at - 1 + all.length) % all.length].focus(); }
  }
  return root;
}

export function confirmation(object, ctx) {
  return new Promise((resolve) => {
    const box = h("dialog", { class: "modal small", "aria-label": words(object.title) || say("sure") },
      h("header", {}, h("h2", {}, words(object.title) || say("sure"))),
      h("div", { class: "modal-body" }, object.text.type === "mrkdwn" ? mrkdwn(object.text.text, ctx) : words(object.text)),
      h("footer", {},
        h("button", { type: "button", class: "button", onclick: () => done(false) }, words(object.deny) || say("cancel")),
        h("button", { type: "button", class: `button ${object.style ?? "primary"}`, onclick: () => done(true) }, words(object.confirm) || say("yes"))));
    function done(answer) {
      box.close();
      box.remove();
      resolve(answer);
    }
    box.addEventListener("cancel", (event) => { event.preventDefault(); done(false); });
    document.body.append(box);
    box.showModal();
  });
}
