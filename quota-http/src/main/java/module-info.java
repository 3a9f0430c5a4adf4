import org.jspecify.annotations.NullMarked;

/** HTTP without a server: headers, refusals, states. */
@NullMarked
// The adapters to which packages are exported are compiled later.
@SuppressWarnings("module")
module dev.quota.http {
  requires static transitive org.jspecify;
  requires transitive dev.quota.core;
  requires com.fasterxml.jackson.core;

  exports dev.quota.http;
  exports dev.quota.http.answer;
  exports dev.quota.http.request;
  exports dev.quota.http.internal.cache to
      dev.quota.servlet;
  exports dev.quota.http.internal.header to
      dev.quota.servlet;
  exports dev.quota.http.internal.key to
      dev.quota.servlet;
  exports dev.quota.http.internal.state to
      dev.quota.servlet;
}
