package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are not even YAML, or more YAML than a policy file needs. */
final class MalformedYamlTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void isReportedWhereItIs(String kind, String yaml, List<String> mistakes) {
    assertThat(Read.mistakes(yaml)).as(kind).isEqualTo(mistakes);
  }

  static Stream<Arguments> files() {
    return Stream.of(
        file("nothing", "", "1:1: the file is empty; it must start with `version: 1`"),
        file("comments", "# a\n", "1:1: the file is empty; it must start with `version: 1`"),
        file(
            "an empty document",
            "---",
            "1:4: a policy file must be a mapping with the key `version`, was empty"),
        file(
            "a list",
            "- a",
            "1:1: a policy file must be a mapping with the key `version`, was a list"),
        file(
            "a word",
            "\n  policies",
            "2:3: a policy file must be a mapping with the key `version`, was `policies`"),
        file(
            "an open bracket",
            "version: 1\nquotas: [",
            "2:10: malformed YAML: expected the node content, but found '<stream end>' while parsing"
                + " a flow node"),
        file(
            "a tab",
            "version: 1\nquotas:\n\tchat: 1",
            "3:1: malformed YAML: found character '\\t(TAB)' that cannot start any token. (Do not"
                + " use \\t(TAB) for indentation) while scanning for the next token"),
        file(
            "uneven indentation",
            "version: 1\nquotas:\n  chat:\n    limits: a\n   label: x",
            "5:4: malformed YAML: expected <block end>, but found '<block mapping start>' while"
                + " parsing a block mapping; is everything indented alike?"),
        file(
            "an open quote",
            "version: 1\nlabel: \"open\n",
            "3:1: malformed YAML: found unexpected end of stream while scanning a quoted scalar"),
        file(
            "a colon in a value",
            "version: 1\ndefault-zone: a: b",
            "2:16: malformed YAML: mapping values are not allowed here"),
        file(
            "an unknown escape",
            "version: 1\ndefault-zone: \"a\\qb\"",
            "2:18: malformed YAML: found unknown escape character q(113) while scanning a"
                + " double-quoted scalar"),
        file(
            "an alias",
            "version: 1\nquotas:\n  a: &c {limits: 10 per minute}\n  b: *c\n",
            "3:6: anchors such as &c are not supported",
            "4:6: aliases such as *c are not supported; repeat what you mean"),
        file(
            "an alias of nothing",
            "version: 1\nquotas: *nope",
            "2:9: aliases such as *nope are not supported; repeat what you mean"),
        file(
            "an alias of what it is in",
            "version: 1\nquotas: &q {a: *q}",
            "2:9: anchors such as &q are not supported",
            "2:16: aliases such as *q are not supported; repeat what you mean"),
        file(
            "a merge key",
            "version: 1\nquotas:\n  a: {<<: {cost: 1}, limits: 1 per day}",
            "3:7: merge keys are not supported; repeat what you mean"),
        file(
            "a tag",
            "version: !!int 1",
            "1:10: tags such as !!str are not supported; every value is read as it stands"),
        file(
            "a tag that makes objects",
            "version: 1\nplans: !!java.util.Date {}",
            "2:8: tags such as !!str are not supported; every value is read as it stands"),
        file(
            "two documents",
            "version: 1\n---\nversion: 1",
            "2:1: a second document; a policy file has one only"),
        file("a key twice", "version: 1\nversion: 1", "2:1: the key `version` is there twice"),
        file(
            "a list for a key",
            "version: 1\n? [a, b]\n: 1",
            "2:3: a key must be a single value, was a list"),
        file(
            "a control character",
            "version: 1\r\nplans: \u0007",
            "2:8: the character U+0007 is not allowed in a file"),
        file(
            "half a character",
            "version: 1\nplans: \uD83D",
            "2:8: the character U+D83D is not allowed in a file"),
        file(
            "depth",
            "version: 1\nplans: " + "[".repeat(5_000) + "]".repeat(5_000),
            "2:27: nested too deeply; at most 20 levels are allowed"));
  }

  @Test
  void placesCountCharactersAndNotCodeUnits() {
    assertThat(Read.mistakes("version: 1\n\"\uD83D\uDE00\": 1"))
        .singleElement()
        .asString()
        .startsWith("2:1: unknown key `\uD83D\uDE00`");
    assertThat(Read.mistakes("version: 1\nplans: {\"\uD83D\uDE00\": {}, x: 1}"))
        .contains("2:21: a plan must be a mapping such as {label: Free}, was `1`");
  }

  @Test
  void hidesNoMistakeInTheRestOfTheFile() {
    assertThat(Read.mistakes("version: &a 2\nplans: !x {}\nplans: {}\nwhat: *a"))
        .containsExactly(
            "1:10: anchors such as &a are not supported",
            "1:10: version must be 1, was `2`",
            "2:8: tags such as !!str are not supported; every value is read as it stands",
            "3:1: the key `plans` is there twice",
            "4:1: unknown key `what`; allowed: version, default-plan, default-zone, plans, quotas, overrides, scenarios",
            "4:7: aliases such as *a are not supported; repeat what you mean");
  }

  private static Arguments file(String kind, String yaml, String... mistakes) {
    return arguments(kind, yaml, List.of(mistakes));
  }
}
