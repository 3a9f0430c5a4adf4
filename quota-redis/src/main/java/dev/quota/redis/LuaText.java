package dev.quota.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads the Lua files of the package. Stateless. */
final class LuaText {

  private static final String PART = "--- ";

  private LuaText() {}

  /** Returns a whole file. */
  static String read(String file) {
    try (InputStream stream = LuaText.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IllegalStateException(file + " is missing in the jar of quota-redis");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the parts of a file by the names in the lines above them. */
  static Map<String, String> parts(String file) {
    return partsOf(read(file));
  }

  /** Returns the parts of a text by the names in the lines above them. */
  static Map<String, String> partsOf(String text) {
    Map<String, String> parts = new HashMap<>();
    StringBuilder part = new StringBuilder();
    String name = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith(PART)) {
        parts.put(name, part.toString());
        name = line.substring(PART.length());
        part.setLength(0);
      } else {
        part.append(line).append('\n');
      }
    }
    parts.put(name, part.toString());
    return parts;
  }
}
