/* The conversation: sends prompts, streams answers, and keeps what was typed if it is refused. */

import { getSnapshot, quotaFetch, refresh, serverNow } from '/quota/quota.js';
import { note } from './drawer.js';
import { byId, element, text } from './texts.js';

const COUNTDOWN_MILLIS = 60_000;
const TALLEST_PIXELS = 160;

const prompt = byId('prompt');
const thread = byId('thread');
const welcome = byId('welcome');
const send = byId('send');

let isSending = false;
let refusedBy = []; // names of the quotas that refused what is typed
let wasBlocked = false;
let running = new AbortController();

const quota = (name) => getSnapshot()?.quotas.find((each) => each.name === name);
const isLarge = () => byId('large').checked && !byId('large-switch').hidden;

// ---- sending

/* The quota that lets nothing through now, of those that a message needs. A smaller model is let through. */
function blocking() {
  const needed = isLarge() ? ['large-model', 'chat'] : ['chat'];
  return needed.map(quota).find((each) => each?.allowed === false);
}

/* How long to wait; 0 if it may be tried, or if the wait is too long to sit out. */
function waitMillis() {
  const names = [...refusedBy, blocking()?.name].filter(Boolean);
  const waits = names.map((name) => Date.parse(quota(name)?.nextAvailableAt ?? '') - serverNow());
  const longest = Math.max(0, ...waits.filter(Number.isFinite));
  return longest <= COUNTDOWN_MILLIS ? longest : 0;
}

/* The button stays where it is and keeps the focus: it only says that it is not yet time, and why. */
export function showSend() {
  const seconds = Math.ceil(waitMillis() / 1000);
  const blocked = blocking();
  set(send, seconds > 0 ? text('sendIn', { n: seconds }) : text('send'));
  set(byId('send-why'), blocked?.message.title ?? '');
  if (blocked) {
    send.setAttribute('aria-describedby', 'send-why');
  } else {
    send.removeAttribute('aria-describedby');
  }
  send.setAttribute('aria-disabled', String(isSending || seconds > 0 || Boolean(blocked)));
  if (wasBlocked && !blocked) {
    sayReady();
  }
  wasBlocked = Boolean(blocked);
}

function set(place, words) {
  if (place.textContent !== words) {
    place.textContent = words;
  }
}

/* Says why nothing is sent. The state may be old, so it is asked for once more. */
function sayWhy({ message }) {
  say(text('titled', { title: message.title, detail: text('stillHere') }));
  refresh();
}

async function submit() {
  const asked = prompt.value.trim();
  if (asked === '' || isSending) {
    return;
  }
  const blocked = blocking();
  if (blocked) {
    sayWhy(blocked);
    return;
  }
  if (waitMillis() > 0) {
    return;
  }
  const { signal } = running;
  isSending = true;
  say('');
  showSend();
  try {
    const path = isLarge() ? '/api/chat/large' : '/api/chat';
    const response = await quotaFetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ prompt: asked }),
      signal,
    });
    note('POST', path, response);
    if (response.ok) {
      accepted(asked);
      await stream(response, signal);
    } else {
      await refused(response);
    }
  } catch (problem) {
    if (!signal.aborted) {
      say(text('titled', { title: text('unreachable'), detail: text('stillHere') }));
    }
  } finally {
    if (!signal.aborted) {
      isSending = false;
      showSend();
    }
  }
}

function accepted(asked) {
  prompt.value = '';
  refusedBy = [];
  grow();
  bubble('mine', asked);
}

/* The notice says what the problem says; here only what it has no place for. */
async function refused(response) {
  const problem = await response.json().catch(() => ({}));
  refusedBy = (problem.state?.quotas ?? []).filter((each) => !each.allowed).map(({ name }) => name);
  if (refusedBy.length === 0) {
    say(problem.detail ?? text('answered', { status: String(response.status) }));
  }
}

/* What was refused can be sent now; whoever waited for it elsewhere on the page is told. */
function againPossible(name) {
  const wasRefused = refusedBy.includes(name);
  refusedBy = refusedBy.filter((each) => each !== name);
  if (wasRefused && refusedBy.length === 0) {
    sayReady();
  }
  showSend();
}

function sayReady() {
  say(prompt.value.trim() === '' ? '' : text('ready'));
}

function say(words) {
  byId('said').textContent = words;
}

// ---- the thread

function bubble(kind, content) {
  welcome.remove();
  const made = element('article', `bubble ${kind}`, content);
  made.dir = 'auto';
  thread.append(made);
  thread.scrollTop = thread.scrollHeight;
  return made;
}

async function stream(response, signal) {
  const answer = bubble('answer busy', '');
  const language = response.headers.get('Content-Language');
  if (language) {
    answer.lang = language;
  }
  if (response.headers.has('X-Demo-Model')) {
    sayWhoAnswers(answer);
  }
  const words = document.createTextNode('');
  answer.append(words);
  answer.setAttribute('aria-busy', 'true');
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const isAtEnd = thread.scrollTop + thread.clientHeight > thread.scrollHeight - 40;
      words.appendData(decoder.decode(part.value, { stream: true }));
      if (isAtEnd) {
        thread.scrollTop = thread.scrollHeight;
      }
    }
  } catch (problem) {
    if (!signal.aborted) {
      answer.append(element('em', 'cut', text('cut')));
    }
  } finally {
    answer.classList.remove('busy');
    answer.removeAttribute('aria-busy');
  }
}

/* A reduced answer is never passed off as a full one. */
async function sayWhoAnswers(answer) {
  const badge = element('span', 'badge', text('smaller'));
  answer.prepend(badge);
  await refresh();
  badge.textContent = quota('large-model')?.degraded?.label ?? badge.textContent;
}

/* Somebody else sits down: nothing of the one before stays. */
export function beginAnew() {
  running.abort();
  running = new AbortController();
  isSending = false;
  wasBlocked = false;
  refusedBy = [];
  thread.replaceChildren(welcome);
  say('');
  showSend();
}

// ---- wiring

function grow() {
  prompt.rows = 1;
  const line = parseFloat(getComputedStyle(prompt).lineHeight);
  const most = Math.floor(TALLEST_PIXELS / line);
  const padding = prompt.clientHeight - line;
  prompt.rows = Math.max(1, Math.min(most, Math.round((prompt.scrollHeight - padding) / line)));
}

/* The large model is offered where the policies know it. */
export function showLarge() {
  byId('large-switch').hidden = getSnapshot() !== null && !quota('large-model');
  byId('large-notice').hidden = !isLarge();
  showSend();
}

export function wireChat() {
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  prompt.addEventListener('input', () => {
    grow();
    say('');
  });
  prompt.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  byId('large').addEventListener('change', showLarge);
  document.addEventListener('quota-reset', ({ detail }) => againPossible(detail.name));
  for (const starter of welcome.querySelectorAll('.starter')) {
    starter.addEventListener('click', () => {
      prompt.value = starter.textContent;
      grow();
      prompt.focus();
      submit();
    });
  }
}
