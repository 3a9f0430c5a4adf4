package dev.quota.http.internal.cache;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Decides whether a cache that serves several people may store an answer (RFC 9111, section 3; RFC
 * 9213 for fields that speak to one kind of cache). In doubt it may.
 */
public final class SharedCache {

  public static final String CACHE_CONTROL = "Cache-Control";

  private static final String EXPIRES = "Expires";
  private static final String NGINX = "X-Accel-Expires";
  private static final String TARGETED = "-Cache-Control";
  private static final Set<String> NGINX_OFF = Set.of("0", "off");

  /** Who means "never" sends the beginning of time, which is long before HTTP. */
  private static final Instant LONG_AGO = Instant.parse("1995-01-01T00:00:00Z");

  private SharedCache() {}

  /** Returns whether a header of this name can change the decision. */
  public static boolean reads(String name) {
    return isTargeted(name)
        || name.equalsIgnoreCase(CACHE_CONTROL)
        || name.equalsIgnoreCase(EXPIRES)
        || name.equalsIgnoreCase(NGINX)
        || isValidator(name);
  }

  private static boolean isValidator(String name) {
    return name.equalsIgnoreCase("ETag") || name.equalsIgnoreCase("Last-Modified");
  }

  /** Returns whether a field speaks to one kind of cache, which then reads no Cache-Control. */
  private static boolean isTargeted(String name) {
    int rest = name.length() - TARGETED.length();
    return name.regionMatches(true, rest, TARGETED, 0, TARGETED.length())
        || name.equalsIgnoreCase("Surrogate-Control")
        || name.equalsIgnoreCase("Edge-Control");
  }

  /**
   * Returns whether a shared cache may store the answer.
   *
   * @param names of all headers
   * @param values the lines of a header
   * @param reads whether the request was GET or HEAD, which caches store without being told
   */
  public static boolean mayStore(
      Collection<String> names, Function<String, Collection<String>> values, boolean reads) {
    if (!readsAny(names)) {
      return false;
    }
    CacheDirectives control = CacheDirectives.of(values.apply(CACHE_CONTROL));
    boolean validator = names.stream().anyMatch(SharedCache::isValidator);
    if (isInvited(control, validator)
        || (!control.forbids() && saysOtherwiseHowLong(control, values))
        || (!control.forbids() && reads && validator)) {
      return true;
    }
    if (!CacheDirectives.areOnly(List.copyOf(values.apply(NGINX)), NGINX_OFF)) {
      return true;
    }
    return names.stream()
        .filter(SharedCache::isTargeted)
        .anyMatch(name -> isInvited(CacheDirectives.of(values.apply(name)), validator));
  }

  /** Returns whether any header can change the decision; without one, nothing may be stored. */
  public static boolean readsAny(Collection<String> names) {
    // Nearly no answer gets further, so that this is a loop and no stream.
    for (String name : names) {
      if (reads(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInvited(CacheDirectives directives, boolean validator) {
    if (directives.invitesSharedCaches()) {
      return true;
    }
    if (directives.forbids() || !directives.saysHowLong()) {
      return false;
    }
    // Without a validator, nothing that is stored can be confirmed for somebody else.
    return validator || !directives.forbidsUnasked();
  }

  private static boolean saysOtherwiseHowLong(
      CacheDirectives control, Function<String, Collection<String>> values) {
    return !control.forbidsUnasked()
        && values.apply(EXPIRES).stream().anyMatch(SharedCache::isTime);
  }

  /** Returns whether the value is a time, and not one of the ways to say "now". */
  private static boolean isTime(String expires) {
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME
          .parse(expires.strip(), Instant::from)
          .isAfter(LONG_AGO);
    } catch (DateTimeException e) {
      // One of the older formats is still a time; everything else means "in the past".
      return expires.contains(":");
    }
  }

  /**
   * Sets the fields that keep every cache from storing an answer.
   *
   * @param names the fields that the answer has already
   * @param fields gets names and values
   */
  public static void forbid(Collection<String> names, BiConsumer<String, String> fields) {
    fields.accept(CACHE_CONTROL, "no-store");
    for (String name : names) {
      if (isTargeted(name)) {
        fields.accept(name, "no-store");
      } else if (name.equalsIgnoreCase(NGINX) || name.equalsIgnoreCase(EXPIRES)) {
        fields.accept(name, "0");
      }
    }
  }
}
