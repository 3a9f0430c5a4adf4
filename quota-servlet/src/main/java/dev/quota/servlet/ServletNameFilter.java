package dev.quota.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;

/**
 * A filter before one servlet, for all dispatches to it. A dispatch by name has no path, so filters
 * that are mapped to paths do not see it, and the request does not say which servlet it is.
 */
final class ServletNameFilter implements Filter {

  private final QuotaFilter filter;
  private final String servletName;

  private ServletNameFilter(QuotaFilter filter, String servletName) {
    this.filter = filter;
    this.servletName = servletName;
  }

  /** Registers one before each charged servlet that the application has so far. */
  static void install(ServletContext context, QuotaFilter filter) {
    for (String name : context.getServletRegistrations().keySet()) {
      if (filter.meterByName(context, name)) {
        FilterRegistration.Dynamic registration =
            context.addFilter("quota: " + name, new ServletNameFilter(filter, name));
        registration.setAsyncSupported(true);
        registration.addMappingForServletNames(EnumSet.allOf(DispatcherType.class), true, name);
      }
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest httpRequest
        && response instanceof HttpServletResponse httpResponse) {
      filter.doFilter(servletName, httpRequest, httpResponse, chain);
    } else {
      chain.doFilter(request, response);
    }
  }
}
