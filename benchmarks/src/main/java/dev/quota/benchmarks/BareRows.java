package dev.quota.benchmarks;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.store.QuotaClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Charges the rows of a log of {@code quota generate} to an engine, row by row, and prints how long
 * that takes. All rows are in memory before, so that only the engine is measured. {@code
 * benchmarks/measure-replay} compares it with {@code quota replay}.
 */
public final class BareRows {

  private static final int TIME = 0;
  private static final int SUBJECT = 1;
  private static final int PLAN = 2;
  private static final int QUOTA = 3;
  private static final int COST = 4;
  private static final int ZONE = 5;

  private long[] millis = new long[1 << 20];
  private int[] people = new int[1 << 20];
  private byte[] quotas = new byte[1 << 20];
  private int[] costs = new int[1 << 20];
  private int rows;
  private long nowMillis;

  private final Map<String, Integer> personOf = new HashMap<>();
  private final List<Subject> subjects = new ArrayList<>();
  private final List<String> names;
  private final Policies policies;

  private BareRows(Policies policies) {
    this.policies = policies;
    this.names = List.copyOf(policies.names());
  }

  /**
   * Measures.
   *
   * @param arguments the policy file and the log
   * @throws IOException if the log cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("arguments must be a policy file and a log");
    }
    BareRows rows = new BareRows(PolicyFile.read(Path.of(arguments[0])));
    rows.read(Path.of(arguments[1]));
    rows.charge();
  }

  private void read(Path log) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(log)) {
      String header = lines.readLine();
      if (!"time,subject,plan,quota,cost,zone".equals(header)) {
        throw new IOException("the log must be one of quota generate, its header was " + header);
      }
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        add(line.split(",", -1));
      }
    }
  }

  private void add(String[] cells) {
    if (rows == millis.length) {
      int more = rows + rows / 2;
      millis = Arrays.copyOf(millis, more);
      people = Arrays.copyOf(people, more);
      quotas = Arrays.copyOf(quotas, more);
      costs = Arrays.copyOf(costs, more);
    }
    millis[rows] = Instant.parse(cells[TIME]).toEpochMilli();
    people[rows] = personOf.computeIfAbsent(cells[SUBJECT], id -> subject(id, cells));
    quotas[rows] = (byte) names.indexOf(cells[QUOTA]);
    costs[rows] = Integer.parseInt(cells[COST]);
    rows++;
  }

  private int subject(String id, String[] cells) {
    subjects.add(
        Subject.builder(Subject.Kind.USER, id)
            .plan(cells[PLAN])
            .zone(ZoneId.of(cells[ZONE]))
            .build());
    return subjects.size() - 1;
  }

  private void charge() {
    QuotaClock clock = () -> nowMillis;
    long refused = 0;
    try (Quotas engine = Quotas.builder().policies(policies).clock(clock).build()) {
      long start = System.nanoTime();
      for (int i = 0; i < rows; i++) {
        nowMillis = millis[i];
        Decision decision = engine.charge(subjects.get(people[i]), names.get(quotas[i]), costs[i]);
        if (decision instanceof Decision.Allowed allowed) {
          allowed.receipt().close();
        } else {
          refused++;
        }
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      System.out.printf(
          Locale.ROOT,
          "bare engine: %,d rows in %.1f s, %,.0f rows a second, %,d refused%n",
          rows,
          took.toMillis() / 1e3,
          rows / (took.toMillis() / 1e3),
          refused);
    }
  }
}
