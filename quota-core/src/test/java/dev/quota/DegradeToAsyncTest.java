package dev.quota;

/** The same with stages. */
final class DegradeToAsyncTest extends DegradeToTest {

  @Override
  Face face(Quotas quotas) {
    return Face.async(quotas);
  }
}
