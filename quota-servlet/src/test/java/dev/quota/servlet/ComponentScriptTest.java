package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the script without a browser. */
@Tag("once")
class ComponentScriptTest {

  private static byte[] script() throws IOException {
    try (InputStream in =
        dev.quota.http.internal.file.ComponentFiles.class.getResourceAsStream("quota.js")) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "createContextualFragment",
        "setHTML",
        "document.write",
        "\\beval\\b",
        "new Function",
        "setTimeout\\(['\"`]",
        "javascript:",
        "setAttribute\\('(style|on)",
        "(globalThis|window|self)(\\.\\w+|\\[[^]]*])\\s*=[^=]",
        "\\.prototype\\b",
        "Object\\.assign\\((globalThis|window)",
        "\\bfrom\\s*['\"]",
        "\\bimport\\s*\\("
      })
  void leavesAloneWhatItShould(String pattern) throws IOException {
    String text = new String(script(), StandardCharsets.UTF_8);
    assertThat(text).doesNotContainPattern(pattern);
  }

  @Test
  void canBeImportedWhereThereIsNoPage() throws Exception {
    String answer =
        Node.run(
            """
            const before = Object.keys(globalThis).length;
            const quota = await import(process.argv[1]);
            const stop = quota.subscribe(() => {});
            stop();
            console.log(quota.getSnapshot(), quota.getServerSnapshot(),
                Object.keys(globalThis).length - before);
            """,
            "");
    assertThat(answer.strip()).isEqualTo("null null 0");
  }

  /** A client of many servers renders for many people; a state must come from somebody's. */
  @Test
  void takesStatesAndRefusalsAndNothingElse() throws Exception {
    String answer =
        Node.run(
            """
            const { apply, getSnapshot } = await import(process.argv[1]);
            const state = (now, used) => ({ version: 1, now, refreshAfterSeconds: 60,
              quotas: [{ name: 'chat', allowed: true, used, message: { id: 'a' } }] });
            const used = () => getSnapshot()?.quotas[0].used;
            const told = [];
            for (const no of [undefined, 1, 'x', [], {}, { quotas: 1 }, { state: null },
                { ...state('yesterday', 1) }, { ...state('2026-11-23T00:00:00Z', 1), version: 2 }]) {
              told.push(apply(no), getSnapshot());
            }
            told.push(apply(state('2026-11-23T00:00:02Z', 2)), used());
            const known = getSnapshot();
            told.push(apply(state('2026-11-23T00:00:01.999Z', 1)), used(), known === getSnapshot());
            told.push(apply({ status: 429, state: state('2026-11-23T00:00:03Z', 3) }), used());
            told.push(apply(null), getSnapshot());
            console.log(JSON.stringify(told));
            """,
            "");
    String nothing = "false,null,".repeat(9);
    assertThat(answer.strip()).isEqualTo("[" + nothing + "true,2,true,2,true,true,3,false,null]");
  }
}
