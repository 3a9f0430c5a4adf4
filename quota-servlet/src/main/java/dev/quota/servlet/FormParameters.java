package dev.quota.servlet;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code application/x-www-form-urlencoded}, by the URL standard of the WHATWG. Stateless.
 */
final class FormParameters {

  /** The bound of the common containers. */
  private static final int MOST = 10_000;

  private FormParameters() {}

  /** Adds the parameters of a body after those that are there. */
  static void add(byte[] body, @Nullable String encoding, Map<String, String[]> parameters) {
    Charset charset = charset(encoding);
    Map<String, List<String>> all = new LinkedHashMap<>();
    parameters.forEach((name, values) -> all.put(name, new ArrayList<>(List.of(values))));
    String[] pairs = new String(body, StandardCharsets.ISO_8859_1).split("&", MOST + 1);
    for (int i = 0; i < Math.min(pairs.length, MOST); i++) {
      if (!pairs[i].isEmpty()) {
        int equals = pairs[i].indexOf('=');
        String name = equals < 0 ? pairs[i] : pairs[i].substring(0, equals);
        String value = equals < 0 ? "" : pairs[i].substring(equals + 1);
        all.computeIfAbsent(decoded(name, charset), it -> new ArrayList<>())
            .add(decoded(value, charset));
      }
    }
    all.forEach((name, values) -> parameters.put(name, values.toArray(new String[0])));
  }

  private static Charset charset(@Nullable String encoding) {
    try {
      return encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
    } catch (IllegalArgumentException e) {
      // The client's charset is unknown.
      return StandardCharsets.UTF_8;
    }
  }

  private static String decoded(String text, Charset charset) {
    try {
      return URLDecoder.decode(text, charset);
    } catch (IllegalArgumentException e) {
      // A malformed escape is kept unchanged.
      return text;
    }
  }
}
