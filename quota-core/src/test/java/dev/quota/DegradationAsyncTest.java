package dev.quota;

/** The same with stages. */
final class DegradationAsyncTest extends DegradationTest {

  @Override
  EngineApi api(Quotas quotas) {
    return EngineApi.async(quotas);
  }
}
