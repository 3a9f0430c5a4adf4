package dev.quota.internal.memory;

import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import java.util.ArrayList;
import java.util.List;

/** What one operation took of one key and still holds. Used under the lock of its counts. */
final class Held {

  /** What is held of one limit, and until when it can be given back. */
  static final class Part {

    private final LimitSpec limit;

    /** The end of the window that was charged last; of a rolling limit, when all has drained. */
    long endMillis;

    /** Of a calendar limit, how much was taken from the window that ends then. */
    long units;

    private Part(LimitSpec limit) {
      this.limit = limit;
    }
  }

  final Operation.Kind kind;

  /** What the take took: the answer to its repetition. */
  final long taken;

  private final List<Part> parts = new ArrayList<>(2);
  long units;

  /** True if it was settled for good and is only remembered. */
  boolean settled;

  /** In which generation of {@link Reserved} it counts. */
  int generation;

  /** Who made the operation, the empty text if nobody did. */
  final String owner;

  Held(Operation operation, long units) {
    this.kind = operation.kind();
    this.owner = operation.owner().orElse("");
    this.taken = units;
    this.units = units;
  }

  boolean isReserved() {
    return kind == Operation.Kind.RESERVATION;
  }

  /** Notes that nothing of a limit is counted any more, so that nothing can come back. */
  void forget(LimitSpec limit) {
    parts.removeIf(part -> part.limit.name().equals(limit.name()));
  }

  /** Returns the part of the limit that a count counts, added if there is none yet. */
  Part part(LimitCount count) {
    for (Part part : parts) {
      if (count.counts(part.limit)) {
        return part;
      }
    }
    Part added = new Part(count.spec);
    parts.add(added);
    return added;
  }
}
