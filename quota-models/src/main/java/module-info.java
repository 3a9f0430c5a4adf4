import org.jspecify.annotations.NullMarked;

/** Reads what a model call used from its provider's answer. */
@NullMarked
module dev.quota.models {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires com.fasterxml.jackson.core;

  exports dev.quota.models;
}
