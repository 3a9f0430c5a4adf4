package dev.quota.servlet;

/** Scripts that spoil a state in ways that repeat from run to run. */
final class Mutants {

  /** Defines {@code spoil(state, seed)}, which changes a state in one to three places. */
  static final String SPOIL =
      """
      const deep = (open, close) => JSON.parse(open.repeat(20000) + '1' + close.repeat(20000));
      const ODD = [null, [], {}, [null], [[]], [{}], '', 'x', '50', '-1', 0, -1, 1.5, 1e308, true,
        false, 'NaN', '__proto__', JSON.parse('{"__proto__":{"name":"chat"}}'), {toString: 1},
        {toString: 1, valueOf: 1}, [{toString: 1}], 'x'.repeat(100000), '9'.repeat(3999),
        new Array(150000).fill({}), deep('[', ']'), deep('{"message":', '}'),
        deep('{"quotas":[', ']}'), 'javascript:hacked=1', 'data:text/html,x', 'http://[',
        '2099-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '1970-01-01T00:00:00Z', 'de-u-nu-arab',
        'de-x-y', 'zz', '{when}', '{when}{when}', JSON.parse('1e999'), 2, 1];
      function randomOf(seed) {
        let at = seed;
        return (most) => {
          at = Math.imul(at ^ (at >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
          return ((at ^ (at >>> 13)) >>> 0) % most;
        };
      }
      function spoilOnce(state, random) {
        let node = state;
        for (;;) {
          const keys = Object.keys(node);
          if (keys.length === 0) {
            return;
          }
          const key = keys[random(keys.length)];
          const next = node[key];
          if (next && typeof next === 'object' && !ODD.includes(next) && random(8)) {
            node = next;
          } else if (random(6)) {
            node[key] = ODD[random(ODD.length)];
            return;
          } else {
            Array.isArray(node) ? node.splice(key, 1) : delete node[key];
            return;
          }
        }
      }
      function spoil(state, seed) {
        const random = randomOf(seed);
        const spoilt = structuredClone(state);
        for (let times = 1 + random(3); times > 0; times--) {
          spoilOnce(spoilt, random);
        }
        return random(2) ? spoilt : {status: 429, state: spoilt};
      }
      """;

  private Mutants() {}
}
