package dev.quota.http.internal.conversation;

import dev.quota.Charge;
import dev.quota.Receipt;
import dev.quota.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The conversation of one request, and what was taken of its limits and is not counted yet. Safe
 * for use by several threads.
 */
public final class Opening {

  /** What more quotas take is counted at once, so that the header stays short. */
  private static final int MOST_WAITING = 8;

  /** One charge, and the receipt by which all of it comes back. Equal to itself alone. */
  static final class Taken {

    private final @Nullable Receipt receipt;
    private final Charge charge;

    Taken(@Nullable Receipt receipt, Charge charge) {
      this.receipt = receipt;
      this.charge = charge;
    }

    @Nullable Receipt receipt() {
      return receipt;
    }

    Charge charge() {
      return charge;
    }
  }

  /** What was counted on the conversation for a charge. */
  private record Counted(Taken taken, Receipt counted) {}

  private final String id;
  private final List<Taken> waiting = new ArrayList<>();
  private final List<Counted> counted = new ArrayList<>();
  private boolean begun;

  public Opening(String id, boolean begun) {
    this.id = id;
    this.begun = begun;
  }

  /**
   * Reads what a header says was taken.
   *
   * @throws IllegalArgumentException if nobody can have taken that
   */
  public static Opening read(String id, String first) {
    Opening opening = new Opening(id, false);
    for (String part : first.isEmpty() ? new String[0] : first.split(" ", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("part must be a quota and a cost");
      }
      long cost = Long.parseLong(part, equals + 1, part.length(), 10);
      opening.waiting.add(new Taken(null, new Charge(part.substring(0, equals), cost)));
    }
    return opening;
  }

  public String id() {
    return id;
  }

  /** Returns a subject as part of this conversation. */
  public Subject with(Subject subject) {
    return subject.toBuilder().conversation(id).build();
  }

  /** Returns whether the store may keep something of it. */
  public synchronized boolean isBegun() {
    return begun;
  }

  /** Notes that the store may keep something of it from now on. */
  public synchronized void begin() {
    begun = true;
  }

  public synchronized boolean hasRoomFor(int charges) {
    return waiting.size() + charges <= MOST_WAITING;
  }

  /** Notes what was taken and not counted. */
  public synchronized void take(Receipt receipt, List<Charge> charges) {
    charges.forEach(charge -> waiting.add(new Taken(receipt, charge)));
  }

  /** Returns what was taken and is not counted yet. */
  synchronized List<Taken> waiting() {
    return List.copyOf(waiting);
  }

  /**
   * Notes that the store has counted what waited.
   *
   * @return false if the charge came back meanwhile, so that this has to come back too
   */
  synchronized boolean counted(Taken taken, Receipt receipt) {
    if (waiting.remove(taken)) {
      counted.add(new Counted(taken, receipt));
      return true;
    }
    // Another thread may have counted it at the same time, which the store does once.
    return counted.stream().anyMatch(it -> it.taken().equals(taken));
  }

  /**
   * Forgets what a charge took that came back.
   *
   * @return what was counted for it; absent if it had taken nothing
   */
  public synchronized Optional<List<Receipt>> forget(Receipt receipt) {
    boolean waited = waiting.removeIf(taken -> taken.receipt() == receipt);
    List<Receipt> gone =
        counted.stream()
            .filter(it -> it.taken().receipt() == receipt)
            .map(Counted::counted)
            .toList();
    counted.removeIf(it -> it.taken().receipt() == receipt);
    return waited || !gone.isEmpty() ? Optional.of(gone) : Optional.empty();
  }

  /**
   * Returns what the header says was taken and is not counted yet; null if nothing is left to be
   * done.
   */
  public synchronized @Nullable String first() {
    if (begun && waiting.isEmpty()) {
      return null;
    }
    Map<String, Long> costs = new TreeMap<>();
    waiting.forEach(it -> costs.merge(it.charge().quota(), it.charge().cost(), Long::sum));
    return costs.entrySet().stream()
        .map(it -> it.getKey() + "=" + it.getValue())
        .collect(Collectors.joining(" "));
  }
}
