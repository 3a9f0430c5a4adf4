package dev.quota.spring.method;

import dev.quota.Subject;
import dev.quota.policy.Capacity;
import dev.quota.spring.QuotaExpressionException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** A SpEL expression over the arguments of one method, parsed once. Thread-safe. */
final class MethodExpression {

  static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

  private static final SpelExpressionParser PARSER = new SpelExpressionParser();
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Capacity.MAX_UNITS);

  private final SpelExpression expression;
  private final String name;
  private final Method method;
  private final BeanFactory beans;

  private MethodExpression(
      SpelExpression expression, String name, Method method, BeanFactory beans) {
    this.expression = expression;
    this.name = name;
    this.method = method;
    this.beans = beans;
  }

  /**
   * Parses an expression and checks its names.
   *
   * @param member the member of the annotation, for messages
   * @throws IllegalArgumentException if it cannot be parsed, or uses a name that does not exist
   */
  static MethodExpression parse(
      String text, String member, Class<?> type, Method method, BeanFactory beans) {
    String name = member + " \"" + text + "\"";
    SpelExpression parsed;
    try {
      parsed = PARSER.parseRaw(text);
    } catch (ExpressionException | IllegalStateException | IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " is no SpEL expression: " + e.getMessage(), e);
    }
    new ExpressionNames(name, type, method, beans).check(parsed.getAST());
    return new MethodExpression(parsed, name, method, beans);
  }

  /**
   * Returns a cost.
   *
   * @throws QuotaExpressionException if the value is no whole number from 0 to {@link
   *     Capacity#MAX_UNITS}
   */
  long cost(Object target, @Nullable Object[] arguments) {
    Object value = value(target, arguments);
    BigDecimal number = value instanceof Number it ? number(it) : null;
    if (number == null
        || number.signum() < 0
        || number.compareTo(LARGEST) > 0
        || number.stripTrailingZeros().scale() > 0) {
      throw wrong(
          "must give a whole number from 0 to " + Capacity.MAX_UNITS + ", gave " + shown(value));
    }
    return number.longValueExact();
  }

  /**
   * Returns a subject.
   *
   * @throws QuotaExpressionException if the value is neither a subject nor an id
   */
  Subject subject(Object target, @Nullable Object[] arguments) {
    Object value = value(target, arguments);
    if (value instanceof Subject subject) {
      return subject;
    }
    boolean isId = value instanceof String || value instanceof Number || value instanceof UUID;
    String id = isId ? String.valueOf(value) : "";
    if (id.isBlank()) {
      // The value may be a person's id, so it is not shown.
      throw wrong(
          "must give a dev.quota.Subject or the id of a user, gave "
              + (isId ? "an empty id" : value == null ? "null" : "a " + typeOf(value)));
    }
    return Subject.user(id);
  }

  private @Nullable Object value(Object target, @Nullable Object[] arguments) {
    MethodBasedEvaluationContext context =
        new MethodBasedEvaluationContext(target, method, arguments, NAMES);
    context.setBeanResolver(new BeanFactoryResolver(beans));
    try {
      return expression.getValue(context);
    } catch (ExpressionException | IllegalStateException | IllegalArgumentException e) {
      throw new QuotaExpressionException(
          name + " of " + where() + " failed, so nothing was charged: " + e.getMessage(), e);
    }
  }

  private QuotaExpressionException wrong(String problem) {
    return new QuotaExpressionException(
        name + " of " + where() + " " + problem + "; nothing was charged");
  }

  private String where() {
    return method.getDeclaringClass().getName() + "." + method.getName();
  }

  private static @Nullable BigDecimal number(Number number) {
    if (number instanceof BigDecimal exact) {
      return exact;
    }
    try {
      return new BigDecimal(number.toString());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String shown(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    return value instanceof Number ? value.toString() : "a " + typeOf(value);
  }

  private static String typeOf(Object value) {
    return value.getClass().getName();
  }
}
