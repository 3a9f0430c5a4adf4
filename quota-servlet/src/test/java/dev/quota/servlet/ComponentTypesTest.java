package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The types beside the script have every member that the schemas have. */
class ComponentTypesTest {

  @ParameterizedTest
  @CsvSource({
    "state.schema.json,   ,               State",
    "state.schema.json,   /$defs/quota,   QuotaState",
    "state.schema.json,   /$defs/limit,   LimitState",
    "state.schema.json,   /$defs/message, Message",
    "problem.schema.json, ,               Problem"
  })
  void everyMemberOfTheSchemaHasAType(String schema, String definition, String type)
      throws IOException {
    JsonNode root = new ObjectMapper().readTree(resource("/quota/schema/" + schema));
    Set<String> members = new TreeSet<>();
    collect(definition == null ? root : root.at(definition), members);
    String body = bodyOf(type, resource("/dev/quota/http/internal/file/quota.d.ts"));
    members.removeIf(name -> hasMember(body, name));
    assertThat(members).as("missing in %s", type).isEmpty();
  }

  /** Adds the members of an object, and of the objects that are written inside it. */
  private static void collect(JsonNode schema, Set<String> members) {
    for (var property : schema.path("properties").properties()) {
      members.add(property.getKey());
      collect(property.getValue(), members);
      collect(property.getValue().path("items"), members);
    }
  }

  private static boolean hasMember(String body, String name) {
    return Pattern.compile("(?m)(^|[ {])'?" + Pattern.quote(name) + "'?\\??:").matcher(body).find();
  }

  /** Returns what stands in an interface, and in the one that it extends. */
  private static String bodyOf(String type, String types) {
    Matcher found =
        Pattern.compile("(?ms)^export interface " + type + "( extends (\\w+))? \\{\n(.*?)^\\}")
            .matcher(types);
    assertThat(found.find()).as(type).isTrue();
    String parent = found.group(2);
    return found.group(3) + (parent == null ? "" : bodyOf(parent, types));
  }

  private static String resource(String path) throws IOException {
    try (InputStream in = ComponentTypesTest.class.getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
