package dev.quota.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs that no part of this project wrote, in shapes of their own. They are short, so that the
 * expected numbers could be counted by hand.
 */
final class ForeignLogTest {

  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
  }

  private Path policies() throws IOException {
    return write(
        "quotas.yaml",
        """
        version: 1
        default-zone: Europe/Berlin
        plans: {basis: {}, plus: {}}
        quotas:
          ask: {limits: 3 per calendar day, plans: {plus: {daily: 5}}, warn-at: 60%}
          tokens:
            limits: 1_000 per calendar day
            cost: input_tokens + 2 * output_tokens
            when-exhausted: degrade
            degraded-label: a smaller model
        """);
  }

  private static void assertNumbers(
      JsonNode side, int people, int warned, int refused, int unwarned, int refusals) {
    assertThat(side.get("people").asInt()).as("people").isEqualTo(people);
    assertThat(side.get("warned").asInt()).as("warned").isEqualTo(warned);
    assertThat(side.get("refused").asInt()).as("refused").isEqualTo(refused);
    assertThat(side.get("refusedUnwarned").asInt()).as("unwarned").isEqualTo(unwarned);
    assertThat(side.get("refusals").asInt()).as("refusals").isEqualTo(refusals);
  }

  /** A day in Berlin ends between the fourth and the fifth row of the first customer. */
  @Test
  void anExportOfASpreadsheetWithColumnsOfItsOwn() throws IOException {
    Path log =
        write(
            "export.csv",
            """
            Nr;Zeitpunkt;"Kunde";Paket;Stück;Bemerkung
            1;2026-03-28 22:10:00;"Sommer; Söhne";basis;1;
            2;2026-03-28 22:20:00;"Sommer; Söhne";basis;1;warned
            3;2026-03-28 22:30:00;"Sommer; Söhne";basis;1;
            4;2026-03-28 23:59:59;"Sommer; Söhne";basis;1;refused

            5;2026-03-29 00:00:00;"Sommer; Söhne";basis;1;a new day
            6;2026-03-29 01:59:00;Winter;plus;4;"warned
            in one step"
            7;2026-03-29 03:01:00;Winter;plus;1;
            8;2026-03-29 03:02:00;Winter;plus;1;refused, after a warning
            9;2026-03-29 04:00:00;Herbst;basis;9;refused, without any warning
            10;2026-03-29 05:00:00;;basis;1;nobody
            11;2026-03-29 05:00:00;Herbst;basis;viel;no number
            """);
    Commands.Result result =
        Commands.run(
            "replay",
            log,
            "--policies",
            policies(),
            "--quota",
            "ask",
            "--zone",
            "Europe/Berlin",
            "--column",
            "time=Zeitpunkt",
            "--column",
            "subject=Kunde",
            "--column",
            "plan=Paket",
            "--column",
            "cost=Stück",
            "--json");
    assertThat(result.err()).isEmpty();
    JsonNode json = result.json();
    assertThat(json.get("rowsRead").asInt()).isEqualTo(11);
    assertThat(json.get("rowsBad").asInt()).isEqualTo(2);
    assertThat(json.at("/badRows/0/line").asInt()).isEqualTo(13);
    assertThat(json.at("/badRows/1/line").asInt()).isEqualTo(14);
    assertNumbers(json.get("policies"), 3, 2, 3, 1, 3);
    assertThat(json.at("/policies/byPlan/plus/people").asInt()).isEqualTo(1);
    assertThat(result.out()).doesNotContain("Sommer", "Winter", "Herbst");
  }

  /** Times are seconds since 1970, rows come late, and what was used is in an inner object. */
  @Test
  void aTraceOfCallsWithInnerObjects() throws IOException {
    Path log =
        write(
            "trace.jsonl",
            """
            {"span": "a", "t": 1764547200, "who": {"key": "k-1"}, "usage": {"in": 100, "out": 200}}
            {"span": "b", "t": 1764547260.5, "who": {"key": "k-1"}, "usage": {"in": 0, "out": 250}}
            {"span": "d", "t": 1764547320, "who": {"key": "k-1"}, "usage": {"in": 10, "out": 0}}
            {"span": "c", "t": 1764547300, "who": {"key": "k-2"}, "usage": {"in": 1000}}
            {"span": "e", "t": 1764547330, "who": {}, "usage": {"in": 1}}
            """);
    JsonNode json =
        Commands.run(
                "replay",
                log,
                "--policies",
                policies(),
                "--quota",
                "tokens",
                "--column",
                "time=t",
                "--column",
                "subject=who.key",
                "--column",
                "input_tokens=usage.in",
                "--column",
                "output_tokens=usage.out",
                "--json")
            .json();
    assertThat(json.get("rowsRead").asInt()).isEqualTo(5);
    assertThat(json.get("rowsBad").asInt()).isEqualTo(1);
    assertThat(json.get("rowsSorted").asInt()).isEqualTo(1);
    // 500 and 500 use up the day of the first; the third call is degraded.
    JsonNode side = json.get("policies");
    assertNumbers(side, 2, 0, 0, 0, 0);
    assertThat(side.get("degraded").asInt()).isEqualTo(1);
    assertThat(side.get("degradations").asInt()).isEqualTo(1);
  }
}
