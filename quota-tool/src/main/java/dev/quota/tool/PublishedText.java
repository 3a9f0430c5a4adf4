package dev.quota.tool;

import dev.quota.redis.PublishedVersion;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is printed about a published version. */
final class PublishedText {

  private static final int DIGEST_LENGTH = 12;

  private PublishedText() {}

  static Map<String, Object> toJson(PublishedVersion version) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", version.number());
    json.put("at", version.at().toString());
    json.put("by", version.by());
    json.put("reason", version.reason());
    json.put("sha256", version.digest());
    version.rollbackTo().ifPresent(number -> json.put("rollbackTo", number));
    return json;
  }

  static String digest(PublishedVersion version) {
    return version.digest().substring(0, DIGEST_LENGTH);
  }
}
