package dev.quota.spring.mvc;

import dev.quota.QuotaRefusedException;
import dev.quota.servlet.QuotaFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers a {@link QuotaRefusedException} like the filter answers a refusal, unless the application
 * handles this exception itself. A handler for all exceptions does not count as such.
 */
final class RefusalResolver implements HandlerExceptionResolver, Ordered {

  private static final int DEEPEST_CAUSE = 16;

  private final Supplier<QuotaFilter> filter;
  private final OwnRefusalHandlers own;

  RefusalResolver(Supplier<QuotaFilter> filter, OwnRefusalHandlers own) {
    this.filter = filter;
    this.own = own;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception thrown) {
    Optional<QuotaRefusedException> refused = refusal(thrown);
    if (refused.isEmpty() || response.isCommitted() || own.handle(handler)) {
      return null;
    }
    try {
      filter.get().refuse(refused.get().decision(), request, response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ModelAndView();
  }

  private static Optional<QuotaRefusedException> refusal(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      if (cause instanceof QuotaRefusedException refused) {
        return Optional.of(refused);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }
}
