package dev.quota.spring.method;

import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Knows the classes that another part of the library charges, so that no call is charged twice.
 * Stateless.
 */
final class ElsewhereRead {

  private static final String CONTROLLER = "org.springframework.stereotype.Controller";
  private static final String RESOURCE = "jakarta.ws.rs.Path";

  /** Types that handle requests. */
  private static final Set<String> HANDLERS =
      Set.of(
          "jakarta.servlet.Servlet",
          "jakarta.servlet.Filter",
          "org.springframework.web.HttpRequestHandler",
          "org.springframework.web.servlet.mvc.Controller",
          "org.springframework.web.server.WebHandler",
          "org.springframework.web.server.WebFilter");

  private static final Set<Class<?>> PRESENT = present();

  private static final boolean RESOURCES_ARE_READ =
      ClassUtils.isPresent("dev.quota.jaxrs.QuotaFeature", null);

  private ElsewhereRead() {}

  private static Set<Class<?>> present() {
    return Set.of(HANDLERS.stream().flatMap(ElsewhereRead::load).toArray(Class<?>[]::new));
  }

  private static Stream<Class<?>> load(String name) {
    try {
      return Stream.of(ClassUtils.forName(name, ElsewhereRead.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      System.getLogger(ElsewhereRead.class.getName())
          .log(System.Logger.Level.DEBUG, "Not here, so nothing implements it.", e);
      return Stream.empty();
    }
  }

  /** Returns whether another part of the library reads {@code @Quota} on a class. */
  static boolean test(@Nullable Class<?> type) {
    if (type == null || isOfAFramework(type)) {
      return true;
    }
    MergedAnnotations annotations = MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY);
    return annotations.isPresent(CONTROLLER)
        || (RESOURCES_ARE_READ && annotations.isPresent(RESOURCE))
        || PRESENT.stream().anyMatch(it -> it.isAssignableFrom(type));
  }

  private static boolean isOfAFramework(Class<?> type) {
    String name = type.getName();
    return name.startsWith("org.springframework.") || name.startsWith("java.");
  }
}
