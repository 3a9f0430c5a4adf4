package dev.quota.demo;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * An agent that never ends its work by itself. It sends the work on to the other agent, in the
 * conversation that the header names. Only the quota stops the two.
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
