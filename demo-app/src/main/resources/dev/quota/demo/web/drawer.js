/* What the server says: the latest answers with the headers that matter, and the latest state. */

import { getSnapshot, refresh } from '/quota/quota.js';
import { byId, element, number, text } from './texts.js';

const HEADERS = ['Quota-Level', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'x-should-retry',
  'Quota-Conversation', 'X-Demo-Model', 'Content-Type', 'Content-Language', 'Cache-Control'];
const MOST_ANSWERS = 8;
/* From here on there is room for the drawer beside the chat. */
const beside = matchMedia('(min-width: 1180px)');

const drawer = byId('drawer');
let opener = null;
let isMoving = false; // closed only to be opened again, where there is room for it now

// ---- open and close

export function openDrawer(from) {
  opener = from;
  place();
  from.setAttribute('aria-expanded', 'true');
  byId('drawer-title').focus();
  showState();
  showSpending();
}

function place() {
  document.body.classList.toggle('with-drawer', beside.matches);
  if (beside.matches) {
    drawer.show();
  } else {
    drawer.showModal();
  }
}

function move() {
  if (drawer.open) {
    isMoving = true;
    drawer.close();
    place();
  }
}

function closed() {
  if (isMoving) {
    isMoving = false;
    return;
  }
  document.body.classList.remove('with-drawer');
  opener?.setAttribute('aria-expanded', 'false');
  opener?.focus();
}

export function wireDrawer() {
  const open = byId('drawer-open');
  open.addEventListener('click', () => (drawer.open ? drawer.close() : openDrawer(open)));
  byId('drawer-close').addEventListener('click', () => drawer.close());
  drawer.addEventListener('close', closed);
  drawer.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      drawer.close();
    }
  });
  beside.addEventListener('change', move);
  byId('spend-quota').addEventListener('change', showAmounts);
  byId('spend').addEventListener('submit', spend);
  byId('grant').addEventListener('click', grant);
}

// ---- the state

function set(place, content) {
  if (place.textContent !== content) {
    place.textContent = content;
  }
}

export function showState() {
  if (drawer.open) {
    const state = getSnapshot();
    set(byId('state'), state ? JSON.stringify(state, null, 2) : '');
    showSpending();
  }
}

// ---- answers

/* Notes an answer, with its body if that is a JSON document. */
export async function note(method, path, response) {
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  const body = isJson ? await response.clone().json().catch(() => null) : null;
  const entry = element('details', 'answer-entry');
  const line = element('summary');
  const status = element('span', 'status', String(response.status));
  status.dataset.tone = response.ok ? 'ok' : 'refused';
  const call = element('code', '', `${method} ${path}`);
  call.dir = 'ltr';
  line.append(status, call);
  entry.append(line, headersOf(response));
  if (body) {
    const json = element('pre', 'json', JSON.stringify(body, null, 2));
    json.dir = 'ltr';
    json.tabIndex = 0;
    entry.append(json);
  }
  const answers = byId('answers');
  answers.firstElementChild?.removeAttribute('open');
  entry.open = true;
  answers.prepend(entry);
  while (answers.childElementCount > MOST_ANSWERS) {
    answers.lastElementChild.remove();
  }
  byId('no-answers').hidden = true;
}

function headersOf(response) {
  const list = element('dl', 'headers');
  list.dir = 'ltr';
  for (const name of HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) {
      list.append(element('dt', '', name), element('dd', '', value));
    }
  }
  return list;
}

export function forgetAnswers() {
  byId('answers').replaceChildren();
  byId('no-answers').hidden = false;
  set(byId('spend-result'), '');
}

// ---- using up, for the show

const quotas = () => getSnapshot()?.quotas ?? [];
const isCounted = (quota) => Number.isFinite(quota.remaining) && quota.level !== 'unlimited';

/* What can be used up of a quota so that there is something to see. */
function amounts(quota) {
  const { cost, remaining, thresholds, largestFittingCost, limits } = quota;
  const next = thresholds.find(({ crossed }) => !crossed);
  const paced = limits.some(({ window }) => ['rolling', 'sliding'].includes(window.kind))
    && limits.some(({ window }) => ['calendar', 'session'].includes(window.kind));
  return [
    ['toWarning', next ? remaining - next.remaining : 0],
    ['toLast', remaining - cost],
    ['toEnd', remaining - (remaining % cost)],
    ['atOnce', paced ? largestFittingCost : 0],
  ].filter(([, amount]) => amount > 0);
}

function option(value, label) {
  const made = element('option', '', label);
  made.value = value;
  return made;
}

function replaceOptions(select, options) {
  const chosen = select.value;
  const old = [...select.options].map(({ value, text: label }) => value + label).join();
  if (old !== options.map(({ value, text: label }) => value + label).join()) {
    select.replaceChildren(...options);
    select.value = options.some(({ value }) => value === chosen) ? chosen : options[0]?.value ?? '';
  }
}

function showSpending() {
  replaceOptions(byId('spend-quota'),
    quotas().filter(isCounted).map((quota) => option(quota.name, quota.label)));
  showAmounts();
}

function showAmounts() {
  const quota = quotas().find(({ name }) => name === byId('spend-quota').value);
  const choices = quota ? amounts(quota) : [];
  const options = choices.map(([key, amount]) => option(key, `${text(key)} (${number(amount)})`));
  replaceOptions(byId('spend-much'), options.length > 0 ? options : [option('', text('nothingLeft'))]);
  byId('grant').setAttribute('aria-disabled', String(!canGrant(quota)));
}

/* Extra units are for a day, a week or a month; a pace comes back by itself. */
function canGrant(quota) {
  return quota?.limits.some(({ window, limit }) => window.kind === 'calendar' && limit > 0) ?? false;
}

/* Grants a tenth of the limit on top, until tomorrow. */
async function grant() {
  const quota = quotas().find(({ name }) => name === byId('spend-quota').value);
  if (!canGrant(quota)) {
    set(byId('spend-result'), text('grantNone'));
    return;
  }
  const amount = Math.min(10_000, Math.max(1, Math.round(quota.limit / 10)));
  let said;
  try {
    const response = await fetch('/demo/grant', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ quota: quota.name, amount }),
    });
    await note('POST', '/demo/grant', response);
    const answer = await response.json();
    said = response.ok ? text('granted', { amount }) : answer.detail;
  } catch (problem) {
    said = text('unreachable');
  }
  set(byId('spend-result'), said);
  refresh();
}

async function spend(event) {
  event.preventDefault();
  const quota = quotas().find(({ name }) => name === byId('spend-quota').value);
  const much = byId('spend-much').value;
  const amount = quota && amounts(quota).find(([key]) => key === much)?.[1];
  if (!amount) {
    set(byId('spend-result'), text('nothingLeft'));
    return;
  }
  let said;
  try {
    const response = await fetch('/demo/spend', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ quota: quota.name, amount, atOnce: much === 'atOnce' }),
    });
    await note('POST', '/demo/spend', response);
    const answer = await response.json();
    said = response.ok ? wordsFor(answer) : answer.detail;
  } catch (problem) {
    said = text('unreachable');
  }
  set(byId('spend-result'), said);
  refresh();
}

function wordsFor({ asked, taken, clockAheadSeconds }) {
  if (taken < asked) {
    return text('spentSome', { taken, asked });
  }
  const minutes = Math.ceil(clockAheadSeconds / 60);
  return text(minutes > 0 ? 'spentAhead' : 'spent', { taken, minutes });
}
