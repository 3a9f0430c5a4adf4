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
 * The conversation of one request, and the charges that are not counted on its limits yet.
 * Thread-safe.
 */
public final class Opening {

  /** The most charges that wait in the header, which must stay short. More are counted at once. */
  private static final int MOST_WAITING = 8;

  /** One charge, and the receipt that refunds it. Equal only to itself. */
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
   * Reads the charges that wait in a header.
   *
   * @throws IllegalArgumentException if they cannot be real
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

  /** Returns a subject with this conversation. */
  public Subject with(Subject subject) {
    return subject.toBuilder().conversation(id).build();
  }

  /** Returns whether the store may have counts of it. */
  public synchronized boolean isBegun() {
    return begun;
  }

  /** Notes that the store may have counts of it from now on. */
  public synchronized void begin() {
    begun = true;
  }

  public synchronized boolean hasRoomFor(int charges) {
    return waiting.size() + charges <= MOST_WAITING;
  }

  /** Notes charges that are not counted yet. */
  public synchronized void take(Receipt receipt, List<Charge> charges) {
    charges.forEach(charge -> waiting.add(new Taken(receipt, charge)));
  }

  /** Returns the charges that are not counted yet. */
  synchronized List<Taken> waiting() {
    return List.copyOf(waiting);
  }

  /**
   * Notes that the store has counted a waiting charge.
   *
   * @return false if the charge was refunded in the meantime, so that this count must be refunded
   *     too
   */
  synchronized boolean counted(Taken taken, Receipt receipt) {
    if (waiting.remove(taken)) {
      counted.add(new Counted(taken, receipt));
      return true;
    }
    // Another thread may have counted it at the same time. The store counts it only once.
    return counted.stream().anyMatch(it -> it.taken().equals(taken));
  }

  /**
   * Forgets a charge that was refunded.
   *
   * @return the receipts of its counts; empty if the conversation does not know the charge
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

  /** Returns the text of the waiting charges for the header; null if there are none. */
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
