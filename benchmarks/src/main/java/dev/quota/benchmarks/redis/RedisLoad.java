package dev.quota.benchmarks.redis;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Starts a Redis, measures all contenders by turns and prints Markdown tables of throughput,
 * latency and server time, with their ratios to those of an empty script.
 */
public final class RedisLoad {

  private static final int USERS = 10_000;

  private RedisLoad() {}

  /**
   * Measures.
   *
   * @param arguments pairs such as {@code --rounds 3 --contenders bare,gateway}; all are optional
   * @throws IOException if Redis does not start or answer
   */
  public static void main(String[] arguments) throws IOException {
    Options options = Options.parse(arguments, "load,nodes,server", USERS);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (RedisProcess redis = RedisProcess.start();
        Clients clients = new Clients(redis.port(), options.pool());
        RedisConsole console = redis.console()) {
      out.println(
          "%s processors, Redis %s, %d connections per node, %d rounds of %d ms each."
              .formatted(
                  Runtime.getRuntime().availableProcessors(),
                  console.field("server", "redis_version"),
                  options.pool(),
                  options.rounds(),
                  options.measured().toMillis()));
      out.println("Ratios: the median of the rounds' (least–most).");
      for (String section : options.sections()) {
        switch (section) {
          case "load" -> new LoadSection(options, clients, out).run();
          case "nodes" -> new NodesSection(options, clients, out).run();
          case "server" -> new ServerSection(options, clients, out).run(redis);
          default ->
              throw new IllegalArgumentException(
                  "section must be load, nodes or server, was " + section);
        }
      }
    }
  }
}
