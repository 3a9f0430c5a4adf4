package dev.quota;

/** The same with stages. */
final class ConversationChargeAsyncTest extends ConversationChargeTest {

  @Override
  Face face(Quotas quotas) {
    return Face.async(quotas);
  }
}
