import org.jspecify.annotations.NullMarked;

/** The shared store in Redis. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.quota.redis {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires transitive redisson;
  requires io.netty.common;
  // Redisson needs these but has no module descriptor.
  requires io.netty.resolver.dns;
  requires org.slf4j;

  exports dev.quota.redis;
}
