package dev.quota;

/** The same with stages. */
final class GrantAsyncTest extends GrantTest {

  @Override
  Face face(Quotas quotas) {
    return Face.async(quotas);
  }
}
