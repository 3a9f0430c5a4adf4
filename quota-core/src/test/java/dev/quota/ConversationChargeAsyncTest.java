package dev.quota;

/** The same with stages. */
final class ConversationChargeAsyncTest extends ConversationChargeTest {

  @Override
  EngineApi api(Quotas quotas) {
    return EngineApi.async(quotas);
  }
}
