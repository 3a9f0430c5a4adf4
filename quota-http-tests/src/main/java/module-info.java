import org.jspecify.annotations.NullMarked;

/** The recorded behaviour over HTTP, as tests that the tests of a stack implement. */
@NullMarked
module dev.quota.httptests {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires transitive dev.quota.http;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires java.net.http;

  exports dev.quota.httptests;
}
