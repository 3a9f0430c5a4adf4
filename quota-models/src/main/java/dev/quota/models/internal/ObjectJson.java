package dev.quota.models.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Writes the numbers of a client's object as the JSON that the client read them from. */
public final class ObjectJson {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int DEEPEST = 5;

  /** The names of all accessors of use contain one of these words. */
  private static final List<String> WORDS =
      List.of("token", "cache", "seconds", "searchunits", "servertooluse", "searchrequests");

  private record Accessor(String name, Method method) {}

  private static final ClassValue<List<Accessor>> ACCESSORS =
      new ClassValue<>() {
        @Override
        protected List<Accessor> computeValue(Class<?> type) {
          return accessors(type);
        }
      };

  private ObjectJson() {}

  /** Returns a document with the values of the object. */
  public static String write(Object usage) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeFieldName("usage");
      value(usage, json, 0);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void value(@Nullable Object value, JsonGenerator json, int depth)
      throws IOException {
    if (value instanceof Double || value instanceof Float || value instanceof BigDecimal) {
      json.writeNumber(value.toString());
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value == null || depth > DEEPEST) {
      json.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(String.valueOf(entry.getKey()));
        value(entry.getValue(), json, depth + 1);
      }
      json.writeEndObject();
    } else {
      json.writeStartObject();
      for (Accessor accessor : ACCESSORS.get(value.getClass())) {
        Object said = call(accessor.method(), value);
        if (said != null) {
          json.writeFieldName(accessor.name());
          value(said, json, depth + 1);
        }
      }
      json.writeEndObject();
    }
  }

  /** Returns the value of an accessor; null if it has none, or fails because it has none. */
  private static @Nullable Object call(Method accessor, Object usage) {
    try {
      Object said = accessor.invoke(usage);
      if (said instanceof Optional<?> optional) {
        return optional.orElse(null);
      }
      if (said instanceof OptionalLong optional) {
        return optional.isPresent() ? optional.getAsLong() : null;
      }
      return said;
    } catch (InvocationTargetException e) {
      return null; // clients throw if the answer lacks a member that they expect
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Accessor> accessors(Class<?> type) {
    List<Accessor> found = new ArrayList<>();
    if (type.getName().startsWith("java.")) {
      return found;
    }
    for (Method method : type.getMethods()) {
      String name = name(method);
      if (isAccessor(method, name) && found.stream().noneMatch(it -> it.name().equals(name))) {
        if (method.trySetAccessible()) {
          found.add(new Accessor(name, method));
        }
      }
    }
    return found;
  }

  private static boolean isAccessor(Method method, String name) {
    Class<?> returned = method.getReturnType();
    return method.getParameterCount() == 0
        && !Modifier.isStatic(method.getModifiers())
        && !method.isSynthetic()
        && returned != void.class
        && returned != boolean.class
        && returned != String.class
        && !name.startsWith("_")
        && WORDS.stream().anyMatch(name.toLowerCase(Locale.ROOT)::contains);
  }

  /** {@code getPromptTokens} is promptTokens, and LangChain4j's inputTokenCount is inputTokens. */
  private static String name(Method method) {
    String name = method.getName();
    if (name.length() > 3 && name.startsWith("get")) {
      name = Character.toLowerCase(name.charAt(3)) + name.substring(4);
    }
    return switch (name) {
      case "inputTokenCount" -> "inputTokens";
      case "outputTokenCount" -> "outputTokens";
      case "totalTokenCount" -> "totalTokens";
      default -> name;
    };
  }
}
