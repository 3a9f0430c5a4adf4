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
    version
        .rollout()
        .ifPresent(it -> json.put("rollout", Map.of("share", it.share(), "before", it.before())));
    return json;
  }

  /** Returns to whom a version applies, after what happened to it; empty for everybody. */
  static String people(PublishedVersion version) {
    return version
        .rollout()
        .map(it -> " for " + it.share() + " of all people; the rest stay on " + it.before())
        .orElse("");
  }

  /** Returns to whom a version applies, before the reason; empty for everybody. */
  static String share(PublishedVersion version) {
    return version
        .rollout()
        .map(it -> it.share() + ", the rest on " + it.before() + ": ")
        .orElse("");
  }

  static String digest(PublishedVersion version) {
    return version.digest().substring(0, DIGEST_LENGTH);
  }
}
