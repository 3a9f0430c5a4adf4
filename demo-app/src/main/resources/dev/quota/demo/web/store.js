/* Shows where counts live, and says in plain words when they cannot be kept there. */

const ANSWERING_SECONDS = 10;
const AWAY_SECONDS = 3;

const place = document.getElementById('store');
const words = document.getElementById('store-words');

let wasAvailable = null; // null while nothing is known
let isAsking = false;
let timer = 0;
let hears = () => {};

function wordsFor({ name, available }) {
  if (name !== 'redis') {
    return `Counted ${name}`;
  }
  return available
    ? 'Counted in Redis, for all nodes together'
    : 'Redis is away. Each quota does what its policy says until it is back.';
}

function show(store) {
  const text = wordsFor(store);
  place.hidden = false;
  place.dataset.available = store.available;
  place.title = store.detail;
  if (words.textContent !== text) {
    words.textContent = text;
  }
}

/* Counts in process cannot be away; they are asked about once for each visit. */
function secondsUntilNext(store) {
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
  let store = null;
  try {
    const response = await fetch('/health', { headers: { Accept: 'application/json' } });
    store = (await response.json()).store;
    show(store);
  } catch (problem) {
    place.hidden = true;
  }
  isAsking = false;
  const seconds = secondsUntilNext(store);
  if (seconds < Infinity) {
    timer = setTimeout(ask, seconds * 1000);
  }
  const isAvailable = store ? store.available : wasAvailable;
  if (wasAvailable !== null && isAvailable !== wasAvailable) {
    hears();
  }
  wasAvailable = isAvailable;
}

/* Calls back when the store has gone or come back. */
export function watchStore(callback) {
  hears = callback;
  document.addEventListener('visibilitychange', ask);
  ask();
}

/* Something said that the store did not answer: no need to wait for the next look. */
export function doubtStore() {
  if (wasAvailable) {
    ask();
  }
}
