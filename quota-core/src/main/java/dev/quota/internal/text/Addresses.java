package dev.quota.internal.text;

import java.net.URI;
import java.net.URISyntaxException;
import java.text.Normalizer;
import java.util.Locale;

/**
 * Checks the address of an action. Allowed are a web address with a host and without a user, {@code
 * mailto}, and an address on the same site. Addresses that could mislead a person about their
 * target are refused.
 */
public final class Addresses {

  private static final int LONGEST = 2_000;
  private static final int HIGHEST_PORT = 65_535;

  /**
   * Characters that look like a colon, a slash or a backslash, and that no Unicode normal form
   * changes.
   */
  private static final String LOOKALIKES = "∶꞉ː˸։׃᛬⁝∷⁄∕⧸╱⟋∖⧵⧹﹨⁚᠃܃܄";

  private Addresses() {}

  /**
   * Returns the address if it is safe as a link.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static String requireSafe(String href) {
    if (href.length() > LONGEST || href.codePoints().anyMatch(Names::isInvisible)) {
      throw refused(href, "have at most " + LONGEST + " characters, none of them invisible");
    }
    URI uri;
    try {
      uri = new URI(href);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "href must be a valid address, was " + Quoted.text(href), e);
    }
    if (looksLikeAnother(href)) {
      throw refused(href, "have no characters that look like : or /");
    }
    if (uri.getScheme() == null) {
      requireRelative(href);
    } else {
      switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
        case "http", "https" -> requireHost(href, uri);
        case "mailto" -> requireMailbox(href, uri);
        default -> throw refused(href, "be an http, https, mailto or relative address");
      }
    }
    return href;
  }

  private static IllegalArgumentException refused(String href, String condition) {
    return new IllegalArgumentException("href must " + condition + ", was " + Quoted.text(href));
  }

  private static boolean looksLikeAnother(String href) {
    String normal = Normalizer.normalize(href, Normalizer.Form.NFKC);
    return signs(normal) != signs(href) || href.chars().anyMatch(c -> LOOKALIKES.indexOf(c) >= 0);
  }

  private static long signs(String text) {
    return text.chars().filter(c -> ":/\\@?#".indexOf(c) >= 0).count();
  }

  private static void requireHost(String href, URI uri) {
    String authority = uri.getRawAuthority();
    if (uri.getHost() == null || authority == null) {
      throw refused(href, "name a host after http:// or https://, in ASCII");
    }
    if (authority.indexOf('@') >= 0) {
      throw refused(href, "name no user or password");
    }
    if (uri.getPort() > HIGHEST_PORT || authority.endsWith(":")) {
      throw refused(href, "have a port from 0 to " + HIGHEST_PORT);
    }
  }

  private static void requireMailbox(String href, URI uri) {
    String mailbox = uri.getRawSchemeSpecificPart();
    if (!uri.isOpaque() || mailbox.indexOf('@') < 1) {
      throw refused(href, "name a mailbox after mailto:, such as mailto:sales@example.com");
    }
  }

  /** A relative address begins with a plain name, one slash, ? or #, and has no empty segment. */
  private static void requireRelative(String href) {
    int end = 0;
    while (end < href.length() && "/?#".indexOf(href.charAt(end)) < 0) {
      end++;
    }
    String first = href.substring(0, end);
    if (href.isEmpty() || !first.chars().allMatch(Addresses::isPlain)) {
      throw refused(href, "be an http, https, mailto or relative address");
    }
    int path = 0;
    while (path < href.length() && "?#".indexOf(href.charAt(path)) < 0) {
      path++;
    }
    if (href.substring(0, path).contains("//")) {
      throw refused(href, "have no // without http: or https: before it");
    }
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._~-".indexOf(c) >= 0;
  }
}
