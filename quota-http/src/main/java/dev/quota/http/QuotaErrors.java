package dev.quota.http;

import dev.quota.http.answer.ErrorFormat;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets the shape of the refusals of an endpoint that has a {@link dev.quota.Quota}.
 *
 * <pre>{@code
 * @Quota("chat")
 * @QuotaErrors(ErrorFormat.ANTHROPIC)
 * public class Messages extends HttpServlet { … }
 * }</pre>
 *
 * <p>On a method the annotation replaces that of its type, and a subclass without one has that of
 * its superclass. Where nothing is charged it means nothing, and the application does not start.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface QuotaErrors {

  /**
   * The shape.
   *
   * @return a shape; endpoints without the annotation have {@link ErrorFormat#PROBLEM}
   */
  ErrorFormat value();
}
