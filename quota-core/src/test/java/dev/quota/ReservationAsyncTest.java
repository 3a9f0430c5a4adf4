package dev.quota;

/** The same with stages. */
final class ReservationAsyncTest extends ReservationTest {

  @Override
  Face face(Quotas quotas) {
    return Face.async(quotas);
  }
}
