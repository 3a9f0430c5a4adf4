import org.jspecify.annotations.NullMarked;

/** The servlet filter. */
@NullMarked
module dev.quota.servlet {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires transitive dev.quota.http;
  requires transitive jakarta.servlet;
  // The service is not declared here, because the module could then not be resolved without Jakarta
  // REST.
  requires static jakarta.ws.rs;

  exports dev.quota.servlet;
}
