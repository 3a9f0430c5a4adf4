package dev.quota.servlet;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** The JSON Schemas as they ship. */
final class Schemas {

  private static final String PLACE = "https://quota.dev/schema/";

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemas(
                  Map.of(
                      PLACE + "state.schema.json", text("state.schema.json"),
                      PLACE + "problem.schema.json", text("problem.schema.json"),
                      PLACE + "notice.schema.json", text("notice.schema.json"),
                      PLACE + "anthropic-error.schema.json", text("anthropic-error.schema.json"))));

  static final Schema STATE = REGISTRY.getSchema(text("state.schema.json"));
  static final Schema NOTICE = REGISTRY.getSchema(text("notice.schema.json"));
  static final Schema PROBLEM = REGISTRY.getSchema(text("problem.schema.json"));

  static final Schema ANTHROPIC_ERROR = REGISTRY.getSchema(text("anthropic-error.schema.json"));

  private Schemas() {}

  private static String text(String name) {
    try (InputStream in = Schemas.class.getResourceAsStream("/quota/schema/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
