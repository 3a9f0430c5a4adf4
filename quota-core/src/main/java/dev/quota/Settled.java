package dev.quota;

/**
 * What became of the units of one reservation. Values are immutable.
 *
 * @param reserved what was taken before the work began
 * @param used what the work used; what was charged if the use is not known
 * @param charged what stays charged
 */
public record Settled(long reserved, long used, long charged) {

  /**
   * Returns what was used but not charged: it was beyond the limits and their grace, and the policy
   * forgives it.
   *
   * @return units, at least 0
   */
  public long uncharged() {
    return Math.max(0, used - charged);
  }
}
