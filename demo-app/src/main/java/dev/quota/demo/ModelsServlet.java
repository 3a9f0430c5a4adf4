package dev.quota.demo;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The list of models that clients of OpenAI show. */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class ModelsServlet extends HttpServlet {

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Json.write(
        response,
        "application/json",
        json -> {
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          json.writeStartObject();
          json.writeStringField("id", ModelServlet.LARGE);
          json.writeStringField("object", "model");
          json.writeNumberField("created", 0);
          json.writeStringField("owned_by", "quota-demo");
          json.writeEndObject();
          json.writeEndArray();
        });
  }
}
