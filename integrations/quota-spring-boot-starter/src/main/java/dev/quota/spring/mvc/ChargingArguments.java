package dev.quota.spring.mvc;

import dev.quota.Reservation;
import dev.quota.spring.web.Reservations;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodArgumentResolverComposite;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Binds the arguments of handlers whose cost depends on them, and charges when the last one is
 * bound. Spring MVC binds the arguments of all other handlers.
 */
final class ChargingArguments implements HandlerMethodArgumentResolver {

  private final HandlerEndpoints endpoints;
  private final HandlerMethodArgumentResolverComposite binding;

  private ChargingArguments(
      HandlerEndpoints endpoints, List<HandlerMethodArgumentResolver> resolvers) {
    this.endpoints = endpoints;
    binding = new HandlerMethodArgumentResolverComposite().addResolvers(resolvers);
  }

  /** Installs it before all other resolvers. */
  static void install(RequestMappingHandlerAdapter adapter, HandlerEndpoints endpoints) {
    List<HandlerMethodArgumentResolver> known = adapter.getArgumentResolvers();
    if (known != null && known.stream().noneMatch(ChargingArguments.class::isInstance)) {
      List<HandlerMethodArgumentResolver> all = new ArrayList<>(known);
      // Where an application configures Spring MVC without configurers, this one is missing.
      all.add(0, new ExchangeArgumentResolver());
      all.add(0, new ChargingArguments(endpoints, List.copyOf(all)));
      adapter.setArgumentResolvers(all);
    }
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    Method method = parameter.getMethod();
    return method != null
        && endpoints.isDeferring(method)
        && (Reservations.are(parameter.getParameterType()) || binding.supportsParameter(parameter));
  }

  @Override
  public @Nullable Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders)
      throws Exception {
    HttpServletRequest servletRequest = request.getNativeRequest(HttpServletRequest.class);
    Method method = parameter.getMethod();
    if (servletRequest == null || method == null) {
      throw new IllegalStateException("a charge needs a servlet request and a method");
    }
    PendingCharge pending = PendingCharge.of(servletRequest, method);
    if (Reservations.are(parameter.getParameterType())) {
      Reservation reservation = pending.reserve(servletRequest);
      return parameter.getParameterType() == Reservation.class ? reservation : reservation.async();
    }
    Object argument = binding.resolveArgument(parameter, container, request, binders);
    pending.set(parameter.getParameterIndex(), argument);
    if (parameter.getParameterIndex() == pending.size() - 1) {
      pending.charge(servletRequest);
    }
    return argument;
  }
}
