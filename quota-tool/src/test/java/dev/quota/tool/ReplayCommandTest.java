package dev.quota.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // line breaks of all kinds are what is tested
final class ReplayCommandTest {

  private static final String HEADER = "time,subject,plan,quota,cost\n";

  @TempDir private Path folder;
  private Path policies;

  @BeforeEach
  void writePolicies() throws IOException {
    policies =
        Files.writeString(
            folder.resolve("quotas.yaml"),
            """
            version: 1
            plans: {free: {}, pro: {}}
            quotas:
              chat: {limits: 10 per calendar day, warn-at: 80%, plans: {pro: {day: 100}}}
              tokens:
                limits: 1000 per calendar day
                cost: input_tokens + 4 * output_tokens
                models: {big*: 10 * output_tokens}
            """
                .replace("{day: 100}", "{daily: 100}"));
  }

  private Path log(String content) throws IOException {
    return Files.writeString(folder.resolve("log"), content);
  }

  private JsonNode replay(Path log, Object... more) throws IOException {
    List<Object> arguments =
        new ArrayList<>(List.of("replay", log, "--policies", policies, "--json"));
    arguments.addAll(List.of(more));
    Commands.Result result = Commands.run(arguments.toArray());
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result.json();
  }

  private static void assertUnits(JsonNode json, String quota, long units) {
    for (JsonNode used : json.at("/policies/mostUsed")) {
      if (used.get("quota").asText().equals(quota)) {
        assertThat(used.get("units").asLong()).isEqualTo(units);
        return;
      }
    }
    throw new AssertionError("nothing used of " + quota + " in " + json);
  }

  private static void assertRows(JsonNode json, long read, long bad) {
    assertThat(json.get("rowsRead").asLong()).as("rowsRead in %s", json).isEqualTo(read);
    assertThat(json.get("rowsBad").asLong()).as("rowsBad in %s", json).isEqualTo(bad);
  }

  @Test
  void countsWarningsAndRefusals() throws IOException {
    JsonNode json =
        replay(
            log(
                HEADER
                    + "2026-01-01T00:00:00Z,alice,free,chat,8\n"
                    + "2026-01-01T00:00:01Z,alice,free,chat,3\n"
                    + "2026-01-01T00:00:02Z,bob,free,chat,11\n"
                    + "2026-01-01T00:00:03Z,carol,pro,chat,100\n"));
    assertRows(json, 4, 0);
    JsonNode found = json.get("policies");
    assertThat(found.get("people").asInt()).isEqualTo(3);
    assertThat(found.get("warned").asInt()).isEqualTo(2);
    assertThat(found.get("refused").asInt()).isEqualTo(2);
    assertThat(found.get("refusedUnwarned").asInt()).isEqualTo(1);
    assertThat(found.get("refusals").asInt()).isEqualTo(2);
    assertThat(json.has("against")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-01T12:00:00Z",
        "2026-01-01T12:00:00.123456789Z",
        "2026-01-01T14:00:00+02:00",
        "2026-01-01T14:00+02:00",
        "2026-01-01 14:00:00+0200",
        "2026-01-01T14:00:00.5+02",
        "2026-01-01t12:00:00z",
        "1767268800",
        "1767268800.0",
        "1.7672688E9",
        "1767268800000",
        "1767268800123",
        "1.7672688e12"
      })
  void readsTimesInManyForms(String time) throws IOException {
    // Together with a full day before and after, it can only be on this day.
    JsonNode json =
        replay(
            log(
                HEADER
                    + "2025-12-31T23:59:59Z,alice,,chat,10\n"
                    + time
                    + ",alice,,chat,10\n"
                    + "2026-01-01T13:00:00Z,alice,,chat,1\n"
                    + "2026-01-02T00:00:00Z,alice,,chat,10\n"));
    assertRows(json, 4, 0);
    assertThat(json.at("/policies/refusals").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "2026-02-30T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2026-01-01T24:01:00Z",
        "2026-01-01T00:00:00",
        "-1",
        "1767268800000000",
        "99999999999999999999",
        "-99999999999999999999",
        "1e30",
        "1e400000000",
        "NaN",
        "''"
      })
  void refusesTimesThatAreNone(String time) throws IOException {
    JsonNode json = replay(log(HEADER + time.replace("'", "") + ",alice,,chat,1\n"));
    assertRows(json, 1, 1);
    assertThat(json.at("/badRows/0/line").asInt()).isEqualTo(2);
    assertThat(json.at("/badRows/0/column").asText()).isEqualTo("time");
  }

  @Test
  void readsTimesWithoutAnOffsetInAZone() throws IOException {
    Path log = log(HEADER + "2024-02-29 23:30:00,a,,chat,10\n2024-03-01 00:30:00,a,,chat,10\n");
    JsonNode json = replay(log, "--zone", "Europe/Berlin");
    // Both are on the 29th of February in UTC.
    assertThat(json.at("/policies/refusals").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"3,3", "3.0,3", "3e0,3", "0.3e1,3", "+3,3", "' 3 ',3", "1e1,10", "0,0", "007,7"})
  void readsCosts(String cost, long units) throws IOException {
    JsonNode json = replay(log(HEADER + "1767268800,alice,,chat," + cost + "\n"));
    assertRows(json, 1, 0);
    assertThat(json.at("/policies/refusals").asInt()).isZero();
    if (units > 0) {
      assertUnits(json, "chat", units);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1", "1.5", "1e400", "1e999999999", "9007199254740992", "9223372036854775808", "NaN",
        "Infinity", "0x10", "1_000", "ten", "''", "-0.5", "1 000"
      })
  void refusesCostsThatAreNone(String cost) throws IOException {
    JsonNode json = replay(log(HEADER + "1767268800,alice,,chat," + cost.replace("'", "") + "\n"));
    assertRows(json, 1, 1);
    assertThat(json.at("/badRows/0/column").asText()).isEqualTo("cost");
    assertThat(json.at("/policies/people").asInt()).isZero();
  }

  @Test
  void takesTheLargestCostThatThereIs() throws IOException {
    JsonNode json = replay(log(HEADER + "1767268800,alice,,chat,9007199254740991\n"));
    assertRows(json, 1, 0);
    assertThat(json.at("/policies/refusals").asInt()).isEqualTo(1);
  }

  @Test
  void countsBadRowsWithTheirLines() throws IOException {
    JsonNode json =
        replay(
            log(
                HEADER
                    + "1767268800,alice,free,chat,1\n"
                    + "\n"
                    + "1767268800,,free,chat,1\n"
                    + "1767268800,bob,free,chats,1\n"
                    + "1767268800,bob,free,chat\n"
                    + "1767268800,bob,free,chat,1,2\n"
                    + "1767268800,bob,gold,chat,1"));
    assertRows(json, 6, 4);
    assertThat(json.get("badRows").findValuesAsText("line")).containsExactly("4", "5", "6", "7");
    assertThat(json.at("/policies/people").asInt()).isEqualTo(2);
    assertThat(json.at("/unknownPlans/gold").asInt()).isEqualTo(1);
    assertThat(json.toString()).doesNotContain("alice").doesNotContain("bob");
  }

  @Test
  void readsWhatSpreadsheetsWrite() throws IOException {
    JsonNode json =
        replay(
            log(
                "\uFEFFTime;Note;USER-ID;Plan;Quota;Cost;\r\n"
                    + "\"2026-01-01T00:00:00Z\";\"two\r\nlines; and \"\"quotes\"\"\";\"al,ice\";free;chat;\"3.0\";\r\n"
                    + "\r\n"
                    + "2026-01-01T00:00:01Z;;\"al,ice\";free;chat;4;"));
    assertRows(json, 2, 0);
    assertUnits(json, "chat", 7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\t", "|", ";"})
  void findsTheDelimiter(String delimiter) throws IOException {
    String csv = HEADER + "1767268800,alice,free,chat,3\n";
    assertUnits(replay(log(csv.replace(",", delimiter))), "chat", 3);
  }

  @Test
  void takesTheDelimiterThatIsSaid() throws IOException {
    Path log = log("time:subject:quota:cost\n1767268800:alice:chat:3\n");
    assertUnits(replay(log, "--delimiter", ":"), "chat", 3);
  }

  @Test
  void seesAQuoteThatIsNotClosed() throws IOException {
    JsonNode json =
        replay(
            log(
                "time,subject,quota,cost,note\n"
                    + "1767268800,alice,chat,1,fine\n"
                    + "1767268801,alice,chat,1,\"open\n"
                    + "1767268802,alice,chat,1,lost\n"));
    assertRows(json, 2, 1);
    assertThat(json.at("/badRows/0/problem").asText()).contains("quote");
  }

  @Test
  void readsJsonLines() throws IOException {
    JsonNode json =
        replay(
            log(
                "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"user\":7,\"quota\":\"chat\",\"cost\":3.0,\"x\":[1,{}]}\r\n"
                    + "\n"
                    + "{\"timestamp\":1767225601,\"user\":\"7\",\"plan\":null,\"quota\":\"chat\",\"cost\":\"4\"}\n"
                    + "{\"timestamp\":1767225602,\"user\":\"7\",\"quota\":\"chat\"\n"
                    + "{\"timestamp\":1767225602,\"user\":{},\"quota\":\"chat\",\"cost\":1}\n"
                    + "[1]\n"
                    + "{\"timestamp\":1767225602,\"user\":true,\"quota\":\"chat\",\"cost\":1}\n"
                    + "{\"timestamp\":1767225602,\"user\":\"7\",\"quota\":\"chat\",\"cost\":1,\"cost\":2}"));
    assertRows(json, 7, 5);
    assertThat(json.at("/policies/people").asInt()).isEqualTo(1);
    assertUnits(json, "chat", 7);
  }

  @Test
  void pricesWhatAModelUsed() throws IOException {
    JsonNode json =
        replay(
            log(
                "time,subject,quota,model,Input tokens,output_tokens\n"
                    + "1767268800,alice,tokens,small,10,5\n"
                    + "1767268800,alice,tokens,big-1,10,5\n"
                    + "1767268800,alice,tokens,big-1,,\n"));
    assertRows(json, 3, 1);
    assertUnits(json, "tokens", 80);
  }

  @Test
  void readsMembersOfInnerObjects() throws IOException {
    JsonNode json =
        replay(
            log("{\"at\":1767268800,\"who\":\"a\",\"usage\":{\"in\":10,\"out\":5}}\n"),
            "--quota",
            "tokens",
            "-c",
            "time=at",
            "-c",
            "subject=who",
            "-c",
            "input_tokens=usage.in",
            "-c",
            "output_tokens=usage.out");
    assertUnits(json, "tokens", 30);
  }

  @Test
  void chargesTheUsualCostOfALogWithoutCosts() throws IOException {
    assertUnits(
        replay(log("time,subject,quota\n1767268800,a,chat\n1767268800,a,chat\n")), "chat", 2);
  }

  @Test
  void namesTheColumnsOfALogWithoutHeader() throws IOException {
    JsonNode json = replay(log("1767268800,a,chat,2\n"), "--header", "time,subject,quota,cost");
    assertRows(json, 1, 0);
    assertUnits(json, "chat", 2);
  }

  @Test
  void sortsRowsThatAreLate() throws IOException {
    JsonNode json =
        replay(
            log(
                HEADER
                    + "2026-01-02T00:00:00Z,alice,,chat,10\n"
                    + "2026-01-01T00:00:00Z,alice,,chat,10\n"
                    + "2026-01-02T00:00:01Z,alice,,chat,1\n"));
    assertRows(json, 3, 0);
    assertThat(json.get("rowsSorted").asInt()).isEqualTo(1);
    assertThat(json.at("/policies/refusals").asInt()).isEqualTo(1);
  }

  @Test
  void countsRowsThatAreTooLate() throws IOException {
    StringBuilder csv = new StringBuilder(HEADER);
    for (int i = 1; i <= 20; i++) {
      csv.append(1767268800 + i).append(",alice,,chat,0\n");
    }
    JsonNode json = replay(log(csv + "1767268801,alice,,chat,0\n"), "--sort-window", "2");
    assertRows(json, 21, 1);
    assertThat(json.at("/badRowsBy/order").asInt()).isEqualTo(1);
  }

  @Test
  void readsCompressedLogsAndOtherEncodings() throws IOException {
    Path packed = folder.resolve("log.bin");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write((HEADER + "1767268800,alice,,chat,3\n").getBytes(StandardCharsets.UTF_8));
    }
    assertUnits(replay(packed), "chat", 3);
    Path wide = folder.resolve("wide");
    Files.writeString(
        wide, "\uFEFF" + HEADER + "1767268800,ä,,chat,3\n", Charset.forName("UTF-16LE"));
    assertUnits(replay(wide), "chat", 3);
    Path latin = folder.resolve("latin");
    Files.writeString(latin, HEADER + "1767268800,ä,,chat,3\n", StandardCharsets.ISO_8859_1);
    assertRows(replay(latin), 1, 1);
    assertUnits(replay(latin, "--encoding", "ISO-8859-1"), "chat", 3);
  }

  @Test
  void chargesEachSideWhatItKnows() throws IOException {
    Path old =
        Files.writeString(
            folder.resolve("old.yaml"),
            "version: 1\nquotas: {chat: {limits: 2 per calendar day}, gone: {limits: 1 per day}}\n");
    JsonNode json =
        replay(
            log(
                HEADER
                    + "1767268800,a,,chat,3\n"
                    + "1767268800,b,,gone,1\n"
                    + "1767268800,c,,nothing,1\n"
                    + "1767268800,d,,tokens,1\n"),
            "--against",
            old);
    assertRows(json, 4, 1);
    assertThat(json.at("/policies/refused").asInt()).isZero();
    assertThat(json.at("/against/refused").asInt()).isEqualTo(1);
    assertThat(json.at("/policies/notCharged/gone").asInt()).isEqualTo(1);
    assertThat(json.at("/against/notCharged/tokens").asInt()).isEqualTo(1);
    assertThat(json.at("/changes/noLongerRefused").asInt()).isEqualTo(1);
    assertThat(json.at("/policies/people").asInt()).isEqualTo(3);
    assertThat(json.at("/against/people").asInt()).isEqualTo(3);
  }

  @Test
  void endsWith2WhereNothingCanBeRead() throws IOException {
    assertWrong("there is no such file", "replay", folder.resolve("nope"), "--policies", policies);
    assertWrong("no such file", "replay", log(HEADER), "--policies", folder.resolve("nope"));
    assertWrong("no column subject", "replay", log("time,who\n"), "--policies", policies);
    assertWrong("empty", "replay", log(""), "--policies", policies);
    assertWrong("jq", "replay", log("[{}]"), "--policies", policies);
    assertWrong("both mean", "replay", log("ts,timestamp,user\n"), "--policies", policies);
    assertWrong("--policies", "replay", log(HEADER));
    Path cut = folder.resolve("cut");
    Files.write(cut, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1});
    assertWrong("cut off", "replay", cut, "--policies", policies);
  }

  private static void assertWrong(String problem, Object... arguments) {
    Commands.Result result = Commands.run(arguments);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(problem);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void makesAPageWithoutAnythingFromElsewhere() throws IOException {
    Path page = folder.resolve("page.html");
    Path old =
        Files.writeString(
            folder.resolve("old.yaml"), "version: 1\nquotas: {chat: {limits: 1 per day}}\n");
    Path log = log(HEADER + "1767268800,a,<b>x</b>,chat,1000\n");
    Commands.Result result =
        Commands.run("replay", log, "--policies", policies, "--against", old, "--html", page);
    assertThat(result.code()).isZero();
    assertThat(Files.readString(page))
        .startsWith("<!doctype html>")
        .contains("&lt;b&gt;x&lt;/b&gt;")
        .contains("<svg")
        .doesNotContain("<b>")
        .doesNotContain("http://")
        .doesNotContain("https://")
        .doesNotContain("<script");
  }

  @Test
  void strictEndsWith1ForABadRow() throws IOException {
    Path log = log(HEADER + "1767268800,a,,chat,-1\n");
    assertThat(Commands.run("replay", log, "--policies", policies).code()).isZero();
    assertThat(Commands.run("replay", log, "--policies", policies, "--strict").code()).isEqualTo(1);
  }
}
