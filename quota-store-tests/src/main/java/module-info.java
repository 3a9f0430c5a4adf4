import org.jspecify.annotations.NullMarked;

/** The rules of every store, as tests that a store's own tests extend. */
@NullMarked
module dev.quota.storetests {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;

  exports dev.quota.storetests;
}
