package dev.quota.spring.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/** Sends the calls of a model to the one with a quota, and everything else to the model itself. */
final class MeteredCalls implements MethodInterceptor {

  /** The methods of Spring AI's interfaces that ask a model. */
  private static final Set<String> ASKING =
      Set.of("call", "embed", "embedForResponse", "stream", "streamTranscribe", "transcribe");

  /** Whether this thread is in a call that is counted, so that a model behind it is not. */
  private static final ThreadLocal<Boolean> COUNTED = ThreadLocal.withInitial(() -> false);

  private final ModelKind kind;
  private final Supplier<Object> metered;

  MeteredCalls(ModelKind kind, Supplier<Object> metered) {
    this.kind = kind;
    this.metered = metered;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Method method = invocation.getMethod();
    if (!ASKING.contains(method.getName()) || COUNTED.get()) {
      return invocation.proceed();
    }
    Method counted =
        ReflectionUtils.findMethod(kind.type(), method.getName(), method.getParameterTypes());
    if (counted == null) {
      throw new IllegalStateException(
          "The quota of "
              + kind.property()
              + " cannot count "
              + method
              + ": call a method of "
              + kind.type().getName()
              + ", or set "
              + kind.property()
              + ".enabled to false.");
    }
    COUNTED.set(true);
    try {
      return counted.invoke(metered.get(), invocation.getArguments());
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    } finally {
      COUNTED.remove();
    }
  }
}
