package dev.quota;

/** The same with stages. */
final class IdempotencyAsyncTest extends IdempotencyTest {

  @Override
  EngineApi api(Quotas quotas) {
    return EngineApi.async(quotas);
  }
}
