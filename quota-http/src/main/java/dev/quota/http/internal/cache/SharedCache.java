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
 * Decides whether a shared cache may store an answer (RFC 9111, section 3; RFC 9213 for fields for
 * one kind of cache). In doubt it may. Stateless.
 */
public final class SharedCache {

  public static final String CACHE_CONTROL = "Cache-Control";

  private static final String EXPIRES = "Expires";
  private static final String NGINX = "X-Accel-Expires";
  private static final String TARGETED = "-Cache-Control";
  private static final Set<String> NGINX_OFF = Set.of("0", "off");

  /** A date before HTTP existed means "never". */
  private static final Instant LONG_AGO = Instant.parse("1995-01-01T00:00:00Z");

  private SharedCache() {}

  /** Returns whether a header with this name affects the decision. */
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

  /** Returns whether a field is for one kind of cache, which then ignores Cache-Control. */
  private static boolean isTargeted(String name) {
    int rest = name.length() - TARGETED.length();
    return name.regionMatches(true, rest, TARGETED, 0, TARGETED.length())
        || name.equalsIgnoreCase("Surrogate-Control")
        || name.equalsIgnoreCase("Edge-Control");
  }

  /**
   * Returns whether a shared cache may store the answer.
   *
   * @param names the names of all headers
   * @param values returns the lines of a header
   * @param reads whether the request was GET or HEAD, whose answers caches may store by default
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

  /** Returns whether any header affects the decision. Without one, nothing may be stored. */
  public static boolean readsAny(Collection<String> names) {
    // A loop instead of a stream, because this runs for each answer.
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
    // Without a validator, a stored answer cannot be validated for another person.
    return validator || !directives.forbidsUnasked();
  }

  private static boolean saysOtherwiseHowLong(
      CacheDirectives control, Function<String, Collection<String>> values) {
    return !control.forbidsUnasked()
        && values.apply(EXPIRES).stream().anyMatch(SharedCache::isTime);
  }

  /** Returns whether the value may be a real time, and not a way to say "already expired". */
  private static boolean isTime(String expires) {
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME
          .parse(expires.strip(), Instant::from)
          .isAfter(LONG_AGO);
    } catch (DateTimeException e) {
      // A text with a colon may be a time in an older format. Everything else means "already
      // expired".
      return expires.contains(":");
    }
  }

  /**
   * Sets the fields that forbid all caches to store an answer.
   *
   * @param names the names of the fields that the answer has already
   * @param fields receives names and values
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
