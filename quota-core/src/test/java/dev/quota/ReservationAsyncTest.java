package dev.quota;

/** The same with stages. */
final class ReservationAsyncTest extends ReservationTest {

  @Override
  EngineApi api(Quotas quotas) {
    return EngineApi.async(quotas);
  }
}
