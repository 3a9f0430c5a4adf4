import org.jspecify.annotations.NullMarked;

/** The servlet filter. */
@NullMarked
module dev.quota.servlet {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires transitive dev.quota.http;
  requires transitive jakarta.servlet;
  // Its service is not declared here: a module without Jakarta REST could not be resolved then.
  requires static jakarta.ws.rs;

  exports dev.quota.servlet;
}
