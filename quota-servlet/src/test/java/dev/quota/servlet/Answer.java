package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.List;
import org.greenbytes.http.sfv.Dictionary;
import org.greenbytes.http.sfv.OuterList;
import org.greenbytes.http.sfv.Parser;

/**
 * A response, whose JSON was validated against the shipped schemas and whose structured fields were
 * parsed by a parser that is not ours.
 */
record Answer(HttpResponse<String> response) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Answer of(HttpResponse<String> response) {
    Answer answer = new Answer(response);
    String type = answer.header("Content-Type");
    if (!response.body().isEmpty() && type != null && type.contains("json")) {
      if (type.contains("problem") && answer.json().has("code")) {
        assertThat(Schemas.PROBLEM.validate(answer.json())).isEmpty();
      } else if (answer.json().has("quotas")) {
        assertThat(Schemas.STATE.validate(answer.json())).isEmpty();
      }
    }
    answer.rateLimit();
    answer.levels();
    return answer;
  }

  int status() {
    return response.statusCode();
  }

  String body() {
    return response.body();
  }

  String header(String name) {
    return response.headers().firstValue(name).orElse(null);
  }

  List<String> headers(String name) {
    return response.headers().allValues(name);
  }

  JsonNode json() {
    try {
      return MAPPER.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + response.body(), e);
    }
  }

  JsonNode quota(String name) {
    JsonNode root = json().has("state") ? json().get("state") : json();
    for (JsonNode quota : root.get("quotas")) {
      if (quota.get("name").asText().equals(name)) {
        return quota;
      }
    }
    throw new AssertionError("no quota " + name + " in " + root);
  }

  OuterList rateLimit() {
    return Parser.parseList(String.join(",", headers("RateLimit")));
  }

  OuterList policy() {
    return Parser.parseList(String.join(",", headers("RateLimit-Policy")));
  }

  Dictionary levels() {
    return Parser.parseDictionary(String.join(",", headers("Quota-Level")));
  }
}
