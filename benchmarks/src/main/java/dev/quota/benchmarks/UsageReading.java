package dev.quota.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.quota.models.UsageJson;
import dev.quota.usage.UsageReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The use in a stream of 200 events, compared with parsing the same events by jackson-core. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgs = {"-Xms512m", "-Xmx512m"})
public class UsageReading {

  private static final JsonFactory JSON = new JsonFactory();

  private static final UsageReport ESTIMATE =
      UsageReport.builder().inputTokens(1_000).outputTokens(500).build();

  /** The data of the events of one stream in OpenAI's format. */
  @State(Scope.Thread)
  public static class Stream {

    private final List<String> events = new ArrayList<>();
    private final String whole;
    private final byte[] bytes;

    /** Writes the events. */
    public Stream() {
      String start =
          "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
              + "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[";
      for (int i = 0; i < 199; i++) {
        events.add(
            start
                + "{\"index\":0,\"delta\":{\"content\":\" word"
                + i
                + "\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}");
      }
      events.add(
          start
              + "],\"usage\":{\"prompt_tokens\":1200,\"completion_tokens\":199,\"total_tokens\":1399,"
              + "\"prompt_tokens_details\":{\"cached_tokens\":1024,\"audio_tokens\":0},"
              + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}}");
      whole = "data: " + String.join("\n\ndata: ", events) + "\n\ndata: [DONE]\n\n";
      bytes = whole.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * Reads the use.
   *
   * @param stream the events
   * @return what the call used
   */
  @Benchmark
  public UsageReport quota(Stream stream) {
    UsageJson usage = new UsageJson();
    for (String event : stream.events) {
      usage.add(event);
    }
    return usage.reportOr(ESTIMATE);
  }

  /**
   * Reads the use from the text of the whole stream, with its lines.
   *
   * @param stream the events
   * @return what the call used
   */
  @Benchmark
  public UsageReport quotaOfText(Stream stream) {
    return UsageJson.readOr(stream.whole, ESTIMATE);
  }

  /**
   * Reads the use from the bytes of the whole stream.
   *
   * @param stream the events
   * @return what the call used
   */
  @Benchmark
  public UsageReport quotaOfBytes(Stream stream) {
    return UsageJson.readOr(new ByteArrayInputStream(stream.bytes), ESTIMATE);
  }

  /**
   * Parses the events and looks at each token.
   *
   * @param stream the events
   * @return the number of tokens of JSON
   * @throws IOException never
   */
  @Benchmark
  public long jackson(Stream stream) throws IOException {
    long tokens = 0;
    for (String event : stream.events) {
      try (JsonParser parser = JSON.createParser(event)) {
        while (parser.nextToken() != null) {
          tokens++;
        }
      }
    }
    return tokens;
  }
}
