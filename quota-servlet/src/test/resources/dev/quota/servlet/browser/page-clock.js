// Replaces the clock and the timers of a page by ones that are moved by hand.
globalThis.pageClock ??= (() => {
  const HEADER = 'X-Page-Time';
  const PATIENCE_MILLIS = 300;
  const RealDate = Date;
  const realNow = performance.now.bind(performance);
  const realFetch = globalThis.fetch.bind(globalThis);
  const realTimeout = globalThis.setTimeout.bind(globalThis);

  let passed = 0; // milliseconds since the page was opened
  let openedAt = Date.UTC(2026, 10, 23, 14, 59, 30);
  const now = () => openedAt + passed;
  const timers = new Map();
  let lastId = 0;
  let inFlight = 0;

  function add(callback, delay, given, repeats) {
    const every = Math.max(repeats ? 1 : 0, Math.trunc(Number(delay)) || 0);
    timers.set(++lastId, { id: lastId, at: passed + every, every: repeats && every, callback, given });
    return lastId;
  }

  globalThis.setTimeout = (callback, delay, ...given) => add(callback, delay, given, false);
  globalThis.setInterval = (callback, delay, ...given) => add(callback, delay, given, true);
  globalThis.clearTimeout = (id) => void timers.delete(id);
  globalThis.clearInterval = globalThis.clearTimeout;
  performance.now = () => passed;
  globalThis.Date = new Proxy(RealDate, {
    construct: (type, given, target) => Reflect.construct(type, given.length ? given : [now()], target),
    apply: () => new RealDate(now()).toString(),
    get: (type, name) => (name === 'now' ? now : Reflect.get(type, name)),
  });

  globalThis.fetch = async (resource, options) => {
    const request = new Request(resource, options);
    if (new URL(request.url).origin === location.origin) {
      request.headers.set(HEADER, String(now()));
    }
    inFlight++;
    try {
      const response = await realFetch(request);
      await response.clone().arrayBuffer();
      return response;
    } finally {
      inFlight--;
    }
  };

  // One turn of the real event loop, after what the page has already queued.
  const turn = () =>
    new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(null);
    });

  async function settle() {
    await turn();
    const deadline = realNow() + PATIENCE_MILLIS;
    while (inFlight > 0 && realNow() < deadline) {
      await new Promise((resolve) => realTimeout(resolve, 1));
    }
    await turn();
    await turn();
  }

  function firstDue(until) {
    const due = [...timers.values()].filter(({ at }) => at <= until);
    return due.reduce((first, timer) => (first && first.at <= timer.at ? first : timer), null);
  }

  function run(timer) {
    passed = Math.max(passed, timer.at);
    if (timer.every) {
      timer.at += timer.every;
    } else {
      timers.delete(timer.id);
    }
    try {
      timer.callback(...timer.given);
    } catch (error) {
      reportError(error);
    }
  }

  return {
    startAt(millis) {
      openedAt = millis;
    },
    jump(millis) {
      openedAt += millis;
    },
    async advance(millis) {
      const until = passed + millis;
      await settle();
      for (let timer = firstDue(until); timer; timer = firstDue(until)) {
        run(timer);
        await settle();
      }
      passed = until;
      await settle();
    },
  };
})();
