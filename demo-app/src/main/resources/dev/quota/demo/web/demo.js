/* The page: who sits here, in which language and colours, and what they can try. */

import {
  apply, configure, getSnapshot, liveText, quotaFetch, refresh, subscribe,
} from '/quota/quota.js';
import { beginAnew, showLarge, showSend, wireChat } from './chat.js';
import { forgetCompletion, showComplete, wireComplete } from './complete.js';
import { forgetAnswers, note, showState, wireDrawer } from './drawer.js';
import { doubtStore, showStore, watchStore } from './store.js';
import { browserLanguage, byId, cookie, element, keep, language, loadTexts, speak, text } from './texts.js';

const USER = 'demo-user';
const LOCALE = 'demo-locale';
const THEME = 'demo-theme';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/; // what the server takes for one

// ---- who

function become(name) {
  keep(USER, name);
  forgetCompletion();
  byId('result').replaceChildren();
  showUser();
  forgetAnswers();
  beginAnew();
  apply(null);
  configure({ locale: language() }); // drops what was asked for the one before, and asks anew
}

function showUser() {
  const picker = byId('user');
  const name = cookie(USER);
  const known = [...picker.options].some((option) => option.value === name);
  picker.querySelector('[data-other]')?.remove();
  if (!known) {
    const option = element('option', '', name);
    option.value = name;
    option.dataset.other = '';
    picker.append(option);
  }
  picker.value = name;
  byId('other').hidden = true;
}

// ---- in which language and colours

async function pickLanguage(tag) {
  keep(LOCALE, tag);
  await speak(tag || browserLanguage());
  configure({ locale: language() });
  show();
}

function pickTheme(theme) {
  keep(THEME, theme);
  document.documentElement.dataset.theme = theme;
}

// ---- what is known

function show() {
  const state = getSnapshot();
  const plan = byId('plan');
  plan.hidden = !state?.plan;
  plan.textContent = state?.plan ? text('plan', { plan: state.plan.label }) : '';
  byId('zone').textContent = state ? text('zone', { zone: state.zone.id.replace('_', ' ') }) : '';
  showLimits();
  showLarge();
  showComplete();
  showSend();
  showState();
  showStore();
  if (state?.quotas.some(({ accuracy }) => accuracy !== 'exact')) {
    doubtStore();
  }
}

/* The limits beside the one that the meter shows, in the library's words. */
function showLimits() {
  const state = getSnapshot();
  for (const place of document.querySelectorAll('.limits')) {
    const quota = state?.quotas.find(({ name }) => name === place.dataset.quota);
    place.parentElement.hidden = state !== null && !quota;
    const others = quota?.limits
      .filter(({ name, level }) => name !== quota.primary && level !== 'unlimited') ?? [];
    const told = others.map((limit) => [limit.level, limitName(limit), liveText(quota, limit)]);
    if (place.dataset.told !== JSON.stringify(told)) {
      place.dataset.told = JSON.stringify(told);
      place.replaceChildren(...told.map(limitRow));
    }
  }
}

/* Who else uses it is said: what is left of a shared limit is not one person's. */
function limitName({ label, shared, scope }) {
  const by = shared ? text(`sharedBy.${scope}`) : '';
  return by && !by.startsWith('sharedBy.') ? `${label} (${by})` : label;
}

function limitRow([level, label, words]) {
  const row = element('li');
  row.dataset.level = level;
  row.append(element('span', '', label), element('span', '', words));
  return row;
}

/* What counts seconds. */
function tick() {
  showSend();
  showLimits();
}

// ---- the other endpoints

let pictures = 0;

async function tryOut(button) {
  const { method, path } = button.dataset;
  if (button.ariaDisabled === 'true') {
    return;
  }
  button.ariaDisabled = 'true';
  const result = element('div', 'outcome');
  try {
    pictures += 1;
    const body = method === 'POST' ? JSON.stringify({ prompt: `picture ${pictures}` }) : undefined;
    const headers = { Accept: 'application/json' };
    const response = await quotaFetch(path, { method, headers, body });
    note(method, path, response);
    result.append(line(method, path, response), await content(response));
  } catch (problem) {
    result.append(element('p', '', text('unreachable')));
  }
  byId('result').replaceChildren(result);
  result.scrollIntoView({ block: 'nearest' });
  button.ariaDisabled = 'false';
}

function line(method, path, response) {
  const status = element('span', 'status', String(response.status));
  status.dataset.tone = response.ok ? 'ok' : 'refused';
  const call = element('code', '', `${method} ${path}`);
  call.dir = 'ltr';
  const made = element('p', 'call');
  made.append(status, call);
  return made;
}

async function content(response) {
  if (response.headers.get('Content-Type')?.startsWith('image/')) {
    return picture(await response.blob());
  }
  const answer = await response.json().catch(() => ({}));
  const words = answer.detail ?? answer.answer ?? text('answered', { status: String(response.status) });
  const made = element('p', '', words);
  made.dir = 'auto';
  return made;
}

function picture(blob) {
  const image = element('img', 'picture');
  image.width = 320; // its shape, so that nothing moves when it has loaded
  image.height = 200;
  image.alt = text('pictureAlt');
  image.src = URL.createObjectURL(blob);
  image.addEventListener('load', () => URL.revokeObjectURL(image.src));
  return image;
}

// ---- wiring

function wire() {
  byId('user').addEventListener('change', ({ target }) => {
    if (target.value === '?') {
      byId('other').hidden = false;
      byId('other-name').focus();
    } else {
      become(target.value);
    }
  });
  byId('other').addEventListener('submit', (event) => {
    event.preventDefault();
    const input = byId('other-name');
    const name = input.value.trim();
    if (name !== '' && !NAME.test(name)) {
      input.setCustomValidity(text('badName'));
      input.reportValidity();
    } else if (name !== '') {
      become(name);
      byId('user').focus();
    }
  });
  byId('other-name').addEventListener('input', ({ target }) => target.setCustomValidity(''));
  byId('language').addEventListener('change', ({ target }) => pickLanguage(target.value));
  byId('theme').addEventListener('change', ({ target }) => pickTheme(target.value));
  for (const button of document.querySelectorAll('[data-path]')) {
    button.addEventListener('click', () => tryOut(button));
  }
  wireChat();
  wireComplete();
  wireDrawer();
}

byId('language').value = cookie(LOCALE);
byId('theme').value = cookie(THEME);
showUser();
configure({ locale: language() });
wire();
await loadTexts();
subscribe(show);
show();
watchStore(refresh);
setInterval(tick, 250);
