package dev.quota.http.internal.page;

import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.message.LimitText;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.LimitKind;
import dev.quota.store.Accuracy;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what is left of each limit on the page of a refusal. Thread-safe. */
public final class PageLimits {

  private final QuotaMessages messages;

  public PageLimits(QuotaMessages messages) {
    this.messages = messages;
  }

  /** Writes the section; nothing if no limit adds anything to the heading. */
  public void write(QuotaSnapshot states, Locale locale, Html html) {
    List<QuotaState> telling =
        states.visible().quotas().stream().filter(PageLimits::tells).toList();
    if (telling.isEmpty()) {
      return;
    }
    html.raw("<section aria-labelledby=\"limits\">\n<h2 id=\"limits\">");
    html.text(messages.text("page.limits", locale, Map.of())).raw("</h2>\n");
    for (QuotaState state : telling) {
      html.raw("<h3><bdi>").text(messages.label(state.policy(), locale)).raw("</bdi></h3>\n");
      html.raw("<dl>\n");
      for (LimitState limit : state.limits()) {
        if (tells(limit)) {
          limit(limit, messages.limit(states, state, limit, locale), html);
        }
      }
      html.raw("</dl>\n");
    }
    html.raw("</section>\n");
  }

  private static boolean tells(QuotaState state) {
    return state.limits().stream().anyMatch(PageLimits::tells);
  }

  /**
   * Returns whether to show a limit: it is known, part of the plan, and no pace that has room. "10
   * available now" would mislead on a day that is used up.
   */
  private static boolean tells(LimitState limit) {
    return limit.accuracy() != Accuracy.UNKNOWN
        && limit.limit().orElse(1) > 0
        && (limit.kind() == LimitKind.BUDGET || limit.isShort());
  }

  private static void limit(LimitState limit, LimitText words, Html html) {
    html.raw("<div><dt><bdi>").text(words.label()).raw("</bdi></dt>");
    html.raw("<dd>").text(words.text());
    if (limit.remainingShare().isPresent()) {
      double share = limit.remainingShare().getAsDouble();
      // Hidden from screen readers, because the text says it already.
      html.raw("<meter").raw(share == 0 ? " class=\"spent\"" : "").raw(" aria-hidden=\"true\"");
      html.raw(" min=\"0\" max=\"1\" value=\"").text(share(share)).raw("\"></meter>");
    }
    html.raw("</dd></div>\n");
  }

  /** Returns a share with two decimals, rounded down. */
  private static String share(double share) {
    return Double.toString(Math.floor(share * 100 + 1e-9) / 100);
  }
}
