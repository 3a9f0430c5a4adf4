package dev.quota;

/** The same with stages. */
final class ShadowAsyncTest extends ShadowTest {

  @Override
  EngineApi api(Quotas engine) {
    return EngineApi.async(engine);
  }
}
