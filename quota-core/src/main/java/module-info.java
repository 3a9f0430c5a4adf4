import org.jspecify.annotations.NullMarked;

/** The engine: policies, decisions, states, sentences, and counts in the process. */
@NullMarked
// Bucket4j has only an automatic module name. What a package is exported to is compiled later.
@SuppressWarnings({"requires-automatic", "module"})
module dev.quota.core {
  requires static transitive org.jspecify;
  requires com.github.benmanes.caffeine;
  requires io.github.bucket4j.core;
  requires org.yaml.snakeyaml;

  exports dev.quota;
  exports dev.quota.message;
  exports dev.quota.policy;
  exports dev.quota.scenario;
  exports dev.quota.source;
  exports dev.quota.spi;
  exports dev.quota.store;
  exports dev.quota.usage;
  exports dev.quota.internal.memory to
      dev.quota.httptests;
}
