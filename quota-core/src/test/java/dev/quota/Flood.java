package dev.quota;

import dev.quota.policy.QuotaPolicy;
import dev.quota.store.InProcessBounds;
import dev.quota.store.StoreHealth;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that begins a new key with each call, in a heap that cannot hold them all, and tells
 * whether those who came before are counted exactly. Each line that it prints is a name and a
 * number.
 */
final class Flood {

  private static final int KNOWN = 1_000;
  private static final int USED_BEFORE = 3;
  private static final int CAPACITY = 50;
  private static final int OPEN_PERMITS = 2_000;

  private Flood() {}

  /**
   * Floods.
   *
   * @param arguments how many newcomers
   */
  public static void main(String[] arguments) {
    int newcomers = Integer.parseInt(arguments[0]);
    long emptyBytes = usedBytes();
    try (Quotas quotas = quotas()) {
      for (int i = 0; i < KNOWN; i++) {
        require(quotas.charge(known(i), "chat", USED_BEFORE).isAllowed());
      }
      List<Receipt> open = new ArrayList<>();
      long unavailable = 0;
      for (int i = 0; i < newcomers; i++) {
        Subject newcomer = newcomer(i);
        Decision decision =
            i % 2 == 0
                ? quotas.charge(newcomer, "chat", 1)
                : quotas.charge(
                    newcomer,
                    List.of(new Charge("chat", 1)),
                    new Idempotency("key" + i, Duration.ofHours(24)));
        unavailable += decision instanceof Decision.Unavailable ? 1 : 0;
        if (decision instanceof Decision.Allowed allowed) {
          if (open.size() < OPEN_PERMITS) {
            open.add(allowed.receipt());
          } else {
            quotas.finish(allowed.receipt());
          }
          Reservation tokens = quotas.reserve(newcomer, "tokens", 10);
          if (tokens.isAllowed()) {
            tokens.settle(5);
          }
        }
      }
      StoreHealth health = quotas.health();
      print("unavailable", unavailable);
      print("healthy", health.available() ? 1 : 0);
      print("bytes", usedBytes() - emptyBytes);
      print("bound", InProcessBounds.defaults().maxBytes());
      System.out.println(health.detail());
      print("exact", exact(quotas));
      open.forEach(quotas::finish);
    }
  }

  private static long exact(Quotas quotas) {
    long exact = 0;
    for (int i = 0; i < KNOWN; i++) {
      boolean left = quotas.charge(known(i), "chat", CAPACITY - USED_BEFORE).isAllowed();
      boolean more = quotas.charge(known(i), "chat", 1) instanceof Decision.Denied;
      exact += left && more ? 1 : 0;
    }
    return exact;
  }

  private static Quotas quotas() {
    return Quotas.builder()
        .policy(
            QuotaPolicy.builder("chat")
                .limit("hourly", "1000 per hour")
                .limit("daily", CAPACITY + " per calendar day in UTC")
                .limit("monthly", "500 per calendar month in UTC")
                .limit("running", "900 at once")
                .build())
        .policy(
            QuotaPolicy.builder("tokens")
                .limit("daily", "1000 per calendar day in UTC")
                .limit("hourly", "1000 per hour")
                .build())
        .build();
  }

  private static Subject known(int i) {
    return Subject.user("known" + i);
  }

  private static Subject newcomer(int i) {
    return Subject.address(
        "2001:db8:" + Integer.toHexString(i >> 16) + ":" + (i & 0xffff) + "::/64");
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalStateException("somebody known was refused");
    }
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void print(String name, long number) {
    System.out.println(name + " " + number);
  }
}
