import { actionLinks, detailAt, element, quotaCard } from './quotas.js';
import { doubtStore, watchStore } from './store.js';

const COOKIE = 'demo-user';
const COUNTDOWN_MILLIS = 60_000;
const MOVING_REFRESH_SECONDS = 5;
const FAILED_REFRESH_SECONDS = 10;

const byId = (id) => document.getElementById(id);
const prompt = byId('prompt');
const thread = byId('thread');

let quotas = null; // from the latest state; null while nothing is known
let refusal = null; // of the latest prompt, until it can be sent
let isReadyAgain = false;
let isSending = false;
let clockOffset = 0; // the server's clock minus this one's, in milliseconds
let running = new AbortController();
let stateRequest = 0;
let refreshTimer = 0;

const serverNow = () => Date.now() + clockOffset;

/* ---- who ---- */

function user() {
  const pair = document.cookie.split('; ').find((part) => part.startsWith(`${COOKIE}=`));
  if (!pair) {
    return '';
  }
  try {
    return decodeURIComponent(pair.slice(COOKIE.length + 1));
  } catch (problem) {
    return pair.slice(COOKIE.length + 1);
  }
}

function become(name) {
  const age = name ? 31_536_000 : 0;
  document.cookie = `${COOKIE}=${encodeURIComponent(name)}; path=/; samesite=lax; max-age=${age}`;
  running.abort();
  running = new AbortController();
  refusal = null;
  isReadyAgain = false;
  quotas = null;
  thread.replaceChildren(byId('welcome') ?? welcome);
  byId('result').replaceChildren();
  showUser();
  showUnknown('Loading…');
  refresh();
}

function showUser() {
  const picker = byId('user');
  const name = user();
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

/* ---- state ---- */

async function refresh() {
  clearTimeout(refreshTimer);
  const request = ++stateRequest;
  let outcome;
  try {
    const response = await fetch('/quota/state', { headers: { Accept: 'application/json' } });
    outcome = { ok: response.ok, body: await response.json() };
  } catch (problem) {
    outcome = { ok: false, body: {} };
  }
  if (request !== stateRequest) {
    return;
  }
  if (outcome.ok) {
    showState(outcome.body);
  } else {
    quotas = null;
    showUnknown(outcome.body.detail ?? 'Your quotas cannot be shown at the moment.', true);
    schedule(FAILED_REFRESH_SECONDS);
  }
}

/* Words that count seconds, rolling limits that fill up, and what is not known, are old soon. */
function refreshSeconds() {
  const isCounting = quotas.some((quota) =>
    [quota.nextAvailableAt, quota.message.when].some((time) => isSoon(Date.parse(time))));
  if (isCounting) {
    return 1;
  }
  const isMoving = quotas.some((quota) => quota.limits.some((limit) => limit.fullAt));
  return isMoving || isUnsure() ? MOVING_REFRESH_SECONDS : Infinity;
}

function isUnsure() {
  return quotas.some((quota) => quota.accuracy !== 'exact');
}

function schedule(seconds) {
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(() => document.hidden || refresh(), seconds * 1000);
}

function showState(state) {
  clockOffset = Date.parse(state.now) - Date.now();
  quotas = state.quotas;
  const plan = byId('plan');
  plan.hidden = !state.plan;
  plan.textContent = state.plan?.label ?? '';
  byId('zone').textContent = state.zone ? `Days in ${state.zone.id}` : '';
  byId('quotas').replaceChildren(...quotas.map(quotaCard));
  if (refusal && chat()?.allowed) {
    isReadyAgain = prompt.value.trim() !== '';
    refusal = null;
  }
  showNotice();
  if (isUnsure()) {
    doubtStore();
  }
  schedule(Math.min(refreshSeconds(), state.refreshAfterSeconds ?? 60));
}

/* Nothing that was known before may stay on the page as if it still held. */
function showUnknown(words, canRetry = false) {
  byId('plan').hidden = true;
  byId('zone').textContent = '';
  const card = element('div', 'card empty');
  card.append(element('p', '', words));
  if (canRetry) {
    const retry = element('button', 'quiet', 'Try again');
    retry.type = 'button';
    retry.addEventListener('click', refresh);
    card.append(retry);
  }
  byId('quotas').replaceChildren(card);
  showNotice();
}

function chat() {
  return quotas?.find((quota) => quota.name === 'chat');
}

/* ---- the notice above the composer ---- */

/* What the notice is about: the refusal, else a short or nearly short state, else nothing. */
function subject() {
  if (refusal) {
    return refusal;
  }
  const quota = chat();
  if (!quota || (quota.allowed && isReadyAgain)) {
    return null;
  }
  const { message } = quota;
  if (quota.allowed && (message.severity === 'info' || isDismissed(message.id))) {
    return null;
  }
  return {
    message,
    tone: quota.allowed ? 'warning' : 'error',
    until: Date.parse(quota.nextAvailableAt),
    canClose: quota.allowed,
  };
}

function isDismissed(id) {
  return sessionStorage.getItem(`dismissed:${user()}:${id}`) !== null;
}

function isSoon(time) {
  return time > serverNow() && time <= serverNow() + COUNTDOWN_MILLIS;
}

function waitMillis(about) {
  return about && isSoon(about.until) ? about.until - serverNow() : 0;
}

function showNotice() {
  const about = subject();
  const notice = byId('notice');
  if (!about && isReadyAgain && prompt.value.trim() !== '') {
    fillNotice('ready', 'Your message can be sent now', 'It is still in the box below.', []);
    byId('notice-close').hidden = true;
    notice.hidden = false;
  } else if (about) {
    const { message } = about;
    fillNotice(about.tone, message.title, detailAt(message, serverNow()), message.actions);
    notice.hidden = false;
    byId('notice-close').hidden = !about.canClose;
  } else {
    notice.hidden = true;
  }
  showSend(about);
}

function fillNotice(tone, title, detail, actions) {
  const notice = byId('notice');
  notice.dataset.tone = tone;
  set(byId('notice-title'), title);
  set(byId('notice-detail'), detail);
  const links = JSON.stringify(actions ?? []);
  if (notice.dataset.links !== links) {
    notice.dataset.links = links;
    byId('notice-actions').replaceChildren(...actionLinks(actions, 'button'));
  }
}

/* Leaves equal text alone, so that it is not read out again. */
function set(place, text) {
  if (place.textContent !== text) {
    place.textContent = text ?? '';
  }
}

function showSend(about) {
  const wait = waitMillis(about);
  const seconds = Math.ceil(wait / 1000);
  set(byId('send-label'), seconds > 0 ? `Send in ${seconds} s` : 'Send');
  byId('send').disabled = isSending || seconds > 0;
}

let wasWaiting = false;

function tick() {
  const about = subject();
  const isWaiting = waitMillis(about) > 0;
  if (isWaiting || wasWaiting) {
    showNotice();
  }
  if (wasWaiting && !isWaiting) {
    refresh();
  }
  wasWaiting = isWaiting;
}

/* ---- the conversation ---- */

const welcome = byId('welcome');

function bubble(kind, text) {
  byId('welcome')?.remove();
  const made = element('article', `bubble ${kind}`, text);
  thread.append(made);
  thread.scrollTop = thread.scrollHeight;
  return made;
}

async function send() {
  const text = prompt.value.trim();
  if (text === '' || isSending || byId('send').disabled) {
    return;
  }
  const { signal } = running;
  isSending = true;
  showSend(subject());
  try {
    const response = await fetch('/api/chat', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ prompt: text }),
      signal,
    });
    if (response.ok) {
      accepted();
      bubble('mine', text);
      await stream(response, bubble('answer busy', ''), signal);
    } else {
      refused(await problemIn(response));
    }
  } catch (problem) {
    if (!signal.aborted) {
      refused({ title: 'The server cannot be reached', detail: 'Your message is still here.' });
    }
  } finally {
    isSending = false;
    showNotice();
    if (!signal.aborted) {
      prompt.focus();
    }
  }
}

function accepted() {
  prompt.value = '';
  grow();
  refusal = null;
  isReadyAgain = false;
  refresh();
}

async function stream(response, answer, signal) {
  answer.setAttribute('aria-busy', 'true');
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const isAtEnd = thread.scrollTop + thread.clientHeight > thread.scrollHeight - 40;
      answer.append(decoder.decode(part.value, { stream: true }));
      if (isAtEnd) {
        thread.scrollTop = thread.scrollHeight;
      }
    }
  } catch (problem) {
    if (!signal.aborted) {
      answer.append(element('em', 'cut', 'The answer was cut off.'));
    }
  } finally {
    answer.classList.remove('busy');
    answer.removeAttribute('aria-busy');
  }
}

async function problemIn(response) {
  try {
    return await response.json();
  } catch (problem) {
    return { title: `The server answered ${response.status}`, detail: 'It gave no reason.' };
  }
}

/* Keeps the prompt where it is and says why it was not sent. */
function refused(problem) {
  const state = problem.state;
  const quota = state?.quotas?.find((each) => !each.allowed);
  if (state?.now) {
    clockOffset = Date.parse(state.now) - Date.now();
  }
  refusal = {
    message: quota?.message ?? { title: problem.title, detail: problem.detail, actions: [] },
    tone: 'error',
    until: Date.parse(quota?.nextAvailableAt),
    canClose: !quota,
  };
  isReadyAgain = false;
  if (quota) {
    refresh();
  }
}

function grow() {
  prompt.style.blockSize = 'auto';
  prompt.style.blockSize = `${Math.min(prompt.scrollHeight, 160)}px`;
}

/* ---- the other endpoints ---- */

async function tryOut(button) {
  const { method, path } = button.dataset;
  button.disabled = true;
  const result = element('div', 'outcome');
  try {
    const headers = { Accept: 'application/json' };
    const body = method === 'POST' ? pictureRequest() : undefined;
    const response = await fetch(path, { method, headers, body });
    const chip = element('span', 'status', String(response.status));
    chip.dataset.tone = response.ok ? 'ok' : 'error';
    const line = element('p', 'call');
    line.append(chip, element('code', '', `${method} ${path}`));
    result.append(line);
    if (response.headers.get('Content-Type')?.startsWith('image/')) {
      result.append(await picture(response));
    } else {
      const answer = await problemIn(response);
      const refusing = answer.state?.quotas?.find((each) => !each.allowed);
      result.append(element('p', '', answer.detail ?? answer.answer ?? ''));
      result.append(...actionLinks(refusing?.message.actions, 'link'));
    }
  } catch (problem) {
    result.append(element('p', '', 'The server cannot be reached.'));
  }
  byId('result').replaceChildren(result);
  button.disabled = false;
  refresh();
}

let pictures = 0;

/* A different picture each time; what is in the composer goes into it. */
function pictureRequest() {
  pictures += 1;
  return JSON.stringify({ prompt: `${prompt.value.slice(0, 3900)} ${pictures}` });
}

async function picture(response) {
  const image = element('img', 'picture');
  image.alt = 'A simulated picture: hills under a sun';
  image.src = URL.createObjectURL(await response.blob());
  image.addEventListener('load', () => URL.revokeObjectURL(image.src));
  return image;
}

/* ---- wiring ---- */

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  send();
});
prompt.addEventListener('input', () => {
  grow();
  if (isReadyAgain) {
    isReadyAgain = false;
    showNotice();
  }
});
prompt.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
byId('notice-close').addEventListener('click', () => {
  const about = subject();
  if (about?.message.id) {
    sessionStorage.setItem(`dismissed:${user()}:${about.message.id}`, '');
  }
  refusal = null;
  showNotice();
  prompt.focus();
});
byId('user').addEventListener('change', (event) => {
  if (event.target.value === '?') {
    byId('other').hidden = false;
    byId('other-name').focus();
  } else {
    become(event.target.value);
  }
});
byId('other').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = byId('other-name').value.trim();
  if (name !== '') {
    become(name);
  }
});
for (const starter of document.querySelectorAll('.starter')) {
  starter.addEventListener('click', () => {
    prompt.value = starter.textContent;
    grow();
    send();
  });
}
for (const button of document.querySelectorAll('[data-path]')) {
  button.addEventListener('click', () => tryOut(button));
}
document.addEventListener('visibilitychange', () => document.hidden || refresh());
setInterval(tick, 250);

/* The first visit begins as somebody with a plan; later ones keep what was chosen. */
if (user() === '' && localStorage.getItem('visited') === null) {
  document.cookie = `${COOKIE}=alice; path=/; samesite=lax; max-age=31536000`;
}
localStorage.setItem('visited', '');
showUser();
showUnknown('Loading…');
refresh();
watchStore(refresh);
