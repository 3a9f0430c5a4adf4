package dev.quota.demo;

import dev.quota.Quota;
import dev.quota.servlet.QuotaExchange;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Draws a picture, with or without a prompt. A picture costs four credits. A request with the same
 * {@code Idempotency-Key} is charged once.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class ImageServlet extends HttpServlet {

  private static final Prompt ANYTHING = new Prompt("anything");

  private final transient StoredPictures stored = new StoredPictures();

  @Quota(value = "image", cost = 4, idempotent = true)
  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    QuotaExchange exchange = QuotaExchange.of(request);
    if (exchange.isRepetition()) {
      repeat(exchange, response);
      return;
    }
    Prompt prompt;
    try {
      prompt = Prompt.readOr(request, ANYTHING);
    } catch (Prompt.BadPromptException e) {
      exchange.refund();
      e.problem().writeTo(response);
      return;
    }
    byte[] svg = Picture.of(prompt.text()).getBytes(StandardCharsets.UTF_8);
    exchange.idempotencyId().ifPresent(id -> stored.put(id, svg));
    send(svg, response);
  }

  private void repeat(QuotaExchange exchange, HttpServletResponse response) throws IOException {
    Optional<byte[]> svg = exchange.idempotencyId().flatMap(stored::get);
    if (svg.isPresent()) {
      send(svg.get(), response);
    } else {
      exchange.refuseAsRunning();
    }
  }

  private static void send(byte[] svg, HttpServletResponse response) throws IOException {
    response.setContentType("image/svg+xml");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentLength(svg.length);
    response.getOutputStream().write(svg);
  }
}
