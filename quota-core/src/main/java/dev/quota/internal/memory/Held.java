package dev.quota.internal.memory;

import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one operation took of one key and still holds. Used under the lock of its counts. */
final class Held {

  /** What is held of one limit, and until when it can be refunded. */
  static final class Part {

    private final LimitSpec limit;

    /**
     * The end of the window that was charged last; for a rolling limit, when all of it has
     * refilled.
     */
    long endMillis;

    /** For a calendar or session limit, how much was taken from the window with that end. */
    long units;

    /** For a sliding limit, from which slots it was taken. */
    private @Nullable HeldSlots slots;

    private Part(LimitSpec limit) {
      this.limit = limit;
    }

    HeldSlots slots() {
      if (slots == null) {
        slots = new HeldSlots();
      }
      return slots;
    }
  }

  final Operation.Kind kind;

  /** What the first take took, which a repetition reports. */
  final long taken;

  private final List<Part> parts = new ArrayList<>(2);
  long units;

  /** True if it was settled finally and is only remembered. */
  boolean settled;

  /** The generation of {@link Reserved} in which it counts. */
  int generation;

  /** The owner of the operation; empty if there is none. */
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

  /** Notes that a limit was reset, so that nothing can be refunded to it. */
  void forget(LimitSpec limit) {
    parts.removeIf(part -> part.limit.name().equals(limit.name()));
  }

  /** Returns the part of the limit of a count, created if there is none yet. */
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
