package dev.quota;

/** The same with stages. */
final class DegradationAsyncTest extends DegradationTest {

  @Override
  Face face(Quotas quotas) {
    return Face.async(quotas);
  }
}
