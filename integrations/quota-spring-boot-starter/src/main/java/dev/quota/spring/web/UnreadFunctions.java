package dev.quota.spring.web;

import dev.quota.spring.method.SpringAnnotations;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;

/**
 * Finds functions of routers that carry {@code @Quota} and are no beans. The calls of a bean are
 * charged by its proxy. Not thread-safe.
 */
public final class UnreadFunctions {

  private final List<String> found = new ArrayList<>();

  /** Creates an empty list. */
  public UnreadFunctions() {}

  /**
   * Looks at a function.
   *
   * @param function a {@code HandlerFunction}, as a router has it
   */
  public void add(Object function) {
    Class<?> type = function.getClass();
    if (!AopUtils.isAopProxy(function) && !type.isHidden() && isMetered(type)) {
      found.add(
          type.getName()
              + " carries @Quota, but it is no bean, so it would charge nothing: make it a bean, and"
              + " give the router this bean");
    }
  }

  /**
   * Passes on what was found.
   *
   * @param mistakes receives one sentence about each function
   */
  public void tell(Consumer<String> mistakes) {
    found.forEach(mistakes);
  }

  private static boolean isMetered(Class<?> type) {
    return !SpringAnnotations.quotasOn(type).isEmpty()
        || !MethodIntrospector.selectMethods(
                type,
                (MetadataLookup<Boolean>)
                    it -> SpringAnnotations.quotasOn(it).isEmpty() ? null : Boolean.TRUE)
            .isEmpty();
  }
}
