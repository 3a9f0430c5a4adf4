package dev.quota.benchmarks.redis;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Lets each contender decide once about each of a million users, on its own Redis, and prints the
 * memory per user. It is measured by {@code MEMORY USAGE} of a sample of keys, and by the growth of
 * {@code used_memory}, which includes the tables of keys.
 */
public final class RedisMemory {

  private static final int USERS = 1_000_000;
  private static final int SAMPLES = 1_000;

  private RedisMemory() {}

  /**
   * Measures.
   *
   * @param arguments pairs such as {@code --users 100000 --contenders gateway}; all are optional
   * @throws IOException if Redis does not start or answer
   */
  public static void main(String[] arguments) throws IOException {
    Options options = Options.parse(arguments, "memory", USERS);
    Table table =
        new Table(
            new PrintStream(System.out, true, StandardCharsets.UTF_8),
            String.format(
                Locale.ROOT,
                "memory per user, %,d users (aim: at most 160 by MEMORY USAGE, 215 by used_memory)",
                options.users()),
            "contender",
            "keys per user",
            "bytes by MEMORY USAGE",
            "bytes by used_memory");
    for (Entrant entrant : options.contenders()) {
      table.row(measure(entrant, options));
    }
  }

  private static String[] measure(Entrant entrant, Options options) throws IOException {
    int users = options.users();
    try (RedisProcess redis = RedisProcess.start();
        Clients clients = new Clients(redis.port(), options.pool());
        RedisConsole console = redis.console()) {
      List<Node> nodes = clients.nodes(1, users);
      try (Contender contender = entrant.maker().apply(nodes.get(0))) {
        double before = console.info("memory", "used_memory");
        contender.prepare();
        Crowd.everyone(
            users,
            user -> {
              if (!contender.decide(user)) {
                throw new IllegalStateException("user " + user + " was refused");
              }
            });
        double bytes = console.info("memory", "used_memory") - before;
        double keysPerUser = (double) console.number("DBSIZE") / users;
        return new String[] {
          entrant.name(),
          String.format(Locale.ROOT, "%.2f", keysPerUser),
          String.format(Locale.ROOT, "%.0f", keysPerUser * averageOfSample(console)),
          String.format(Locale.ROOT, "%.0f", bytes / users)
        };
      }
    }
  }

  private static double averageOfSample(RedisConsole console) throws IOException {
    double sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
      String key = console.text("RANDOMKEY");
      if (key.isEmpty()) {
        return 0;
      }
      sum += console.number("MEMORY", "USAGE", key, "SAMPLES", "0");
    }
    return sum / SAMPLES;
  }
}
