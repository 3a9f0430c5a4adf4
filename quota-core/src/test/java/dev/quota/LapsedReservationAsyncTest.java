package dev.quota;

/** The same with stages. */
final class LapsedReservationAsyncTest extends LapsedReservationTest {

  @Override
  Face face(Quotas quotas) {
    return Face.async(quotas);
  }
}
