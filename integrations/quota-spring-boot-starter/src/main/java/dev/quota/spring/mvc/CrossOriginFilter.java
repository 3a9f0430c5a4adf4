package dev.quota.spring.mvc;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.CorsProcessor;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExecutionChain;

/**
 * Applies the {@code @CrossOrigin} of a charged handler before the charge. So a page of another
 * origin can read a refusal, and a request of a forbidden origin costs nothing.
 */
final class CrossOriginFilter extends OncePerRequestFilter {

  private final HandlerLookup lookup;
  private final HandlerEndpoints endpoints;
  private final CorsProcessor processor = new DefaultCorsProcessor();

  CrossOriginFilter(HandlerLookup lookup, HandlerEndpoints endpoints) {
    this.lookup = lookup;
    this.endpoints = endpoints;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    CorsConfiguration configuration = CorsUtils.isCorsRequest(request) ? find(request) : null;
    if (configuration == null || processor.processRequest(configuration, request, response)) {
      chain.doFilter(request, response);
    }
  }

  private @Nullable CorsConfiguration find(HttpServletRequest request) {
    return lookup
        .find(request)
        .filter(found -> !endpoints.ofFound(found.getHandler()).isFree())
        .map(found -> configuration(found, request))
        .orElse(null);
  }

  private static @Nullable CorsConfiguration configuration(
      HandlerExecutionChain found, HttpServletRequest request) {
    return Stream.concat(Stream.of(found.getHandler()), found.getInterceptorList().stream())
        .filter(CorsConfigurationSource.class::isInstance)
        .map(it -> ((CorsConfigurationSource) it).getCorsConfiguration(request))
        .filter(it -> it != null)
        .findFirst()
        .orElse(null);
  }
}
