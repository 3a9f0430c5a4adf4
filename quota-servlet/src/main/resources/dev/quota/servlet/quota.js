/* Shows people their quotas, before they run into them. Types, parts and properties: quota.d.ts. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const inPage = typeof document !== 'undefined';
const isVisible = () => inPage && !document.hidden;

// ---------------------------------------------------------------- settings

// Served by Quota, this file lies beside the endpoints. In somebody's bundle it does not.
const besideEndpoints = /^(https?:.*)\/quota(-[0-9a-f]+)?\.js([?#].*)?$/.exec(import.meta.url);

const settings = {
  base: besideEndpoints?.[1] ?? '/quota',
  locale: '',
  // Looked up for each call: whoever instruments fetch after this file was loaded is heard.
  fetch: (input, init) => globalThis.fetch(input, init),
};

export function configure(changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in settings)) {
      throw new TypeError(`configure knows base, fetch and locale, not ${name}`);
    }
    if (typeof value !== typeof settings[name]) {
      throw new TypeError(`${name} must be a ${typeof settings[name]}, was ${value}`);
    }
    settings[name] = value;
  }
  settings.base = settings.base.replace(/\/+$/, '');
  // What is under way was asked elsewhere, or in another language.
  askAnew();
}

const warned = new Set();

function warnOnce(text) {
  if (!warned.has(text)) {
    warned.add(text);
    console.warn(`quota: ${text}`);
  }
}

// ---------------------------------------------------------------- what is known

let snapshot = null; // null while nothing is known that can be shown as current
let aheadMillis = 0; // how far the server's clock is ahead of this one
const listeners = new Set();
const saidAt = new WeakMap(); // when the server said a quota's state, by its own clock
const refused = new WeakSet(); // states that a refusal brought

export const serverNow = () => Date.now() + aheadMillis;
export const getSnapshot = () => snapshot;
// One server renders for many people: it knows nobody's state.
export const getServerSnapshot = () => null;

export function subscribe(listener) {
  listeners.add(listener);
  if (listeners.size === 1) {
    startAsking();
  }
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) {
      stopAsking();
    }
  };
}

export function apply(told) {
  if (told === null) {
    past.clear();
    publish(null);
    askAnew();
    return false;
  }
  const state = told?.quotas ? told : told?.state;
  if (!isState(state)) {
    return false;
  }
  if (told !== state) {
    for (const quota of state.quotas.filter((it) => !it.allowed)) {
      refused.add(quota);
      // Whoever is refused again hears it again.
      dismissed.delete(quota.message.id);
      announced.delete(quota.message.id);
    }
  }
  learn(state, false);
  schedule();
  return true;
}

const isState = (it) => it?.version === 1 && Array.isArray(it.quotas) && Date.parse(it.now) > 0;
const named = (quotas, name) => quotas?.find((quota) => quota.name === name);

function note(state) {
  for (const quota of state.quotas) {
    saidAt.set(quota, Date.parse(state.now));
  }
}

/* Takes what is newer. Only a whole answer can say that a quota is gone. */
function learn(state, isWhole) {
  note(state);
  const isNewest = !snapshot || Date.parse(state.now) >= Date.parse(snapshot.now);
  if (isNewest) {
    aheadMillis = Date.parse(state.now) - Date.now();
  }
  const before = snapshot?.quotas ?? [];
  const names = new Set([...(isWhole ? [] : before), ...state.quotas].map(({ name }) => name));
  const quotas = [...names].map((name) => newer(named(before, name), named(state.quotas, name)));
  if (isNewest || quotas.some((quota) => !before.includes(quota))) {
    publish({ ...(isNewest ? state : snapshot), quotas });
  }
}

const newer = (old, told) => (old && !(saidAt.get(told) >= saidAt.get(old)) ? old : told);

function publish(next) {
  const before = snapshot;
  snapshot = next;
  forgetLater();
  for (const listener of [...listeners]) {
    try {
      listener();
    } catch (error) {
      console.error(error); // a page's mistake must not keep the others from hearing
    }
  }
  for (const quota of next?.quotas ?? []) {
    if (!before?.quotas.includes(quota)) {
      tellChange(quota);
    }
  }
}

const millis = (instant) => Date.parse(instant ?? '');
const refreshMillis = () => Math.max(1, snapshot?.refreshAfterSeconds ?? 60) * SECOND;

/* Calls back with every moment that changes a number, and how long to spread the asking. */
function moments(found) {
  for (const quota of snapshot?.quotas ?? []) {
    const next = millis(quota.nextAvailableAt);
    const poll = saidAt.get(quota) + quota.retryAfterSeconds * SECOND;
    // Up to a minute a person watches; at midnight everybody would ask at once.
    const spread = (at) => (at - serverNow() > MINUTE ? 30 : 1) * SECOND;
    if (next) {
      found(next, spread(next));
    } else if (!quota.allowed && quota.retryAfterSeconds) {
      found(poll, spread(poll));
    }
    if (quota.allowed && quota.resetAt) {
      found(millis(quota.resetAt), 30 * SECOND);
    }
  }
}

// ---------------------------------------------------------------- forgetting

let forgetTimer;

/* What could not be renewed in time is not shown as if it were current. */
function forgetLater(atLeast = 0) {
  clearTimeout(forgetTimer);
  if (!snapshot || !inPage) {
    return;
  }
  let until = millis(snapshot.now) + 3 * refreshMillis();
  moments((at) => {
    if (at > millis(snapshot.now)) {
      until = Math.min(until, at + 45 * SECOND);
    }
  });
  forgetTimer = setTimeout(
    () => isVisible() && publish(null),
    Math.max(until - serverNow(), atLeast),
  );
}

// ---------------------------------------------------------------- asking

let underWay = null; // the one request for the state
let answering = null; // its promise
let afterwards = null; // the promise of one more, asked for while one is under way
let askTimer;
let askedAt = 0;
let failures = 0;
let waking = null;

async function getState(path, parameters, signal) {
  const query = new URLSearchParams(parameters);
  if (settings.locale) {
    query.set('locale', settings.locale);
  }
  const url = `${settings.base}/${path}${String(query) && `?${query}`}`;
  const response = await settings.fetch(url, { headers: { Accept: 'application/json' }, signal });
  const body = await response.json().catch(() => null); // what is no JSON is no state either
  if (!response.ok || !isState(body)) {
    throw new Error(`${url} answered ${response.status}: ${body?.detail ?? 'no state'}`);
  }
  return body;
}

async function ask() {
  const mine = new AbortController();
  const tooLong = setTimeout(() => mine.abort(), 10 * SECOND);
  underWay = mine;
  askedAt = Date.now();
  try {
    const state = await getState('state', {}, mine.signal);
    if (underWay === mine) {
      failures = 0;
      learn(state, true);
    }
  } catch (error) {
    if (underWay === mine) {
      failures++;
      warnOnce(error.message);
    }
  } finally {
    clearTimeout(tooLong);
    if (underWay === mine) {
      underWay = null;
      schedule();
    }
  }
}

/* Resolves with a snapshot not older than the call, or with what is known if that fails. */
export async function refresh() {
  if (underWay) {
    // It may have been answered before the charge that somebody wants to see.
    afterwards ??= answering.then(() => {
      afterwards = null;
      return underWay ? answering : (answering = ask());
    });
    await afterwards;
  } else {
    await (answering = ask());
  }
  return snapshot;
}

/* What is under way is no longer wanted. */
function askAnew() {
  underWay?.abort();
  underWay = null;
  failures = 0;
  if (isAsking()) {
    refresh();
  }
}

const isAsking = () => listeners.size > 0 && isVisible();

function schedule() {
  clearTimeout(askTimer);
  if (isAsking() && !underWay) {
    askTimer = setTimeout(() => isAsking() && refresh(), failures ? backOff() : untilDue());
  }
}

function backOff() {
  const most = Math.min(5 * MINUTE, 5 * SECOND * 2 ** (failures - 1));
  return most * (0.5 + Math.random() / 2);
}

function untilDue() {
  const now = serverNow();
  let due = millis(snapshot?.now) + refreshMillis() || now;
  moments((at, spread) => {
    if (at > now) {
      due = Math.min(due, at + Math.random() * spread);
    }
  });
  return Math.max(0, due - now);
}

function startAsking() {
  if (!inPage) {
    return;
  }
  waking = new AbortController();
  document.addEventListener('visibilitychange', wake, waking);
  for (const type of ['focus', 'pageshow', 'online']) {
    addEventListener(type, wake, waking);
  }
  schedule();
}

function stopAsking() {
  waking?.abort();
  clearTimeout(askTimer);
}

function wake() {
  if (isVisible() && Date.now() - askedAt > 5 * SECOND && !underWay) {
    refresh();
  }
  // A page that comes back shows what it knew for two seconds at most.
  forgetLater(2 * SECOND);
  schedule();
  tick();
}

export async function check(name, cost, { signal } = {}) {
  const state = await getState('check', { quota: name, cost }, signal);
  note(state);
  return named(state.quotas, name);
}

export async function quotaFetch(input, init) {
  const response = await settings.fetch(input, init);
  if (/^application\/problem\+json\b/i.test(response.headers.get('Content-Type'))) {
    apply(await response.clone().json().catch(() => undefined)); // a broken problem has no state
  } else if (response.headers.has('Quota-Level') && isAsking()) {
    refresh();
  }
  return response;
}

// ---------------------------------------------------------------- events

const past = new Map(); // by quota: what was told of it last

const isExhausted = (quota) => !quota.allowed && quota.level !== 'unknown';

function tellChange(quota) {
  const { message, level, resetAt } = quota;
  const exhausted = isExhausted(quota);
  const before = past.get(quota.name);
  const isNewWindow = millis(resetAt) > millis(before?.resetAt);
  const warning = level === 'warning' ? message.id : level === 'ok' ? null : before?.warning;
  const refusal = exhausted ? message.id : before?.refusal;
  past.set(quota.name, { exhausted, refusal, warning, resetAt });
  if (!before) {
    return;
  }
  if (exhausted && !before.exhausted) {
    dispatch('quota-exhausted', quota);
  } else if (quota.allowed && (before.exhausted || isNewWindow)) {
    announced.delete(before.refusal);
    dispatch('quota-reset', quota);
  }
  if (warning && warning !== before.warning) {
    dispatch('quota-warning', quota);
  }
}

/* Once for each change, however many elements show the quota. */
function dispatch(type, quota) {
  const elements = [...shown];
  const target =
    named(elements, quota.name) ?? elements.find(({ name }) => !name) ?? (inPage && document);
  if (target) {
    target.dispatchEvent(
      new CustomEvent(type, { detail: quota, bubbles: true, composed: true }),
    );
  }
}

// ---------------------------------------------------------------- remembering

/* Ids of messages, each until its moment has passed. Storage may be full, or forbidden. */
function memory(key, storage) {
  let entries = {};
  try {
    entries = JSON.parse(storage().getItem(key)) ?? {};
  } catch (error) {
    entries = {}; // then it is remembered as long as this page lives
  }
  const keep = () => {
    const now = serverNow();
    entries = Object.fromEntries(Object.entries(entries).filter(([, until]) => until > now));
    try {
      storage().setItem(key, JSON.stringify(entries));
    } catch (error) {
      return; // as above
    }
  };
  return {
    has: (id) => entries[id] > serverNow(),
    add(quota) {
      const { message, nextAvailableAt, resetAt, fullAt } = quota;
      const until = millis(message.when ?? nextAvailableAt ?? resetAt ?? fullAt);
      entries[message.id] = until || serverNow() + DAY;
      keep();
    },
    delete(id) {
      if (delete entries[id]) {
        keep();
      }
    },
  };
}

const dismissed = memory('quota.dismissed', () => localStorage);
const announced = memory('quota.announced', () => sessionStorage);

// ---------------------------------------------------------------- words

/* The few words that no answer brings: a button's name, and what stands for lost numbers. */
const WORDS = {
  ar: ['إغلاق', 'غير معروف الآن'],
  de: ['Schließen', 'Gerade nicht bekannt'],
  en: ['Dismiss', 'Not known right now'],
  es: ['Cerrar', 'Sin datos por ahora'],
  fr: ['Fermer', 'Inconnu pour le moment'],
  ja: ['閉じる', '現在不明'],
  pl: ['Zamknij', 'W tej chwili nie wiadomo'],
  zh: ['关闭', '目前未知'],
};
const words = (locale) => WORDS[String(locale).slice(0, 2)] ?? WORDS.en;

/* A wait as the server says it: a larger unit where it is exact, and from two of it on. */
function waitOf(wait) {
  const seconds = Math.max(1, Math.ceil(wait / SECOND));
  const speaks = (unit) => seconds * SECOND >= 2 * unit || seconds * SECOND === unit;
  if (speaks(DAY)) {
    return [Math.ceil(wait / DAY), 'day'];
  }
  if (speaks(60 * MINUTE)) {
    return [Math.round(wait / (60 * MINUTE)), 'hour'];
  }
  return speaks(MINUTE) ? [Math.ceil(wait / MINUTE), 'minute'] : [seconds, 'second'];
}

/* Where the platform's words for a wait are not the server's. */
const AS_SERVER = {
  ar: (text) => text.replace('خلال', 'بعد'),
  ja: (text) => text.replace(' ', ''),
  zh: (text) => text.replace('秒钟', '秒'),
};

const formats = new Map();

function formatOf(locale) {
  if (!formats.has(locale)) {
    formats.set(locale, new Intl.RelativeTimeFormat(locale, { numeric: 'always' }));
  }
  return formats.get(locale);
}

/* Every way in which a wait may be written; which one the server uses shows in its text. */
function writings(locale) {
  const adapt = AS_SERVER[locale.slice(0, 2)] ?? ((text) => text);
  const plain = ({ value }) => value;
  const isolated = ({ type, value }) => (type === 'integer' ? `\u2068${value}\u2069` : value);
  return ['', '-u-nu-latn', '-u-nu-arab'].flatMap((digits) =>
    [plain, isolated].map(
      (part) => (wait) =>
        adapt(formatOf(locale + digits).formatToParts(...waitOf(wait)).map(part).join('')),
    ),
  );
}

/* Finds how a text of the server writes a wait; nothing if it does not, or not exactly once. */
const writingIn = (text, wait, locale) =>
  writings(locale).find((write) => text.split(write(wait)).length === 2);

function retold(text, at, quota, now, locale) {
  const wait = at - saidAt.get(quota);
  const write = wait > 0 && writingIn(text, wait, locale);
  return write ? text.replace(write(wait), () => write(at - now)) : text;
}

/* The detail with its wait as it is now; as the server wrote it where the wait is not found. */
export function liveDetail(quota, now = serverNow()) {
  const { detail, detailTemplate, when, locale } = quota.message;
  const [before, after] = detailTemplate?.split('{when}') ?? [];
  if (!when || after === undefined) {
    return detail;
  }
  const at = millis(when);
  const said = detail.slice(before.length, detail.length - after.length);
  const told = retold(said, at, quota, now, locale);
  const write = writingIn(told, at - now, locale);
  // Within a minute the server names no clock behind a wait.
  const isBrief = write && at - now <= 59 * SECOND && told.startsWith(write(at - now));
  return before + (isBrief ? write(at - now) : told) + after;
}

function liveText(quota, limit, locale) {
  const at = millis(limit.nextAvailableAt ?? limit.resetAt ?? limit.fullAt);
  return retold(limit.text, at, quota, serverNow(), locale);
}

/* Up to a minute, such as "6s": for a glance, beside what is said in words. */
function countdown(quota) {
  const wait = millis(quota.nextAvailableAt) - serverNow();
  return !quota.allowed && wait > 0 && wait <= MINUTE
    ? new Intl.NumberFormat(quota.message.locale, {
        style: 'unit',
        unit: 'second',
        unitDisplay: 'narrow',
      }).format(Math.ceil(wait / SECOND))
    : '';
}

// ---------------------------------------------------------------- elements

const CSS = `
:host { display: block; font-variant-numeric: tabular-nums; line-height: 1.4 }
:host([hidden]), [hidden] { display: none !important }
.row { display: flex; flex-wrap: wrap; gap: 0.25em 0.75em; align-items: baseline }
.grow { flex: 1 1 0; min-inline-size: min(16em, 70%) }
p { margin: 0 }
.heard {
  position: absolute; inline-size: 1px; block-size: 1px;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
[part~=label], [part~=title] { font-weight: 600 }
[part~=label] { flex: 1 1 auto }
[part~=track] {
  margin-block-start: 0.35em; block-size: var(--quota-height, 0.5em); overflow: hidden;
  border-radius: var(--quota-radius, 0.25em);
  background: var(--quota-track, color-mix(in srgb, currentColor 16%, transparent));
}
[part~=bar] { block-size: 100%; background: var(--_color) }
[part~=bar], [part~=notice] { --_color: var(--quota-ok, #2f6fdb) }
[part~=warning], [part~=degraded] { --_color: var(--quota-warning, #b4690e) !important }
[part~=exhausted] { --_color: var(--quota-exhausted, #d6373a) !important }
[part~=notice] {
  flex-wrap: nowrap; padding: 0.75em 1em;
  border: 1px solid color-mix(in srgb, var(--_color) 45%, transparent);
  border-inline-start: 0.3em solid var(--_color);
  border-radius: var(--quota-radius, 0.25em);
  background: color-mix(in srgb, var(--_color) 8%, transparent);
}
[part~=actions]:empty, [part~=countdown]:empty { display: none }
[part~=actions] { margin-block-start: 0.35em }
[part~=action] { color: var(--quota-link, inherit) }
[part~=dismiss] {
  all: unset; box-sizing: border-box; flex: none; align-self: start; cursor: pointer;
  min-inline-size: 24px; min-block-size: 24px; text-align: center; border-radius: 0.25em;
}
:is([part~=dismiss], [part~=action]):focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
@media (prefers-reduced-motion: no-preference) { [part~=bar] { transition: inline-size 0.3s } }
@media (forced-colors: active) {
  [part~=track] { border: 1px solid CanvasText }
  [part~=bar] { background: Highlight; forced-color-adjust: none }
  [part~=exhausted] { background: CanvasText }
}`;

let sheet;

function sharedSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}

function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/* Writes only what changed, so that a selection and a screen reader are left in peace. */
function write(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

function attribute(node, name, value) {
  if (value === null) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value);
  }
}

function speak(node, { message }) {
  attribute(node, 'lang', message.locale);
  attribute(node, 'dir', message.dir);
}

/* Says something once: emptied again, so that nobody who reads on finds it twice. */
function say(region, quota) {
  clearTimeout(region.emptied);
  speak(region, quota);
  region.replaceChildren(
    make('p', {}, quota.message.title),
    make('p', {}, liveDetail(quota)),
  );
  region.emptied = setTimeout(() => region.replaceChildren(), 10 * SECOND);
}

const shown = new Set(); // the elements in the page, which share one subscription and one clock
let unsubscribe;
let tickTimer;

function tick() {
  clearTimeout(tickTimer);
  for (const element of shown) {
    element.draw();
  }
  const wait = untilTick();
  if (shown.size > 0 && isVisible() && wait) {
    tickTimer = setTimeout(tick, wait);
  }
}

/* Every second while a wait is told in seconds. */
function untilTick() {
  let next = snapshot ? 15 * SECOND : 0;
  for (const quota of snapshot?.quotas ?? []) {
    for (const at of [quota.message.when, quota.nextAvailableAt, quota.fullAt].map(millis)) {
      const wait = at - serverNow();
      if (wait > 0) {
        next = Math.min(next, wait > 2 * MINUTE ? wait - 2 * MINUTE : wait % SECOND || SECOND);
      }
    }
  }
  return next;
}

// Nothing of a page is touched where there is none.
const Base = globalThis.HTMLElement ?? class {};

class QuotaElement extends Base {
  static observedAttributes = ['name', 'cost'];

  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sharedSheet()];
  }

  connectedCallback() {
    shown.add(this);
    unsubscribe ??= subscribe(tick);
    tick();
  }

  disconnectedCallback() {
    shown.delete(this);
    if (shown.size === 0) {
      unsubscribe();
      unsubscribe = null;
    }
  }

  attributeChangedCallback() {
    if (this.isConnected) {
      this.draw();
    }
  }

  get name() {
    return this.getAttribute('name') ?? '';
  }

  set name(value) {
    attribute(this, 'name', value);
  }

  /* The quota of this name, if it is known. */
  get quota() {
    const found = named(snapshot?.quotas, this.name) ?? null;
    if (snapshot && this.name && !found) {
      const known = snapshot.quotas.map(({ name }) => name).join(', ');
      warnOnce(`<${this.localName}> finds no quota named "${this.name}" among ${known}.`);
    }
    return found;
  }
}

class QuotaMeter extends QuotaElement {
  #label = make('span', { part: 'label', id: 'label' });
  #text = make('span', { part: 'text' });
  #countdown = make('span', { part: 'countdown', 'aria-hidden': 'true' });
  #bar = make('div', { part: 'bar' });
  #track = make('div', { part: 'track', role: 'meter', 'aria-labelledby': 'label', hidden: '' }, this.#bar);
  #head = make('div', { class: 'row', hidden: '' }, this.#label, this.#text, this.#countdown);
  #slot = make('slot', {});

  constructor() {
    super();
    this.shadowRoot.append(this.#head, this.#track, this.#slot);
  }

  draw() {
    const { quota } = this;
    if (quota) {
      this.#drawQuota(quota);
    } else if (!this.#head.hidden) {
      this.#drawUnknown();
    }
  }

  #drawQuota(quota) {
    const limit = named(quota.limits, quota.primary);
    const text = limit ? liveText(quota, limit, quota.message.locale) : quota.message.title;
    const value = meterValue(quota);
    this.#slot.hidden = true;
    this.#head.hidden = false;
    speak(this.#head, quota);
    speak(this.#track, quota);
    write(this.#label, quota.label);
    write(this.#text, text);
    write(this.#countdown, countdown(quota));
    this.#track.hidden = !value;
    // The meter says both itself.
    attribute(this.#head, 'aria-hidden', value ? 'true' : null);
    if (value) {
      const { now, max } = value;
      attribute(this.#track, 'aria-valuemin', 0);
      attribute(this.#track, 'aria-valuemax', max);
      attribute(this.#track, 'aria-valuenow', now);
      attribute(this.#track, 'aria-valuetext', text);
      attribute(this.#bar, 'part', `bar ${limit?.level ?? quota.level}`);
      this.#bar.style.inlineSize = `${(100 * now) / max}%`;
    }
  }

  #drawUnknown() {
    this.#track.hidden = true;
    attribute(this.#head, 'aria-hidden', null);
    write(this.#text, words(this.#head.lang)[1]);
    write(this.#countdown, '');
  }
}

/* What is left, of how much; nothing where no meter can be drawn. */
function meterValue({ limit, remaining, remainingShare, level }) {
  if (level === 'unlimited' || level === 'unknown') {
    return null;
  }
  if (limit > 0 && remaining !== null && remaining !== undefined) {
    return { max: limit, now: Math.max(0, Math.min(limit, remaining)) };
  }
  return limit !== 0 && Number.isFinite(remainingShare)
    ? { max: 100, now: Math.round(100 * Math.max(0, Math.min(1, remainingShare))) }
    : null;
}

class QuotaNotice extends QuotaElement {
  #status = make('div', { class: 'heard', role: 'status' });
  #alert = make('div', { class: 'heard', role: 'alert' });
  #title = make('p', { part: 'title' });
  #detail = make('p', { part: 'detail' });
  #actions = make('p', { part: 'actions', class: 'row' });
  #countdown = make('span', { part: 'countdown', 'aria-hidden': 'true' });
  #dismiss = make('button', { part: 'dismiss', type: 'button' }, '×');
  #box = make(
    'div',
    { part: 'notice', class: 'row', hidden: '' },
    make('div', { class: 'grow' }, this.#title, this.#detail, this.#actions),
    this.#countdown,
    this.#dismiss,
  );
  #shown = null;

  constructor() {
    super();
    this.shadowRoot.append(this.#status, this.#alert, this.#box);
    this.#dismiss.addEventListener('click', () => {
      dismissed.add(this.#shown);
      tick();
    });
  }

  draw() {
    const quota = this.#mostUrgent();
    this.#box.hidden = !quota;
    if (quota && quota !== this.#shown) {
      this.#drawMessage(quota);
    }
    if (quota) {
      write(this.#detail, liveDetail(quota));
      write(this.#countdown, countdown(quota));
    }
    this.#shown = quota;
  }

  #mostUrgent() {
    const quotas = this.name ? [this.quota].filter(Boolean) : (snapshot?.quotas ?? []);
    const open = quotas.filter((quota) => this.#concerns(quota) && !dismissed.has(quota.message.id));
    return open.reduce((most, quota) => (most && urgency(most) >= urgency(quota) ? most : quota), null);
  }

  /* What a plan does not have is told to whoever asks for it, not to everybody. */
  #concerns(quota) {
    return quota.message.severity !== 'info' || (!quota.allowed && (this.name || refused.has(quota)));
  }

  #drawMessage(quota) {
    const { message, level } = quota;
    speak(this.#box, quota);
    attribute(this.#box, 'part', `notice ${level}`);
    write(this.#title, message.title);
    attribute(this.#dismiss, 'aria-label', words(message.locale)[0]);
    const links = (message.actions ?? []).filter(({ href }) => isSafe(href)).map(link);
    if (links.map(String).join() !== [...this.#actions.children].map(String).join()) {
      this.#actions.replaceChildren(...links);
    }
    if (!announced.has(message.id)) {
      announced.add(quota);
      say(isLongRefusal(quota) ? this.#alert : this.#status, quota);
    }
  }
}

const urgency = ({ allowed, message }) =>
  (allowed ? 0 : 2) + (message.severity === 'info' ? 0 : 1);

function isLongRefusal({ allowed, retryAfterSeconds }) {
  return !allowed && !(retryAfterSeconds <= 60);
}

const link = ({ rel, href, label }) => make('a', { part: `action ${rel}`, href }, label);

function isSafe(href) {
  try {
    return ['http:', 'https:', 'mailto:'].includes(new URL(href, document.baseURI).protocol);
  } catch (error) {
    return false; // what is no address is no link
  }
}

class QuotaCheck extends QuotaElement {
  #status = make('div', { class: 'heard', role: 'status' });
  #text = make('p', { part: 'text' });
  #asked = ''; // what the answer, or the request under way, is about
  #known = null; // the quota's state that it was asked after
  #answer = null;
  #request = null;
  #timer;

  constructor() {
    super();
    this.shadowRoot.append(this.#status, this.#text);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#asked = '';
  }

  get cost() {
    return Number(this.getAttribute('cost') ?? NaN);
  }

  set cost(value) {
    attribute(this, 'cost', value);
  }

  /* Whether the cost would be granted; null while that is not known. */
  get allowed() {
    return this.#answer?.allowed ?? null;
  }

  draw() {
    const cost = this.getAttribute('cost') ?? '';
    const asked = this.name && cost && `${this.name} ${cost}`;
    if (asked !== this.#asked || (asked && this.quota !== this.#known)) {
      this.#asked = asked;
      this.#known = this.quota;
      this.#askAfter(300);
    }
    write(this.#text, this.#answer?.allowed === false ? liveDetail(this.#answer) : '');
  }

  #askAfter(wait) {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  async #ask() {
    if (!this.#asked) {
      this.#take(null);
      return;
    }
    const mine = (this.#request = new AbortController());
    let answer = null;
    try {
      answer = await check(this.name, this.getAttribute('cost'), mine);
    } catch (error) {
      if (!mine.signal.aborted) {
        warnOnce(error.message);
      }
    }
    if (!mine.signal.aborted) {
      this.#take(answer);
    }
  }

  #take(answer) {
    const before = this.allowed;
    this.#answer = answer;
    if (answer?.allowed === false) {
      speak(this.#text, answer);
      if (before !== false) {
        say(this.#status, answer);
      }
      if (answer.retryAfterSeconds <= 60 && isVisible()) {
        this.#timer = setTimeout(() => this.#ask(), (answer.retryAfterSeconds + Math.random()) * SECOND);
      }
    }
    this.draw();
    if (this.allowed !== before) {
      this.dispatchEvent(new CustomEvent('quota-check', { detail: answer, bubbles: true, composed: true }));
    }
  }
}

if (inPage) {
  const elements = { 'quota-meter': QuotaMeter, 'quota-notice': QuotaNotice, 'quota-check': QuotaCheck };
  for (const [name, element] of Object.entries(elements)) {
    if (!customElements.get(name)) {
      customElements.define(name, element);
    }
  }
}
