package dev.quota.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test method of a class its own engine. Its clock only moves when the test moves it.
 * Parameters of the types {@link TestQuotas}, {@link dev.quota.Quotas} and {@code ManualClock} are
 * filled in.
 *
 * <pre>{@code
 * @QuotaTest("classpath:quotas.yaml")
 * class ChatTest {
 *   @Test
 *   void theLastMessageOfTheDay(TestQuotas test) {
 *     Subject alice = Subject.user("alice");
 *     test.given(alice).hasUsed(49, "chat");
 *
 *     assertThat(test.quotas().charge(alice, "chat", 1)).isAllowed().hasRemaining(0);
 *   }
 * }
 * }</pre>
 *
 * <p>Counts are in memory and last for one test method. The annotation on a nested class takes
 * precedence over that of the class around it.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(QuotaExtension.class)
public @interface QuotaTest {

  /**
   * The policy file: {@code classpath:} and a resource, or a path of the file system.
   *
   * @return by default {@code classpath:quotas.yaml}; not used where {@link #policies} is given
   */
  String value() default "classpath:quotas.yaml";

  /**
   * The policies themselves, in YAML, instead of a file.
   *
   * @return YAML; by default nothing, so that the file is read
   */
  String policies() default "";

  /**
   * What the clock shows when a test begins.
   *
   * @return a moment such as the default, {@code 2026-01-15T12:00:00Z}, a Thursday
   */
  String startsAt() default TestQuotas.STARTS_AT;
}
