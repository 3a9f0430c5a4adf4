/* A completion: its tokens are reserved, counted while it streams, and settled in the end. */

import { apply, getSnapshot, quotaFetch, refresh } from '/quota/quota.js';
import { note } from './drawer.js';
import { byId, element, language, text } from './texts.js';

const PATH = '/api/complete';
const MAX_TOKENS = 400;

const number = (value) => new Intl.NumberFormat(language()).format(value);

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
  const outcome = element('div', 'outcome');
  byId('result').replaceChildren(outcome);
  try {
    const response = await quotaFetch(PATH, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify({ prompt: text('starter1'), maxTokens: MAX_TOKENS }),
    });
    note('POST', PATH, response);
    if (response.ok) {
      await show(response, outcome);
    } else {
      const problem = await response.json().catch(() => ({}));
      outcome.append(element('p', '', problem.detail ?? text('answered', { status: response.status })));
    }
  } catch (problem) {
    outcome.append(element('p', '', text('unreachable')));
  }
  button.ariaDisabled = 'false';
}

async function show(response, outcome) {
  refresh(); // the meter moves: the estimate is reserved by now
  const count = element('p', 'count');
  const words = element('p', 'completion');
  words.dir = 'auto';
  words.lang = response.headers.get('Content-Language') ?? language();
  outcome.append(count, words);
  outcome.scrollIntoView({ block: 'nearest' });
  for await (const [name, data] of events(response)) {
    if (name === 'word') {
      words.textContent += data.text;
      count.textContent = text('tokensSoFar', { n: number(Math.ceil(words.textContent.length / 4)) });
      words.scrollTop = words.scrollHeight;
    } else if (name === 'quota') {
      merge(data.state);
      if (data.reason !== 'settled') {
        outcome.append(element('p', 'notice', `${data.message.title}. ${data.message.detail}`));
      }
    } else if (name === 'usage') {
      count.textContent = text('tokensCharged', {
        input: number(data.inputTokens), output: number(data.outputTokens), charged: number(data.charged),
      });
      outcome.scrollIntoView({ block: 'nearest' });
    }
  }
}

/* Offered where the policies know it. */
export function showComplete() {
  const state = getSnapshot();
  const known = (name) => state === null || state.quotas.some((quota) => quota.name === name);
  byId('complete').hidden = !known('tokens');
  byId('loop').hidden = !known('agents');
}

export function wireComplete() {
  const button = byId('complete');
  button.addEventListener('click', () => complete(button));
}
