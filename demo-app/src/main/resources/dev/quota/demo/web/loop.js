/* Two agents that hand one conversation back and forth, until the server stops them. */

import { byId, dollars as money, element, language, loadTexts, text } from './texts.js';

const FIRST = '/api/agent/writer';
const TOKENS = 350; // what a call of these agents costs, by the demo's policy
const PAUSE_MILLIS = 350;
const DOLLARS_PER_MILLION = 10; // an assumption, and said to be one
const CALLS_A_NIGHT = (8 * 3600) / 2; // one every two seconds, for eight hours
const MOST = 100; // where a policy of your own does not stop them, this page does

const dollars = (tokens) => money((tokens / 1_000_000) * DOLLARS_PER_MILLION);
const name = (path) => text(path.endsWith('writer') ? 'loopWriter' : 'loopCritic');

function hop(path, status) {
  const made = element('li');
  const code = element('span', 'status', String(status));
  code.dataset.tone = status === 200 ? 'ok' : 'refused';
  made.append(code, element('span', '', name(path)));
  byId('hops').append(made);
  byId('log').scrollTop = byId('log').scrollHeight;
}

async function run() {
  const start = byId('start');
  if (start.ariaDisabled === 'true') {
    return;
  }
  start.ariaDisabled = 'true';
  byId('hops').replaceChildren();
  byId('end').replaceChildren();
  try {
    await pass();
  } catch (problem) {
    byId('end').append(element('p', '', text('unreachable')));
  }
  start.ariaDisabled = 'false';
}

async function pass() {
  let path = FIRST;
  let conversation = null;
  for (let calls = 0; calls < MOST; calls += 1) {
    const headers = { Accept: 'application/json', 'Accept-Language': language() };
    if (conversation) {
      headers['Quota-Conversation'] = conversation;
    }
    const response = await fetch(path, { method: 'POST', headers });
    conversation = response.headers.get('Quota-Conversation') ?? conversation;
    hop(path, response.status);
    const answer = await response.json();
    if (!response.ok) {
      stopped(answer, calls);
      return;
    }
    path = answer.next;
    await new Promise((resolve) => { setTimeout(resolve, PAUSE_MILLIS); });
  }
}

function stopped({ title, detail }, calls) {
  const used = calls * TOKENS;
  const night = CALLS_A_NIGHT * TOKENS;
  const words = element('p', 'loop-words', detail);
  words.dir = 'auto';
  byId('end').append(
    element('h2', '', title),
    words,
    element('p', '', text('loopCost', { calls, tokens: used, dollars: dollars(used) })),
    element('p', '', text('loopNight', {
      calls: CALLS_A_NIGHT, tokens: night, dollars: dollars(night),
    })),
    element('p', 'fine', text('loopAssumed', { dollars: dollars(1_000_000) })),
  );
}

await loadTexts();
byId('start').addEventListener('click', run);
