package dev.quota.servlet;

import dev.quota.http.RefusedRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Writes a page for a person who navigates, a sentence for who asks for plain text, and JSON for
 * everything else.
 */
final class NegotiatedRenderer implements RefusalRenderer {

  private final ProblemJson problems;
  private final RefusalRenderer page;

  NegotiatedRenderer(ProblemJson problems, RefusalRenderer page) {
    this.problems = problems;
    this.page = page;
  }

  @Override
  public void render(
      RefusedRequest refusal, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ContentNegotiation wishes = ContentNegotiation.of(request);
    if (wishes.preferPage()) {
      page.render(refusal, request, response);
    } else if (wishes.preferSentence()) {
      Sentence.write(refusal.detail(), response);
    } else {
      problems.write(refusal, wishes, response);
    }
  }
}
