package dev.quota.spring.webflux;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.cglib.core.SpringNamingPolicy;
import org.springframework.cglib.proxy.Callback;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.Factory;
import org.springframework.cglib.proxy.MethodInterceptor;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.objenesis.SpringObjenesis;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stands for a controller while WebFlux binds the arguments of one of its handlers. The handler
 * does not run: its arguments are noted. All other methods, such as exception handlers, are those
 * of the controller. Thread-safe.
 */
final class ArgumentRecorder {

  private static final SpringObjenesis OBJENESIS = new SpringObjenesis();

  /** Not declared as a future, because nobody waits for it. */
  private static final Object STAGE = CompletableFuture.completedFuture("");

  private final Class<?> type;
  private final Method handler;

  /** The arguments of one request. */
  static final class Recording {
    private @Nullable Object bean;
    private volatile @Nullable Object @Nullable [] arguments;

    Object bean() {
      if (bean == null) {
        throw new IllegalStateException("not started");
      }
      return bean;
    }

    /** Returns the arguments; null if WebFlux could not bind them. */
    @Nullable Object @Nullable [] arguments() {
      return arguments;
    }
  }

  /**
   * Creates a recorder.
   *
   * @param handler the method as the mapping has it
   * @throws IllegalArgumentException if no subclass can override the method
   */
  ArgumentRecorder(Method handler) {
    this.handler = BridgeMethodResolver.findBridgedMethod(handler);
    Class<?> declaring = this.handler.getDeclaringClass();
    int fixed = Modifier.FINAL | Modifier.PRIVATE | Modifier.STATIC;
    if ((this.handler.getModifiers() & fixed) != 0
        || (declaring.getModifiers() & Modifier.FINAL) != 0) {
      throw new IllegalArgumentException(
          "its expression is evaluated in a subclass, when the arguments are bound, but the method or"
              + " its class is final, private or static; change that, or use costFrom");
    }
    Enhancer enhancer = new Enhancer();
    if (declaring.isInterface()) {
      enhancer.setInterfaces(new Class<?>[] {declaring});
    } else {
      enhancer.setSuperclass(declaring);
    }
    enhancer.setNamingPolicy(SpringNamingPolicy.INSTANCE);
    enhancer.setCallbackType(MethodInterceptor.class);
    type = enhancer.createClass();
  }

  /** Starts to note the arguments of one request to a controller. */
  Recording start(Object controller) {
    Recording recording = new Recording();
    MethodInterceptor interceptor =
        (self, method, arguments, proxy) -> {
          if (BridgeMethodResolver.findBridgedMethod(method).equals(handler)) {
            recording.arguments = arguments;
            return placeholder(method.getReturnType());
          }
          return call(method, controller, arguments);
        };
    Object bean = OBJENESIS.newInstance(type, true);
    ((Factory) bean).setCallbacks(new Callback[] {interceptor});
    recording.bean = bean;
    return recording;
  }

  /**
   * Calls a method.
   *
   * @throws Throwable what the method throws
   */
  static @Nullable Object call(Method method, Object target, @Nullable Object[] arguments)
      throws Throwable {
    try {
      method.setAccessible(true);
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /** Returns something that is not null if there is such a value. WebFlux treats null as void. */
  private static @Nullable Object placeholder(Class<?> returned) {
    if (returned == Mono.class) {
      return Mono.empty();
    } else if (returned == Flux.class) {
      return Flux.empty();
    } else if (returned == CompletableFuture.class || returned == CompletionStage.class) {
      return STAGE;
    }
    return returned.isAssignableFrom(String.class) ? "" : null;
  }
}
