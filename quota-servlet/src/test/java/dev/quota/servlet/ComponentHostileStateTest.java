package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever the script is told, it throws nothing, and shows the next good state. */
@Tag("once")
class ComponentHostileStateTest {

  private static final String GOOD =
      """
      const { apply, getSnapshot, liveDetail, liveText } = await import(process.argv[1]);
      const start = Date.now();
      const instant = (seconds) => new Date(start + seconds * 1000).toISOString();
      const good = (seconds, used = seconds) => ({ version: 1, now: instant(seconds),
        refreshAfterSeconds: 60, locale: 'en', zone: { id: 'UTC', source: 'default' },
        quotas: [{ name: 'chat', label: 'Chat', level: 'exhausted', allowed: false, used,
          limit: 50, remaining: 0, remainingShare: 0, resetAt: instant(seconds + 3600),
          nextAvailableAt: instant(seconds + 3600), fullAt: null, retryAfterSeconds: 3600,
          primary: 'daily', binding: 'daily',
          message: { id: 'm' + seconds, code: 'quota.exhausted', severity: 'error', locale: 'en',
            dir: 'ltr', title: 'Used up', detail: 'More in 1 hour.',
            detailTemplate: 'More {when}.', when: instant(seconds + 3600),
            actions: [{ rel: 'upgrade', label: 'See plans', href: '/plans' }] },
          limits: [{ name: 'daily', level: 'exhausted', text: '0 left, more in 1 hour',
            resetAt: instant(seconds + 3600), nextAvailableAt: instant(seconds + 3600) }] }] });
      const used = () => getSnapshot()?.quotas[0]?.used;
      function read() {
        for (const quota of getSnapshot()?.quotas ?? []) {
          liveDetail(quota);
          liveDetail(quota, Date.now() + 61000);
          (quota.limits ?? []).forEach((limit) => liveText(quota, limit));
        }
      }
      """;

  private static String run(String script) throws Exception {
    return Node.run(GOOD + script, "").strip();
  }

  @Test
  void spoiltStatesThrowNothingAndKeepNothingOut() throws Exception {
    String answer =
        run(
            Mutants.SPOIL
                + """
                const faults = new Map();
                console.error = (error) => { throw error; };
                for (let i = 1; i <= 2000; i++) {
                  try {
                    apply(spoil(good(i), i));
                    read();
                    apply(good(i));
                    read();
                  } catch (error) {
                    faults.set(String(error), i);
                  }
                  if (used() !== i) {
                    faults.set('kept out a good state', i);
                  }
                }
                console.log(faults);
                """);
    assertThat(answer).isEqualTo("Map(0) {}");
  }

  @Test
  void whatIsNoStateThrowsNothing() throws Exception {
    assertThat(
            run(
                Mutants.SPOIL
                    + """
                    apply(good(1));
                    console.log(ODD.filter((odd) => odd !== null).map((odd) =>
                        [apply(odd), apply({ state: odd }), apply({ quotas: odd }),
                          apply({ ...good(2), quotas: [odd] })]).flat().some((it) => it), used());
                    """))
        .isEqualTo("false 1");
  }

  @Test
  void aStateOfTheFarFutureBeatsNoLaterOne() throws Exception {
    assertThat(
            run(
                """
                const future = { ...good(1, 99), now: '2099-01-01T00:00:00Z' };
                const told = [];
                apply(good(1)); apply(future); told.push(used());
                apply(good(2)); told.push(used());
                apply(null); apply(future); told.push(used());
                apply(good(3)); told.push(used());
                apply(good(2)); told.push(used());
                console.log(told.join());
                """))
        .isEqualTo("1,2,99,3,3");
  }

  @Test
  void aDeviceWithAWrongClockStillSeesTheNewest() throws Exception {
    assertThat(
            run(
                """
                const year = 365 * 24 * 3600;
                const told = [];
                for (const away of [-year, year]) {
                  apply(null);
                  apply(good(away, 1)); apply(good(away + 5, 2)); apply(good(away + 1, 3));
                  told.push(used());
                }
                console.log(told.join());
                """))
        .isEqualTo("2,2");
  }

  @Test
  void theLatestAnswerToAQuestionIsTakenWhateverItsClock() throws Exception {
    assertThat(
            run(
                """
                const { configure, refresh } = await import(process.argv[1]);
                const answers = [good(0, 1), good(9e6, 2), good(-9e6, 3), good(1, 4)];
                configure({ base: 'https://api.example/quota',
                  fetch: async () => Response.json(answers.shift()) });
                const told = [];
                while (answers.length) {
                  await refresh();
                  told.push(used());
                }
                console.log(told.join());
                """))
        .isEqualTo("1,2,3,4");
  }
}
