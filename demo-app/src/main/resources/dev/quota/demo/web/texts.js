/* The page's own words: one table for each language, fetched when somebody reads it. Words about a
   quota are never here: they are the library's. */

export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pl', 'ar', 'ja', 'zh'];
const YEAR_SECONDS = 31_536_000;

let table = {};

export const byId = (id) => document.getElementById(id);
export const language = () => document.documentElement.lang;

/* Numbers have the digits that the library writes: one line must not mix two kinds. */
const numerals = () => (language() === 'ar' ? 'ar-u-nu-arab' : language());
export const number = (value) => new Intl.NumberFormat(numerals()).format(value);
export const dollars = (value) => new Intl.NumberFormat(numerals(), { style: 'currency', currency: 'USD' })
  .format(value);

/* Returns a text with its arguments filled in; numbers are written as in its language. */
export function text(key, values = {}) {
  const template = table[key] ?? key;
  const told = (value) => (typeof value === 'number' ? number(value) : value);
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? told(values[name]) : whole));
}

export function element(name, className, content) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  if (content !== undefined) {
    made.textContent = content;
  }
  return made;
}

export function cookie(name) {
  const pair = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`));
  const value = pair?.slice(name.length + 1) ?? '';
  try {
    return decodeURIComponent(value);
  } catch (problem) {
    return value; // somebody else's writing; the server will say what is wrong with it
  }
}

export function keep(name, value) {
  const age = value ? YEAR_SECONDS : 0;
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; samesite=lax; max-age=${age}`;
}

async function load(tag) {
  const response = await fetch(`/texts/${tag}.json`);
  if (!response.ok) {
    throw new Error(`the texts in ${tag} cannot be loaded: status ${response.status}`);
  }
  return response.json();
}

/* The server wrote the page in this language; what scripts say comes with the table. */
export async function loadTexts() {
  table = await load(language());
}

/* Puts the page into another language, as the server would have written it. */
export async function speak(tag) {
  table = await load(tag);
  document.documentElement.lang = tag;
  document.documentElement.dir = tag === 'ar' ? 'rtl' : 'ltr';
  for (const place of document.querySelectorAll('[data-text]')) {
    place.textContent = text(place.dataset.text);
  }
  for (const place of document.querySelectorAll('[data-label]')) {
    place.setAttribute('aria-label', text(place.dataset.label));
  }
  for (const place of document.querySelectorAll('[data-placeholder]')) {
    place.placeholder = text(place.dataset.placeholder);
  }
}

/* The first of the browser's languages that the page speaks. */
export function browserLanguage() {
  const found = navigator.languages.map((tag) => tag.toLowerCase().split('-')[0]);
  return found.find((tag) => LANGUAGES.includes(tag)) ?? 'en';
}
