package dev.quota;

/** The same with stages. */
final class IdempotencyAsyncTest extends IdempotencyTest {

  @Override
  Face face(Quotas quotas) {
    return Face.async(quotas);
  }
}
