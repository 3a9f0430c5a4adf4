package dev.quota.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.LimitOverride;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandsTest {

  private static final String QUOTAS =
      """
      version: 1
      plans: {free: {}, pro: {}}
      quotas:
        chat: {limits: 40 per calendar day, owner: a, review-by: 2026-06-30}
        image: {limits: 4 per calendar day}
        video: {limits: 1 per calendar day, owner: b, review-by: 2025-06-30}
      """;

  @TempDir private Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void checkSaysEveryMistakeOfEachFile() throws IOException {
    Path fine = file("fine.yaml", QUOTAS);
    Path wrong =
        file("wrong.yaml", QUOTAS.replace("40 per", "40 pre").replace("2025-06", "2025-16"));
    Path scenario = file("s.yaml", QUOTAS + "scenarios: {it: {steps: [{charge: x, chekc: 1}]}}\n");

    Commands.Result result = Commands.run("check", wrong, fine, scenario);

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out().lines())
        .hasSize(4)
        .anyMatch(line -> line.startsWith(wrong + ":4:") && line.contains("pre"))
        .anyMatch(line -> line.startsWith(wrong + ":6:"))
        .anyMatch(line -> line.equals(fine + ": no mistakes"))
        .anyMatch(line -> line.startsWith(scenario + ":7:") && line.contains("chekc"));
    assertThat(Commands.run("check", fine).code()).isZero();
    assertThat(Commands.run("check", fine, folder.resolve("nope")).code()).isEqualTo(2);
    assertThat(Commands.run("check", wrong, "--json").json().at("/files/0/mistakes/0/line").asInt())
        .isEqualTo(4);
  }

  @Test
  void checkSaysAMistakeOnce() throws IOException {
    Path typo = file("typo.yaml", QUOTAS.replace("quotas:", "quota:"));

    assertThat(Commands.run("check", typo).out().lines())
        .singleElement()
        .asString()
        .contains("unknown key `quota`, did you mean `quotas`?");
  }

  @Test
  void wrongUseEndsWith2AndSaysWhatIsAllowed() {
    for (List<String> use :
        List.of(
            List.<String>of(),
            List.of("chekc"),
            List.of("check"),
            List.of("diff", "one"),
            List.of("inventory", "--date", "soon", "x"),
            List.of("replay", "x", "--policies", "y", "--sort-window", "0"),
            List.of("replay", "x", "--policies", "y", "--delimiter", "::"),
            List.of("replay", "x", "--policies", "y", "--zone", "Europe/Berln"),
            List.of("replay", "x", "--policies", "y", "--encoding", "utf-99"),
            List.of("replay", "x", "--policies", "y", "--bad-rows", "99999999999999999999"),
            List.of("generate", "--policies", "y", "--zones", "Europe/Berln"),
            List.of("generate", "--policies", "y", "--start", "soon"),
            List.of("generate", "--policies", "y", "--rows", "many"),
            List.of("rollback", "last", "--redis", "redis://x", "--reason", "x"),
            List.of("digest", "--user", ""),
            List.of("digest", "--org", ""),
            List.of("digest", "--address", "2001:db8::1"),
            List.of("digest", "--address", "2001:db8::/64"),
            List.of("digest", "--address", "127.0.0.1:80"))) {
      Commands.Result result = Commands.run(use.toArray());
      assertThat(result.code()).as("%s", use).isEqualTo(2);
      assertThat(result.err())
          .as("%s", use)
          .isNotBlank()
          .doesNotContain("java.", "\tat ", " is not a ");
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void anAddressIsNamedAsItIsCounted() {
    for (String address :
        List.of("192.0.2.7", "2001:db8:1:2:0:0:0:0/64", "2001:db8:1:0:0:0:0:0/48")) {
      assertThat(Commands.run("digest", "--address", address).out())
          .isEqualToIgnoringNewLines(LimitOverride.address(address));
    }
  }

  @Test
  void everyCommandHasHelp() {
    for (String command :
        List.of(
            "check",
            "diff",
            "test",
            "replay",
            "inventory",
            "generate",
            "publish",
            "history",
            "rollback")) {
      Commands.Result result = Commands.run(command, "--help");
      assertThat(result.code()).isZero();
      assertThat(result.out()).startsWith("Usage: quota " + command);
      assertThat(result.err()).isEmpty();
    }
  }

  @Test
  void diffTellsByItsExitCode() throws IOException {
    Path old = file("old.yaml", QUOTAS);
    Path changed = file("new.yaml", QUOTAS.replace("40 per", "30 per"));
    assertThat(Commands.run("diff", old, old)).isEqualTo(new Commands.Result(0, "", ""));
    Commands.Result result = Commands.run("diff", old, changed, "--json");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.json().at("/differences/1/text").asText())
        .isEqualTo("chat.daily on pro: 40 → 30");
  }

  @Test
  void inventoryListsOverdueOnesFirst() throws IOException {
    Path quotas = file("quotas.yaml", QUOTAS);
    Commands.Result result = Commands.run("inventory", quotas, "--date", "2026-01-01");
    assertThat(result.code()).isZero();
    assertThat(result.out().lines().skip(1).map(line -> line.substring(0, 5)))
        .containsExactly("video", "chat ", "image");
    assertThat(result.out()).containsOnlyOnce("overdue");
    assertThat(Commands.run("inventory", quotas, "--date", "2026-01-01", "--strict").code())
        .isEqualTo(1);
    assertThat(Commands.run("inventory", quotas, "--date", "2025-06-30", "--strict").code())
        .isZero();
    assertThat(
            Commands.run("inventory", quotas, "--date", "2025-07-01", "--json").json().toString())
        .contains(
            "\"quota\":\"video\",\"owner\":\"b\",\"reviewBy\":\"2025-06-30\",\"overdue\":true");
  }

  @Test
  void testTellsByItsExitCode() throws IOException {
    Path quotas = file("quotas.yaml", QUOTAS);
    assertThat(Commands.run("test", quotas).code()).isEqualTo(2);
    file("quotas.scenarios.yaml", "version: 1\nscenarios: {one: {steps: [{charge: 4 image}]}}\n");
    assertThat(Commands.run("test", quotas).out())
        .isEqualTo("ok      one\n1 scenarios, 0 failed\n");
    Path more = file("more.yaml", "version: 1\nscenarios: {two: {steps: [{charge: 5 image}]}}\n");
    Commands.Result result = Commands.run("test", quotas, "--scenarios", more, "--json");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.json().at("/scenarios/1/failures/0/actual").asText()).isEqualTo("refused");
  }

  @Test
  void generateMakesTheSameLogOfTheSameSeed() throws IOException {
    Path quotas = file("quotas.yaml", QUOTAS);
    String one = generate(quotas, 7);
    assertThat(generate(quotas, 7)).isEqualTo(one);
    assertThat(generate(quotas, 8)).isNotEqualTo(one);
    List<String> rows = one.lines().skip(1).toList();
    assertThat(rows).hasSize(20_000).isSorted().allMatch(row -> row.contains(",simulated-"));
    Map<String, Integer> byPerson = new HashMap<>();
    rows.forEach(row -> byPerson.merge(row.split(",", -1)[1], 1, Integer::sum));
    long busiest =
        byPerson.values().stream().sorted((a, b) -> b - a).limit(30).mapToLong(it -> it).sum();
    // A tenth of the people uses much more than a tenth.
    assertThat(busiest).isGreaterThan(6_000);
    assertThat(
            Commands.run("replay", file("log.csv", one), "--policies", quotas, "--json")
                .json()
                .get("rowsBad")
                .asInt())
        .isZero();
  }

  private static String generate(Path quotas, long seed) {
    Commands.Result result =
        Commands.run(
            "generate", "--policies", quotas, "--rows", 20_000, "--people", 300, "--seed", seed);
    assertThat(result.code()).isZero();
    return result.out();
  }
}
