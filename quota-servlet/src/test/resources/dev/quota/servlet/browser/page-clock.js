// Replaces the clock and the timers of a page by ones that are moved by hand.
globalThis.pageClock ??= (() => {
  const HEADER = 'X-Page-Time';
  const PATIENCE_MS = 300;
  const Real = Date;
  const realNow = performance.now.bind(performance);
  const realFetch = globalThis.fetch.bind(globalThis);
  const realTimeout = globalThis.setTimeout.bind(globalThis);

  const started = 1795445970000;
  let now = started;
  let next = 1;
  let inFlight = 0;
  const timers = new Map();

  const add = (what, delay, given, again) => {
    const every = Math.max(0, Math.trunc(Number(delay)) || 0);
    timers.set(next, {id: next, at: now + every, every: again ? Math.max(1, every) : null, what, given});
    return next++;
  };
  globalThis.setTimeout = (what, delay, ...given) => add(what, delay, given, false);
  globalThis.setInterval = (what, delay, ...given) => add(what, delay, given, true);
  globalThis.clearTimeout = globalThis.clearInterval = (id) => void timers.delete(id);
  performance.now = () => now - started;

  globalThis.Date = new Proxy(Real, {
    construct: (type, given, target) => Reflect.construct(type, given.length ? given : [now], target),
    apply: () => new Real(now).toString(),
    get: (type, name) => (name === 'now' ? () => now : Reflect.get(type, name)),
  });

  globalThis.fetch = async (resource, options) => {
    const request = new Request(resource, options);
    if (new URL(request.url).origin === location.origin) {
      request.headers.set(HEADER, String(now));
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
  const turn = () => new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(null);
  });
  const settle = async () => {
    await turn();
    const deadline = realNow() + PATIENCE_MS;
    while (inFlight > 0 && realNow() < deadline) {
      await new Promise((resolve) => realTimeout(resolve, 1));
    }
    await turn();
    await turn();
  };
  const due = (until) => {
    let first = null;
    for (const timer of timers.values()) {
      if (timer.at <= until && (first === null || timer.at < first.at)) {
        first = timer;
      }
    }
    return first;
  };

  return {
    startAt(time) {
      if (timers.size === 0) {
        now = time;
      }
    },
    pending: () => [...timers.values()].map((timer) => timer.at - now),
    async advance(millis) {
      const until = now + millis;
      await settle();
      for (let timer = due(until); timer !== null; timer = due(until)) {
        now = Math.max(now, timer.at);
        if (timer.every === null) {
          timers.delete(timer.id);
        } else {
          timer.at += timer.every;
        }
        try {
          timer.what(...timer.given);
        } catch (error) {
          reportError(error);
        }
        await settle();
      }
      now = until;
      await settle();
    },
  };
})();
