package dev.quota.http;

import dev.quota.http.answer.ErrorFormat;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets the format of the refusals of an endpoint that has a {@link dev.quota.Quota}.
 *
 * <pre>{@code
 * @Quota("chat")
 * @QuotaErrors(ErrorFormat.ANTHROPIC)
 * public class Messages extends HttpServlet { … }
 * }</pre>
 *
 * <p>On a method it replaces the annotation of the type. A subclass without it has that of its
 * superclass. If nothing is charged there, the application does not start.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface QuotaErrors {

  /**
   * The format.
   *
   * @return a format; endpoints without the annotation have {@link ErrorFormat#PROBLEM}
   */
  ErrorFormat value();
}
