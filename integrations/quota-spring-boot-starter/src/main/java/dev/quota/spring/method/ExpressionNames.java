package dev.quota.spring.method;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.util.StringUtils;

/**
 * Checks that the names in an expression exist, so that a mistyped one stops the start. Properties
 * are checked as far as the types of parameters are known.
 */
final class ExpressionNames {

  private static final Set<String> RESERVED = Set.of("root", "this");

  private final String expression;
  private final Class<?> type;
  private final Method method;
  private final BeanFactory beans;
  private final String @Nullable [] names;

  ExpressionNames(String expression, Class<?> type, Method method, BeanFactory beans) {
    this.expression = expression;
    this.type = type;
    this.method = method;
    this.beans = beans;
    this.names = MethodExpression.NAMES.getParameterNames(method);
  }

  /**
   * Checks a part of the expression and its children.
   *
   * @throws IllegalArgumentException if a name does not exist
   */
  void check(SpelNode node) {
    if (node instanceof CompoundExpression) {
      checkChain(node);
    } else if (node instanceof FunctionReference) {
      throw new IllegalArgumentException(
          expression + " calls " + node.toStringAST() + ", but there are no functions here");
    } else if (node instanceof VariableReference) {
      Optional<Class<?>> unused = typeOf(node.toStringAST().substring(1));
    } else if (node instanceof BeanReference) {
      requireBean(node.toStringAST().substring(1).replace("'", ""));
    } else if (node instanceof PropertyOrFieldReference property) {
      requireProperty(type, property.getName(), true);
    } else {
      checkChildren(node);
    }
  }

  private void checkChildren(SpelNode node) {
    // Inside these, a plain name is a property of an element, or a key.
    boolean inElement =
        node instanceof Projection || node instanceof Selection || node instanceof Indexer;
    for (int i = 0; i < node.getChildCount(); i++) {
      if (inElement) {
        checkVariables(node.getChild(i));
      } else {
        check(node.getChild(i));
      }
    }
  }

  private void checkVariables(SpelNode node) {
    if (node instanceof VariableReference) {
      check(node);
    }
    for (int i = 0; i < node.getChildCount(); i++) {
      checkVariables(node.getChild(i));
    }
  }

  /**
   * Checks a chain such as {@code #request.options.maxTokens} from left to right, as long as types
   * are known.
   */
  private void checkChain(SpelNode chain) {
    SpelNode first = chain.getChild(0);
    check(first);
    Optional<Class<?>> known = Optional.empty();
    if (first instanceof VariableReference && !(first instanceof FunctionReference)) {
      known = typeOf(first.toStringAST().substring(1));
    }
    for (int i = 1; i < chain.getChildCount(); i++) {
      SpelNode part = chain.getChild(i);
      if (part instanceof PropertyOrFieldReference property) {
        known = known.flatMap(it -> requireProperty(it, property.getName(), false));
      } else {
        checkChildren(part);
        known = Optional.empty();
      }
    }
  }

  /** Returns the type of a variable, if its properties are known. */
  private Optional<Class<?>> typeOf(String variable) {
    Class<?>[] types = method.getParameterTypes();
    for (int i = 0; i < types.length; i++) {
      if (variable.equals("a" + i)
          || variable.equals("p" + i)
          || (names != null && variable.equals(names[i]))) {
        if (ReactiveMethods.isPublisher(types[i])) {
          throw new IllegalArgumentException(
              expression
                  + " names #"
                  + variable
                  + ", which is a "
                  + types[i].getSimpleName()
                  + ", so its value is not known when the method is called; take the value itself");
        }
        return known(types[i]);
      }
    }
    if (RESERVED.contains(variable)) {
      return Optional.empty();
    }
    throw unknown(variable);
  }

  private IllegalArgumentException unknown(String variable) {
    int parameters = method.getParameterCount();
    return new IllegalArgumentException(
        expression
            + " names #"
            + variable
            + (names == null && parameters > 0
                ? ", but the class was compiled without the names of its parameters; compile it"
                    + " with -parameters, or use #a0 for the first"
                : ", which is no parameter of "
                    + method.getName()
                    + "; its parameters are "
                    + Arrays.toString(names == null ? new String[0] : names)));
  }

  private void requireBean(String bean) {
    if (!beans.containsBean(bean)) {
      throw new IllegalArgumentException(
          expression + " names the bean \"" + bean + "\", which does not exist");
    }
  }

  private Optional<Class<?>> requireProperty(Class<?> owner, String property, boolean ofBean) {
    Optional<Class<?>> found = property(owner, property);
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          expression
              + " names \""
              + property
              + "\", but "
              + owner.getName()
              + " has no such property"
              + (ofBean ? "; a parameter is written #" + property : ""));
    }
    return found.flatMap(ExpressionNames::known);
  }

  /**
   * Finds a property by the rules of SpEL: a getter, an accessor of its name, or a public field.
   */
  private static Optional<Class<?>> property(Class<?> owner, String name) {
    String capitalized = StringUtils.capitalize(name);
    Stream<Class<?>> getters =
        Arrays.stream(owner.getMethods())
            .filter(it -> it.getParameterCount() == 0)
            .filter(
                it ->
                    it.getName().equals(name)
                        || it.getName().equals("get" + capitalized)
                        || it.getName().equals("is" + capitalized))
            .map(Method::getReturnType);
    Stream<Class<?>> fields =
        Arrays.stream(owner.getFields())
            .filter(it -> it.getName().equals(name))
            .map(Field::getType);
    return Stream.concat(getters, fields).findFirst();
  }

  /** Returns a type if its values have only the properties that it declares. */
  private static Optional<Class<?>> known(Class<?> declared) {
    boolean open =
        declared.isInterface()
            || declared.isPrimitive()
            || declared.isArray()
            || Modifier.isAbstract(declared.getModifiers())
            || declared == Object.class
            || Map.class.isAssignableFrom(declared);
    return open ? Optional.empty() : Optional.of(declared);
  }
}
