import org.jspecify.annotations.NullMarked;

/** What quotas decide, as meters of Micrometer. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.quota.micrometer {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires transitive micrometer.core;

  exports dev.quota.micrometer;
}
