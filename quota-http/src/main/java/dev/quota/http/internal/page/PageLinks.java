package dev.quota.http.internal.page;

import dev.quota.http.answer.RefusedRequest;
import dev.quota.message.Message;
import dev.quota.message.QuotaMessages;
import dev.quota.message.Upgrade;
import dev.quota.policy.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the links of the page of a refusal, the most useful first. Thread-safe. */
final class PageLinks {

  /** For longer waits there is no link to try again. */
  private static final long LONGEST_WAIT_SECONDS = 60;

  private static final String THE_SAME_ADDRESS = "";

  private record Link(String rel, String label, String href, Optional<String> gives) {

    Link(String rel, String label, String href) {
      this(rel, label, href, Optional.empty());
    }
  }

  private final QuotaMessages messages;

  PageLinks(QuotaMessages messages) {
    this.messages = messages;
  }

  void write(RefusedRequest refusal, Visit visit, Html html) {
    List<Link> links = links(refusal, visit);
    if (links.isEmpty()) {
      return;
    }
    html.raw("<nav aria-label=\"").text(text("page.actions", refusal)).raw("\">\n<ul>\n");
    for (Link link : links) {
      html.raw("<li><a data-rel=\"").text(link.rel()).raw("\" href=\"").text(link.href());
      html.raw("\"><bdi>").text(link.label()).raw("</bdi></a>");
      if (link.gives().isPresent()) {
        html.raw(" <span class=\"gives\">").text(link.gives().get()).raw("</span>");
      }
      html.raw("</li>\n");
    }
    html.raw("</ul>\n</nav>\n");
  }

  private List<Link> links(RefusedRequest refusal, Visit visit) {
    List<Link> links = new ArrayList<>();
    if (visit.canReopen() && isSoon(refusal)) {
      links.add(new Link("retry", text("page.retry", refusal), THE_SAME_ADDRESS));
    }
    for (Action action : refusal.actions()) {
      Optional<String> gives =
          action.isUpgrade()
              ? refusal.message().flatMap(Message::upgrade).map(Upgrade::gives)
              : Optional.empty();
      links.add(new Link(action.rel(), action.label(), action.href(), gives));
    }
    // A form that is opened again would be empty, so a link back is not useful there.
    if (visit.canReopen() && visit.cameFrom().isPresent()) {
      links.add(new Link("back", text("page.back", refusal), visit.cameFrom().get()));
    }
    return links;
  }

  private static boolean isSoon(RefusedRequest refusal) {
    return refusal.retryAfterSeconds().isPresent()
        && refusal.retryAfterSeconds().getAsLong() <= LONGEST_WAIT_SECONDS;
  }

  private String text(String key, RefusedRequest refusal) {
    return messages.text(key, refusal.locale(), Map.of());
  }
}
