/* Shows people their quotas. Types, parts and properties: quota.d.ts. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const inPage = typeof document !== 'undefined';
const isVisible = () => inPage && !document.hidden;

/* What a function returns, or something else where it throws. */
function attempt(work, otherwise) {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

const urlOf = (text) => attempt(() => new URL(text, globalThis.document?.baseURI), {});

// ---- settings

// Served by Quota, this file lies beside the endpoints. In somebody's bundle it does not.
const besideEndpoints = /^(https?:.*)\/quota(-[0-9a-f]+)?\.js([?#].*)?$/.exec(import.meta.url);

const settings = {
  base: besideEndpoints?.[1] ?? '/quota',
  locale: '',
  fetch: (input, init) => globalThis.fetch(input, init),
};

export function configure(changes = {}) {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(settings, name)) {
      throw new TypeError(`configure knows base, fetch and locale, not ${name}`);
    }
    if (typeof value !== typeof settings[name]) {
      throw new TypeError(`${name} must be a ${typeof settings[name]}, was ${value}`);
    }
    settings[name] = value;
  }
  settings.base = settings.base.replace(/\/+$/, '');
  askAnew();
}

const warned = new Set();

function warnOnce(text) {
  if (!warned.has(text)) {
    warned.add(text);
    console.warn(`quota: ${text}`);
  }
}

// ---- what is a state

/* The members that are read. If one is of another type, there is no state. */
const TYPES = {
  string: /^(now|name|label|level|id|locale|dir|title|detail\w*|when|text|gives|rel|href|\w+At)$/,
  number: /^(limit|remaining\w*|\w+AfterSeconds)$/,
  object: /^(quotas|limits|actions|message)$/,
};

const isWell = (it, depth = 0) =>
  Object(it) === it &&
  depth < 4 &&
  Object.entries(it).every(([name, value]) => {
    const type = Object.keys(TYPES).find((key) => TYPES[key].test(name));
    return (
      !type ||
      value === null ||
      (typeof value === type &&
        !(value.length > 4000) &&
        (type !== 'object' || nests(name, value, depth + 1)))
    );
  });

const nests = (name, value, depth) =>
  Array.isArray(value) === name.endsWith('s') && [value].flat().every((it) => isWell(it, depth));

const millis = (instant) => Date.parse(instant ?? '');
const isQuota = ({ name, allowed, message }) => name && message && typeof allowed === 'boolean';
const isState = (it) =>
  isWell(it) && it.version === 1 && it.quotas?.every(isQuota) && millis(it.now) > 0;

// ---- what is known

let snapshot = null;
// How far the server's clock is ahead of this one.
let aheadMillis = 0;
const listeners = new Set();
// The state that each quota was said in.
const origins = new WeakMap();
const refused = new Set();

export const serverNow = () => Date.now() + aheadMillis;
export const getSnapshot = () => snapshot;
export const getServerSnapshot = () => null;

export function subscribe(listener) {
  listeners.add(listener);
  schedule();
  return () => {
    listeners.delete(listener);
    schedule();
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
    for (const { message } of state.quotas.filter(({ allowed }) => !allowed)) {
      refused.add(message.id);
      sayAgain(message.id);
    }
  }
  learn(state);
  schedule();
  return true;
}

// By the server's clock.
const saidAt = (quota) => millis(origins.get(quota)?.now);

const named = (quotas, name) => quotas?.find((quota) => quota.name === name);

function note(state) {
  for (const quota of state.quotas) {
    origins.set(quota, state);
  }
}

/*
 * Takes what is newer. Only a whole answer can say that a quota is gone. It is newer than all that
 * was known when it was asked for, whatever the clocks say.
 */
function learn(state, hasAll, knownThen) {
  note(state);
  heardAt = Date.now();
  const at = millis(state.now);
  const ahead = at - heardAt;
  let isAfter = !snapshot || snapshot === knownThen;
  if (!isAfter && Math.abs(ahead - aheadMillis) > 60 * MINUTE) {
    // One of the two clocks is wrong: believe the one that is nearer to this device's.
    if (Math.abs(ahead) > Math.abs(aheadMillis)) {
      return;
    }
    isAfter = true;
  }
  const isNewest = isAfter || at >= millis(snapshot.now);
  if (isNewest) {
    aheadMillis = ahead;
  }
  const before = isAfter ? [] : snapshot.quotas;
  const names = new Set([...(hasAll ? [] : before), ...state.quotas].map(({ name }) => name));
  const quotas = [...names].map((name) => newer(named(before, name), named(state.quotas, name)));
  if (isNewest || quotas.some((quota) => !before.includes(quota))) {
    publish({ ...(isNewest ? state : snapshot), quotas });
  }
  for (const { name, localName } of hasAll ? elements : []) {
    if (name && !names.has(name)) {
      warnOnce(`<${localName}> finds no quota "${name}" among ${[...names].join(', ')}.`);
    }
  }
}

const newer = (old, told) => (old && !(saidAt(told) >= saidAt(old)) ? old : told);

function publish(next) {
  const before = snapshot;
  snapshot = next;
  forgetLater();
  for (const listener of [...listeners]) {
    try {
      listener();
    } catch (error) {
      console.error(error);
    }
  }
  for (const quota of next?.quotas ?? []) {
    if (!before?.quotas.includes(quota)) {
      tellChange(quota);
    }
  }
}

const refreshMillis = () =>
  Math.min(Math.max(1, snapshot?.refreshAfterSeconds ?? 60), 3600) * SECOND;

function momentOf(quota) {
  if (quota.allowed) {
    return { at: millis(quota.resetAt), spread: 30 * SECOND };
  }
  const poll = saidAt(quota) + quota.retryAfterSeconds * SECOND;
  const at = millis(quota.nextAvailableAt) || poll;
  // A window of the calendar ends for everybody at once; a rolling or sliding limit, for one who watches.
  const isForAll = [quota, ...(quota.limits ?? [])].some(({ resetAt }) => millis(resetAt) === at);
  return { at, spread: (isForAll ? 30 : 1) * SECOND };
}

const momentsAfter = (time) => (snapshot?.quotas ?? []).map(momentOf).filter(({ at }) => at > time);

// ---- forgetting

let forgetTimer;

/* What could not be renewed in time is not shown as current. */
function forgetLater(atLeast = 0) {
  clearTimeout(forgetTimer);
  if (snapshot && inPage) {
    const said = millis(snapshot.now);
    const changes = momentsAfter(said).map(({ at }) => at + 45 * SECOND);
    const until = Math.min(said + 3 * refreshMillis(), ...changes);
    const wait = Math.max(until - serverNow(), atLeast);
    forgetTimer = setTimeout(() => isVisible() && publish(null), wait);
  }
}

// ---- asking

let underWay = null;
let answering = null;
let afterwards = null;
let askTimer;
// When the server was last asked, or an answer of it came another way.
let heardAt = 0;
let failures = 0;

/*
 * What other hosts answer is not about this person's quotas. Where there is no page, a path is at
 * no origin.
 */
const isOurs = ({ url }) => /^http/.test(url) && urlOf(url).origin === urlOf(settings.base).origin;

const jsonOf = (response) => response.json().catch(() => null);

async function getState(path, parameters, signal) {
  const query = new URLSearchParams(parameters);
  if (settings.locale) {
    query.set('locale', settings.locale);
  }
  const url = `${settings.base}/${path}${String(query) && `?${query}`}`;
  const response = await settings.fetch(url, { headers: { Accept: 'application/json' }, signal });
  const body = await jsonOf(response);
  if (!response.ok || (response.redirected && !isOurs(response)) || !isState(body)) {
    throw new Error(`${url} answered ${response.status}: ${body?.detail ?? 'no state'}`);
  }
  return body;
}

async function ask() {
  const mine = new AbortController();
  const tooLong = setTimeout(() => mine.abort(new Error('no answer for 10 s')), 10 * SECOND);
  clearTimeout(askTimer);
  underWay = mine;
  heardAt = Date.now();
  const knownThen = snapshot;
  try {
    const state = await getState('state', {}, mine.signal);
    if (underWay === mine) {
      learn(state, true, knownThen);
      failures = 0;
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

function askOnce() {
  afterwards = null;
  return underWay ? answering : (answering = ask());
}

export async function refresh() {
  // What is under way may have been answered before the charge that somebody wants to see.
  await (underWay ? (afterwards ??= answering.then(askOnce)) : askOnce());
  return snapshot;
}

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
  const changes = momentsAfter(now).map(({ at, spread }) => at + Math.random() * spread);
  const due = Math.min(millis(snapshot?.now) + refreshMillis(), ...changes);
  return Math.max(0, due - now, heardAt + SECOND - Date.now()) || 0;
}

function wake() {
  if (isAsking() && !underWay && Date.now() - heardAt > 5 * SECOND) {
    refresh();
  }
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
  if (!isOurs(response)) {
    return response;
  }
  if (/problem\+json/i.test(response.headers.get('Content-Type'))) {
    apply((await jsonOf(response.clone())) ?? {});
  } else if (response.headers.has('Quota-Level')) {
    heardAt = 0;
    if (isAsking()) {
      refresh();
    }
  }
  return response;
}

// ---- events

const past = new Map();

function tellChange(quota) {
  const { allowed, message, level, resetAt } = quota;
  const exhausted = !allowed && level !== 'unknown';
  const before = past.get(quota.name);
  const isNewWindow = millis(before?.resetAt) <= saidAt(quota);
  const warning = level === 'warning' ? message.id : level === 'ok' ? null : before?.warning;
  const refusal = exhausted ? message.id : before?.refusal;
  past.set(quota.name, { exhausted, refusal, warning, resetAt });
  if (!before) {
    return;
  }
  if (exhausted && !before.exhausted) {
    dispatch('quota-exhausted', quota);
  } else if (allowed && (before.exhausted || isNewWindow)) {
    sayAgain(before.refusal);
    dispatch('quota-reset', quota);
  }
  if (warning && warning !== before.warning) {
    dispatch('quota-warning', quota);
  }
}

function dispatch(type, quota) {
  const target = named([...elements], quota.name) ?? named([...elements], '');
  emit(target ?? globalThis.document, type, quota);
}

const emit = (target, type, detail) =>
  target?.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));

// ---- remembering

/* Ids of messages. Storage may be full, or forbidden. */
function memory(key, storage) {
  let entries = attempt(() => Object(JSON.parse(storage().getItem(key))), {});
  const keep = () => {
    const now = serverNow();
    entries = Object.fromEntries(Object.entries(entries).filter(([, until]) => until > now));
    attempt(() => storage().setItem(key, JSON.stringify(entries)));
  };
  return {
    has: (id) => entries[id] > serverNow(),
    add(quota) {
      const { message, nextAvailableAt, resetAt, fullAt } = quota;
      const until = millis(message.when ?? nextAvailableAt ?? resetAt ?? fullAt);
      entries[message.id] = Math.max(until || 0, serverNow()) + (until ? MINUTE : DAY);
      keep();
    },
    delete(id) {
      if (id in entries) {
        delete entries[id];
        keep();
      }
    },
  };
}

function sayAgain(id) {
  dismissed.delete(id);
  announced.delete(id);
}

const dismissed = memory('quota.dismissed', () => localStorage);
const announced = memory('quota.announced', () => sessionStorage);

// ---- words

/*
 * The words that no answer brings: two of ours, what stands before a wait that is not exact, and,
 * where the platform's word for a wait is not the server's, both.
 */
const WORDS = {
  ar: ['إغلاق', 'غير معروف الآن', 'نحو ', 'خلال', 'بعد'],
  de: ['Schließen', 'Gerade nicht bekannt', 'etwa '],
  en: ['Dismiss', 'Not known right now', 'about '],
  es: ['Cerrar', 'Sin datos por ahora', 'unas '],
  fr: ['Fermer', 'Actuellement inconnu', 'environ '],
  ja: ['閉じる', '現在不明', '約', ' ', ''],
  pl: ['Zamknij', 'W tej chwili nie wiadomo', 'około '],
  zh: ['关闭', '目前未知', '约', '秒钟', '秒'],
};
const ownWords = (locale) => WORDS[locale?.slice(0, 2)] ?? WORDS.en;

/* As the server says it, with whether that is not exact (see Wait.java). */
function waitOf(wait) {
  const seconds = Math.max(1, Math.ceil(wait / SECOND));
  const minutes = Math.ceil(seconds / 60);
  if (seconds >= 172_800 || seconds === 86_400) {
    return [Math.ceil(wait / DAY), 'day'];
  }
  if (minutes > 90 || seconds === 3_600) {
    const about = minutes % 60 && 10;
    return [Math.ceil((minutes - about) / 60), 'hour', about];
  }
  return seconds > 119 || seconds === 60 ? [minutes, 'minute'] : [seconds, 'second'];
}

/* The digits are the server's own: platforms disagree about those of Arabic. */
function localeOf({ title, detail, locale }, region) {
  const text = title + detail;
  const numberingSystem = /[٠-٩]/.test(text) ? 'arab' : /\d/.test(text) ? 'latn' : undefined;
  // What is no language is no reason to show nothing.
  return attempt(() => String(new Intl.Locale(locale, { numberingSystem, region })), 'en');
}

/* What stands before the number: "in " of "in 30 seconds". */
const FIRST = /^(\P{N}+? (de )?)?/u;

function writerOf(message) {
  const locale = localeOf(message);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const [, , about = '', theirs, ours] = WORDS[locale.slice(0, 2)] ?? [];
  const text = ({ unit, value }) =>
    unit && message.dir === 'rtl' ? `\u2068${value}\u2069` : value;
  return (wait) => {
    const [n, unit, inexact] = waitOf(wait);
    const told = format.formatToParts(n, unit).map(text).join('').replace(theirs, ours);
    return inexact ? told.replace(FIRST, `$&${about}`) : told;
  };
}

/* "about 9 hours" of "in about 9 hours", as it is in "for about 9 hours". */
const bare = (wait) => wait.replace(FIRST, '').replace(/[後后]$/, '');

/* A text of the server with its wait as it is now; as it was said if it is not written so. */
function retold(text, at, quota, now) {
  if (!text || !at || !saidAt(quota)) {
    return text;
  }
  const write = writerOf(quota.message);
  const old = write(at - saidAt(quota));
  const next = write(at - now);
  for (const form of [String, bare]) {
    const [before, after, ...more] = text.split(form(old));
    if (after !== undefined && more.length === 0) {
      return before + form(next) + after;
    }
  }
  return text;
}

export const liveDetail = (quota, now) => live(quota.message, quota, now);
export const liveReset = (quota, limit, now) => live(limit, quota, now) ?? '';

/* What has a detail with a time in it: a message, or a limit. */
function live({ detail, detailTemplate, when }, quota, now = serverNow()) {
  const [before, after] = detailTemplate?.split('{when}') ?? [];
  const at = millis(when);
  if (!at || !detail || !saidAt(quota) || after === undefined) {
    return detail;
  }
  const { zone } = origins.get(quota);
  const wait = writerOf(quota.message)(at - now);
  const isBrief = at - now <= 59 * SECOND;
  if (['default', 'policy'].includes(zone?.source)) {
    // Nobody told the person's zone, but the browser knows it.
    return before + (isBrief ? wait : localised(wait, at, now, quota.message)) + after;
  }
  const told = retold(detail.slice(before.length, detail.length - after.length), at, quota, now);
  // Within a minute the server names no clock behind a wait, and its "tomorrow" ends at midnight.
  const isOfAnotherDay = told.includes(wait) && dayIn(zone, now) !== dayIn(zone, saidAt(quota));
  return before + ((isBrief && told.startsWith(wait)) || isOfAnotherDay ? wait : told) + after;
}

const dayIn = (zone, at) =>
  attempt(() => new Date(at).toLocaleDateString('en', { timeZone: zone?.id }), '');

const localDay = (at) => new Date(at).setHours(12, 0, 0, 0);

/* Such as "in 9 hours (tomorrow, 2:00 AM)", as the person's region tells the time. */
function localised(wait, at, now, message) {
  const wanted = [settings.locale, ...(globalThis.navigator?.languages ?? [])];
  const isSame = (it) => it.slice(0, 2) === message.locale?.slice(0, 2);
  const region = /-([A-Z]{2})\b/.exec([...wanted.filter(isSame), ...wanted])?.[1];
  const locale = localeOf(message, region);
  // As the server: not too early.
  const minute = Math.ceil(at / MINUTE) * MINUTE;
  const write = (options) => new Date(minute).toLocaleString(locale, options);
  const days = Math.round((localDay(minute) - localDay(now)) / DAY);
  const date = { day: 'numeric', month: 'long', year: days < 300 ? undefined : 'numeric' };
  let day = write(days < 7 ? { weekday: 'long' } : date);
  if (days < 2) {
    day = days && new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(1, 'day');
  }
  const time = write({ timeStyle: 'short' });
  const comma = locale.startsWith('ar') ? '، ' : ', ';
  return /^(ja|zh)/.test(locale)
    ? `${wait}（${day || ''}${time}）`
    : `${wait} (${day ? day + comma : ''}${time})`;
}

export function liveText(quota, limit, now = serverNow()) {
  const at = millis(limit.nextAvailableAt ?? limit.resetAt ?? limit.fullAt);
  return retold(limit.text, at, quota, now);
}

// ---- elements

const CSS = `
:host { display: block; font-variant-numeric: tabular-nums; line-height: 1.4 }
:host([hidden]), [hidden] { display: none !important }
.row { display: flex; flex-wrap: wrap; gap: 0.25em 0.75em; align-items: baseline }
.grow { flex: 1 }
p { margin: 0 }
.heard {
  position: absolute; inline-size: 1px; block-size: 1px;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
[part~=label], [part~=title] { font-weight: 600 }
[part~=label] { flex: auto }
[part~=track] {
  block-size: var(--quota-height, 0.5em); overflow: hidden;
  border-radius: var(--quota-radius, 0.25em);
  background: var(--quota-track, color-mix(in srgb, currentColor 12%, transparent));
}
[part~=bar] { block-size: 100%; background: var(--_color) }
[part~=bar], [part~=notice] { --_color: var(--quota-ok, #3a78e0) }
.spent, [part~=warning], [part~=degraded] { --_color: var(--quota-warning, #b4690e) }
.exhausted, [part~=exhausted] { --_color: var(--quota-exhausted, #dc4144) }
.spent {
  outline: 1px solid var(--_color); outline-offset: -1px;
  background: repeating-linear-gradient(-45deg, var(--_color) 0 0.2em, transparent 0 0.5em);
}
[part~=notice] {
  flex-wrap: nowrap; padding: 0.75em 1em;
  border: 1px solid color-mix(in srgb, var(--_color) 45%, transparent);
  border-inline-start: 0.3em solid var(--_color);
  border-radius: var(--quota-radius, 0.25em);
  background: color-mix(in srgb, var(--_color) 8%, transparent);
}
p:empty { display: none }
[part~=actions], [part~=other], [part~=track] { margin-block-start: 0.35em }
.when { margin-block-start: 0.2em; font-size: 0.875em }
[part~=action] { color: var(--quota-link, inherit) }
[part~=dismiss] {
  all: unset; flex: none; align-self: start; cursor: pointer;
  min-inline-size: 24px; min-block-size: 24px; text-align: center;
}
:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
@media (prefers-reduced-motion: no-preference) { [part~=bar] { transition: inline-size 0.3s } }
@media (forced-colors: active) {
  [part~=track] { border: 1px solid CanvasText; --_color: CanvasText; forced-color-adjust: none }
  [part~=bar] { background: Highlight }
}`;

const sheet = inPage ? new CSSStyleSheet() : null;
sheet?.replaceSync(CSS);

function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/* Writes only what changed, so that a selection and a screen reader are left in peace. */
function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if ((value ?? null) === null) {
      node.removeAttribute(name);
    } else if (node.getAttribute(name) !== String(value)) {
      node.setAttribute(name, value);
    }
  }
}

const speak = (node, { message: { locale, dir } }) => setAttributes(node, { lang: locale, dir });

/* A region is heard if it was empty for a moment. Emptied again, nobody finds it twice. */
function say(region, quota) {
  clearTimeout(region.timer);
  speak(region, quota);
  region.timer = setTimeout(() => {
    region.append(make('p', {}, quota.message.title), make('p', {}, liveDetail(quota)));
    region.timer = setTimeout(() => region.replaceChildren(), 10 * SECOND);
  }, 100);
  region.replaceChildren();
}

// Those in the page, which share one subscription and one clock.
const elements = new Set();
let unsubscribe;
let tickTimer;

function tick() {
  clearTimeout(tickTimer);
  const moments = [...elements].flatMap((element) => element.draw());
  elements.forEach((element) => element.settle?.());
  if (elements.size > 0 && isVisible()) {
    const waits = moments.map((at) => at - serverNow());
    const next = waits.filter((it) => it > 0).map(untilTold);
    tickTimer = setTimeout(tick, Math.min(15 * SECOND, ...next));
  }
}

const untilTold = (wait) => 20 + (wait > 2 * MINUTE ? wait - 2 * MINUTE : wait % SECOND);

const Base = globalThis.HTMLElement ?? class {};

class QuotaElement extends Base {
  static observedAttributes = ['name', 'cost', 'hidden'];

  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    elements.add(this);
    unsubscribe ??= subscribe(tick);
    tick();
  }

  disconnectedCallback() {
    elements.delete(this);
    tick();
    if (elements.size === 0) {
      unsubscribe();
      unsubscribe = null;
    }
  }

  attributeChangedCallback() {
    if (this.isConnected) {
      tick();
    }
  }

  get name() {
    return this.getAttribute('name') ?? '';
  }

  set name(value) {
    setAttributes(this, { name: value });
  }

  get quota() {
    return named(snapshot?.quotas, this.name) ?? null;
  }
}

class QuotaMeter extends QuotaElement {
  #label = make('span', { part: 'label', id: 'label' });
  #text = make('span', { part: 'text' });
  #detail = make('p', { part: 'detail', class: 'when' });
  #bar = make('div', { part: 'bar' });
  #track = make(
    'div',
    { part: 'track', role: 'meter', 'aria-labelledby': 'label', tabindex: -1, hidden: '' },
    this.#bar,
  );
  #head = make('div', { class: 'row' }, this.#label, this.#text);
  #box = make('div', { hidden: '' }, this.#head, this.#track, this.#detail);
  #slot = make('slot', {});

  constructor() {
    super();
    this.shadowRoot.append(this.#box, this.#slot);
  }

  focus() {
    this.#track.focus();
  }

  draw() {
    const { quota } = this;
    if (quota) {
      this.#drawQuota(quota);
    } else if (!this.#box.hidden) {
      this.#drawUnknown();
    }
    return [quota?.nextAvailableAt, primaryOf(quota)?.when].map(millis);
  }

  #drawQuota(quota) {
    const limit = primaryOf(quota);
    const text = limit ? liveText(quota, limit) : quota.message.title;
    const value = meterValue(quota);
    this.#slot.hidden = true;
    this.#box.hidden = false;
    speak(this.#box, quota);
    setText(this.#label, quota.label);
    setText(this.#text, text);
    setText(this.#detail, value && limit ? whenMore(quota, limit, text) : '');
    this.#track.hidden = !value;
    this.#head.ariaHidden = value && 'true';
    if (value) {
      const { now, max } = value;
      setAttributes(this.#track, {
        'aria-valuemin': 0,
        'aria-valuemax': max,
        'aria-valuenow': now,
        'aria-valuetext': text,
      });
      const level = limit?.level ?? quota.level;
      setAttributes(this.#bar, { part: `bar ${level}` });
      const isSpent = level === 'exhausted' || (quota.remaining ?? quota.remainingShare) <= 0;
      this.#track.className = isSpent ? `spent ${level}` : '';
      this.#bar.style.inlineSize = `${(100 * now) / max}%`;
    }
  }

  #drawUnknown() {
    this.#track.hidden = true;
    this.#head.ariaHidden = null;
    setText(this.#text, ownWords(this.#box.lang)[1]);
    setText(this.#detail, '');
  }
}

const primaryOf = (quota) => named(quota?.limits, quota?.primary);

/* What the meter's text leaves open: which other limit blocks, or when there is more. */
function whenMore(quota, limit, text) {
  const binding = named(quota.limits, quota.binding);
  if (!quota.allowed && binding && binding !== limit) {
    return liveText(quota, binding);
  }
  const at = millis(limit.when);
  const isSaid = at
    ? text.includes(writerOf(quota.message)(at - serverNow()))
    : !['calendar', 'session', 'conversation'].includes(limit.window?.kind);
  return isSaid ? '' : liveReset(quota, limit);
}

function meterValue({ limit, remaining, remainingShare, level }) {
  if (level === 'unlimited' || level === 'unknown') {
    return null;
  }
  if (limit > 0 && Number.isFinite(remaining)) {
    return { max: limit, now: Math.max(0, Math.min(limit, remaining)) };
  }
  return limit !== 0 && Number.isFinite(remainingShare)
    ? { max: 100, now: Math.round(100 * Math.max(0, Math.min(1, remainingShare))) }
    : null;
}

class QuotaNotice extends QuotaElement {
  #status = make('div', { class: 'heard', role: 'status', tabindex: -1 });
  #alert = make('div', { class: 'heard', role: 'alert' });
  #title = make('p', { part: 'title' });
  #detail = make('p', { part: 'detail' });
  #actions = make('p', { part: 'actions', class: 'row' });
  #others = make('div', {});
  #dismiss = make('button', { part: 'dismiss', type: 'button' }, '×');
  #box = make(
    'div',
    { part: 'notice', class: 'row', role: 'group', hidden: '' },
    make('div', { class: 'grow' }, this.#title, this.#detail, this.#actions, this.#others),
    this.#dismiss,
  );
  #drawnActions = '';
  #quota = null;
  // Where the focus came from.
  #before = null;

  constructor() {
    super();
    this.shadowRoot.append(this.#status, this.#alert, this.#box);
    this.#dismiss.addEventListener('click', () => {
      dismissed.add(this.#quota);
      tick();
    });
    this.addEventListener('focusin', ({ relatedTarget }) => {
      this.#before = relatedTarget ?? this.#before;
    });
  }

  get quota() {
    return this.#quota;
  }

  draw() {
    const [quota, ...others] = this.#told();
    this.#box.hidden = !quota;
    if (quota) {
      if (quota !== this.#quota) {
        this.#drawMessage(quota);
      }
      setText(this.#title, liveTitle(quota));
      setText(this.#detail, liveDetail(quota));
      this.#drawOthers(others);
    }
    this.#quota = quota ?? null;
    return millis(quota?.message.when);
  }

  /* Notices side by side are one. The most urgent quota is told in full, by its own notice. */
  #told() {
    const isSeen = (it) => it.getClientRects().length > 0;
    const group = [...this.parentNode.children].filter(
      (it) => it instanceof QuotaNotice && isSeen(it) >= isSeen(this),
    );
    const isBlocked = group.some(({ name }) => name && isBlocking(named(snapshot?.quotas, name)));
    const urgent = group.map((it) => it.#mostUrgent(isBlocked));
    const open = [...new Set(urgent)].filter(Boolean).sort(byUrgency);
    return group[urgent.indexOf(open[0])] === this ? open : [];
  }

  #mostUrgent(isBlocked) {
    const open = (snapshot?.quotas ?? []).filter((quota) => this.#concerns(quota, isBlocked));
    return open.sort(byUrgency)[0];
  }

  /*
   * What a plan does not have is told to whoever asks for it, not to everybody. What is blocked
   * has no use for a smaller version.
   */
  #concerns({ name, allowed, level, message: { id, severity } }, isBlocked) {
    const isOpen = (!this.name || this.name === name) && !dismissed.has(id);
    return (
      isOpen &&
      !(isBlocked && level === 'degraded' && allowed) &&
      (severity !== 'info' || (!allowed && (this.name || refused.has(id))))
    );
  }

  #drawMessage(quota) {
    const { message, label, level } = quota;
    speak(this.#box, quota);
    setAttributes(this.#box, { part: `notice ${level}`, 'aria-label': label });
    setAttributes(this.#dismiss, { 'aria-label': `${ownWords(message.locale)[0]} ${label}` });
    this.#drawActions(message.actions ?? []);
    if (!announced.has(message.id)) {
      announced.add(quota);
      say(isBlocking(quota) && isLong(quota) ? this.#alert : this.#status, quota);
    }
  }

  #drawActions(actions) {
    const drawn = JSON.stringify(actions, ['rel', 'href', 'label', 'gives']);
    if (drawn !== this.#drawnActions) {
      this.#drawnActions = drawn;
      const hadFocus = this.#actions.contains(this.shadowRoot.activeElement);
      this.#actions.replaceChildren(...actions.filter(({ href }) => isSafe(href)).map(link));
      if (hadFocus) {
        (this.#actions.querySelector('a') ?? this.#dismiss).focus();
      }
    }
  }

  #drawOthers(quotas) {
    if (this.#others.childElementCount !== quotas.length) {
      this.#others.replaceChildren(
        ...quotas.map(() => make('p', { part: 'other', class: 'row' }, make('b', {}), make('span', {}))),
      );
    }
    quotas.forEach((quota, i) => {
      const [label, title] = this.#others.children[i].children;
      setText(label, quota.label);
      setText(title, liveTitle(quota));
    });
  }

  /* Focus in what is gone goes on to the next notice, else back, else to what shows the quota. */
  settle() {
    if (!this.#box.hidden || !this.shadowRoot.activeElement) {
      return;
    }
    const shown = shownNotices();
    const next = shown.find((it) => this.compareDocumentPosition(it) & 4) ?? shown.at(-1);
    const meters = [...elements].filter((it) => it instanceof QuotaMeter);
    const meter = named(meters, this.name);
    for (const place of [next?.#dismiss, this.#before, meter, this.#status]) {
      if (this.shadowRoot.activeElement) {
        place?.focus();
      }
    }
  }
}

const shownNotices = () => [...elements].filter((it) => it instanceof QuotaNotice && it.quota);

const liveTitle = (quota) =>
  retold(quota.message.title, millis(quota.message.when), quota, serverNow());

const urgency = ({ allowed, message }) => 2 * !allowed + (message.severity !== 'info');
const byUrgency = (a, b) => urgency(b) - urgency(a);

const isBlocking = (quota) => quota?.allowed === false && quota.message.severity !== 'info';
const isLong = ({ retryAfterSeconds }) => (retryAfterSeconds ?? Infinity) > 60;

/* With what the plan gives, where the server says it: "See plans Pro: 500 a day". */
const link = ({ rel, href, label, gives }) =>
  make('span', {}, make('a', { part: `action ${rel}`, href }, label), ` ${gives ?? ''}`);

const isSafe = (href) => href && /^(https?|mailto):$/.test(urlOf(href).protocol);

class QuotaCheck extends QuotaElement {
  #status = make('div', { class: 'heard', role: 'status' });
  #text = make('p', { part: 'text' });
  #asked = '';
  // The quota's state that it was asked after.
  #known = null;
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
    setAttributes(this, { cost: value });
  }

  /* Whether the cost would be granted; null while that is not known. */
  get allowed() {
    return this.#answer?.allowed ?? null;
  }

  draw() {
    const answer = this.#answer;
    const cost = this.getAttribute('cost') ?? '';
    const asked = this.name && cost && `${this.name} ${cost}`;
    if (asked !== this.#asked || (asked && this.quota !== this.#known)) {
      this.#asked = asked;
      this.#known = this.quota;
      this.#askAfter(300);
    }
    return millis(answer?.message.when);
  }

  settle() {
    setText(this.#text, this.#news);
  }

  /* What there is to say that no notice says already. */
  get #news() {
    const text = this.allowed === false && liveDetail(this.#answer);
    return text && !shownNotices().some(({ quota }) => liveDetail(quota) === text) ? text : '';
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
    if (!isVisible()) {
      this.#known = undefined;
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
      if (before !== false && this.#news) {
        say(this.#status, answer);
      }
      const wait = answer.retryAfterSeconds;
      if (wait > 0 && wait <= 60) {
        this.#askAfter((wait + Math.random()) * SECOND);
      }
    }
    tick();
    if (this.allowed !== before) {
      emit(this, 'quota-check', answer);
    }
  }
}

if (inPage) {
  const define = (tag, element) => customElements.get(tag) ?? customElements.define(tag, element);
  define('quota-meter', QuotaMeter);
  define('quota-notice', QuotaNotice);
  define('quota-check', QuotaCheck);
  document.addEventListener('visibilitychange', wake);
  addEventListener('focus', wake);
  addEventListener('online', wake);
}
