package dev.quota.http.internal.address;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds how many subjects one subscriber with many IPv6 networks can be. A provider assigns a /56
 * or a /48, which has 256 or 65,536 networks of /64. The first networks of each count separately.
 * Further ones count together as their /56, and beyond that as their /48. So one /56 has at most
 * {@link #MOST_IN_56} + 1 subjects in a day, and one /48 {@link #MOST_IN_48} + 1. Thread-safe.
 */
public final class WideNetworks {

  public static final int MOST_IN_56 = 32;
  public static final int MOST_IN_48 = 1_024;

  /** A bound on memory. Beyond it, new networks count as their /48. */
  private static final int MOST_IN_ALL = 100_000;

  private static final long DAY_NANOS = TimeUnit.DAYS.toNanos(1);

  private final LongSupplier nanoTime;
  private final Set<String> known = new HashSet<>();
  private final Map<String, Integer> inNetwork = new HashMap<>();
  private long begunNanos;

  public WideNetworks(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.begunNanos = nanoTime.getAsLong();
  }

  /**
   * Returns the network or address to count.
   *
   * @param address a result of {@link ClientAddress#normalise}; everything but a /64 is returned
   *     unchanged
   */
  public synchronized String counted(String address) {
    String[] groups = address.split(":", -1);
    if (!address.endsWith("/64") || groups.length != 8) {
      return address;
    }
    if (nanoTime.getAsLong() - begunNanos >= DAY_NANOS) {
      begunNanos = nanoTime.getAsLong();
      known.clear();
      inNetwork.clear();
    }
    String site = groups[0] + ":" + groups[1] + ":" + groups[2];
    String wide56 = site + ":" + highByte(groups[3]) + ":0:0:0:0/56";
    String wide48 = site + ":0:0:0:0:0/48";
    if (isOwn(address, wide56, MOST_IN_56, wide48)) {
      return address;
    }
    return isOwn(wide56, wide56 + "*", 1, wide48) ? wide56 : wide48;
  }

  private static String highByte(String group) {
    return Integer.toHexString(Integer.parseInt(group, 16) & 0xff00);
  }

  /** Returns whether a network counts separately. If it did before on this day, it still does. */
  private boolean isOwn(String network, String wide, int mostInWide, String wide48) {
    if (known.contains(network)) {
      return true;
    }
    int inWide = inNetwork.getOrDefault(wide, 0);
    int in48 = inNetwork.getOrDefault(wide48, 0);
    if (inWide >= mostInWide || in48 >= MOST_IN_48 || known.size() >= MOST_IN_ALL) {
      return false;
    }
    known.add(network);
    inNetwork.put(wide, inWide + 1);
    inNetwork.put(wide48, in48 + 1);
    return true;
  }
}
