package dev.quota.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** Finds the message files of the library and of the application, and reads them as UTF-8. */
final class BundleFiles {

  private final Optional<ClassLoader> application;

  BundleFiles(Optional<ClassLoader> application) {
    this.application = application;
  }

  static String shippedName(String tag) {
    return "messages_" + tag + ".properties";
  }

  static String overridesName(String tag) {
    return "quota-messages_" + tag + ".properties";
  }

  /** Returns the library's texts in a language; empty if there are none. */
  static Map<String, String> shipped(String tag, List<String> mistakes) {
    String file = shippedName(tag);
    try (InputStream in = BundleFiles.class.getResourceAsStream(file)) {
      return in == null ? Map.of() : texts(file, in, mistakes);
    } catch (IOException e) {
      mistakes.add(file + ": cannot be read: " + e.getMessage());
      return Map.of();
    }
  }

  /** Returns the application's texts. If several files have a key, the first file counts. */
  Map<String, String> overrides(String tag, List<String> mistakes) {
    String file = overridesName(tag);
    Map<String, String> texts = new TreeMap<>();
    if (application.isPresent()) {
      try {
        for (URL url : Collections.list(application.get().getResources(file))) {
          try (InputStream in = url.openStream()) {
            texts(file, in, mistakes).forEach(texts::putIfAbsent);
          }
        }
      } catch (IOException e) {
        mistakes.add(file + ": cannot be read: " + e.getMessage());
      }
    }
    return texts;
  }

  private static Map<String, String> texts(String file, InputStream in, List<String> mistakes)
      throws IOException {
    Properties properties = new Properties();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes());
      String source = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      // Some editors write a byte order mark before the first line.
      properties.load(new StringReader(source.startsWith("\ufeff") ? source.substring(1) : source));
    } catch (CharacterCodingException e) {
      mistakes.add(file + ": is not UTF-8");
    } catch (IllegalArgumentException e) {
      mistakes.add(file + ": " + e.getMessage());
    }
    Map<String, String> texts = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      texts.put(key, Objects.requireNonNull(properties.getProperty(key)));
    }
    return texts;
  }
}
