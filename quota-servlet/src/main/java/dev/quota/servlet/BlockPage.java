package dev.quota.servlet;

import dev.quota.Action;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.message.LimitText;
import dev.quota.message.QuotaMessages;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;

/**
 * The page for a person who navigates to an endpoint that refuses: the same words and actions as
 * the problem document, without a script and under a strict content security policy.
 */
final class BlockPage {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_BYTES = 16;

  private final QuotaMessages messages;
  private final String style = resource("block-page.css");

  BlockPage(QuotaMessages messages) {
    this.messages = messages;
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(BlockPage.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /** Writes a refusal, whose status and headers are set. */
  void write(RefusedRequest refusal, HttpServletResponse response) throws IOException {
    String nonce = nonce();
    byte[] body = bytes(refusal, nonce);
    response.setContentType("text/html;charset=UTF-8");
    response.setHeader(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'nonce-"
            + nonce
            + "'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "same-origin");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** Returns the page of a refusal. */
  byte[] bytes(RefusedRequest refusal, String nonce) {
    return page(refusal, nonce).getBytes(StandardCharsets.UTF_8);
  }

  static String nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private String page(RefusedRequest refusal, String nonce) {
    Html html = new Html();
    html.raw("<!doctype html>\n<html lang=\"").text(refusal.locale().toLanguageTag());
    html.raw("\" dir=\"").text(refusal.rightToLeft() ? "rtl" : "ltr").raw("\">\n<head>\n");
    html.raw("<meta charset=\"utf-8\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"robots\" content=\"noindex\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.raw("<title>").text(refusal.title()).raw("</title>\n");
    html.raw("<style nonce=\"").text(nonce).raw("\">\n").raw(style).raw("</style>\n</head>\n");
    html.raw("<body>\n<main>\n<h1>").text(refusal.title()).raw("</h1>\n");
    html.raw("<p class=\"detail\">").text(refusal.detail()).raw("</p>\n");
    actions(refusal, html);
    refusal.states().ifPresent(states -> limits(states, refusal, html));
    html.raw("</main>\n</body>\n</html>\n");
    return html.toString();
  }

  private static void actions(RefusedRequest refusal, Html html) {
    if (refusal.actions().isEmpty()) {
      return;
    }
    html.raw("<p class=\"actions\">");
    for (Action action : refusal.actions()) {
      html.raw("<a rel=\"").text(action.rel()).raw("\" href=\"").text(action.href()).raw("\">");
      html.text(action.label()).raw("</a> ");
    }
    html.raw("</p>\n");
  }

  private void limits(QuotaSnapshot states, RefusedRequest refusal, Html html) {
    html.raw("<section>\n<h2>");
    html.text(messages.text("page.limits", refusal.locale(), Map.of())).raw("</h2>\n<dl>\n");
    for (QuotaState state : states.quotas()) {
      for (LimitState limit : state.limits()) {
        LimitText words = messages.limit(states, state, limit, refusal.locale());
        html.raw("<div><dt>")
            .text(messages.label(state.policy(), refusal.locale()))
            .raw(" · ")
            .text(words.label());
        html.raw("</dt><dd>").text(words.text()).raw("</dd></div>\n");
      }
    }
    html.raw("</dl>\n</section>\n");
  }
}
