package dev.quota.demo;

import dev.quota.Quota;
import dev.quota.servlet.QuotaExchange;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Draws a picture for a prompt, or for none. A picture costs four credits. */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class ImageServlet extends HttpServlet {

  private static final Prompt ANYTHING = new Prompt("anything");

  @Quota(value = "image", cost = 4)
  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Prompt prompt;
    try {
      prompt = Prompt.readOr(request, ANYTHING);
    } catch (Prompt.BadPromptException e) {
      QuotaExchange.of(request).giveBack();
      e.problem().writeTo(response);
      return;
    }
    byte[] svg = Picture.of(prompt.text()).getBytes(StandardCharsets.UTF_8);
    response.setContentType("image/svg+xml");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentLength(svg.length);
    response.getOutputStream().write(svg);
  }
}
