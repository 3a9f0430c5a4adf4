package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where nobody told the server a person's zone, the browser's is shown. */
@Tag("once")
class ComponentZoneTest {

  private static final String QUOTA =
      """
      const { apply, getSnapshot, liveDetail, configure } = await import(process.argv[1]);
      function browser(zone, ...languages) {
        process.env.TZ = zone;
        Object.defineProperty(globalThis, 'navigator',
          { value: { languages }, configurable: true });
      }
      function say({ now, when, locale = 'en', source = 'default', wait = 'in 9 hours' }) {
        apply(null);
        apply({ version: 1, now, refreshAfterSeconds: 60, locale, zone: { id: 'UTC', source },
          quotas: [{ name: 'chat', label: 'Chat', level: 'exhausted', allowed: false,
            message: { id: 'm', severity: 'error', locale, dir: locale === 'ar' ? 'rtl' : 'ltr',
              title: 'Used up', detail: `Resets at midnight UTC (${wait}).`,
              detailTemplate: 'Resets {when}.', when } }] });
        return liveDetail(getSnapshot().quotas[0], Date.parse(now));
      }
      const print = (...said) => console.log(said.join('\\n'));
      """;

  private static List<String> run(String script) throws Exception {
    return Node.run(QUOTA + script, "").lines().toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "en-US; Resets in 9 hours (tomorrow, 5:30 AM).",
        "en-GB; Resets in 9 hours (tomorrow, 05:30).",
        "de-DE; Resets in 9 Stunden (morgen, 05:30).",
        "fr-FR; Resets dans 9 heures (demain, 05:30).",
        "es-ES; Resets dentro de 9 horas (mañana, 5:30).",
        "pl-PL; Resets za 9 godzin (jutro, 05:30).",
        "ar-AE; Resets بعد \u20689\u2069 ساعات (غدًا، 5:30 ص).",
        "ja-JP; Resets 9 時間後（明日5:30）.",
        "zh-CN; Resets 9小时后（明天05:30）."
      })
  void showsTheWaitAndTheClockOfTheBrowser(String language, String expected) throws Exception {
    assertThat(
            run("""
                    browser('Asia/Kolkata', '%s');
                    print(say({ now: '2026-11-23T15:00:00Z', when: '2026-11-24T00:00:00Z',
                      locale: '%s' }));
                    """
                    .formatted(language, language.substring(0, 2)))
                .get(0)
                .replace(" 時", "時"))
        .isEqualTo(expected.replace(" 時", "時"));
  }

  @Test
  void aPersonsOwnZoneIsTheServersToTell() throws Exception {
    assertThat(
            run(
                """
                browser('Asia/Kolkata', 'en-US');
                for (const source of ['subject', 'default', 'policy', 'something-new']) {
                  print(say({ now: '2026-11-23T15:00:00Z', when: '2026-11-24T00:00:00Z', source }));
                }
                """))
        .containsExactly(
            "Resets at midnight UTC (in 9 hours).",
            "Resets in 9 hours (tomorrow, 5:30 AM).",
            "Resets in 9 hours (tomorrow, 5:30 AM).",
            "Resets at midnight UTC (in 9 hours).");
  }

  @Test
  void theDayIsNamedUnlessItIsToday() throws Exception {
    assertThat(
            run(
                """
                browser('America/New_York', 'en-US');
                const now = '2026-11-24T04:59:59Z'; // 23:59:59 on Monday
                for (const when of ['2026-11-24T04:59:59.999Z', '2026-11-24T05:00:00Z',
                    '2026-11-24T05:01:00Z', '2026-11-25T05:00:00Z', '2026-11-30T04:59:00Z',
                    '2026-12-01T05:00:00Z', '2027-11-24T05:00:00Z']) {
                  print(say({ now, when }));
                }
                browser('America/New_York', 'en-US');
                print(say({ now: '2026-11-23T20:00:00Z', when: '2026-11-24T00:00:00Z' }));
                """))
        .containsExactly(
            "Resets in 1 second.",
            "Resets in 1 second.",
            "Resets in 61 seconds (tomorrow, 12:01 AM).",
            "Resets in about 24 hours (Wednesday, 12:00 AM).",
            "Resets in 6 days (Sunday, 11:59 PM).",
            "Resets in 8 days (December 1, 12:00 AM).",
            "Resets in 366 days (November 24, 2027, 12:00 AM).",
            "Resets in 4 hours (7:00 PM).");
  }

  /** The night in which clocks change is 23 or 25 hours long. */
  @Test
  void theDayIsRightWhereClocksChange() throws Exception {
    assertThat(
            run(
                """
                browser('America/New_York', 'en-US');
                print(say({ now: '2026-03-08T04:30:00Z', when: '2026-03-09T04:00:00Z' }),
                  say({ now: '2026-11-01T04:30:00Z', when: '2026-11-02T05:00:00Z' }),
                  say({ now: '2026-11-01T03:30:00Z', when: '2026-11-02T04:30:00Z' }));
                browser('Europe/Berlin', 'en-GB');
                print(say({ now: '2026-03-28T23:30:00Z', when: '2026-03-29T22:00:00Z' }),
                  say({ now: '2026-10-24T22:30:00Z', when: '2026-10-25T22:59:00Z' }));
                """))
        .containsExactly(
            "Resets in about 24 hours (Monday, 12:00 AM).",
            "Resets in about 25 hours (tomorrow, 12:00 AM).",
            "Resets in 25 hours (tomorrow, 11:30 PM).",
            "Resets in about 23 hours (tomorrow, 00:00).",
            "Resets in about 25 hours (23:59).");
  }

  /** As a clock shows minutes, a moment within one is said as the next: never too early. */
  @Test
  void aMomentWithinAMinuteIsRoundedUp() throws Exception {
    assertThat(
            run(
                """
                browser('UTC', 'en-GB');
                print(say({ now: '2026-11-23T15:00:00Z', when: '2026-11-23T23:59:00.001Z' }));
                """))
        .containsExactly("Resets in 9 hours (tomorrow, 00:00).");
  }

  @Test
  void theRegionTellsTheTime() throws Exception {
    assertThat(
            run(
                """
                const at = { now: '2026-11-23T15:00:00Z', when: '2026-11-23T21:05:00Z' };
                browser('UTC', 'de-DE'); print(say(at)); // English words, a German's clock
                browser('UTC', 'fr', 'en-GB', 'en-US'); print(say(at));
                browser('UTC', 'en-US', 'en-GB'); print(say(at));
                browser('UTC', 'en'); print(say(at));
                browser('UTC'); print(say(at));
                configure({ locale: 'en-GB' });
                browser('UTC', 'en-US'); print(say(at));
                configure({ locale: 'not a locale' }); print(say(at));
                """))
        .map(text -> text.replaceAll(".*\\((.*)\\).*", "$1"))
        .containsExactly("21:05", "21:05", "9:05 PM", "9:05 PM", "9:05 PM", "21:05", "9:05 PM");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'x'", "null", "5", "{ id: 5, source: 5 }", "[]", "{ source: 'default' }"})
  void aZoneThatIsNoneThrowsNothing(String zone) throws Exception {
    assertThat(
            run(
                """
                browser('UTC', 'en-US');
                const at = Date.now();
                const now = new Date(at).toISOString();
                const when = new Date(at + 9 * 3600000).toISOString();
                apply({ version: 1, now, zone: %s, quotas: [{ name: 'chat', allowed: false,
                  message: { id: 'm', locale: 'en', dir: 'ltr', title: 'a', detail: 'in 9 hours',
                    detailTemplate: '{when}', when } }] });
                const [quota] = getSnapshot()?.quotas ?? [];
                print(!quota || liveDetail(quota, at).startsWith('in 9 hours'));
                """
                    .formatted(zone)))
        .containsExactly("true");
  }
}
