package dev.quota.spring.mvc;

import dev.quota.QuotaRefusedException;
import dev.quota.spring.web.Handler;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.method.ControllerAdviceBean;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.annotation.ExceptionHandlerMethodResolver;

/** Finds exception handlers of the application for {@link QuotaRefusedException}. Thread-safe. */
final class OwnRefusalHandlers {

  private final ApplicationContext context;
  private final Map<Class<?>, Boolean> controllers = new ConcurrentHashMap<>();
  private volatile @Nullable List<ControllerAdviceBean> advices;

  OwnRefusalHandlers(ApplicationContext context) {
    this.context = context;
  }

  /** Returns whether the application handles this exception of a handler itself. */
  boolean handle(@Nullable Object handler) {
    Class<?> type =
        handler instanceof HandlerMethod method ? Handler.of(method).type() : Object.class;
    return controllers.computeIfAbsent(
        type,
        it ->
            handles(it)
                || advices().stream().anyMatch(advice -> advice.isApplicableToBeanType(it)));
  }

  private List<ControllerAdviceBean> advices() {
    List<ControllerAdviceBean> known = advices;
    if (known == null) {
      known =
          ControllerAdviceBean.findAnnotatedBeans(context).stream()
              .filter(it -> it.getBeanType() != null && handles(it.getBeanType()))
              .toList();
      advices = known;
    }
    return known;
  }

  private static boolean handles(Class<?> type) {
    Method found =
        new ExceptionHandlerMethodResolver(type)
            .resolveMethodByExceptionType(QuotaRefusedException.class);
    if (found == null) {
      return false;
    }
    ExceptionHandler annotation =
        AnnotatedElementUtils.findMergedAnnotation(found, ExceptionHandler.class);
    Class<?>[] named =
        annotation == null || annotation.value().length == 0
            ? found.getParameterTypes()
            : annotation.value();
    return Arrays.asList(named).contains(QuotaRefusedException.class);
  }
}
