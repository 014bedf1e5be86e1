// The emoji that a news bot writes by name; any other name stays as it is written.
const CHARACTERS = {
  alarm_clock: "⏰", arrow_down: "⬇️", arrow_left: "⬅️", arrow_right: "➡️", arrow_up: "⬆️",
  arrows_counterclockwise: "🔄", ballot_box_with_check: "☑️", bar_chart: "📊", bell: "🔔", bookmark: "🔖", books: "📚",
  bulb: "💡", bust_in_silhouette: "👤", busts_in_silhouette: "👥", calendar: "📆", chart_with_upwards_trend: "📈",
  clipboard: "📋", clock1: "🕐", clock8: "🕗", clock830: "🕣", clock9: "🕘", double_vertical_bar: "⏸️",
  pause_button: "⏸️", arrow_forward: "▶️", eyes: "👀", file_folder: "📁", gear: "⚙️", globe_with_meridians: "🌐",
  grey_question: "❔", heavy_check_mark: "✔️", heavy_minus_sign: "➖", heavy_plus_sign: "➕", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", inbox_tray: "📥", information_source: "ℹ️", large_blue_circle: "🔵",
  large_green_circle: "🟢", large_yellow_circle: "🟡", link: "🔗", loudspeaker: "📢", mag: "🔍", mailbox: "📫",
  mega: "📣", memo: "📝", mute: "🔇", new: "🆕", newspaper: "📰", no_bell: "🔕", no_entry: "⛔",
  no_entry_sign: "🚫", page_facing_up: "📄", paperclip: "📎", pencil2: "✏️", point_right: "👉", pushpin: "📌",
  question: "❓", red_circle: "🔴", rolled_up_newspaper: "🗞️", round_pushpin: "📍", satellite_antenna: "📡",
  scroll: "📜", sparkles: "✨", speaking_head_in_silhouette: "🗣️", speech_balloon: "💬", star: "⭐",
  stopwatch: "⏱️", tada: "🎉", thumbsdown: "👎", thumbsup: "👍", "-1": "👎", "+1": "👍", wastebasket: "🗑️",
  warning: "⚠️", wave: "👋", white_check_mark: "✅", white_circle: "⚪", wrench: "🔧", x: "❌", zap: "⚡",
};

export function emoji(name) {
  return CHARACTERS[name] ?? null;
}

export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => CHARACTERS[name] ?? whole);
}
