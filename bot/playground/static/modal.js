// The modal on top of a person's stack: what is typed is kept while the bot changes the view.
import { h, icon, post, say } from "./dom.js";
import { blocks } from "./blocks.js";
import { withEmoji } from "./emoji.js";

export class Modals {
  constructor(makeContext, user, toast) {
    this.makeContext = makeContext;
    this.user = user;
    this.toast = toast;
    this.values = new Map();
    this.errors = {};
    this.shown = null;
    this.box = h("dialog", { class: "modal", oncancel: (event) => { event.preventDefault(); this.close(); }, oninput: (event) => this.forgive(event.target) });
    document.body.append(this.box);
  }

  // Take the stack as the server has it, lowest first.
  show(stack) {
    const view = stack.at(-1);
    for (const id of this.values.keys()) if (!stack.some((open) => open.id === id)) this.values.delete(id);
    if (!view) {
      this.shown = null;
      if (this.box.open) this.box.close();
      return;
    }
    if (this.shown?.hash === view.hash && this.shown?.id === view.id) return;
    if (this.shown?.id !== view.id) this.errors = {};
    this.shown = view;
    this.depth = stack.length;
    this.draw();
  }

  // What was wrong in a field is forgotten as soon as it is changed.
  forgive(control) {
    const field = control.closest(".wrong");
    if (!field) return;
    this.errors = {};
    field.classList.remove("wrong");
    field.querySelector(".problem")?.remove();
  }

  draw() {
    const view = this.shown;
    const values = this.values.get(view.id) ?? {};
    this.values.set(view.id, values);
    const ctx = this.makeContext({ key: view.id, values, errors: this.errors, view: view.id });
    const focused = this.box.contains(document.activeElement) ? document.activeElement.id : null;
    const place = this.box.querySelector(".modal-body")?.scrollTop ?? 0;
    const title = withEmoji(view.title.text);
    this.box.setAttribute("aria-label", title);
    this.submitButton = view.submit && h("button", { type: "submit", class: "button primary" }, withEmoji(view.submit.text));
    this.box.replaceChildren(h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      h("header", {}, h("h2", { dir: "auto" }, title),
        h("button", { type: "button", class: "button icon-only", "aria-label": say("close"), onclick: () => this.close(true) }, icon("close"))),
      h("div", { class: "modal-body", tabindex: "-1" }, blocks(view.blocks, ctx)),
      h("footer", {},
        h("button", { type: "button", class: "button", onclick: () => this.close() }, view.close ? withEmoji(view.close.text) : say(this.depth > 1 ? "back" : "close")),
        this.submitButton)));
    if (!this.box.open) this.box.showModal();
    this.box.querySelector(".modal-body").scrollTop = place;
    const wrong = this.box.querySelector(".wrong input, .wrong select, .wrong textarea, .wrong summary");
    if (wrong) wrong.focus();
    else if (focused) document.getElementById(focused)?.focus();
    else (this.box.querySelector(".modal-body :is(input, textarea, select)") ?? this.box.querySelector("footer button")).focus();
  }

  // What Slack itself checks before it asks the bot.
  missing() {
    const values = this.values.get(this.shown.id);
    const found = {};
    for (const block of this.shown.blocks.filter((one) => one.type === "input")) {
      const value = values[block.block_id]?.[block.element.action_id] ?? {};
      const { type: _, ...content } = value;
      const given = Object.values(content).some((one) => (Array.isArray(one) ? one.length : one !== null && one !== undefined && one !== ""));
      const field = document.getElementById(`input-${this.shown.id}-${block.block_id}-field`);
      if (!given && !block.optional) found[block.block_id] = say("required");
      else if (given && field?.validity && !field.validity.valid) found[block.block_id] = field.validationMessage;
      else if (given && block.element.min_length > content.value?.length) found[block.block_id] = say("too_short", { least: block.element.min_length });
    }
    return found;
  }

  async submit() {
    const view = this.shown;
    this.errors = this.missing();
    if (Object.keys(this.errors).length) return this.draw();
    this.submitButton?.setAttribute("aria-busy", "true");
    const answer = await post("submit", { user: this.user(), view: view.id, state: this.values.get(view.id) });
    this.submitButton?.removeAttribute("aria-busy");
    if (answer.errors) {
      this.errors = answer.errors;
      if (this.shown?.id === view.id) this.draw();
    } else if (answer.problem) {
      this.toast(say("trouble"), answer);
    }
  }

  async close(everything = false) {
    await post("close", { user: this.user(), view: this.shown.id, everything });
  }
}
