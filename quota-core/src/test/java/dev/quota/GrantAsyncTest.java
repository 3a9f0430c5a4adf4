package dev.quota;

/** The same with stages. */
final class GrantAsyncTest extends GrantTest {

  @Override
  EngineApi api(Quotas quotas) {
    return EngineApi.async(quotas);
  }
}
