package dev.quota;

/** The same with stages. */
final class DegradeToAsyncTest extends DegradeToTest {

  @Override
  EngineApi api(Quotas quotas) {
    return EngineApi.async(quotas);
  }
}
