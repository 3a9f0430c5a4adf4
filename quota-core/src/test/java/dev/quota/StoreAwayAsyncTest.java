package dev.quota;

/** The same with stages. */
final class StoreAwayAsyncTest extends StoreAwayTest {

  @Override
  EngineApi api(Quotas quotas) {
    return EngineApi.async(quotas);
  }
}
