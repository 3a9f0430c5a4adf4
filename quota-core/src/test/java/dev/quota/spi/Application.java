package dev.quota.spi;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Receipt;
import dev.quota.Reservation;
import dev.quota.Subject;

/** Stands for the code of an application, which is in no package of the library. */
public final class Application {

  private Application() {}

  /**
   * Charges and forgets the receipt, as a bug would.
   *
   * @param quotas the engine
   * @param subject who is charged
   * @param quota the quota's name
   * @return whether it was allowed
   */
  public static boolean chargeAndDrop(Quotas quotas, Subject subject, String quota) {
    return quotas.charge(subject, quota, 1).isAllowed();
  }

  /**
   * Charges and keeps the receipt.
   *
   * @param quotas the engine
   * @param subject who is charged
   * @param quota the quota's name
   * @return what was taken
   */
  public static Receipt charge(Quotas quotas, Subject subject, String quota) {
    return ((Decision.Allowed) quotas.charge(subject, quota, 1)).receipt();
  }

  /**
   * Reserves, uses some of it, and forgets the reservation.
   *
   * @param quotas the engine
   * @param subject who is charged
   * @param quota the quota's name
   * @param estimate how much to reserve
   * @param used how much to use
   */
  public static void reserveAndDrop(
      Quotas quotas, Subject subject, String quota, long estimate, long used) {
    Reservation reservation = quotas.reserve(subject, quota, estimate);
    boolean unused = reservation.used(used);
  }
}
