package dev.quota;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One thing a person can do about a state, shown as a link.
 *
 * @param rel what it is for, such as {@code "upgrade"}; matches {@code [a-z][a-z0-9_-]*}
 * @param label what the link says
 * @param href where it leads: http, https, mailto or relative; at most 2,000 characters, none of
 *     them invisible
 * @param labels what the link says in other languages than that of the label
 */
public record Action(String rel, String label, String href, Map<Locale, String> labels) {

  private static final Set<String> SCHEMES = Set.of("http", "https", "mailto");
  private static final int LONGEST_HREF = 2_000;

  /**
   * Checks the values.
   *
   * @param rel the component
   * @param label the component
   * @param href the component
   * @param labels the component
   * @throws IllegalArgumentException if a value is malformed or the address has another scheme
   */
  public Action {
    Names.require(rel, "rel");
    Names.requireLabel(label, "label");
    requireSafe(href);
    labels = Names.requireLabels(labels, "label");
  }

  /**
   * Returns an action with the same label in every language.
   *
   * @param rel what it is for, such as {@code "upgrade"}; matches {@code [a-z][a-z0-9_-]*}
   * @param label what the link says
   * @param href where it leads: http, https, mailto or relative
   * @throws IllegalArgumentException if a value is malformed or the address has another scheme
   */
  public Action(String rel, String label, String href) {
    this(rel, label, href, Map.of());
  }

  private static void requireSafe(String href) {
    if (href.length() > LONGEST_HREF || href.codePoints().anyMatch(Names::isInvisible)) {
      throw new IllegalArgumentException(
          "href must have at most "
              + LONGEST_HREF
              + " characters, none of them invisible, was "
              + Quoted.text(href));
    }
    URI uri;
    try {
      uri = new URI(href);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "href must be a valid address, was " + Quoted.text(href), e);
    }
    String scheme = uri.getScheme();
    if (href.isEmpty() || (scheme != null && !SCHEMES.contains(scheme.toLowerCase(Locale.ROOT)))) {
      throw new IllegalArgumentException(
          "href must be an http, https, mailto or relative address, was " + Quoted.text(href));
    }
  }
}
