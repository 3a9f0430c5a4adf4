package dev.quota.tool.generate;

import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes a usage log that looks like a real one. A few people use most of the units. Nights and
 * weekends are quiet. People call in bursts, and some callers are programs that run day and night.
 * Nothing in the log was measured, and all ids begin with {@code simulated-}. Not thread-safe.
 */
public final class LogGenerator {

  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;

  /** How busy each hour of a person's day is. */
  private static final double[] HOURS = {
    2, 1, .6, .4, .4, .6, 1.5, 3, 6, 9, 10, 9.5, 8, 9, 10, 10, 9, 8, 7, 6.5, 6, 5.5, 4.5, 3
  };

  private static final double WEEKEND = 0.45;

  /** Of a hundred people, one is a program. */
  private static final int PEOPLE_PER_BOT = 100;

  /**
   * The larger the number, the fewer people use most units. With this one, a tenth of the people
   * uses about half.
   */
  private static final double TAIL = 3;

  private static final double BURST_CHANCE = 0.25;
  private static final int LONGEST_BURST = 12;

  private final LogShape shape;
  private final SplittableRandom random;
  private final List<long[]> minute = new ArrayList<>();
  private long[] carried = new long[0];
  private int carriedCount;

  /**
   * Creates a generator.
   *
   * @param shape what the log looks like
   */
  public LogGenerator(LogShape shape) {
    this.shape = shape;
    random = new SplittableRandom(shape.seed());
  }

  /**
   * Writes the log as CSV, in the order of time.
   *
   * @param out the target
   * @throws IOException if it cannot be written
   */
  public void write(Appendable out) throws IOException {
    out.append("time,subject,plan,quota,cost,zone\n");
    double total = 0;
    long minutes = shape.days() * 24L * 60;
    for (long i = 0; i < minutes; i++) {
      total += weight(i);
    }
    double sum = 0;
    long written = 0;
    for (long i = 0; i < minutes; i++) {
      sum += weight(i);
      // Rounding the running sum gives exactly the number of rows in the end.
      long due = i == minutes - 1 ? shape.rows() : Math.round(shape.rows() * (sum / total));
      fill(i, due - written);
      written = due;
      write(out, i);
    }
  }

  private long startMillis() {
    return shape.start().atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** Returns how busy a minute is, over all zones. */
  private double weight(long index) {
    long millis = startMillis() + index * MINUTE;
    double weight = 0;
    for (ZoneId zone : shape.zones()) {
      long local =
          millis
              + zone.getRules().getOffset(Instant.ofEpochMilli(millis)).getTotalSeconds() * 1_000L;
      weight += weightAt(local);
    }
    return weight;
  }

  private static double weightAt(long localMillis) {
    double hour = (double) Math.floorMod(localMillis, DAY) / (60 * MINUTE);
    int from = (int) hour;
    double share = hour - from;
    double busy = HOURS[from] * (1 - share) + HOURS[(from + 1) % 24] * share;
    // The first of January 1970 was a Thursday.
    int day = (int) Math.floorMod(Math.floorDiv(localMillis, DAY) + 3, 7L) + 1;
    return day >= DayOfWeek.SATURDAY.getValue() ? busy * WEEKEND : busy;
  }

  /** Chooses the time, the person, the quota and the cost of each row of a minute. */
  private void fill(long index, long count) {
    minute.clear();
    for (long i = 0; i < count; i++) {
      long person = i < carriedCount ? carried[(int) i] : person(index);
      minute.add(new long[] {random.nextLong(MINUTE), person, 0, 0});
    }
    carry();
    for (long[] row : minute) {
      row[2] = random.nextInt(10) < 7 ? 0 : random.nextInt(shape.quotas().size());
      row[3] = cost(shape.quotas().get((int) row[2]).usualCost());
    }
    minute.sort(java.util.Comparator.comparingLong(row -> row[0]));
  }

  /** Lets some people call again in the next minute, as a burst. */
  private void carry() {
    if (carried.length < LONGEST_BURST * 64) {
      carried = new long[LONGEST_BURST * 64];
    }
    carriedCount = 0;
    for (long[] row : minute) {
      if (random.nextDouble() < BURST_CHANCE / 4 && carriedCount + LONGEST_BURST < carried.length) {
        int more = 1 + random.nextInt(LONGEST_BURST);
        for (int i = 0; i < more; i++) {
          carried[carriedCount++] = row[1];
        }
      }
    }
  }

  /** Chooses a caller: a program at any time, or a person in the daytime of that person's zone. */
  private long person(long index) {
    long millis = startMillis() + index * MINUTE;
    long person = 0;
    for (int attempt = 0; attempt < 4; attempt++) {
      person = (long) (shape.people() * Math.pow(random.nextDouble(), TAIL));
      if (isBot(person)) {
        return person;
      }
      ZoneId zone = zone(person);
      long local =
          millis
              + zone.getRules().getOffset(Instant.ofEpochMilli(millis)).getTotalSeconds() * 1_000L;
      if (random.nextDouble() * 10 < weightAt(local)) {
        return person;
      }
    }
    return person;
  }

  private static boolean isBot(long person) {
    return person % PEOPLE_PER_BOT == PEOPLE_PER_BOT / 2;
  }

  private ZoneId zone(long person) {
    return shape.zones().get((int) (mix(person, 1) % shape.zones().size()));
  }

  private String plan(long person) {
    int plans = shape.plans().size();
    int index = 0;
    // Each plan has a fifth of the people of the plan before it.
    while (index < plans - 1 && mix(person, 2 + index) % 5 == 0) {
      index++;
    }
    return plans == 0 ? "" : shape.plans().get(index);
  }

  /** Mixes bits of the person's number, so that a person has the same properties in all rows. */
  private static long mix(long person, long what) {
    long mixed = (person + 1) * 0x9E3779B97F4A7C15L + what * 0xD1B54A32D192ED03L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    return (mixed ^ (mixed >>> 27)) >>> 1;
  }

  private long cost(long usual) {
    if (usual <= 1) {
      return 1;
    }
    // Half of the calls cost at most the usual cost. A few cost ten times as much.
    double factor = Math.min(10, 0.3 / Math.pow(1 - random.nextDouble(), 0.6));
    return Math.max(1, Math.round(usual * factor));
  }

  private void write(Appendable out, long index) throws IOException {
    long start = startMillis() + index * MINUTE;
    for (long[] row : minute) {
      long person = row[1];
      out.append(Instant.ofEpochMilli(start + row[0]).toString())
          .append(",simulated-")
          .append(Long.toString(person))
          .append(',')
          .append(plan(person))
          .append(',')
          .append(shape.quotas().get((int) row[2]).name())
          .append(',')
          .append(Long.toString(row[3]))
          .append(',')
          .append(zone(person).getId())
          .append('\n');
    }
  }
}
