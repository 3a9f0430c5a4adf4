package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.usage.UsageReport;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that arrive in pieces, with the lines and names that providers may send. */
class StreamedUsageTest {

  private static final String CHUNK =
      "{\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"é世🙂\"}}]}";
  private static final String USAGE =
      "{\"model\":\"m\",\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":3}}";
  private static final UsageReport USED =
      UsageReport.builder().model("m").inputTokens(4).outputTokens(3).build();

  /** Each text says the same, in each way that the standard of events allows. */
  private static final List<String> STREAMS =
      List.of(
          "data: " + CHUNK + "\n\ndata: " + USAGE + "\n\ndata: [DONE]\n\n",
          "data:" + CHUNK + "\r\n\r\ndata:" + USAGE + "\r\n\r\ndata:[DONE]\r\n\r\n",
          "data: " + CHUNK + "\r\rdata: " + USAGE + "\r\r",
          ": 世\nevent: x\nid: 7\ndata: " + CHUNK + "\n\n: é\ndata: " + USAGE + "\nretry: 1\n\n",
          "\n\r\n\uFEFFdata: " + CHUNK + "\n\ndata: " + USAGE,
          "data: " + CHUNK + "\n\ndata: " + USAGE.replace(",", ",\ndata:") + "\n\n",
          "data: " + CHUNK + "\n\ndata: " + USAGE.replace(",", "\r\ndata: ,") + "\r\n\r\n",
          CHUNK + "\n" + USAGE + "\n",
          CHUNK + "\r\n\r\n" + USAGE);

  /** No division of a stream changes what it says: not within a character, and not within CRLF. */
  @Test
  void isReadInPiecesOfAnySize() {
    for (String stream : STREAMS) {
      byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
      for (int most = 1; most <= bytes.length; most++) {
        assertThat(UsageJson.read(inPieces(bytes, most)))
            .as("pieces of %s bytes of %s", most, stream)
            .contains(USED);
      }
      assertThat(UsageJson.read(stream)).as(stream).contains(USED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8_191, 8_192, 8_193, 1_000_000})
  void linesAreLongerThanABuffer(int most) {
    String text = "x".repeat(20_000) + "é".repeat(9_000);
    String stream =
        ("data: " + CHUNK + "\n\n").repeat(50)
            + "data: "
            + CHUNK.replace("é", text)
            + "\n\ndata: "
            + USAGE
            + "\n\n";

    assertThat(UsageJson.read(inPieces(stream.getBytes(StandardCharsets.UTF_8), most)))
        .contains(USED);
  }

  @Test
  @Timeout(60)
  void dataOfManyLinesTakesNoLongerThanItsLength() {
    String stream = "data: \n".repeat(1_000_000) + "data: " + USAGE + "\n\n";

    assertThat(UsageJson.read(stream)).contains(USED);
  }

  /** Whatever is broken in the text of an answer, its use is charged. */
  @ParameterizedTest
  @ValueSource(strings = {"", "data: "})
  void bytesThatAreNoTextCostNobodyTheUsage(String field) {
    byte[] bytes =
        (field + USAGE.replace("{\"model", "{\"x\":\"?\",\"model") + "\n\n")
            .getBytes(StandardCharsets.UTF_8);
    for (byte broken : new byte[] {(byte) 0xFF, (byte) 0xC3, (byte) 0x80, (byte) 0xF0}) {
      byte[] changed = bytes.clone();
      changed[field.length() + 6] = broken;

      assertThat(UsageJson.read(new ByteArrayInputStream(changed))).contains(USED);
    }
  }

  @Test
  void theModelIsTheLastOneThatWasNamed() {
    UsageJson usage = new UsageJson();
    for (String model : List.of("m", "m", "mm", "n", "m-1", "m-2", "", "m-2", "m")) {
      usage.add(CHUNK.replace("\"m\"", "\"" + model + "\""));
    }
    usage.add(USAGE.replace("\"model\":\"m\",", ""));
    assertThat(usage.report()).contains(USED);

    usage.add(CHUNK.replace("\"m\"", "\"\\u006d2\""));
    assertThat(usage.report().orElseThrow().model()).contains("m2");
  }

  @Test
  void aModelThatCannotBeIsAFaultEachTime() {
    UsageJson usage = new UsageJson();
    usage.add(USAGE);
    usage.add(CHUNK.replace("\"m\"", "\"\\u0007\""));
    usage.add(CHUNK);

    assertThatThrownBy(usage::report).hasMessageContaining("model must be 1 to 200 characters");
    assertThat(usage.reportOr(UsageReport.builder().build())).isEqualTo(USED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"\\u0075sage\":{\"prompt_tokens\":4,\"completion_tokens\":3},\"model\":\"m\"}",
        "{\"us\\u0061ge\":{\"\\u0070rompt_tokens\":4,\"completion\\u005ftokens\":3},\"model\":\"m\"}",
        "{\"USAGE\":{\"PromptTokens\":4,\"completion-tokens\":3},\"\\u006dodel\":\"m\"}",
        "{\"choices\":[{\"u_sage\":{\"prompt_tokens\":4,\"completion_tokens\":3}}],\"model\":\"m\"}"
      })
  void namesMeanTheSameHoweverTheyAreWritten(String event) {
    assertThat(UsageJson.read(event)).contains(USED);
  }

  /** What was learned of other names, at other paths and in other answers, changes nothing. */
  @Test
  void anyNumberOfOtherNamesMayComeBefore() {
    String many = names(2_000) + "\"" + "n".repeat(200) + "\":5,";
    for (String event :
        List.of(
            USAGE, "{\"response\":" + USAGE + "}", "{\"result\":{\"message\":" + USAGE + "}}")) {
      String crowded = event.replace("{\"model\"", "{" + many + "\"model\"");
      String within = event.replace("{\"prompt", "{" + names(300) + "\"prompt");

      assertThat(UsageJson.read(crowded)).contains(USED);
      assertThat(UsageJson.read(within)).contains(USED);
      assertThat(UsageJson.read(event)).contains(USED);
    }
  }

  private static String names(int count) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < count; i++) {
      names.append("\"name_").append(i).append("\":{\"usage\":{\"prompt_tokens\":9}},");
    }
    return names.toString();
  }

  private static InputStream inPieces(byte[] bytes, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int length) {
        return super.read(buffer, offset, Math.min(length, most));
      }

      @Override
      public synchronized int available() {
        return 0;
      }
    };
  }
}
