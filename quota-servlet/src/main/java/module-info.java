import org.jspecify.annotations.NullMarked;

/** The servlet filter. */
@NullMarked
module dev.quota.servlet {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires transitive dev.quota.http;
  requires transitive jakarta.servlet;

  exports dev.quota.servlet;
}
