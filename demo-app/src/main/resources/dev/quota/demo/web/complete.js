/* A completion: its tokens are reserved, counted while it streams, and settled in the end. */

import { apply, getSnapshot, quotaFetch, refresh } from '/quota/quota.js';
import { note } from './drawer.js';
import { byId, element, language, text } from './texts.js';

const PATH = '/api/complete';

let running = new AbortController();

/* Returns the events of a stream, one after the other: [name, data]. */
async function* events(response) {
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const frames = (rest + decoder.decode(part.value, { stream: true })).split('\n\n');
    rest = frames.pop();
    for (const frame of frames) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
      if (name) {
        yield [name, JSON.parse(data)];
      }
    }
  }
}

/* Puts the state of one quota into what the page knows of all of them. */
function merge(narrow) {
  const known = getSnapshot();
  if (!known) {
    return;
  }
  const news = new Map(narrow.quotas.map((quota) => [quota.name, quota]));
  const quotas = known.quotas.map((quota) => news.get(quota.name) ?? quota);
  apply({ ...known, now: narrow.now, quotas });
}

async function complete(button) {
  if (button.ariaDisabled === 'true') {
    return;
  }
  button.ariaDisabled = 'true';
  const { signal } = running;
  const outcome = element('div', 'outcome');
  byId('result').replaceChildren(outcome);
  try {
    const response = await quotaFetch(PATH, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify({ prompt: text('starter1'), maxTokens: Number(button.dataset.tokens) }),
      signal,
    });
    note('POST', PATH, response);
    if (response.ok) {
      await show(response, outcome, signal);
    } else {
      const problem = await response.json().catch(() => ({}));
      const words = problem.detail ?? text('answered', { status: String(response.status) });
      outcome.append(element('p', '', words));
    }
  } catch (problem) {
    outcome.append(element('p', '', text('unreachable')));
  }
  button.ariaDisabled = 'false';
}

/* Shows an answer while it comes. Its last word says what was charged, or that it was cut off. */
async function show(response, outcome, signal) {
  refresh(); // the meter moves: the estimate is reserved by now
  const answer = {
    outcome, count: element('p', 'count'), words: element('p', 'completion'), text: '', over: false, painting: false,
  };
  answer.words.dir = 'auto';
  answer.words.lang = response.headers.get('Content-Language') ?? language();
  answer.words.tabIndex = 0; // it scrolls
  outcome.append(answer.count, answer.words);
  outcome.scrollIntoView({ block: 'nearest' });
  try {
    for await (const [name, data] of events(response)) {
      if (signal.aborted) {
        return;
      }
      hear[name]?.(answer, data);
    }
  } catch (problem) {
    // What came so far stays; below it is said that this is not all.
  }
  paint(answer);
  if (!answer.over && !signal.aborted) {
    answer.over = true;
    answer.count.textContent = text('tokensCut', { n: tokensIn(answer) });
    say(answer, 'exhausted', text('cut'));
    refresh();
  }
}

const tokensIn = (answer) => Math.ceil(answer.text.length / 4);

/* Shows what came so far. Words can come faster than a page can be laid out. */
function paint(answer) {
  answer.painting = false;
  answer.words.textContent = answer.text;
  answer.words.scrollTop = answer.words.scrollHeight;
  if (!answer.over) {
    answer.count.textContent = text('tokensSoFar', { n: tokensIn(answer) });
  }
}

/* What the events of a stream change. */
const hear = {
  word(answer, { text: word }) {
    answer.text += word;
    if (!answer.painting) {
      answer.painting = true;
      requestAnimationFrame(() => paint(answer));
    }
  },
  quota(answer, { reason, message, state }) {
    merge(state);
    if (reason !== 'settled') {
      const tone = reason === 'grace' ? 'warning' : 'exhausted';
      say(answer, tone, text('titled', { title: message.title, detail: message.detail }));
    }
  },
  cut(answer, { detail }) {
    if (detail) {
      say(answer, 'exhausted', detail);
    }
  },
  usage(answer, { inputTokens, outputTokens, charged }) {
    answer.over = true;
    answer.count.textContent = text('tokensCharged', { input: inputTokens, output: outputTokens, charged });
    answer.outcome.scrollIntoView({ block: 'nearest' });
  },
};

function say({ outcome }, tone, words) {
  const made = element('p', 'notice', words);
  made.dataset.tone = tone;
  outcome.append(made);
  made.scrollIntoView({ block: 'nearest' });
}

/* Somebody else sits down: what comes for the one before is not theirs. */
export function forgetCompletion() {
  running.abort();
  running = new AbortController();
}

/* Offered where the policies know it. */
export function showComplete() {
  const state = getSnapshot();
  const known = (name) => state === null || state.quotas.some((quota) => quota.name === name);
  for (const button of document.querySelectorAll('[data-tokens]')) {
    button.hidden = !known('tokens');
  }
  byId('loop').hidden = !known('agents');
}

export function wireComplete() {
  for (const button of document.querySelectorAll('[data-tokens]')) {
    button.addEventListener('click', () => complete(button));
  }
}
