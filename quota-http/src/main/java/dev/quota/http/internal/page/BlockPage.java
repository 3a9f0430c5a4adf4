package dev.quota.http.internal.page;

import dev.quota.QuotaSnapshot;
import dev.quota.http.answer.Content;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.answer.RefusedRequest;
import dev.quota.message.Message;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The HTML page of a refusal, for a person in a browser. It has the same texts and actions as the
 * problem document, no script, and a strict content security policy. Thread-safe.
 */
public final class BlockPage {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_BYTES = 16;
  private static final String TIME = "{when}";

  private final QuotaMessages messages;
  private final String style;
  private final PageLinks links;
  private final PageLimits limits;

  /**
   * Prepares the page.
   *
   * @param ownStyle CSS of the application, after that of the library
   */
  public BlockPage(QuotaMessages messages, String ownStyle) {
    this.messages = messages;
    this.style = resource("block-page.css") + ownStyle;
    this.links = new PageLinks(messages);
    this.limits = new PageLimits(messages);
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(BlockPage.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /**
   * Returns the CSS if it is safe in the page.
   *
   * @throws IllegalArgumentException if it would end the style element
   */
  public static String requireStyle(String css) {
    if (css.toLowerCase(Locale.ROOT).contains("</style")) {
      throw new IllegalArgumentException(
          "css must not contain \"</style\", which ends the rules; write \"<\\/style\"");
    }
    return css;
  }

  /** Returns the page of a refusal with its content security policy. */
  public Content content(RefusedRequest refusal, Visit visit) {
    String nonce = nonce();
    HeaderFields headers = new HeaderFields();
    headers.put(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'nonce-"
            + nonce
            + "'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'");
    headers.put("Referrer-Policy", "same-origin");
    return new Content("text/html;charset=UTF-8", bytes(refusal, visit, nonce), headers);
  }

  /** Returns the page of a refusal. */
  public byte[] bytes(RefusedRequest refusal, Visit visit, String nonce) {
    Html html = new Html();
    head(refusal, nonce, html);
    html.raw("<body>\n<main>\n<h1>").text(heading(refusal)).raw("</h1>\n<p class=\"detail\">");
    detail(refusal, html);
    html.raw("</p>\n");
    notes(refusal, visit, html);
    links.write(refusal, visit, html);
    refusal.states().ifPresent(states -> limits.write(states, refusal.locale(), html));
    refusal.states().flatMap(QuotaSnapshot::plan).ifPresent(plan -> plan(plan, refusal, html));
    html.raw("</main>\n</body>\n</html>\n");
    return html.toString().getBytes(StandardCharsets.UTF_8);
  }

  public static String nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private void head(RefusedRequest refusal, String nonce, Html html) {
    html.raw("<!doctype html>\n<html lang=\"").text(refusal.language().toLanguageTag());
    html.raw("\" dir=\"").text(refusal.rightToLeft() ? "rtl" : "ltr").raw("\">\n<head>\n");
    html.raw("<meta charset=\"utf-8\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"robots\" content=\"noindex\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.raw("<title>").text(heading(refusal)).raw("</title>\n");
    html.raw("<style nonce=\"").text(nonce).raw("\">\n").raw(style).raw("</style>\n</head>\n");
  }

  private static String heading(RefusedRequest refusal) {
    return refusal.message().map(Message::title).orElse(refusal.title());
  }

  /** Writes what happened. The time is an element that programs can read. */
  private static void detail(RefusedRequest refusal, Html html) {
    String text = refusal.message().map(Message::detail).orElse(refusal.detail());
    String template = refusal.message().flatMap(Message::detailTemplate).orElse("");
    int start = template.indexOf(TIME);
    if (start < 0) {
      html.text(text);
      return;
    }
    int end = text.length() - (template.length() - start - TIME.length());
    String when = refusal.message().flatMap(Message::when).map(Object::toString).orElse("");
    html.text(text.substring(0, start)).raw("<time datetime=\"").text(when).raw("\">");
    html.text(text.substring(start, end)).raw("</time>").text(text.substring(end));
  }

  private void notes(RefusedRequest refusal, Visit visit, Html html) {
    if (refusal.states().map(BlockPage::hasSomethingLeft).orElse(false)) {
      note("page.nothing_used", refusal, html);
    }
    if (!visit.canReopen()) {
      note("page.entered", refusal, html);
    }
  }

  /**
   * Returns whether something is left, so that a person may ask whether the attempt was charged.
   */
  private static boolean hasSomethingLeft(QuotaSnapshot states) {
    return states.binding().primary().remaining().orElse(0) > 0;
  }

  private void note(String key, RefusedRequest refusal, Html html) {
    html.raw("<p class=\"note\">").text(messages.text(key, refusal.locale(), Map.of()));
    html.raw("</p>\n");
  }

  private void plan(Plan plan, RefusedRequest refusal, Html html) {
    Map<String, String> name = Map.of("plan", messages.label(plan, refusal.locale()));
    html.raw("<p class=\"plan\">").text(messages.text("page.plan", refusal.locale(), name));
    html.raw("</p>\n");
  }
}
