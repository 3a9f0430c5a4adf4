import org.jspecify.annotations.NullMarked;

/** The store that nodes share. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.quota.redis {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires transitive redisson;
  requires io.netty.common;
  // Redisson needs these and has no descriptor that says so.
  requires io.netty.resolver.dns;
  requires org.slf4j;

  exports dev.quota.redis;
}
