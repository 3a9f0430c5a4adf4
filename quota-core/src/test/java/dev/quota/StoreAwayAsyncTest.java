package dev.quota;

/** The same with stages. */
final class StoreAwayAsyncTest extends StoreAwayTest {

  @Override
  Face face(Quotas quotas) {
    return Face.async(quotas);
  }
}
