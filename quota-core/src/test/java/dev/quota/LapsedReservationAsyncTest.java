package dev.quota;

/** The same with stages. */
final class LapsedReservationAsyncTest extends LapsedReservationTest {

  @Override
  EngineApi api(Quotas quotas) {
    return EngineApi.async(quotas);
  }
}
