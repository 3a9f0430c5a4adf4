package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "\tjavascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "javascript\u0000:alert(1)",
        "\u0001javascript:alert(1)",
        "\u00a0javascript:alert(1)",
        "\u2028javascript:alert(1)",
        "\u200bjavascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "DATA:,x",
        "vbscript:msgbox(1)",
        "VbScript:x",
        "file:///etc/passwd",
        "blob:https://example.com/x",
        "ftp://example.com/",
        "https://example.com/\u202egnp.exe",
        "https://example.com/\r\nSet-Cookie: a=b",
        "/plans\u0000",
        "/pl ans",
        "/plans\"onmouseover=alert(1)",
        "/plans<script>",
        "//evil.example",
        "///evil.example",
        "//evil.example/plans?a=/b",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/plans//evil.example",
        "/.//evil.example",
        "https://user:pw@example.com/",
        "https://user@example.com",
        "https://@example.com",
        "https://example.com@evil.example/",
        "https://example.com%40evil.example/",
        "http:/example.com",
        "http:example.com",
        "https:evil",
        "https:///evil",
        "https://",
        "https://?a",
        "https://example.com:99999/",
        "https://exämple.com",
        "https://ｅxample.com",
        "https://example.com／evil",
        "https：//example.com",
        "https:∕∕example.com",
        "javascript：alert(1)",
        "javascript∶alert(1)",
        "/plans／..",
        "javascript&colon;alert(1)",
        "javascript&#58;alert(1)",
        "javascript&#x3a;alert(1)",
        "javascript%3Aalert(1)",
        "%6aavascript:alert(1)",
        "java%0Ascript:alert(1)",
        "&Tab;javascript:alert(1)",
        "/%0d%0a\n",
        "view-source:https://example.com",
        "intent://example.com#Intent;end",
        "tel:+49301234",
        "sms:+49301234",
        "ws://example.com",
        "mailto:",
        "mailto:?subject=x",
        "mailto://example.com",
        "MAILTO:x",
        "",
        " "
      })
  void leadsNowhereThatCouldRunOrDeceive(String href) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Action("upgrade", "See plans", href))
        .withMessageStartingWith("href must ")
        .satisfies(
            refused ->
                assertThat(refused.getMessage())
                    .doesNotContain("\r", "\n", "\t", "\u0000", "\u202e", "\u2028"));
  }

  @Test
  void leadsNowhereTooLong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Action("upgrade", "See plans", "/" + "a".repeat(10_240)))
        .withMessageContaining("at most 2000 characters")
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com/plans?a=b&c='d'#e",
        "HTTP://example.com",
        "mailto:sales@example.com?subject=More",
        "/plans",
        "plans",
        "?upgrade",
        "#plans",
        "https://example.com:8443/plans",
        "https://[2001:db8::1]/plans",
        "https://xn--exmple-cua.com/",
        "MAILTO:sales@example.com",
        "mailto:sales@example.com?subject=More&body=Hello%20there",
        "../plans",
        "./plans",
        "plans/pro.html?from=/chat#a",
        "/plans?next=https://example.com//x",
        "/",
        "/pläne"
      })
  void leadsWherePeopleCanGo(String href) {
    assertThatNoException().isThrownBy(() -> new Action("upgrade", "See plans", href));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\u00a0",
        "\u202e",
        "\u200b\u2066",
        "a\u0000",
        "a\r\nb",
        "a\tb",
        "a\u0085b"
      })
  void hasALabelThatCanBeRead(String label) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Action("upgrade", label, "/plans"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Action("upgrade", "See plans", "/plans", Map.of(Locale.GERMAN, label)));
    assertThatIllegalArgumentException().isThrownBy(() -> QuotaPolicy.builder("chat").label(label));
    assertThatIllegalArgumentException().isThrownBy(() -> Unit.count(label, "messages"));
  }

  @Test
  void hasALabelOfBoundedLength() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Action("upgrade", "x".repeat(10_240), "/plans"))
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u202eb", "\u2066a", "a\u2028b", "\ufeffa", "a\u200f"})
  void aUnitHasANameThatProgramsCanShow(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Unit.count(name, "messages"))
        .withMessageStartingWith("unit name must not have characters that turn the direction");
  }
}
