package dev.quota.demo;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * An agent that is never content: it hands the work on to the other one, in the conversation that
 * the header names. Nothing in it knows when to stop; the quota does.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
@Quota(AgentServlet.QUOTA)
final class AgentServlet extends HttpServlet {

  static final String QUOTA = "agents";

  private final String next;

  /**
   * Creates an agent.
   *
   * @param next the path of the agent that goes on
   */
  AgentServlet(String next) {
    this.next = next;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    Json.write(response, "application/json", json -> json.writeStringField("next", next));
  }
}
