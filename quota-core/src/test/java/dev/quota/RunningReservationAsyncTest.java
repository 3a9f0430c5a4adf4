package dev.quota;

/** The same with stages. */
final class RunningReservationAsyncTest extends RunningReservationTest {

  @Override
  Face face(Quotas quotas) {
    return Face.async(quotas);
  }
}
