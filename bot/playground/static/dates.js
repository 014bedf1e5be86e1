// Times as Slack shows them: in the reader's zone, by the tokens of <!date^…> and rich text dates.
import { say } from "./dom.js";

function parts(seconds, zone, options) {
  return new Intl.DateTimeFormat(say("locale"), { timeZone: zone, ...options }).format(new Date(seconds * 1000));
}

// YYYY-MM-DD, as the locale of Canada writes it.
function isoDate(seconds, zone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date(seconds * 1000));
}

function daysAgo(seconds, zone) {
  const day = (when) => Date.parse(`${isoDate(when, zone)}T00:00Z`) / 86400000;
  return day(Date.now() / 1000) - day(seconds);
}

function pretty(plain, seconds, zone) {
  return { 0: say("today"), 1: say("yesterday"), [-1]: say("tomorrow") }[daysAgo(seconds, zone)] ?? plain;
}

export function ago(seconds) {
  const passed = Date.now() / 1000 - seconds;
  const format = new Intl.RelativeTimeFormat(say("locale"), { numeric: "auto" });
  const steps = [[60, 1, "second"], [3600, 60, "minute"], [86400, 3600, "hour"], [Infinity, 86400, "day"]];
  const [, size, unit] = steps.find(([limit]) => Math.abs(passed) < limit);
  return format.format(-Math.round(passed / size), unit);
}

export function clock(seconds, zone) {
  return parts(seconds, zone, { hour: "2-digit", minute: "2-digit" });
}

export function dayName(seconds, zone) {
  const plain = parts(seconds, zone, { weekday: "long", day: "numeric", month: "long" });
  const name = pretty(plain, seconds, zone);
  return name[0].toUpperCase() + name.slice(1);
}

export function formatDate(format, seconds, zone) {
  const short = () => parts(seconds, zone, { day: "numeric", month: "short", year: "numeric" });
  const middle = () => parts(seconds, zone, { day: "numeric", month: "long", year: "numeric" });
  const long = () => parts(seconds, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const tokens = {
    date_num: () => isoDate(seconds, zone),
    date: middle,
    date_slash: () => parts(seconds, zone, { dateStyle: "short" }),
    date_short: short,
    date_long: long,
    date_long_full: long,
    date_pretty: () => pretty(middle(), seconds, zone),
    date_short_pretty: () => pretty(short(), seconds, zone),
    date_long_pretty: () => pretty(long(), seconds, zone),
    day_divider_pretty: () => pretty(long(), seconds, zone),
    time: () => clock(seconds, zone),
    time_secs: () => parts(seconds, zone, { timeStyle: "medium" }),
    ago: () => ago(seconds),
  };
  return format.replace(/\{(\w+)\}/g, (whole, name) => (tokens[name] ? tokens[name]() : whole));
}
