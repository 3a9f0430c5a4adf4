package dev.quota.message;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The parsed texts of one file. Filled by one thread, then only read. */
final class Bundle {

  private static final Set<String> GENERAL = generalKeys();

  private final Map<String, Template> templates = new HashMap<>();
  private final Map<String, Map<String, Template>> byQuota = new HashMap<>();

  /** Returns the texts for every quota, by key. */
  Map<String, Template> templates() {
    return templates;
  }

  /** Returns the texts for single quotas, by quota and key. */
  Map<String, Map<String, Template>> byQuota() {
    return byQuota;
  }

  /** Adds everything of another bundle, whose texts override those of this one. */
  void addAll(Bundle other) {
    templates.putAll(other.templates);
    other.byQuota.forEach(
        (quota, texts) -> byQuota.computeIfAbsent(quota, it -> new HashMap<>()).putAll(texts));
  }

  void put(String key, Template template) {
    Optional<String> general = generalKey(key);
    if (general.isPresent()) {
      String quota = key.substring(general.get().length() + 1);
      byQuota.computeIfAbsent(quota, it -> new HashMap<>()).put(general.get(), template);
    } else {
      // Texts look up constants, which are found faster if the key is the same object.
      templates.put(key.intern(), template);
    }
  }

  /** Returns the general key of a key for one quota, such as {@code quota.warning.title.chat}. */
  static Optional<String> generalKey(String key) {
    for (int dot = key.indexOf('.'); dot > 0 && dot < key.length() - 1; ) {
      String start = key.substring(0, dot);
      if (GENERAL.contains(start)) {
        return Optional.of(start);
      }
      dot = key.indexOf('.', dot + 1);
    }
    return Optional.empty();
  }

  private static Set<String> generalKeys() {
    Set<String> keys = new HashSet<>();
    for (MessageCode code : MessageCode.values()) {
      keys.add(code.titleKey());
      keys.add(code.detailKey());
    }
    return keys;
  }
}
