package dev.quota.models;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider on loopback that answers as OpenAI (chat completions, embeddings) and Anthropic
 * (messages) do, at once or as a stream, and counts what it bills. A prompt says what it does:
 * {@code fake{rounds=3 out=20 who=alice}}.
 *
 * <p>{@code rounds}: how many answers until the last, all but the last of them a call of the tool
 * {@code weather}. {@code out}: tokens of each answer. {@code cached}: input from the cache. {@code
 * fail=k}: answers 500 in round k. {@code cut=k}: breaks the stream of round k after half of it.
 * {@code hang=k}: does not answer round k until it is closed. {@code endless=k}: round k sends
 * words until its reader leaves. {@code mute=k}: does not say what round k used. {@code late=k}:
 * says it some time after the last word. {@code error=k}: sends an error as an event in the middle
 * of the stream.
 */
public final class FakeProvider implements AutoCloseable {

  private static final Pattern SCRIPT = Pattern.compile("fake\\{([^}]*)\\}");
  private static final Pattern TOOL_RESULT =
      Pattern.compile("\"role\"\\s*:\\s*\"tool\"|\"type\"\\s*:\\s*\"tool_result\"");
  private static final Pattern STREAM = Pattern.compile("\"stream\"\\s*:\\s*true");
  private static final Pattern USAGE = Pattern.compile("\"include_usage\"\\s*:\\s*true");
  private static final Pattern MODEL = Pattern.compile("\"model\"\\s*:\\s*\"([^\"]*)\"");
  private static final Pattern CONTENT = Pattern.compile("\"content\"\\s*:");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch readerGone = new CountDownLatch(1);
  private final Map<String, Billed> bills = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> models = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();

  /**
   * What one person is billed.
   *
   * @param input tokens, with those of the cache
   * @param cached tokens of the input that came from the cache
   * @param output tokens
   */
  public record Billed(long input, long cached, long output) {
    Billed plus(Billed other) {
      return new Billed(input + other.input, cached + other.cached, output + other.output);
    }
  }

  /** One request. */
  private record Call(String body, Map<String, String> script, int round, String model) {

    static Call of(String body) {
      Map<String, String> script = new HashMap<>();
      Matcher found = SCRIPT.matcher(body);
      while (found.find()) {
        for (String pair : found.group(1).trim().split("\\s+", -1)) {
          String[] parts = pair.split("=", 2);
          script.put(parts[0], parts[1]);
        }
      }
      int round = 1 + (int) TOOL_RESULT.matcher(body).results().count();
      Matcher model = MODEL.matcher(body);
      return new Call(body, script, round, model.find() ? model.group(1) : "none");
    }

    int number(String name, int other) {
      return Integer.parseInt(script.getOrDefault(name, Integer.toString(other)));
    }

    boolean isNow(String name) {
      return number(name, 0) == round;
    }

    boolean isStream() {
      return STREAM.matcher(body).find();
    }

    boolean callsTool() {
      return round < number("rounds", 1);
    }

    int output() {
      return number("out", 5);
    }

    int cached() {
      return number("cached", 0);
    }

    /** Each part of the conversation is some tokens. */
    int input() {
      return 10 + 5 * (int) CONTENT.matcher(body).results().count();
    }

    String who() {
      return script.getOrDefault("who", "nobody");
    }
  }

  /** Starts one. */
  public FakeProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** Returns the address without a path. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns what a person is billed. */
  public Billed billed(String who) {
    return bills.getOrDefault(who, new Billed(0, 0, 0));
  }

  /** Returns what everybody is billed. */
  public Billed billed() {
    return bills.values().stream().reduce(new Billed(0, 0, 0), Billed::plus);
  }

  /** Returns how many requests came. */
  public int requests() {
    return requests.get();
  }

  /** Returns how many requests named a model. */
  public int requests(String model) {
    return models.getOrDefault(model, new AtomicInteger()).get();
  }

  /** Waits until a request hangs. */
  public void awaitHanging() throws InterruptedException {
    if (!hanging.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no request hangs");
    }
  }

  /** Waits until the reader of an endless stream has left. */
  public void awaitReaderGone() throws InterruptedException {
    if (!readerGone.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the reader is still there");
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  /** Returns the bodies of all requests, in their order. */
  public List<String> bodies() {
    return List.copyOf(bodies);
  }

  private void serve(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    bodies.add(body);
    Call call = Call.of(body);
    models.computeIfAbsent(call.model(), it -> new AtomicInteger()).incrementAndGet();
    String path = exchange.getRequestURI().getPath();
    try {
      if (call.isNow("fail")) {
        send(exchange, 500, "{\"error\":{\"message\":\"broken\",\"type\":\"server_error\"}}");
      } else if (call.isNow("hang")) {
        hanging.countDown();
        closed.await();
      } else if (path.endsWith("/embeddings")) {
        bill(call, 0);
        send(exchange, 200, FakeMedia.embeddings(call.model(), call.input()));
      } else if (path.endsWith("/images/generations")) {
        bill(call, call.output());
        send(exchange, 200, FakeMedia.images(call.input(), call.output()));
      } else if (path.endsWith("/audio/transcriptions")) {
        bill(call, call.output());
        send(exchange, 200, FakeMedia.transcription(call.input(), call.output()));
      } else if (path.endsWith("/audio/speech")) {
        bills.merge(call.who(), new Billed(FakeMedia.characters(body), 0, 0), Billed::plus);
        exchange.getResponseHeaders().set("Content-Type", "audio/mpeg");
        exchange.sendResponseHeaders(200, 4);
        exchange.getResponseBody().write(new byte[] {1, 2, 3, 4});
      } else if (path.endsWith("/messages")) {
        answer(exchange, call, new Anthropic(call));
      } else {
        answer(exchange, call, new OpenAi(call));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private void answer(HttpExchange exchange, Call call, Shape shape)
      throws IOException, InterruptedException {
    if (!call.isStream()) {
      bill(call, call.output());
      send(exchange, 200, shape.whole());
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    // A length that is never reached makes the server drop the connection.
    exchange.sendResponseHeaders(200, call.isNow("cut") ? 1_000_000 : 0);
    OutputStream out = exchange.getResponseBody();
    write(out, shape.start());
    if (call.isNow("endless")) {
      endless(out, call, shape);
      return;
    }
    boolean isBroken = call.isNow("cut") || call.isNow("error");
    int words = isBroken ? call.output() / 2 : call.output();
    if (call.callsTool()) {
      write(out, shape.tool());
    } else {
      for (int i = 0; i < words; i++) {
        write(out, shape.word("word"));
      }
    }
    bill(call, words);
    if (call.isNow("cut")) {
      return; // the client sees the connection break
    }
    if (call.isNow("error")) {
      write(out, shape.error());
      out.close();
      return;
    }
    if (call.isNow("late")) {
      boolean unused = closed.await(100, TimeUnit.MILLISECONDS);
    }
    write(out, shape.end());
    out.close();
  }

  private void endless(OutputStream out, Call call, Shape shape) throws InterruptedException {
    int words = 0;
    try {
      while (closed.getCount() > 0) {
        write(out, shape.word("word"));
        words++;
        boolean unused = closed.await(2, TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      readerGone.countDown();
    } finally {
      bill(call, words);
    }
  }

  private void bill(Call call, int output) {
    bills.merge(call.who(), new Billed(call.input(), call.cached(), output), Billed::plus);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** How a provider writes answers. */
  private interface Shape {
    String whole();

    String start();

    String word(String text);

    String tool();

    String error();

    String end();
  }

  /** Chat completions. */
  private record OpenAi(Call call) implements Shape {

    private static final String ARGUMENTS = "{\\\"city\\\":\\\"Oslo\\\"}";

    @Override
    public String whole() {
      String message =
          call.callsTool()
              ? """
                {"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"call_%d","type":"function",
                 "function":{"name":"weather","arguments":"%s"}}]}"""
                  .formatted(call.round(), ARGUMENTS)
              : "{\"role\":\"assistant\",\"refusal\":null,\"content\":\""
                  + "word ".repeat(call.output())
                  + "\"}";
      return """
          {"id":"c-%d","object":"chat.completion","created":1,"model":"%s-2024",
           "choices":[{"index":0,"message":%s,"logprobs":null,"finish_reason":"%s"}]%s}"""
          .formatted(
              call.round(),
              call.model(),
              message,
              call.callsTool() ? "tool_calls" : "stop",
              call.isNow("mute") ? "" : ",\"usage\":" + usage());
    }

    private String usage() {
      return """
          {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,
           "prompt_tokens_details":{"cached_tokens":%d},"completion_tokens_details":{"reasoning_tokens":0}}"""
          .formatted(call.input(), call.output(), call.input() + call.output(), call.cached())
          .replace("\n", "");
    }

    private String chunk(String choices, String rest) {
      return "data: {\"id\":\"c-"
          + call.round()
          + "\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\""
          + call.model()
          + "-2024\",\"choices\":["
          + choices
          + "]"
          + rest
          + "}\n\n";
    }

    private String delta(String delta, String finish) {
      return chunk("{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}", "");
    }

    @Override
    public String start() {
      return delta("{\"role\":\"assistant\",\"content\":\"\"}", "null");
    }

    @Override
    public String word(String text) {
      return delta("{\"content\":\"" + text + "\"}", "null");
    }

    @Override
    public String tool() {
      return delta(
          "{\"tool_calls\":[{\"index\":0,\"id\":\"call_"
              + call.round()
              + "\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\""
              + ARGUMENTS
              + "\"}}]}",
          "null");
    }

    @Override
    public String error() {
      return "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n";
    }

    @Override
    public String end() {
      String last = delta("{}", call.callsTool() ? "\"tool_calls\"" : "\"stop\"");
      boolean says = USAGE.matcher(call.body()).find() && !call.isNow("mute");
      return last + (says ? chunk("", ",\"usage\":" + usage()) : "") + "data: [DONE]\n\n";
    }
  }

  /** Messages. */
  private record Anthropic(Call call) implements Shape {

    private String usage(int output) {
      return call.isNow("mute")
          ? "{\"input_tokens\":0,\"output_tokens\":0}"
          : "{\"input_tokens\":"
              + (call.input() - call.cached())
              + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":"
              + call.cached()
              + ",\"output_tokens\":"
              + output
              + "}";
    }

    @Override
    public String whole() {
      String content =
          call.callsTool()
              ? "{\"type\":\"tool_use\",\"id\":\"call_"
                  + call.round()
                  + "\",\"name\":\"weather\",\"input\":{\"city\":\"Oslo\"}}"
              : "{\"type\":\"text\",\"text\":\"" + "word ".repeat(call.output()) + "\"}";
      return """
          {"id":"m-%d","type":"message","role":"assistant","model":"%s","content":[%s],
           "stop_reason":"%s","stop_sequence":null,"usage":%s}"""
          .formatted(
              call.round(),
              call.model(),
              content,
              call.callsTool() ? "tool_use" : "end_turn",
              usage(call.output()));
    }

    private static String event(String type, String rest) {
      return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + rest + "}\n\n";
    }

    @Override
    public String start() {
      String begins =
          event(
              "message_start",
              ",\"message\":{\"id\":\"m-"
                  + call.round()
                  + "\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\""
                  + call.model()
                  + "\",\"stop_reason\":null,\"stop_sequence\":null,\"usage\":"
                  + usage(1)
                  + "}");
      return call.callsTool()
          ? begins
          : begins
              + event(
                  "content_block_start",
                  ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
    }

    @Override
    public String word(String text) {
      return event(
          "content_block_delta",
          ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
    }

    @Override
    public String tool() {
      return event(
              "content_block_start",
              ",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"call_"
                  + call.round()
                  + "\",\"name\":\"weather\",\"input\":{}}")
          + event(
              "content_block_delta",
              ",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":"
                  + "\"{\\\"city\\\":\\\"Oslo\\\"}\"}");
    }

    @Override
    public String error() {
      return event(
          "error", ",\"error\":{\"type\":\"overloaded_error\",\"message\":\"overloaded\"}");
    }

    @Override
    public String end() {
      return event("content_block_stop", ",\"index\":0")
          + event(
              "message_delta",
              ",\"delta\":{\"stop_reason\":\""
                  + (call.callsTool() ? "tool_use" : "end_turn")
                  + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":"
                  + (call.isNow("mute") ? 0 : call.output())
                  + "}")
          + event("message_stop", "");
    }
  }
}
