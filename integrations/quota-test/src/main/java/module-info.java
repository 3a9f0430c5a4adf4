import org.jspecify.annotations.NullMarked;

/** A clock, subjects and assertions for the tests of applications. */
@NullMarked
module dev.quota.test {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires org.junit.platform.commons;

  exports dev.quota.test;
}
