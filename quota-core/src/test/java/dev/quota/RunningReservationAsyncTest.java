package dev.quota;

/** The same with stages. */
final class RunningReservationAsyncTest extends RunningReservationTest {

  @Override
  EngineApi api(Quotas quotas) {
    return EngineApi.async(quotas);
  }
}
