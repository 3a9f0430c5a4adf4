package dev.quota.spi;

/** What a take does if its cost does not fit. */
public enum OnShort {
  /** The whole command is refused and nothing changes. */
  REFUSE_ALL,
  /** Nothing is taken for this entry's quota; the rest of the command goes on. */
  SKIP,
  /** It is taken beyond the capacity. */
  EXCEED
}
