/* Shows where counts live, and says in plain words when they cannot be kept there. */

import { byId, text } from './texts.js';

const ANSWERING_SECONDS = 10;
const AWAY_SECONDS = 3;

let store = null; // null while nothing is known
let isAsking = false;
let timer = 0;
let hears = () => {};

function words({ name, available }) {
  if (name !== 'redis') {
    return text('storeProcess');
  }
  return text(available ? 'storeRedis' : 'storeAway');
}

export function showStore() {
  const place = byId('store');
  place.hidden = !store;
  if (!store) {
    return;
  }
  place.dataset.available = store.available;
  const said = words(store);
  if (byId('store-words').textContent !== said) {
    byId('store-words').textContent = said;
  }
}

/* Counts in process cannot be away; they are asked about once for each visit. */
function secondsUntilNext() {
  if (!store?.available) {
    return AWAY_SECONDS;
  }
  return store.name === 'redis' ? ANSWERING_SECONDS : Infinity;
}

async function ask() {
  clearTimeout(timer);
  if (isAsking || document.hidden) {
    return;
  }
  isAsking = true;
  const before = store;
  try {
    const response = await fetch('/health', { headers: { Accept: 'application/json' } });
    store = (await response.json()).store;
  } catch (problem) {
    store = null; // the demo itself cannot be reached: the meters say so
  }
  isAsking = false;
  showStore();
  const seconds = secondsUntilNext();
  if (seconds < Infinity) {
    timer = setTimeout(ask, seconds * 1000);
  }
  if (before && store && before.available !== store.available) {
    hears();
  }
}

/* Calls back when the store has gone or come back. */
export function watchStore(callback) {
  hears = callback;
  document.addEventListener('visibilitychange', ask);
  ask();
}

/* Something said that the store did not answer: no need to wait for the next look. */
export function doubtStore() {
  if (store?.available) {
    ask();
  }
}
