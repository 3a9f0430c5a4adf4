package dev.quota.jaxrs;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;

/**
 * A resource at the path of the state endpoints, so that filters of the application run before
 * them. {@link StateFilter} answers instead of it.
 */
@Path("")
public final class StateResource {

  static final String PATH = "quotaPath";

  static final Method GET;

  static {
    try {
      GET = StateResource.class.getMethod("get");
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For implementations of Jakarta REST. */
  public StateResource() {}

  /**
   * Is not called, because the filter has answered.
   *
   * @return a failure
   */
  @GET
  @Path("{" + PATH + ": .*}")
  public Response get() {
    return Response.serverError().build();
  }

  /**
   * Is not called either. It stands at the base itself, which RESTEasy does not match with an empty
   * rest.
   *
   * @return a failure
   */
  @GET
  public Response getBase() {
    return get();
  }

  /** Returns the path below the base path, such as {@code /state}. */
  static String pathOf(ContainerRequestContext request) {
    String path = request.getUriInfo().getPathParameters().getFirst(PATH);
    return path == null || path.isEmpty() || path.startsWith("/") ? "" + path : "/" + path;
  }
}
