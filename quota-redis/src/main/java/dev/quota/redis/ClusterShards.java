package dev.quota.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.redisson.cluster.ClusterSlotRange;

/**
 * The masters of a Redis Cluster by slot. Thread-safe.
 *
 * <p>Redisson decides where a command goes, and follows redirections. This map only gives the
 * breaker and the clock of a slot. So if it is outdated while a slot moves, it costs at most a
 * second try.
 */
final class ClusterShards implements Shards {

  static final int SLOTS = 16_384;

  private final Supplier<Map<ClusterSlotRange, Set<String>>> slots;
  private final BiFunction<String, String, Shard> maker;
  private volatile Topology topology;

  /** Nodes that replicate each other, and their slots. */
  private record Group(Set<String> addresses, List<ClusterSlotRange> ranges, Shard shard) {}

  private record Topology(List<Group> groups, List<Shard> bySlot) {}

  /**
   * Creates a map in which all slots belong to one shard that is away.
   *
   * @param slots asks the Cluster for its slots; may block
   * @param maker creates a shard from a name and a hash tag
   */
  ClusterShards(
      Supplier<Map<ClusterSlotRange, Set<String>>> slots, BiFunction<String, String, Shard> maker) {
    this.slots = slots;
    this.maker = maker;
    ClusterSlotRange everything = new ClusterSlotRange(0, SLOTS - 1);
    this.topology =
        topology(
            List.of(new Group(Set.of(), List.of(everything), maker.apply("cluster", "probe"))));
  }

  @Override
  public Shard of(String key) {
    return topology.bySlot().get(slot(Shards.tag(key)));
  }

  @Override
  public List<Shard> all() {
    return topology.groups().stream().map(Group::shard).toList();
  }

  @Override
  public void refresh() {
    Map<Set<String>, List<ClusterSlotRange>> rangesByNodes = new LinkedHashMap<>();
    slots.get().entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getKey().getStartSlot()))
        .forEach(
            entry ->
                rangesByNodes
                    .computeIfAbsent(entry.getValue(), nodes -> new ArrayList<>())
                    .add(entry.getKey()));
    if (rangesByNodes.isEmpty()) {
      throw new IllegalStateException("the Cluster serves no slots");
    }
    List<Group> unclaimed = new ArrayList<>(topology.groups());
    List<Group> found = new ArrayList<>();
    rangesByNodes.forEach(
        (nodes, ranges) ->
            claim(unclaimed, nodes, group -> serves(ranges, slot(group.shard().tag())))
                .ifPresent(group -> found.add(new Group(nodes, ranges, group.shard()))));
    found.forEach(group -> rangesByNodes.remove(group.addresses()));
    rangesByNodes.forEach((nodes, ranges) -> found.add(moved(unclaimed, nodes, ranges)));
    topology = topology(List.copyOf(found));
  }

  /**
   * Finds a known group that shares a node with the given ones. It is the same group, even after a
   * failover.
   */
  private static Optional<Group> claim(
      List<Group> unclaimed, Set<String> nodes, Predicate<Group> condition) {
    Optional<Group> claimed =
        unclaimed.stream()
            .filter(group -> !Collections.disjoint(group.addresses(), nodes))
            .filter(condition)
            .findFirst();
    claimed.ifPresent(unclaimed::remove);
    return claimed;
  }

  /**
   * Returns a known group with new slots, and so another key for probes. Its breaker and clock are
   * kept.
   */
  private Group moved(List<Group> unclaimed, Set<String> nodes, List<ClusterSlotRange> ranges) {
    String name = nodes.stream().sorted().findFirst().orElse("unknown");
    String tag = tagIn(ranges);
    Shard shard =
        claim(unclaimed, nodes, group -> true)
            .map(Group::shard)
            .map(known -> new Shard(known.name(), tag, known.breaker(), known.time()))
            .orElseGet(() -> maker.apply(name, tag));
    return new Group(nodes, ranges, shard);
  }

  private static boolean serves(List<ClusterSlotRange> ranges, int slot) {
    return ranges.stream().anyMatch(range -> range.hasSlot(slot));
  }

  /** Finds a hash tag in one of the slots, by trying. */
  private static String tagIn(List<ClusterSlotRange> ranges) {
    int number = 0;
    while (!serves(ranges, slot("probe" + number))) {
      number++;
    }
    return "probe" + number;
  }

  private static Topology topology(List<Group> groups) {
    Shard[] bySlot = new Shard[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      // No master serves the slot. Any master replies with that error.
      bySlot[slot] = groups.get(0).shard();
    }
    for (Group group : groups) {
      for (ClusterSlotRange range : group.ranges()) {
        for (int slot = range.getStartSlot(); slot <= range.getEndSlot(); slot++) {
          bySlot[slot] = group.shard();
        }
      }
    }
    return new Topology(groups, List.of(bySlot));
  }

  /**
   * CRC-16/XMODEM modulo 16384, as the specification of Redis Cluster defines the slot of a tag.
   */
  static int slot(String tag) {
    int crc = 0;
    for (byte octet : tag.getBytes(StandardCharsets.UTF_8)) {
      crc ^= (octet & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
      }
    }
    return (crc & 0xffff) % SLOTS;
  }
}
