package dev.quota.benchmarks;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import jakarta.servlet.http.MappingMatch;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A POST request and its response without a container. The methods that the filter and the servlet
 * call are simple code. All others fail, so that nothing slow is measured by accident. The maps
 * make no garbage: they are one array each, and all names are constants.
 */
final class InMemoryExchange {

  private static final String SERVLET = "metered";

  private final Request request = new Request();
  private final Response response = new Response();

  /** Resets it to a new request of a user. */
  void start(String userId) {
    request.principal = () -> userId;
    request.attributes.clear();
    response.headers.clear();
    response.status = HttpServletResponse.SC_OK;
  }

  HttpServletRequest request() {
    return request;
  }

  HttpServletResponse response() {
    return response;
  }

  /** Returns the configuration of a filter in an application with the one metered servlet. */
  static FilterConfig filterConfig() {
    ServletRegistration registration =
        answering(
            ServletRegistration.class, Map.of("getClassName", MeteredServlet.class.getName()));
    ServletContext context =
        answering(
            ServletContext.class,
            Map.of(
                "getServletRegistrations",
                Map.of(SERVLET, registration),
                "getFilterRegistrations",
                Map.of(),
                "getServletRegistration",
                registration,
                "getClassLoader",
                InMemoryExchange.class.getClassLoader()));
    return answering(FilterConfig.class, Map.of("getServletContext", context));
  }

  /** Returns an object with an answer for each of some methods; the others fail. */
  private static <T> T answering(Class<T> type, Map<String, Object> answers) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          Object answer = answers.get(method.getName());
          if (answer == null && method.getReturnType() == boolean.class) {
            // All flags of these requests and responses are false.
            return false;
          }
          if (answer == null) {
            throw new UnsupportedOperationException(method.toString());
          }
          return answer;
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private record Mapping(
      String getMatchValue, String getPattern, String getServletName, MappingMatch getMappingMatch)
      implements HttpServletMapping {

    static final Mapping METERED = new Mapping("chat", "/chat", SERVLET, MappingMatch.EXACT);
  }

  private static final class Request extends HttpServletRequestWrapper {

    private final IdentityHashMap<String, Object> attributes = new IdentityHashMap<>(4);
    private Principal principal = () -> "";

    Request() {
      super(answering(HttpServletRequest.class, Map.of()));
    }

    @Override
    public String getMethod() {
      return "POST";
    }

    @Override
    public String getProtocol() {
      return "HTTP/1.1";
    }

    @Override
    public @Nullable String getHeader(String name) {
      return null;
    }

    @Override
    public Principal getUserPrincipal() {
      return principal;
    }

    @Override
    public DispatcherType getDispatcherType() {
      return DispatcherType.REQUEST;
    }

    @Override
    public HttpServletMapping getHttpServletMapping() {
      return Mapping.METERED;
    }

    @Override
    public @Nullable Object getAttribute(String name) {
      return attributes.get(name);
    }

    @Override
    public void setAttribute(String name, Object value) {
      attributes.put(name, value);
    }
  }

  private static final class Response extends HttpServletResponseWrapper {

    private final IdentityHashMap<String, String> headers = new IdentityHashMap<>(4);
    private int status;

    Response() {
      super(answering(HttpServletResponse.class, Map.of()));
    }

    @Override
    public void setStatus(int code) {
      status = code;
    }

    @Override
    public int getStatus() {
      return status;
    }

    @Override
    public @Nullable String getHeader(String name) {
      return headers.get(name);
    }

    @Override
    public void setHeader(String name, String value) {
      headers.put(name, value);
    }

    @Override
    public Collection<String> getHeaderNames() {
      return headers.keySet();
    }

    @Override
    public Collection<String> getHeaders(String name) {
      String value = headers.get(name);
      return value == null ? List.of() : List.of(value);
    }

    @Override
    public boolean isCommitted() {
      return false;
    }
  }
}
