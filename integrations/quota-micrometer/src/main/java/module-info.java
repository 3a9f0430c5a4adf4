import org.jspecify.annotations.NullMarked;

/** Decisions and the store as Micrometer meters. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.quota.micrometer {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires static dev.quota.models;
  requires transitive micrometer.commons;
  requires transitive micrometer.core;
  requires transitive micrometer.observation;

  exports dev.quota.micrometer;
}
