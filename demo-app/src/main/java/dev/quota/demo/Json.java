package dev.quota.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads and writes the JSON of the demo. */
final class Json {

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
          .build();

  private Json() {}

  /** Writes the members of an object. */
  @FunctionalInterface
  interface Members {
    void to(JsonGenerator json) throws IOException;
  }

  /**
   * Writes one object as the whole response. The length is not set: a container sends a complete
   * response at once, and then a refund after a failure could not change the headers.
   */
  static void write(HttpServletResponse response, String type, Members members) throws IOException {
    byte[] object = object(members);
    response.setContentType(type);
    response.getOutputStream().write(object);
  }

  /** Returns a server-sent event without a name, whose data is one object. */
  static String frame(Members members) throws IOException {
    return "data: " + new String(object(members), StandardCharsets.UTF_8) + "\n\n";
  }

  /** Returns a server-sent event whose data is one object. */
  static String frame(String event, Members members) throws IOException {
    return "event: " + event + "\n" + frame(members);
  }

  private static byte[] object(Members members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      members.to(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
